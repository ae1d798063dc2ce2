/**
 * A frame of the server as one line of JSON Lines. Pure. Byte for byte, with two exceptions that change no value: a
 * line break between the tokens becomes a blank (inside a string JSON forbids it raw), and for a terminal the
 * characters that would act on it, which JSON allows raw in a string, are written as `\uXXXX`.
 */

export type Reader = 'terminal' | 'pipe';

const lineBreaks = /[\r\n]/g;
/** DEL, the C1 controls, whatever has no shape of its own (bidi, joiners, tags), line and paragraph separators. */
const acting = /[\x7f-\x9f\p{Cf}\u2028\u2029]/gu;

const escaped = (character: string): string =>
	Array.from(
		{length: character.length},
		(_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
	).join('');

export const frameLine = (text: string, reader: Reader): string => {
	const line = text.replace(lineBreaks, ' ');
	return `${reader === 'terminal' ? line.replace(acting, escaped) : line}\n`;
};
