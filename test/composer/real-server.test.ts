/** What the composer takes for granted about the real App Server: its limit, its refusals, and what it drops. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {judgeRefusal, type SendAim} from '../../source/composer/aim.ts';
import {maxInputCharacters} from '../../source/composer/clean.ts';
import {emptyOutbox, reduceOutbox, send} from '../../source/composer/delivery.ts';
import {decodeQueue, judgeQueueRefusal} from '../../source/composer/queue.ts';
import {parseSignature, signMessage} from '../../source/composer/signature.ts';
import type {Frame, RawClient} from '../../source/demo/json-rpc-client.ts';
import {asRecord} from '../../source/protocol/fields.ts';
import type {Json} from '../../source/protocol/types.ts';
import {initialThreadState, type TurnId} from '../../source/thread/state.ts';
import {type Scenario, startScenario} from '../support/harness.ts';
import {fold, hydrated, notified} from '../thread/make.ts';

let scenario: Scenario;
let client: RawClient;

beforeAll(async () => {
	scenario = await startScenario({
		rules: [
			{when: /^hello/, responses: [[{do: 'message', text: 'hello'}]]},
			{
				when: /^work/,
				responses: [[{do: 'command', command: 'sleep 97', yieldMs: 30_000}], [{do: 'message', text: 'done'}]],
			},
			// Also what a compaction and a review ask.
			{when: /[\s\S]/, responses: [[{do: 'message', text: ['wait', {hold: 'held'}, 'end']}]]},
		],
	});
	await scenario.pilot.startThread();
	await scenario.pilot.play('hello');
	client = await scenario.connect();
	await client.call('thread/resume', {threadId: scenario.pilot.threadId(), excludeTurns: true});
});
afterAll(() => scenario.stop());

const call = (method: string, params: Record<string, unknown>) =>
	client.call(method, {threadId: scenario.pilot.threadId(), ...params});
const input = (text: string) => [{type: 'text', text, text_elements: []}];
const refusalOf = async (method: string, params: Record<string, unknown>): Promise<string> =>
	call(method, params).then(
		() => 'it was taken',
		(error: Error) => error.message,
	);
const aimAt = (turnId: string): SendAim => ({kind: 'steer', turnId: turnId as TurnId, turnNumber: 2});
const judged = (why: string): string => judgeRefusal(aimAt('x'), why, {kind: 'start'});
const turnIdOf = (frame: Frame): string => String(asRecord(frame.params?.turn)?.id ?? frame.params?.turnId);
const itemTypeOf = (frame: Frame): unknown => asRecord(frame.params?.item)?.type;

test('a message has as many characters as we say, and one more is refused by every way in', async () => {
	const turnId = await scenario.pilot.say('a turn that waits');
	await scenario.model.holding('held');
	const full = '😀'.repeat(maxInputCharacters);
	const steer = {expectedTurnId: turnId, clientUserMessageId: signMessage('Ada: B', '1')};
	expect(await refusalOf('turn/steer', {...steer, input: input(full)})).toBe('it was taken');
	for (const [method, more] of [
		['turn/start', {clientUserMessageId: 'a'}],
		['turn/steer', steer],
		['thread/queue/add', {clientUserMessageId: 'b'}],
	] as const)
		expect(judged(await refusalOf(method, {...more, input: input(`${full}x`)}))).toContain('1,048,576');
	expect(judged(await refusalOf('turn/steer', {...steer, expectedTurnId: 'x', input: input('hi')}))).toBe(
		'Turn 2 is over, and another one runs. Enter now starts a new turn.',
	);
	scenario.model.release('held');
	// The steered text is answered in the same turn.
	await scenario.model.holding('held');
	scenario.model.release('held');
	await scenario.pilot.turnEnded(turnId);
	const echo = await client.waitFor(
		frame =>
			frame.method === 'item/completed' &&
			asRecord(frame.params?.item)?.clientId === steer.clientUserMessageId,
	);
	expect(parseSignature(String(asRecord(echo.params?.item)?.clientId))).toEqual({name: 'Ada: B', uuid: '1'});
	expect(judged(await refusalOf('turn/steer', {...steer, input: input('hi')}))).toContain('Turn 2 is over.');
});

test('a steer that was accepted is dropped when its turn is interrupted first, and our outbox offers it again', async () => {
	const turnId = await scenario.pilot.say('work');
	await client.waitFor(
		frame =>
			frame.method === 'item/started' &&
			turnIdOf(frame) === turnId &&
			itemTypeOf(frame) === 'commandExecution',
	);
	const threadId = scenario.pilot.threadId();
	const submission = {id: 'dropped', threadId, text: 'faster', aim: aimAt(turnId)};
	await call('turn/steer', {
		expectedTurnId: turnId,
		input: input(submission.text),
		clientUserMessageId: submission.id,
	});
	await scenario.pilot.interrupt(turnId);
	await scenario.pilot.turnEnded(turnId);
	await client.waitFor(frame => frame.method === 'turn/completed' && turnIdOf(frame) === turnId);
	const joined = fold(initialThreadState, hydrated([], null, {thread: {id: threadId}}));
	const thread = client
		.frames()
		.reduce(
			(state, {method, params}) =>
				method === undefined ? state : fold(state, notified(method, params as Record<string, Json>)),
			joined,
		);
	let {outbox} = send(emptyOutbox, submission);
	outbox = reduceOutbox(outbox, {type: 'accepted', messageId: 'dropped', turnId});
	expect(reduceOutbox(outbox, {type: 'threadChanged', thread})).toMatchObject([
		{phase: 'uncertain', lookup: 'absent'},
	]);
	const history = await call('thread/turns/list', {limit: 1, itemsView: 'full'});
	expect(JSON.stringify(history)).not.toContain('dropped');
});

test('a compaction and a review refuse a steer and a start in words that we know', async () => {
	await call('thread/compact/start', {});
	const compaction = await client.waitFor(
		frame => frame.method === 'item/started' && itemTypeOf(frame) === 'contextCompaction',
	);
	await scenario.model.holding('held');
	const turnId = turnIdOf(compaction);
	const message = {input: input('hi'), clientUserMessageId: 'c'};
	expect(judged(await refusalOf('turn/steer', {...message, expectedTurnId: turnId}))).toContain('compacted');
	expect(judged(await refusalOf('turn/start', message))).toContain('compacted');
	scenario.model.release('held');
	await client.waitFor(frame => frame.method === 'turn/completed' && turnIdOf(frame) === turnId);

	const {turn} = await call('review/start', {
		target: {type: 'custom', instructions: 'look'},
		delivery: 'inline',
	});
	await scenario.model.holding('held');
	expect(judged(await refusalOf('turn/start', message))).toContain('review');
	const reviewId = String(asRecord(turn)?.id);
	expect(judged(await refusalOf('turn/steer', {...message, expectedTurnId: reviewId}))).toContain('review');
	scenario.model.release('held');
	await client.waitFor(frame => frame.method === 'turn/completed' && turnIdOf(frame) === reviewId);
});

test('the queue is listed as we read it, and its refusals are in words that we know', async () => {
	const turnId = await scenario.pilot.say('a turn that waits again');
	await scenario.model.holding('held');
	for (const text of ['one', 'two'])
		await call('thread/queue/add', {input: input(text), clientUserMessageId: signMessage('Ada', text)});
	const queue = decodeQueue((await call('thread/queue/list', {})).data);
	expect(queue.map(({text, author}) => [text, author])).toEqual([
		['one', {kind: 'jumpseat', name: 'Ada'}],
		['two', {kind: 'jumpseat', name: 'Ada'}],
	]);
	const [first] = queue;
	const refusals = [
		refusalOf('thread/queue/update', {queuedSubmissionId: 'nope', input: input('x')}),
		refusalOf('thread/queue/reorder', {queuedSubmissionIds: [first?.id]}),
		refusalOf('thread/queue/start', {}),
	];
	expect((await Promise.all(refusals)).map(judgeQueueRefusal)).toEqual([
		'It has left the queue meanwhile.',
		'The queue has changed meanwhile; nothing was moved.',
		'A turn is running; the queue goes on after it.',
	]);
	for (const {id} of queue) await call('thread/queue/delete', {queuedSubmissionId: id});
	expect(decodeQueue((await call('thread/queue/list', {})).data)).toEqual([]);
	scenario.model.release('held');
	await scenario.pilot.turnEnded(turnId);
});
