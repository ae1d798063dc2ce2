/**
 * The frames of the panes and the tab bar. The boxes stay empty: the compositor lays the rows into them.
 */
import {Box, Text} from 'ink';
import type {ChromeModel, TabLabel} from '../app/chrome.ts';
import type {Area} from '../view/layout.ts';
import {rowText} from '../view/row.ts';
import {textWidth, truncateRow} from '../view/width.ts';

const borderColour = (isFocused: boolean): string => (isFocused ? 'cyan' : 'gray');

const Tab = ({tab, isFocused}: {readonly tab: TabLabel; readonly isFocused: boolean}) =>
	tab.current ? (
		<Text bold {...(isFocused ? {color: 'cyan', underline: true} : {})}>
			{tab.label}
		</Text>
	) : (
		<Text dimColor>{tab.label}</Text>
	);

type TabsProps = {readonly tabs: readonly TabLabel[]; readonly isFocused: boolean; readonly gap: number};

const Tabs = ({tabs, isFocused, gap}: TabsProps) => (
	<Text wrap="truncate-end">
		{tabs.map((tab, position) => (
			<Text key={tab.name}>
				{position > 0 ? ' '.repeat(gap) : ''}
				<Tab tab={tab} isFocused={isFocused} />
			</Text>
		))}
	</Text>
);

type PaneProps = {
	readonly area: Area;
	readonly tabs: readonly TabLabel[];
	readonly isFocused: boolean;
	readonly position: string;
};

const tabGap = 2;

/** `╭ `, the tabs, a space, `─╮`; a rule fills what is left. */
const topFrame = 5;
/** `╰─`, `─╯`. */
const bottomFrame = 4;

const tabsWidth = (tabs: readonly TabLabel[]): number =>
	tabs.reduce((sum, {label}) => sum + textWidth(label) + tabGap, -tabGap);

/** The position stands in the upper border, or in the lower one where the tabs leave no room; then cut if it must be. */
const placePosition = (
	position: string,
	tabs: readonly TabLabel[],
	{width}: Area,
): {top: string; bottom: string} => {
	if (position === '') return {top: '', bottom: ''};
	const words = ` ${position} `;
	if (textWidth(words) < width - tabsWidth(tabs) - topFrame) return {top: words, bottom: ''};
	return {top: '', bottom: rowText(truncateRow([{text: words, sgr: ''}], width - bottomFrame))};
};

const Pane = ({area, tabs, isFocused, position}: PaneProps) => {
	const colour = borderColour(isFocused);
	const {top, bottom} = placePosition(position, tabs, area);
	const topRule = '─'.repeat(Math.max(0, area.width - tabsWidth(tabs) - textWidth(top) - topFrame));
	const bottomRule = '─'.repeat(area.width - textWidth(bottom) - bottomFrame);
	return (
		<Box flexDirection="column" width={area.width} height={area.height}>
			<Box height={1}>
				<Edge text="╭ " colour={colour} />
				<Box flexShrink={1} minWidth={0}>
					<Tabs tabs={tabs} isFocused={isFocused} gap={tabGap} />
				</Box>
				<Edge text={` ${topRule}`} colour={colour} />
				<Edge text={top} />
				<Edge text="─╮" colour={colour} />
			</Box>
			<Box flexGrow={1} borderStyle="round" borderTop={false} borderBottom={false} borderColor={colour} />
			<Box height={1}>
				<Edge text={`╰─${bottomRule}`} colour={colour} />
				<Edge text={bottom} />
				<Edge text="─╯" colour={colour} />
			</Box>
		</Box>
	);
};

type EdgeProps = {readonly text: string; readonly colour?: string};

/** A piece of a border, or of the words in it: never squeezed. Without a colour it is dim. */
const Edge = ({text, colour}: EdgeProps) => (
	<Box flexShrink={0}>
		<Text {...(colour === undefined ? {dimColor: true} : {color: colour})}>{text}</Text>
	</Box>
);

const threadTab: TabLabel = {name: 'thread', label: 'Thread', current: true};

export const Panes = ({model}: {readonly model: ChromeModel}) => {
	const {layout, tabs, threadFocused, sideFocused} = model;
	if (layout.shape === 'narrow') {
		return (
			<Box height={1} paddingX={1}>
				<Tabs tabs={tabs} isFocused gap={layout.columns < 48 ? 1 : 2} />
			</Box>
		);
	}
	return (
		<Box>
			{layout.threadBox && (
				<Pane
					area={layout.threadBox}
					tabs={[threadTab]}
					isFocused={threadFocused}
					position={model.threadPosition}
				/>
			)}
			{layout.sideBox && (
				<Pane area={layout.sideBox} tabs={tabs} isFocused={sideFocused} position={model.sidePosition} />
			)}
		</Box>
	);
};
