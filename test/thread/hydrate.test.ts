import {describe, expect, test} from 'vitest';
import {reduce} from '../../source/thread/reduce.ts';
import {initialThreadState} from '../../source/thread/state.ts';
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
	older,
	output,
	relisted,
	running,
	started,
	textOf,
	turn,
	turnCompleted,
	turnOf,
	turnStarted,
	user,
} from './make.ts';

const turnIds = (state: {readonly turns: ReadonlyArray<{readonly id: string}>}) =>
	state.turns.map(({id}) => id);
const simple = (id: string) => turn(id, [message('m', `answer of ${id}`)]);
const turns = (from: number, to: number) =>
	Array.from({length: to - from + 1}, (_, index) => simple(`T${from + index}`));
const inProgress = {status: 'inProgress'};

describe('a file change that waits for approval', () => {
	const change = (diff: string) => ({
		type: 'fileChange',
		id: 'f',
		status: 'inProgress',
		changes: [{path: 'a', diff, kind: {type: 'add'}}],
	});
	const seen = fold(running, started(change('+x')));

	test('and was seen before the connection was lost is as whole as before: it is listed with its changes', () => {
		const back = fold(seen, disconnected, hydrated([turn('T1', [change('+x')], inProgress)]));
		expect(itemOf(back, 'f')).toBe(itemOf(seen, 'f'));
		expect(itemOf(back, 'f')).toMatchObject({missedStart: false});
	});

	test('and has changed meanwhile is what the list says', () => {
		const back = fold(seen, disconnected, hydrated([turn('T1', [change('+y')], inProgress)]));
		expect(itemOf(back, 'f')).toMatchObject({missedStart: false, content: {changes: [{diff: '+y'}]}});
	});

	test('but that no list has may have changed: it is marked', () => {
		const back = fold(seen, disconnected, hydrated([turn('T1', [], inProgress)]));
		expect(itemOf(back, 'f')).toMatchObject({missedStart: true, content: {changes: [{diff: '+x'}]}});
	});
});

describe('what only the stream tells of a running turn', () => {
	const plan = (step: string) =>
		notified('turn/plan/updated', {turnId: 'T1', plan: [{step, status: 'inProgress'}]});
	const diff = (text: string) => notified('turn/diff/updated', {turnId: 'T1', diff: text});
	const seen = fold(running, plan('Begin'), diff('+one'));
	const back = fold(seen, disconnected, hydrated([turn('T1', [], inProgress)]));

	test('may be old after a gap: the plan is marked until the next one, the diff goes until it comes again', () => {
		expect(turnOf(back)?.plan).toMatchObject({mayBeOld: true, steps: [{step: 'Begin'}]});
		expect(turnOf(back)?.diff).toBeUndefined();
		const again = fold(back, disconnected, hydrated([turn('T1', [], inProgress)]));
		expect(turnOf(again)?.plan).toBe(turnOf(back)?.plan);
		const told = fold(back, plan('Begin'), diff('+one+two'));
		expect(turnOf(told)?.plan).toEqual(turnOf(seen)?.plan);
		expect(turnOf(told)?.diff).toBe('+one+two');
	});

	test('stays as it was for a turn that had ended before the gap', () => {
		const ended = fold(seen, turnCompleted());
		const later = fold(ended, disconnected, hydrated([turn('T1', [])]));
		expect(turnOf(later)).toMatchObject({plan: {steps: [{step: 'Begin'}]}, diff: '+one'});
		expect(turnOf(later)?.plan).toBe(turnOf(ended)?.plan);
	});
});

