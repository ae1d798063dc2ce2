/**
 * The command line as data: the verbs, one table. With that of the options (`flags.ts`) it makes the parser
 * (`command-line.ts`), the complaints, help, the completions and the man page.
 */

export type VerbName =
	| 'attach'
	| 'ls'
	| 'tail'
	| 'send'
	| 'interrupt'
	| 'requests'
	| 'answer'
	| 'wait'
	| 'status'
	| 'doctor'
	| 'tmux'
	| 'completions'
	| 'demo';

export type Verb = {
	readonly name: VerbName;
	/** Its arguments as help shows them. */
	readonly arguments: string;
	/** How many words it takes, at least and at most. */
	readonly words: readonly [least: number, most: number];
	readonly does: string;
	/** What `jumpseat VERB --help` says besides, a paragraph a string. */
	readonly more: readonly string[];
};

export const verbs: readonly Verb[] = [
	{
		name: 'attach',
		arguments: '[thread]',
		words: [0, 1],
		does: 'attach to a live thread (also without the word)',
		more: [],
	},
	{
		name: 'ls',
		arguments: '',
		words: [0, 0],
		does: 'the threads: what waits for a person on top, live ones first',
		more: [],
	},
	{
		name: 'tail',
		arguments: '[thread]',
		words: [0, 1],
		does: 'stream the thread as text; --json for JSON Lines',
		more: [],
	},
	{
		name: 'send',
		arguments: '[thread] TEXT',
		words: [1, 2],
		does: 'steer the running turn, or start one when idle (TEXT "-" reads standard input)',
		more: [],
	},
	{
		name: 'interrupt',
		arguments: '[thread]',
		words: [0, 1],
		does: 'stop the running turn',
		more: [],
	},
	{
		name: 'requests',
		arguments: '[thread]',
		words: [0, 1],
		does: 'pending approvals and questions, with the answers that each takes',
		more: [],
	},
	{
		name: 'answer',
		arguments: '[[thread] REQUEST] CHOICE',
		words: [1, 3],
		does: 'answer one of them: accept, accept-for-session, decline, cancel, …',
		more: [],
	},
	{
		name: 'wait',
		arguments: '[thread]',
		words: [0, 1],
		does: 'block until --for idle, attention, turn or request',
		more: [],
	},
	{
		name: 'status',
		arguments: '[thread]',
		words: [0, 1],
		does: 'one line for a status bar or a prompt; what needs a person first',
		more: [],
	},
	{
		name: 'doctor',
		arguments: '',
		words: [0, 0],
		does: 'what can be reached, which versions, what is wrong and how to mend it',
		more: [],
	},
	{
		name: 'tmux',
		arguments: '[thread]',
		words: [0, 1],
		does: 'open a pane beside this one, on the thread of its directory',
		more: [],
	},
	{
		name: 'completions',
		arguments: 'bash|zsh|fish',
		words: [1, 1],
		does: 'print the completions of a shell',
		more: [],
	},
	{
		name: 'demo',
		arguments: '',
		words: [0, 0],
		does: 'a real App Server here, with a scripted model: no account, no network',
		more: [],
	},
];

/** Words that later versions use as verbs: a thread of that name would change its meaning under a script. */
export const laterVerbs: readonly string[] = ['share', 'join', 'relay'];
