/** Joining anywhere, with what `since` tells, is watching from the start; and what is kept stays bounded. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {asRecord} from '../../source/protocol/decode.ts';
import {threadNotifications} from '../../source/protocol/methods.ts';
import type {Json} from '../../source/protocol/types.ts';
import {createInProgress, mostKeptChars, mostOpenItems} from '../../source/share/in-progress.ts';
import {streamLimitChars} from '../../source/share/streamed-text.ts';
import {withoutOpen} from '../../source/share/without-open.ts';
import type {ThreadEvent} from '../../source/thread/events.ts';
import {comparable} from '../../source/thread/normalise.ts';
import {initialThreadState, type ThreadState} from '../../source/thread/state.ts';
import {readTranscript, transcriptNames} from '../support/transcripts.ts';
import {
	command,
	completed,
	delta,
	fold,
	itemOf,
	message,
	notified,
	output,
	running,
	started,
	textOf,
	turnCompleted,
} from '../thread/make.ts';
import {type Choice, serve, subscribed} from '../thread/model-server.ts';
import {replay} from '../thread/replay.ts';
import {heard, joinAfter, lingering, shown, sinceAfter} from './joining.ts';

const choices = fc.array(
	fc.record({what: fc.nat(4), which: fc.nat(20), text: fc.constantFrom('ha', 'x\n', 'ha ha', '…')}),
	{minLength: 5, maxLength: 90},
);

/** Reviews have a part, which is listed apart while they run (thread/parts.ts): no question of a share's. */
const withoutReviews = (choice: Choice): Choice =>
	choice.which % 3 === 2 ? {...choice, which: choice.which - 1} : choice;

/** The commands of the model run; a real one that does has a process. */
const withProcess = (event: ThreadEvent): ThreadEvent => {
	if (event.type !== 'notified' || event.notification.method !== 'item/started') return event;
	const params = asRecord(event.notification.params);
	const item = {...asRecord(params?.item), processId: '1001'};
	return {...event, notification: {...event.notification, params: {...params, item} as Json}};
};

test('whoever joins a modelled server anywhere holds what a watcher holds, then and to the end', () => {
	let midItem = 0;
	fc.assert(
		fc.property(choices, fc.nat(), (made, place) => {
			const {moments, end} = serve(made.map(withoutReviews));
			const at = place % (moments.length + 1);
			const before = moments.slice(0, at).map(({event}) => withProcess(event));
			const rest = moments.slice(at).map(({event}) => withProcess(event));
			const watcher = fold(initialThreadState, subscribed([], 1000), ...before);
			const since = sinceAfter(before, 't');
			if (since.length > 0) midItem += 1;
			const joiner = fold(initialThreadState, subscribed(moments[at]?.history ?? end, 1000), ...since);
			expect(shown(joiner)).toEqual(shown(watcher));
			expect(lingering(joiner, watcher)).toEqual(
				lingering(watcher, joiner).filter(({id}) => id.startsWith('command')),
			);
			const whole = fold(watcher, ...rest);
			expect(shown(fold(joiner, ...rest))).toEqual(shown(whole));
			expect(comparable(fold(joiner, ...rest))).toEqual(comparable(whole));
		}),
		{numRuns: 500},
	);
	expect(midItem).toBeGreaterThan(50);
});

