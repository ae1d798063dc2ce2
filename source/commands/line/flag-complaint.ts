/**
 * What is wrong with the options as they were written, before any parser makes the best of them: `--observe=yes`
 * must not quietly mean "not read-only". Pure; asked by the composition root.
 */
import {sanitiseLine} from '../../view/sanitise.ts';
import {type Flag, flags} from './flags.ts';

const table = (known: readonly Flag[]): ReadonlyMap<string, Flag> =>
	new Map(
		known.flatMap(flag => [
			[`--${flag.name}`, flag] as const,
			...(flag.short === undefined ? [] : [[`-${flag.short}`, flag] as const]),
		]),
	);

/** `-oc X` is `-o -c X`, `-cX` is `-c X`, `--connect=X` is `--connect X`; undefined: no value was joined to it. */
const split = (word: string): ReadonlyArray<readonly [name: string, value: string | undefined]> => {
	if (word.startsWith('--')) {
		const at = word.indexOf('=');
		return [at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]];
	}
	const known = table(flags);
	const letters = [...word.slice(1)];
	const taking = letters.findIndex(letter => known.get(`-${letter}`)?.takes !== undefined);
	const end = taking === -1 ? letters.length : taking + 1;
	const joined = letters.slice(end).join('');
	return letters
		.slice(0, end)
		.map((letter, index) => [`-${letter}`, index === taking && joined !== '' ? joined : undefined] as const);
};

/** One sentence, or undefined when all is well. `argv`: without the program. */
export const flagComplaint = (argv: readonly string[]): string | undefined => {
	const known = table(flags);
	for (let index = 0; index < argv.length; index += 1) {
		const word = argv[index] ?? '';
		if (word === '--') return undefined;
		if (!word.startsWith('-') || word === '-') continue;
		for (const [name, value] of split(word)) {
			const positive = name.replace(/^--no-/, '--');
			const flag = known.get(positive);
			if (flag === undefined || (positive !== name && flag.takes !== undefined))
				return `There is no option ${sanitiseLine(name)}. \`jumpseat --help\` lists those that there are.`;
			if (flag.takes === undefined) {
				if (value !== undefined && value !== 'true' && value !== 'false')
					return `${name} takes no value and got: ${sanitiseLine(value)}`;
				continue;
			}
			const taken = value ?? argv[index + 1];
			if (taken === undefined || (value === undefined && taken.startsWith('-')))
				return `${name} wants a value: ${flag.takes}.`;
			if (value === undefined) index += 1;
		}
	}
	return undefined;
};
