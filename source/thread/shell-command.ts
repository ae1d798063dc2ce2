/**
 * `/bin/bash -lc 'npm test'` → `npm test`. Invariant: when it is not exactly a shell with one quoted script, the
 * command comes back unchanged: a guess must never change what is said to have run.
 */
const shellCall = /^(?:\/\S*\/)?(?:bash|zsh|sh|dash) -l?c (.+)$/s;

/** The one word that a POSIX shell would make of `source`, or undefined when it makes more or fewer. */
const singleWord = (source: string): string | undefined => {
	let word = '';
	let at = 0;
	while (at < source.length) {
		const char = source[at] ?? '';
		if (char === "'") {
			const end = source.indexOf("'", at + 1);
			if (end < 0) return undefined;
			word += source.slice(at + 1, end);
			at = end + 1;
		} else if (char === '"') {
			const quoted = doubleQuoted(source, at + 1);
			if (quoted === undefined) return undefined;
			word += quoted.text;
			at = quoted.end;
		} else if (/[A-Za-z0-9_./:=@%+,-]/.test(char)) {
			word += char;
			at += 1;
		} else if (char === '\\' && at + 1 < source.length) {
			word += source[at + 1] ?? '';
			at += 2;
		} else return undefined;
	}
	return word;
};

/** From behind an opening double quote to behind the closing one; expansions make it undefined. */
const doubleQuoted = (source: string, from: number): {text: string; end: number} | undefined => {
	let text = '';
	for (let at = from; at < source.length; at += 1) {
		const char = source[at] ?? '';
		if (char === '"') return {text, end: at + 1};
		if (char === '$' || char === '`') return undefined;
		if (char === '\\' && /["\\$`]/.test(source[at + 1] ?? '')) {
			text += source[at + 1] ?? '';
			at += 1;
		} else text += char;
	}
	return undefined;
};

export const unwrapShell = (command: string): string => {
	const script = shellCall.exec(command)?.[1];
	if (script === undefined) return command;
	return singleWord(script) ?? command;
};
