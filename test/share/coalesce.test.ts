/** Fewer notifications, the same state: over recordings, and over whatever could come in between. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Json, WireNotification} from '../../source/protocol/types.ts';
import {coalesce} from '../../source/share/coalesce.ts';
import type {ThreadEvent} from '../../source/thread/events.ts';
import {initialThreadState} from '../../source/thread/state.ts';
import {readTranscript, transcriptNames} from '../support/transcripts.ts';
import {command, fold, hydrated, message, notified, running} from '../thread/make.ts';
import {replay} from '../thread/replay.ts';
import {heard} from './joining.ts';

type Fields = {readonly [key: string]: Json | undefined};

const say = (method: string, params: Fields, emittedAtMs?: number): WireNotification => ({
	method,
	params: {threadId: 't', turnId: 'T1', ...params},
	...(emittedAtMs !== undefined && {emittedAtMs}),
});
const delta = (itemId: string, text: string, more: Fields = {}) =>
	say('item/agentMessage/delta', {itemId, delta: text, ...more});
const fieldsOf = (told: WireNotification | undefined) => (told?.params ?? {}) as Fields;
const words = (told: readonly WireNotification[]) =>
	told.map(({method, params}) => `${method} ${(params as Fields).itemId} ${(params as Fields).delta}`);

/** Each batch merged for itself. */
const inBatches = (
	all: readonly WireNotification[],
	sizes: readonly number[],
): readonly WireNotification[] => {
	const merged: WireNotification[] = [];
	for (let from = 0, index = 0; from < all.length; index += 1) {
		const size = sizes[index % sizes.length] ?? 1;
		merged.push(...coalesce(all.slice(from, from + size)));
		from += size;
	}
	return merged;
};

const sizes = fc.array(fc.integer({min: 1, max: 30}), {minLength: 1, maxLength: 8});

describe('the law: reducing the merged is reducing all,', () => {
	const ids = fc.constantFrom('a', 'b', 'c');
	const turns = fc.constantFrom('T1', 'T1', 'T1', 'T2');
	const texts = fc.constantFrom('', 'x', 'yes\n', 'and so on ');
	const index = fc.constantFrom<Json>(0, 1, 2, -1, '0', null);
	const threads = fc.constantFrom('t', 't', 't', 't', 't', 'other', 'agent');
	const usage = fc.constantFrom<Json>({total: {totalTokens: 5}}, {total: {totalTokens: 9}}, {}, null);
	const status = fc.constantFrom<Json>(
		{type: 'active', activeFlags: []},
		{type: 'active', activeFlags: ['waitingOnApproval']},
		{type: 'idle'},
		{type: 'notLoaded'},
		{type: 'systemError'},
		null,
	);
	const changes = fc.constantFrom<Json>([], [{path: 'a', diff: '+x'}], [{path: 'b', diff: '-y'}], null);
	const of = (method: string, fields: Record<string, fc.Arbitrary<Json>>) =>
		fc
			.record({threadId: threads, turnId: turns, ...fields})
			.map((params): WireNotification => ({method, params, emittedAtMs: 1000}));
	const item = fc.oneof(
		ids.map(id => message(id, '')),
		ids.map(id => command(id, 'ls', {status: 'inProgress'})),
		ids.map(id => ({type: 'reasoning', id})),
		ids.map(id => ({type: 'fileChange', id, changes: []})),
	);
	const soft = fc.oneof(
		{weight: 5, arbitrary: of('item/agentMessage/delta', {itemId: ids, delta: texts})},
		{weight: 3, arbitrary: of('item/commandExecution/outputDelta', {itemId: ids, delta: texts})},
		of('item/plan/delta', {itemId: ids, delta: fc.oneof(texts, fc.constant(null))}),
		of('item/reasoning/summaryTextDelta', {itemId: ids, summaryIndex: index, delta: texts}),
		of('item/reasoning/summaryPartAdded', {itemId: ids, summaryIndex: index}),
		of('item/reasoning/textDelta', {itemId: ids, contentIndex: index, delta: texts}),
		of('item/fileChange/patchUpdated', {itemId: ids, changes}),
		of('item/mcpToolCall/progress', {itemId: ids, message: fc.constantFrom<Json>('one', 'two', null)}),
		of('turn/diff/updated', {diff: fc.constantFrom<Json>('d1', 'd2', null)}),
		of('turn/plan/updated', {plan: fc.constantFrom<Json>([], [{step: 's', status: 'pending'}], null)}),
		of('thread/tokenUsage/updated', {tokenUsage: usage}),
		of('thread/status/changed', {status}),
	);
	const wall = fc.oneof(
		of('item/started', {item}),
		of('item/completed', {item}),
		of('turn/started', {turn: turns.map(id => ({id, status: 'inProgress'}))}),
		of('turn/completed', {turn: turns.map(id => ({id, status: 'completed'}))}),
		of('thread/closed', {}),
		of('warning', {message: fc.constant('careful')}),
		fc.constant<WireNotification>({method: 'warning', params: {message: 'to all'}}),
		of('error', {error: fc.constant({message: 'oh'})}),
		of('brand/new', {itemId: ids, delta: texts}),
	);
	const anything = fc.oneof({weight: 8, arbitrary: soft}, {weight: 1, arbitrary: wall});
	/** Subscribed, in a turn, and with a sub-agent. */
	const start = fold(
		initialThreadState,
		hydrated([]),
		notified('turn/started', {turn: {id: 'T1', status: 'inProgress'}}),
		notified('thread/started', {thread: {id: 'agent', parentThreadId: 't', status: {type: 'idle'}}}),
	);

	test('whatever comes, in whatever batches', () => {
		let fewer = 0;
		fc.assert(
			fc.property(fc.array(anything, {minLength: 15, maxLength: 40, size: 'max'}), sizes, (all, batches) => {
				const merged = inBatches(all, batches);
				if (merged.length < all.length) fewer += 1;
				const reduced = (each: readonly WireNotification[]) => fold(start, ...each.map(one => heard(one)));
				expect(reduced(merged)).toEqual(reduced(all));
				expect(reduced(coalesce(merged))).toEqual(reduced(all));
			}),
			{numRuns: 2000},
		);
		expect(fewer).toBeGreaterThan(500);
	});

	test.each(transcriptNames())('in %s', name => {
		const {events} = replay(readTranscript(name));
		const whole = fold(initialThreadState, ...events);
		fc.assert(
			fc.property(sizes, batches => {
				const merged: ThreadEvent[] = [];
				let run: WireNotification[] = [];
				const endRun = (): void => {
					merged.push(...inBatches(run, batches).map(each => heard(each)));
					run = [];
				};
				for (const event of events) {
					if (event.type === 'notified') run.push(event.notification);
					else {
						endRun();
						merged.push(event);
					}
				}
				endRun();
				expect(merged.length).toBeLessThanOrEqual(events.length);
				expect(fold(initialThreadState, ...merged)).toEqual(whole);
			}),
			{numRuns: 20},
		);
	});
});

