/** `jumpseat tail` of the built program on the real server: byte for byte, over a lost connection, into a closing pipe. */
import {spawn} from 'node:child_process';
import {expect, onTestFinished, test} from 'vitest';
import {connectRawClient, type RawClient} from '../../source/demo/json-rpc-client.ts';
import {startCli} from '../support/cli.ts';
import type {Scenario} from '../support/harness.ts';
import {openPty} from '../support/pty.ts';
import {
	beginTripwire,
	beginWith,
	openJumpseat,
	personEnv,
	program,
	rule,
	say,
	startTurn,
	untilGone,
} from './support.ts';

type Line = {readonly type?: string; readonly method?: string; readonly [key: string]: unknown};

const linesOf = (stdout: string): readonly string[] => stdout.split('\n').slice(0, -1);
const parsed = (line: string | undefined): Line => JSON.parse(line ?? '{}') as Line;
const methodsIn = (stdout: string): readonly unknown[] =>
	linesOf(stdout).map(line => parsed(line).type ?? parsed(line).method);

const tailOf = ({endpoint}: Pick<Scenario, 'endpoint'>, ...more: readonly string[]) =>
	startCli(['tail', '--connect', endpoint, ...more]);

/** Everything that JSON lets stand raw in a string and that a terminal may act on, and what it must escape. */
const hostile = 'Grüße, 日本 \u0001\u001b[31m\u007f\u0085\u202e\u2028 "quoted" \\ and\na line';
const work = rule(
	'Work',
	[
		{do: 'reason', summary: ['Let me think.']},
		{do: 'command', command: 'printf "one\\ntwo\\n"'},
	],
	[{do: 'message', text: [{hold: 'middle'}, hostile]}],
);

const watch = async (endpoint: string, threadId: string): Promise<RawClient> => {
	const client = await connectRawClient({endpoint, clientName: 'watcher'});
	onTestFinished(() => client.close());
	await client.call('thread/resume', {threadId, excludeTurns: true});
	return client;
};

test('behind its first line, --json is what the server says of the thread, byte for byte', async () => {
	const scenario = await beginWith(['hello'], [work]);
	const {pilot} = scenario;
	const threadId = pilot.threadId();
	const tripwire = await beginTripwire(scenario);
	const tail = tailOf(tripwire, '--json', '--since', 'now');
	await tail.wrote('jumpseat/hydrated');
	const watcher = await watch(tripwire.endpoint, threadId);
	const turnId = await pilot.say('Work');
	await scenario.model.holding('middle');
	scenario.model.release('middle');
	await watcher.waitFor(({method, params}) => method === 'turn/completed' && params?.threadId === threadId);
	await tail.wrote('"turn/completed"');
	tail.kill('SIGINT');
	expect(await tail.ended).toMatchObject({code: 130, stderr: ''});

	const [envelope, ...frames] = linesOf(tail.stdout());
	expect(parsed(envelope)).toMatchObject({jumpseat: 1, type: 'jumpseat/hydrated', threadId, turns: []});
	const delivered = (connection: number): readonly string[] => {
		const all = tripwire.frames().filter(frame => frame.connection === connection && frame.from === 'server');
		const begin = all.findIndex(({frame}) => frame?.method === 'turn/started');
		return all
			.slice(begin)
			.filter(({frame}) => frame?.method !== undefined && frame.params?.threadId === threadId)
			.map(({text}) => text);
	};
	const begin = frames.findIndex(frame => parsed(frame).method === 'turn/started');
	expect(frames.slice(begin)).toEqual(delivered(0).slice(0, frames.length - begin));
	// What another client was told, which has nothing to do with ours.
	expect(frames.slice(begin)).toEqual(delivered(1).slice(0, frames.length - begin));
	expect(frames.slice(begin).map(frame => parsed(frame).method)).toEqual(
		expect.arrayContaining(['item/started', 'item/agentMessage/delta', 'item/completed', 'turn/completed']),
	);
	expect(tail.stdout()).toContain(turnId);
});

test('--since chooses the turns of the first line, --events the frames behind it, --until idle ends it', async () => {
	const scenario = await beginWith(['first', 'second']);
	const turnsSince = async (since: string): Promise<readonly string[]> => {
		const {code, stdout, stderr} = await tailOf(scenario, '--json', '--until', 'idle', '--since', since)
			.ended;
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		const {turns} = parsed(linesOf(stdout)[0]) as unknown as {
			turns: ReadonlyArray<{items: readonly unknown[]}>;
		};
		return turns.map(turn => /first|second/.exec(JSON.stringify(turn.items))?.[0] ?? '');
	};
	expect(await turnsSince('start')).toEqual(['first', 'second']);
	expect(await turnsSince('turn')).toEqual(['second']);
	expect(await turnsSince('now')).toEqual([]);

	const tail = tailOf(
		scenario,
		'--json',
		'--since',
		'now',
		'--events',
		'turn/*',
		'--events',
		'item/comp?eted',
	);
	await tail.wrote('jumpseat/hydrated');
	await scenario.pilot.play('third');
	await tail.wrote('turn/completed');
	tail.kill('SIGTERM');
	expect((await tail.ended).code).toBe(143);
	expect(methodsIn(tail.stdout())).toEqual([
		'jumpseat/hydrated',
		'turn/started',
		'item/completed',
		'item/completed',
		'turn/completed',
	]);
});

