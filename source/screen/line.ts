/**
 * A row laid out on the grid of cells, which is how the compositor compares and writes it. Invariant: a line never
 * reaches beyond the screen's columns and holds no control character, whatever the row held. Remembered per row.
 */
import type {Row, Sgr} from '../view/row.ts';
import {graphemes, isDisputed, textWidth} from '../view/width.ts';
import {harmless} from './sequences.ts';

export type Line = {
	/** For each column the grapheme that starts there, or '' where a wide one continues. */
	readonly texts: readonly string[];
	/** For each column its style. */
	readonly styles: readonly Sgr[];
	/** Holds a grapheme about whose width terminals disagree: may only be written whole. */
	readonly fragile: boolean;
};

/** Characters of one cell everywhere, which need no segmenting: ASCII, box drawing and blocks. */
const simple = /^[ -~\u2500-\u259F]*$/;

const layOut = (row: Row, columns: number): Line => {
	const texts: string[] = [];
	const styles: Sgr[] = [];
	let fragile = false;
	const add = (text: string, sgr: Sgr): void => {
		texts.push(text);
		styles.push(sgr);
	};

	for (const span of row) {
		const text = harmless(span.text);
		const isSimple = simple.test(text);
		for (const grapheme of isSimple ? text : graphemes(text)) {
			const room = columns - texts.length;
			if (room <= 0) break;
			const width = isSimple ? 1 : textWidth(grapheme);
			if (width === 0) continue;
			if (width > room) {
				// A wide grapheme cut by the edge leaves blanks in its style.
				for (let cell = 0; cell < room; cell++) add(' ', span.sgr);
				break;
			}

			fragile ||= !isSimple && isDisputed(grapheme);
			add(grapheme, span.sgr);
			for (let cell = 1; cell < width; cell++) add('', span.sgr);
		}
	}

	while (texts.at(-1) === ' ' && styles.at(-1) === '') {
		texts.pop();
		styles.pop();
	}

	return {texts, styles, fragile};
};

export const blankLine: Line = {texts: [], styles: [], fragile: false};

const known = new WeakMap<Row, {readonly columns: number; readonly line: Line}>();

/** The line of a row on a screen of that many columns; trailing plain blanks are left out. */
export const lineOf = (row: Row, columns: number): Line => {
	const hit = known.get(row);
	if (hit?.columns === columns) return hit.line;
	const line = layOut(row, columns);
	known.set(row, {columns, line});
	return line;
};

export const sameCell = (one: Line, other: Line, column: number): boolean =>
	(one.texts[column] ?? ' ') === (other.texts[column] ?? ' ') &&
	(one.styles[column] ?? '') === (other.styles[column] ?? '');

export const sameLine = (one: Line, other: Line): boolean => {
	if (one === other) return true;
	if (one.texts.length !== other.texts.length) return false;
	return one.texts.every((_, column) => sameCell(one, other, column));
};
