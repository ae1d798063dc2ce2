/**
 * Where the characters of a text that is being edited stand on the screen: rows of cells, the place of the cursor,
 * and the offset above or below it. Words wrap; a row leaves one column free, so that the cursor always has a place.
 *
 * Invariants: a row's offsets are grapheme boundaries, rows touch without gap or overlap (but for the line feed), and
 * the cost depends on the rows that are asked for, not on the length of the text. Called by the composer's editor
 * (vertical movement) and its view.
 */
import {sanitiseLine} from './sanitise.ts';
import {graphemes, textWidth} from './width.ts';

export type Cell = {
	/** UTF-16 index of the grapheme in the text. */
	readonly offset: number;
	/** What the screen shows for it, harmless. */
	readonly shown: string;
	readonly width: number;
	/** True where the text holds something that cannot be seen; `shown` marks the place. */
	readonly hidden: boolean;
};

/** `from` to `to` in UTF-16 units, without the line feed. */
export type TextRow = {readonly from: number; readonly to: number; readonly cells: readonly Cell[]};

export type TextWindow = {
	readonly rows: readonly TextRow[];
	/** Index into `rows`. */
	readonly cursorRow: number;
	readonly cursorColumn: number;
	readonly moreAbove: boolean;
	readonly moreBelow: boolean;
};

/** A line, or a slice of a very long one: each starts on a row of its own. */
type Piece = {readonly from: number; readonly to: number};

/** A longer line is cut here, so that a paste of a megabyte without a line break costs no more than a screen. */
const pieceUnits = 2048;
const tabColumns = 4;
const hiddenMark = '·';
const printableAscii = /^[\x20-\x7e]$/;
/** Tags and the variation selectors beside them carry text that nobody sees; only flags of regions use them honestly. */
const smuggled = /[\u{e0000}-\u{e0fff}]/u;
const segmenter = new Intl.Segmenter('en', {granularity: 'grapheme'});

const lineAt = (text: string, index: number): Piece => {
	const end = text.indexOf('\n', index);
	return {from: index === 0 ? 0 : text.lastIndexOf('\n', index - 1) + 1, to: end < 0 ? text.length : end};
};

/** The first grapheme boundary of a line at or after `index`, and where the grapheme begins that it may stand in. */
const boundaryFrom = (line: string, index: number): {readonly start: number; readonly end: number} => {
	const part = index < line.length ? segmenter.segment(line).containing(index) : undefined;
	if (part === undefined || part.index === index) return {start: index, end: index};
	return {start: part.index, end: part.index + part.segment.length};
};

const pieceAt = (text: string, index: number): Piece => {
	const line = lineAt(text, index);
	const length = line.to - line.from;
	if (length <= pieceUnits) return line;
	const slice = text.slice(line.from, line.to);
	const cut = (number: number) => boundaryFrom(slice, Math.min(number * pieceUnits, length));
	// The end of the line belongs to its last piece.
	const local = Math.min(index - line.from, length - 1);
	let number = Math.floor(local / pieceUnits);
	let from = cut(number);
	// Inside a grapheme that is longer than a piece.
	if (from.end > local) {
		number = Math.floor(from.start / pieceUnits);
		from = cut(number);
	}
	return {from: line.from + from.end, to: line.from + cut(number + 1).end};
};

const cellOf = (grapheme: string, offset: number, columns: number): Cell => {
	if (printableAscii.test(grapheme)) return {offset, shown: grapheme, width: 1, hidden: false};
	if (grapheme === '\t') {
		const width = Math.min(tabColumns, columns);
		return {offset, shown: ' '.repeat(width), width, hidden: false};
	}
	const shown = sanitiseLine(grapheme);
	const width = textWidth(shown);
	if (width === 0 || width > columns) return {offset, shown: hiddenMark, width: 1, hidden: true};
	if (smuggled.test(grapheme) && !grapheme.startsWith('\u{1f3f4}') && width < columns)
		return {offset, shown: shown + hiddenMark, width: width + 1, hidden: true};
	return {offset, shown, width, hidden: false};
};

const widthOf = (cells: readonly Cell[]): number => cells.reduce((sum, cell) => sum + cell.width, 0);

