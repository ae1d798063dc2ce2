/**
 * How many terminal cells text takes, and cutting rows by cells. Invariant: a function that takes `columns`
 * never returns a row wider than that. Called by everything that lays out rows.
 */
import fastStringWidth from 'fast-string-width';
import type {Row, Sgr, Span} from './row.ts';

const ascii = /^[\x20-\x7e]*$/;
const segmenter = new Intl.Segmenter('en', {granularity: 'grapheme'});

export const textWidth = (text: string): number => (ascii.test(text) ? text.length : fastStringWidth(text));

export const graphemes = (text: string): readonly string[] =>
	ascii.test(text) ? text.split('') : Array.from(segmenter.segment(text), part => part.segment);

export const isDisputed = (text: string): boolean => /[\u200d\ufe0f\u20e3]/u.test(text);

export const rowWidth = (row: Row): number => {
	let width = 0;
	for (const span of row) width += textWidth(span.text);
	return width;
};

export const cutRow = (row: Row, fromColumn: number, columns: number): Row => {
	const result: Span[] = [];
	let column = 0;
	for (const span of row) {
		let text = '';
		for (const grapheme of graphemes(span.text)) {
			const width = textWidth(grapheme);
			const from = Math.max(column, fromColumn);
			const to = Math.min(column + width, fromColumn + columns);
			if (to - from === width) text += grapheme;
			else if (to > from) text += ' '.repeat(to - from);
			column += width;
		}
		if (text) result.push({text, sgr: span.sgr});
	}
	return result;
};

export const truncateRow = (row: Row, columns: number): Row =>
	rowWidth(row) <= columns ? row : columns < 1 ? [] : [...cutRow(row, 0, columns - 1), {text: '…', sgr: ''}];

export const padRow = (row: Row, columns: number, sgr: Sgr = ''): Row => {
	const missing = columns - rowWidth(row);
	return missing > 0 ? [...row, {text: ' '.repeat(missing), sgr}] : row;
};
