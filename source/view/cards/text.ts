/**
 * Text of the server in a card: whole, with whatever hides in it made visible (`asks/hidden.ts`). Invariants: no row
 * is wider than asked, nothing is cut, and what was found is collected as warnings. Called by the bodies beside it.
 */
import {type Revealed, revealHidden} from '../../asks/hidden.ts';
import type {Row, Sgr, Span} from '../row.ts';
import {emptyRow} from '../row.ts';
import {sanitiseLine} from '../sanitise.ts';
import {theme} from '../style.ts';
import {hardWrapRow, indentRows, wrapRow} from '../wrap.ts';

/** A body under construction: rows, and what to warn of. */
export type Part = {readonly rows: readonly Row[]; readonly warnings: readonly string[]};

export const noPart: Part = {rows: [], warnings: []};

export const joinParts = (parts: readonly Part[]): Part => ({
	rows: parts.flatMap(part => part.rows),
	warnings: [...new Set(parts.flatMap(part => part.warnings))],
});

export const span = (text: string, sgr: Sgr = theme.plain): Span => ({text: sanitiseLine(text), sgr});

const filled = (spans: readonly Span[]): Row => spans.filter(({text}) => text !== '');

/** The lines of a revealed text, each as a row that may be too wide. */
const lineRows = (revealed: Revealed, sgr: Sgr): Row[] => {
	const lines: Span[][] = [[]];
	for (const piece of revealed.shown) {
		lines.at(-1)?.push(span(piece.text, piece.kind === 'plain' ? sgr : theme.hidden));
		if (piece.kind === 'break') lines.push([]);
	}
	return lines.map(filled);
};

/** With fewer columns left beside it, a prefix stands above instead. */
const narrow = 12;

/** Rows behind a first prefix, the others as far in; below it where there is no room beside it. */
export const behind = (
	prefix: Span,
	columns: number,
	make: (columns: number) => readonly Row[],
): readonly Row[] => {
	const width = prefix.text.length;
	if (width === 0) return make(columns);
	if (columns - width < narrow) {
		const above = prefix.text.trim() === '' ? [] : wrapRow([prefix], columns);
		return [...above, ...make(columns)];
	}
	const rest: Span = {text: ' '.repeat(width), sgr: theme.plain};
	return indentRows(make(columns - width), rest, prefix);
};

/** A command, a path, a word that counts: every blank is kept, and it is broken at the edge. */
export const exactPart = (text: string, sgr: Sgr, columns: number, prefix: Span = span('')): Part => {
	const revealed = revealHidden(text);
	const rows = behind(prefix, columns, inner =>
		lineRows(revealed, sgr).flatMap(row => (row.length === 0 ? [emptyRow] : hardWrapRow(row, inner))),
	);
	return {rows, warnings: revealed.warnings};
};

/** Lines whose breaks are our own or ordinary: laid-out JSON. Every blank is kept. */
export const codePart = (text: string, sgr: Sgr, columns: number, prefix: Span = span('')): Part => {
	const revealed = revealHidden(text, 'code');
	const rows = behind(prefix, columns, inner =>
		lineRows(revealed, sgr).flatMap(row => (row.length === 0 ? [emptyRow] : hardWrapRow(row, inner))),
	);
	return {rows, warnings: revealed.warnings};
};

/** What somebody wrote to be read: wrapped at words. */
export const prosePart = (text: string, sgr: Sgr, columns: number, prefix: Span = span('')): Part => {
	const revealed = revealHidden(text, 'prose');
	const rows = behind(prefix, columns, inner =>
		lineRows(revealed, sgr).flatMap(row => (row.length === 0 ? [emptyRow] : wrapRow(row, inner))),
	);
	return {rows, warnings: revealed.warnings};
};

/** A sentence of ours; what the server wrote in it must be revealed already. */
export const ownRows = (text: string, sgr: Sgr, columns: number, prefix: Span = span('')): readonly Row[] =>
	behind(prefix, columns, inner => wrapRow(filled([span(text, sgr)]), inner));

export const ownPart = (text: string, sgr: Sgr, columns: number, prefix?: Span): Part => ({
	rows: ownRows(text, sgr, columns, prefix),
	warnings: [],
});

/** The warnings of a part that is not what is approved itself, named after it. */
export const named = (name: string, part: Part): Part => ({
	rows: part.rows,
	warnings: part.warnings.map(warning => `${name}: ${warning}`),
});
