/**
 * One line of command output while it is written: text is appended as runs, and only when something moves the
 * cursor back does the line become cells that can be overwritten. Widths are sums over code points, so the result
 * does not depend on how the text was split. Called only by `ansi.ts`.
 */
import {codePointsWidth, codePointWidth} from './cell-width.ts';
import type {Row, Sgr, Span} from './row.ts';
import {sanitiseLine} from './sanitise.ts';

/** Where a tab goes: multiples of eight, as in terminals. */
const tabColumns = 8;

/** A jump over blanks reaches at most here: a short sequence must not make a long line. */
const maxJumpColumn = 200;

/** `isAscii` saves looking through a long line again whenever its end is drawn. */
type Run = {text: string; sgr: Sgr; isAscii: boolean};

/** The second cell of a wide character has the text `''`. */
type Cell = {text: string; width: number; sgr: Sgr};

export type Line = {
	/** Printable text only. */
	write(text: string, sgr: Sgr): void;
	tab(sgr: Sgr): void;
	moveTo(column: number): void;
	moveBy(columns: number): void;
	/** `CSI K`: 0 from the cursor on, 1 up to it, 2 all. */
	erase(part: number): void;
	/** The line as it stands, sanitised. */
	row(): Row;
};

const asciiOnly = /^[\x20-\x7e]*$/;
/** Skin tones are wide alone but sanitising removes them. */
const modifier = /\p{Emoji_Modifier}/gu;

const append = (runs: Run[], text: string, sgr: Sgr) => {
	const last = runs.at(-1);
	const isAscii = asciiOnly.test(text);
	if (last?.sgr === sgr) {
		last.text += text;
		last.isAscii &&= isAscii;
	} else runs.push({text, sgr, isAscii});
};

const blank = (): Cell => ({text: ' ', width: 1, sgr: ''});

export const createLine = (): Line => {
	let runs: Run[] = [];
	let cells: Cell[] | undefined;
	/** Where the next character goes. */
	let column = 0;
	/** Columns that hold something. */
	let end = 0;

	/** Half a wide character cannot stay when the other half is overwritten. */
	const breakWide = (grid: Cell[], at: number) => {
		if (grid[at]?.width === 0) {
			grid[at - 1] = blank();
			grid[at] = blank();
		} else if (grid[at]?.width === 2) {
			grid[at] = blank();
			grid[at + 1] = blank();
		}
	};

	const put = (grid: Cell[], char: string, sgr: Sgr) => {
		const width = modifier.test(char) ? 0 : codePointWidth(char.codePointAt(0) ?? 0);
		modifier.lastIndex = 0;
		if (width === 0) {
			const before = grid[column - 1];
			const base = before?.width === 0 ? grid[column - 2] : before;
			if (base) base.text += char;
			return;
		}
		while (grid.length < column) grid.push(blank());
		breakWide(grid, column);
		if (width === 2) breakWide(grid, column + 1);
		grid[column] = {text: char, width, sgr};
		if (width === 2) grid[column + 1] = {text: '', width: 0, sgr};
		column += width;
		end = grid.length;
	};

	const toCells = (): Cell[] => {
		if (cells) return cells;
		const target = column;
		const grid: Cell[] = [];
		column = 0;
		for (const run of runs) for (const char of run.text) put(grid, char, run.sgr);
		column = target;
		runs = [];
		cells = grid;
		return grid;
	};

	const write = (text: string, sgr: Sgr) => {
		if (!cells && column === end) {
			append(runs, text, sgr);
			column += asciiOnly.test(text) ? text.length : codePointsWidth(text.replace(modifier, ''));
			end = column;
			return;
		}
		const grid = toCells();
		for (const char of text) put(grid, char, sgr);
	};

	const moveTo = (target: number) => {
		column = Math.max(0, Math.min(target, Math.max(end, maxJumpColumn)));
	};

	return {
		write,
		tab(sgr) {
			const target = column + tabColumns - (column % tabColumns);
			// A tab moves over what is there; only beyond the end does it leave blanks.
			if (column < end) moveTo(target);
			else write(' '.repeat(target - column), sgr);
		},
		moveTo,
		moveBy: columns => moveTo(column + columns),
		erase(part) {
			if (part === 2 || (part === 0 && column === 0)) {
				runs = [];
				cells = undefined;
				end = 0;
				if (column > 0) cells = [];
				return;
			}
			const grid = toCells();
			if (part === 0 && column < grid.length) {
				breakWide(grid, column);
				grid.length = column;
			} else if (part === 1) {
				for (let at = 0; at <= Math.min(column, grid.length - 1); at++) {
					breakWide(grid, at);
					grid[at] = blank();
				}
			}
			end = grid.length;
		},
		row() {
			const source: Run[] = cells ? [] : runs;
			for (const cell of cells ?? []) append(source, cell.text, cell.sgr);
			const spans: Span[] = [];
			for (const run of source) {
				const text = run.isAscii ? run.text : sanitiseLine(run.text);
				if (text) spans.push({text, sgr: run.sgr});
			}
			return spans;
		},
	};
};
