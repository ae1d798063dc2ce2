/**
 * JSON on one line that does nothing to a terminal: what JSON allows raw in a string and a terminal may obey is written
 * as `\uXXXX`. The same value for every parser. Called by verbs with `--json`.
 */

/** DEL, the C1 controls, whatever has no shape of its own (bidi, joiners, tags), line and paragraph separators. */
const acting = /[\x7f-\x9f\p{Cf}\u2028\u2029]/gu;

const escaped = (character: string): string =>
	Array.from(
		{length: character.length},
		(_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
	).join('');

/** `json`: text of JSON; its C0 controls are escaped already, or stand between the tokens. */
export const inertJson = (json: string): string => json.replace(acting, escaped);

export const jsonLine = (value: unknown): string => `${inertJson(JSON.stringify(value))}\n`;