const layoutPiece = (text: string, piece: Piece, columns: number): readonly TextRow[] => {
	const limit = Math.max(1, columns - 1);
	const cells: Cell[] = [];
	let offset = piece.from;
	for (const grapheme of graphemes(text.slice(piece.from, piece.to))) {
		cells.push(cellOf(grapheme, offset, limit));
		offset += grapheme.length;
	}
	const rows: TextRow[] = [];
	let start = 0;
	let width = 0;
	/** The cell that may begin the next row. */
	let wordStart = 0;
	const breakAt = (at: number): void => {
		rows.push({
			from: cells[start]?.offset ?? piece.from,
			to: cells[at]?.offset ?? piece.to,
			cells: cells.slice(start, at),
		});
		start = at;
		wordStart = at;
	};
	for (const [index, cell] of cells.entries()) {
		const isSpace = cell.shown === ' ';
		// A blank may hang over the edge by the column that is kept for the cursor.
		while (width + cell.width > (isSpace ? columns : limit) && index > start) {
			breakAt(wordStart > start ? wordStart : index);
			width = widthOf(cells.slice(start, index));
		}
		width += cell.width;
		if (isSpace || cell.width > 1) wordStart = index + 1;
	}
	breakAt(cells.length);
	if (width > limit) rows.push({from: piece.to, to: piece.to, cells: []});
	return rows;
};

/** Up to `wanted` rows on each side of the row of `cursor`, and more where a piece has more. */
type Surroundings = {readonly rows: readonly TextRow[]; readonly at: number};

const surroundings = (text: string, cursor: number, columns: number, wanted: number): Surroundings => {
	const own = pieceAt(text, cursor);
	let rows = layoutPiece(text, own, columns);
	const within = rows.findIndex(row => cursor < row.to);
	let at = within < 0 ? rows.length - 1 : within;
	let {from, to} = own;
	while (at < wanted && from > 0) {
		const piece = pieceAt(text, from - 1);
		const before = layoutPiece(text, piece, columns);
		rows = [...before, ...rows];
		at += before.length;
		from = piece.from;
	}
	while (rows.length - 1 - at < wanted && to < text.length) {
		const piece = pieceAt(text, text[to] === '\n' ? to + 1 : to);
		rows = [...rows, ...layoutPiece(text, piece, columns)];
		to = piece.to;
	}
	return {rows, at};
};

const columnIn = (row: TextRow, cursor: number): number =>
	widthOf(row.cells.filter(cell => cell.offset < cursor));

/**
 * The rows to show of a text with its cursor (a grapheme boundary) in `columns`: all of them if they fit into
 * `maxRows`, else those around the cursor.
 */
export const textWindow = (text: string, cursor: number, columns: number, maxRows: number): TextWindow => {
	const height = Math.max(1, maxRows);
	const {rows, at} = surroundings(text, cursor, columns, height);
	const first = Math.max(0, Math.min(at - (height >> 1), rows.length - height));
	const shown = rows.slice(first, first + height);
	const row = rows[at];
	return {
		rows: shown,
		cursorRow: at - first,
		cursorColumn: row === undefined ? 0 : columnIn(row, cursor),
		moreAbove: first > 0 || (rows[0]?.from ?? 0) > 0,
		moreBelow: first + height < rows.length || (rows.at(-1)?.to ?? 0) < text.length,
	};
};

/**
 * The place one row above or below, as near to the column `goal` (default: the cursor's) as can be; undefined at the
 * first or last row. Hand `goal` back at the next step, so that short rows do not lose the column.
 */
export const verticalMove = (
	text: string,
	cursor: number,
	columns: number,
	direction: 'up' | 'down',
	goal?: number,
): {readonly cursor: number; readonly goal: number} | undefined => {
	const {rows, at} = surroundings(text, cursor, columns, 2);
	const row = rows[at];
	const target = rows[direction === 'up' ? at - 1 : at + 1];
	if (row === undefined || target === undefined) return undefined;
	const wanted = goal ?? columnIn(row, cursor);
	let column = 0;
	for (const cell of target.cells) {
		if (column + cell.width > wanted) return {cursor: cell.offset, goal: wanted};
		column += cell.width;
	}
	// Where the text goes on in the next row, the end of this one is the beginning of that one.
	const next = rows[rows.indexOf(target) + 1];
	const last = target.cells.at(-1);
	const wraps = next !== undefined && next.from === target.to && last !== undefined;
	return {cursor: wraps ? last.offset : target.to, goal: wanted};
};
