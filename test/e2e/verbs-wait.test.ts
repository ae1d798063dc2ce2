/** `interrupt` and `wait` by the built program, against the real server. */
import {describe, expect, test} from 'vitest';
import {type CliOptions, type Ran, runCli, startCli} from '../support/cli.ts';
import type {Scenario} from '../support/harness.ts';
import {begin, beginTripwire, beginWith, rule, say} from './support.ts';
import {beginWatched, sentCount} from './writing.ts';

type At = Pick<Scenario, 'env' | 'workdir'> & {readonly endpoint: string};
const at = ({env, workdir}: At): CliOptions => ({cwd: workdir, env});
const run = (where: At, ...args: string[]): Promise<Ran> =>
	runCli([...args, '--connect', where.endpoint], at(where));
const start = (where: At, ...args: string[]) => startCli([...args, '--connect', where.endpoint], at(where));
const json = ({stdout}: Ran): unknown => JSON.parse(stdout) as unknown;

const held = (when: string, end: string) =>
	rule(when, [{do: 'message', text: ['Working ', {hold: when}, end]}]);
const anything = rule(/[\s\S]/, [{do: 'message', text: ['So ', {hold: 'held'}, 'it is.']}]);
const push = rule(
	'Push',
	[{do: 'command', command: 'touch pushed', justification: 'the network'}],
	[say('Pushed.')],
);

/** Resolves once the program has joined the thread `times` times. */
const joined = async (tripwire: Awaited<ReturnType<typeof beginTripwire>>, times = 1): Promise<void> => {
	await tripwire.waitFor(() => {
		const asks = tripwire.sent().filter(({frame}) => frame?.method === 'thread/resume');
		const answers = asks.filter(({connection, frame}) =>
			tripwire
				.frames()
				.some(
					each =>
						each.from === 'server' &&
						each.connection === connection &&
						each.frame?.method === undefined &&
						each.frame?.id === frame?.id,
				),
		);
		return answers.length >= times;
	});
};

const beginWorking = async () => {
	const scenario = await begin([held('Work on it', 'on it.'), push]);
	await scenario.pilot.startThread();
	const turnId = await scenario.pilot.say('Work on it');
	await scenario.model.holding('Work on it');
	const tripwire = await beginTripwire(scenario);
	return {scenario, turnId, tripwire, where: {...scenario, endpoint: tripwire.endpoint}};
};

describe('interrupt', () => {
	test('stops the turn that runs and says so when it has ended; without one it refuses', async () => {
		const {scenario, turnId} = await beginWorking();
		const threadId = scenario.pilot.threadId();
		const ran = await run(scenario, 'interrupt', '--json');
		expect(ran).toMatchObject({code: 0, stderr: ''});
		expect(json(ran)).toEqual({
			jumpseat: 1,
			type: 'jumpseat/interrupted',
			threadId,
			turnId,
			status: 'interrupted',
		});
		await scenario.pilot.turnEnded(turnId);
		expect(await run(scenario, 'interrupt')).toEqual({
			code: 4,
			stdout: '',
			stderr: 'No turn is running. Nothing was interrupted.\n',
		});
	});

	test('stops a review, which goes by two ids', async () => {
		const scenario = await beginWith(
			['Good morning'],
			[rule('Good morning', [say('Good morning.')]), anything],
		);
		const {pilot, model} = scenario;
		await pilot.client.call('review/start', {
			threadId: pilot.threadId(),
			target: {type: 'custom', instructions: 'look'},
			delivery: 'inline',
		});
		await model.holding('held');
		const waiting = start(scenario, 'wait', '--for', 'turn');
		expect(await run(scenario, 'send', 'hurry up')).toMatchObject({code: 4, stdout: ''});
		expect(await run(scenario, 'interrupt')).toEqual({code: 0, stdout: '', stderr: ''});
		expect(await waiting.ended).toMatchObject({code: 130, stdout: ''});
	});
});

