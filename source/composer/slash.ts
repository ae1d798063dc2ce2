/**
 * The `/` commands: one table for parsing, completion and help. Invariant: a text that begins with `/` is either a
 * command, or an error that says how to send it as it is — never sent by mistake, never a guess. Pure.
 */
import {readShareCommand, type ShareCommand, type ShareSeat, whyNotOwner} from './slash-share.ts';

export type {ShareSeat} from './slash-share.ts';

export type SlashCommand =
	| {readonly name: 'interrupt'}
	| {readonly name: 'queue'}
	| {readonly name: 'thread'; readonly query: string | undefined}
	| {readonly name: 'observe'}
	| {readonly name: 'copy'}
	| {readonly name: 'export'; readonly file: string | undefined}
	| {readonly name: 'help'}
	| {readonly name: 'quit'}
	| ShareCommand;

export type SlashName = SlashCommand['name'];

export type SlashEntry = {
	readonly name: SlashName;
	/** What may follow, for help; undefined for nothing. */
	readonly argument: string | undefined;
	/** What it does, for help and the README. */
	readonly does: string;
	/** Only for whoever shares the thread. */
	readonly forOwner?: true;
};

export const slashCommands: readonly SlashEntry[] = [
	{name: 'interrupt', argument: undefined, does: 'stop the running turn (asks once more)'},
	{name: 'queue', argument: undefined, does: 'see, edit, move and delete what is queued'},
	{name: 'thread', argument: '[id or name]', does: 'go to another thread, or choose one'},
	{name: 'observe', argument: undefined, does: 'read-only from now on, for this session'},
	{name: 'copy', argument: undefined, does: "copy the agent's newest message"},
	{name: 'export', argument: '[file]', does: 'write the thread to a file'},
	{
		name: 'invite',
		argument: 'NAME [observe|steer|answer] [2h] [once]',
		does: 'make a link for a guest',
		forOwner: true,
	},
	{name: 'role', argument: 'NAME ROLE', does: 'change what a guest may do, at once', forOwner: true},
	{
		name: 'remove',
		argument: 'NAME',
		does: 'send a guest away; the link opens nothing any more',
		forOwner: true,
	},
	{
		name: 'endshare',
		argument: undefined,
		does: 'end the share for everybody (asks once more)',
		forOwner: true,
	},
	{name: 'help', argument: undefined, does: 'the keys and commands'},
	{name: 'quit', argument: undefined, does: 'leave; the turn goes on'},
];

export type Parsed =
	/** What is to be sent. */
	| {readonly kind: 'message'; readonly text: string}
	| {readonly kind: 'command'; readonly command: SlashCommand}
	/** A whole sentence; the text stays in the composer. */
	| {readonly kind: 'error'; readonly why: string};

export type Candidate = {
	/** The text of the composer when it is taken. */
	readonly text: string;
	/** `/thread [id or name]`. */
	readonly usage: string;
	readonly does: string;
};

const literal = '// at the beginning sends a literal slash.';
const usageOf = ({name, argument}: SlashEntry): string =>
	argument === undefined ? `/${name}` : `/${name} ${argument}`;

/** The command, or why there is none. */
const commandOf = (name: SlashName, argument: string | undefined): SlashCommand | string => {
	switch (name) {
		case 'thread':
			return {name, query: argument};
		case 'export':
			return {name, file: argument};
		case 'interrupt':
		case 'queue':
		case 'observe':
		case 'copy':
		case 'help':
		case 'quit':
			return {name};
		case 'invite':
		case 'role':
		case 'remove':
		case 'endshare':
			return readShareCommand(name, argument ?? '');
	}
};

/** Enough of a word that nobody knows to recognise it. */
const quoted = (word: string): string => {
	const characters = Array.from(word);
	return `"${characters.slice(0, 30).join('')}${characters.length > 30 ? '…' : ''}"`;
};

/** What the text of the composer means when Enter is pressed. A leading blank makes it a message as well. */
export const parseSlash = (text: string, seat?: ShareSeat): Parsed => {
	if (!text.startsWith('/')) return {kind: 'message', text};
	if (text.startsWith('//')) return {kind: 'message', text: text.slice(1)};
	const [line = '', ...more] = text.trimEnd().split('\n');
	const [, word = '', rest = ''] = /^\/(\S*)\s*(.*)$/.exec(line) ?? [];
	const entry = slashCommands.find(({name}) => name === word);
	if (entry === undefined) {
		const known = word === '' ? 'A command is missing' : `There is no command ${quoted(`/${word}`)}`;
		return {kind: 'error', why: `${known}; /help shows them, ${literal}`};
	}
	if (more.length > 0) return {kind: 'error', why: `/${entry.name} takes one line; ${literal}`};
	const argument = rest.trim();
	if (argument !== '' && entry.argument === undefined)
		return {kind: 'error', why: `/${entry.name} takes nothing after it; ${literal}`};
	const refusal = entry.forOwner ? whyNotOwner(entry.name, seat) : undefined;
	const command = refusal ?? commandOf(entry.name, argument === '' ? undefined : argument);
	return typeof command === 'string' ? {kind: 'error', why: command} : {kind: 'command', command};
};

/** The commands that the text may become, while only a command is being typed; none for anything else. */
export const completions = (text: string, seat?: ShareSeat): readonly Candidate[] => {
	const [, prefix] = /^\/([a-z]*)$/i.exec(text) ?? [];
	if (prefix === undefined) return [];
	return slashCommands
		.filter(({name, forOwner}) => name.startsWith(prefix.toLowerCase()) && (!forOwner || seat === 'owner'))
		.map(entry => ({
			text: `/${entry.name}${entry.argument === undefined ? '' : ' '}`,
			usage: usageOf(entry),
			does: entry.does,
		}));
};
