/** Whatever a person presses and a server sends, in whatever order: nothing throws, and the picture stays a picture. */
import fc from 'fast-check';
import {test} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import {chromeModel} from '../../source/app/chrome.ts';
import {activeContexts, decide} from '../../source/app/decide.ts';
import {followUps} from '../../source/app/follow-ups.ts';
import type {Intent} from '../../source/app/intents.ts';
import {createPanes} from '../../source/app/panes.ts';
import type {AppState} from '../../source/app/state.ts';
import {connectionTransitions} from '../../source/app-server/connection-state.ts';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
import {type Action, bindings, contexts} from '../../source/keys/bindings.ts';
import {rowWidth} from '../../source/view/width.ts';
import {
	command,
	completed,
	delta,
	disconnected,
	hydrated,
	message,
	notified,
	older,
	output,
	started,
	turn,
	turnCompleted,
	turnStarted,
	user,
} from '../thread/make.ts';
import {format, heard, info, newState, startMs, told} from './make.ts';

type Step =
	| {readonly kind: 'intent'; readonly intent: Intent}
	| {readonly kind: 'events'; readonly events: readonly SessionEvent[]};

const actions = [...new Set(bindings.map(binding => binding.action))];
const text = fc.oneof(
	fc.constantFrom('answer', 'e', 'item', '!delta', '\u001B[31m', '👩‍💻', '日本', '(', '\\'),
	fc.string({maxLength: 12}),
);
const intent: fc.Arbitrary<Intent> = fc.oneof(
	{
		weight: 12,
		arbitrary: fc.constantFrom<Action>(...actions).map((action): Intent => ({type: 'act', action})),
	},
	{weight: 2, arbitrary: text.map((value): Intent => ({type: 'editField', text: value}))},
	{
		weight: 2,
		arbitrary: fc
			.record({columns: fc.integer({min: 1, max: 320}), rows: fc.integer({min: 1, max: 110})})
			.map((size): Intent => ({type: 'resize', ...size})),
	},
	{
		weight: 1,
		arbitrary: fc
			.record({
				pane: fc.constantFrom('thread' as const, 'side' as const),
				rows: fc.integer({min: -9, max: 9}),
			})
			.map((wheel): Intent => ({type: 'wheel', ...wheel})),
	},
	{weight: 1, arbitrary: fc.boolean().map((focused): Intent => ({type: 'noteFocus', focused}))},
	{
		weight: 1,
		arbitrary: fc.integer({min: 0, max: 9000}).map((ms): Intent => ({type: 'tick', nowMs: startMs + ms})),
	},
);

const id = fc.constantFrom('T1', 'T2', 'T3', 'T4');
const item = fc.constantFrom('I1', 'I2', 'I3', 'constructor');
const body = fc.oneof(text, fc.lorem({maxCount: 40}), fc.constant('x\n'.repeat(60)));
const someTurns = fc
	.array(fc.tuple(id, body), {maxLength: 4})
	.map(list =>
		[...new Map(list)].map(([key, said]) =>
			turn(key, [
				user(`${key}u`, said),
				message(`${key}a`, said),
				command(`${key}c`, 'ls', {aggregatedOutput: said}),
			]),
		),
	);
const cursor = fc.constantFrom(null, 'older');
const status = fc.constantFrom('idle', 'active', 'notLoaded', 'brandNew');
const kinds = Object.keys(connectionTransitions).filter(
	kind => !['waiting', 'reconnecting', 'failed', 'connecting', 'initializing'].includes(kind),
);

