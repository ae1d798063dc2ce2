/**
 * A parsed command line → verb, its words and its options, checked against the table (`verbs.ts`). What is not
 * understood is an error with a sentence, never a guess. Used by whatever parses: `command-line.ts`, `plain-line.ts`.
 */

import type {Role} from '../../protocol/share.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {didYouMean} from './did-you-mean.ts';
import {parseDuration} from './duration.ts';
import {type FlagName, flags, flagsOf} from './flags.ts';
import {type Verb, verbs} from './verbs.ts';

/** The options of verbs, as they were understood. Those of the connection are `CommandLine.given`. */
export type Options = {
	readonly json: boolean;
	readonly since: 'turn' | 'start' | 'now';
	readonly until: 'idle' | undefined;
	/** Globs; none: everything. */
	readonly events: readonly string[];
	readonly queue: boolean;
	readonly start: boolean;
	readonly steer: boolean;
	readonly wait: boolean;
	/** `KEY=VALUE`, each with a `=` after its first character. */
	readonly fields: ReadonlyArray<readonly [key: string, value: string]>;
	readonly unseen: boolean;
	readonly for: 'idle' | 'attention' | 'turn' | 'request';
	readonly timeoutMs: number | undefined;
	readonly format: string | undefined;
	readonly watch: boolean;
	readonly below: boolean;
	readonly size: string | undefined;
	readonly role: Role;
	/** Whom invitations are for, as they were written. */
	readonly guests: readonly string[];
	readonly expiresMs: number | undefined;
	readonly once: boolean;
	/** Addresses of `share`. */
	readonly listen: readonly string[];
	/** The address of `relay`. */
	readonly relayAt: string | undefined;
	readonly via: string | undefined;
	readonly group: string | undefined;
	readonly control: boolean;
	readonly thread: string | undefined;
	readonly bridge: boolean;
};

/** Options as they were written; undefined: not given. */
export type Given = Readonly<Partial<Record<FlagName, string | boolean | readonly string[]>>>;

/** What a parser makes of the words. */
export type Parsed = {readonly input: readonly string[]; readonly given: Given};

export type CommandLine = {
	readonly verb: Verb;
	/** The verb was written, not only meant. */
	readonly isNamed: boolean;
	readonly words: readonly string[];
	readonly given: Given;
	readonly options: Options;
};

export const usage = (sentence: string): CommandError => new CommandError(exitCodes.usage, sentence);

const isGiven = (value: Given[FlagName]): value is NonNullable<Given[FlagName]> =>
	value !== undefined && !(Array.isArray(value) && value.length === 0);

/** What the verb takes, each once where it may stand once: another verb may take a list by the same name. */
const checkFlags = (verb: Verb, given: Given): Given => {
	const taken = new Map(flagsOf(verb.name).map(flag => [flag.name, flag]));
	const checked: {-readonly [Name in keyof Given]: Given[Name]} = {...given};
	for (const name of new Set(flags.map(flag => flag.name))) {
		if (!isGiven(given[name])) continue;
		const flag = taken.get(name);
		if (flag === undefined)
			throw usage(`\`jumpseat ${verb.name}\` has no option --${name}: see \`jumpseat ${verb.name} --help\`.`);
		const value = flag.repeated ? given[name] : single(name, given[name]);
		checked[name] = value;
		const {choices} = flag;
		if (choices !== undefined && !(typeof value === 'string' && choices.includes(value)))
			throw usage(`--${name} is one of ${choices.join(', ')}, and got: ${sanitiseLine(String(value))}`);
	}
	return checked;
};

const single = (name: FlagName, value: NonNullable<Given[FlagName]>): string | boolean => {
	if (typeof value !== 'object') return value;
	if (value.length > 1) throw usage(`--${name} was given ${value.length} times, and is for once.`);
	return value[0] ?? '';
};

