/**
 * The command line as data: verbs and flags, one table. Help and the complaints about flags are made from it; the
 * parser's list in cli.ts has the types.
 */

export type Verb = {
	readonly name: string;
	/** Its arguments as help shows them. */
	readonly arguments: string;
	readonly does: string;
};

export const verbs: readonly Verb[] = [
	{name: 'attach', arguments: '[thread]', does: 'attach to a live thread (also without the word)'},
	{name: 'ls', arguments: '', does: 'the threads: what waits for a person on top, live ones first'},
	{
		name: 'demo',
		arguments: '',
		does: 'a real App Server here, with a scripted model: no account, no network',
	},
];

export type Flag = {
	readonly name: string;
	readonly short?: string;
	/** What it takes; undefined for a switch. */
	readonly takes?: string;
	readonly does: string;
	/** Also a key of the settings file. */
	readonly inSettings: boolean;
};

export const flags: readonly Flag[] = [
	{
		name: 'connect',
		short: 'c',
		takes: 'ENDPOINT',
		does: 'unix:// (default: the daemon) · unix:///PATH · ws://HOST:PORT · wss://…',
		inSettings: true,
	},
	{
		name: 'token-env',
		takes: 'NAME',
		does: 'environment variable with the bearer token for ws and wss',
		inSettings: true,
	},
	{
		name: 'observe',
		short: 'o',
		does: 'read-only: nothing that changes anything can be sent',
		inSettings: true,
	},
	{
		name: 'name',
		short: 'n',
		takes: 'NAME',
		does: 'how you are called (default: git user.name, then the login)',
		inSettings: true,
	},
	{name: 'json', does: 'machine-readable, for ls: one JSON object a line', inSettings: false},
	{name: 'help', short: 'h', does: 'this text', inSettings: false},
	{name: 'version', short: 'v', does: 'the version', inSettings: false},
];

const column = 26;

export const helpText = (): string => {
	const verbLines = [
		['jumpseat [thread]', 'attach to a live Codex thread'] as const,
		...verbs.map(verb => [`jumpseat ${verb.name} ${verb.arguments}`.trimEnd(), verb.does] as const),
	];
	const flagLines = flags.map(flag => {
		const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
		return [`${short}--${flag.name}${flag.takes === undefined ? '' : ` ${flag.takes}`}`, flag.does] as const;
	});
	const line = ([left, right]: readonly [string, string]): string => `  ${left.padEnd(column)} ${right}`;
	return [
		'A second seat in a live Codex thread: every event as it streams, without running a second agent.',
		'',
		'Usage',
		...verbLines.map(line),
		'',
		'THREAD is an id, a unique piece of one, or a name. Without it: the only live thread of this',
		'directory, else the only live thread, else a list to choose from.',
		'',
		'Options',
		...flagLines.map(line),
		'',
		'Environment: JUMPSEAT_CONNECT, JUMPSEAT_NAME, CODEX_HOME, NO_COLOR.',
		'Settings: $XDG_CONFIG_HOME/jumpseat/config.json, with the long names of the options as keys.',
		'Exit codes: 0 done · 1 failed · 2 usage or ambiguous · 3 no server or no such thread · 4 refused ·',
		'5 lost and gave up · 130 interrupted.',
	].join('\n');
};

/** Words that later versions use as verbs: a thread of that name would change its meaning under a script. */
export const laterVerbs: readonly string[] = [
	'tail',
	'send',
	'interrupt',
	'requests',
	'answer',
	'wait',
	'status',
	'doctor',
	'share',
	'join',
	'relay',
	'tmux',
];
