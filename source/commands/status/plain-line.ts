/**
 * The command line of `jumpseat status` without loading the parser: a status bar starts it every few seconds, and meow
 * takes a third of that. Reads only what can be read in one way; for anything else (`--name=value`, `-oc`, `--no-…`,
 * an option twice, `--`, an unknown one) it says nothing, and meow reads it.
 */
import {flags} from '../line/flags.ts';
import {type CommandLine, type Given, understand} from '../line/options.ts';

/** `argv`: without the program. @throws CommandError `usage` */
export const readPlainLine = (argv: readonly string[]): CommandLine | undefined => {
	if (argv[0] !== 'status') return undefined;
	const input: string[] = [];
	const given: {-readonly [Name in keyof Given]: Given[Name]} = {};
	const words = argv.values();
	for (const word of words) {
		// After a switch, the parser takes these for its value.
		if (word === 'true' || word === 'false') return undefined;
		if (!word.startsWith('-')) {
			input.push(word);
			continue;
		}
		const flag = flags.find(({name, short}) => word === `--${name}` || word === `-${short}`);
		if (flag === undefined || flag.repeated === true || given[flag.name] !== undefined) return undefined;
		if (flag.takes === undefined) {
			given[flag.name] = true;
			continue;
		}
		const {value} = words.next();
		if (value === undefined || value === '' || value.startsWith('-')) return undefined;
		given[flag.name] = value;
	}
	return understand({input, given});
};