describe('a subscription', () => {
	test('brings metadata, settings and the newest turns, oldest first', () => {
		const state = fold(
			initialThreadState,
			hydrated(turns(3, 5), 'before-3', {
				thread: {name: 'Fix it', createdAt: 7, status: {type: 'active', activeFlags: ['waitingOnApproval']}},
				response: {
					model: 'gpt',
					reasoningEffort: 'high',
					approvalPolicy: {granular: {}},
					sandbox: {type: 'workspaceWrite'},
				},
			}),
		);
		expect(turnIds(state)).toEqual(['T3', 'T4', 'T5']);
		expect(state.olderCursor).toBe('before-3');
		expect(state.info).toMatchObject({
			name: 'Fix it',
			createdAtMs: 7000,
			status: {kind: 'active', waitingOn: 'approval'},
		});
		expect(state.settings).toEqual({
			model: 'gpt',
			effort: 'high',
			approvalPolicy: 'granular',
			sandbox: 'workspace-write',
		});
		expect(state).toMatchObject({stale: false, closed: false});
	});

	test('again, with nothing new, keeps every turn and item the same object', () => {
		const state = fold(empty, hydrated(turns(1, 3)));
		const again = fold(state, disconnected, hydrated(turns(1, 3)));
		expect(again.turns).toBe(state.turns);
		expect(again.stale).toBe(false);
	});

	test('to another thread starts from nothing', () => {
		const state = fold(empty, hydrated(turns(1, 3)), hydrated([simple('X1')], null, {thread: {id: 'other'}}));
		expect(turnIds(state)).toEqual(['X1']);
	});

	test('keeps older turns that the page joins, with the cursor that goes with them', () => {
		const state = fold(
			empty,
			hydrated(turns(5, 6), 'before-5'),
			older(turns(3, 4), 'before-3'),
			disconnected,
			hydrated(turns(5, 8), 'before-5'),
		);
		expect(turnIds(state)).toEqual(['T3', 'T4', 'T5', 'T6', 'T7', 'T8']);
		expect(state.olderCursor).toBe('before-3');
	});

	test('drops older turns that the page does not join, so that paging back leaves no hole', () => {
		const state = fold(empty, hydrated(turns(1, 3)), disconnected, hydrated(turns(30, 31), 'before-30'));
		expect(turnIds(state)).toEqual(['T30', 'T31']);
		expect(state.olderCursor).toBe('before-30');
		const refilled = fold(state, older(turns(20, 29), null));
		expect(turnIds(refilled)).toHaveLength(12);
	});

	test('after a gap drops turns that history no longer has', () => {
		const state = fold(empty, hydrated(turns(1, 5)), notified('thread/reverted'));
		expect(state.stale).toBe(true);
		const back = fold(state, hydrated(turns(1, 3)));
		expect(turnIds(back)).toEqual(['T1', 'T2', 'T3']);
		expect(back.stale).toBe(false);
		expect(turnIds(fold(state, hydrated([])))).toEqual([]);
	});

	test('without turns says nothing about them: the doubt stays until they are listed', () => {
		const response = {initialTurnsPage: null};
		const state = fold(empty, hydrated(turns(1, 3)), disconnected, hydrated([], null, {response}));
		expect(turnIds(state)).toEqual(['T1', 'T2', 'T3']);
		expect(state.stale).toBe(true);
		const listed = fold(state, relisted(turns(2, 4), 'before-2'));
		expect(turnIds(listed)).toEqual(['T1', 'T2', 'T3', 'T4']);
		expect(listed.stale).toBe(false);
	});

	test('a turn with a newer one behind it is not shown as running any more', () => {
		const state = fold(
			running,
			started(message('m', '')),
			turnStarted('T2'),
			disconnected,
			hydrated([simple('T2')], 'c'),
		);
		expect(turnOf(state)).toMatchObject({status: 'unknown', items: [{phase: 'cut', missedStart: true}]});
	});
});

