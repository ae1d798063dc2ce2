/**
 * What there is to complete, told once for all shells: the verbs, what their words are, the options and what they
 * take. Pure, from the tables of the command line; the generators of the shells read nothing else.
 */
import {type Flag, flags, flagsOf} from '../line/flags.ts';
import {type Verb, type VerbName, verbs} from '../line/verbs.ts';

/** What a word may be. `thread`: asked from the server. `free`: nobody can know. */
export type Value =
	| {readonly kind: 'choices'; readonly choices: readonly string[]}
	| {readonly kind: 'file' | 'variable' | 'endpoint' | 'thread' | 'free'};

export type CompletionOption = {
	readonly name: string;
	readonly short: string | undefined;
	readonly does: string;
	readonly repeated: boolean;
	/** The verbs that take it so; undefined: all of them. */
	readonly takers: readonly VerbName[] | undefined;
	/** Undefined for a switch. */
	readonly takes: {readonly label: string; readonly value: Value} | undefined;
};

export type CompletionVerb = {
	readonly name: VerbName;
	readonly does: string;
	readonly options: readonly CompletionOption[];
	/** Its first word; undefined: it takes none. The words after the first are free. */
	readonly word: Value | undefined;
	/** How many words it takes at most. */
	readonly mostWords: number;
};

/** `ssh://` may want a word of its own after the host: nothing is closed. */
export const endpointForms: readonly string[] = ['unix://', 'ws://', 'wss://', 'ssh://'];

const takenBy = ({name, takes, choices}: Flag): Value => {
	if (choices !== undefined) return {kind: 'choices', choices};
	if (takes === 'FILE') return {kind: 'file'};
	if (takes === 'ENDPOINT') return {kind: 'endpoint'};
	if (takes === 'THREAD') return {kind: 'thread'};
	return {kind: name === 'token-env' ? 'variable' : 'free'};
};

const optionOf = (flag: Flag): CompletionOption => ({
	name: flag.name,
	short: flag.short,
	does: flag.does,
	repeated: flag.repeated === true,
	takers: flag.verbs,
	takes: flag.takes === undefined ? undefined : {label: flag.takes, value: takenBy(flag)},
});

const wordOf = ({arguments: takes}: Verb): Value | undefined => {
	if (takes === '') return undefined;
	if (takes.includes('thread')) return {kind: 'thread'};
	return /^[\w-]+(?:\|[\w-]+)+$/.test(takes) ? {kind: 'choices', choices: takes.split('|')} : {kind: 'free'};
};

export const completionVerbs: readonly CompletionVerb[] = verbs.map(verb => ({
	name: verb.name,
	does: verb.does,
	options: flagsOf(verb.name).map(optionOf),
	word: wordOf(verb),
	mostWords: verb.words[1],
}));

/** Every option of any verb; one name for each of its meanings. */
export const completionOptions: readonly CompletionOption[] = flags.map(optionOf);

/** The words of every option that takes a value, as they may stand before it: `-c`, `--connect`. */
export const optionsWithValue: readonly string[] = [
	...new Set(
		completionOptions.flatMap(({name, short, takes}) =>
			takes === undefined ? [] : [...(short === undefined ? [] : [`-${short}`]), `--${name}`],
		),
	),
];

/**
 * Asks for the threads: a line each, the id, a space, what tells it from the others. Silent, and nobody is asked for a
 * password: completing a word must not take the terminal. `ls` has made all that it prints harmless, and only ids go
 * into the command line. In the script `$endpoint` is what stands after --connect, else what the environment says.
 */
export const threadsCommand: string = [
	'env SSH_ASKPASS=false SSH_ASKPASS_REQUIRE=force "JUMPSEAT_CONNECT=$endpoint" jumpseat ls </dev/null 2>/dev/null',
	String.raw`sed -n 's/^\([^-]*[^ -]\)  *\([0-9a-f]\{8\}-[0-9a-f-]\{27\}\)  */\2 \1, /p'`,
].join(' | ');