const checkWords = (
	{name, arguments: takes, words: [least, most]}: Verb,
	words: readonly string[],
	question: string,
): void => {
	if (words.length >= least && words.length <= most) return;
	const wanted = most === 0 ? 'no words' : takes;
	const got = words.length === 0 ? 'none' : words.map(sanitiseLine).join(' · ');
	throw usage(
		`\`jumpseat ${name}\` takes ${wanted} and got ${words.length === 0 ? '' : `${words.length}: `}${got}${question === '' ? '' : `.${question}`}`,
	);
};

const fieldsOf = (given: Given): Options['fields'] =>
	listOf(given, 'field').map(text => {
		const at = text.indexOf('=');
		if (at < 1) throw usage(`--field is KEY=VALUE, and got: ${sanitiseLine(text)}`);
		return [text.slice(0, at), text.slice(at + 1)];
	});

export const textOf = (given: Given, name: FlagName): string | undefined => {
	const value = given[name];
	return typeof value === 'string' ? value : undefined;
};

const listOf = (given: Given, name: FlagName): readonly string[] => {
	const value = given[name];
	return Array.isArray(value) ? value : [];
};

/** What `choices` has checked already. */
const choiceOf = <Choice extends string>(given: Given, name: FlagName, otherwise: Choice): Choice =>
	(textOf(given, name) as Choice | undefined) ?? otherwise;

/** In milliseconds. */
const timeOf = (given: Given, name: FlagName): number | undefined => {
	const text = textOf(given, name);
	const ms = text === undefined ? undefined : parseDuration(text);
	if (text !== undefined && ms === undefined)
		throw usage(`--${name} is a time such as 90s, 15m or 2h, and got: ${sanitiseLine(text)}`);
	return ms;
};

const optionsOf = (given: Given): Options => ({
	json: given.json === true,
	since: choiceOf(given, 'since', 'turn'),
	until: given.until === undefined ? undefined : 'idle',
	events: listOf(given, 'events'),
	queue: given.queue === true,
	start: given.start === true,
	steer: given.steer === true,
	wait: given.wait === true,
	fields: fieldsOf(given),
	unseen: given.unseen === true,
	for: choiceOf(given, 'for', 'idle'),
	timeoutMs: timeOf(given, 'timeout'),
	format: textOf(given, 'format'),
	watch: given.watch === true,
	below: given.below === true,
	size: textOf(given, 'size'),
	role: choiceOf(given, 'role', 'observe'),
	guests: listOf(given, 'for'),
	expiresMs: timeOf(given, 'expires'),
	once: given.once === true,
	listen: listOf(given, 'listen'),
	relayAt: textOf(given, 'listen'),
	via: textOf(given, 'via'),
	group: textOf(given, 'group'),
	control: given.control === true,
	thread: textOf(given, 'thread'),
	bridge: given.bridge === true,
});

/** What holds where nothing was said. */
export const noOptions: Options = optionsOf({});

const [attach] = verbs;
if (attach === undefined) throw new Error('The table of verbs is empty.');

/**
 * With `--help` or `--version` nothing else is checked: whoever asks is not to be told off first.
 *
 * @throws CommandError `usage`
 */
export const understand = ({input, given}: Parsed): CommandLine => {
	const [first, ...rest] = input;
	const named = verbs.find(({name}) => name === first);
	// What many programs take; a thread of that name is attached to with the verb.
	if (first === 'help' && (rest.length === 0 || verbs.some(({name}) => name === rest[0])))
		return understand({input: rest, given: {...given, help: true}});
	const verb = named ?? attach;
	const words = named === undefined ? input : rest;
	const line = {verb, isNamed: named !== undefined, words, given};
	if (given.help === true || given.version === true) return {...line, options: noOptions};
	checkWords(verb, words, named === undefined && first !== undefined ? didYouMean(first) : '');
	const checked = checkFlags(verb, given);
	return {...line, given: checked, options: optionsOf(checked)};
};
