/**
 * Puts one frame together: the chrome that Ink laid out, with the rows of the streaming panes in its empty boxes.
 * Rows made of the same objects as in the last frame keep their identity, so a delta costs only its own rows.
 */
import {emptyRow, type Row} from '../view/row.ts';
import {cutRow, padRow} from '../view/width.ts';
import type {Cursor, Frame, Rect, Size} from './frame.ts';

export type Pane = {readonly rect: Rect; readonly rows: readonly Row[]};

export type Composition = {
	readonly size: Size;
	readonly chrome: readonly Row[];
	/** Later panes lie over earlier ones; what a pane's rows do not fill is blank. */
	readonly panes: readonly Pane[];
	readonly cursor: Cursor | undefined;
};

export type Composer = {compose(composition: Composition): Frame};

/** A piece of a screen row: `width` cells of a row from its cell `from` on, shown at `column`. */
type Piece = {readonly column: number; readonly width: number; readonly row: Row; readonly from: number};

/** Puts a piece over others, of which only what it does not cover remains. */
const over = (pieces: readonly Piece[], top: Piece): readonly Piece[] => {
	const end = top.column + top.width;
	const left = pieces
		.filter(({column}) => column < top.column)
		.map(piece => ({...piece, width: Math.min(piece.width, top.column - piece.column)}));
	const right = pieces
		.filter(({column, width}) => column + width > end)
		.map(piece => {
			const hidden = Math.max(0, end - piece.column);
			return {
				...piece,
				column: piece.column + hidden,
				width: piece.width - hidden,
				from: piece.from + hidden,
			};
		});
	return [...left, top, ...right];
};

/** Cut pieces by row, and by place in it: a row that scrolls or stands beside others is cut once. */
const cuts = new WeakMap<Row, Map<string, Row>>();

const cellsOf = ({row, from, width}: Piece): Row => {
	const known = cuts.get(row) ?? new Map<string, Row>();
	cuts.set(row, known);
	const key = `${from}+${width}`;
	const hit = known.get(key);
	if (hit) return hit;
	const cells = padRow(cutRow(row, from, width), width);
	known.set(key, cells);
	return cells;
};

/** The part of a pane on one screen row, or nothing. */
const pieceOf = ({rect, rows}: Pane, screenRow: number, columns: number): readonly Piece[] => {
	const index = screenRow - rect.row;
	const width = Math.min(rect.width, columns - rect.column);
	if (index < 0 || index >= rect.height || rect.column < 0 || width <= 0) return [];
	return [{column: rect.column, width, row: rows[index] ?? emptyRow, from: 0}];
};

type Composed = {readonly base: Row; readonly layers: readonly Piece[]; readonly row: Row};

const isMadeOf = (
	composed: Composed | undefined,
	base: Row,
	layers: readonly Piece[],
): composed is Composed =>
	composed?.base === base &&
	composed.layers.length === layers.length &&
	composed.layers.every((layer, index) => {
		const other = layers[index];
		return layer.row === other?.row && layer.column === other.column && layer.width === other.width;
	});

const lay = (base: Row, layers: readonly Piece[], columns: number): Row => {
	if (layers.length === 0) return cutRow(base, 0, columns);
	const pieces = layers.reduce(over, [{column: 0, width: columns, row: base, from: 0}]);
	const [first] = pieces;
	// A pane of the whole width hands out the same object wherever it scrolls.
	return first && pieces.length === 1 ? cellsOf(first) : pieces.flatMap(cellsOf);
};

export const createComposer = (): Composer => {
	let last: readonly Composed[] = [];
	let lastColumns = 0;

	return {
		compose({size, chrome, panes, cursor}) {
			const known = lastColumns === size.columns ? last : [];
			const composed = Array.from({length: size.rows}, (_, screenRow): Composed => {
				const base = chrome[screenRow] ?? emptyRow;
				const layers = panes.flatMap(pane => pieceOf(pane, screenRow, size.columns));
				const before = known[screenRow];
				return isMadeOf(before, base, layers) ? before : {base, layers, row: lay(base, layers, size.columns)};
			});

			last = composed;
			lastColumns = size.columns;
			return {size, rows: composed.map(({row}) => row), cursor};
		},
	};
};
