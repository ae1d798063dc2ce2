/**
 * What every item view is made of: the contract of one kind (`ItemView`) and the few shapes they share — a head
 * line with its outcome at the right, a body behind a thin bar, a long output folded to its tail.
 *
 * Invariant: whatever the server wrote passes `plain()` or a sanitising function of the text layer on its way in,
 * and no row is wider than `columns`. Called by the files beside this one and by `transcript.ts`.
 */
import type {WireItem} from '../../protocol/types.ts';
import type {Item} from '../../thread/state.ts';
import type {AnsiParser} from '../ansi.ts';
import type {Format} from '../format.ts';
import type {MarkdownView} from '../markdown.ts';
import type {Row, Sgr, Span} from '../row.ts';
import {sanitiseLine, sanitiseText} from '../sanitise.ts';
import {theme} from '../style.ts';
import {rowWidth, truncateRow} from '../width.ts';
import {wrapText} from '../wrap.ts';

export type Fold = 'open' | 'closed';

/** What an item that still streams keeps from one layout to the next, so that only its tail is worked on. */
export type Live = {
	markdown?: MarkdownView;
	ansi?: {readonly parser: AnsiParser; fedLength: number; fedTail: string};
	indented?: {columns: number; readonly source: readonly Row[]; readonly rows: readonly Row[]};
};

export type ItemContext = {
	/** At least 1. */
	readonly columns: number;
	readonly fold: Fold;
	/** Seconds since the epoch; only items that run may look at it. */
	readonly nowSeconds: number;
	readonly format: Format;
	/** The folder of the thread: paths inside it are shown relative to it. */
	readonly cwd: string | undefined;
	/** True while a request about this item waits for a person. */
	readonly waiting: boolean;
	/** `approved by ada`; known behind a share only. */
	readonly decided?: string | undefined;
	readonly live: Live;
};

/** `speech` stands apart from its neighbours, `work` lines stand close together. */
export type Tone = 'speech' | 'work';

export type ItemView<Content extends WireItem> = {
	readonly tone: Tone;
	readonly rows: (content: Content, item: Item, context: ItemContext) => readonly Row[];
	/** The whole text as the server sent it: what is copied and searched. */
	readonly text: (content: Content) => string;
	readonly defaultFold?: (content: Content) => Fold;
	/** Whether opening or closing it shows anything else. */
	readonly foldable?: (content: Content) => boolean;
};

/** The content of one kind. */
export type Of<Type extends WireItem['type']> = Extract<WireItem, {readonly type: Type}>;

export const plain = (text: string, sgr: Sgr = theme.plain): Span => ({text: sanitiseLine(text), sgr});

export const isRunning = (item: Item): boolean => item.phase === 'started' || item.phase === 'streaming';

/** Text of several lines, wrapped. */
export const paragraph = (text: string, sgr: Sgr, columns: number): Row[] =>
	wrapText(sanitiseText(text), sgr, Math.max(1, columns));

const textIndent: Span = {text: '  ', sgr: theme.plain};
const bar: Span = {text: '  │ ', sgr: theme.border};
/** Under this width indentation costs more than it explains. */
const narrowColumns = 16;

/** The columns that are left below a head line. */
export const bodyColumns = (columns: number): number => (columns < narrowColumns ? columns : columns - 2);

export const indentRow = (row: Row): Row => (row.length === 0 ? row : [textIndent, ...row]);

/** Lays `make(columns)` out below a head line, two cells in. */
export const underHead = (columns: number, make: (columns: number) => readonly Row[]): Row[] => {
	const inner = bodyColumns(columns);
	return inner === columns ? [...make(columns)] : make(inner).map(indentRow);
};

/** Lays `make(columns)` out behind a thin bar: output, diffs, data. */
export const behindBar = (columns: number, make: (columns: number) => readonly Row[]): Row[] =>
	columns < narrowColumns ? [...make(columns)] : make(columns - 4).map(row => [bar, ...row]);

/** In a very wide pane the outcome stays within reach of the eye. */
const widestHead = 100;
const narrowestTitle = 14;

/**
 * `✓ title                exit 0 · 4.2 s`: the title gives way, the outcome does not; where they cannot share a
 * line the outcome gets the next one.
 */
