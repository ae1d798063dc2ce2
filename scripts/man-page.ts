/**
 * The man page, `docs/jumpseat.1`: verbs, options and exit codes from the tables of the program, the rest written here.
 * In man(7), which groff and mandoc both read. Pure; `npm run documents` writes the file, a test sees when it is stale.
 */
import packageJson from '../package.json' with {type: 'json'};
import {exitCodes} from '../source/commands/exit-codes.ts';
import {type Flag, flags, flagsOf} from '../source/commands/line/flags.ts';
import {type Verb, verbs} from '../source/commands/line/verbs.ts';

/** Characters that roff reads as something else, or that a terminal could not copy as they are. */
const glyphs: Readonly<Record<string, string>> = {
	'\\': '\\e',
	'-': '\\-',
	"'": '\\(aq',
	'`': '\\(ga',
	'"': '\\(dq',
	'~': '\\(ti',
	'^': '\\(ha',
};

const glyph = (character: string): string =>
	glyphs[character] ?? `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;

const plain = (text: string): string => text.replace(/[\\'"`~^-]|[^\u0020-\u007E]/gu, glyph);

const bold = (text: string): string => `\\fB${plain(text)}\\fR`;
const italic = (text: string): string => `\\fI${plain(text)}\\fR`;

const widest = 78;

const wrapped = (line: string): string => {
	const lines: string[] = [''];
	for (const word of line.split(' ')) {
		const last = lines.at(-1) ?? '';
		if (last !== '' && last.length + 1 + word.length > widest) lines.push(word);
		else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
	}
	return lines.join('\n');
};

/** What stands in backticks is bold; each sentence begins a line, and no line begins with a roff request. */
const prose = (text: string): string =>
	text
		.split(/`([^`]*)`/)
		.map((part, index) => (index % 2 === 1 ? bold(part) : plain(part)))
		.join('')
		.split(/(?<=\.) (?=[A-Z])/)
		.map(wrapped)
		.join('\n')
		.replace(/^(?=\.)/gm, '\\&');

/** With its full stop, where it has no end of its own. */
const sentence = (text: string): string => (/[.…]$/.test(text) ? text : `${text}.`);

const section = (title: string, ...parts: readonly string[]): string => [`.SH ${title}`, ...parts].join('\n');
const paragraph = (text: string): string => `.PP\n${prose(text)}`;
const entry = (tag: string, text: string): string => `.TP\n${tag}\n${prose(text)}`;
const code = (...lines: readonly string[]): string =>
	['.PP', '.RS 4', '.nf', ...lines.map(line => plain(line).replace(/^(?=\.)/, '\\&')), '.fi', '.RE'].join(
		'\n',
	);

const flagEntry = ({name, short, takes, choices, does}: Flag): string => {
	const value =
		takes === undefined ? '' : ` ${choices === undefined ? italic(takes) : plain(choices.join('|'))}`;
	const spellings = [...(short === undefined ? [] : [bold(`-${short}`)]), bold(`--${name}`)];
	return entry(spellings.join(', ') + value, sentence(does));
};

const verbPart = (verb: Verb): string => {
	const own = flagsOf(verb.name).filter(flag => flag.verbs !== undefined);
	return [
		`.SS ${bold(`jumpseat ${verb.name}`)}${verb.arguments === '' ? '' : ` ${italic(verb.arguments)}`}`,
		prose(sentence(`${verb.does[0]?.toUpperCase()}${verb.does.slice(1)}`)),
		...verb.more.map(paragraph),
		...own.map(flagEntry),
	].join('\n');
};

const meanings: Readonly<Record<keyof typeof exitCodes, string>> = {
	done: 'Done.',
	failed: 'Failed: the sentence on standard error says what, and what to do.',
	usage: 'The command line is not understood, or fits several threads; these are listed.',
	notThere: 'There is no server, or no such thread.',
	refused:
		'Refused: by the server, because this seat is read-only, because the turn has ended meanwhile, or because the request was answered already.',
	lost: 'The connection was lost and did not come back.',
	interrupted: 'Interrupted by Ctrl+C, or the turn was.',
};

const exitEntries = Object.entries(exitCodes).map(([name, exitCode]) =>
	entry(bold(String(exitCode)), meanings[name as keyof typeof exitCodes]),
);

const settingNames = flags.filter(({inSettings}) => inSettings).map(({name}) => `\`${name}\``);

/** When its text was last gone over. */
const revisedOn = '2026-11-22';

