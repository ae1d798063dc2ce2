/**
 * JSON on one line that does nothing to a terminal: what `JSON.stringify` leaves as it is and a terminal may obey —
 * DEL, C1 controls, bidi marks — is written as `\uXXXX`. The same value for every parser. Called by verbs with `--json`.
 */
const unsafe = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

export const jsonLine = (value: unknown): string =>
	`${JSON.stringify(value).replace(unsafe, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
