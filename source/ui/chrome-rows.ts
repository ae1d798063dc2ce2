/**
 * The chrome at rest as rows: header, borders with their tabs and positions, status line. Pure; the compositor puts the
 * panes into it. Not Ink's, because a clock ticks in it: each second of a running turn cost a layout of the whole screen
 * (20 ms). Ink draws what is interactive over it (`chrome.tsx`). Called by the attached screen.
 */
import type {ChromeModel, TabLabel, Tone, Words} from '../app/chrome.ts';
import {companyWords} from '../app/company.ts';
import type {Area} from '../view/layout.ts';
import {emptyRow, type Row, type Sgr, type Span} from '../view/row.ts';
import {sgr} from '../view/style.ts';
import {cutRow, padRow, rowWidth, textWidth, truncateRow} from '../view/width.ts';

const tones: Readonly<Record<Tone, Sgr>> = {
	plain: '',
	muted: sgr({dim: true}),
	good: sgr({fg: 'green'}),
	warn: sgr({fg: 'yellow'}),
	bad: sgr({fg: 'red'}),
	strong: sgr({bold: true}),
};

const plain = (text: string): Span => ({text, sgr: ''});
const muted = (text: string): Span => ({text, sgr: tones.muted});
const toned = ({text, tone}: Words): Span => ({text, sgr: tones[tone]});

const separator = ' · ';

/** `one · two · three` */
const joined = (words: readonly Words[]): Row =>
	words.flatMap((each, position) => (position > 0 ? [muted(separator), toned(each)] : [toned(each)]));

const endGap = 2;

/** A line with a margin of one cell: what stands at the left is cut before what stands at the right. */
const bothEnds = (left: Row, right: Row, columns: number): Row => {
	const inner = Math.max(1, columns - 2);
	const end = truncateRow(right, inner);
	const room = end.length === 0 ? inner : Math.max(0, inner - rowWidth(end) - endGap);
	return [plain(' '), ...padRow(truncateRow(left, room), inner - rowWidth(end)), ...end];
};

/** Which thread, where it lives, how the connection is; below, where there is room, the thread's settings. */
export const headerRows = ({title, place, state, details, company, layout}: ChromeModel): readonly Row[] => {
	const isNarrow = layout.shape === 'narrow';
	const name: Row = [
		{text: title, sgr: tones.strong},
		...(place === '' || isNarrow ? [] : [muted(` · ${place}`)]),
	];
	const shown = isNarrow ? state.filter((words, at) => at === 0 || words.tone !== 'muted') : state;
	if (layout.headerRows > 1) {
		const settings = joined(details);
		const room = layout.columns - 2 - rowWidth(settings) - endGap;
		const here: Row = company === undefined ? emptyRow : [muted(companyWords(company, room))];
		return [bothEnds(name, joined(shown), layout.columns), bothEnds(settings, here, layout.columns)];
	}
	const end = joined(shown);
	const room = layout.columns - 2 - rowWidth(name) - endGap - rowWidth(end) - textWidth(separator);
	const here = company === undefined ? '' : companyWords(company, room);
	return [bothEnds(name, here === '' ? end : [...end, muted(`${separator}${here}`)], layout.columns)];
};

/** What a person should know now, and the keys; where there is one pane without a border, its position as well. */
const statusRow = ({status, hints, layout, threadPosition}: ChromeModel): Row => {
	const position = layout.shape === 'narrow' ? threadPosition : '';
	const right = [position, hints].filter(text => text !== '').join(' · ');
	return bothEnds([toned(status)], right === '' ? [] : [muted(right)], layout.columns);
};

const tabGap = 2;

const tabsRow = (tabs: readonly TabLabel[], isFocused: boolean, gap = tabGap): Row =>
	tabs.flatMap(({label, current}, position) => [
		...(position > 0 ? [plain(' '.repeat(gap))] : []),
		current
			? {text: label, sgr: sgr(isFocused ? {bold: true, underline: true, fg: 'cyan'} : {bold: true})}
			: muted(label),
	]);

