/**
 * A frame of the server as one line of JSON Lines. Pure. Byte for byte, with two exceptions that change no value: a
 * line break between the tokens becomes a blank (inside a string JSON forbids it raw), and for a terminal the
 * characters that would act on it, which JSON allows raw in a string, are written as `\uXXXX`.
 */

import {inertJson} from '../json-line.ts';

export type Reader = 'terminal' | 'pipe';

const lineBreaks = /[\r\n]/g;

export const frameLine = (text: string, reader: Reader): string => {
	const line = text.replace(lineBreaks, ' ');
	return `${reader === 'terminal' ? inertJson(line) : line}\n`;
};
