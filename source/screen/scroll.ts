/**
 * Finds out whether a band of rows moved up or down as a whole, so that the terminal can shift it instead of
 * being told every row again. Only a guess by counting: the compositor keeps it if it really saves bytes.
 */
import {type Line, sameCell} from './line.ts';

/** Rows `top` to `bottom` (inclusive) move by `by` rows: upwards when positive. */
export type Scroll = {readonly top: number; readonly bottom: number; readonly by: number};

const fewestRows = 4;

/** The columns in which any changed row changed: beside a scrolling pane another may stand still. */
const changedColumns = (
	before: readonly Line[],
	after: readonly Line[],
	rows: readonly number[],
	columns: number,
): [number, number] => {
	let from = columns;
	let to = 0;
	for (const row of rows) {
		const [one, other] = [before[row], after[row]];
		if (!one || !other) continue;
		const end = Math.max(one.texts.length, other.texts.length);
		let first = 0;
		while (first < from && first < end && sameCell(one, other, first)) first++;
		let last = end;
		while (last > to && sameCell(one, other, last - 1)) last--;
		from = Math.min(from, first);
		to = Math.max(to, last);
	}

	return [from, to];
};

/** The likeliest scroll of the changed rows, or undefined. */
export const findScroll = (
	before: readonly Line[],
	after: readonly Line[],
	changed: readonly number[],
	columns: number,
): Scroll | undefined => {
	if (changed.length < fewestRows) return undefined;
	const [from, to] = changedColumns(before, after, changed, columns);
	const first = changed[0] ?? 0;
	const last = changed.at(-1) ?? 0;
	const textOf = (line: Line | undefined): string => line?.texts.slice(from, to).join('').trimEnd() ?? '';

	/** Where each text stood; a text that stood twice tells nothing. */
	const stood = new Map<string, number>();
	for (let row = first; row <= last; row++) {
		const text = textOf(before[row]);
		stood.set(text, stood.has(text) ? Number.NaN : row);
	}

	stood.delete('');
	const moves = new Map<number, number[]>();
	for (let row = first; row <= last; row++) {
		const by = (stood.get(textOf(after[row])) ?? Number.NaN) - row;
		if (by !== 0 && !Number.isNaN(by)) moves.set(by, [...(moves.get(by) ?? []), row]);
	}

	const [by, rows] = [...moves].reduce(
		(best, move) => (move[1].length > best[1].length ? move : best),
		[0, [] as number[]],
	);
	if (rows.length < fewestRows - 1) return undefined;
	const [top, bottom] = [rows[0] ?? 0, rows.at(-1) ?? 0];
	return {top: Math.min(top, top + by), bottom: Math.max(bottom, bottom + by), by};
};

/** What the terminal shows after a scroll: the rows that came in are blank. */
export const scrolled = (lines: readonly Line[], {top, bottom, by}: Scroll, blank: Line): readonly Line[] =>
	lines.map((line, row) => {
		if (row < top || row > bottom) return line;
		const source = row + by;
		return source < top || source > bottom ? blank : (lines[source] ?? blank);
	});