/** All tabs, closer together if they must be; else from the left without those that the current one needs out of the way. */
const fittingTabs = (tabs: readonly TabLabel[], isFocused: boolean, columns: number): Row => {
	const wide = tabsRow(tabs, isFocused);
	if (rowWidth(wide) <= columns) return wide;
	for (let from = 0; from < tabs.length; from += 1) {
		const row = [...(from > 0 ? [muted('‹ ')] : []), ...tabsRow(tabs.slice(from), isFocused, 1)];
		const upToCurrent = tabs.slice(from, tabs.findIndex(({current}) => current) + 1);
		const needed = (from > 0 ? 2 : 0) + rowWidth(tabsRow(upToCurrent, isFocused, 1));
		if (rowWidth(row) <= columns || needed < columns) return truncateRow(row, columns);
	}
	return truncateRow(wide, columns);
};

/** `╭ `, the tabs, a space, `─╮`; a rule fills what is left. */
const topFrame = 5;
/** `╰─`, `─╯`. */
const bottomFrame = 4;

type PaneFrame = {
	readonly area: Area;
	readonly tabs: Row;
	readonly colour: Sgr;
	readonly position: string;
};

/** The position stands in the upper border, or in the lower one where the tabs leave no room; then cut if it must be. */
const frameRows = ({area: {width, height}, tabs, colour, position}: PaneFrame): readonly Row[] => {
	const edge = (text: string): Span => ({text, sgr: colour});
	const words: Row = position === '' ? emptyRow : [muted(` ${position} `)];
	const isAbove = rowWidth(words) < width - rowWidth(tabs) - topFrame;
	const top = isAbove ? words : emptyRow;
	const bottom = isAbove ? emptyRow : truncateRow(words, width - bottomFrame);
	const rule = '─'.repeat(Math.max(0, width - rowWidth(tabs) - rowWidth(top) - topFrame));
	const side = edge('│');
	const inside: Row = [side, plain(' '.repeat(width - 2)), side];
	return [
		[edge('╭ '), ...tabs, edge(` ${rule}`), ...top, edge('─╮')],
		...Array<Row>(Math.max(0, height - 2)).fill(inside),
		[edge(`╰─${'─'.repeat(width - rowWidth(bottom) - bottomFrame)}`), ...bottom, edge('─╯')],
	];
};

const borderColour = (isFocused: boolean): Sgr => sgr({fg: isFocused ? 'cyan' : 'grey'});

const threadTab: TabLabel = {name: 'thread', label: 'Thread', current: true};

/** The borders of the panes, or the bar of tabs over the one pane of a narrow screen. */
export const paneRows = (model: ChromeModel): readonly Row[] => {
	const {layout, tabs, threadFocused, sideFocused, threadPosition, sidePosition} = model;
	if (layout.shape === 'narrow') {
		return [[plain(' '), ...fittingTabs(tabs, true, layout.columns - 2)]];
	}
	const frame = (area: Area, labels: readonly TabLabel[], isFocused: boolean, position: string) =>
		frameRows({
			area,
			tabs: fittingTabs(labels, isFocused, area.width - topFrame),
			colour: borderColour(isFocused),
			position,
		});
	const left =
		layout.threadBox === undefined ? [] : frame(layout.threadBox, [threadTab], threadFocused, threadPosition);
	const right = layout.sideBox === undefined ? [] : frame(layout.sideBox, tabs, sideFocused, sidePosition);
	return Array.from({length: Math.max(left.length, right.length)}, (_, row) => [
		...(left[row] ?? []),
		...(right[row] ?? []),
	]);
};

const cardRows = (held: boolean, {width, height}: Area): readonly Row[] => {
	const colour = sgr({fg: held ? 'yellow' : 'grey'});
	const line = (left: string, fill: string, right: string): Row => [
		{text: `${left}${fill.repeat(Math.max(0, width - textWidth(left + right)))}${right}`, sgr: colour},
	];
	return [
		line('╭', '─', '╮'),
		...Array<Row>(Math.max(0, height - 2)).fill(line('│', ' ', '│')),
		line('╰', '─', '╯'),
	];
};

/** Every row of the screen; what lies inside the borders is blank. */
export const chromeRows = (model: ChromeModel): readonly Row[] => {
	const {layout, card} = model;
	const rows = Array<Row>(layout.rows).fill(emptyRow);
	const put = (at: number, lines: readonly Row[]): void => {
		for (const [index, line] of lines.entries())
			if (at + index < rows.length) rows[at + index] = cutRow(line, 0, layout.columns);
	};
	put(layout.headerRows, paneRows(model));
	if (layout.cardBox !== undefined) put(layout.cardBox.row, cardRows(card?.held ?? false, layout.cardBox));
	put(0, headerRows(model));
	put(layout.rows - 1, [statusRow(model)]);
	return rows;
};
