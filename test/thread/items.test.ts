import {describe, expect, test} from 'vitest';
import {itemTransitions, reduce} from '../../source/thread/reduce.ts';
import type {ItemPhase, ThreadState} from '../../source/thread/state.ts';
import {isOpen} from '../../source/thread/transitions.ts';
import {
	command,
	completed,
	delta,
	disconnected,
	empty,
	fold,
	hydrated,
	ids,
	itemOf,
	itemsOf,
	message,
	notified,
	output,
	running,
	started,
	textOf,
	turn,
	turnCompleted,
	turnOf,
	turnStarted,
	user,
} from './make.ts';

describe('an item', () => {
	test('is announced, streamed and completed', () => {
		const announced = fold(running, started(message('m', '')));
		expect(itemOf(announced, 'm')).toMatchObject({phase: 'started', missedStart: false});
		const streamed = fold(announced, delta('m', 'ha'), delta('m', 'ha'));
		expect(itemOf(streamed, 'm')).toMatchObject({phase: 'streaming', missedStart: false});
		expect(textOf(itemOf(streamed, 'm'))).toBe('haha');
		const done = fold(streamed, completed(message('m', 'The whole truth')));
		expect(itemOf(done, 'm')).toMatchObject({phase: 'completed', missedStart: false});
		expect(textOf(itemOf(done, 'm'))).toBe('The whole truth');
	});

	test('that was never announced gets a placeholder at the end of its turn, marked until it completes', () => {
		const joined = fold(running, completed(user('u', 'hi')), delta('m', 'middle'));
		expect(ids(itemsOf(joined))).toEqual(['u', 'm']);
		expect(itemOf(joined, 'm')).toMatchObject({phase: 'streaming', missedStart: true});
		const repaired = fold(joined, completed(message('m', 'start, middle and end')));
		expect(itemOf(repaired, 'm')).toMatchObject({phase: 'completed', missedStart: false});
		expect(textOf(itemOf(repaired, 'm'))).toBe('start, middle and end');
	});

	test.each([
		['item/agentMessage/delta', {delta: 'x'}, 'agentMessage'],
		['item/plan/delta', {delta: 'x'}, 'plan'],
		['item/reasoning/summaryTextDelta', {delta: 'x', summaryIndex: 0}, 'reasoning'],
		['item/reasoning/summaryPartAdded', {summaryIndex: 0}, 'reasoning'],
		['item/reasoning/textDelta', {delta: 'x', contentIndex: 0}, 'reasoning'],
		['item/commandExecution/outputDelta', {delta: 'x'}, 'commandExecution'],
		['item/fileChange/patchUpdated', {changes: [{path: 'a', diff: '+'}]}, 'fileChange'],
		['item/mcpToolCall/progress', {message: 'x'}, 'mcpToolCall'],
	])('that %s names first is taken for its kind', (method, params, kind) => {
		const joined = fold(running, notified(method, {turnId: 'T1', itemId: 'i', ...params}));
		expect(itemOf(joined, 'i')).toMatchObject({phase: 'streaming', missedStart: true, content: {type: kind}});
	});

	test('of an unknown turn makes that turn, running and known to be incomplete', () => {
		const state = fold(empty, delta('m', 'x', 'T9'));
		expect(turnOf(state, 'T9')).toMatchObject({status: 'inProgress', itemsIncomplete: true});
	});

	test('keeps what streamed when its announcement comes late or twice', () => {
		const late = fold(running, output('c', 'line\n'), started(command('c', 'make', {status: 'inProgress'})));
		expect(itemOf(late, 'c')).toMatchObject({
			phase: 'streaming',
			missedStart: true,
			content: {command: 'make', aggregatedOutput: 'line\n'},
		});
		const announced = fold(running, started(message('m', '')), delta('m', 'ha'));
		expect(reduce(announced, started(message('m', '')))).toBe(announced);
	});

	test('ignores deltas and announcements once it is completed', () => {
		const done = fold(running, completed(message('m', 'done')));
		expect(reduce(done, delta('m', ' and more'))).toBe(done);
		expect(reduce(done, started(message('m', '')))).toBe(done);
	});

	test('completed twice is completed once', () => {
		const once = fold(running, started(message('m', '')), completed(message('m', 'done')));
		expect(reduce(once, completed(message('m', 'done')))).toBe(once);
	});

	test('ignores a delta that belongs to another kind', () => {
		const state = fold(running, started(message('m', 'text')));
		expect(reduce(state, output('m', 'x'))).toBe(state);
	});

	test('is another one under the same id in another turn', () => {
		const state = fold(
			running,
			completed(message('m', 'one'), 'T1'),
			turnCompleted('T1'),
			turnStarted('T2'),
			delta('m', 'two', 'T2'),
		);
		expect(textOf(itemOf(state, 'm', 'T1'))).toBe('one');
		expect(textOf(itemOf(state, 'm', 'T2'))).toBe('two');
	});

	test('that is open when its turn ends is cut, and a late completion repairs it', () => {
		const cut = fold(
			running,
			started(message('m', '')),
			delta('m', 'half'),
			turnCompleted('T1', 'interrupted'),
		);
		expect(itemOf(cut, 'm').phase).toBe('cut');
		expect(textOf(itemOf(cut, 'm'))).toBe('half');
		expect(itemOf(fold(cut, completed(message('m', 'half and half'))), 'm').phase).toBe('completed');
	});

	test('that outlives its turn goes on when it speaks', () => {
		const cut = fold(running, started(command('c', 'server', {status: 'inProgress'})), turnCompleted());
		const speaks = fold(cut, output('c', 'listening\n'));
		expect(itemOf(speaks, 'c').phase).toBe('streaming');
		expect(textOf(itemOf(speaks, 'c'))).toBe('listening\n');
	});

	test('is not cut by a steering message in mid-turn', () => {
		const state = fold(running, started(message('m', '')), delta('m', 'x'), completed(user('u', 'rather…')));
		expect(itemOf(state, 'm').phase).toBe('streaming');
	});

	test('is shown by its name when its kind does not exist yet, and kept whole', () => {
		const state = fold(running, completed({type: 'hologram', id: 'h', beams: 3}));
		expect(itemOf(state, 'h').content).toEqual({
			id: 'h',
			type: 'unknown',
			typeName: 'hologram',
			raw: {type: 'hologram', id: 'h', beams: 3},
		});
	});

	test('stands where it started, even when its start is learned only at its end', () => {
		const at = (item: object, startedAtMs: number) => ({...item, startedAtMs});
		const state = fold(
			running,
			completed(at(message('a', 'a'), 10)),
			completed(at(message('c', 'c'), 30)),
			output('b', 'placeholder\n'),
			completed(at(command('b', 'in the background'), 20)),
		);
		expect(ids(itemsOf(state))).toEqual(['a', 'b', 'c']);
	});
});

