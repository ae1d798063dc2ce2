/** The queue, against the real server: who queued what, changed by anybody, run in its order after the turn. */
import {expect, test} from 'vitest';
import type {Scenario} from '../support/harness.ts';
import type {Pty} from '../support/pty.ts';
import {beginWith, eventually, rule, sawSent} from './support.ts';
import {beginWatched, compose, openSeat, sentCount, userMessages, write} from './writing.ts';

const ctrlT = '\u0014';
const rules = [rule('Work on it', [{do: 'message', text: ['Working ', {hold: 'work'}, 'on it.']}])];

/** The entries in the Queue tab of a wide screen: `1  Ada  the text`, the marked one with its bar. */
const queueOf = (seat: Pty): readonly string[] =>
	seat.screen().flatMap(line => {
		const [, entry] = /││ *(▎?\d+ {2}\S.*?)\s*│$/.exec(line) ?? [];
		return entry === undefined ? [] : [entry.trim()];
	});

const showsQueue = (seat: Pty, entries: readonly string[]): Promise<void> =>
	eventually(seat, () => expect(queueOf(seat)).toEqual(entries));

const openQueue = async (seat: Pty): Promise<void> => {
	seat.type('7');
	await seat.waitFor(/ Queue /);
};

const working = async (scenario: Scenario): Promise<string> => {
	const turnId = await scenario.pilot.say('Work on it');
	await scenario.model.holding('work');
	return turnId;
};

test('what is queued is shown with its author to every seat, changed by any of them, and runs in its order', async () => {
	const scenario = await beginWith(['Good morning'], rules);
	const {pilot, model} = scenario;
	const tripwire = await beginWatched(scenario);
	const ada = await openSeat(scenario, tripwire, 'Good morning', {rows: 45});
	const grace = await openSeat(scenario, tripwire, 'Good morning', {name: 'Grace', rows: 45});
	await working(scenario);
	await compose(ada, 'then test it', 'steer turn 2 ▸');
	ada.type(ctrlT);
	await ada.waitFor(/queue ▸ then test it/);
	ada.press('enter');
	await ada.waitFor(/^ queued {2}then test it/m);
	await write(ada, 'then deploy it', 'queue ▸');
	ada.press('enter');
	await ada.waitFor(/^ queued {2}then deploy it/m);
	await pilot.client.call('thread/queue/add', {
		threadId: pilot.threadId(),
		input: [{type: 'text', text: 'then rest', text_elements: []}],
		clientUserMessageId: 'of another client',
	});
	await openQueue(grace);
	await showsQueue(grace, ['▎1  Ada  then test it', '2  Ada  then deploy it', '3  primary  then rest']);
	expect(sentCount(tripwire, 'turn/steer') + sentCount(tripwire, 'turn/start')).toBe(0);

	// Edited by another seat than the one that queued it; Esc leaves it as it was.
	grace.type('e');
	await grace.waitFor(/edit queued ▸ then test it/);
	grace.type('!');
	await grace.waitFor(/edit queued ▸ then test it!/);
	grace.press('escape');
	await grace.waitFor('The queued message stays as it was.');
	grace.type('e');
	await grace.waitFor(/edit queued ▸ then test it/);
	grace.type(' twice');
	await grace.waitFor(/edit queued ▸ then test it twice/);
	grace.press('enter');
	await showsQueue(grace, ['▎1  Ada  then test it twice', '2  Ada  then deploy it', '3  primary  then rest']);

	// Moved, also what another client queued.
	grace.press('down');
	grace.press('down');
	await eventually(grace, () => expect(queueOf(grace)[2]).toBe('▎3  primary  then rest'));
	grace.type('K');
	await showsQueue(grace, ['1  Ada  then test it twice', '▎2  primary  then rest', '3  Ada  then deploy it']);
	grace.type('J');
	await showsQueue(grace, ['1  Ada  then test it twice', '2  Ada  then deploy it', '▎3  primary  then rest']);
	grace.type('J');
	await grace.waitFor('It is the last already.');

	// Removed only after `y`.
	grace.press('up');
	await eventually(grace, () => expect(queueOf(grace)[1]).toBe('▎2  Ada  then deploy it'));
	grace.type('d');
	await grace.waitFor('Remove the marked message from the queue?');
	grace.type('n');
	await grace.waitFor('Nothing was done.');
	expect(sentCount(tripwire, 'thread/queue/delete')).toBe(0);
	grace.type('d');
	await grace.waitFor('Remove the marked message from the queue?');
	grace.type('y');
	await eventually(grace, () => expect(queueOf(grace)).toHaveLength(2));
	model.release('work');
	await grace.waitFor('Nothing is queued.');
	await grace.waitFor('turn 4 · completed');
	expect(await userMessages(pilot.client, pilot.threadId())).toEqual([
		'Good morning',
		'Work on it',
		'then test it twice',
		'then rest',
	]);
	// Who queued what another person removed is told, and nothing is sent again by itself.
	await ada.waitFor(/not delivered: Enter offers it again {2}then deploy it/);
	for (const seat of [ada, grace])
		await eventually(seat, () => {
			const lines = seat.screen();
			expect(lines[lines.findIndex(line => line.includes('then test it twice')) - 1]).toContain('▌Ada');
			expect(lines[lines.findIndex(line => line.includes('then rest')) - 1]).toContain('▌primary');
		});
});

test('after an interrupt the queue stays parked until somebody starts it', async () => {
	const scenario = await beginWith(['Good morning'], rules);
	const {pilot} = scenario;
	const tripwire = await beginWatched(scenario);
	const seat = await openSeat(scenario, tripwire, 'Good morning');
	const turnId = await working(scenario);
	await compose(seat, 'go on then', 'steer turn 2 ▸');
	seat.type(ctrlT);
	await seat.waitFor(/queue ▸ go on then/);
	seat.press('enter');
	await seat.waitFor(/^ queued {2}go on then/m);
	await pilot.interrupt(turnId);
	await seat.waitFor('turn 2 · interrupted');
	seat.press('escape');
	await seat.waitFor('? keys');
	await openQueue(seat);
	await showsQueue(seat, ['▎1  Ada  go on then']);
	expect(sentCount(tripwire, 'thread/queue/start')).toBe(0);
	seat.type('s');
	await sawSent(tripwire, 'thread/queue/start');
	await seat.waitFor('turn 3 · completed');
	await seat.waitFor('Nothing is queued.');
	expect(await userMessages(pilot.client, pilot.threadId())).toEqual([
		'Good morning',
		'Work on it',
		'go on then',
	]);
});
