/**
 * Places in a text to which a cursor may go: graphemes, words, lines. Invariant: every offset given back is a
 * grapheme boundary of the text, if the one given was. Called by the editor.
 */

const segmenter = new Intl.Segmenter('en', {granularity: 'grapheme'});
const wordCharacter = /[\p{L}\p{N}\p{M}_\u200c\u200d]/u;
const blank = /\s/u;

export const lineStart = (text: string, at: number): number =>
	at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;

export const lineEnd = (text: string, at: number): number => {
	const end = text.indexOf('\n', at);
	return end < 0 ? text.length : end;
};

/** Between two of these there always is a boundary; the segmenter is asked for everything else. */
const isPlain = (code: number): boolean => code === 10 || (code >= 0x20 && code < 0x7f);

/** The grapheme that holds the UTF-16 unit at `at`. A line feed is always one, so a line is enough to look at. */
const graphemeAt = (text: string, at: number): {readonly from: number; readonly to: number} => {
	if (text[at] === '\n') return {from: at, to: at + 1};
	const from = lineStart(text, at);
	const part = segmenter.segment(text.slice(from, lineEnd(text, at))).containing(at - from);
	return part === undefined
		? {from: at, to: at}
		: {from: from + part.index, to: from + part.index + part.segment.length};
};

export const isBoundary = (text: string, at: number): boolean =>
	at <= 0 ||
	at >= text.length ||
	(isPlain(text.charCodeAt(at - 1)) && isPlain(text.charCodeAt(at))) ||
	graphemeAt(text, at).from === at;

/** `at` itself when it is a boundary, else the next one. */
export const snap = (text: string, at: number): number => {
	if (at <= 0) return 0;
	if (at >= text.length) return text.length;
	return isBoundary(text, at) ? at : graphemeAt(text, at).to;
};

export const nextGrapheme = (text: string, at: number): number =>
	at >= text.length ? text.length : snap(text, at + 1);

export const previousGrapheme = (text: string, at: number): number => {
	if (at <= 0) return 0;
	return isBoundary(text, at - 1) ? at - 1 : graphemeAt(text, at - 1).from;
};

type Kind = 'blank' | 'word' | 'mark';

const kindAt = (text: string, at: number): Kind => {
	const character = String.fromCodePoint(text.codePointAt(at) ?? 0x20);
	if (blank.test(character)) return 'blank';
	return wordCharacter.test(character) ? 'word' : 'mark';
};

/** The next offset from `at` on, going forward by code points, at which `fits` no longer holds. */
const skipForward = (text: string, at: number, fits: (kind: Kind) => boolean): number => {
	let index = at;
	while (index < text.length && fits(kindAt(text, index)))
		index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
	return index;
};

const skipBack = (text: string, at: number, fits: (kind: Kind) => boolean): number => {
	let index = at;
	while (index > 0) {
		const isLow = (text.charCodeAt(index - 1) & 0xfc00) === 0xdc00;
		const before = index - (isLow && index > 1 ? 2 : 1);
		if (!fits(kindAt(text, before))) break;
		index = before;
	}
	return index;
};

/** The end of the word at or after the cursor. */
export const wordRight = (text: string, at: number): number =>
	snap(
		text,
		skipForward(
			text,
			skipForward(text, at, kind => kind !== 'word'),
			kind => kind === 'word',
		),
	);

const snapBack = (text: string, at: number): number =>
	isBoundary(text, at) ? at : previousGrapheme(text, snap(text, at));

/** The beginning of the word before the cursor. */
export const wordLeft = (text: string, at: number): number =>
	snapBack(
		text,
		skipBack(
			text,
			skipBack(text, at, kind => kind !== 'word'),
			kind => kind === 'word',
		),
	);

/** The beginning of what stands between blanks before the cursor, as ctrl+w means a word. */
export const chunkLeft = (text: string, at: number): number =>
	snapBack(
		text,
		skipBack(
			text,
			skipBack(text, at, kind => kind === 'blank'),
			kind => kind !== 'blank',
		),
	);
