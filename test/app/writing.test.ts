import {describe, expect, test} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import {followUps} from '../../source/app/follow-ups.ts';
import type {Intent} from '../../source/app/intents.ts';
import type {AppState} from '../../source/app/state.ts';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
import {
	completed,
	disconnected,
	hydrated,
	message,
	notified,
	turnCompleted,
	turnStarted,
	user,
} from '../thread/make.ts';
import {liveState, moved, press, run, startMs, told, turns} from './make.ts';

const idle = liveState(2, {observe: false});
const active = told(notified('thread/status/changed', {status: {type: 'active', activeFlags: []}}));
const running = applyEvents(idle, [told(turnStarted('T9')), active]);
let ids = 0;
const paste = (text: string): Intent => ({
	type: 'write',
	input: {type: 'paste', text},
	newId: () => `jumpseat:me:${++ids}`,
});
const enter: Intent = {
	type: 'write',
	input: {type: 'key', name: 'enter', text: '', ctrl: false, alt: false, shift: false},
	newId: () => `jumpseat:me:${++ids}`,
};
const write = (state: AppState, text: string) => run(state, 'compose', paste(text), enter);
const queued = (id: string, text: string, more: object = {}) => ({
	id,
	clientUserMessageId: 'jumpseat:ada:1',
	input: [{type: 'text', text}],
	...more,
});
const listed = (...entries: unknown[]): SessionEvent => ({
	type: 'queueListed',
	threadId: 't',
	entries,
	atMs: startMs,
});
const two = applyEvents(press(running, 'tabQueue'), [listed(queued('a', 'one'), queued('b', 'two'))]);

describe('Enter', () => {
	test('starts a turn when the thread is idle, steers the one that runs, and sends once', () => {
		const started = write(idle, 'hello');
		expect(started.commands).toMatchObject([
			{type: 'sendMessage', submission: {text: 'hello', aim: {kind: 'start'}}},
		]);
		expect(run(started.state, enter).commands).toEqual([]);
		expect(write(running, 'hello').commands).toMatchObject([
			{type: 'sendMessage', submission: {aim: {kind: 'steer', turnId: 'T9'}}},
		]);
		expect(run(running, 'compose', 'toggleQueueing', paste('later'), enter).commands).toMatchObject([
			{type: 'sendMessage', submission: {aim: {kind: 'queue'}}},
		]);
	});

	test('does not turn a steer into a start: the turn that ended meanwhile is told first', () => {
		const typed = press(running, 'compose', paste('keep it'));
		const over = applyEvents(typed, [
			told(turnCompleted('T9')),
			told(notified('thread/status/changed', {status: {type: 'idle'}})),
		]);
		const {state, commands} = run(over, enter);
		expect(commands).toEqual([]);
		expect(state.composer.editor.text).toBe('keep it');
		expect(state.composer.notice).toMatch(/is over\. Enter now starts a new turn\./);
		expect(run(state, enter).commands).toMatchObject([
			{type: 'sendMessage', submission: {aim: {kind: 'start'}}},
		]);
	});

	test('never sends in observe mode or without a connection', () => {
		expect(write({...idle, observe: true}, 'x').commands).toEqual([]);
		expect(press({...idle, observe: true}, 'compose').ui).toMatchObject({
			holder: 'panes',
			notice: {text: 'Read-only: nothing can be sent in observe mode.'},
		});
		const lost = applyEvents(idle, [moved({kind: 'reconnecting', attempt: 1, nextAtMs: startMs, why: 'x'})]);
		const {state, commands} = write(lost, 'x');
		expect(commands).toEqual([]);
		expect(state.composer.editor.text).toBe('x');
	});
});

