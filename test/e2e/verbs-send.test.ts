/** `send`, `interrupt` and `wait` by the built program, against the real server: where it goes, and what is told. */
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {asArray, asRecord, asString} from '../../source/protocol/fields.ts';
import {type CliOptions, type Ran, runCli, startCli} from '../support/cli.ts';
import type {Scenario} from '../support/harness.ts';
import type {RecordedFrame} from '../support/tripwire.ts';
import {begin, beginWith, rule, say} from './support.ts';
import {beginWatched, sentCount, userMessages} from './writing.ts';

const isCommand = (item: unknown): boolean => asRecord(item)?.type === 'commandExecution';

const held = (when: string, end: string) =>
	rule(when, [{do: 'message', text: ['Working ', {hold: when}, end]}]);

type Words = readonly string[];
type At = Pick<Scenario, 'env' | 'workdir'> & {readonly endpoint: string};

const at = ({env, workdir}: At, options: CliOptions = {}): CliOptions => ({
	cwd: workdir,
	...options,
	env: {...env, ...options.env},
});
const run = (where: At, args: Words, options?: CliOptions): Promise<Ran> =>
	runCli([...args, '--connect', where.endpoint, '--name', 'Ada'], at(where, options));
const start = (where: At, args: Words, options?: CliOptions) =>
	startCli([...args, '--connect', where.endpoint, '--name', 'Ada'], at(where, options));
const jsonLines = ({stdout}: Ran): readonly unknown[] =>
	stdout
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line) as unknown);

/** A scenario in a turn that stands at its hold. */
const beginWorking = async (more: Parameters<typeof begin>[0] = []) => {
	const scenario = await begin([held('Work on it', 'on it.'), ...more]);
	await scenario.pilot.startThread();
	const turnId = await scenario.pilot.say('Work on it');
	await scenario.model.holding('Work on it');
	return {scenario, turnId};
};

