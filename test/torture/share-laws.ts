/**
 * The laws of a share, on what it said to its server: nobody's word without the role for it, no answer twice, nothing
 * that no guest may say. Pure: what was noted in, one line for each breach out. Called by share-churn.ts.
 */
import {outgoing} from '../../source/protocol/methods.ts';
import type {Role} from '../../source/protocol/share.ts';
import {parseSignature} from '../../source/thread/signature.ts';

type Place = {readonly connection: number; readonly atMs: number};

export type SaidCall = Place & {
	readonly kind: 'call';
	readonly method: string;
	readonly clientId: string | undefined;
	/** Of its input. */
	readonly text: string;
};

export type SaidAnswer = Place & {
	readonly kind: 'answer';
	readonly id: number | string;
	readonly isError: boolean;
	readonly text: string;
};

export type Said = SaidCall | SaidAnswer;

/** What a guest tried to say. */
export type Word = {readonly name: string; readonly atMs: number};

export type RoleBook = {
	/** Told when the owner wants it, and again when it is done: in between both may hold. */
	readonly wanted: (name: string, role: Role) => void;
	readonly done: (name: string, role: Role | undefined) => void;
	/** Whether this name may have had one of the roles at some time between the two. */
	readonly had: (name: string, roles: readonly Role[], fromMs: number, toMs: number) => boolean;
};

type Period = {readonly role: Role; readonly fromMs: number; toMs: number};

export const createRoleBook = (nowMs: () => number = () => performance.now()): RoleBook => {
	const periods = new Map<string, Period[]>();
	const of = (name: string): Period[] => {
		const held = periods.get(name) ?? [];
		periods.set(name, held);
		return held;
	};
	return {
		wanted(name, role) {
			of(name).push({role, fromMs: nowMs(), toMs: Number.POSITIVE_INFINITY});
		},
		done(name, role) {
			const open = of(name).filter(({toMs}) => toMs === Number.POSITIVE_INFINITY);
			const stands = open.findLast(period => period.role === role);
			for (const period of open) if (period !== stands) period.toMs = nowMs();
		},
		had: (name, roles, fromMs, toMs) =>
			of(name).some(period => roles.includes(period.role) && period.fromMs <= toMs && period.toMs >= fromMs),
	};
};

const speaking: readonly Role[] = ['steer', 'answer'];
/** Only guests who never may answer decide like this. */
export const forbiddenAnswer = 'acceptForSession';

export const wordOf = (text: string): string | undefined => /‹[^›]*›/u.exec(text)?.[0];

const callBreaches = (
	{method, clientId, text, atMs}: SaidCall,
	words: ReadonlyMap<string, Word>,
	roles: RoleBook,
): readonly string[] => {
	if (!Object.hasOwn(outgoing, method)) return [`${method} was passed on`];
	const mark = wordOf(text);
	if (mark === undefined) return text === '' ? [] : [`${method} without a mark: ${text.slice(0, 60)}`];
	const word = words.get(mark);
	if (word === undefined) return [`${mark} was never said`];
	const signed = parseSignature(clientId)?.name;
	return [
		...(signed === word.name ? [] : [`${mark} of ${word.name} is signed ${clientId}`]),
		...(roles.had(word.name, speaking, word.atMs, atMs)
			? []
			: [`${mark} of ${word.name}, who may not, was passed on (${method})`]),
	];
};

const twice = (values: readonly string[]): readonly string[] => [
	...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
];

export const breaches = (
	said: readonly Said[],
	asked: readonly string[],
	words: ReadonlyMap<string, Word>,
	roles: RoleBook,
): readonly string[] => {
	const calls = said.filter(each => each.kind === 'call');
	const answers = said.filter(each => each.kind === 'answer');
	const known = new Set(asked);
	const keys = answers.map(({connection, id}) => `${connection}/${id}`);
	const marks = calls.flatMap(({text}) => wordOf(text) ?? []);
	return [
		...calls.flatMap(call => callBreaches(call, words, roles)),
		...twice(marks).map(mark => `${mark} was passed on twice`),
		...twice(keys).map(key => `request ${key} was answered twice`),
		...keys.filter(key => !known.has(key)).map(key => `${key} was answered, and never asked there`),
		...answers.filter(({isError}) => isError).map(({id}) => `request ${id} was answered with an error`),
		...answers
			.filter(({text}) => text.includes(forbiddenAnswer))
			.map(({id}) => `request ${id} was answered by somebody who may not`),
	];
};