describe('what became of a message', () => {
	const {state: sent, commands} = write(idle, 'hello');
	const [command] = commands;
	const messageId = command?.type === 'sendMessage' ? command.submission.id : '';
	const phase = (state: AppState) => state.composer.outbox.find(({id}) => id === messageId)?.phase;
	const heardThen = (...events: SessionEvent[]) => applyEvents(sent, events);

	test('it is accepted, and echoed by the thread', () => {
		const accepted = heardThen({type: 'messageAccepted', messageId, turnId: 'T9', atMs: startMs});
		expect(phase(accepted)).toBe('accepted');
		const echoed = applyEvents(accepted, [
			told(turnStarted('T9')),
			told(completed(user('u', 'hello', messageId), 'T9')),
		]);
		expect(phase(echoed)).toBe('echoed');
	});

	test('a refused one comes back into the composer, with the reason', () => {
		const refused = heardThen({type: 'messageRefused', messageId, why: 'no', atMs: startMs});
		expect(refused.composer.editor.text).toBe('hello');
		expect(refused.composer.notice).toMatch(/no/);
	});

	test('one that was lost on the way is looked up after the reconnect, and echoed or offered, never sent', () => {
		const lost = heardThen(
			{type: 'messageUncertain', messageId, why: 'gone', atMs: startMs},
			told(disconnected),
		);
		expect(phase(lost)).toBe('uncertain');
		const found = applyEvents(lost, [
			told(
				hydrated([
					{id: 'T9', status: 'completed', itemsView: 'full', items: [user('u', 'hello', messageId)]},
				]),
			),
		]);
		expect(phase(found)).toBe('echoed');
		const events = [told(hydrated(turns(2))), listed()];
		const missing = applyEvents(lost, events);
		expect(missing.composer.outbox.find(({id}) => id === messageId)).toMatchObject({
			phase: 'uncertain',
			lookup: 'absent',
		});
		expect(followUps(lost, missing, events).filter(({type}) => type === 'sendMessage')).toEqual([]);
		expect(press(missing, 'compose', enter).composer.editor.text).toBe('hello');
	});

	test('one that had no answer in time, though the connection lives, is looked up at once', () => {
		const events: SessionEvent[] = [{type: 'messageUncertain', messageId, why: 'late', atMs: startMs}];
		const late = applyEvents(sent, events);
		expect(followUps(sent, late, events)).toEqual([{type: 'listQueue'}]);
		const lookup = (state: AppState) => state.composer.outbox.find(({id}) => id === messageId)?.lookup;
		expect(lookup(late)).toBe('waiting');
		expect(lookup(applyEvents(late, [listed()]))).toBe('absent');
		// Without a queue the thread is all there is to look in.
		expect(lookup(applyEvents({...sent, queue: 'none'}, events))).toBe('absent');
	});

	test('the queue of another thread says nothing of this one', () => {
		const other = applyEvents(two, [{type: 'queueListed', threadId: 'B', entries: [], atMs: startMs}]);
		expect(other.queue).toBe(two.queue);
		expect(applyEvents(two, [{type: 'queueUnsupported'}]).queue).toBe('none');
		expect(applyEvents(two, [told(disconnected)]).queue).toBe('unread');
	});
});

describe('an interrupt', () => {
	test('asks once more and names the turn; only y does it', () => {
		const asked = write(running, '/interrupt');
		expect(asked.commands).toEqual([]);
		expect(asked.state.ui.confirming).toEqual({kind: 'interrupt', turnId: 'T9', name: 'turn 3'});
		expect(run(asked.state, 'refuse').commands).toEqual([]);
		expect(run(asked.state, 'confirm').commands).toEqual([{type: 'interruptTurn', turnId: 'T9'}]);
	});

	test('of a turn that ended meanwhile, or with none running, does nothing', () => {
		const {state} = write(running, '/interrupt');
		const over = applyEvents(state, [told(turnCompleted('T9')), told(turnStarted('T10'))]);
		expect(run(over, 'confirm')).toMatchObject({
			commands: [],
			state: {ui: {notice: {text: 'turn 3 is over already.'}}},
		});
		expect(write(idle, '/interrupt').state.ui).toMatchObject({
			confirming: undefined,
			notice: {text: 'No turn is running.'},
		});
	});
});

describe('the other commands', () => {
	test('/observe is for good, at the gate as well', () => {
		const {state, commands} = write(running, '/observe');
		expect(commands).toEqual([{type: 'observe'}]);
		expect(state).toMatchObject({observe: true, ui: {holder: 'panes'}});
		expect(write(state, '/observe').commands).toEqual([]);
	});

	test.each([
		['/queue', [{type: 'listQueue'}], {tab: 'queue', focus: 'side', holder: 'panes'}],
		['/thread', [{type: 'listThreads'}], {picker: {filter: ''}, holder: 'panes'}],
		['/thread login', [{type: 'findThread', wanted: 'login'}], {holder: 'panes'}],
		['/help', [], {help: true}],
		['/quit', [{type: 'quit', exitCode: 0}], {}],
		['/copy', [{type: 'copy', text: 'answer 2\n\nwith a second paragraph'}], {}],
		['/export notes.md', [{type: 'export', file: 'notes.md', text: expect.stringContaining('answer 2')}], {}],
	])('%s', (text, commands, ui) => {
		const done = write(idle, text);
		expect(done.commands).toEqual(commands);
		expect(done.state.ui).toMatchObject(ui);
	});

	test('a word that is no command stays, and is not sent', () => {
		const {state, commands} = write(running, '/quite');
		expect(commands).toEqual([]);
		expect(state.composer.editor.text).toBe('/quite');
	});
});