describe('send', () => {
	test('starts a turn when idle and prints its final message', async () => {
		const scenario = await beginWith(['Good morning'], [rule('And you', [say('**Fine**, thanks.')])]);
		const tripwire = await beginWatched(scenario);
		const where = {...scenario, endpoint: tripwire.endpoint};
		expect(await run(where, ['send', 'And you?', '--wait'])).toEqual({
			code: 0,
			stdout: '**Fine**, thanks.\n',
			stderr: '',
		});
		expect(await run(where, ['send', '/etc/hosts is empty'])).toEqual({code: 0, stdout: '', stderr: ''});
		const {pilot} = scenario;
		expect(await userMessages(pilot.client, pilot.threadId())).toEqual([
			'Good morning',
			'And you?',
			'/etc/hosts is empty',
		]);
	});

	test('steers the running turn, and waits for its end', async () => {
		const {scenario, turnId} = await beginWorking([rule('keep the API', [say('Kept.')])]);
		const {pilot, model} = scenario;
		const tripwire = await beginWatched(scenario);
		const where = {...scenario, endpoint: tripwire.endpoint};
		const seat = start(where, ['send', pilot.threadId(), '-', '--wait', '--json'], {
			stdin: 'keep the API\nas it is\n',
		});
		await seat.wrote('jumpseat/sent');
		model.release('Work on it');
		const ran = await seat.ended;
		expect(ran).toMatchObject({code: 0, stderr: ''});
		expect(jsonLines(ran)).toEqual([
			{
				jumpseat: 1,
				type: 'jumpseat/sent',
				aim: 'steer',
				joinedAnother: false,
				threadId: pilot.threadId(),
				turnId,
				messageId: expect.stringMatching(/^jumpseat:Ada:[0-9a-f-]{36}$/),
			},
			{
				jumpseat: 1,
				type: 'jumpseat/turn',
				threadId: pilot.threadId(),
				turnId,
				status: 'completed',
				error: null,
				message: 'Kept.',
			},
		]);
		expect(await userMessages(pilot.client, pilot.threadId())).toEqual([
			'Work on it',
			'keep the API\nas it is',
		]);
	});

	test('a queued message runs after the turn, and its own turn is waited for', async () => {
		const {scenario, turnId} = await beginWorking([rule('Then this', [say('Done that.')])]);
		const seat = start(scenario, ['send', 'Then this', '--queue', '--wait', '--json']);
		await seat.wrote('jumpseat/sent');
		scenario.model.release('Work on it');
		const ran = await seat.ended;
		expect(ran).toMatchObject({code: 0, stderr: ''});
		const [sent, ended] = jsonLines(ran);
		expect(sent).toMatchObject({aim: 'queue', turnId: null});
		expect(ended).toMatchObject({status: 'completed', message: 'Done that.'});
		expect(ended).not.toMatchObject({turnId});
		// When nothing runs, it runs at once.
		expect(await run(scenario, ['send', 'Then this', '--queue', '--wait'])).toEqual({
			code: 0,
			stdout: 'Done that.\n',
			stderr: '',
		});
	});

	test('--start and --steer refuse what they do not mean, and send nothing', async () => {
		const {scenario, turnId} = await beginWorking();
		const tripwire = await beginWatched(scenario);
		const where = {...scenario, endpoint: tripwire.endpoint};
		expect(await run(where, ['send', 'x', '--start'])).toEqual({
			code: 4,
			stdout: '',
			stderr:
				'A turn is running, and --start was given: nothing was sent. Without an option it goes into the turn, with --queue behind it.\n',
		});
		scenario.model.release('Work on it');
		await scenario.pilot.turnEnded(turnId);
		expect(await run(where, ['send', 'x', '--steer'])).toEqual({
			code: 4,
			stdout: '',
			stderr: 'No turn is running, and --steer was given: nothing was sent.\n',
		});
		expect(sentCount(tripwire, 'turn/start') + sentCount(tripwire, 'turn/steer')).toBe(0);
	});

	test('a turn that fails, one that is interrupted, and a message that nobody read', async () => {
		const scenario = await beginWith(
			['Good morning'],
			[
				rule('Break', [{do: 'fail', status: 400, message: 'no such luck'}]),
				held('Work', 'on it.'),
				rule('Sleep', [{do: 'command', command: 'until [ -e go ]; do sleep 0.05; done', yieldMs: 30_000}]),
			],
		);
		const {pilot, model} = scenario;
		const failed = await run(scenario, ['send', 'Break it', '--wait']);
		expect(failed).toMatchObject({code: 1, stdout: ''});
		expect(failed.stderr).toMatch(/^Turn 2 failed: .*no such luck.*\n$/);

		const working = start(scenario, ['send', 'Work', '--wait']);
		await model.holding('Work');
		expect(await run(scenario, ['interrupt'])).toEqual({code: 0, stdout: '', stderr: ''});
		expect(await working.ended).toEqual({code: 130, stdout: '', stderr: 'Turn 3 was interrupted.\n'});

		const turnId = await pilot.say('Sleep');
		await pilot.client.waitFor(
			({method, params}) =>
				method === 'item/started' &&
				params?.turnId === turnId &&
				(params.item as {type?: unknown}).type === 'commandExecution',
		);
		const unread = start(scenario, ['send', 'hurry up', '--steer', '--wait', '--json']);
		await unread.wrote('jumpseat/sent');
		await pilot.interrupt(turnId);
		expect(await unread.ended).toMatchObject({
			code: 130,
			stdout: expect.stringContaining('"status":"interrupted"'),
			stderr: 'The turn was interrupted before the agent read the message.\n',
		});
	});

	test('what waits for a person meanwhile is said once', async () => {
		const scenario = await beginWith(
			['Good morning'],
			[
				rule(
					'Push',
					[{do: 'command', command: 'touch pushed', justification: 'needs the network'}],
					[say('Pushed.')],
				),
			],
		);
		const {pilot} = scenario;
		const seat = start(scenario, ['send', 'Push it', '--wait']);
		const {id} = await pilot.asked('item/commandExecution/requestApproval');
		await seat.wrote('Waits for a person');
		pilot.client.respond(id, {decision: 'accept'});
		const ran = await seat.ended;
		expect(ran).toMatchObject({code: 0, stdout: 'Pushed.\n'});
		expect(ran.stderr).toMatch(
			/^Waits for a person: 0 {2}command {2}.*touch pushed.*jumpseat answer 0 accept \|.*\n$/,
		);
	});

	test('--wait goes on over a lost connection, for a turn and for the queue, also one that is parked', async () => {
		const {scenario, turnId} = await beginWorking([
			held('and mind the API', 'with it.'),
			rule('Then this', [say('Done that.')]),
		]);
		const {pilot, model} = scenario;
		const tripwire = await beginWatched(scenario);
		const where = {...scenario, endpoint: tripwire.endpoint};
		const seats = [
			start(where, ['send', 'and mind the API', '--wait', '--json']),
			start(where, ['send', 'Then this', '--queue', '--wait', '--json']),
		] as const;
		for (const seat of seats) await seat.wrote('jumpseat/sent');
		// The steer cuts the message that stood at its hold.
		await model.holding('and mind the API');
		tripwire.shut();
		tripwire.cut();
		await pilot.interrupt(turnId);
		await pilot.turnEnded(turnId);
		tripwire.open();
		await seats[1].wrote('The turn before it was interrupted, and the queue waits until somebody goes on.');
		const [steered, queued] = seats;
		// Whether the agent had read it is the model’s business; that the turn was interrupted is not.
		expect(await steered.ended).toMatchObject({
			code: 130,
			stdout: expect.stringContaining('"status":"interrupted"'),
		});
		await pilot.client.call('thread/queue/start', {threadId: pilot.threadId()});
		expect(await queued.ended).toMatchObject({
			code: 0,
			stdout: expect.stringContaining('"message":"Done that."'),
		});
		expect(sentCount(tripwire, 'turn/steer') + sentCount(tripwire, 'thread/queue/add')).toBe(2);
	});

	test('a message that somebody takes out of the queue has no turn', async () => {
		const {scenario} = await beginWorking();
		const {pilot, model} = scenario;
		const threadId = pilot.threadId();
		const seat = start(scenario, ['send', 'Then this', '--queue', '--wait']);
		await pilot.client.waitFor(({method}) => method === 'thread/queue/changed');
		const {data} = await pilot.client.call('thread/queue/list', {threadId});
		const queuedSubmissionId = asString(asRecord(asArray(data)?.[0])?.id) ?? '';
		await pilot.client.call('thread/queue/delete', {threadId, queuedSubmissionId});
		model.release('Work on it');
		expect(await seat.ended).toEqual({
			code: 1,
			stdout: '',
			stderr: 'The message left the queue without a turn: somebody removed it.\n',
		});
	});

	for (const kind of ['start', 'steer', 'queue'] as const) {
		test(`a ${kind} whose connection breaks is found by its id, or said to be unknown; never sent again`, async () => {
			const method = {start: 'turn/start', steer: 'turn/steer', queue: 'thread/queue/add'}[kind];
			const command = 'until [ -e go ]; do sleep 0.05; done; rm go';
			const scenario = await beginWith(
				['Good morning'],
				[rule('Task', [{do: 'command', command, yieldMs: 30_000}], [say('It went.')])],
			);
			const {pilot, workdir} = scenario;
			const tripwire = await beginWatched(scenario);
			const where = {...scenario, endpoint: tripwire.endpoint};
			for (const lost of ['it', 'the answer'] as const) {
				const text = `${kind}: ${lost} is lost`;
				if (kind !== 'start') {
					const turnId = await pilot.say('Task');
					await pilot.client.waitFor(
						({method: told, params}) =>
							told === 'item/started' && params?.turnId === turnId && isCommand(params.item),
					);
				}
				let isCut = false;
				let ours: RecordedFrame | undefined;
				tripwire.judge(recorded => {
					const {frame, connection} = recorded;
					if (isCut) return 'pass';
					if (frame?.method === method) ours = recorded;
					const isAnswer =
						frame?.method === undefined && frame?.id === ours?.frame?.id && connection === ours?.connection;
					isCut = ours !== undefined && (lost === 'it' || isAnswer);
					return isCut ? 'cutBefore' : 'pass';
				});
				const seat = start(where, ['send', text, ...(kind === 'queue' ? ['--queue'] : [])]);
				await tripwire.waitFor(() => isCut && tripwire.connected() === 1);
				if (kind !== 'start') writeFileSync(path.join(workdir, 'go'), '');
				const {code, stdout, stderr} = await seat.ended;
				expect(stdout).toBe('');
				const texts = async () =>
					(await userMessages(pilot.client, pilot.threadId())).filter(each => each === text);
				if (lost === 'it') {
					expect({code, stderr}).toMatchObject({
						code: 5,
						stderr: expect.stringMatching(
							/^It is not known whether the message arrived, and nothing was sent again: .*\n$/,
						),
					});
					expect(await texts()).toEqual([]);
				} else {
					expect({code, stderr}).toEqual({code: 0, stderr: ''});
					await expect.poll(texts).toEqual([text]);
				}
				expect(sentCount(tripwire, method)).toBe(lost === 'it' ? 1 : 2);
				expect((await run(scenario, ['wait'])).code).toBe(0);
			}
		});
	}
});
