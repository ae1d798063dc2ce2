/**
 * The settings file: `$XDG_CONFIG_HOME/jumpseat/config.json`, with the long names of the options as keys. A file
 * that cannot be understood is an error with its place, never a silent default.
 */
import * as v from 'valibot';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {settingsFile} from './settings-file.ts';

const schema = v.strictObject({
	connect: v.optional(v.string()),
	'token-env': v.optional(v.string()),
	'token-file': v.optional(v.string()),
	'tls-ca': v.optional(v.string()),
	'tls-pin': v.optional(v.string()),
	'remote-command': v.optional(v.string()),
	observe: v.optional(v.boolean()),
	name: v.optional(v.string()),
	format: v.optional(v.string()),
});

/** By the names of the options. */
export type Settings = Readonly<v.InferOutput<typeof schema>>;

const none: Settings = {};

/** Without the piece of the file that Node quotes: an endpoint may hold a secret. */
const jsonComplaint = (error: unknown): string =>
	String(error instanceof Error ? error.message : error).replace(
		/, (?:\.{3})?".*"(?:\.{3})? is not valid JSON$/s,
		'',
	);

export const readSettings = (
	env: Readonly<NodeJS.ProcessEnv>,
	home: string,
	readFile: (file: string) => string,
): Settings => {
	const file = settingsFile(env, home);
	let text: string;
	try {
		text = readFile(file);
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : undefined;
		if (code === 'ENOENT' || code === 'ENOTDIR') return none;
		throw new CommandError(
			exitCodes.failed,
			`The settings file ${file} cannot be read: ${String(code ?? error)}.`,
		);
	}
	const wrong = (why: string): CommandError =>
		new CommandError(exitCodes.usage, `The settings file ${file} is not understood: ${why}.`);
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (error) {
		throw wrong(jsonComplaint(error));
	}
	if (Array.isArray(json)) throw wrong('it holds a list where an object is expected');
	const parsed = v.safeParse(schema, json);
	if (!parsed.success) {
		const [issue] = parsed.issues;
		const where = issue.path === undefined ? '' : `"${issue.path.map(part => String(part.key)).join('.')}": `;
		throw wrong(
			issue.expected === 'never' ? `${where}there is no such key` : `${where}Expected ${issue.expected}`,
		);
	}
	return parsed.output;
};
