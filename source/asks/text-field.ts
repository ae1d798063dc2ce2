/**
 * One line of text under a cursor: what a field of a card holds. Pure.
 *
 * Invariants: the cursor stands between two graphemes; no control character gets in, a pasted line break becomes a
 * blank; a text that is too long is not cut but refused. Called by `form.ts`.
 */

export type TextField = {
	readonly text: string;
	/** Offset in `text`. */
	readonly cursor: number;
};

/** UTF-16 units. */
const mostText = 10_000;

const segmenter = new Intl.Segmenter('en', {granularity: 'grapheme'});

/** The offsets between graphemes, the two ends included. */
const boundaries = (text: string): readonly number[] => [
	...Array.from(segmenter.segment(text), part => part.index),
	text.length,
];

const before = (text: string, cursor: number): number =>
	boundaries(text).findLast(boundary => boundary < cursor) ?? 0;
const after = (text: string, cursor: number): number =>
	boundaries(text).find(boundary => boundary > cursor) ?? text.length;
/** What is typed may join with its neighbours: the cursor then goes behind the whole. */
const settle = (text: string, cursor: number): number =>
	boundaries(text).find(boundary => boundary >= cursor) ?? text.length;

/** Line breaks and tabs to blanks, a line break at the end (of a copied password) to nothing, other controls away. */
const oneLine = (text: string): string =>
	text
		.replace(/[\r\n]+$/, '')
		.replace(/\r\n|[\r\n\t\u2028\u2029]/g, ' ')
		.replace(/[\p{Cc}\p{Cs}]/gu, '');

export const insertText = <Value extends TextField>(value: Value, text: string): Value => {
	const inserted = oneLine(text);
	if (inserted === '' || value.text.length + inserted.length > mostText) return value;
	const next = value.text.slice(0, value.cursor) + inserted + value.text.slice(value.cursor);
	return {...value, text: next, cursor: settle(next, value.cursor + inserted.length)};
};

const remove = <Value extends TextField>(value: Value, from: number, to: number): Value => {
	const text = value.text.slice(0, from) + value.text.slice(to);
	return {...value, text, cursor: settle(text, from)};
};

const wordStart = (text: string, cursor: number): number =>
	text.slice(0, cursor).replace(/\S*\s*$/u, '').length;

type TextKey = {readonly name: string; readonly text: string; readonly ctrl: boolean; readonly alt: boolean};

/** The field after a key, or undefined when the key means nothing in it. Chords never insert their letter. */
export const editText = <Value extends TextField>(value: Value, key: TextKey): Value | undefined => {
	const {text, cursor} = value;
	const moved = (to: number): Value => ({...value, cursor: to});
	if (key.ctrl && !key.alt) {
		switch (key.name) {
			case 'a':
				return moved(0);
			case 'e':
				return moved(text.length);
			case 'u':
				return remove(value, 0, cursor);
			case 'k':
				return remove(value, cursor, text.length);
			case 'w':
				return remove(value, wordStart(text, cursor), cursor);
			default:
				return undefined;
		}
	}
	if (key.alt || key.ctrl) return undefined;
	switch (key.name) {
		case 'left':
			return moved(before(text, cursor));
		case 'right':
			return moved(after(text, cursor));
		case 'home':
			return moved(0);
		case 'end':
			return moved(text.length);
		case 'backspace':
			return remove(value, before(text, cursor), cursor);
		case 'delete':
			return remove(value, cursor, after(text, cursor));
		default:
			return key.text === '' || key.name === 'enter' ? undefined : insertText(value, key.text);
	}
};

/** One dot for each grapheme: what may be shown of a secret, and where its cursor stands (a number of dots). */
export const masked = ({text, cursor}: TextField): TextField => {
	const inner = boundaries(text);
	return {text: '•'.repeat(Math.max(0, inner.length - 1)), cursor: inner.filter(at => at < cursor).length};
};
