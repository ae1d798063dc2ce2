/**
 * How many terminal cells text takes, and cutting rows by cells. Invariant: a function that takes `columns`
 * never returns a row wider than that, and returns the row itself when nothing had to change. Called by
 * everything that lays out rows.
 */
import {codePointsWidth} from './cell-width.ts';
import type {Row, Sgr, Span} from './row.ts';
import {emptyRow} from './row.ts';

const ascii = /^[\x20-\x7e]*$/;
/** Made on first use: that takes as long as all else that a short command does, and most text never needs it. */
let segmenter: Intl.Segmenter | undefined;
const segmentsOf = (text: string): Intl.Segments => {
	segmenter ??= new Intl.Segmenter('en', {granularity: 'grapheme'});
	return segmenter.segment(text);
};

/** What makes one picture of several code points; sanitised text has none of it. */
const joined = /[\u200d\ufe0f\u20e3\u{1f3fb}-\u{1f3ff}\u{1f1e6}-\u{1f1ff}]/u;
const joinedEmoji = /^(?:\p{RI}{2}|\p{Emoji}\ufe0f|\p{Extended_Pictographic})/u;

/** Characters whose graphemes need no segmenter: nothing here joins with a neighbour. */
const simple =
	/^[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0558\u2010-\u2027\u2030-\u205e\u2070-\u20cf\u2100-\u23ff\u2440-\u25ff\u2700-\u2bff\u3000-\u3029\u3030-\u3098\u309b-\u3163\u3165-\u31ba\u31f0-\u4dbf\u4e00-\ua48f\uac00-\ud7a3\uf900-\ufaff\uff01-\uff9d\uffe0-\uffee]*$/;

/** Wide in some terminals and not in others: emoji after Unicode 11, scripts and symbols that changed since. */
const newlyWide =
	'\\u2630-\\u2637\\u268a-\\u268f\\u2ffc-\\u2fff\\u31bb-\\u31bf\\u31e4-\\u31ef\\u4dc0-\\u4dff\\u{16ff0}-\\u{16ff6}' +
	'\\u{187f8}-\\u{187ff}\\u{18af3}-\\u{1affe}\\u{1b11f}-\\u{1b155}\\u{1d300}-\\u{1d376}\\u{1f1ae}\\u{1f6d5}-\\u{1f6df}' +
	'\\u{1f6fa}-\\u{1f6fc}\\u{1f7da}-\\u{1f7f0}\\u{1f90c}-\\u{1f90f}\\u{1f93b}\\u{1f93f}\\u{1f946}\\u{1f971}-\\u{1f979}' +
	'\\u{1f97b}\\u{1f9a3}-\\u{1f9af}\\u{1f9ba}-\\u{1f9bf}\\u{1f9c3}-\\u{1f9cf}\\u{1fa70}-\\u{1faff}';

/** Combining marks that every terminal puts on the character before: Latin, Cyrillic, Hebrew, Arabic, Thai, kana. */
const plainMarks =
	'\\u0300-\\u036f\\u0483-\\u0487\\u0591-\\u05c7\\u0610-\\u061a\\u064b-\\u065f\\u0e31-\\u0e4e\\u3099\\u309a';

const disputed = new RegExp(
	`[\\p{Cf}\\p{DI}\\p{Me}\\p{Mc}\\p{RI}\\u1160-\\u11ff\\ud7b0-\\ud7fb\\u{1f3fb}-\\u{1f3ff}${newlyWide}]|(?![${plainMarks}])\\p{Mn}`,
	'u',
);

/**
 * Cells that a text takes. Joined emoji (which only text that was not sanitised can hold) count 2, as in newer
 * terminals and in Ink; all else is the sum over code points, as everywhere.
 */
export const textWidth = (text: string): number => {
	if (ascii.test(text)) return text.length;
	if (!joined.test(text)) return codePointsWidth(text);
	let width = 0;
	for (const {segment} of segmentsOf(text))
		width += joined.test(segment) && joinedEmoji.test(segment) ? 2 : codePointsWidth(segment);
	return width;
};

/** The characters as a person counts them; a cursor or a cut may stand only between two of them. */
export const graphemes = (text: string): readonly string[] =>
	simple.test(text) ? text.split('') : Array.from(segmentsOf(text), part => part.segment);

/** Whether terminals disagree about the width of anything in the text; its row must be rewritten whole, never patched. */
export const isDisputed = (text: string): boolean => !simple.test(text) && disputed.test(text);

export const rowWidth = (row: Row): number => {
	let width = 0;
	for (const span of row) width += textWidth(span.text);
	return width;
};

/** One span between two columns of its own; half a wide character becomes a space. */
const cutText = (text: string, from: number, to: number): string => {
	if (ascii.test(text)) return text.slice(from, to);
	let result = '';
	let column = 0;
	for (const grapheme of graphemes(text)) {
		if (column >= to) break;
		const width = textWidth(grapheme);
		const visible = Math.min(column + width, to) - Math.max(column, from);
		if (visible === width && (width > 0 || column > from)) result += grapheme;
		else if (visible > 0) result += ' '.repeat(visible);
		column += width;
	}
	return result;
};

/** The cells from `fromColumn` on, at most `columns` of them; a wide character cut in half becomes a space. */
export const cutRow = (row: Row, fromColumn: number, columns: number): Row => {
	const start = Math.max(0, fromColumn);
	const end = start + Math.max(0, columns);
	const result: Span[] = [];
	let column = 0;
	let changed = false;
	for (const span of row) {
		const width = textWidth(span.text);
		const from = Math.max(0, start - column);
		const to = Math.min(width, end - column);
		column += width;
		if (from === 0 && to === width && (width > 0 || column > start)) {
			result.push(span);
			continue;
		}
		changed = true;
		if (to <= from) continue;
		const text = cutText(span.text, from, to);
		if (text) result.push({text, sgr: span.sgr});
	}
	return changed ? result : row;
};

/** The row, or its beginning and `…` in at most `columns` cells. */
export const truncateRow = (row: Row, columns: number): Row => {
	if (rowWidth(row) <= columns) return row;
	if (columns < 1) return emptyRow;
	const start = cutRow(row, 0, columns - 1);
	return [...start, {text: '…', sgr: start.at(-1)?.sgr ?? row[0]?.sgr ?? ''}];
};

/** The row filled with blanks of the given look up to `columns`; longer rows stay as they are. */
export const padRow = (row: Row, columns: number, sgr: Sgr = ''): Row => {
	const missing = columns - rowWidth(row);
	return missing > 0 ? [...row, {text: ' '.repeat(missing), sgr}] : row;
};
