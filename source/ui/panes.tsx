/**
 * The frames of the panes and the tab bar. The boxes stay empty: the compositor lays the rows into them.
 */
import {Box, Text} from 'ink';
import type {ChromeModel, TabLabel} from '../app/chrome.ts';
import type {Area} from '../view/layout.ts';

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

const Pane = ({area, tabs, isFocused, position}: PaneProps) => {
	const colour = borderColour(isFocused);
	const titleWidth = tabs.reduce((sum, tab) => sum + tab.label.length + 2, -2);
	const right = position === '' || position.length > area.width - titleWidth - 8 ? '' : ` ${position} `;
	const rule = '─'.repeat(Math.max(0, area.width - titleWidth - right.length - 5));
	return (
		<Box flexDirection="column" width={area.width} height={area.height}>
			<Box height={1}>
				<Text color={colour}>╭ </Text>
				<Box flexShrink={1} minWidth={0}>
					<Tabs tabs={tabs} isFocused={isFocused} gap={2} />
				</Box>
				<Text color={colour}>{` ${rule}`}</Text>
				<Text dimColor>{right}</Text>
				<Text color={colour}>─╮</Text>
			</Box>
			<Box flexGrow={1} borderStyle="round" borderTop={false} borderColor={colour} />
		</Box>
	);
};

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
