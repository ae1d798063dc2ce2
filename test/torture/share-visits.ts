/**
 * What guests without a client of ours do in a share, from a seed: come in by any door, say what they may and what they
 * may not, answer what they are asked and what they are not, stop reading, and leave in any way.
 *
 * Invariant: each message has words of its own (`‹…›`), noted before it is said. Used by share-churn.ts.
 */
import {asRecord, asString} from '../../source/protocol/fields.ts';
import type {Role} from '../../source/protocol/share.ts';
import type {LinkAddress} from '../../source/share/link.ts';
import type {Random} from './random.ts';
import {enter, type Farewell, type Guest} from './share-guests.ts';
import {forbiddenAnswer, type Word} from './share-laws.ts';

export type Invited = {
	readonly name: string;
	readonly token: string;
	/** As he was invited. */
	readonly role: Role;
	/** Never gets another role, and so never may what that one does not allow. */
	readonly isFixed: boolean;
};

export type Tally = Record<string, number>;

export const add = (tally: Tally, name: string, count = 1): void => {
	tally[name] = (tally[name] ?? 0) + count;
};

export type Visit = {
	readonly address: LinkAddress;
	readonly person: Invited;
	readonly threadId: string;
	readonly random: Random;
	readonly words: Map<string, Word>;
	readonly tally: Tally;
	/** A file that nothing may make. */
	readonly forbidden: string;
};

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
const input = (text: string): object => [{type: 'text', text, text_elements: []}];
/** What is refused, and what ends with the connection, is part of the play. */
const tried = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);

type Acting = Visit & {readonly guest: Guest; readonly turn: () => string | undefined};

const mark = ({words, person: {name}, tally}: Visit): string => {
	const text = `‹${name}.${words.size}›`;
	words.set(text, {name, atMs: performance.now()});
	add(tally, 'messages');
	return text;
};

const start = (acting: Acting): Promise<unknown> => {
	const {guest, threadId, random, person} = acting;
	const text = mark(acting);
	// Half of them claim to be somebody else.
	const clientUserMessageId = random.chance(0.5)
		? `jumpseat:grace:${crypto.randomUUID()}`
		: crypto.randomUUID();
	const params = {threadId, input: input(text), clientUserMessageId};
	if (random.chance(0.3) && person.isFixed) return tried(guest.call('thread/queue/add', params));
	return tried(guest.call('turn/start', params));
};

const steer = (acting: Acting): Promise<unknown> => {
	const {guest, threadId} = acting;
	const expectedTurnId = acting.turn();
	if (expectedTurnId === undefined) return start(acting);
	return tried(guest.call('turn/steer', {threadId, expectedTurnId, input: input(mark(acting))}));
};

const answerTo = (method: string | undefined, params: unknown, decision: string): object => {
	if (method !== 'item/tool/requestUserInput') return {decision};
	const questions = asRecord(params)?.questions;
	const ids = (Array.isArray(questions) ? questions : []).flatMap(each => asString(asRecord(each)?.id) ?? []);
	return {answers: Object.fromEntries(ids.map(id => [id, {answers: [decision]}]))};
};

/** Everything that he was ever asked here; also what is settled, and what he may not answer. */
const answer = ({guest, random, person, tally}: Acting): void => {
	const mayNever = person.isFixed && person.role !== 'answer';
	for (const [id, {method, params}] of guest.open) {
		const decision = mayNever ? forbiddenAnswer : random.pick(['accept', 'decline']);
		add(tally, 'answers');
		const frame = random.chance(0.15)
			? {id, error: {code: -32_000, message: 'No.'}}
			: {id, result: answerTo(method, params, decision)};
		guest.say(JSON.stringify(frame));
		if (random.chance(0.3)) guest.say(JSON.stringify(frame));
	}
	// Ids of the server itself begin at 0.
	if (random.chance(0.3))
		guest.say(JSON.stringify({id: random.between(0, 5), result: {decision: forbiddenAnswer}}));
};

