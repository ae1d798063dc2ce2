import {describe, expect, test} from 'vitest';
import type {Json} from '../../source/protocol/types.ts';
import type {ThreadEvent} from '../../source/thread/events.ts';
import {maxNotices} from '../../source/thread/notices.ts';
import {reduce} from '../../source/thread/reduce.ts';
import {initialThreadState} from '../../source/thread/state.ts';
import {
	completed,
	delta,
	disconnected,
	empty,
	fold,
	hydrated,
	itemsOf,
	message,
	notified,
	relisted,
	running,
	turn,
	turnCompleted,
	turnOf,
	turnStarted,
} from './make.ts';

const other = (method: string, threadId: string, params: {readonly [key: string]: Json} = {}): ThreadEvent =>
	notified(method, {...params, threadId});
const asked = (
	id: number | string,
	params: Json = {threadId: 't', turnId: 'T1', itemId: 'c'},
): ThreadEvent => ({
	type: 'requested',
	request: {id, method: 'item/commandExecution/requestApproval', params},
	atMs: 50,
});
const resolved = (requestId: number | string) => notified('serverRequest/resolved', {requestId});

describe('a turn', () => {
	test('begins, and ends with its status, its error and its times', () => {
		expect(turnOf(running)).toMatchObject({status: 'inProgress', startedAtMs: 5000});
		const failed = fold(
			running,
			turnCompleted('T1', 'failed', {message: 'no network', additionalDetails: 'ECONNREFUSED'}),
		);
		expect(turnOf(failed)).toMatchObject({
			status: 'failed',
			error: 'no network\nECONNREFUSED',
			completedAtMs: 9000,
		});
	});

	test('lasted as long as the server says to the millisecond, for it tells times in whole seconds', () => {
		const timed = (more: {readonly [key: string]: Json}) =>
			turnOf(
				fold(
					empty,
					notified('turn/completed', {
						turn: {id: 'T1', status: 'completed', startedAt: 5, completedAt: 6, ...more},
					}),
				),
			);
		expect(timed({durationMs: 250})).toMatchObject({startedAtMs: 5000, completedAtMs: 5250});
		expect(timed({durationMs: null})).toMatchObject({completedAtMs: 6000});
		expect(timed({durationMs: -1})).toMatchObject({completedAtMs: 6000});
		expect(timed({durationMs: 250, startedAt: null})).toMatchObject({completedAtMs: 6000});
		const listed = turn('T1', [], {startedAt: 5, completedAt: 5, durationMs: 120});
		expect(turnOf(fold(empty, hydrated([listed])))?.completedAtMs).toBe(5120);
	});

	test('that ended does not begin again by a late word, and ends once', () => {
		const ended = fold(running, turnCompleted());
		expect(reduce(ended, turnStarted())).toBe(ended);
		expect(reduce(ended, turnCompleted())).toBe(ended);
	});

	test('of which only the end was heard is known to be incomplete', () => {
		expect(turnOf(fold(empty, turnCompleted()))).toMatchObject({status: 'completed', itemsIncomplete: true});
	});

	test('has the newest plan and the newest diff', () => {
		const plan = (status: string) =>
			notified('turn/plan/updated', {turnId: 'T1', explanation: 'why', plan: [{step: 'a', status}]});
		const diff = (text: string) => notified('turn/diff/updated', {turnId: 'T1', diff: text});
		const state = fold(running, plan('pending'), plan('completed'), diff('1'), diff('2'));
		expect(turnOf(state)).toMatchObject({
			plan: {explanation: 'why', steps: [{step: 'a', status: 'completed'}]},
			diff: '2',
		});
		expect(reduce(state, plan('completed'))).toBe(state);
		expect(reduce(state, diff('2'))).toBe(state);
	});
});

describe('what is not about this thread', () => {
	test.each([
		other('item/agentMessage/delta', 'other', {turnId: 'T1', itemId: 'm', delta: 'x'}),
		other('thread/status/changed', 'other', {status: {type: 'idle'}}),
		other('thread/closed', 'other'),
		other('serverRequest/resolved', 'other', {requestId: 0}),
		notified('thread/started', {thread: {id: 'other', preview: 'x'}}),
		notified('item/fileChange/outputDelta', {turnId: 'T1', itemId: 'm', delta: 'x'}),
		notified('thread/does/not/exist/yet', {turnId: 'T1'}),
		notified('toString', {turnId: 'T1'}),
		notified('__proto__', {}),
		{type: 'notified', notification: {method: 'turn/started', params: null}, atMs: 1},
		{type: 'requested', request: {id: 1, method: 'x', params: {threadId: 'other'}}, atMs: 1},
		{type: 'requested', request: {id: 1, method: 'attestation/generate', params: {}}, atMs: 1},
		{type: 'threadDescribed', thread: {id: 'other'}, atMs: 1},
		{type: 'not invented yet'} as unknown as ThreadEvent,
	] satisfies readonly ThreadEvent[])('changes nothing: $notification.method $type', event => {
		expect(reduce(running, event)).toBe(running);
	});

	test('changes nothing before we know which thread is ours', () => {
		expect(reduce(initialThreadState, delta('m', 'x'))).toBe(initialThreadState);
	});
});

