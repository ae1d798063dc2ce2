/** The server is killed and another one comes on the same socket: the view says so, comes back and is complete. */
import {expect, test} from 'vitest';
import type {RawClient} from '../../source/demo/json-rpc-client.ts';
import type {Scenario} from '../support/harness.ts';
import type {Pty} from '../support/pty.ts';
import {
	beginTripwire,
	beginWith,
	eventually,
	openJumpseat,
	openLive,
	rule,
	say,
	startTurn,
	threadText,
} from './support.ts';

const size = {columns: 90, rows: 60};

const rules = [
	rule('Run it', [{do: 'command', command: 'printf "one\\ntwo\\n"'}], [say('It ran.')]),
	rule('Tell me', [{do: 'message', text: ['Once upon a time ', {hold: 'middle'}, 'there was a test.']}]),
	rule('Go on', [say('Here we are again.')]),
];

/** Somebody who loads the thread, as a person does who resumes it. */
const resume = async (scenario: Scenario): Promise<RawClient> => {
	const client = await scenario.connect('resumer');
	await client.call('thread/resume', {threadId: scenario.pilot.threadId(), excludeTurns: true});
	return client;
};

const playOn = async ({pilot}: Scenario, client: RawClient, text: string): Promise<void> => {
	const turn = await startTurn(client, pilot.threadId(), text);
	await turn.ended();
};

/** What it shows is what somebody sees who attaches now. */
const expectAsFresh = async (scenario: Scenario, shown: () => readonly string[]): Promise<void> => {
	const fresh = openJumpseat(scenario, {...size, args: ['--observe', scenario.pilot.threadId()]});
	await eventually(fresh, () => expect(shown()).toEqual(threadText(fresh)));
	await fresh.kill();
};

const kill = async (scenario: Scenario, jumpseat: Pty): Promise<void> => {
	await scenario.server.kill('SIGKILL');
	await jumpseat.waitFor('○ connection lost');
	await jumpseat.waitFor(/Trying again in \d+ s/);
	// What was there stays readable meanwhile.
	await jumpseat.waitFor('It ran.');
};

test('with the thread loaded again by a client, the view is live again and equal to a fresh one', async () => {
	const scenario = await beginWith(['Good morning', 'Run it'], rules);
	const jumpseat = await openLive(scenario, 'turn 2 · completed', size);
	const before = threadText(jumpseat);
	await kill(scenario, jumpseat);
	await scenario.server.restart();
	const client = await resume(scenario);
	await jumpseat.waitFor('● live');
	await eventually(jumpseat, () => expect(threadText(jumpseat)).toEqual(before));

	await playOn(scenario, client, 'Go on');
	await jumpseat.waitFor('Here we are again.');
	await jumpseat.waitFor('turn 3 · completed');
	await expectAsFresh(scenario, () => threadText(jumpseat));
	expect(scenario.model.requests()).toHaveLength(4);
});

test('with the thread loaded by nobody, the history is complete, and it says that nobody has it open', async () => {
	const scenario = await beginWith(['Good morning', 'Run it'], rules);
	const jumpseat = await openLive(scenario, 'turn 2 · completed', size);
	const before = threadText(jumpseat);
	await kill(scenario, jumpseat);
	await scenario.server.restart();
	await jumpseat.waitFor('◌ not loaded');
	await jumpseat.waitFor('Nobody has this thread open on this server.');
	await eventually(jumpseat, () => expect(threadText(jumpseat)).toEqual(before));
	await expectAsFresh(scenario, () => threadText(jumpseat));

	// A guest loads nothing: the server still holds no thread after both looked.
	const client = await scenario.connect('looker');
	expect((await client.call('thread/loaded/list')).data).toEqual([]);

	// And it joins by itself as soon as somebody loads it.
	const resumer = await resume(scenario);
	await jumpseat.waitFor('● live');
	await playOn(scenario, resumer, 'Go on');
	await jumpseat.waitFor('Here we are again.');
});

test('killed in the middle of a message, the turn shows as cut, without doubles or holes', async () => {
	const scenario = await beginWith(['Good morning', 'Run it'], rules);
	const jumpseat = await openLive(scenario, 'turn 2 · completed', size);
	await scenario.pilot.say('Tell me');
	await jumpseat.waitFor('Once upon a time');
	await kill(scenario, jumpseat);
	await scenario.server.restart();
	const client = await resume(scenario);
	await jumpseat.waitFor('● live');
	await playOn(scenario, client, 'Go on');
	await jumpseat.waitFor('Here we are again.');
	await jumpseat.waitFor('turn 4 · completed');
	// The half of the message is stored nowhere: who saw it keeps it, marked; the rest is as a fresh view has it.
	const text = threadText(jumpseat);
	const from = text.findIndex(line => line.includes('a part of this was missed')) - 1;
	const cut = text.slice(from, from + 5).map(line => line.trim());
	expect(cut).toEqual(['▌agent  HH:MM', '… a part of this was missed', 'Once upon a time', 'cut off', '']);
	await expectAsFresh(scenario, () => text.toSpliced(from, 5));
});

test('a dropped connection to a living server is mended too', async () => {
	const scenario = await beginWith(['Good morning', 'Run it'], rules);
	const tripwire = await beginTripwire(scenario);
	const jumpseat = await openLive(scenario, 'It ran.', {...size, endpoint: tripwire.endpoint});
	const turnId = await scenario.pilot.say('Tell me');
	await scenario.model.holding('middle');
	await jumpseat.waitFor('Once upon a time');
	tripwire.cut();
	await jumpseat.waitFor('○ connection lost');
	await jumpseat.waitFor('● live');
	scenario.model.release('middle');
	await scenario.pilot.turnEnded(turnId);
	await jumpseat.waitFor('there was a test.');
	await jumpseat.waitFor('turn 3 · completed');
	await expectAsFresh(scenario, () => threadText(jumpseat));
});