export const headRows = (
	glyph: Span,
	title: readonly Span[],
	outcome: readonly Span[],
	columns: number,
): Row[] => {
	const left: Row = [glyph, {text: ' ', sgr: theme.plain}, ...title];
	const width = Math.min(columns, widestHead);
	const right = rowWidth(outcome);
	if (right === 0) return [truncateRow(left, columns)];
	const room = width - right - 2;
	if (room < Math.min(rowWidth(left), narrowestTitle)) {
		return [truncateRow(left, columns), truncateRow([textIndent, ...outcome], columns)];
	}
	const cut = truncateRow(left, room);
	return [[...cut, {text: ' '.repeat(width - right - rowWidth(cut)), sgr: theme.plain}, ...outcome]];
};

/** Joins outcome words with a muted dot, leaving out the empty ones. */
export const dotted = (...parts: readonly Span[]): Span[] => {
	const spans: Span[] = [];
	for (const part of parts) {
		if (part.text === '') continue;
		if (spans.length > 0) spans.push({text: ' · ', sgr: theme.muted});
		spans.push(part);
	}
	return spans;
};

export const muted = (text: string): Span => plain(text, theme.muted);

/** How long it took, or has been taking. */
export const timeSpan = (item: Item, durationMs: number | null | undefined, context: ItemContext): Span => {
	if (isRunning(item)) {
		if (item.startedAtMs === undefined) return muted('running');
		const seconds = Math.max(0, context.nowSeconds - Math.floor(item.startedAtMs / 1000));
		return {text: context.format.elapsed(seconds), sgr: theme.running};
	}
	if (typeof durationMs === 'number') return muted(context.format.duration(durationMs));
	if (item.startedAtMs === undefined || item.completedAtMs === undefined) return muted('');
	return muted(context.format.duration(item.completedAtMs - item.startedAtMs));
};

export type Outcome = 'running' | 'waiting' | 'good' | 'bad' | 'cut';

/** The state of a tool item in one word, from its phase first and the server's `status` second. */
export const outcomeOf = (item: Item, status: string | undefined, context: ItemContext): Outcome => {
	if (context.waiting) return 'waiting';
	if (isRunning(item)) return 'running';
	if (item.phase === 'cut') return 'cut';
	return status === 'failed' || status === 'declined' || status === 'interrupted' ? 'bad' : 'good';
};

export const outcomeGlyph = (outcome: Outcome): Span => {
	switch (outcome) {
		case 'running':
			return {text: '●', sgr: theme.running};
		case 'waiting':
			return {text: '?', sgr: theme.warn};
		case 'good':
			return {text: '✓', sgr: theme.good};
		case 'bad':
			return {text: '✗', sgr: theme.bad};
		case 'cut':
			return {text: '–', sgr: theme.warn};
	}
};

/** What is to say about the outcome besides the glyph: a refusal, a cut, a wait; empty when all is well. */
export const outcomeWord = (outcome: Outcome, status: string | undefined): Span => {
	if (outcome === 'waiting') return {text: 'waits for an answer', sgr: theme.warn};
	if (outcome === 'cut') return {text: 'cut off', sgr: theme.warn};
	if (outcome === 'bad') return plain(status ?? 'failed', theme.bad);
	return {text: '', sgr: theme.plain};
};

/** The outcome's word with who decided: `declined by ada` instead of `declined`, `approved by ada` beside `failed`. */
export const decidedSpans = (word: Span, {decided = ''}: ItemContext): readonly Span[] =>
	decided.startsWith(`${word.text} `) ? [plain(decided, word.sgr)] : [word, muted(decided)];

/** Says that a part is missing, when it is (PROTOCOL: items in progress are in no list). What was cut never completes. */
export const missedRows = (item: Item, columns: number): Row[] => {
	if (!item.missedStart) return [];
	const words =
		item.phase === 'cut'
			? '… a part of this was missed'
			: '… joined in the middle; the beginning comes when it completes';
	return paragraph(words, theme.muted, columns);
};

/** `1 line more`, `34 lines more`. */
export const more = (count: number, noun: string): string =>
	`… ${count} ${noun}${count === 1 ? '' : 's'} more`;