describe('a pending request', () => {
	test('stays until the server says that it is resolved, also beyond the end of its turn', () => {
		const state = fold(running, asked(0), asked('0'), turnCompleted());
		expect(state.requests.map(request => request.id)).toEqual([0, '0']);
		expect(state.requests[0]).toMatchObject({turnId: 'T1', itemId: 'c', receivedAtMs: 50});
		expect(fold(state, resolved(0)).requests.map(request => request.id)).toEqual(['0']);
		expect(reduce(state, resolved(7))).toBe(state);
	});

	test('is there once when it is replayed', () => {
		expect(fold(running, asked(3), asked(3)).requests).toHaveLength(1);
	});

	test('is forgotten by a subscription, which replays what is still pending', () => {
		const state = fold(running, asked(3), disconnected, hydrated([]));
		expect(state.requests).toEqual([]);
		expect(fold(state, asked(3)).requests).toHaveLength(1);
	});

	test('of an old server names the thread conversationId', () => {
		expect(fold(running, asked(1, {conversationId: 't', callId: 'c'})).requests).toMatchObject([
			{itemId: 'c'},
		]);
	});
});

describe('a notice', () => {
	const error = (willRetry: boolean, turnId = 'T1') =>
		notified('error', {turnId, willRetry, error: {message: 'oops'}});

	test('stands in its turn, after the items that were there', () => {
		const state = fold(running, completed(message('m', 'x')), error(true), error(false));
		expect(turnOf(state)?.notices).toMatchObject([
			{kind: 'retry', text: 'oops', afterItems: 1},
			{kind: 'error', text: 'oops', afterItems: 1},
		]);
	});

	test('of a turn that we do not hold belongs to the thread', () => {
		expect(fold(empty, error(false, 'T9')).notices).toMatchObject([{kind: 'error'}]);
	});

	test('is taken from warnings, to us or to everybody, and from reroutes', () => {
		const everybody: ThreadEvent = {
			type: 'notified',
			notification: {method: 'warning', params: {threadId: null, message: 'all'}, emittedAtMs: 77},
			atMs: 1,
		};
		const state = fold(
			running,
			everybody,
			notified('model/rerouted', {turnId: 'T1', fromModel: 'a', toModel: 'b', reason: 'r'}),
			turnCompleted(),
			notified('warning', {message: 'ours'}),
		);
		expect(turnOf(state)?.notices).toMatchObject([
			{kind: 'warning', text: 'all', atMs: 77},
			{kind: 'rerouted', text: 'Rerouted from a to b: r'},
		]);
		expect(state.notices).toMatchObject([{kind: 'warning', text: 'ours'}]);
	});

	test('of a compaction is left out where an item tells it', () => {
		const compacted = notified('thread/compacted', {turnId: 'T1'});
		expect(turnOf(fold(running, compacted))?.notices).toMatchObject([{kind: 'compacted'}]);
		const told = fold(running, completed({type: 'contextCompaction', id: 'x'}));
		expect(reduce(told, compacted)).toBe(told);
	});

	test('of a reverted history puts all that we hold in doubt until it is listed again', () => {
		const state = fold(running, completed(message('m', 'x')), turnCompleted(), notified('thread/reverted'));
		expect(state).toMatchObject({stale: true, notices: [{kind: 'reverted'}]});
		expect(fold(state, relisted([turn('T0', [])])).stale).toBe(false);
	});

	test('is one of the newest hundred', () => {
		let state = empty;
		for (let index = 0; index < maxNotices + 20; index += 1) {
			state = fold(state, notified('warning', {message: `${index}`}));
		}
		expect(state.notices).toHaveLength(maxNotices);
		expect(state.notices.at(-1)?.text).toBe(`${maxNotices + 19}`);
	});
});