test('a burst of one stream becomes one delta, with the time and the other fields of the last', () => {
	const burst = Array.from({length: 1000}, (_, at) => ({...delta('a', `${at} `, {at}), emittedAtMs: at}));
	const [only, ...others] = coalesce(burst);
	expect(others).toEqual([]);
	expect(only?.emittedAtMs).toBe(999);
	expect(fieldsOf(only).at).toBe(999);
	expect(fieldsOf(only).delta).toBe(burst.map((_, at) => `${at} `).join(''));
});

test('streams of different items, turns and threads stay apart, each merged for itself', () => {
	const merged = coalesce([
		delta('a', '1'),
		delta('b', '2'),
		delta('a', '3'),
		delta('b', '4'),
		delta('a', 'other turn', {turnId: 'T2'}),
		delta('a', 'other thread', {threadId: 'u'}),
	]);
	expect(words(merged)).toEqual([
		'item/agentMessage/delta a 13',
		'item/agentMessage/delta b 24',
		'item/agentMessage/delta a other turn',
		'item/agentMessage/delta a other thread',
	]);
});

test('nothing passes what it may depend on', () => {
	for (const wall of [
		say('item/started', {item: message('b', '')}),
		say('item/completed', {item: message('a', '1')}),
		say('turn/completed', {turn: {id: 'T1'}}),
		say('brand/new', {}),
		{method: 'warning', params: {message: 'to all'}},
	]) {
		expect(coalesce([delta('a', '1'), wall, delta('a', '2')]).length).toBe(3);
	}
	const elsewhere: WireNotification = {method: 'turn/completed', params: {threadId: 'u', turn: {id: 'x'}}};
	expect(coalesce([delta('a', '1'), elsewhere, delta('a', '2')]).length).toBe(2);
});

test('streams of one item keep their order among themselves', () => {
	const part = (summaryIndex: number, text: string) =>
		say('item/reasoning/summaryTextDelta', {itemId: 'r', summaryIndex, delta: text});
	const merged = coalesce([part(0, 'a'), part(0, 'b'), part(1, 'c'), part(0, 'd'), part(0, 'e')]);
	expect(words(merged).map(word => word.split(' ').at(-1))).toEqual(['ab', 'c', 'de']);
});

test('only the newest diff, plan and usage of a stretch is told', () => {
	const merged = coalesce([
		say('turn/diff/updated', {diff: 'one'}),
		delta('a', '1'),
		say('turn/diff/updated', {diff: 'two'}),
		say('thread/tokenUsage/updated', {tokenUsage: {total: {totalTokens: 1}}}),
		say('thread/tokenUsage/updated', {tokenUsage: {total: {totalTokens: 2}}}),
		delta('a', '2'),
	]);
	expect(merged.map(({method}) => method)).toEqual([
		'turn/diff/updated',
		'item/agentMessage/delta',
		'thread/tokenUsage/updated',
	]);
	expect(fieldsOf(merged[0]).diff).toBe('two');
	expect(fold(running, ...merged.map(each => heard(each))).tokenUsage?.total.totalTokens).toBe(2);
});

test('what is given is not changed, and what needs no merging is given back', () => {
	const batch = [delta('a', '1'), delta('a', '2')];
	const before = structuredClone(batch);
	coalesce(batch);
	expect(batch).toEqual(before);
	const apart = [delta('a', '1'), delta('b', '2')];
	expect(coalesce(apart)).toEqual(apart);
	expect(coalesce([])).toEqual([]);
});