describe('a running turn over a lost connection', () => {
	const before = fold(
		running,
		completed(user('u', 'go')),
		started(message('m', '')),
		delta('m', 'The begin'),
		disconnected,
	);

	test('keeps the item in progress, which is in no list, and owns up to the hole', () => {
		const back = fold(before, hydrated([turn('T1', [user('u', 'go')], inProgress)]));
		expect(ids(itemsOf(back))).toEqual(['u', 'm']);
		expect(itemOf(back, 'm')).toMatchObject({phase: 'streaming', missedStart: true});
		const on = fold(back, delta('m', 'end.'), completed(message('m', 'The beginning and the end.')));
		expect(itemOf(on, 'm')).toMatchObject({phase: 'completed', missedStart: false});
		expect(itemsOf(on)[0]).toBe(itemsOf(before)[0]);
	});

	test('takes what completed meanwhile from the list', () => {
		const back = fold(
			before,
			hydrated([turn('T1', [user('u', 'go'), message('m', 'Whole.'), message('n', 'New.')], inProgress)]),
		);
		expect(itemsOf(back).map(item => [textOf(item), item.phase, item.missedStart])).toEqual([
			[undefined, 'completed', false],
			['Whole.', 'completed', false],
			['New.', 'completed', false],
		]);
	});

	test('that ended meanwhile is what the list says, and keeps what it saw of a message that was cut', () => {
		const back = fold(before, hydrated([turn('T1', [user('u', 'go')], {status: 'interrupted'})]));
		expect(turnOf(back)?.status).toBe('interrupted');
		expect(itemsOf(back).map(item => item.phase)).toEqual(['completed', 'cut']);
	});

	test('that the server does not know any more goes', () => {
		expect(turnIds(fold(before, hydrated([simple('T0')])))).toEqual(['T0']);
	});
});

describe('history in the order of completion', () => {
	test('is shown in the order of the starts, as the stream was', () => {
		const at = (item: object, startedAtMs: number) => ({...item, startedAtMs});
		const slow = at(command('slow', 'sleep 5'), 10);
		const fast = at(message('fast', 'meanwhile'), 20);
		const live = fold(
			running,
			started({...slow, status: 'inProgress'}),
			completed(fast),
			turnCompleted(),
			completed(slow),
		);
		const listed = fold(empty, hydrated([turn('T1', [fast, slow])]));
		expect(ids(itemsOf(live))).toEqual(['slow', 'fast']);
		expect(ids(itemsOf(listed))).toEqual(['slow', 'fast']);
	});

	test('an item listed as in progress is not taken for completed', () => {
		const items = [command('c', 'server', {status: 'inProgress'})];
		expect(itemOf(fold(empty, hydrated([turn('T1', items, inProgress)])), 'c')).toMatchObject({
			phase: 'streaming',
			missedStart: true,
		});
		expect(itemOf(fold(empty, hydrated([turn('T1', items)])), 'c').phase).toBe('cut');
	});
});

describe('an older page', () => {
	test('comes before what we hold, each turn once', () => {
		const state = fold(empty, hydrated(turns(3, 4), 'c3'), older(turns(1, 3), null));
		expect(turnIds(state)).toEqual(['T1', 'T2', 'T3', 'T4']);
		expect(state.olderCursor).toBeNull();
	});

	test('twice changes nothing the second time', () => {
		const state = fold(empty, hydrated(turns(3, 4), 'c3'), older(turns(1, 2), null));
		expect(reduce(state, older(turns(1, 2), null))).toBe(state);
	});

	test('fills in turns of which we had only a summary', () => {
		const summary = turn('T1', [message('m', 'answer')], {itemsView: 'summary'});
		const state = fold(empty, hydrated([summary, simple('T2')], 'c'));
		expect(turnOf(state)?.itemsIncomplete).toBe(true);
		const filled = fold(state, older([turn('T1', [user('u', 'q'), message('m', 'answer')])]));
		expect(turnOf(filled)?.itemsIncomplete).toBe(false);
		expect(ids(itemsOf(filled))).toEqual(['u', 'm']);
	});

	test('introduces agents that it mentions, but does not have the last word about known ones', () => {
		const activity = (id: string, kind: string) => ({
			type: 'subAgentActivity',
			id: `${id}-${kind}`,
			kind,
			agentThreadId: id,
			agentPath: id,
		});
		const state = fold(
			empty,
			hydrated([turn('T2', [activity('known', 'completed')])], 'c'),
			older([turn('T1', [activity('known', 'started'), activity('new', 'started')])]),
		);
		expect(state.agents.map(agent => [agent.threadId, agent.status])).toEqual([
			['new', 'running'],
			['known', 'completed'],
		]);
	});
});