describe('the thread itself', () => {
	test('is closed when the server unloads it, and open when it is active again', () => {
		const status = (type: string) => notified('thread/status/changed', {status: {type}});
		expect(fold(empty, notified('thread/closed')).closed).toBe(true);
		const unloaded = fold(empty, status('notLoaded'));
		expect(unloaded.closed).toBe(true);
		expect(fold(unloaded, status('systemError')).closed).toBe(true);
		expect(fold(unloaded, status('active'))).toMatchObject({closed: false, info: {status: {kind: 'active'}}});
		expect(fold(unloaded, status('daydreaming')).info?.status).toEqual({kind: 'other', name: 'daydreaming'});
	});

	test('is named, unnamed and described again', () => {
		const named = fold(empty, notified('thread/name/updated', {threadName: 'Fix it'}));
		expect(named.info?.name).toBe('Fix it');
		expect(fold(named, notified('thread/name/updated', {})).info?.name).toBeUndefined();
		const described = fold(named, {type: 'threadDescribed', thread: {id: 't', cwd: '/new'}, atMs: 1});
		expect(described.info).toMatchObject({name: 'Fix it', cwd: '/new', preview: 'hello'});
		expect(reduce(described, notified('thread/started', {thread: {id: 't', cwd: '/new'}}))).toBe(described);
	});

	test('has the settings and the token usage that were told last', () => {
		const state = fold(
			empty,
			notified('thread/settings/updated', {
				threadSettings: {
					model: 'm',
					effort: null,
					approvalPolicy: 'never',
					sandboxPolicy: {type: 'dangerFullAccess'},
					cwd: '/b',
				},
			}),
			notified('thread/tokenUsage/updated', {
				turnId: 'T1',
				tokenUsage: {total: {totalTokens: 9}, last: {totalTokens: 4}, modelContextWindow: 8},
			}),
		);
		expect(state.settings).toEqual({
			model: 'm',
			effort: undefined,
			approvalPolicy: 'never',
			sandbox: 'danger-full-access',
		});
		expect(state.info?.cwd).toBe('/b');
		expect(state.tokenUsage).toEqual({
			total: {totalTokens: 9},
			last: {totalTokens: 4},
			modelContextWindow: 8,
		});
	});

	test('is in doubt from the loss of the connection on', () => {
		const state = fold(running, disconnected);
		expect(state.stale).toBe(true);
		expect(reduce(state, disconnected)).toBe(state);
	});
});

describe('a sub-agent', () => {
	const spawn = {
		type: 'collabAgentToolCall',
		id: 's',
		tool: 'spawnAgent',
		status: 'completed',
		receiverThreadIds: ['a1'],
		agentsStates: {a1: {status: 'running', message: null}},
	};
	const spawned = fold(running, completed(spawn));

	test('is known by the item that spawned it, and followed by what its own thread says', () => {
		expect(spawned.agents).toEqual([
			{threadId: 'a1', label: undefined, status: 'running', message: undefined},
		]);
		const state = fold(
			spawned,
			other('thread/name/updated', 'a1', {threadName: 'Scout'}),
			other('thread/status/changed', 'a1', {status: {type: 'active', activeFlags: ['waitingOnApproval']}}),
		);
		expect(state.agents).toMatchObject([{label: 'Scout', status: 'waiting on approval'}]);
		expect(state.info).toBe(spawned.info);
	});

	test('that completed is not called idle because its thread went quiet', () => {
		const done = {
			...spawn,
			id: 'w',
			tool: 'wait',
			agentsStates: {a1: {status: 'completed', message: 'found'}},
		};
		const state = fold(spawned, completed(done), other('thread/closed', 'a1'));
		expect(state.agents).toMatchObject([{status: 'completed', message: 'found'}]);
	});

	test('is known by the parent that its thread names, unless it is ephemeral', () => {
		const thread = (more: {readonly [key: string]: Json}) =>
			notified('thread/started', {thread: {id: 'a2', parentThreadId: 't', agentNickname: 'Ada', ...more}});
		expect(fold(running, thread({})).agents).toMatchObject([{threadId: 'a2', label: 'Ada'}]);
		expect(reduce(running, thread({ephemeral: true}))).toBe(running);
	});
});

test('what an event does not touch keeps its identity', () => {
	const state = fold(
		running,
		completed(message('a', 'x')),
		turnCompleted(),
		turnStarted('T2'),
		completed(message('b', 'y'), 'T2'),
	);
	const next = reduce(state, delta('c', 'z', 'T2'));
	expect(next.turns[0]).toBe(state.turns[0]);
	expect(itemsOf(next, 'T2')[0]).toBe(itemsOf(state, 'T2')[0]);
	expect(next.info).toBe(state.info);
	expect(next.requests).toBe(state.requests);
});
