/**
 * Two real App Servers on one home: the owner runs the thread, we are attached through the other one, which can only
 * read it from disk.
 */
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {startAppServer} from '../../source/demo/app-server.ts';
import {connectRawClient} from '../../source/demo/json-rpc-client.ts';
import type {Rule} from '../../source/demo/script.ts';
import type {Scenario} from '../support/harness.ts';
import type {Pty} from '../support/pty.ts';
import {startTripwire, type Tripwire} from '../support/tripwire.ts';
import {openSeat, type TestSeat} from '../torture/seat.ts';
import {startLongThread} from './long-thread.ts';
import {begin, openJumpseat, rule, say, threadText} from './support.ts';

const work: Rule = rule(
	'Work',
	[say('I will look.'), {do: 'command', command: 'printf output-of-the-owner'}],
	[{do: 'command', command: 'printf allowed', justification: 'It leaves the sandbox.'}],
	[{do: 'patch', patch: '*** Begin Patch\n*** Add File: made.txt\n+one\n*** End Patch'}],
	[{do: 'message', text: ['Half of it, ', {hold: 'middle'}, 'and the whole.']}],
);

/** Only reads, and what every connection begins with. */
const harmless = new Set(['initialize', 'initialized', 'thread/read', 'thread/turns/list']);

type Neighbour = {
	readonly tripwire: Tripwire;
	readonly scenario: Scenario;
	readonly stop: () => Promise<void>;
};

/** A second server on the home of the scenario, behind a tripwire. */
const beginNeighbour = async (scenario: Scenario): Promise<Neighbour> => {
	const {codex, env, workdir} = scenario;
	const socketPath = path.join(path.dirname(scenario.socketPath), 'other.sock');
	const server = await startAppServer({codex, env, cwd: workdir, listen: {socketPath}});
	onTestFinished(() => server.stop());
	const neighbour = {...scenario, socketPath, endpoint: server.endpoint, server};
	const tripwire = await startTripwire(neighbour);
	onTestFinished(() => tripwire.stop());
	return {tripwire, scenario: neighbour, stop: () => server.stop()};
};

const openFollower = (endpoint: string, threadId: string): TestSeat => {
	const seat = openSeat(endpoint, threadId);
	onTestFinished(() => seat.leave());
	return seat;
};

const isElsewhere = ({connection}: ReturnType<TestSeat['state']>): boolean =>
	connection.kind === 'waiting' && connection.reason === 'ownedElsewhere';

const itemsOf = (state: ReturnType<TestSeat['state']>): readonly string[] =>
	state.thread.turns.flatMap(turn => turn.items.map(({id}) => id));

const shows = (pty: Pty, text: string): boolean => pty.screen().some(line => line.includes(text));

const exported = (folder: string): string => {
	const file = path.join(folder, 'stored.md');
	return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

test('a thread that another process owns is followed from disk, touched by nothing, and live when that ends', async () => {
	const owner = await begin([work]);
	const threadId = await owner.pilot.startThread();
	await owner.pilot.play('Hello');
	const neighbour = await beginNeighbour(owner);
	const {tripwire} = neighbour;
	const seat = openFollower(tripwire.endpoint, threadId);
	await seat.until('the stored history', ({connection, thread}) =>
		connection.kind === 'waiting' ? thread.turns.length === 1 : undefined,
	);
	const pty = openJumpseat(neighbour.scenario, {endpoint: tripwire.endpoint, args: [threadId]});
	await pty.waitFor('not loaded');
	await pty.waitFor('Noted.');

	const turnId = await owner.pilot.say('Work');
	const {id} = await owner.pilot.asked('item/commandExecution/requestApproval');
	await seat.until('another owner', isElsewhere);
	await seat.until('the first command', ({thread}) =>
		thread.turns.at(-1)?.items.some(({content}) => content.type === 'commandExecution'),
	);
	// The list says `interrupted` of the turn that runs there.
	expect(seat.state().thread.turns.at(-1)?.status).toBe('unknown');
	// What it asks is asked there.
	expect(seat.state().cards.open).toEqual([]);
	await pty.waitFor('owned by another process — follow only');
	await pty.waitFor('output-of-the-owner');
	expect(shows(pty, 'interrupted')).toBe(false);

	pty.type('iMay I?');
	await pty.waitFor('May I?');
	pty.press('enter');
	await pty.waitFor('it can only be followed');
	pty.press('escape');

	owner.pilot.client.respond(id, {decision: 'accept'});
	await pty.waitFor('made.txt');
	owner.model.release('middle');
	await owner.pilot.turnEnded(turnId);
	await pty.waitFor('and the whole.');
	await seat.until('the end of the turn', ({thread}) => thread.turns.at(-1)?.status === 'completed');
	expect(new Set(tripwire.sentMethods())).toEqual(harmless);

	// Nobody took its lock: the owner goes on.
	await owner.pilot.play('Once more');
	await pty.waitFor('Once more');

	await owner.server.stop();
	const heir = await connectRawClient({endpoint: neighbour.scenario.endpoint, clientName: 'heir'});
	onTestFinished(() => heir.close());
	await heir.call('thread/resume', {threadId, excludeTurns: true});
	await seat.until('the live thread', ({connection}) => connection.kind === 'live');
	await pty.waitFor('● live');
	expect(seat.state().thread.turns.map(({status}) => status)).toEqual([
		'completed',
		'completed',
		'completed',
	]);
	expect(new Set(itemsOf(seat.state())).size).toBe(itemsOf(seat.state()).length);
	await heir.call('turn/start', {threadId, input: [{type: 'text', text: 'Now here', text_elements: []}]});
	await pty.waitFor('Now here');
	await seat.until('its turn', ({thread}) => thread.turns.at(-1)?.status === 'completed');
	expect(seat.state().thread.turns).toHaveLength(4);
});

test('a long stored thread is read page by page, searched and left unloaded, and attached when somebody loads it', async () => {
	const owner = await begin();
	const threadId = await startLongThread(owner, 90);
	const neighbour = await beginNeighbour(owner);
	const {tripwire} = neighbour;
	await owner.server.stop();
	const pty = openJumpseat(neighbour.scenario, {
		endpoint: tripwire.endpoint,
		args: [threadId],
		columns: 90,
		rows: 40,
	});
	await pty.waitFor('Turn 90');
	await pty.waitFor('not loaded');
	pty.type('g');
	await pty.waitFor('beginning of the thread');
	await pty.waitFor(() => threadText(pty).some(line => /^\s+Turn 1$/.test(line)));
	pty.type('/Turn 45\r');
	await pty.waitFor(() => threadText(pty).some(line => /^\W+Turn 45$/.test(line)));
	pty.type('G');
	await pty.waitFor('turn 90 · completed');
	pty.type('i/export stored.md\r');
	await pty.waitFor('stored.md');
	await expect.poll(() => exported(owner.workdir)).toMatch(/Turn 1\b.*Turn 90\b/s);
	expect(new Set(tripwire.sentMethods())).toEqual(harmless);

	const heir = await connectRawClient({endpoint: neighbour.scenario.endpoint, clientName: 'heir'});
	onTestFinished(() => heir.close());
	expect((await heir.call('thread/loaded/list')).data).toEqual([]);
	await heir.call('thread/resume', {threadId, excludeTurns: true});
	await pty.waitFor('● live');
	await heir.call('turn/start', {threadId, input: [{type: 'text', text: 'Turn 91', text_elements: []}]});
	await pty.waitFor('turn 91 · completed');
});
