/**
 * The composer at the bottom of the screen: the messages on their way, completions or a notice, and the text with its
 * label and cursor. Pure: everything is given in words, and the model behind it is in `composer/`. The terminal's own
 * cursor stands at the place given back, so that an input method opens where the text is.
 */
import type {Row, Sgr, Span} from './row.ts';
import {sanitiseLine} from './sanitise.ts';
import {theme} from './style.ts';
import {type TextRow, textWindow} from './text-area.ts';
import {textWidth, truncateRow} from './width.ts';
import {wrapRow} from './wrap.ts';

export type ComposerTone = 'start' | 'steer' | 'queue' | 'nothing';

export type ComposerMessage = {
	readonly text: string;
	/** What is known of it, for example `sending…`. */
	readonly state: string;
	readonly tone: 'going' | 'doubt' | 'bad';
};

export type ComposerState = {
	readonly text: string;
	/** UTF-16 index on a grapheme boundary. */
	readonly cursor: number;
	readonly focused: boolean;
	/** What Enter does: `steer turn 7 ▸ `. */
	readonly label: string;
	readonly tone: ComposerTone;
	/** Shown while there is no text. */
	readonly hint: string;
	/** Why the text was not sent, or what was refused. */
	readonly notice: string | undefined;
	/** Oldest first. */
	readonly messages: readonly ComposerMessage[];
	/** Commands that the text may become. */
	readonly candidates: ReadonlyArray<{readonly usage: string; readonly does: string}>;
};

export type ComposerRows = {
	readonly rows: readonly Row[];
	/** Zero-based, in these rows; always inside them. */
	readonly cursor: {readonly column: number; readonly row: number};
};

const labelLooks: Record<ComposerTone, Sgr> = {
	start: theme.good,
	steer: theme.you,
	queue: theme.warn,
	nothing: theme.muted,
};

const messageLooks: Record<ComposerMessage['tone'], Sgr> = {
	going: theme.muted,
	doubt: theme.warn,
	bad: theme.bad,
};

/** The text keeps at least this many columns beside its label; else the label stands on a row of its own. */
const minTextColumns = 16;

const isBeside = (label: string, columns: number): boolean => columns - textWidth(label) >= minTextColumns;

/** Columns of the text area, for vertical movement in the editor. */
export const composerTextColumns = (label: string, columns: number): number =>
	Math.max(1, isBeside(label, columns) ? columns - textWidth(label) : columns);

/** The state first, as it must not be cut; then as much of the text as there is room for. */
const messageRow = ({text, state, tone}: ComposerMessage, columns: number): Row =>
	truncateRow(
		[
			{text: `${sanitiseLine(state)}  `, sgr: messageLooks[tone]},
			// A screen's width is all that can be seen of it.
			{text: sanitiseLine(text.slice(0, 4 * columns)), sgr: theme.muted},
		],
		columns,
	);

const spansOf = ({cells}: TextRow): Span[] => {
	const spans: Span[] = [];
	for (const {shown, hidden} of cells) {
		const look = hidden ? theme.hidden : theme.plain;
		const last = spans.at(-1);
		if (last?.sgr === look) spans[spans.length - 1] = {text: last.text + shown, sgr: look};
		else spans.push({text: shown, sgr: look});
	}
	return spans;
};

/** The newest that fit, and how many do not. */
const newest = (rows: readonly Row[], max: number, columns: number): readonly Row[] => {
	if (rows.length <= max) return rows;
	if (max <= 0) return [];
	const shown = rows.slice(rows.length - max + 1);
	const count: Row = [{text: `… ${rows.length - shown.length} more on their way`, sgr: theme.muted}];
	return [truncateRow(count, columns), ...shown];
};

const noticeRows = (notice: string | undefined, columns: number): readonly Row[] =>
	notice === undefined ? [] : wrapRow([{text: sanitiseLine(notice), sgr: theme.warn}], columns);

const candidateRows = (state: ComposerState, columns: number): readonly Row[] =>
	state.candidates.map(({usage, does}) =>
		truncateRow(
			[
				{text: `${usage}  `, sgr: theme.strong},
				{text: does, sgr: theme.muted},
			],
			columns,
		),
	);

type TextBlock = {
	readonly rows: readonly Row[];
	readonly cursor: {readonly column: number; readonly row: number};
};

const textBlock = (state: ComposerState, columns: number, maxRows: number): TextBlock => {
	const label = truncateRow([{text: state.label, sgr: labelLooks[state.tone]}], columns);
	const beside = isBeside(state.label, columns);
	const above: readonly Row[] = beside || maxRows < 2 ? [] : [label];
	const indent = beside ? textWidth(state.label) : 0;
	const textColumns = composerTextColumns(state.label, columns);
	const place = (column: number, row: number) => ({
		column: Math.min(indent + column, columns - 1),
		row: above.length + row,
	});
	if (state.text === '') {
		const hint: Row = [{text: sanitiseLine(state.hint), sgr: theme.muted}];
		const row = [...(beside ? label : []), ...truncateRow(hint, textColumns)];
		return {rows: [...above, row], cursor: place(0, 0)};
	}
	const area = textWindow(state.text, state.cursor, textColumns, maxRows - above.length);
	const last = area.rows.length - 1;
	/** The label, or the margin under it; where rows are missing it says so. */
	const lead = (index: number): Row => {
		if (!beside) return [];
		if (index === 0) return label;
		const mark = index === last && area.moreBelow ? '↓ ' : index === 1 && area.moreAbove ? '↑ ' : '';
		return [{text: mark.padStart(indent), sgr: theme.muted}];
	};
	return {
		rows: [...above, ...area.rows.map((row, index) => [...lead(index), ...spansOf(row)])],
		cursor: place(area.cursorColumn, area.cursorRow),
	};
};

/**
 * At most `maxRows` rows (at least one), none wider than `columns`. The text comes first, then the notice, then the
 * messages on their way; completions take what is left.
 */
export const composerRows = (state: ComposerState, columns: number, maxRows: number): ComposerRows => {
	const width = Math.max(1, columns);
	const height = Math.max(1, maxRows);
	const notices = noticeRows(state.notice, width);
	const messages = state.messages.map(message => messageRow(message, width));
	const kept = Math.min(height - 1, Math.min(notices.length, 2) + Math.min(messages.length, 2));
	const block = textBlock(state, width, height - kept);
	let free = height - block.rows.length;
	const shownNotices = notices.slice(0, free);
	free -= shownNotices.length;
	const shownMessages = newest(messages, free, width);
	free -= shownMessages.length;
	const shownCandidates = candidateRows(state, width).slice(0, free);
	const above = [...shownMessages, ...shownCandidates, ...shownNotices];
	return {
		rows: [...above, ...block.rows],
		cursor: {column: block.cursor.column, row: above.length + block.cursor.row},
	};
};