describe('a reasoning item', () => {
	const summary = (text: string, summaryIndex: number) =>
		notified('item/reasoning/summaryTextDelta', {turnId: 'T1', itemId: 'r', delta: text, summaryIndex});

	test('grows by parts', () => {
		const state = fold(
			running,
			started({type: 'reasoning', id: 'r', summary: [], content: []}),
			notified('item/reasoning/summaryPartAdded', {turnId: 'T1', itemId: 'r', summaryIndex: 0}),
			summary('one', 0),
			summary(' two', 0),
			notified('item/reasoning/summaryPartAdded', {turnId: 'T1', itemId: 'r', summaryIndex: 1}),
			summary('three', 1),
			notified('item/reasoning/textDelta', {turnId: 'T1', itemId: 'r', delta: 'raw', contentIndex: 0}),
		);
		expect(itemOf(state, 'r').content).toMatchObject({summary: ['one two', 'three'], content: ['raw']});
	});

	test('leaves the parts empty that it missed', () => {
		expect(itemOf(fold(running, summary('third', 2)), 'r').content).toMatchObject({
			summary: ['', '', 'third'],
		});
	});

	test.each([-1, 1.5, 1e9, Number.NaN])('ignores the absurd part %d', index => {
		expect(reduce(running, summary('x', index))).toBe(running);
	});
});