describe('turns listed again', () => {
	test('bring the answer that the stream missed, and touch nothing else', () => {
		const state = fold(running, completed(user('u', 'q')), turnCompleted());
		const listed = fold(state, relisted([turn('T1', [user('u', 'q'), message('m', 'a')])]));
		expect(ids(itemsOf(listed))).toEqual(['u', 'm']);
		expect(itemsOf(listed)[0]).toBe(itemsOf(state)[0]);
		expect(listed.info).toBe(state.info);
		expect(listed.requests).toBe(state.requests);
	});

	test('do not take back what the stream knew before them', () => {
		const state = fold(running, completed(message('m', 'a')), turnCompleted(), turnStarted('T2'));
		const listed = fold(state, relisted([turn('T1', [], inProgress)], 'c'));
		expect(turnOf(listed)).toMatchObject({status: 'completed', items: [{phase: 'completed'}]});
		expect(turnOf(listed, 'T2')?.status).toBe('inProgress');
	});

	test('with a summary do not replace what we know whole', () => {
		const state = fold(running, completed(user('u', 'q')), completed(message('m', 'a')), turnCompleted());
		const listed = fold(state, relisted([turn('T1', [message('m', 'a')], {itemsView: 'summary'})]));
		expect(itemsOf(listed)).toBe(itemsOf(state));
	});

	test('as an empty list change nothing while we have no doubt', () => {
		const state = fold(empty, hydrated(turns(1, 2)));
		expect(reduce(state, relisted([]))).toBe(state);
	});
});

describe('an old server, whose history calls the items item-1, item-2, …', () => {
	const live = fold(
		running,
		completed(user('uuid-1', 'go')),
		completed(command('uuid-2', 'make', {aggregatedOutput: 'live'})),
		started(message('uuid-3', '')),
		delta('uuid-3', 'Half a mess'),
	);
	const listed = [user('item-1', 'go'), command('item-2', 'make', {aggregatedOutput: 'stored'})];

	test('does not double a running turn: what is live stays', () => {
		for (const state of [live, fold(live, disconnected)]) {
			const back = fold(state, hydrated([turn('T1', listed, inProgress)]));
			expect(ids(itemsOf(back))).toEqual(['uuid-1', 'uuid-2', 'uuid-3']);
			expect(textOf(itemOf(back, 'uuid-2'))).toBe('live');
		}
	});

	test('does not double an ended turn: what is stored wins, under the ids that we know', () => {
		const back = fold(
			live,
			disconnected,
			hydrated([turn('T1', [...listed, message('item-3', 'Half a message, and the rest.')])]),
		);
		expect(ids(itemsOf(back))).toEqual(['uuid-1', 'uuid-2', 'uuid-3']);
		expect(textOf(itemOf(back, 'uuid-2'))).toBe('stored');
		expect(textOf(itemOf(back, 'uuid-3'))).toBe('Half a message, and the rest.');
	});

	test('adds what completed while we were away beside what was in progress', () => {
		const back = fold(
			live,
			disconnected,
			hydrated([turn('T1', [...listed, message('item-3', 'Something else.')], inProgress)]),
		);
		expect(itemsOf(back).map(textOf)).toEqual([undefined, 'live', 'Half a mess', 'Something else.']);
	});

	test('whose history was there first is not doubled either', () => {
		const joined = fold(
			empty,
			hydrated([turn('T1', listed, inProgress)]),
			completed(message('uuid-3', 'Done.')),
		);
		const back = fold(joined, disconnected, hydrated([turn('T1', [...listed, message('item-3', 'Done.')])]));
		expect(ids(itemsOf(back))).toEqual(['item-1', 'item-2', 'uuid-3']);
	});
});

