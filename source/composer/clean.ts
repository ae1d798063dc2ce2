/**
 * What may stand in a message: text without control characters, its lines ended by LF. Invariant: cleaning is
 * idempotent, and what comes out holds no lone surrogate. Called by the editor for everything that is typed,
 * pasted or put back.
 */

/**
 * Characters (Unicode code points) that the server takes in one message. Measured on 0.169: `turn/start`,
 * `turn/steer` and `thread/queue/add` take 2^20 emoji (4 MiB of UTF-8) and refuse one more with -32602
 * "Input exceeds the maximum length of 1048576 characters."
 */
export const maxInputCharacters = 1_048_576;

/** Escape sequences whole, so that a paste out of a terminal's recording leaves no `[31m` behind. */
const escapes = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[ -/]*[0-~])?/g;
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const loneSurrogates = /\p{Cs}/gu;
const harmless = /^[\t\n\x20-\x7e]*$/;

/** Line breaks of every kind become LF; tabs stay; other control characters and escape sequences vanish. */
export const cleanText = (text: string): string =>
	harmless.test(text)
		? text
		: text
				.replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
				.replace(escapes, '')
				.replace(controls, '')
				.replace(loneSurrogates, '');

/** Code points of well-formed text. */
export const countCharacters = (text: string): number => {
	let count = text.length;
	for (let index = 0; index < text.length; index++) if ((text.charCodeAt(index) & 0xfc00) === 0xd800) count--;
	return count;
};

/** Whether the server would refuse the text for its length. */
export const isTooLong = (text: string): boolean =>
	text.length > maxInputCharacters && countCharacters(text) > maxInputCharacters;

/** The sentence for a person; `what` names the text. */
export const tooLong = (what: string): string =>
	`${what} is longer than ${maxInputCharacters.toLocaleString('en')} characters, the most that the server takes.`;
