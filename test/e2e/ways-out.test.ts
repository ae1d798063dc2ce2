/**
 * Every way out leaves the terminal as it was, the last lines of the thread in it, and the turn running. One turn
 * stands in the middle of its message all the while, and is finished at the end.
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import process from 'node:process';
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest';
import {type Scenario, startScenario} from '../support/harness.ts';
import {openPty, type Pty} from '../support/pty.ts';
import {startTripwire, type Tripwire} from '../support/tripwire.ts';
import {
	childrenOf,
	isAlive,
	leftTerminal,
	personEnv,
	program,
	rule,
	saneTerminal,
	say,
	stopped,
	untilGone,
} from './support.ts';

let scenario: Scenario;
let tripwire: Tripwire;
let turnId: string;

beforeAll(async () => {
	scenario = await startScenario({
		rules: [
			rule('Tell me', [{do: 'message', text: ['Once upon a time ', {hold: 'middle'}, 'there was a test.']}]),
			rule('Good morning', [say('Good morning to you.')]),
		],
	});
	tripwire = await startTripwire(scenario);
	await scenario.pilot.startThread();
	await scenario.pilot.play('Good morning');
	turnId = await scenario.pilot.say('Tell me');
	await scenario.model.holding('middle');
});

afterAll(async () => {
	await tripwire.stop();
	await scenario.stop();
});

/** A preload that throws where a program must never throw: out of a listener, on its own. */
const thrower = `data:text/javascript,${encodeURIComponent(
	"process.on('SIGUSR2', () => { throw new Error('thrown for the test'); });",
)}`;
const rejecter = `data:text/javascript,${encodeURIComponent(
	"process.on('SIGUSR2', () => { Promise.reject(new Error('rejected for the test')); });",
)}`;

/** In a shell that has printed something before, as a person's has. Counts as attached once it shows the running turn. */
const open = async (preload?: string): Promise<Pty> => {
	const node = [process.execPath, ...(preload === undefined ? [] : ['--import', preload])];
	const pty = openPty(
		'/bin/sh',
		[
			'-c',
			'echo "$ jumpseat --observe"; exec "$0" "$@"',
			...node,
			program,
			'-c',
			tripwire.endpoint,
			'--observe',
		],
		{columns: 120, rows: 30, cwd: scenario.workdir, env: personEnv(scenario)},
	);
	onTestFinished(() => pty.kill());
	await pty.waitFor('● live');
	await pty.waitFor('Tell me');
	return pty;
};

const expectUnsubscribed = async (connection: number): Promise<void> => {
	await tripwire.waitFor(
		frame =>
			frame.connection === connection &&
			frame.from === 'client' &&
			frame.frame?.method === 'thread/unsubscribe',
	);
};

type Way = {
	readonly name: string;
	readonly code: number;
	readonly go: (pty: Pty) => Promise<void> | void;
	readonly preload?: string;
	/** Said in the normal screen, after the last lines. */
	readonly says?: string;
};

const ways: readonly Way[] = [
	{name: 'q', code: 0, go: pty => pty.type('q')},
	{
		name: 'Ctrl+C twice',
		code: 130,
		async go(pty) {
			pty.press('ctrl-c');
			await pty.waitFor('Press Ctrl+C again to quit. The turn goes on either way.');
			pty.press('ctrl-c');
		},
	},
	{name: 'Ctrl+C twice in one burst', code: 130, go: pty => pty.type('\u0003\u0003')},
	{name: 'SIGINT', code: 130, go: pty => pty.signal('SIGINT')},
	{name: 'SIGTERM', code: 143, go: pty => pty.signal('SIGTERM')},
	{name: 'SIGHUP', code: 129, go: pty => pty.signal('SIGHUP')},
	{
		name: 'SIGTERM twice',
		code: 143,
		go: pty => {
			pty.signal('SIGTERM');
			pty.signal('SIGTERM');
		},
	},
	{
		name: 'q with the help open and the wheel on',
		code: 0,
		async go(pty) {
			pty.type('m?');
			await pty.waitFor('draw everything again');
			pty.type('q'); // Closes the help.
			await pty.waitFor('Tell me');
			pty.type('q');
		},
	},
	{
		name: 'a thrown error',
		code: 1,
		preload: thrower,
		go: pty => pty.signal('SIGUSR2'),
		says: 'Jumpseat failed, and should not have: Error: thrown for the test',
	},
	{
		name: 'a rejection that nobody handles',
		code: 1,
		preload: rejecter,
		go: pty => pty.signal('SIGUSR2'),
		says: 'Jumpseat failed, and should not have: Error: rejected for the test',
	},
];