describe.each(transcriptNames())('%s:', name => {
	const lines = readTranscript(name);
	const first = lines.findIndex((_, index) => joinAfter(lines.slice(0, index + 1)) !== undefined);
	// The last two are the listing at the end.
	const last = lines.length - 2;

	test('whoever joins at any frame holds what the watcher holds, then and to the end', () => {
		expect(first).toBeGreaterThan(0);
		let watcher: ThreadState | undefined;
		const {events} = replay(lines.slice(0, last));
		const whole = fold(initialThreadState, ...events);
		const threadId = whole.info?.id ?? '';
		for (let at = first + 1; at <= last; at += 1) {
			const before = replay(lines.slice(0, at)).events;
			watcher = fold(initialThreadState, ...before);
			const join = joinAfter(lines.slice(0, at));
			const newest = watcher.turns.at(-1);
			// No list has all of a review that runs (thread/parts.ts).
			if (newest?.status === 'inProgress' && newest.partIds !== undefined) continue;
			if (join === undefined) throw new Error('nothing to join');
			const joiner = fold(initialThreadState, join, ...sinceAfter(before, threadId));
			expect(shown(joiner), `joined at ${at}`).toEqual(shown(watcher));
			const after = fold(joiner, ...events.slice(before.length));
			expect(shown(after), `joined at ${at}`).toEqual(shown(whole));
		}
	});
});

const loneSurrogate = /\p{Surrogate}/u;

const told = (inProgress: ReturnType<typeof createInProgress>, event: ThreadEvent): void => {
	if (event.type === 'notified') inProgress.told(event.notification.method, event.notification.params);
};

test('a hundred MiB of output are kept as their last MiB, and the text says so', () => {
	const inProgress = createInProgress();
	told(inProgress, started(command('c', 'cat big', {processId: '1', status: 'inProgress'})));
	const line = `${'x'.repeat(1022)}😀`;
	for (let count = 0; count < 100 * 1024; count += 1) {
		told(inProgress, output('c', line));
		if (count % 1000 === 0) expect(inProgress.keptChars()).toBeLessThan(streamLimitChars + 128 * 1024);
	}
	told(inProgress, output('c', 'the end'));
	const joiner = fold(running, ...inProgress.since('t').map(each => heard(each)));
	const text = textOf(itemOf(joiner, 'c')) ?? '';
	const [first = '', ...rest] = text.split('\n');
	const left = Number(
		/^\[(\d+) characters that came before this are not kept by the share\]$/.exec(first)?.[1],
	);
	const kept = rest.join('\n');
	expect(left + kept.length).toBe(100 * 1024 * 1024 + 'the end'.length);
	expect(kept.length).toBeGreaterThan(streamLimitChars - 2);
	expect(kept.length).toBeLessThanOrEqual(streamLimitChars);
	expect(kept.endsWith('😀the end')).toBe(true);
	expect(loneSurrogate.test(text)).toBe(false);
});

test('a character is not cut in two', () => {
	const inProgress = createInProgress();
	told(inProgress, output('c', `😀${'x'.repeat(streamLimitChars - 1)}`));
	const [only] = inProgress.since('t');
	const text = String(asRecord(only?.params)?.delta);
	expect(text).toMatch(/^\[2 characters .*\]\nx/);
	expect(loneSurrogate.test(text)).toBe(false);
});

test('items that never complete are bounded in number and in size, the oldest go first', () => {
	const inProgress = createInProgress();
	for (let count = 0; count < 5000; count += 1) {
		told(inProgress, started(message(`m${count}`, '')));
		told(inProgress, delta(`m${count}`, 'hello'));
	}
	const since = inProgress.since('t');
	expect(since.length).toBe(2 * mostOpenItems);
	expect(asRecord(since.at(-1)?.params)?.itemId).toBe('m4999');
	for (let count = 0; count < 40; count += 1) told(inProgress, delta(`big${count}`, 'x'.repeat(1024 * 1024)));
	expect(inProgress.keptChars()).toBeLessThanOrEqual(mostKeptChars);
	expect(asRecord(inProgress.since('t').at(-1)?.params)?.itemId).toBe('big39');
});

test('an item whose beginning was given up is told as one that was joined in its middle', () => {
	const inProgress = createInProgress();
	told(inProgress, started(message('first', '')));
	told(inProgress, delta('first', 'lost '));
	for (let count = 0; count < mostOpenItems; count += 1) told(inProgress, started(message(`m${count}`, '')));
	told(inProgress, delta('first', 'kept'));
	const joiner = fold(running, ...inProgress.since('t').map(each => heard(each)));
	expect(itemOf(joiner, 'first').missedStart).toBe(true);
	expect(textOf(itemOf(joiner, 'first'))).toBe('kept');
});

