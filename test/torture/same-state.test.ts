/** The law can fail: each kind of difference, put into a state by hand, is found. */
import {describe, expect, test} from 'vitest';
import type {AppState} from '../../source/app/state.ts';
import type {Message} from '../../source/composer/delivery.ts';
import {withText} from '../../source/composer/editor-state.ts';
import type {Item, ThreadState, Turn} from '../../source/thread/state.ts';
import {liveState} from '../app/make.ts';
import {command, completed, fold, message, turnCompleted, turnStarted, user} from '../thread/make.ts';
import {compare, compareWritten, type Written} from './same-state.ts';

const signed = 'jumpseat:Ada:1';
const whole: AppState = (() => {
	const state = liveState();
	const thread = fold(
		state.thread,
		turnStarted('T8'),
		completed(user('u', 'hello', signed), 'T8'),
		completed(message('a', 'Hello.'), 'T8'),
		completed(command('c', 'ls', {aggregatedOutput: 'x', status: 'completed'}), 'T8'),
		turnCompleted('T8'),
		turnStarted('T9'),
		completed(message('b', 'Bye.'), 'T9'),
		turnCompleted('T9', 'interrupted'),
	);
	return {...state, thread, queue: []};
})();

const withThread = (change: (thread: ThreadState) => ThreadState): AppState => ({
	...whole,
	thread: change(whole.thread),
});
const withTurn = (id: string, change: (turn: Turn) => Turn): AppState =>
	withThread(thread => ({
		...thread,
		turns: thread.turns.map(turn => (turn.id === id ? change(turn) : turn)),
	}));
const withItem = (id: string, change: (item: Item) => readonly Item[]): AppState =>
	withTurn('T8', turn => ({
		...turn,
		items: turn.items.flatMap(item => (item.id === id ? change(item) : [item])),
	}));
const differences = (ours: AppState, fresh: AppState = whole): readonly string[] =>
	compare(ours, fresh).differences;

describe('two states', () => {
	test('that are the same have no difference', () => {
		expect(differences(whole)).toEqual([]);
		expect(compare(whole, whole).items).toBeGreaterThan(3);
	});

	test.each<[string, AppState, RegExp]>([
		['an item less', withItem('a', () => []), /completed items in order/],
		['an item twice', withItem('a', item => [item, item]), /item T8\/a is there twice/],
		[
			'another text',
			withItem('a', item => [{...item, content: {type: 'agentMessage', id: 'a', text: 'Hell.'}}]),
			/item \d: ours .*Hell\./,
		],
		[
			'items in another order',
			withTurn('T8', turn => ({...turn, items: turn.items.toReversed()})),
			/completed items in order/,
		],
		['a message twice', withItem('u', item => [item, {...item, id: 'u2' as Item['id']}]), /message .* twice/],
		['a turn less', withThread(thread => ({...thread, turns: thread.turns.slice(1)})), /the turns/],
		[
			'a turn twice',
			withThread(thread => ({...thread, turns: [...thread.turns, ...thread.turns]})),
			/turn T8 is there twice/,
		],
		['another end of a turn', withTurn('T9', turn => ({...turn, status: 'unknown'})), /turn \d+: ours/],
		[
			'another time',
			withTurn('T9', ({completedAtMs: _, ...turn}) => ({...turn, completedAtMs: undefined})),
			/turn \d+: ours/,
		],
		[
			'an item that streams',
			withItem('a', item => [{...item, phase: 'streaming'}]),
			/streaming, though nothing/,
		],
		[
			'a gap mark on what is whole',
			withItem('a', item => [{...item, missedStart: true}]),
			/complete, and marked as missed/,
		],
		[
			'a turn that counts as incomplete',
			withTurn('T9', turn => ({...turn, itemsIncomplete: true})),
			/incomplete/,
		],
		['doubt', withThread(thread => ({...thread, stale: true})), /stale/],
		[
			'a request',
			withThread(thread => ({
				...thread,
				requests: [
					{
						id: 0,
						method: 'm',
						turnId: undefined,
						itemId: undefined,
						receivedAtMs: 0,
						startedAtMs: undefined,
						params: {},
					},
				],
			})),
			/the requests/,
		],
		['no list of the queue', {...whole, queue: 'unread'}, /the queue/],
		[
			'another status',
			withThread(thread => ({
				...thread,
				...(thread.info && {info: {...thread.info, status: {kind: 'systemError'}}}),
			})),
			/the status/,
		],
		['another connection', {...whole, connection: {kind: 'waiting', reason: 'notLoaded'}}, /the connection/],
	])('%s is a difference', (_what, ours, words) => {
		expect(differences(ours).join('\n')).toMatch(words);
	});

	test('what only the fresh one has is a difference, whatever its phase', () => {
		const cut = withItem('a', item => [{...item, phase: 'cut'}]);
		expect(
			differences(
				withItem('a', () => []),
				cut,
			).join('\n'),
		).toMatch(/a fresh one has a/);
	});

	test('what only ours saw is none where it says so: cut items, declined commands', () => {
		const extra = (more: Partial<Item>, status = 'declined'): AppState =>
			withItem('c', item => [
				item,
				{
					...item,
					id: 'd' as Item['id'],
					content: {type: 'commandExecution', id: 'd', command: 'rm', status},
					...more,
				},
			]);
		expect(differences(extra({}))).toEqual([]);
		expect(compare(extra({}), whole).extras).toEqual({cut: 0, declined: 1});
		expect(differences(extra({phase: 'cut'}, 'inProgress'))).toEqual([]);
		expect(compare(extra({phase: 'cut'}, 'inProgress'), whole).extras).toEqual({cut: 1, declined: 0});
		expect(differences(extra({}, 'completed'))).not.toEqual([]);
		expect(differences(extra({phase: 'started'}, 'inProgress'))).not.toEqual([]);
	});

	test('the usage that the server has forgotten is none', () => {
		const usage = {total: {totalTokens: 2}, last: {totalTokens: 1}, modelContextWindow: 3};
		const told = withThread(thread => ({...thread, tokenUsage: usage}));
		expect(differences(told)).toEqual([]);
		expect(differences(whole, told).join('\n')).toMatch(/token usage/);
	});
});

