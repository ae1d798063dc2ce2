import {describe, expect, test} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import {followUps} from '../../source/app/follow-ups.ts';
import type {AppState} from '../../source/app/state.ts';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
import type {Json} from '../../source/protocol/types.ts';
import type {ThreadEvent} from '../../source/thread/events.ts';
import {
	completed,
	delta,
	hydrated,
	message,
	notified,
	relisted,
	started,
	turnCompleted,
	turnStarted,
} from '../thread/make.ts';
import {heard, liveState, moved, press, startMs, told, turns} from './make.ts';

const from = (before: AppState, ...events: SessionEvent[]) =>
	followUps(before, applyEvents(before, events), events);
const with_ = (state: AppState, ...events: ThreadEvent[]): AppState =>
	applyEvents(
		state,
		events.map(event => told(event)),
	);
const away = (state: AppState): AppState => press(state, {type: 'noteFocus', focused: false});
const asked = (id: number | string, method = 'item/commandExecution/requestApproval'): ThreadEvent => ({
	type: 'requested',
	request: {id, method, params: {threadId: 't', turnId: 'T9'}},
	atMs: 1,
});

describe('listing again in doubt', () => {
	test('a turn whose message was joined in its middle is listed again when it ends', () => {
		const joined = with_(liveState(), turnStarted('T9'), delta('I', 'lo there', 'T9'));
		expect(from(joined, told(turnCompleted('T9')))).toEqual([{type: 'relistTurns'}]);
	});

	test('a turn seen from its start to its end is in no doubt', () => {
		const seen = with_(
			liveState(),
			turnStarted('T9'),
			started(message('I', ''), 'T9'),
			completed(message('I', 'x'), 'T9'),
		);
		expect(from(seen, told(turnCompleted('T9')))).toEqual([]);
	});

	test('an item that never completed is a doubt', () => {
		const cut = with_(liveState(), turnStarted('T9'), started(message('I', ''), 'T9'));
		expect(from(cut, told(turnCompleted('T9', 'interrupted')))).toEqual([{type: 'relistTurns'}]);
	});

	test('so is one that ran when we joined, though nothing of what we saw has a hole', () => {
		const inProgress = {id: 'T9', status: 'inProgress', items: []};
		const joined = with_(liveState(), hydrated([inProgress]), started(message('I', ''), 'T9'));
		const whole = with_(joined, completed(message('I', 'x'), 'T9'));
		expect(from(whole, told(turnCompleted('T9')))).toEqual([{type: 'relistTurns'}]);
		// Also when all of it came in one batch with the joining.
		const all = [hydrated([inProgress]), turnCompleted('T9')].map(event => told(event));
		expect(from(liveState(), ...all)).toEqual([{type: 'relistTurns'}]);
		expect(from(with_(whole, turnCompleted('T9')), told(turnStarted('T10')))).toEqual([]);
	});

	test('also when the next turn began in the same batch', () => {
		const joined = with_(liveState(), turnStarted('T9'), delta('I', 'lo there', 'T9'));
		expect(from(joined, told(turnCompleted('T9')), told(turnStarted('T10')))).toEqual([
			{type: 'relistTurns'},
		]);
	});

	test('a turn whose end nobody told is listed again, with all after it, whenever a later one ends', () => {
		// A killed server left T7: while T9 runs its list says that T7 runs, too.
		const page = ['T7', 'T8', 'T9'].map(id => ({id, status: 'inProgress', items: []}));
		const joined = with_(liveState(), hydrated(page));
		expect(joined.thread.turns.map(({status}) => status)).toEqual(['unknown', 'unknown', 'inProgress']);
		expect(from(joined, told(delta('I', 'x', 'T9')))).toEqual([]);
		expect(from(joined, told(turnCompleted('T9')))).toEqual([{type: 'relistTurns', newest: 3}]);
		const told7 = ['T7', 'T8', 'T9'].map(id => ({id, status: 'interrupted', items: []}));
		const known = with_(joined, turnCompleted('T9'), relisted(told7), turnStarted('T10'));
		expect(from(known, told(turnCompleted('T10')))).toEqual([]);
	});

	test('a newest turn that a list calls interrupted without a time is listed again as soon as we have joined', () => {
		const joinWith = (...page: readonly Record<string, Json>[]) => {
			const joining = with_(applyEvents(liveState(), [moved({kind: 'hydrating'})]), hydrated(page));
			return from(joining, {type: 'connectionMoved', connection: {kind: 'live'}, atMs: startMs + 1});
		};
		const guessed = {id: 'T8', status: 'interrupted', items: []};
		const timed = {...guessed, id: 'T9', completedAt: 9};
		const listings = (commands: ReturnType<typeof from>) => commands.filter(({type}) => type !== 'listQueue');
		expect(listings(joinWith(timed, guessed))).toEqual([{type: 'relistTurns'}]);
		expect(listings(joinWith(timed))).toEqual([]);
		// An old one is what a killed server left: asking again would bring the same.
		expect(listings(joinWith(guessed, timed, {...timed, id: 'T10'}))).toEqual([]);
	});

	test('an old turn in doubt does not ask for ever', () => {
		const joined = with_(liveState(), turnStarted('T9'), delta('I', 'lo', 'T9'), turnCompleted('T9'));
		expect(from(joined, told(turnStarted('T10')))).toEqual([]);
	});
});

describe('calling a person', () => {
	const running = with_(liveState(), turnStarted('T9'));
	const call = (text: string) => ({type: 'callPerson', text});

	test('nobody is called who is looking', () => {
		expect(from(running, told(asked(0)))).toEqual([]);
		expect(from(running, told(turnCompleted('T9')))).toEqual([]);
	});

	test('a request calls, once', () => {
		expect(from(away(running), told(asked(0)))).toEqual([call('hello: waits for a person')]);
		expect(from(with_(away(running), asked(0)), told(asked(0)))).toEqual([]);
	});

	test('one answered and another asked in the same batch call', () => {
		const state = with_(away(running), asked(0));
		const events = [told(notified('serverRequest/resolved', {requestId: 0})), told(asked(1))];
		expect(from(state, ...events)).toEqual([call('hello: waits for a person')]);
	});

	test('what only the owner of the thread can answer calls nobody; what nobody knows does', () => {
		expect(from(away(running), told(asked(0, 'item/tool/call')))).toEqual([]);
		expect(from(away(running), told(asked(0, 'brand/new')))).toEqual([call('hello: waits for a person')]);
	});

	test('the end of a turn calls, with its outcome', () => {
		expect(from(away(running), told(turnCompleted('T9', 'failed')))).toEqual([call('hello: turn failed')]);
	});

	test('opening another thread calls nobody, whatever was going on in the one before', () => {
		const chosen: SessionEvent = {type: 'threadChosen', threadId: 'other'};
		expect(from(away(running), chosen, told(hydrated(turns(1)), 'other'))).toEqual([]);
	});
});

describe('listing the threads again', () => {
	const event = heard('thread/started', {thread: {id: 'new'}});

	test('a thread that starts is looked up while the list is being read', () => {
		expect(from({...liveState(), ui: {...liveState().ui, focus: 'side', tab: 'threads'}}, event)).toEqual([
			{type: 'listThreads'},
		]);
	});

	test('and only then', () => {
		expect(from(liveState(), event)).toEqual([]);
		expect(from(press(liveState(), 'tabPlan'), event)).toEqual([]);
	});
});
