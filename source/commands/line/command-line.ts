/**
 * The command line through its parser, meow, and then checked against the table (`options.ts`). Called by the
 * composition root.
 */
import meow from 'meow';
import packageJson from '../../../package.json' with {type: 'json'};
import {flagComplaint} from './flag-complaint.ts';
import {flags} from './flags.ts';
import {type CommandLine, type Parsed, understand, usage} from './options.ts';

export {type CommandLine, type Given, noOptions, type Options, textOf} from './options.ts';

const camelCase = (name: string): string =>
	name.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase());

const parse = (argv: readonly string[]): Parsed => {
	const complaint = flagComplaint(argv);
	if (complaint !== undefined) throw usage(complaint);
	// Where one verb takes a list by a name, all are read as lists: `understand` makes of it what its verb takes.
	const repeated = new Set(flags.flatMap(flag => (flag.repeated ? [flag.name] : [])));
	const table = Object.fromEntries(
		flags.map(({name, short, takes}) => [
			camelCase(name),
			{
				type: takes === undefined ? ('boolean' as const) : ('string' as const),
				isMultiple: repeated.has(name),
				...(short === undefined ? {} : {shortFlag: short}),
			},
		]),
	);
	try {
		const {input, flags: values} = meow({
			importMeta: import.meta,
			argv,
			pkg: packageJson,
			description: false,
			autoHelp: false,
			autoVersion: false,
			booleanDefault: undefined,
			flags: table,
		});
		return {input, given: Object.fromEntries(flags.map(({name}) => [name, values[camelCase(name)]]))};
	} catch (error) {
		// An option that was given twice.
		throw usage(error instanceof Error ? error.message : String(error));
	}
};

/**
 * `argv`: without the program.
 *
 * @throws CommandError `usage`
 */
export const readCommandLine = (argv: readonly string[]): CommandLine => understand(parse(argv));