describe('what a person wrote', () => {
	const sent: Message = {
		id: signed,
		threadId: 't',
		text: 'hello',
		aim: {kind: 'start'},
		phase: 'echoed',
		lookup: 'waiting',
		why: undefined,
		turnId: 'T8',
		isLate: false,
	};
	const written: Written = {texts: ['hello'], sentIds: [signed], told: () => 1};
	const composing = (outbox: readonly Message[], text = ''): AppState => ({
		...whole,
		composer: {...whole.composer, outbox, editor: withText(whole.composer.editor, text)},
	});
	const found = (ours: AppState, more: Partial<Written> = {}, fresh: AppState = whole): string =>
		compareWritten(ours, fresh, {...written, ...more}).join('\n');
	const elsewhere: Message = {...sent, id: 'jumpseat:Ada:2'};
	const offered: Message = {...elsewhere, phase: 'uncertain', lookup: 'absent'};

	test('stands once where the outbox says', () => {
		expect(found(composing([sent]))).toBe('');
		expect(found(composing([], 'hello'), {sentIds: [], told: () => 0})).toBe('');
		expect(found(composing([offered]), {told: () => 0})).toBe('');
	});

	test.each<[string, AppState, Partial<Written>, RegExp]>([
		['a text that is nowhere', composing([]), {}, /hello: in 0 places/],
		['a text in two places', composing([sent], 'hello'), {}, /hello: in 2 places/],
		['an id that was sent twice', composing([sent]), {sentIds: [signed, signed]}, /was sent twice/],
		['an echo that is not there', composing([elsewhere]), {}, /0× in the thread/],
		['one that waits in no queue', composing([{...elsewhere, phase: 'accepted'}]), {}, /0× in the queue/],
		['one that was never looked up', composing([{...offered, lookup: 'waiting'}]), {}, /not looked up/],
		[
			'one that still may come, though all is quiet',
			composing([{...offered, lookup: 'mayStillCome'}]),
			{},
			/not look/,
		],
		['one that is offered, and was told', composing([offered]), {}, /the model was told/],
		[
			'one that is offered, and stands there',
			composing([{...offered, id: signed}]),
			{told: () => 0},
			/1× in the/,
		],
		['one that was never settled', composing([{...sent, phase: 'sending'}]), {}, /never settled/],
		['one that the model was told twice', composing([sent]), {told: () => 2}, /told 2 times/],
	])('%s is found', (_what, ours, more, words) => {
		expect(found(ours, more)).toMatch(words);
	});
});