test('a pipe that closes ends it with 0 and without a word', async () => {
	const scenario = await beginWith(['hello'], [work]);
	const script = '{ "$@"; echo "code $?" >&2; } | head -n 1';
	const args = [process.execPath, program, 'tail', '--connect', scenario.endpoint, '--json'];
	const shell = spawn('sh', ['-c', script, 'sh', ...args], {
		env: personEnv(),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	onTestFinished(() => {
		shell.kill('SIGKILL');
	});
	let stdout = '';
	let stderr = '';
	shell.stdout.setEncoding('utf8').on('data', text => {
		stdout += text;
	});
	shell.stderr.setEncoding('utf8').on('data', text => {
		stderr += text;
	});
	const closed = new Promise(resolve => shell.once('close', resolve));
	await expect.poll(() => stdout, {timeout: 20_000}).toContain('\n');
	await scenario.pilot.play('and again');
	await closed;
	expect(methodsIn(stdout)).toEqual(['jumpseat/hydrated']);
	expect(stderr).toBe('code 0\n');
});

test('text: each item once it has ended, what waits for a person at once, plain in a pipe', async () => {
	const scenario = await beginWith(
		['hello'],
		[
			rule(
				'Push',
				[{do: 'command', command: 'echo pushed', justification: 'It needs the network'}],
				[{do: 'message', text: ['Done ', {hold: 'end'}, 'and done.']}],
			),
		],
	);
	const {pilot} = scenario;
	const tail = tailOf(scenario);
	await tail.wrote('hello');
	const turnId = await pilot.say('Push');
	const {id} = await pilot.asked('item/commandExecution/requestApproval');
	await tail.wrote(`jumpseat answer ${id} accept`);
	expect(tail.stdout()).not.toContain('✓');
	pilot.client.respond(id, {decision: 'accept'});
	await tail.wrote('answered');
	await scenario.model.holding('end');
	expect(tail.stdout()).not.toContain('Done');
	scenario.model.release('end');
	await pilot.turnEnded(turnId);
	await tail.wrote('turn 2');
	tail.kill('SIGINT');
	expect(await tail.ended).toMatchObject({code: 130, stderr: ''});
	for (const once of ['hello', 'Push', 'Done and done.', 'answered', 'jumpseat answer'])
		expect(tail.stdout().split(once)).toHaveLength(2);
	expect(tail.stdout()).not.toContain('\u001b');
});

test('a connection that breaks in the middle of a turn: said on stderr, and nothing twice or missing', async () => {
	const scenario = await beginWith(['hello'], [work]);
	const {pilot} = scenario;
	const tripwire = await beginTripwire(scenario);
	const text = tailOf(tripwire, '--since', 'start');
	const json = tailOf(tripwire, '--json');
	await text.wrote('hello');
	await json.wrote('jumpseat/hydrated');
	const turnId = await pilot.say('Work');
	await scenario.model.holding('middle');
	await text.wrote('printf');
	await json.wrote('commandExecution');
	tripwire.cut();
	await json.wrote('jumpseat/gap');
	await text.wrote('back');
	await json.wrote('back');
	scenario.model.release('middle');
	await pilot.turnEnded(turnId);
	await pilot.play('Bye');
	await text.wrote('turn 3');
	await json.wrote('Bye');
	text.kill('SIGINT');
	json.kill('SIGINT');
	const told = await text.ended;
	expect(told.stderr).toMatch(/^The connection is lost, trying again: .*\nThe connection is back\.\n$/);
	for (const once of ['hello', 'Work', 'Grüße', 'printf', 'Bye', 'turn 1', 'turn 2', 'turn 3'])
		expect(told.stdout.split(once)).toHaveLength(2);

	const lines = linesOf((await json.ended).stdout).map(parsed);
	const ours = lines.filter(({type}) => type?.startsWith('jumpseat/'));
	expect(ours.map(({type}) => type)).toEqual(['jumpseat/hydrated', 'jumpseat/gap', 'jumpseat/hydrated']);
	const again = ours[2] as unknown as {turns: ReadonlyArray<{id: string}>};
	expect(again.turns.map(({id}) => id)).toEqual([turnId]);
	expect(lines.filter(({method}) => method === 'turn/completed')).toHaveLength(2);
});

test('a thread that nobody has open: what is stored, and the rest as soon as somebody opens it', async () => {
	const scenario = await beginWith(['hello'], [rule('Go on', [say('Here we are.')])]);
	const threadId = scenario.pilot.threadId();
	await scenario.server.restart();
	const {code, stdout, stderr} = await tailOf(scenario, threadId, '--until', 'idle').ended;
	expect({code, stderr}).toEqual({code: 0, stderr: ''});
	expect(stdout).toContain('hello');
	const tail = tailOf(scenario, threadId);
	await tail.wrote('Nobody has this thread open');
	const opener = await watch(scenario.endpoint, threadId);
	const turn = await startTurn(opener, threadId, 'Go on');
	await turn.ended();
	await tail.wrote('turn 2');
	tail.kill('SIGINT');
	expect((await tail.ended).stdout.match(/hello|Here we are/g)).toEqual(['hello', 'Here we are']);
});

test('a server that is killed in the middle of a turn: waits for the thread, then goes on, and nothing twice', async () => {
	const scenario = await beginWith(['hello'], [work, rule('Go on', [say('Here we are.')])]);
	const threadId = scenario.pilot.threadId();
	const text = tailOf(scenario, threadId, '--since', 'start');
	const json = tailOf(scenario, threadId, '--json');
	await text.wrote('hello');
	await json.wrote('jumpseat/hydrated');
	const turnId = await scenario.pilot.say('Work');
	await scenario.model.holding('middle');
	await text.wrote('printf');
	await scenario.server.kill('SIGKILL');
	await json.wrote('jumpseat/gap');
	await scenario.server.restart();
	await text.wrote('Nobody has this thread open');
	await json.wrote('Nobody has this thread open');
	const opener = await watch(scenario.endpoint, threadId);
	const turn = await startTurn(opener, threadId, 'Go on');
	await turn.ended();
	await text.wrote('Here we are.');
	await json.wrote('"turn/completed"');
	text.kill('SIGINT');
	json.kill('SIGINT');
	const told = (await text.ended).stdout;
	for (const once of ['hello', 'Work', 'printf', 'Go on', 'Here we are.'])
		expect(told.split(once), once).toHaveLength(2);

	const ours = linesOf((await json.ended).stdout)
		.map(parsed)
		.filter(({jumpseat}) => jumpseat !== undefined);
	expect(ours.map(({type, waitingFor}) => [type, waitingFor])).toEqual([
		['jumpseat/hydrated', null],
		['jumpseat/gap', undefined],
		['jumpseat/hydrated', 'notLoaded'],
		['jumpseat/hydrated', null],
	]);
	// Listed again: the turn that the gap cut.
	expect(JSON.stringify(ours[2]?.turns)).toContain(turnId);
});

test('colours for a terminal that has them; as JSON nothing that acts on it', async () => {
	const scenario = await beginWith(['Work'], [rule('Work', [say(hostile)])]);
	const shown = async (settings: readonly string[], ...args: readonly string[]): Promise<string> => {
		const command = [process.execPath, program, 'tail', '-c', scenario.endpoint, '--until', 'idle', ...args];
		const pty = openPty('/usr/bin/env', [...settings, ...command], {
			columns: 80,
			rows: 30,
			cwd: scenario.workdir,
			env: personEnv(scenario),
		});
		onTestFinished(() => pty.kill());
		expect(await pty.exit).toMatchObject({code: 0});
		return pty.output();
	};
	expect(await shown([])).toMatch(/\u001b\[[\d;]*m/);
	expect(await shown(['NO_COLOR=1'])).not.toContain('\u001b');
	expect(await shown(['TERM=dumb'])).not.toContain('\u001b');
	const json = await shown([], '--json');
	expect(json).toContain('\\u007f\\u0085\\u202e\\u2028');
	expect(json).not.toMatch(/[\u001b\u007f-\u009f\u202e\u2028]/);
});

test('what cannot be streamed is one line on stderr, its exit code, and nothing on stdout', async () => {
	const scenario = await beginWith(['one']);
	await scenario.pilot.startThread();
	await scenario.pilot.play('two');
	const ends = async (...args: readonly string[]) => {
		const {code, stdout, stderr} = await tailOf(scenario, ...args).ended;
		expect(stdout).toBe('');
		return {code, first: stderr.split('\n')[0]};
	};
	expect(await ends()).toEqual({code: 2, first: expect.stringContaining('Several threads are live')});
	expect(await ends('nothing-like-it')).toEqual({
		code: 3,
		first: expect.stringContaining('There is no thread'),
	});
	expect(await ends('--events', '*')).toEqual({code: 2, first: expect.stringContaining('--json')});
	expect(await ends('-c', 'unix:///nowhere/at/all')).toMatchObject({code: 2});
	const {code, stdout, stderr} = await startCli(['tail', '-c', 'unix:///nowhere/at/all']).ended;
	expect({code, stdout, lines: stderr.split('\n').length}).toEqual({code: 3, stdout: '', lines: 2});
});

test('a terminal that is stopped stops nothing but itself', async () => {
	const scenario = await beginWith(
		['hello'],
		[rule('Much', [{do: 'message', text: 'word '.repeat(60_000), deltaChars: 50_000}])],
	);
	const pty = openJumpseat(scenario, {args: ['tail']});
	await pty.waitFor('turn 1');
	pty.pause();
	await scenario.pilot.play('Much');
	await scenario.pilot.play('More');
	pty.signal('SIGTERM');
	await untilGone(pty.pid);
	pty.resume();
	expect(await pty.exit).toMatchObject({code: 143});
});
