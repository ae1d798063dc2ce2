/**
 * A row: one line of a screen as styled spans, already sanitised, wrapped and free of line breaks.
 *
 * Everything that draws speaks this type: `view/` makes rows, the chrome captured from Ink is parsed into rows,
 * and `screen/` compares rows with what the terminal shows. Rows are immutable and are compared by identity
 * first, so a producer must hand out the same object while nothing changed.
 */

/**
 * SGR parameters in canonical form without the introducer and the final `m`: attributes ascending, then
 * foreground, then background — for example `''` (plain), `'1'` (bold), `'2;38;5;42'`, `'7;31;48;2;0;0;0'`.
 * Equal looks must be equal strings. Make them with `sgr()` in `view/style.ts`.
 */
export type Sgr = string;

export type Span = {
	/** Printable text: no control characters, no escapes, no bidi controls. */
	readonly text: string;
	readonly sgr: Sgr;
};

export type Row = readonly Span[];

export const emptyRow: Row = [];

/** The plain text of a row, without styles. */
export const rowText = (row: Row): string => row.map(span => span.text).join('');
