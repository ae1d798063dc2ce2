/**
 * Markdown tables: aligned columns where they fit, else one stack of `heading: value` lines a row. Called by
 * `markdown.ts` only.
 */
import type {Tokens} from 'marked';
import {inlineLines} from './markdown-inline.ts';
import type {Row, Span} from './row.ts';
import {emptyRow} from './row.ts';
import {mergeSgr} from './sgr-state.ts';
import {theme} from './style.ts';
import {padRow, rowWidth} from './width.ts';
import {wrapRow} from './wrap.ts';

const gap: Span = {text: ' │ ', sgr: theme.border};
const cross: Span = {text: '─┼─', sgr: theme.border};

type Align = Tokens.TableCell['align'];

/** A cell in one line; the breaks that `<br>` makes become blanks. */
const cellRow = (cell: Tokens.TableCell): Row =>
	inlineLines(cell.tokens, cell.header ? theme.strong : theme.plain).flatMap((line, index) =>
		index === 0 ? line : [{text: ' ', sgr: theme.plain}, ...line],
	);

const aligned = (row: Row, columns: number, align: Align): Row => {
	const free = columns - rowWidth(row);
	const before = align === 'right' ? free : align === 'center' ? free >> 1 : 0;
	return padRow(before > 0 ? [{text: ' '.repeat(before), sgr: theme.plain}, ...row] : row, columns);
};

const join = (cells: readonly Row[], between: Span): Row =>
	cells.flatMap((cell, index) => (index === 0 ? cell : [between, ...cell]));

const stacked = (header: readonly Row[], body: readonly (readonly Row[])[], columns: number): Row[] =>
	body.flatMap((cells, index) => [
		...(index === 0 ? [] : [emptyRow]),
		...cells.flatMap((cell, column) => {
			const name = (header[column] ?? emptyRow).map(span => ({
				...span,
				sgr: mergeSgr(span.sgr, theme.strong),
			}));
			return wrapRow([...name, {text: name.length > 0 ? ': ' : '', sgr: theme.plain}, ...cell], columns, {
				hang: 2,
			});
		}),
	]);

export const tableRows = (table: Tokens.Table, columns: number): Row[] => {
	const header = table.header.map(cellRow);
	const body = table.rows.map(cells => cells.map(cellRow));
	const widths = header.map((cell, column) =>
		Math.max(1, rowWidth(cell), ...body.map(cells => rowWidth(cells[column] ?? emptyRow))),
	);
	const total = widths.reduce((sum, width) => sum + width, 0) + gap.text.length * (widths.length - 1);
	if (total > columns)
		return body.length > 0 ? stacked(header, body, columns) : wrapRow(join(header, gap), columns);
	const line = (cells: readonly Row[]): Row =>
		join(
			widths.map((width, column) => aligned(cells[column] ?? emptyRow, width, table.align[column] ?? null)),
			gap,
		);
	const rule = join(
		widths.map(width => [{text: '─'.repeat(width), sgr: theme.border}]),
		cross,
	);
	return [line(header), rule, ...body.map(line)];
};