for (const way of ways) {
	test(`${way.name}: the terminal is sane, the exit code is ${way.code}, and the server is told`, async () => {
		const pty = await open(way.preload);
		const connection = tripwire.upgrades().length - 1;
		expect(pty.onAlternateScreen()).toBe(true);
		// No child now: so none that could be left behind.
		expect(childrenOf(pty.pid)).toEqual([]);
		await way.go(pty);
		expect((await pty.exit).code).toBe(way.code);
		expect(await leftTerminal(pty)).toEqual(saneTerminal);
		const lines = pty.history();
		expect(lines[0]).toBe('$ jumpseat --observe');
		if (way.says === undefined) {
			expect(lines.join('\n')).toContain('Tell me');
			expect(lines.join('\n')).toContain('Good morning to you.');
		} else {
			expect(lines.join('\n')).toContain(way.says);
		}

		await expectUnsubscribed(connection);
		expect(isAlive(pty.pid)).toBe(false);
	});
}

test('Ctrl+Z gives the terminal back, and SIGCONT takes it again', async () => {
	const pty = await open();
	pty.press('ctrl-z');
	await pty.waitFor(() => !pty.onAlternateScreen());
	expect(await leftTerminal(pty)).toEqual(saneTerminal);
	await stopped(pty.pid);
	pty.signal('SIGCONT');
	await pty.waitFor(() => pty.onAlternateScreen());
	await pty.waitFor('Tell me');
	pty.type('q');
	expect((await pty.exit).code).toBe(0);
	expect(await leftTerminal(pty)).toEqual(saneTerminal);
});

test('the terminal vanishes: the process ends, and the server is told', async () => {
	// The owner of the terminal is another process, so that its end closes the terminal as a closed window does.
	const owner = spawn(
		process.execPath,
		[
			'--input-type=module',
			'-e',
			`import pty from '@lydell/node-pty';
			const [node, ...args] = process.argv.slice(1);
			const child = pty.spawn(node, args, {cols: 100, rows: 30, name: 'xterm-256color', env: process.env});
			let output = '';
			child.onData(text => {
				output += text;
				if (output.includes('Tell me')) { console.log(child.pid); output = ''; }
			});`,
			process.execPath,
			program,
			'-c',
			tripwire.endpoint,
			'--observe',
		],
		{
			cwd: new URL('../..', import.meta.url),
			env: personEnv(scenario),
			stdio: ['ignore', 'pipe', 'inherit'],
		},
	);
	onTestFinished(() => {
		owner.kill('SIGKILL');
	});
	const [line] = (await once(owner.stdout, 'data')) as [Buffer];
	const pid = Number.parseInt(String(line), 10);
	expect(isAlive(pid)).toBe(true);
	const connection = tripwire.upgrades().length - 1;
	owner.kill('SIGKILL');
	await expectUnsubscribed(connection);
	await untilGone(pid);
});

test('after all that the turn goes on to its end, asked for by nobody but the pilot', async () => {
	scenario.model.release('middle');
	await scenario.pilot.turnEnded(turnId);
	const end = scenario.pilot.client
		.frames()
		.find(
			({method, params}) =>
				method === 'turn/completed' && (params?.turn as {id?: unknown} | undefined)?.id === turnId,
		);
	expect(end?.params?.turn).toMatchObject({status: 'completed'});
	expect(scenario.model.requests()).toHaveLength(2);
	await expect.poll(() => tripwire.connected()).toBe(0);
});

test('the server is gone for good: q leaves with 5, and the terminal is sane', async () => {
	const pty = await open();
	await scenario.server.kill('SIGKILL');
	await pty.waitFor('○ connection lost');
	pty.type('q');
	expect((await pty.exit).code).toBe(5);
	expect(await leftTerminal(pty)).toEqual(saneTerminal);
	expect(pty.history().join('\n')).toContain('there was a test.');
});
