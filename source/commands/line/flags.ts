/** The command line as data: the options, one table, beside that of the verbs (`verbs.ts`). */
import type {Flag} from './flag.ts';
import {shareFlags} from './share-flags.ts';
import type {VerbName} from './verbs.ts';

export type {Flag, FlagName} from './flag.ts';

export const flags: readonly Flag[] = [
	{
		name: 'connect',
		short: 'c',
		takes: 'ENDPOINT',
		does: 'unix:// (default: the daemon) · unix:///PATH · ws://… · wss://… · ssh://…',
		inSettings: true,
	},
	{
		name: 'token-env',
		takes: 'NAME',
		does: 'environment variable with the bearer token for ws and wss',
		inSettings: true,
	},
	{
		name: 'token-file',
		takes: 'FILE',
		does: 'file with that token; only its owner may be able to read it (0600)',
		inSettings: true,
	},
	{
		name: 'tls-ca',
		takes: 'FILE',
		does: 'certificate authorities (PEM) for wss, in place of the system’s',
		inSettings: true,
	},
	{
		name: 'tls-pin',
		takes: 'sha256:HEX',
		does: 'the one certificate that wss accepts, by its fingerprint',
		inSettings: true,
	},
	{
		name: 'remote-command',
		takes: 'COMMAND',
		does: 'how Codex is called on the other side of ssh:// (default: codex)',
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
		does: 'how your messages are signed (default: git user.name, then the login)',
		inSettings: true,
	},
	{
		name: 'json',
		does: 'machine-readable: one JSON object a line',
		verbs: ['ls', 'tail', 'send', 'interrupt', 'requests', 'answer', 'wait', 'status', 'doctor', 'share'],
		inSettings: false,
	},
	{
		name: 'since',
		takes: 'WHERE',
		choices: ['turn', 'start', 'now'],
		does: 'begin with the running or last turn (default), the first one, or what comes from now on',
		verbs: ['tail'],
		inSettings: false,
	},
	{
		name: 'until',
		takes: 'WHEN',
		choices: ['idle'],
		does: 'end when no turn runs any more (default: never)',
		verbs: ['tail'],
		inSettings: false,
	},
	{
		name: 'events',
		takes: 'GLOB',
		repeated: true,
		does: 'only events whose method fits, as in "item/*" (with --json)',
		verbs: ['tail'],
		inSettings: false,
	},
	{
		name: 'queue',
		does: 'put it into the queue, to run after the turn',
		verbs: ['send'],
		inSettings: false,
	},
	{
		name: 'start',
		does: 'only start a turn: refuse when one runs',
		verbs: ['send'],
		inSettings: false,
	},
	{
		name: 'steer',
		does: 'only steer: refuse when no turn runs',
		verbs: ['send'],
		inSettings: false,
	},
	{
		name: 'wait',
		does: 'print the final message; the exit code tells how the turn ended',
		verbs: ['send'],
		inSettings: false,
	},
	{
		name: 'field',
		takes: 'KEY=VALUE',
		repeated: true,
		does: 'fill in a field of a question or form; once for each',
		verbs: ['answer'],
		inSettings: false,
	},
	{
		name: 'unseen',
		does: 'accept even what nobody here has seen: its details were missed by joining late',
		verbs: ['answer'],
		inSettings: false,
	},
	{
		name: 'for',
		takes: 'WHAT',
		choices: ['idle', 'attention', 'turn', 'request'],
		does: 'what to wait for (default: idle)',
		verbs: ['wait'],
		inSettings: false,
	},
	{
		name: 'timeout',
		takes: 'TIME',
		does: 'give up after so long, as in 90s, 15m or 2h (default: never)',
		verbs: ['wait', 'send', 'tail'],
		inSettings: false,
	},
	{
		name: 'format',
		takes: 'TEMPLATE',
		does: 'the line, with {words} in it; `jumpseat status --help` lists them',
		verbs: ['status'],
		inSettings: true,
	},
	{
		name: 'log',
		takes: 'FILE',
		does: 'write what crosses the wire into a file of your own (0600): methods, ids, sizes and times, no texts',
		verbs: ['attach', 'tail', 'send', 'interrupt', 'requests', 'answer', 'wait', 'join'],
		inSettings: false,
	},
	{
		name: 'watch',
		does: 'go on, and tell each change',
		verbs: ['ls'],
		inSettings: false,
	},
	{
		name: 'below',
		does: 'below this pane, not beside it',
		verbs: ['tmux'],
		inSettings: false,
	},
	{
		name: 'size',
		takes: 'SIZE',
		does: 'columns (or rows) of the new pane, or a share such as 40%',
		verbs: ['tmux'],
		inSettings: false,
	},
	...shareFlags,
	{name: 'help', short: 'h', does: 'this text; of one verb: `jumpseat VERB --help`', inSettings: false},
	{name: 'version', short: 'v', does: 'the version', inSettings: false},
];

/** The options that a verb takes, in the order of the table. */
export const flagsOf = (verb: VerbName): readonly Flag[] =>
	flags.filter(flag => flag.verbs === undefined || flag.verbs.includes(verb));
