/**
 * Breaks rows into rows that fit. Invariants: no row is wider than asked (a character wider than all the columns
 * becomes a blank), no character is split, and a row that fits comes back as itself. Called by every view that
 * shows text.
 */
import type {Row, Sgr, Span} from './row.ts';
import {emptyRow, rowText} from './row.ts';
import {graphemes, rowWidth, textWidth} from './width.ts';

export type WrapOptions = {
	/** Blank columns before each row after the first. */
	readonly hang?: number;
};

const isAscii = /^[\x20-\x7e]*$/;
/** Without these every code point is a character of its own. */
const mayJoin = /[\p{M}\p{Cf}\p{RI}\p{Emoji_Modifier}\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]/u;
/** No row begins with these, so no break is made before them. */
const closing = /^[、。，．・：；？！゛゜ー）］｝〉》」』】〕…‥]/u;

/** The characters of a text, by index: how wide they are and where they stand. */
type Ruler = {
	readonly count: number;
	/** Text offset at which character `index` starts; of `count`, the length of the text. */
	offset(index: number): number;
	/** The first character from `index` on that no longer fits into `columns`. */
	fit(index: number, columns: number): number;
	isSpace(index: number): boolean;
	/** Whether a row may begin with this character. */
	isBreak(index: number): boolean;
};

const asciiRuler = (text: string): Ruler => ({
	count: text.length,
	offset: index => index,
	fit: (index, columns) => Math.min(text.length, index + columns),
	isSpace: index => text.charCodeAt(index) === 0x20,
	isBreak: index => text.charCodeAt(index - 1) === 0x20,
});

/** Graphemes; those of more than two cells (some Indic clusters) take one after the other in a terminal anyway. */
const charactersOf = (text: string): readonly string[] =>
	mayJoin.test(text)
		? graphemes(text).flatMap(part => (textWidth(part) > 2 ? Array.from(part) : [part]))
		: Array.from(text);

const wideRuler = (text: string): Ruler => {
	const parts = charactersOf(text);
	const widths = parts.map(part => textWidth(part));
	const offsets = [0];
	let offset = 0;
	for (const part of parts) {
		offset += part.length;
		offsets.push(offset);
	}
	return {
		count: parts.length,
		offset: index => offsets[index] ?? text.length,
		fit: (index, columns) => {
			let width = 0;
			let at = index;
			for (; at < parts.length; at++) {
				width += widths[at] ?? 0;
				if (width > columns) break;
			}
			return at;
		},
		isSpace: index => parts[index] === ' ',
		isBreak: index => {
			if (parts[index - 1] === ' ') return true;
			const besideWide = (widths[index - 1] ?? 0) > 1 || (widths[index] ?? 0) > 1;
			return besideWide && !closing.test(parts[index] ?? '');
		},
	};
};

/** A piece of the row: text offsets, or a blank where a character did not fit at all. */
type Piece = {readonly from: number; readonly to: number; readonly isBlank: boolean};

/** The word that starts at `index` is too long for any row, so moving it to the next would gain nothing. */
const isEndless = (ruler: Ruler, index: number, columns: number): boolean => {
	const end = ruler.fit(index, columns);
	if (end >= ruler.count) return false;
	for (let at = index + 1; at <= end; at++) if (ruler.isSpace(at) || ruler.isBreak(at)) return false;
	return true;
};

/** Where the row that starts at `start` and is full before `full` ends by word logic, or undefined to cut it at `full`. */
const wordEnd = (ruler: Ruler, start: number, full: number, nextColumns: number): number | undefined => {
	if (ruler.isSpace(full)) return full;
	for (let at = full; at > start; at--) {
		if (!ruler.isBreak(at)) continue;
		let end = at;
		while (end > start && ruler.isSpace(end - 1)) end--;
		return end === start || isEndless(ruler, at, nextColumns) ? undefined : at;
	}
	return undefined;
};

const breakText = (text: string, first: number, rest: number, breaks: 'words' | 'edge'): Piece[] => {
	const ruler = isAscii.test(text) ? asciiRuler(text) : wideRuler(text);
	const pieces: Piece[] = [];
	let start = 0;
	while (start < ruler.count) {
		const full = ruler.fit(start, pieces.length === 0 ? first : rest);
		let end = full;
		let next = full;
		if (full === start) {
			next = start + 1;
		} else if (full < ruler.count && breaks === 'words') {
			end = wordEnd(ruler, start, full, rest) ?? full;
			next = end;
			while (next < ruler.count && ruler.isSpace(next)) next++;
			while (end > start && ruler.isSpace(end - 1)) end--;
		}
		pieces.push({from: ruler.offset(start), to: ruler.offset(end), isBlank: full === start});
		start = next;
	}
	return pieces;
};

/** Takes pieces of a row in ascending order, so that wrapping stays linear in the number of spans. */
const createSlicer = (row: Row): ((from: number, to: number) => Span[]) => {
	let spanIndex = 0;
	let spanStart = 0;
	return (from, to) => {
		const result: Span[] = [];
		while (spanIndex < row.length) {
			const span = row[spanIndex];
			if (!span || spanStart >= to) break;
			const spanEnd = spanStart + span.text.length;
			if (spanEnd > from) {
				const text = span.text.slice(Math.max(0, from - spanStart), to - spanStart);
				if (text) result.push(text.length === span.text.length ? span : {text, sgr: span.sgr});
			}
			if (spanEnd > to) break;
			spanIndex++;
			spanStart = spanEnd;
		}
		return result;
	};
};

const wrap = (row: Row, columns: number, hang: number, breaks: 'words' | 'edge'): Row[] => {
	if (rowWidth(row) <= columns) return [row];
	const first = Math.max(1, columns);
	const indent = Math.max(0, Math.min(hang, first >> 1));
	const slice = createSlicer(row);
	return breakText(rowText(row), first, first - indent, breaks).map(({from, to, isBlank}, index) => {
		const spans: Span[] = isBlank ? [{text: ' ', sgr: ''}] : slice(from, to);
		return indent > 0 && index > 0 ? [{text: ' '.repeat(indent), sgr: ''}, ...spans] : spans;
	});
};

/**
 * Word wrap: breaks at spaces (dropped at the break) and beside wide characters; a word that is too long for any
 * row is cut at the edge. `hang` is held to half of the columns.
 */
export const wrapRow = (row: Row, columns: number, options: WrapOptions = {}): Row[] =>
	wrap(row, columns, options.hang ?? 0, 'words');

/** Cuts at the edge, keeps every blank: for output and code. */
export const hardWrapRow = (row: Row, columns: number): Row[] => wrap(row, columns, 0, 'edge');

/** Word wrap of sanitised text of many lines in one look. */
export const wrapText = (text: string, sgr: Sgr, columns: number): Row[] =>
	text.split('\n').flatMap(line => (line ? wrapRow([{text: line, sgr}], columns) : [emptyRow]));

/** The rows with a prefix before each (another before the first, if given); its width adds to theirs. */
export const indentRows = (rows: readonly Row[], prefix: Span, firstPrefix: Span = prefix): Row[] =>
	rows.map((row, index) => [index === 0 ? firstPrefix : prefix, ...row]);