describe('wait', () => {
	test('hears of items at their end only: what streams meanwhile is not sent to it', async () => {
		const {scenario, turnId, tripwire, where} = await beginWorking();
		const seat = start(where, 'wait', '--for', 'turn');
		await joined(tripwire);
		scenario.model.release('Work on it');
		await scenario.pilot.turnEnded(turnId);
		expect(await seat.ended).toMatchObject({code: 0, stdout: 'Working on it.\n'});
		const told = tripwire
			.frames()
			.flatMap(({from, frame}) => (from === 'server' ? (frame?.method ?? []) : []));
		expect(told).toContain('item/completed');
		expect(told.filter(method => /delta$/i.test(method))).toEqual([]);
		const piloted = scenario.pilot.client.frames().map(({method}) => method);
		expect(piloted).toContain('item/agentMessage/delta');
	});

	test('for idle: at once when idle, else when the turn has ended, and not before', async () => {
		const {scenario, turnId, tripwire, where} = await beginWorking();
		const seat = start(where, 'wait');
		await joined(tripwire);
		expect(seat.stdout()).toBe('');
		scenario.model.release('Work on it');
		expect(await seat.ended).toEqual({code: 0, stdout: 'idle\n', stderr: ''});
		await scenario.pilot.turnEnded(turnId);
		expect(json(await run(scenario, 'wait', '--for', 'idle', '--json'))).toEqual({
			jumpseat: 1,
			type: 'jumpseat/idle',
			threadId: scenario.pilot.threadId(),
			status: 'idle',
		});
	});

	test('for a turn: the end of the one that runs, else of the next one', async () => {
		const {scenario, turnId, tripwire, where} = await beginWorking();
		const {pilot, model} = scenario;
		const seat = start(where, 'wait', '--for', 'turn', '--json');
		await joined(tripwire);
		model.release('Work on it');
		expect(json(await seat.ended)).toEqual({
			jumpseat: 1,
			type: 'jumpseat/turn',
			threadId: pilot.threadId(),
			turnId,
			status: 'completed',
			error: null,
			message: 'Working on it.',
		});
		await pilot.turnEnded(turnId);
		const next = start(where, 'wait', '--for', 'turn');
		await joined(tripwire, 2);
		await pilot.play('Anything else?');
		expect(await next.ended).toEqual({code: 0, stdout: 'Noted.\n', stderr: ''});
	});

	test('for a request and for attention: what is asked, as `requests` tells it', async () => {
		const {scenario, turnId, tripwire, where} = await beginWorking();
		const {pilot, model} = scenario;
		const seats = [
			start(where, 'wait', '--for', 'request'),
			start(where, 'wait', '--for', 'attention', '--json'),
		] as const;
		await joined(tripwire, 2);
		model.release('Work on it');
		await pilot.turnEnded(turnId);
		await pilot.say('Push it');
		const [asked, needed] = await Promise.all(seats.map(({ended}) => ended));
		expect(asked).toMatchObject({
			code: 0,
			stderr: '',
			stdout: expect.stringMatching(/^0 {2}command {2}.*touch pushed.*\n$/),
		});
		expect(needed && json(needed)).toMatchObject({
			type: 'jumpseat/attention',
			why: 'request',
			requests: [{jumpseat: 1, type: 'jumpseat/request', id: 0, kind: 'command'}],
			error: null,
		});
		// Who comes later hears of it as well, and the thread is not idle.
		const later = await run(scenario, 'wait', '--for', 'request', '--json');
		expect(json(later)).toMatchObject({type: 'jumpseat/request', id: 0});
		expect(await run(scenario, 'wait', '--timeout', '50ms')).toMatchObject({
			code: 1,
			stdout: '',
			stderr: expect.stringMatching(/Gave up after 0\.05 s: /),
		});
	});

	test('for attention: a turn that failed', async () => {
		const scenario = await beginWith(
			['Good morning'],
			[rule('Break', [{do: 'fail', status: 400, message: 'no such luck'}])],
		);
		const tripwire = await beginTripwire(scenario);
		const seat = start({...scenario, endpoint: tripwire.endpoint}, 'wait', '--for', 'attention');
		await joined(tripwire);
		await scenario.pilot.play('Break it');
		const ran = await seat.ended;
		expect(ran).toMatchObject({code: 0, stderr: ''});
		expect(ran.stdout).toMatch(/^Turn 2 failed: .*no such luck.*\n$/);
	});

	test('over a lost connection: what ended meanwhile is told', async () => {
		const {scenario, turnId, tripwire, where} = await beginWorking();
		const seat = start(where, 'wait', '--for', 'turn');
		await joined(tripwire);
		tripwire.shut();
		tripwire.cut();
		scenario.model.release('Work on it');
		await scenario.pilot.turnEnded(turnId);
		tripwire.open();
		expect(await seat.ended).toEqual({code: 0, stdout: 'Working on it.\n', stderr: ''});
	});

	test('for a thread that nobody has open: it is idle, and its next turn is one that somebody starts', async () => {
		const scenario = await beginWith(['Good morning']);
		const {pilot} = scenario;
		const threadId = pilot.threadId();
		await pilot.client.call('thread/unsubscribe', {threadId});
		await pilot.client.call('thread/archive', {threadId});
		await pilot.client.call('thread/unarchive', {threadId});
		const tripwire = await beginWatched(scenario);
		const where = {...scenario, endpoint: tripwire.endpoint};
		expect(await run(where, 'wait', threadId)).toEqual({code: 0, stdout: 'not loaded\n', stderr: ''});
		expect(await run(where, 'send', threadId, 'hello')).toMatchObject({code: 4, stdout: ''});
		expect(sentCount(tripwire, 'thread/resume')).toBe(0);
		const seat = start(where, 'wait', threadId, '--for', 'turn');
		await tripwire.waitFor(() => sentCount(tripwire, 'thread/turns/list') === 3);
		await pilot.client.call('thread/resume', {threadId});
		await pilot.play('Are you there?');
		expect(await seat.ended).toEqual({code: 0, stdout: 'Noted.\n', stderr: ''});
	});
});
