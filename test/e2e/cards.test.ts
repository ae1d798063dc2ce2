/**
 * What holds for a card whatever it asks: joined late, voided, in front of others, read-only, the connection lost
 * while its answer is on the way. And the kinds that this Codex cannot be brought to ask offline, put into the
 * stream as the server would send them: there the frame that leaves is all that can be checked.
 */
import {existsSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import type {Frame} from '../../source/demo/json-rpc-client.ts';
import type {Pty} from '../support/pty.ts';
import type {RecordedFrame, Tripwire} from '../support/tripwire.ts';
import {
	allAnswers,
	answersTo,
	askFor,
	cardHas,
	cardText,
	command,
	expectAnswered,
	fileOutside,
	guardOver,
	methods,
	noCard,
	size,
	takeSeat,
	untilReady,
} from './ask-scripts.ts';
import {beginTripwire, beginWith, eventually, openLive} from './support.ts';

const capabilities = (tripwire: Tripwire): ReadonlyArray<Readonly<Record<string, unknown>>> =>
	tripwire
		.sent()
		.filter(({frame}) => frame?.method === 'initialize')
		.map(({frame}) => frame?.params?.capabilities as Readonly<Record<string, unknown>>);

test('a file change that was asked before we joined shows its diff where the server lists it, and is accepted', async () => {
	const scenario = await beginWith(['Good morning']);
	const tripwire = await beginTripwire(scenario);
	const asked = await askFor(scenario, methods.fileChange, fileOutside('late.txt', 'the whole of it'));
	const jumpseat = await openLive(scenario, 'Good morning', {...size, endpoint: tripwire.endpoint, args: []});
	await untilReady(jumpseat, 'file change', 'late.txt', 'the whole of it', 'y writes these changes');
	jumpseat.type('y');
	await expectAnswered({scenario, tripwire, jumpseat}, asked, 'accept', {decision: 'accept'});
	expect(await asked.ended()).toBe('completed');
	expect(existsSync(path.join(scenario.workdir, '..', 'late.txt'))).toBe(true);

	// Two seats on one thread: who answers sees "here", the other one "elsewhere".
	const late = await askFor(scenario, methods.command, command('printf late'));
	const second = await openLive(scenario, 'Good morning', {...size, endpoint: tripwire.endpoint, args: []});
	await untilReady(second, 'approve? · command', "-c 'printf late'");
	second.type('n');
	await expectAnswered({scenario, tripwire, jumpseat: second}, late, 'decline', {decision: 'decline'});
	expect(await late.ended()).toBe('completed');
	await jumpseat.waitFor('Answered elsewhere.');
	await jumpseat.waitFor(noCard);
});

test('where the diff was missed the card says so, and wants a second, different key', async () => {
	const seat = await takeSeat();
	const {scenario, jumpseat, tripwire} = seat;
	const threadId = scenario.pilot.threadId();
	const turnId = await scenario.pilot.play('Go on');
	const id = 9000;
	const startedAtMs = Date.now();
	const params = {threadId, turnId, itemId: 'before-us', startedAtMs, reason: null, grantRoot: null};
	tripwire.inject(JSON.stringify({id, method: methods.fileChange, params}));
	await untilReady(jumpseat, 'file change', 'The diff was sent before we joined', 'to accept it asks twice');
	const second = cardHas('Y writes these changes, without your having seen what it is about');
	jumpseat.type('y');
	await jumpseat.waitFor(second);
	// Any other key means no, and the same one again is no second key.
	jumpseat.type('x');
	await jumpseat.waitFor(cardHas('y writes these changes'));
	jumpseat.type('yy');
	await jumpseat.waitFor(second);
	expect(allAnswers(tripwire)).toBe(0);
	jumpseat.type('Y');
	await tripwire.waitFor(isAnswer(id));
	tripwire.inject(JSON.stringify({method: 'serverRequest/resolved', params: {threadId, requestId: id}}));
	await expectAnswered(seat, {id}, 'accept', {decision: 'accept'});
});

test('a turn that is interrupted voids its request: the card closes and says so', async () => {
	const {scenario, jumpseat, tripwire} = await takeSeat();
	const asked = await askFor(scenario, methods.command, command('printf never'));
	await untilReady(jumpseat, 'printf never');
	await scenario.pilot.interrupt(asked.turnId);
	await jumpseat.waitFor(noCard);
	await jumpseat.waitFor('The turn is over: the request needs no answer any more.');
	jumpseat.type('y');
	jumpseat.type('i');
	await jumpseat.waitFor('Enter sends');
	expect(await asked.ended()).toBe('interrupted');
	expect(allAnswers(tripwire)).toBe(0);
});

test('several requests queue, oldest first, counted, each guarded anew when it comes to the front', async () => {
	const seat = await takeSeat();
	const {scenario, jumpseat, tripwire} = seat;
	const words = ['alpha', 'beta', 'gamma'];
	const first = await askFor(scenario, methods.command, ...words.map(word => command(`printf ${word}`)));
	await untilReady(jumpseat, 'approve? · command', '1 of 3');
	const ids = [first.id];
	for (const _other of words.slice(1)) ids.push((await scenario.pilot.asked(methods.command)).id);
	// The second key of a hurry is not for the next card.
	jumpseat.type('yy');
	await jumpseat.waitFor(cardHas('1 of 2'));
	expect(allAnswers(tripwire)).toBe(1);
	for (const left of ['1 of 2', '1 of 1']) {
		await untilReady(jumpseat, left);
		jumpseat.type('y');
	}
	await jumpseat.waitFor(noCard);
	expect(await first.ended()).toBe('completed');
	expect(ids.map(id => answersTo(tripwire, {id}).length)).toEqual([1, 1, 1]);
	for (const word of words) expect(first.told()).toMatch(new RegExp(`code 0.*${word}`));
});

const pressAll = (jumpseat: Pty): void => {
	for (const key of 'yapnchxY') jumpseat.type(key);
};

/** No frame tells that a key did nothing: what the next key does, does. */
const untilRead = async (jumpseat: Pty): Promise<void> => {
	jumpseat.type('?');
	await jumpseat.waitFor('Esc closes');
	jumpseat.press('escape');
	await eventually(jumpseat, () => expect(jumpseat.screen().join('\n')).not.toContain('Esc closes'));
};

test('with --observe the card is shown, its keys do nothing, and no person is promised to the server', async () => {
	const {scenario, jumpseat, tripwire} = await takeSeat(undefined, {args: ['--observe']});
	const asked = await askFor(scenario, methods.command, command('printf watched'));
	await untilReady(jumpseat, 'printf watched');
	pressAll(jumpseat);
	jumpseat.type('a');
	await jumpseat.waitFor('Read-only: nothing is answered in observe mode.');
	pressAll(jumpseat);
	await untilRead(jumpseat);
	expect(cardText(jumpseat.screen()).join('\n')).toContain('printf watched');
	expect(allAnswers(tripwire)).toBe(0);
	scenario.pilot.client.respond(asked.id, {decision: 'accept'});
	await jumpseat.waitFor(noCard);
	expect(await asked.ended()).toBe('completed');
	expect(asked.told()).toContain('watched');
	expect(capabilities(tripwire)).toHaveLength(1);
	expect(capabilities(tripwire)[0]).not.toHaveProperty('requiredHumanApproval');
});

test('/observe turns a card off that is open, for good', async () => {
	const {scenario, jumpseat, tripwire} = await takeSeat();
	expect(capabilities(tripwire).map(each => each.requiredHumanApproval)).toEqual([true]);
	const asked = await askFor(scenario, methods.command, command('printf watched'));
	await untilReady(jumpseat, 'printf watched');
	jumpseat.press('escape');
	await jumpseat.waitFor('a answer');
	jumpseat.type('i');
	await jumpseat.waitFor('Enter sends');
	jumpseat.type('/observe');
	await jumpseat.waitFor('▸ /observe');
	jumpseat.press('enter');
	await jumpseat.waitFor('Read-only from now on');
	pressAll(jumpseat);
	jumpseat.type('a');
	await jumpseat.waitFor('Read-only: nothing is answered in observe mode.');
	pressAll(jumpseat);
	await untilRead(jumpseat);
	expect(cardText(jumpseat.screen()).join('\n')).toContain('printf watched');
	expect(allAnswers(tripwire)).toBe(0);
	// A connection that is made from now on promises no person either.
	tripwire.cut();
	await jumpseat.waitFor('○ connection lost');
	await jumpseat.waitFor('● live');
	expect(capabilities(tripwire).map(each => each.requiredHumanApproval)).toEqual([true, undefined]);
	scenario.pilot.client.respond(asked.id, {decision: 'decline'});
	await jumpseat.waitFor(noCard);
	expect(await asked.ended()).toBe('completed');
	expect(allAnswers(tripwire)).toBe(0);
});

const isAnswer =
	(id: number | string) =>
	({from, frame}: RecordedFrame): boolean =>
		from === 'client' && frame?.method === undefined && frame?.id === id;

test('an answer that the broken connection swallowed is asked for again, and given once', async () => {
	const seat = await takeSeat();
	const {scenario, jumpseat, tripwire} = seat;
	const asked = await askFor(scenario, methods.command, command('printf swallowed'));
	await untilReady(jumpseat, 'printf swallowed');
	// Cut before the frame goes on to the server.
	const swallowed = tripwire.waitFor(frame => {
		if (!isAnswer(asked.id)(frame)) return false;
		tripwire.cut();
		return true;
	});
	jumpseat.type('y');
	await swallowed;
	await jumpseat.waitFor(cardHas('connection lost, sent: accept'));
	await jumpseat.waitFor('● live');
	await untilReady(jumpseat, 'approve? · command', 'printf swallowed');
	expect(answersTo(tripwire, asked)).toHaveLength(1);
	expect(asked.told()).toBe('[]');
	// The keys went back to the panes with the answer: the card is taken up again, and guarded as a new one.
	jumpseat.type('a');
	await jumpseat.waitFor('Esc the panes');
	await guardOver();
	jumpseat.type('n');
	await jumpseat.waitFor(noCard);
	await jumpseat.waitFor('Answered here: decline.');
	expect(await asked.ended()).toBe('completed');
	expect(await asked.itemStatus()).toBe('declined');
	expect(asked.told()).toMatch(/reject/);
	expect(answersTo(tripwire, asked)).toEqual([{decision: 'accept'}, {decision: 'decline'}]);
});

test('an answer that arrived though the connection broke is not asked for again, and nobody claims to know', async () => {
	const seat = await takeSeat();
	const {scenario, jumpseat, tripwire} = seat;
	const asked = await askFor(scenario, methods.command, command('printf arrived'));
	await untilReady(jumpseat, 'printf arrived');
	// Cut before the server can say that it counts.
	const resolved = ({from, frame}: RecordedFrame): boolean =>
		from === 'server' && frame?.method === 'serverRequest/resolved' && frame.params?.requestId === asked.id;
	const cut = tripwire.waitFor(frame => {
		if (!resolved(frame)) return false;
		tripwire.cut();
		return true;
	});
	jumpseat.type('y');
	await cut;
	await jumpseat.waitFor(cardHas('connection lost, sent: accept'));
	expect(await asked.ended()).toBe('completed');
	expect(asked.told()).toMatch(/code 0.*arrived/);
	await jumpseat.waitFor('● live');
	await jumpseat.waitFor(noCard);
	await jumpseat.waitFor('A request was settled while the connection was lost; the server does not say how.');
	expect(answersTo(tripwire, asked)).toEqual([{decision: 'accept'}]);
});

type Injected = {
	readonly method: string;
	readonly params: Readonly<Record<string, unknown>>;
	readonly sights: readonly string[];
	/** Key, what the notice calls it, the decision that leaves. */
	readonly answers: ReadonlyArray<readonly [string, string, unknown]>;
};

const hostRule = (action: 'allow' | 'deny') => ({
	applyNetworkPolicyAmendment: {network_policy_amendment: {host: 'example.org', action}},
});

const injected: readonly Injected[] = [
	{
		method: methods.command,
		params: {
			kind: 'command',
			networkApprovalContext: {host: 'example.org', protocol: 'https'},
			availableDecisions: ['accept', 'acceptForSession', hostRule('allow'), hostRule('deny'), 'cancel'],
		},
		sights: ['network access', 'https://example.org', 'h allows it, and from now'],
		answers: [
			['y', 'accept', 'accept'],
			['a', 'accept for the session', 'acceptForSession'],
			['h', 'always allow the host', hostRule('allow')],
			['x', 'never allow the host', hostRule('deny')],
			['n', 'decline', 'decline'],
			['c', 'cancel', 'cancel'],
		],
	},
	{
		method: 'execCommandApproval',
		params: {callId: 'old', command: ['git', 'push'], cwd: '/srv', reason: null, parsedCmd: []},
		sights: ['approve? · command', '$ git push'],
		answers: [
			['y', 'accept', 'approved'],
			['a', 'accept for the session', 'approved_for_session'],
			['n', 'decline', 'denied'],
			['c', 'cancel', 'abort'],
		],
	},
	{
		method: 'applyPatchApproval',
		params: {
			callId: 'old',
			fileChanges: {'/srv/new.txt': {type: 'add', content: 'hello\n'}},
			reason: null,
			grantRoot: null,
		},
		sights: ['approve? · file change', 'new.txt', 'hello'],
		answers: [
			['y', 'accept', 'approved'],
			['n', 'decline', 'denied'],
		],
	},
];

test('a network approval and the two kinds of old servers leave as they must', async () => {
	const seat = await takeSeat();
	const {scenario, jumpseat, tripwire} = seat;
	const threadId = scenario.pilot.threadId();
	const turnId = await scenario.pilot.play('Go on');
	let id = 9000;
	const inject = (frame: Frame): void => tripwire.inject(JSON.stringify(frame));
	for (const {method, params, sights, answers} of injected) {
		for (const [key, label, decision] of answers) {
			id += 1;
			const startedAtMs = Date.now();
			inject({
				id,
				method,
				params: {threadId, conversationId: threadId, turnId, itemId: `item-${id}`, startedAtMs, ...params},
			});
			await untilReady(jumpseat, ...sights);
			jumpseat.type(key);
			await tripwire.waitFor(isAnswer(id));
			await jumpseat.waitFor(cardHas(`answering… ${label}`));
			inject({method: 'serverRequest/resolved', params: {threadId, requestId: id}});
			await expectAnswered(seat, {id}, label, {decision});
		}
	}
	// The owner's business and what does not exist yet: shown, and no key answers.
	for (const method of ['item/tool/call', 'item/telepathy/requestApproval']) {
		id += 1;
		inject({id, method, params: {threadId, turnId, what: 'ever'}});
		await jumpseat.waitFor(cardHas('not for us', method));
		await guardOver();
		pressAll(jumpseat);
		await untilRead(jumpseat);
		expect(answersTo(tripwire, {id})).toEqual([]);
		inject({method: 'serverRequest/resolved', params: {threadId, requestId: id}});
		await jumpseat.waitFor(noCard);
	}
	// What was answered to nobody has done no harm.
	await scenario.pilot.play('Still there?');
	await jumpseat.waitFor('Still there?');
});
