import {describe, expect, test} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
import {completed, delta, message, notified, turnStarted} from '../thread/make.ts';
import {heard, info, liveState, moved, newState, press, startMs, told, type} from './make.ts';

const threadOf = (state: ReturnType<typeof newState>, id: string) =>
	state.threads.find(thread => thread.id === id);

test('nothing that happened leaves the same state', () => {
	const state = liveState();
	expect(applyEvents(state, [])).toBe(state);
	expect(applyEvents(state, [told(notified('item/never/heardOf'))])).toBe(state);
});

test('a batch gives what its events give one by one', () => {
	const events: SessionEvent[] = [
		told(turnStarted('T9')),
		heard('turn/started', {threadId: 't'}),
		...['a', 'b', 'c'].flatMap(text => [
			told(delta('I', text, 'T9')),
			heard('item/agentMessage/delta', {threadId: 't', itemId: 'I', delta: text}),
		]),
		told(completed(message('I', 'abc'), 'T9')),
		{type: 'latencyMeasured', roundTripMs: 3},
		heard('item/agentMessage/delta', {threadId: 't', itemId: 'I', delta: 'd'}),
	];
	const batched = applyEvents(liveState(), events);
	const single = events.reduce((state, event) => applyEvents(state, [event]), liveState());
	expect(batched).toEqual(single);
	expect(batched.log.entries.map(({name, count}) => `${name} ${count}`)).toEqual([
		'live 1',
		'turn/started 1',
		'item/agentMessage/delta 4',
	]);
});

test('events of a thread that is not open any more are not for the open one', () => {
	const state = liveState();
	expect(applyEvents(state, [told(turnStarted('T9'), 'other')])).toBe(state);
});

test('frames that should not be are counted and logged', () => {
	const state = applyEvents(newState(), [
		{type: 'traffic', traffic: {kind: 'malformed', reason: 'no JSON', excerpt: 'x', atMs: 1, bytes: 1}},
		{type: 'traffic', traffic: {kind: 'unsolicited', id: 7, atMs: 1, bytes: 1}},
		heard('item/never/heardOf'),
	]);
	expect(state.oddities).toBe(2);
	expect(state.log.entries.map(({kind}) => kind)).toEqual(['oddity', 'oddity', 'notification']);
});

test('every move of the connection is in the log, with its reason', () => {
	const state = applyEvents(newState(), [
		moved({kind: 'live'}),
		moved({kind: 'reconnecting', attempt: 1, nextAtMs: 5, why: 'It broke.'}),
		moved({kind: 'waiting', reason: 'notLoaded'}),
		moved({kind: 'failed', why: 'HTTP 401.'}),
	]);
	expect(state.connection.kind).toBe('failed');
	expect(state.log.entries.map(({name, detail}) => [name, detail])).toEqual([
		['live', ''],
		['reconnecting', 'It broke.'],
		['waiting', 'notLoaded'],
		['failed', 'HTTP 401.'],
	]);
});

test('time never goes back', () => {
	const state = applyEvents(newState({nowMs: startMs + 5000}), [moved({kind: 'live'})]);
	expect(state.nowMs).toBe(startMs + 5000);
});

test('a read that failed is a passing word', () => {
	const state = applyEvents(newState(), [{type: 'askFailed', what: 'older turns', why: 'no', atMs: startMs}]);
	expect(state.ui.notice).toEqual({
		text: 'No luck with older turns: no',
		untilMs: startMs + 6000,
		bad: true,
	});
});

test('another thread starts with a clean pane; what belongs to the person stays', () => {
	const busy = press(
		liveState(),
		'selectPrevious',
		'open',
		'foldAll',
		'search',
		type('answer'),
		'submit',
		'top',
		'zoom',
		'widen',
		'tabPlan',
	);
	const {thread, ui, threadId} = applyEvents(busy, [{type: 'threadChosen', threadId: 'other'}]);
	expect(threadId).toBe('other');
	expect(thread.turns).toEqual([]);
	expect(ui).toMatchObject({
		threadScroll: {kind: 'tail'},
		selectedKey: undefined,
		search: {kind: 'off'},
		allOpen: false,
		seekingTop: false,
		picker: undefined,
		zoomed: true,
		split: 65,
		tab: 'plan',
	});
	expect(ui.folds.size).toBe(0);
});

describe('the list of threads', () => {
	const listed = (...events: SessionEvent[]) =>
		applyEvents(newState({threads: [info('A', {name: 'first', status: {type: 'idle'}})]}), events);

	test('it is replaced by a new listing', () => {
		const state = listed({type: 'threadsListed', threads: [{id: 'B'}, {id: 'C'}]});
		expect(state.threads.map(({id}) => id)).toEqual(['B', 'C']);
	});

	test('it follows status, name and end of the threads in it', () => {
		const waiting = heard('thread/status/changed', {
			threadId: 'A',
			status: {type: 'active', activeFlags: ['waitingOnApproval']},
		});
		expect(threadOf(listed(waiting), 'A')?.status).toEqual({kind: 'active', waitingOn: 'approval'});
		expect(threadOf(listed(heard('thread/closed', {threadId: 'A'})), 'A')?.status).toEqual({
			kind: 'notLoaded',
		});
		expect(
			threadOf(listed(heard('thread/name/updated', {threadId: 'A', threadName: 'new'})), 'A')?.name,
		).toBe('new');
		expect(
			threadOf(listed(heard('thread/name/updated', {threadId: 'A', threadName: null})), 'A')?.name,
		).toBeUndefined();
	});

	test('a thread that starts comes on top; one that is known keeps what was not said again', () => {
		const started = listed(
			heard('thread/started', {thread: {id: 'B', cwd: '/b'}}),
			heard('thread/started', {thread: {id: 'A', status: {type: 'active'}}}),
		);
		expect(started.threads.map(({id}) => id)).toEqual(['B', 'A']);
		expect(threadOf(started, 'A')).toMatchObject({name: 'first', cwd: '/app', status: {kind: 'active'}});
	});

	test.each([
		['a thread that is not in it', heard('thread/closed', {threadId: 'X'})],
		['a status that is none', heard('thread/status/changed', {threadId: 'A', status: 7})],
		['a start without a thread', heard('thread/started', {})],
		['no parameters', heard('thread/closed', null)],
		['parameters that are a list', heard('thread/closed', ['A'])],
	])('%s changes nothing', (_what, event) => {
		const before = listed();
		expect(applyEvents(before, [event]).threads).toBe(before.threads);
	});
});