const event: fc.Arbitrary<SessionEvent> = fc.oneof(
	fc.tuple(someTurns, cursor).map(([turns, next]) => told(hydrated(turns, next))),
	fc.tuple(someTurns, cursor).map(([turns, next]) => told(older(turns, next))),
	id.map(key => told(turnStarted(key))),
	fc
		.tuple(id, fc.constantFrom('completed', 'interrupted', 'failed'))
		.map(([key, how]) => told(turnCompleted(key, how))),
	fc.tuple(item, body, id).map(([key, said, in_]) => told(delta(key, said, in_))),
	fc.tuple(item, body, id).map(([key, said, in_]) => told(output(key, said, in_))),
	fc.tuple(item, body, id).map(([key, said, in_]) => told(started(message(key, said), in_))),
	fc
		.tuple(item, body, id)
		.map(([key, said, in_]) => told(completed(command(key, said, {aggregatedOutput: said}), in_))),
	fc.tuple(id, fc.integer({min: 0, max: 90})).map(([key, steps]) =>
		told(
			notified('turn/plan/updated', {
				turnId: key,
				plan: Array(steps).fill({step: 'do it', status: 'pending'}),
			}),
		),
	),
	fc.tuple(id, fc.integer({min: 0, max: 90})).map(([key, lines]) =>
		told(
			notified('turn/diff/updated', {
				turnId: key,
				diff: `--- a/x\n+++ b/x\n@@ -0,0 +1,${lines} @@\n${'+line\n'.repeat(lines)}`,
			}),
		),
	),
	fc
		.tuple(fc.constantFrom('A', 'B', 'C'), status)
		.map(([key, type]) => heard('thread/status/changed', {threadId: key, status: {type}})),
	fc
		.constantFrom('A', 'B', 'C', 't')
		.map(key => heard('thread/started', {thread: {id: key, ephemeral: key === 'C'}})),
	fc
		.array(fc.constantFrom('A', 'B', 'C', 't'), {maxLength: 4})
		.map(
			(keys): SessionEvent => ({type: 'threadsListed', threads: [...new Set(keys)].map(key => ({id: key}))}),
		),
	fc.tuple(fc.string(), fc.jsonValue()).map(([method, params]) => heard(method, params as never)),
	fc.integer({min: 0, max: 2}).map(request =>
		told({
			type: 'requested',
			request: {id: request, method: 'execCommandApproval', params: {conversationId: 't'}},
			atMs: startMs,
		}),
	),
	fc.constantFrom('t', 'A').map((key): SessionEvent => ({type: 'threadChosen', threadId: key})),
	fc.constant(told(disconnected)),
	fc
		.constantFrom(...kinds)
		.map((kind): SessionEvent => ({type: 'connectionMoved', connection: {kind} as never, atMs: startMs})),
	fc.constant<SessionEvent>({
		type: 'connectionMoved',
		connection: {kind: 'reconnecting', attempt: 1, nextAtMs: startMs + 250, why: 'x'},
		atMs: startMs,
	}),
);
const step: fc.Arbitrary<Step> = fc.oneof(
	{weight: 3, arbitrary: intent.map((each): Step => ({kind: 'intent', intent: each}))},
	{
		weight: 2,
		arbitrary: fc
			.array(event, {minLength: 1, maxLength: 4})
			.map((events): Step => ({kind: 'events', events})),
	},
);

const assert = (holds: boolean, what: string): void => {
	if (!holds) throw new Error(what);
};

const checkPicture = (state: AppState, panes: ReturnType<typeof createPanes>): void => {
	const {ui, thread} = state;
	const layout = panes.layout(state);
	const view = layout.thread === undefined ? undefined : panes.threadView(state);
	if (view !== undefined && layout.thread !== undefined) {
		const {width, height} = layout.thread;
		assert(view.rows.length <= height, 'the thread is no higher than its pane');
		assert(
			view.rows.every(row => rowWidth(row) <= width),
			'no row of the thread is wider than its pane',
		);
		assert(view.rows.length === view.blockAtRow.length, 'every row belongs to a block');
	}
	if (layout.side !== undefined) {
		const rows = panes.sideView(state);
		assert(rows.length <= layout.side.height, 'the side is no higher than its pane');
		const {width} = layout.side;
		assert(
			rows.every(row => rowWidth(row) <= width),
			`no row of ${ui.tab} is wider than its pane`,
		);
		if (['plan', 'diff'].includes(ui.tab)) {
			const all = panes.sideRows(state).length;
			assert(
				rows.length === Math.min(all, layout.side.height),
				'a side pane is filled as far as there is something',
			);
		}
	}
	assert(ui.split >= 20 && ui.split <= 80, 'the split is bounded');
	assert(ui.agentsSelected >= 0, 'a mark is never negative');
	assert(ui.agentsSelected === 0 || ui.agentsSelected < thread.agents.length, 'the marked agent exists');
	assert(
		ui.helpOffset >= 0 && ui.detailOffset >= 0 && ui.planOffset >= 0 && ui.diffOffset >= 0,
		'no offset is negative',
	);
	assert(
		activeContexts(state).every(context => context in contexts),
		'the contexts are known',
	);
	const model = chromeModel(state, panes, view, format);
	if (model.picker !== undefined) {
		assert(model.picker.selected >= 0, 'the picker marks something');
		assert(model.picker.selected < Math.max(1, model.picker.rows.length), 'the picker marks one of its rows');
	}
};

test('any sequence of keys, sizes and events keeps the picture whole', () => {
	fc.assert(
		fc.property(
			fc.boolean(),
			fc.record({columns: fc.integer({min: 40, max: 300}), rows: fc.integer({min: 12, max: 100})}),
			fc.array(step, {maxLength: 40}),
			(isPicking, size, steps) => {
				const panes = createPanes(format);
				let state = newState({
					...size,
					threadId: isPicking ? undefined : 't',
					threads: [info('A'), info('B', {name: 'x'})],
				});
				for (const each of steps) {
					const before = state;
					if (each.kind === 'intent') {
						const decision = decide(state, each.intent, panes);
						assert(
							decide(before, each.intent, panes).commands.length === decision.commands.length,
							'deciding is pure',
						);
						state = decision.state;
					} else {
						state = applyEvents(state, each.events);
						followUps(before, state, each.events);
					}
					checkPicture(state, panes);
				}
			},
		),
		{numRuns: 100},
	);
}, 60_000);