const misbehave = ({guest, threadId, random, forbidden, tally}: Acting): Promise<unknown> => {
	add(tally, 'tricks');
	const touch = {command: ['touch', forbidden]};
	const tricks: ReadonlyArray<() => unknown> = [
		() => guest.call('command/exec', touch),
		() => guest.call('thread/shellCommand', {threadId, command: `touch ${forbidden}`}),
		() => guest.call('fs/writeFile', {path: forbidden, dataBase64: ''}),
		() => guest.call('thread/start', {cwd: '/'}),
		() => guest.call('thread/archive', {threadId}),
		() => guest.call('jumpseat/share/end', {}),
		() => guest.call('jumpseat/share/role', {name: 'observe-0', role: 'answer'}),
		() => guest.call('turn/start', {threadId, input: [{type: 'localImage', path: '/etc/passwd'}]}),
		() =>
			guest.call('turn/start', {
				threadId,
				input: input('‹never›'),
				power: 'more',
			}),
		() => guest.call('thread/read', {threadId: crypto.randomUUID()}),
		() => guest.call('thread/unsubscribe', {threadId}),
		() => guest.say('{"neither": '),
		() => guest.say(`{"method":"jumpseat/here","params":{"at":"${'x'.repeat(50_000)}"}}`),
	];
	const [first = () => {}, ...others] = tricks;
	return tried(Promise.resolve(random.pick([first, ...others])()));
};

const look = ({guest, threadId, random}: Acting): Promise<unknown> =>
	tried(
		random.pick([
			() => guest.call('thread/read', {threadId}),
			() => guest.call('thread/turns/list', {threadId, limit: 5, sortDirection: 'desc', itemsView: 'full'}),
			() => guest.call('thread/list', {}),
			() => guest.call('thread/queue/list', {threadId}),
		])(),
	);

const act = async (acting: Acting): Promise<unknown> => {
	const {guest, threadId, random} = acting;
	const dice = random.next();
	// Turns cost a server the most.
	if (dice < 0.05) return start(acting);
	if (dice < 0.12) return steer(acting);
	if (dice < 0.14) {
		const turnId = acting.turn();
		return turnId === undefined ? undefined : tried(guest.call('turn/interrupt', {threadId, turnId}));
	}
	if (dice < 0.44) return answer(acting);
	if (dice < 0.64) return misbehave(acting);
	if (dice < 0.74) return look(acting);
	if (dice < 0.8) {
		guest.pause();
		await pause(random.spread(20, 300));
		guest.read();
		return undefined;
	}
	if (dice < 0.9) {
		guest.say(JSON.stringify({method: 'jumpseat/here', params: {at: 'back', typing: random.chance(0.5)}}));
		return undefined;
	}
	return pause(random.spread(10, 150));
};

const farewells = [
	'goodbye',
	'goodbye',
	'cut',
	'cut',
	'reset',
	'reset',
	'halfOpen',
] as const satisfies readonly Farewell[];

/** Resolves when he has left, or was sent away. What is still half-open goes into `undead`. */
export const visit = async (plan: Visit, undead: Set<Guest>): Promise<void> => {
	const {address, person, threadId, random, tally} = plan;
	let guest: Guest;
	try {
		guest = await enter(address, person.token, random.pick(['jumpseat', 'codex-tui', 'other']));
	} catch {
		// Removed meanwhile, a wrong token, or there is no server.
		add(tally, 'not let in');
		return;
	}
	add(tally, 'joins');
	add(tally, `by ${address.kind}`);
	let turnId: string | undefined;
	const acting: Acting = {...plan, guest, turn: () => turnId};
	guest.onFrame(({id, method, params}) => {
		if (id !== undefined && method !== undefined && random.chance(0.8))
			setTimeout(() => void answer(acting), random.between(0, 60));
		if (method !== 'turn/started' && method !== 'turn/completed') return;
		turnId = method === 'turn/started' ? asString(asRecord(params?.turn)?.id) : undefined;
	});
	if (random.chance(0.9)) await tried(guest.call('thread/resume', {threadId, excludeTurns: true}));
	for (let acts = random.between(0, 5); acts > 0 && !guest.isOver(); acts -= 1) await act(acting);
	if (guest.isOver()) {
		add(tally, `sent away ${await guest.ended}`);
		return;
	}
	const how = random.pick(farewells);
	add(tally, how);
	guest.leave(how);
	if (how === 'halfOpen') {
		undead.add(guest);
		void guest.ended.then(() => undead.delete(guest));
	} else await guest.ended;
};
