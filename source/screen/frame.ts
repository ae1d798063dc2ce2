/**
 * A frame: what the terminal should show, whole. The compositor turns the difference between two frames into
 * bytes; nothing else in the program describes a screen.
 */
import type {Row} from '../view/row.ts';

export type Size = {
	/** Cells across. */
	readonly columns: number;
	/** Rows down. */
	readonly rows: number;
};

export type Cursor = {
	/** Zero-based column. */
	readonly column: number;
	/** Zero-based row. */
	readonly row: number;
};

export type Frame = {
	readonly size: Size;
	/** Exactly `size.rows` rows, none wider than `size.columns`; the rest of a shorter row is blank. */
	readonly rows: readonly Row[];
	/** Where the cursor stands, or undefined to hide it. */
	readonly cursor: Cursor | undefined;
};

/** Zero-based, in cells; `column + width` and `row + height` are exclusive. */
export type Rect = {
	readonly column: number;
	readonly row: number;
	readonly width: number;
	readonly height: number;
};
