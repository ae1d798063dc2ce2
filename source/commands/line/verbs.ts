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
	| 'share'
	| 'join'
	| 'relay'
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
		more: [
			'--watch goes on until Ctrl+C: in a terminal the table is kept up to date, elsewhere each change is a line (with --json an object: docs/json.md). It joins no thread.',
		],
	},
	{
		name: 'tail',
		arguments: '[thread]',
		words: [0, 1],
		does: 'stream the thread as text; --json for JSON Lines',
		more: [
			'Text comes item by item, each once it has ended, in order; what waits for a person comes at once, with the command that answers it. A lost connection is said on stderr and made up for: nothing comes twice.',
			'--json first prints a line of its own with the thread and its turns, then every notification and request of the server about this thread exactly as it was delivered, byte for byte. docs/json.md describes the lines.',
			'It runs until Ctrl+C, until its reader goes away (exit code 0), or until --until idle is reached, which an idle thread is at once. --timeout alone ends the stream with 0; where --until idle is not reached by then, the exit code is 1. A thread that nobody has open is waited for.',
		],
	},
	{
		name: 'send',
		arguments: '[thread] TEXT',
		words: [1, 2],
		does: 'steer the running turn, or start one when idle (TEXT "-" reads standard input)',
		more: [
			'The aim is taken when the thread is read, and the server compares: when the turn has ended or another one has begun meanwhile, nothing is sent, and it exits with 4. --steer, --start and --queue insist on one aim. A queued message runs after the turn, at once when none runs.',
			'TEXT goes as it is, a leading / too, but without control characters and escape sequences; it may hold 1,048,576 characters. A word that begins with - goes behind --. TEXT never carries a model, a directory or a permission.',
			'Without --wait it ends as soon as the server has the message, and prints nothing. With --wait it prints the final message of the turn that the message went into, and the exit code tells the end: 0 completed, 1 failed, 130 interrupted. What waits for a person meanwhile is said on stderr.',
			'It exits with 5 when the connection was lost and the message is not found afterwards: then it is not known whether it arrives, and nothing is sent again.',
		],
	},
	{
		name: 'interrupt',
		arguments: '[thread]',
		words: [0, 1],
		does: 'stop the running turn',
		more: [
			'Stops the turn for everybody, as Esc does in the first terminal, and asks nothing before. It exits with 0 once the server has ended the turn, and with 4 when none runs or it has ended by itself.',
		],
	},
	{
		name: 'requests',
		arguments: '[thread]',
		words: [0, 1],
		does: 'pending approvals and questions, with the answers that each takes',
		more: [
			'Oldest first, each whole: its id, what it is about, and the words and fields that `jumpseat answer` takes for it. Nothing is cut; what hides in a text is made visible. With nothing pending it prints nothing and exits with 0.',
		],
	},
	{
		name: 'answer',
		arguments: '[[thread] REQUEST] CHOICE',
		words: [1, 3],
		does: 'answer one of them: accept, accept-for-session, decline, cancel, …',
		more: [
			'CHOICE is one of the words that `jumpseat requests` lists for the request: accept, accept-for-session, always-allow, always-allow-host, never-allow-host, grant, send, decline, cancel. Where there are several of a kind, the second is always-allow-2.',
			'REQUEST is the id of a request, or the word only. Without it there must be one request that a person may answer; with several nothing is sent, and they are listed.',
			'Fields: of a question KEY=OPTION, or KEY:other=TEXT in your own words; of a form KEY=VALUE (yes or no for a switch, once for each of several); of permissions LINE=yes for each line to grant, as in "network=yes" or "read /etc=yes", and scope=turn or scope=session. KEY=- reads the value from standard input, which is the only way for a secret: the words of a command can be read by others.',
			'It exits with 0 once the server has said that the request is settled; with 4 when it is not open any more, was answered elsewhere, or is not offered this answer; with 5 when the answer was sent and what became of it is not known. It is never sent twice.',
		],
	},
	{
		name: 'wait',
		arguments: '[thread]',
		words: [0, 1],
		does: 'block until --for idle, attention, turn or request',
		more: [
			'idle: no turn runs; at once when none does, also for a thread that nobody has open. turn: the running turn ends, or else the next one; its final message is printed, and the exit code tells the end as with `jumpseat send --wait`. request: a person is asked for something; what, is printed as by `jumpseat requests`, a line each. attention: that, or the last turn has failed, or the server says that it waits.',
			'It only watches. It goes on through lost connections, and gives up after 30 seconds without the server (exit code 5) or after --timeout (exit code 1).',
		],
	},
	{
		name: 'status',
		arguments: '[thread]',
		words: [0, 1],
		does: 'one line for a status bar or a prompt; what needs a person first',
		more: [
			'Without a thread: `2 waiting: fix the login test +1 · 1 running · 3 idle`, and an empty line where nothing is live. Without a server: exit code 3, and a line on standard error only.',
			'Words of --format: {waiting} {error} {running} {idle} {live} count threads; of the one to look at first {title} {status} {needs} {symbol} {id} {cwd}; {more} counts those in the same state beside it. {word?text} is its text where the word is neither empty nor 0; {{ and }} are braces.',
			'tmux: set -g status-right "#(jumpseat status --format \'{waiting?#[fg=yellow]{waiting} waiting: {title}#[default] }{running} running\')". What tmux, shells and prompts would expand in a name (#, %, $, ` and \\) is shown as its fullwidth twin.',
		],
	},
	{
		name: 'doctor',
		arguments: '',
		words: [0, 0],
		does: 'what can be reached, which versions, what is wrong and how to mend it',
		more: [
			'Each check is ok (✓), could be better (!) or a problem (✗), with the way to mend it below. Nothing is changed, ' +
				'no thread is loaded or joined.',
			'Ends with 0 when there is no problem, else with the code of the first: 3 no server, 4 refused, 1 another. ' +
				'With --json, a line for each check: docs/json.md.',
		],
	},
	{
		name: 'tmux',
		arguments: '[thread]',
		words: [0, 1],
		does: 'open a pane beside this one, on the thread of its directory',
		more: [
			'Run it in the pane where Codex runs or ran, or in a shell beside it. The new pane comes to the right, or with --below under this one; the keys stay where they are. Its id is printed. Options such as --connect and --observe hold for the new pane. When there is no server or no such thread, that is said here, and no pane is opened.',
			'On a key, for the pane that has the keys: `bind J run-shell -b "TMUX_PANE=#{pane_id} jumpseat tmux --observe"`.',
			'A new pane has the environment of tmux: the variable of --token-env must be set there already, because what is handed to tmux can be read by others. --token-file always works.',
			'In ~/.tmux.conf, `set -g focus-events on` keeps the bell quiet while the pane is looked at, and `set -g allow-passthrough on` (since tmux 3.3; `all` since 3.4, then also from windows in the background) lets notifications out. Without them the bell rings, and marks the window, whenever a person is needed or a turn ends.',
		],
	},
	{
		name: 'share',
		arguments: '[thread]',
		words: [0, 3],
		does: 'let a person in: one thread, one role, one link',
		more: [
			'It prints a line for each invitation, `jumpseat join LINK`, and after Enter shows the thread with who is there; elsewhere than in a terminal, and with --json, it tells who comes, leaves and answers. When it ends, so does the share: the guests are told, and nothing of them stays.',
			'A guest sees this thread and its sub-agents, and nothing else of the server: no other thread, no files, no account. observe reads. steer also starts, steers and interrupts turns. answer also answers what waits for a person. Each message carries the name of its invitation, and who answered is told to all.',
			'Whoever has the link is let in, so hand it on where nobody else reads. It holds a token of 256 bits, is told once, and is kept nowhere.',
			'--listen unix:// (the default) is a socket that only this user can open, or those of --group; ws://127.0.0.1:PORT is for this machine, and for the other end of `ssh -L` and `ssh -R`; wss://HOST:PORT is for the network, by TLS with a certificate made for this share, which the link names. Port 0 takes any that is free. --via goes through a relay that both sides can reach, and that sees only TLS between them.',
			'The stock Codex TUI comes in as a guest at a ws:// address, with the command that is printed for it; at any other by `jumpseat join --bridge`.',
			'--control tells a share that runs here something: `jumpseat share --control` and `guests` say who is there and who is invited; `invite NAME [ROLE]` prints another line (with --expires and --once); `role NAME ROLE` gives somebody another role; `remove NAME` sends somebody away for good; `end` ends the share. Where several run, --thread says which.',
		],
	},
	{
		name: 'join',
		arguments: '[LINK]',
		words: [0, 1],
		does: 'come in by a link that somebody gave you',
		more: [
			'Without LINK it is asked for, and not shown. In place of it, - reads standard input. As a word of the command it can be read by other users of this machine until Jumpseat has begun, and stays in the history of the shell.',
			'The link says where the share is and which certificate it has; nothing is said to any other. A link that is expired, used up, withdrawn or wrong is refused in the same way, with exit code 4. With --observe this seat is read-only, whatever its role.',
			'--bridge opens no screen: it prints the command with which the stock Codex TUI comes in through this Jumpseat, by a socket that only this user can open, until Ctrl+C.',
		],
	},
	{
		name: 'relay',
		arguments: '',
		words: [0, 0],
		does: 'join the two ends of shares that cannot reach each other, unseen',
		more: [
			'For `jumpseat share --via HOST:PORT`, on a machine that both sides can reach. It pairs two connections by a name that only they know and passes bytes on; TLS runs through it from end to end, so it can read nothing and change nothing unnoticed. It has no accounts and keeps nothing on disk; rooms, connections, rates and times are bounded.',
		],
	},
	{
		name: 'completions',
		arguments: 'bash|zsh|fish',
		words: [1, 1],
		does: 'print the completions of a shell',
		more: [
			'bash: `eval "$(jumpseat completions bash)"` in ~/.bashrc. zsh: `jumpseat completions zsh > DIRECTORY/_jumpseat`, where DIRECTORY is in fpath. fish: `jumpseat completions fish > ~/.config/fish/completions/jumpseat.fish`.',
			'Where a thread is wanted, the server is asked which there are.',
		],
	},
	{
		name: 'demo',
		arguments: '',
		words: [0, 0],
		does: 'a real App Server here, with a scripted model: no account, no network',
		more: [],
	},
];
