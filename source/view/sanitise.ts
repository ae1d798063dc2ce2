/**
 * Makes hostile text harmless: what comes out holds no control, escape, bidi or invisible character, and only
 * characters on whose width terminals agree as far as that can be had. All server text passes here (or through
 * `ansi.ts`, which uses it) exactly once before layout. Sanitising is idempotent and works line by line: an
 * escape sequence never reaches over a line break, so one cannot swallow the rest of a message.
 */
import {codePointsWidth} from './cell-width.ts';

/** A tab goes to the next multiple of this many columns: Markdown's tab, and enough to indent code. */
const tabColumns = 4;

const maxMarks = 4;

const printableAscii = /^[\x20-\x7e]*$/;

/** Letters, punctuation, boxes and ideographs that need nothing done; the second way out for honest text. */
const harmless =
	/^[\x20-\x7e\n\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0558\u2010-\u2027\u2030-\u205e\u2070-\u20cf\u2100-\u23ff\u2440-\u2bff\u3000-\u3029\u3030-\u3098\u309b-\u3163\u3165-\ua48f\uac00-\ud7a3\uff01-\uff9f\uffe0-\uffee]*$/;

/**
 * Escape sequences, whole or cut off, in the 7-bit and the 8-bit form. Strings (OSC, DCS, SOS, PM, APC) end at BEL,
 * ST, CAN, SUB, the next escape or the end of the line.
 */
const escapes = new RegExp(
	[
		'(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])[^\\x07\\x18\\x1a\\x1b\\x9c\\n\\r]*(?:\\x07|\\x1b\\\\|[\\x18\\x1a\\x9c])?',
		'(?:\\x1b\\[|\\x9b)[\\x20-\\x3f]*[\\x40-\\x7e]?',
		'\\x1b[\\x20-\\x2f]*[\\x30-\\x7e]?',
	].join('|'),
	'g',
);

const controls = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/g;
const loneSurrogates = /\p{Cs}/gu;
const lineSeparators = /[\u2028\u2029]/g;

/** Format characters (bidi, joiners, tags, soft hyphen), variation selectors and fillers, enclosing marks, skin tones. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Me}\p{Emoji_Modifier}]/gu;
const regionalIndicators = /\p{RI}/gu;
const letterOfIndicator = (indicator: string): string =>
	String.fromCharCode((indicator.codePointAt(0) ?? 0) - 0x1f1e6 + 0x41);

const composable = /[\p{M}\u1160-\u11ff\ud7b0-\ud7fb]/u;
const markFloods = new RegExp(`(\\p{M}{${maxMarks}})\\p{M}+`, 'gu');
const leadingMarks = /^\p{M}+/gmu;

/**
 * Removes what cannot be seen and settles what terminals dispute: joined emoji fall into their parts, emoji and
 * text variants lose the selector, a flag becomes its two letters. Line feeds stay; CR and tabs must be gone.
 */
const settle = (text: string): string => {
	if (harmless.test(text)) return text;
	const visible = text
		.replace(escapes, '')
		.replace(controls, '')
		.replace(loneSurrogates, '\ufffd')
		.replace(lineSeparators, ' ')
		.replace(invisible, '')
		.replace(regionalIndicators, letterOfIndicator);
	if (!composable.test(visible)) return visible;
	return visible.normalize('NFC').replace(markFloods, '$1').replace(leadingMarks, '');
};

/** Text without line breaks, harmless; breaks and tabs become one space. For names, titles, commands in one line. */
export const sanitiseLine = (text: string): string =>
	printableAscii.test(text)
		? text
		: settle(text.replace(escapes, '').replace(/\t/g, ' ').replace(/\r/g, '\n')).replace(/ ?\n[ \n]*/g, ' ');

const expandTabs = (line: string): string => {
	if (!line.includes('\t')) return settle(line);
	let result = '';
	let column = 0;
	for (const [index, part] of line.split('\t').entries()) {
		if (index > 0) {
			const blanks = tabColumns - (column % tabColumns);
			result += ' '.repeat(blanks);
			column += blanks;
		}
		const text = settle(part);
		result += text;
		column += codePointsWidth(text);
	}
	return result;
};

/** Harmless text of as many lines as there were: CRLF and CR become LF, tabs become blanks up to the next 4th column. */
export const sanitiseText = (text: string): string => {
	if (harmless.test(text)) return text;
	return text.replace(/\r\n?/g, '\n').replace(escapes, '').split('\n').map(expandTabs).join('\n');
};

const forbidden = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Cs}/u;

/** Whether a text holds anything that must never reach a terminal; the last guard before bytes are written. */
export const hasControl = (text: string): boolean => !printableAscii.test(text) && forbidden.test(text);