test.each([
	['the end of its turn', turnCompleted()],
	['the end of the thread', notified('thread/closed')],
	['unloading', notified('thread/status/changed', {status: {type: 'notLoaded'}})],
	['a revert', notified('thread/reverted')],
])('%s ends what is kept of it', (_, event) => {
	const inProgress = createInProgress();
	told(inProgress, started(message('m', '')));
	told(inProgress, delta('m', 'hello'));
	told(inProgress, started(command('waiting', 'rm -r x', {processId: null, status: 'inProgress'})));
	told(inProgress, notified('turn/diff/updated', {turnId: 'T1', diff: 'd'}));
	told(inProgress, notified('turn/plan/updated', {turnId: 'T1', plan: []}));
	expect(inProgress.since('t').length).toBe(5);
	told(inProgress, event);
	expect(inProgress.since('t')).toEqual([]);
	expect(inProgress.keptChars()).toBe(0);
});

test('a command that runs is kept over the end of its turn, until it completes', () => {
	const inProgress = createInProgress();
	told(inProgress, started(command('c', 'sleep 9', {processId: '7', status: 'inProgress'})));
	told(inProgress, turnCompleted('T1', 'interrupted'));
	expect(inProgress.since('t').map(({method}) => method)).toEqual(['item/started']);
	told(inProgress, completed(command('c', 'sleep 9')));
	expect(inProgress.since('t')).toEqual([]);
});

test('other threads, other turns and a gap', () => {
	const inProgress = createInProgress();
	told(inProgress, delta('m', 'in turn 1', 'T1'));
	told(inProgress, delta('m', 'in turn 2', 'T2'));
	inProgress.told('item/agentMessage/delta', {threadId: 'u', turnId: 'T1', itemId: 'm', delta: 'elsewhere'});
	const words = (threadId: string) => inProgress.since(threadId).map(({params}) => asRecord(params)?.delta);
	expect(words('t')).toEqual(['in turn 1', 'in turn 2']);
	expect(words('u')).toEqual(['elsewhere']);
	told(inProgress, turnCompleted('T1'));
	expect(words('t')).toEqual(['in turn 2']);
	inProgress.forget();
	expect([...words('t'), ...words('u')]).toEqual([]);
	expect(inProgress.keptChars()).toBe(0);
});

test('no frame of any shape throws, and nothing is kept of what is no item', () => {
	const inProgress = createInProgress();
	fc.assert(
		fc.property(fc.constantFrom(...threadNotifications), fc.jsonValue(), (method, params) => {
			inProgress.told(method, params as Json);
		}),
		{numRuns: 500},
	);
	expect(inProgress.keptChars()).toBe(0);
});

test('the answer to a join has no item that is told from its beginning right behind it', () => {
	const inProgress = createInProgress();
	told(inProgress, started(command('c', 'sleep 9', {processId: '7', status: 'inProgress'})));
	told(inProgress, delta('unannounced', 'in its middle'));
	const items = ['m', 'c', 'unannounced'].map(id => ({id, type: 'agentMessage'}));
	const turns = [
		{id: 'T1', items},
		{id: 'T2', items},
	];
	const answer = {thread: {id: 't', turns}, model: 'x', initialTurnsPage: {data: turns, nextCursor: null}};
	const without = [{id: 'T1', items: [items[0], items[2]]}, turns[1]];
	expect(withoutOpen(answer, inProgress)).toEqual({
		thread: {id: 't', turns: without},
		model: 'x',
		initialTurnsPage: {data: without, nextCursor: null},
	});
	for (const odd of [null, [], {}, {thread: null}, {thread: {id: 't', turns: [null, {id: 'T1', items: 3}]}}])
		expect(withoutOpen(odd, inProgress)).toEqual(odd);
});
