/**
 * Text for the chrome: harmless, on one line, and no longer than any screen is wide. Ink measures and cuts what it is
 * given in quadratic time: a thread's name of a megabyte would stop the program for hours. Used by `chrome.ts` and
 * `status-words.ts`.
 */
import {sanitiseLine} from '../view/sanitise.ts';

/** UTF-16 units; more than the columns of any terminal, and room for marks and escapes that vanish. */
const longest = 1000;

export const chromeLine = (text: string): string =>
	sanitiseLine(text.length > longest ? text.slice(0, longest) : text);