/** The whole file. */
export const manPage = (): string =>
	`${[
		'.\\" Made by `npm run documents` from the tables of the program: do not edit.',
		`.TH JUMPSEAT 1 "${revisedOn}" "jumpseat ${packageJson.version}" "User Commands"`,
		// Left as it stands: justified columns and hyphens make options and words hard to find and to copy.
		'.ad l',
		'.nh',
		section('NAME', 'jumpseat \\- a second seat in a live Codex thread'),
		section(
			'SYNOPSIS',
			`${bold('jumpseat')} [${italic('options')}] [${italic('thread')}]`,
			'.br',
			`${bold('jumpseat')} ${italic('verb')} [${italic('options')}] [${italic('words')}]`,
		),
		section(
			'DESCRIPTION',
			prose(
				'You run the Codex TUI in one terminal. From a tmux pane, another machine or a phone, `jumpseat` attaches to the same live thread: it shows every event as it streams, steers the running turn, and answers what waits for a person. No second agent runs.',
			),
			paragraph(
				'It is a guest: it attaches only, starts no server, no thread and no agent, loads no thread that nobody has open, and never answers for a person. With `--observe` it can send nothing that changes anything.',
			),
			paragraph(
				'A thread is an id, a unique piece of one, or a name. Without it: the only live thread of this directory, else the only live thread, else a list to choose from; without a screen that list is an error.',
			),
			paragraph(
				'Results are printed on standard output, everything else on standard error. On the screen `?` shows the keys.',
			),
		),
		section('VERBS', ...verbs.map(verbPart)),
		section(
			'OPTIONS',
			prose('Every verb takes these.'),
			...flags.filter(flag => flag.verbs === undefined).map(flagEntry),
		),
		section(
			'ENDPOINTS',
			entry(bold('unix://'), 'The server that Codex itself runs and shares (the default).'),
			entry(`${bold('unix://')}${italic('/path')}`, 'A socket on this machine.'),
			entry(
				`${bold('ws://')}${italic('host:port')}, ${bold('wss://')}${italic('host[:port]')}`,
				'A server over TCP. A token comes from a variable or a file, never from an argument, and is never sent unencrypted to another machine.',
			),
			entry(
				`${bold('ssh://')}${italic('[user@]host[:port][/path]')}`,
				'The server on another machine, through `ssh` with your own configuration.',
			),
		),
		section('EXIT STATUS', ...exitEntries),
		section(
			'ENVIRONMENT',
			entry(bold('JUMPSEAT_CONNECT'), 'The endpoint where `--connect` is not given.'),
			entry(bold('JUMPSEAT_NAME'), 'The name where `--name` is not given.'),
			entry(bold('CODEX_HOME'), 'Where Codex keeps its socket; ~/.codex by default.'),
			entry(bold('NO_COLOR'), 'Set to anything: no colours.'),
			entry(
				bold('XDG_RUNTIME_DIR'),
				'Where the sockets of shares are, in a folder of this user; without it, one in the temporary folder.',
			),
			entry(
				`${bold('TMUX')}, ${bold('TMUX_PANE')}`,
				'Set by tmux: `jumpseat tmux` needs the first, and goes beside the second.',
			),
		),
		section(
			'FILES',
			entry(
				italic('$XDG_CONFIG_HOME/jumpseat/config.json'),
				`Settings, in ~/.config by default: a JSON object whose keys are long options. These may stand there: ${settingNames.join(', ')}. The command line beats the environment, which beats this file.`,
			),
			entry(
				italic('$CODEX_HOME/app-server-control/app-server-control.sock'),
				'Where the server of Codex listens.',
			),
			entry(
				italic('$XDG_RUNTIME_DIR/jumpseat/shares'),
				'The shares that run: a folder each, with the socket of whoever runs it. It is gone with the share. No token is kept.',
			),
		),
		section(
			'EXAMPLES',
			prose('Observe from a tmux pane, in the window where Codex runs:'),
			code('jumpseat tmux --observe'),
			paragraph('Steer over SSH, with the picture here and the thread there, or all of it there:'),
			code('jumpseat --connect ssh://devbox', 'ssh -t devbox jumpseat'),
			paragraph('Pair on one thread, and on nothing else of this machine: here, and where Kim is:'),
			code('jumpseat share --for kim --role steer --listen wss://0.0.0.0:7443', 'jumpseat join'),
			paragraph(
				'Or without a shell for the other one, who may steer for two hours, from anywhere that the relay is reached:',
			),
			code(
				'jumpseat share --for Kim --role steer --expires 2h --via host:4711',
				"jumpseat join 'jumpseat+relay://\u2026'",
			),
			paragraph('From a script: wait until a person is needed, see for what, and answer:'),
			code('jumpseat wait --for request', 'jumpseat requests', 'jumpseat answer accept'),
			paragraph('Tell a running turn something, and print what becomes of it:'),
			code('jumpseat send --steer --wait "keep the old API, please"'),
			paragraph('A line for the status bar of tmux, in ~/.tmux.conf:'),
			code("set -g status-right '#(jumpseat status)'"),
		),
		section('SEE ALSO', `${bold('codex')}(1), ${bold('ssh')}(1), ${bold('tmux')}(1)`),
	].join('\n')}\n`;
