/**
 * Breaks rows into rows that fit. Stub, being written.
 */
import type {Row, Sgr, Span} from './row.ts';
import {emptyRow} from './row.ts';
import {cutRow, rowWidth} from './width.ts';

export const hardWrapRow = (row: Row, columns: number): Row[] => {
	const width = rowWidth(row);
	if (width <= columns) return [row];
	const rows: Row[] = [];
	for (let from = 0; from < width; from += Math.max(1, columns)) rows.push(cutRow(row, from, columns));
	return rows;
};

export const wrapRow = (row: Row, columns: number, _options: {readonly hang?: number} = {}): Row[] =>
	hardWrapRow(row, columns);

export const wrapText = (text: string, sgr: Sgr, columns: number): Row[] =>
	text.split('\n').flatMap(line => (line ? wrapRow([{text: line, sgr}], columns) : [emptyRow]));

export const indentRows = (rows: readonly Row[], prefix: Span, firstPrefix: Span = prefix): Row[] =>
	rows.map((row, index) => [index === 0 ? firstPrefix : prefix, ...row]);
