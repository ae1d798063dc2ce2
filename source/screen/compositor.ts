/**
 * The compositor: what the terminal shows and what it should show in, the fewest bytes between the two out.
 * Pure; whatever a frame holds, after its bytes the screen equals it, and nothing but our own sequences leaves.
 * The terminal driver calls it for every frame. It relies on autowrap being off and on the plain style between frames.
 */
import {Buffer} from 'node:buffer';
import {emptyRow} from '../view/row.ts';
import {isDisputed} from '../view/width.ts';
import type {Cursor, Frame, Size} from './frame.ts';
import {blankLine, type Line, lineOf, sameCell, sameLine} from './line.ts';
import type {KnownPlace} from './movement.ts';
import {createPen, type Pen} from './pen.ts';
import {findScroll, type Scroll, scrolled} from './scroll.ts';
import {
	beginSynchronized,
	deleteRows,
	endSynchronized,
	eraseCells,
	eraseToEnd,
	hideCursor,
	insertRows,
	scrollRegion,
	showCursor,
	wholeScreenRegion,
} from './sequences.ts';

export type PaintOptions = {
	/** The terminal understands synchronized output (mode 2026). */
	readonly synchronized: boolean;
	/** Where the last picture left the cursor, if it was hidden there and is known. */
	readonly at?: KnownPlace | undefined;
};

export type Painted = {
	/** '' when nothing differs. */
	readonly bytes: string;
	/** Where the cursor is left, for the next picture; undefined where terminals disagree. */
	readonly at: KnownPlace | undefined;
};

/** Blanks inside a row are erased and jumped over from this length on: ECH and CUF together cost 8 to 10 bytes. */
const longBlank = 11;
/** Equal cells between two changes are written again up to this length: a jump costs 3 to 5 bytes. */
const shortGap = 3;
/** So few bytes reach the terminal in one piece anyway, whatever rows they change: nothing to synchronise. */
const trivialLength = 96;

/** How many plain blank cells follow from a column on. */
const blanksFrom = (line: Line, from: number, to: number): number => {
	let column = from;
	while (column < to && line.texts[column] === ' ' && line.styles[column] === '') column++;
	return column - from;
};

/** Writes the cells of a line between two columns, none of them fragile. */
const writeCells = (pen: Pen, row: number, line: Line, from: number, to: number): void => {
	pen.aim({row, column: from});
	for (let column = from; column < to; ) {
		const blanks = blanksFrom(line, column, to);
		if (blanks >= longBlank) {
			pen.send(eraseCells(blanks));
			column += blanks;
			pen.aim({row, column});
			continue;
		}

		// All of one style at once, up to the next blanks.
		const style = line.styles[column] ?? '';
		const start = column;
		column += Math.max(blanks, 1);
		while (column < to && line.styles[column] === style && (line.texts[column] !== ' ' || style !== ''))
			column++;
		pen.print(line.texts.slice(start, column).join(''), column - start, style);
	}
};

/** Blanks the rest of a row after a line's end, of which `cells` may show something. */
const clearRest = (pen: Pen, row: number, line: Line, cells: number): void => {
	if (cells <= 0) return;
	pen.aim({row, column: line.texts.length});
	if (cells < eraseToEnd.length) pen.print(' '.repeat(cells), cells, '');
	else pen.send(eraseToEnd);
};

/** Writes a whole row over whatever the terminal has there. */
const writeWhole = (pen: Pen, row: number, line: Line, columns: number): void => {
	let written = 0;
	for (let column = 0; line.fragile && column < line.texts.length; column++) {
		const text = line.texts[column] ?? '';
		if (!isDisputed(text)) continue;
		writeCells(pen, row, line, written, column);
		const style = line.styles[column] ?? '';
		const end = line.texts.findIndex((next, index) => index > column && next !== '');
		written = end === -1 ? line.texts.length : end;
		// A terminal that finds it narrower would keep old cells beside it; one that finds it wider is put back.
		pen.aim({row, column});
		pen.print(' '.repeat(written - column), written - column, style);
		pen.aim({row, column});
		pen.print(text, 'unknown', style);
	}

	writeCells(pen, row, line, written, line.texts.length);
	clearRest(pen, row, line, columns - line.texts.length);
};

