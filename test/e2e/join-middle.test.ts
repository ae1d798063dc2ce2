/** Joining while something runs, and a server that says what we do not know: marked, mended, never a crash. */
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {begin, beginTripwire, beginWith, eventually, openJumpseat, openLive, rule, say} from './support.ts';

const size = {columns: 90, rows: 40};
const placeholder = 'joined in the middle; the beginning comes when it completes';

const story = rule('Tell me', [
	{
		do: 'message',
		text: ['Once upon a time ', {hold: 'first'}, 'there was a test ', {hold: 'second'}, 'that passed.'],
	},
]);

test('joined in the middle of a message: the gap is marked, and mended when the message completes', async () => {
	const scenario = await beginWith(['Good morning'], [story]);
	const turnId = await scenario.pilot.say('Tell me');
	await scenario.model.holding('first');
	const jumpseat = await openLive(scenario, 'Tell me', size);
	scenario.model.release('first');
	await jumpseat.waitFor('there was a test');
	await jumpseat.waitFor(placeholder);
	expect(jumpseat.screen().join('\n')).not.toContain('Once upon a time');
	scenario.model.release('second');
	await scenario.pilot.turnEnded(turnId);
	await jumpseat.waitFor('Once upon a time there was a test that passed.');
	await jumpseat.waitFor('turn 2 · completed');
	await eventually(jumpseat, () =>
		expect(jumpseat.screen().join('\n')).not.toContain('joined in the middle'),
	);
});

test('joined in the middle of a command: it is named, its output is marked, and whole at its end', async () => {
	const command = 'echo early; while [ ! -e go ]; do sleep 0.05; done; echo late';
	const scenario = await beginWith(
		['Good morning'],
		[rule('Run it', [{do: 'command', command}], [say('It ran.')])],
	);
	const {client} = scenario.pilot;
	const turnId = await scenario.pilot.say('Run it');
	await client.waitFor(
		({method, params}) =>
			method === 'item/started' &&
			(params?.item as {type?: unknown} | undefined)?.type === 'commandExecution',
	);
	const jumpseat = await openLive(scenario, 'while [ ! -e go ]', size);
	await jumpseat.waitFor('joined in the middle');
	writeFileSync(path.join(scenario.workdir, 'go'), '');
	await scenario.pilot.turnEnded(turnId);
	await jumpseat.waitFor('It ran.');
	await jumpseat.waitFor('turn 2 · completed');
	await eventually(jumpseat, () => {
		const text = jumpseat.screen().join('\n');
		expect(text).toMatch(/✓ echo early; while[\s\S]*│ early\n[\s\S]*│ late\n/);
		expect(text).not.toContain('joined in the middle');
	});
});

test('a message cut by an interrupt is shown as cut, for whoever saw it and in its turn', async () => {
	const scenario = await beginWith(['Good morning'], [story]);
	const jumpseat = await openLive(scenario, 'Good morning', size);
	const turnId = await scenario.pilot.say('Tell me');
	await jumpseat.waitFor('Once upon a time ▍');
	await scenario.pilot.interrupt(turnId);
	await jumpseat.waitFor('turn 2 · interrupted');
	await jumpseat.waitFor('cut off');
	await eventually(jumpseat, () => {
		expect(jumpseat.screen().join('\n')).toContain('Once upon a time');
		expect(jumpseat.screen().join('\n')).not.toContain('▍');
	});
});

test('a message cut by a steer is shown as cut, and the turn goes on', async () => {
	const scenario = await beginWith(['Good morning'], [story, rule('Shorter', [say('A test passed.')])]);
	const jumpseat = await openLive(scenario, 'Good morning', size);
	const turnId = await scenario.pilot.say('Tell me');
	await jumpseat.waitFor('Once upon a time ▍');
	await scenario.pilot.steer(turnId, 'Shorter, please');
	scenario.model.release('first');
	scenario.model.release('second');
	await scenario.pilot.turnEnded(turnId);
	await jumpseat.waitFor('A test passed.');
	await jumpseat.waitFor('turn 2 · completed');
	await jumpseat.waitFor(/Tell me[\s\S]*Once upon a time[\s\S]*Shorter, please[\s\S]*A test passed\./);
});

test('a thread with no turn yet is waited for, and joined with its first message', async () => {
	const scenario = await begin([story]);
	const threadId = await scenario.pilot.startThread();
	const jumpseats = [openJumpseat(scenario, size), openJumpseat(scenario, {...size, args: ['-o', threadId]})];
	for (const jumpseat of jumpseats) {
		await jumpseat.waitFor('◌ no turn yet');
		await jumpseat.waitFor('This thread has no turn yet. Jumpseat joins with its first message.');
	}

	const turnId = await scenario.pilot.say('Tell me');
	scenario.model.release('first');
	scenario.model.release('second');
	await scenario.pilot.turnEnded(turnId);
	for (const jumpseat of jumpseats) {
		await jumpseat.waitFor('● live');
		await jumpseat.waitFor('Once upon a time there was a test that passed.');
	}
});

test('what no version of us knows is shown by name, what is no JSON-RPC is counted, and nothing is answered', async () => {
	const scenario = await beginWith(['Good morning'], [story]);
	const tripwire = await beginTripwire(scenario);
	const jumpseat = await openLive(scenario, 'Good morning', {endpoint: tripwire.endpoint, rows: 60});
	const threadId = scenario.pilot.threadId();
	const turnId = await scenario.pilot.say('Tell me');
	await jumpseat.waitFor('Once upon a time');
	const sent = tripwire.sent().length;

	const inject = (frame: unknown): void => tripwire.inject(JSON.stringify(frame));
	inject({method: 'brand/new', params: {threadId, wild: ['things', null, {}]}});
	await jumpseat.waitFor('brand/new');
	inject({method: 'item/started', params: {threadId, turnId, item: {type: 'hologram', id: 'h1', depth: 3}}});
	await jumpseat.waitFor(lines => lines.some(line => line.slice(0, 72).includes('hologram')));
	inject({id: 'strange', method: 'brand/newRequest', params: {threadId}});
	await jumpseat.waitFor('brand/newRequest');

	for (const [index, text] of [
		'this is not JSON',
		'{"method": 3}',
		'[]',
		'null',
		'"\u001B]52;c;aGFja2Vk\u0007"',
		JSON.stringify({id: 999_999, result: {}}),
	].entries()) {
		tripwire.inject(text);
		await jumpseat.waitFor(`${index + 1} odd frame`);
	}

	// Known methods with the wrong contents are no end either.
	for (const params of [
		null,
		'text',
		[],
		{threadId},
		{threadId, turnId, item: null},
		{threadId, turn: {id: 7}},
	]) {
		for (const method of [
			'item/started',
			'item/agentMessage/delta',
			'turn/completed',
			'thread/status/changed',
		]) {
			inject({method, params});
		}
	}

	inject({method: 'end/of/noise', params: {}});
	await jumpseat.waitFor('end/of/noise');
	scenario.model.release('first');
	scenario.model.release('second');
	await scenario.pilot.turnEnded(turnId);
	await jumpseat.waitFor('that passed.');
	// A turn that is said to have ended may be listed once more; that is all.
	const after = tripwire.sentMethods().slice(sent);
	expect(after.filter(method => method !== 'thread/turns/list')).toEqual([]);
	jumpseat.type('q');
	expect((await jumpseat.exit).code).toBe(0);
	expect(tripwire.sentMethods().filter(method => method.includes('answer'))).toEqual([]);
});