describe('the queue', () => {
	test('is moved and removed by id, the removal only after y', () => {
		expect(run(two, 'queueDown').commands).toEqual([
			{type: 'changeQueue', change: {kind: 'reorderQueue', queuedIds: ['b', 'a']}},
		]);
		expect(run(two, 'queueUp')).toMatchObject({
			commands: [],
			state: {ui: {notice: {text: 'It is the next to run already.'}}},
		});
		const asked = run(two, 'down', 'queueDelete');
		expect(asked.commands).toEqual([]);
		expect(run(asked.state, 'confirm').commands).toEqual([
			{type: 'changeQueue', change: {kind: 'deleteQueued', queuedId: 'b'}},
		]);
		expect(run(applyEvents(asked.state, [listed()]), 'confirm').commands).toEqual([]);
		expect(run(two, 'queueStart').commands).toEqual([{type: 'startQueue'}]);
	});

	test('is edited in the composer; what somebody else changed meanwhile is not overwritten', () => {
		const edited = press(two, 'queueEdit', paste(' more'));
		expect(edited.ui.editing).toEqual({queuedId: 'a', seen: 'one'});
		const saved = run(edited, enter);
		expect(saved.commands).toEqual([
			{type: 'changeQueue', change: {kind: 'updateQueued', queuedId: 'a', text: 'one more'}},
		]);
		expect(saved.state.ui).toMatchObject({editing: undefined, holder: 'panes'});
		expect(saved.state.composer.history.entries.at(-1)).toBe('one more');
		const changed = run(applyEvents(edited, [listed(queued('a', 'uno'))]), enter);
		expect(changed).toMatchObject({commands: [], state: {composer: {editor: {text: 'one more'}}}});
		expect(press(edited, 'leaveComposer')).toMatchObject({
			composer: {editor: {text: ''}},
			ui: {editing: undefined},
		});
	});

	test('a draft is not overwritten by an edit, nor attachments lost by one', () => {
		const draft = press(two, 'compose', paste('draft'), 'leaveComposer', 'queueEdit');
		expect(draft).toMatchObject({composer: {editor: {text: 'draft'}}, ui: {editing: undefined}});
		const picture = applyEvents(two, [listed(queued('a', 'one', {input: [{type: 'image', url: 'x'}]}))]);
		expect(press(picture, 'queueEdit').ui.editing).toBeUndefined();
	});

	test('is only looked at in observe mode', () => {
		for (const action of ['queueUp', 'queueDown', 'queueEdit', 'queueDelete', 'queueStart'] as const) {
			const {state, commands} = run({...two, observe: true}, action);
			expect(commands).toEqual([]);
			expect(state.ui).toMatchObject({confirming: undefined, editing: undefined, holder: 'panes'});
			expect(state.ui.notice?.text).toBe('Read-only: the queue can only be looked at.');
		}
	});

	test('its refusals are told in words', () => {
		const why = 'queued submission not found';
		const state = applyEvents(two, [{type: 'askFailed', what: 'the order of the queue', why, atMs: startMs}]);
		expect(state.ui.notice?.text).toBe(
			'No luck with the order of the queue: It has left the queue meanwhile.',
		);
	});
});

describe('when the queue is read', () => {
	const follow = (before: AppState, ...events: SessionEvent[]) =>
		followUps(before, applyEvents(before, events), events).filter(({type}) => type === 'listQueue').length;
	const live: SessionEvent = {type: 'connectionMoved', connection: {kind: 'live'}, atMs: startMs + 1};
	const changed = told(notified('thread/queue/changed'));

	test('by a seat that may write: at each join, and at each change', () => {
		expect(follow(idle, live)).toBe(1);
		expect(follow(idle, changed)).toBe(1);
		expect(follow(idle, told(completed(message('m', 'x'), 'T2')))).toBe(0);
		expect(follow(idle, told(notified('thread/queue/changed', {threadId: 'B'}), 'B'))).toBe(0);
	});

	test('by a seat that only watches: while it looks at it', () => {
		const watching = {...idle, observe: true};
		expect(follow(watching, live)).toBe(0);
		expect(follow(watching, changed)).toBe(0);
		expect(follow(press(watching, 'tabQueue'), changed)).toBe(1);
	});

	test('never of a server that has none, nor while the connection is lost', () => {
		expect(follow({...idle, queue: 'none'}, changed)).toBe(0);
		expect(follow({...idle, connection: {kind: 'hydrating'}}, changed)).toBe(0);
	});
});