test('a new patch replaces the changes, and the same one changes nothing', () => {
	const patch = (path: string) =>
		notified('item/fileChange/patchUpdated', {turnId: 'T1', itemId: 'f', changes: [{path, diff: '+x'}]});
	const first = fold(running, started({type: 'fileChange', id: 'f', changes: []}), patch('a'));
	expect(reduce(first, patch('a'))).toBe(first);
	expect(itemOf(fold(first, patch('b')), 'f').content).toMatchObject({changes: [{path: 'b', diff: '+x'}]});
});

test('the progress of an MCP call is its newest line, and gone when it completed', () => {
	const progress = (message: string) =>
		notified('item/mcpToolCall/progress', {turnId: 'T1', itemId: 'x', message});
	const call = {type: 'mcpToolCall', id: 'x', server: 's', tool: 't', status: 'inProgress'};
	const state = fold(running, started(call), progress('10%'), progress('20%'));
	expect(itemOf(state, 'x').progress).toBe('20%');
	expect(itemOf(fold(state, completed({...call, status: 'completed'})), 'x').progress).toBeUndefined();
});

test('a running command is named by the list of background terminals, before or after its output', () => {
	const listed = {
		type: 'runningCommandsListed',
		commands: [{itemId: 'c', command: 'npm test', cwd: '/app'}],
		atMs: 1,
	} as const;
	for (const state of [fold(running, output('c', 'x'), listed), fold(running, listed, output('c', 'x'))]) {
		expect(itemOf(state, 'c')).toMatchObject({
			missedStart: true,
			content: {command: 'npm test', cwd: '/app', aggregatedOutput: 'x'},
		});
	}
	expect(itemsOf(fold(running, listed))).toEqual([]);
});

test('the table of item transitions is what the reducer does', () => {
	const make: {readonly [From in ItemPhase | 'absent']: ThreadState} = {
		absent: running,
		started: fold(running, started(message('m', ''))),
		streaming: fold(running, started(message('m', '')), delta('m', 'x')),
		completed: fold(running, completed(message('m', 'x'))),
		cut: fold(running, started(message('m', '')), delta('m', 'x'), turnCompleted()),
	};
	const phase = (state: ThreadState) => itemsOf(state)[0]?.phase;
	const status = (from: string) => (from === 'cut' ? 'completed' : 'inProgress');
	for (const [from, signals] of Object.entries(itemTransitions)) {
		const state = make[from as ItemPhase | 'absent'];
		const expected = (to: ItemPhase | undefined) => to ?? phase(state);
		expect([from, phase(fold(state, started(message('m', 'y'))))]).toEqual([from, expected(signals.started)]);
		expect([from, phase(fold(state, delta('m', 'y')))]).toEqual([from, expected(signals.delta)]);
		expect([from, phase(fold(state, completed(message('m', 'y'))))]).toEqual([
			from,
			expected(signals.completed),
		]);
		expect([from, phase(fold(state, turnCompleted()))]).toEqual([from, expected(signals.turnEnded)]);
		const back = hydrated([
			turn('T1', from === 'completed' ? [message('m', 'x')] : [], {status: status(from)}),
		]);
		expect([from, phase(fold(state, disconnected, back))]).toEqual([from, expected(signals.gap)]);
	}
	expect((['started', 'streaming', 'completed', 'cut'] as const).filter(isOpen)).toEqual([
		'started',
		'streaming',
	]);
});
