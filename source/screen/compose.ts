/**
 * Puts one frame together: the chrome that Ink laid out, with the rows of the streaming panes in its empty boxes.
 * Rows made of the same objects as in the last frame keep their identity, so a delta costs only its own rows.
 */
import {emptyRow, type Row} from '../view/row.ts';
import {cutRow, padRow, rowWidth} from '../view/width.ts';
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

/** A piece of a screen row: this row, cut and padded to that many cells, from that column on. */
type Layer = {readonly column: number; readonly width: number; readonly row: Row};

const fill = (row: Row, width: number): Row => padRow(cutRow(row, 0, width), width);

const lay = (base: Row, {column, width, row}: Layer): Row => [
	...fill(base, column),
	...fill(row, width),
	...cutRow(base, column + width, Number.MAX_SAFE_INTEGER),
];

/** The part of a pane on one screen row, or undefined where it has none. */
const layerOf = ({rect, rows}: Pane, screenRow: number, columns: number): Layer | undefined => {
	const index = screenRow - rect.row;
	if (index < 0 || index >= rect.height) return undefined;
	const width = Math.min(rect.width, columns - rect.column);
	return rect.column < 0 || width <= 0
		? undefined
		: {column: rect.column, width, row: rows[index] ?? emptyRow};
};

type Composed = {readonly base: Row; readonly layers: readonly Layer[]; readonly row: Row};

const isMadeOf = (
	composed: Composed | undefined,
	base: Row,
	layers: readonly Layer[],
): composed is Composed =>
	composed?.base === base &&
	composed.layers.length === layers.length &&
	composed.layers.every((layer, index) => {
		const other = layers[index];
		return layer.row === other?.row && layer.column === other.column && layer.width === other.width;
	});

export const createComposer = (): Composer => {
	let last: readonly Composed[] = [];
	let lastColumns = 0;

	return {
		compose({size, chrome, panes, cursor}) {
			const known = lastColumns === size.columns ? last : [];
			const composed = Array.from({length: size.rows}, (_, screenRow): Composed => {
				const base = chrome[screenRow] ?? emptyRow;
				const layers = panes.flatMap(pane => layerOf(pane, screenRow, size.columns) ?? []);
				const before = known[screenRow];
				if (isMadeOf(before, base, layers)) return before;
				const row = layers.reduce(lay, base);
				return {base, layers, row: rowWidth(row) > size.columns ? cutRow(row, 0, size.columns) : row};
			});

			last = composed;
			lastColumns = size.columns;
			return {size, rows: composed.map(({row}) => row), cursor};
		},
	};
};
