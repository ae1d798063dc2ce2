/** The session against the real App Server: what the scripted one only pretends. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {reduce} from '../../source/thread/reduce.ts';
import {initialThreadState} from '../../source/thread/state.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {type Scenario, startScenario} from '../support/harness.ts';
import {watchSession} from './watcher.ts';

let scenario: Scenario;

beforeAll(async () => {
	scenario = await startScenario({
		rules: [
			{when: 'hello', responses: [[{do: 'message', text: ['Hel', {hold: 'middle'}, 'lo there']}]]},
			{when: 'again', responses: [[{do: 'message', text: 'Once more'}]]},
		],
	});
}, 60_000);
afterAll(() => scenario?.stop());

test('a thread is awaited before its first turn, joined in the middle of it, and complete at its end', async () => {
	const {pilot, model} = scenario;
	const threadId = await pilot.startThread();
	const watcher = watchSession(parseEndpoint(scenario.endpoint));
	const state = () =>
		watcher.events.reduce(
			(held, event) => (event.type === 'threadEvent' ? reduce(held, event.event) : held),
			initialThreadState,
		);
	const texts = () =>
		state().turns.flatMap(({items}) =>
			items.flatMap(({content}) => (content.type === 'agentMessage' ? [content.text] : [])),
		);
	const ended = (turnId: string) =>
		watcher.until(
			event =>
				event.type === 'threadEvent' &&
				event.event.type === 'notified' &&
				event.event.notification.method === 'turn/completed' &&
				JSON.stringify(event.event.notification.params).includes(turnId),
		);

	watcher.session.start(threadId);
	await watcher.moved('waiting noTurnYet');

	const first = await pilot.say('hello');
	await watcher.moved('live');
	await model.holding('middle');
	model.release('middle');
	await ended(first);
	expect(texts()).toEqual(['Hello there']);

	const second = await pilot.say('again');
	await ended(second);
	expect(texts()).toEqual(['Hello there', 'Once more']);
	expect(state().turns.map(({status}) => status)).toEqual(['completed', 'completed']);

	watcher.session.openThread(threadId);
	await watcher.moved('live', 2);
	const requestsBefore = model.requests().length;
	await watcher.session.leave();
	expect(watcher.moves.at(-1)).toBe('closed');
	expect(watcher.illegalMoves).toEqual([]);
	expect(model.requests()).toHaveLength(requestsBefore);
	expect(requestsBefore).toBe(2);
}, 60_000);
