/** Whatever happens while roles change: no decision asks for more than the role that the share gives at that moment. */
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import type {Command} from '../../source/app/commands.ts';
import {decide} from '../../source/app/decide.ts';
import type {Intent} from '../../source/app/intents.ts';
import {mayAnswer, maySpeak, modeOf} from '../../source/app/seat.ts';
import type {AppState} from '../../source/app/state.ts';
import {
	answeringModes,
	type Mode,
	type OutgoingMethod,
	outgoingRules,
} from '../../source/protocol/methods.ts';
import type {SeatRole} from '../../source/protocol/share.ts';
import {notified, turnStarted} from '../thread/make.ts';
import {asked, heard, panes, person, present, resolved, sharedState, told} from './make.ts';

const methodOf = (command: Command): OutgoingMethod | undefined => {
	switch (command.type) {
		case 'sendMessage':
			return 'turn/steer';
		case 'interruptTurn':
			return 'turn/interrupt';
		case 'changeQueue':
			return 'thread/queue/update';
		case 'startQueue':
			return 'thread/queue/start';
		case 'askShare':
			return command.method;
		default:
			return undefined;
	}
};

const modesOf = (command: Command): readonly Mode[] | undefined => {
	if (command.type === 'answer') return answeringModes;
	const method = methodOf(command);
	return method === undefined ? undefined : outgoingRules[method].modes;
};

const role = fc.constantFrom<SeatRole>('observe', 'steer', 'answer', 'owner');
const text = fc.constantFrom(
	'hello',
	'/interrupt',
	'/invite bob',
	'/role bob steer',
	'/endshare',
	'/observe',
	'/queue',
);
const enter = {
	type: 'key',
	name: 'enter',
	text: '',
	raw: '\r',
	ctrl: false,
	alt: false,
	shift: false,
} as const;
const key = (name: string) => ({name, text: name, ctrl: false, alt: false});

type Step = (state: AppState) => {readonly state: AppState; readonly intents: readonly Intent[]};

const doing =
	(...intents: readonly Intent[]): Step =>
	state => ({state, intents});
const acting = (...actions: ReadonlyArray<Extract<Intent, {type: 'act'}>['action']>): Step =>
	doing(...actions.map(action => ({type: 'act', action}) as const));
const newId = () => `jumpseat:ada:${Math.random()}`;

let requests = 0;
const steps = fc.oneof(
	role.map(
		(next): Step =>
			state => ({
				state: applyEvents(state, [present(person('ada', next), person('bob', 'answer'))]),
				intents: [],
			}),
	),
	fc.constant<Step>(state => {
		requests += 1;
		const params = {turnId: 'T9', itemId: `i${requests}`, command: 'ls', availableDecisions: ['accept']};
		const request = asked('item/commandExecution/requestApproval', params, requests, state.nowMs);
		return {state: applyEvents(state, [told(request)]), intents: []};
	}),
	fc.constant<Step>(state => {
		const id = state.cards.open[0]?.ask.id ?? 0;
		const answered = {requestId: id, threadId: 't', by: 'bob', answer: {decision: 'decline'}, atMs: 0};
		return {
			state: applyEvents(state, [heard('jumpseat/answered', answered), told(resolved(id))]),
			intents: [],
		};
	}),
	fc.constant<Step>(state => ({
		state,
		intents: [
			{type: 'sawCard', id: state.cards.open[0]?.ask.id ?? 0, view: {rowsTotal: 1, rowsShownTo: 1}},
			{type: 'tick', nowMs: state.nowMs + 1000},
			{type: 'pressCard', key: key('y')},
		],
	})),
	text.map(words =>
		doing(
			{type: 'act', action: 'compose'},
			{type: 'write', input: {type: 'paste', text: words}, newId},
			{type: 'write', input: enter, newId},
		),
	),
	fc.constant(
		doing(
			{type: 'act', action: 'compose'},
			{type: 'write', input: {type: 'paste', text: '/interrupt'}, newId},
			{type: 'write', input: enter, newId},
			{type: 'act', action: 'confirm'},
		),
	),
	fc.constantFrom(
		acting('holdCard'),
		acting('confirm'),
		acting('confirm'),
		acting('queueDelete', 'confirm'),
		acting('queueDown'),
		acting('refuse'),
		acting('leaveComposer'),
		acting('tabQueue'),
		acting('tabGuests'),
		acting('queueEdit'),
		acting('queueDelete'),
		acting('queueStart'),
		acting('queueUp'),
		acting('closeLink'),
		acting('copy'),
		doing({type: 'write', input: enter, newId}),
	),
);

test('nothing is asked for that the role of that moment does not allow', () => {
	const kinds = new Set<string>();
	fc.assert(
		fc.property(role, fc.array(steps, {maxLength: 30}), (first, played) => {
			let state = applyEvents(sharedState(person('ada', first)), [
				told(turnStarted('T9')),
				told(notified('thread/status/changed', {status: {type: 'active', activeFlags: []}})),
				{
					type: 'queueListed',
					threadId: 't',
					entries: [
						{id: 'q1', input: [{type: 'text', text: 'one'}]},
						{id: 'q2', input: [{type: 'text', text: 'two'}]},
					],
					atMs: 0,
				},
			]);
			for (const step of played) {
				const {state: told, intents} = step(state);
				state = told;
				for (const intent of intents) {
					const decision = decide(state, intent, panes);
					for (const command of decision.commands) {
						const modes = modesOf(command);
						if (modes === undefined) continue;
						kinds.add(command.type);
						expect(modes, `${command.type} as ${modeOf(state)}`).toContain(modeOf(state));
						if (command.type === 'askShare') expect(state.share?.you.role).toBe('owner');
					}
					state = decision.state;
				}
				if (state.ui.holder === 'composer') expect(maySpeak(state)).toBe(true);
				if (state.ui.holder === 'card') expect(mayAnswer(state)).toBe(true);
			}
		}),
		{numRuns: 400},
	);
	// What was never tried proves nothing.
	expect([...kinds].toSorted()).toEqual(
		expect.arrayContaining([
			'answer',
			'askShare',
			'changeQueue',
			'interruptTurn',
			'sendMessage',
			'startQueue',
		]),
	);
});