describe('made-up ids, counted within the turn while it runs and through the thread afterwards', () => {
	const before = turn('T0', [user('item-1', 'hello'), message('item-2', 'Hi.')]);
	const running = [user('item-1', 'go'), message('item-2', 'I will.'), message('item-3', 'I did.')];
	const over = [user('item-3', 'go'), message('item-4', 'I will.'), message('item-5', 'I did.')];

	test('name the same items in the list of the turn that is over', () => {
		const joined = fold(empty, hydrated([before, turn('T1', running, inProgress)]));
		const listed = fold(joined, turnCompleted(), relisted([before, turn('T1', over)]));
		expect(ids(itemsOf(listed))).toEqual(['item-1', 'item-2', 'item-3']);
		expect(ids(itemsOf(listed, 'T0'))).toEqual(['item-1', 'item-2']);
		expect(fold(listed, relisted([before, turn('T1', over)])).turns).toBe(listed.turns);
	});

	test('do not double what was seen live in the same turn, even where two said the same', () => {
		const joined = fold(
			empty,
			hydrated([before, turn('T1', running.slice(0, 2), inProgress)]),
			completed(message('m-3', 'I did.')),
			completed(user('u-4', 'again')),
			completed(message('m-5', 'I did.')),
			turnCompleted(),
		);
		const all = [...over, user('item-6', 'again'), message('item-7', 'I did.')];
		const listed = fold(joined, relisted([before, turn('T1', all)]));
		expect(ids(itemsOf(listed))).toEqual(['item-1', 'item-2', 'm-3', 'u-4', 'm-5']);
	});

	test('let in what was missed between two items that were seen', () => {
		const joined = fold(
			empty,
			hydrated([turn('T1', [user('item-1', 'go')], inProgress)]),
			completed(message('m-3', 'Third.')),
			turnCompleted(),
		);
		const all = [user('item-1', 'go'), message('item-2', 'Second.'), message('item-3', 'Third.')];
		const listed = fold(joined, relisted([turn('T1', all)]));
		expect(itemsOf(listed).map(textOf)).toEqual([undefined, 'Second.', 'Third.']);
	});

	test('give way to the real ids of another list, and of the stream', () => {
		const real = [user('u-1', 'go'), message('m-2', 'I will.'), message('m-3', 'I did.')];
		for (const end of [inProgress, {}]) {
			const joined = fold(empty, hydrated([turn('T1', running.slice(0, 2), inProgress)]));
			const listed = fold(joined, relisted([turn('T1', real, end)]));
			expect(ids(itemsOf(listed))).toEqual(['u-1', 'm-2', 'm-3']);
			expect(itemsOf(listed).map(({content}) => content.id)).toEqual(['u-1', 'm-2', 'm-3']);
		}
	});

	test('never give two items one name', () => {
		const joined = fold(empty, hydrated([turn('T1', [message('item-1', 'Seen.')], inProgress)]));
		const listed = fold(joined, relisted([turn('T1', [message('item-7', 'Other.')], inProgress)]));
		expect(new Set(ids(itemsOf(listed))).size).toBe(2);
		expect(itemsOf(listed).map(textOf).toSorted()).toEqual(['Other.', 'Seen.']);
	});
});

test('a list that calls a running turn interrupted, and knows no end of it, does not end it', () => {
	const early = relisted([turn('T1', [], {status: 'interrupted', completedAt: null})]);
	expect(turnOf(fold(running, early))?.status).toBe('inProgress');
	// After a gap nobody knows better than the list; and a time is a fact.
	expect(turnOf(fold(running, disconnected, early))?.status).toBe('interrupted');
	const told = relisted([turn('T1', [], {status: 'interrupted', completedAt: 9})]);
	expect(turnOf(fold(running, told))?.status).toBe('interrupted');
});

test('a page that repeats a turn or an item shows it once', () => {
	const twice = turn('T1', [message('m', 'a'), message('m', 'a')]);
	const state = fold(empty, hydrated([twice, twice]));
	expect(turnIds(state)).toEqual(['T1']);
	expect(ids(itemsOf(state))).toEqual(['m']);
});

test('a background command of an ended turn survives the gap, marked, and completes', () => {
	const state = fold(
		running,
		started(command('c', 'server', {status: 'inProgress'})),
		output('c', 'up\n'),
		turnCompleted(),
		disconnected,
		hydrated([turn('T1', [])]),
	);
	expect(itemOf(state, 'c')).toMatchObject({phase: 'cut', missedStart: true});
	expect(itemOf(fold(state, completed(command('c', 'server'))), 'c')).toMatchObject({
		phase: 'completed',
		missedStart: false,
	});
});