/** Writes only the cells of a row that differ. */
const writeChanges = (pen: Pen, row: number, before: Line, after: Line): void => {
	const end = after.texts.length;
	let column = 0;
	while (column < end) {
		while (column < end && sameCell(before, after, column)) column++;
		const start = column;
		let changedTo = start;
		for (; column < end && column - changedTo <= shortGap; column++) {
			if (!sameCell(before, after, column)) changedTo = column + 1;
			else if (after.styles[column] !== after.styles[column - 1]) break;
		}

		// The right half of a wide grapheme comes with it, also where it looks as before.
		while (changedTo < end && after.texts[changedTo] === '') changedTo++;
		column = changedTo;
		if (changedTo > start) writeCells(pen, row, after, start, changedTo);
	}

	clearRest(pen, row, after, before.texts.length - end);
};

/** Bytes for all rows; a line of `before` is undefined where the terminal may show anything. */
const writeRows = (
	pen: Pen,
	before: ReadonlyArray<Line | undefined>,
	after: readonly Line[],
	columns: number,
): void => {
	for (const [row, line] of after.entries()) {
		const old = before[row];
		if (old && sameLine(old, line)) continue;
		if (!old || old.fragile || line.fragile) writeWhole(pen, row, line, columns);
		else writeChanges(pen, row, old, line);
	}
};

const writeScroll = (pen: Pen, {top, bottom, by}: Scroll): void => {
	pen.send(scrollRegion(top, bottom), {row: 0, column: 0});
	pen.aim({row: top, column: 0});
	pen.send(by > 0 ? deleteRows(by) : insertRows(-by));
	pen.send(wholeScreenRegion, {row: 0, column: 0});
};

const onScreen = (cursor: Cursor | undefined, {columns, rows}: Size): Cursor | undefined =>
	cursor && {
		column: Math.max(0, Math.min(cursor.column, columns - 1)),
		row: Math.max(0, Math.min(cursor.row, rows - 1)),
	};

const linesOf = ({rows, size}: Frame): readonly Line[] =>
	Array.from({length: size.rows}, (_, row) => lineOf(rows[row] ?? emptyRow, size.columns));

/**
 * The bytes that turn a terminal that shows `shown` into one that shows `next`. Without
 * `shown`, or when its size was another, every row is written; the screen is never cleared first, so it does not flicker.
 */
export const paintFrame = (
	shown: Frame | undefined,
	next: Frame,
	{synchronized, at}: PaintOptions,
): Painted => {
	const {columns, rows} = next.size;
	const known = shown?.size.columns === columns && shown.size.rows === rows ? shown : undefined;
	if (known === next) return {bytes: '', at};
	const before = known ? linesOf(known) : [];
	const after = linesOf(next);
	const cursor = onScreen(next.cursor, next.size);

	const write = (scroll?: Scroll): Painted => {
		const pen = createPen(columns, onScreen(known?.cursor, next.size) ?? (known ? at : undefined));
		if (scroll) writeScroll(pen, scroll);
		writeRows(pen, scroll ? scrolled(before, scroll, blankLine) : before, after, columns);
		const bytes = pen.finish(cursor);
		const isAsShown = known !== undefined && Boolean(known.cursor) === Boolean(cursor);
		return {bytes: isAsShown ? bytes : bytes + (cursor ? showCursor : hideCursor), at: pen.place()};
	};

	const isChanged = (line: Line, row: number): boolean => {
		const old = before[row];
		return !old || !sameLine(old, line);
	};

	const changed = after.flatMap((line, row) => (isChanged(line, row) ? [row] : []));
	const scroll = known && findScroll(before, after, changed, columns);
	const plain = write();
	const shifted = scroll ? write(scroll) : plain;
	const best = Buffer.byteLength(shifted.bytes) < Buffer.byteLength(plain.bytes) ? shifted : plain;
	const isTrivial = known !== undefined && best.bytes.length <= trivialLength;
	if (!synchronized || isTrivial) return best;
	return {bytes: beginSynchronized + best.bytes + endSynchronized, at: best.at};
};

/** The bytes alone. */
export const paint = (shown: Frame | undefined, next: Frame, options: PaintOptions): string =>
	paintFrame(shown, next, options).bytes;
