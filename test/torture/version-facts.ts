/**
 * What the checks of version-suite.ts look at: texts of a thread, what two seats must agree on, what the model was
 * told, and words that no server of today says. Pure, but for the answer to a card.
 */
import assert from 'node:assert/strict';
import type {AppState} from '../../source/app/state.ts';
import {choicesOf} from '../../source/asks/choices.ts';
import type {Json, WireItem} from '../../source/protocol/types.ts';
import {isMadeUpId} from '../../source/thread/made-up-ids.ts';
import {comparable} from '../../source/thread/normalise.ts';
import type {TurnStatus} from '../../source/thread/state.ts';
import type {Scenario} from '../support/harness.ts';
import type {TestSeat} from './seat.ts';

const textOf = (content: WireItem): readonly string[] => {
	if (content.type === 'agentMessage') return [content.text];
	if (content.type !== 'userMessage') return [];
	return [(content.content ?? []).map(({text}) => text ?? '').join('')];
};

/** What was said in the thread, by whomever, in order. */
export const texts = ({thread}: AppState): readonly string[] =>
	thread.turns.flatMap(({items}) => items.flatMap(({content}) => textOf(content)));

/** Of the newest turn. */
export const statusOf = ({thread}: AppState): TurnStatus | undefined => thread.turns.at(-1)?.status;

/** What two seats must agree on, however they came to it: a line each. */
const told = (state: AppState, messagesOnly: boolean): readonly string[] => [
	...comparable(state.thread).turns.flatMap(({id, status, error, startedAtMs, completedAtMs, items}) => [
		`turn ${id} ${status} ${error ?? ''} ${startedAtMs}–${completedAtMs}`,
		// Such lists have ids of their own, and neither commands nor file changes.
		...(messagesOnly
			? items.flatMap(({content}) => textOf(content as WireItem))
			: items.map(({id: itemId, content, omittedOutput}) =>
					JSON.stringify([itemId, content, omittedOutput]),
				)),
	]),
	...state.thread.requests.map(({id, method}) => `${id} ${method}`),
	JSON.stringify(state.thread.info?.status),
];

/** Once quiet, `seat` knows what `fresh`, which has just attached, knows. */
export const expectFresh = async (seat: TestSeat, fresh: TestSeat): Promise<void> => {
	const messagesOnly = fresh.state().thread.turns.some(({items}) => items.some(({id}) => isMadeUpId(id)));
	const compare = (): void =>
		assert.deepEqual(told(seat.state(), messagesOnly), told(fresh.state(), messagesOnly));
	const agrees = (): boolean => {
		try {
			compare();
			return true;
		} catch {
			return false;
		}
	};
	await seat.until('it agrees with a fresh seat', agrees, 4000).catch(compare);
};

/** How often this text stands in the newest conversation that the model was sent. */
export const modelHeard = ({model}: Scenario, text: string, type?: string): number =>
	(model.requests().at(-1)?.input ?? []).filter(
		item => (type === undefined || item.type === type) && JSON.stringify(item).includes(text),
	).length;

/** The card in front is about this command: a person has read it, and takes the first positive choice. */
export const acceptFirst = (seat: TestSeat, command: string): void => {
	const card = seat.state().cards.open[0];
	assert.ok(card?.ask.kind === 'command', 'the card is about a command');
	assert.ok(card.ask.command?.includes(command), `the card shows ${command}`);
	const choice = choicesOf(card.ask, {...card, seen: true}).find(({kind}) => kind === 'positive');
	assert.ok(choice !== undefined && choice.blocked === undefined, 'it can be accepted');
	seat.session.answer(card.ask.id, choice.answer);
};

type Frame = {readonly method: string; readonly params: Json; readonly [more: string]: Json};

/** Frames with words that no server of today says: methods, fields, kinds of item, members of enums. */
export const oddities = (threadId: string, turnId: string): readonly Frame[] => {
	const frame = (method: string, params: Readonly<Record<string, Json>>): Frame => ({
		method,
		params: {threadId, turnId, aFieldOfTomorrow: [{deep: null}], ...params},
		anotherMember: 'of tomorrow',
	});
	const dream: Json = {type: 'dreamReport', id: 'dream-1', status: 'halfAsleep', sheep: [1, 2, 3]};
	return [
		frame('thread/dreamed', {}),
		frame('item/started', {item: dream}),
		frame('item/dream/delta', {itemId: 'dream-1', delta: 'zzz'}),
		frame('item/completed', {item: dream}),
		frame('thread/status/changed', {status: {type: 'active', activeFlags: ['waitingOnTheMoon']}}),
		frame('item/started', {item: null}),
		frame('item/completed', {item: {id: 7, type: 'agentMessage', text: 9}}),
		frame('turn/plan/updated', {plan: [{step: 'Sleep', status: 'postponed'}]}),
		frame('error', {error: {message: 4}, willRetry: 'perhaps'}),
		{method: 'turn/diff/updated', params: null},
		{method: 'serverRequest/resolved', params: {threadId, requestId: {}}},
	];
};
