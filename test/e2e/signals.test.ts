/**
 * Signals, terminals that go away, disks that are full and defects: whatever it is, the terminal is as it was, the exit
 * code says it, no child is left, and what waits for a person still waits. A card stands open all the while, in a seat
 * that may answer; nobody here ever does. `ways-out.test.ts` has the ways out of a seat that only watches.
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {type Scenario, startScenario} from '../support/harness.ts';
import {openPty, type Pty} from '../support/pty.ts';
import {startTripwire, type Tripwire} from '../support/tripwire.ts';
import {type Asked, askFor, cardHas, command, methods} from './ask-scripts.ts';
import {
	childrenOf,
	eventually,
	leftTerminal,
	personEnv,
	program,
	rule,
	saneTerminal,
	say,
	stopped,
	untilGone,
} from './support.ts';

const size = {columns: 120, rows: 30};

let scenario: Scenario;
let tripwire: Tripwire;
let asked: Asked;
let folder: string;

beforeAll(async () => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-signals-'));
	scenario = await startScenario({rules: [rule('Good morning', [say('Good morning to you.')])]});
	tripwire = await startTripwire(scenario);
	await scenario.pilot.startThread();
	await scenario.pilot.play('Good morning');
	asked = await askFor(scenario, methods.command, command('printf waiting'));
});

afterAll(async () => {
	await tripwire.stop();
	await scenario.stop();
	rmSync(folder, {recursive: true, force: true});
});

type Preload = {
	readonly preload?: string;
	readonly args?: readonly string[];
	/** What the shell does before. */
	readonly shell?: string;
};

const openCard = async ({preload, args = [], shell = ''}: Preload = {}): Promise<Pty> => {
	const node = [process.execPath, ...(preload === undefined ? [] : ['--import', preload])];
	const words = [...node, program, '-c', tripwire.endpoint, ...args];
	const pty = openPty('/bin/sh', ['-c', `echo "$ jumpseat"; ${shell} exec "$0" "$@"`, ...words], {
		...size,
		cwd: scenario.workdir,
		env: personEnv(scenario),
	});
	onTestFinished(() => pty.kill());
	await pty.waitFor('● live');
	await pty.waitFor(cardHas('printf waiting'));
	return pty;
};

/** Git is asked for a name after the first picture. */
const untilChildless = async (pid: number): Promise<void> => {
	await expect.poll(() => childrenOf(pid), {timeout: 10_000}).toEqual([]);
};

const titlesLeft = (output: string): number =>
	output.split('\u001B[22;2t').length - output.split('\u001B[23;2t').length;

const expectLeft = async (pty: Pty, code: number, says = 'Good morning to you.'): Promise<void> => {
	const children = childrenOf(pty.pid).map(({pid}) => pid);
	expect(await pty.exit).toEqual({code, signal: undefined});
	expect(await leftTerminal(pty)).toEqual(saneTerminal);
	expect(titlesLeft(pty.output())).toBe(0);
	const lines = pty.history();
	expect(lines[0]).toBe('$ jumpseat');
	expect(lines.join('\n')).toContain(says);
	for (const child of children) await untilGone(child);
	expect(tripwire.sentMethods()).not.toContain('answer');
	expect(tripwire.sentMethods()).not.toContain('error answer');
	await expect.poll(() => tripwire.connected(), {timeout: 10_000}).toBe(0);
};

/** As the server streams: many pieces of a message of the turn that waits. */
const burst = (pieces: number, text: (piece: number) => string): void => {
	const threadId = scenario.pilot.threadId();
	const item = {type: 'agentMessage', id: 'burst', text: '', phase: null, memoryCitation: null};
	const {turnId} = asked;
	tripwire.inject(JSON.stringify({method: 'item/started', params: {threadId, turnId, item}}));
	for (let piece = 0; piece < pieces; piece += 1) {
		const params = {threadId, turnId, itemId: 'burst', delta: text(piece)};
		tripwire.inject(JSON.stringify({method: 'item/agentMessage/delta', params}));
	}
	const whole = Array.from({length: pieces}, (_, piece) => text(piece)).join('');
	const completed = {threadId, turnId, item: {...item, text: whole}};
	tripwire.inject(JSON.stringify({method: 'item/completed', params: completed}));
};

describe('a signal while a card is open', () => {
	test.each([
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 129],
		['SIGQUIT', 131],
	] as const)('%s: exit code %i, the terminal is sane, and nothing was answered', async (signal, code) => {
		const pty = await openCard();
		burst(50, piece => `piece ${piece} `);
		pty.signal(signal);
		await expectLeft(pty, code);
	});

	test('SIGPIPE and SIGUSR2 are nothing to it', async () => {
		const pty = await openCard({preload: `data:text/javascript,process.on('SIGUSR2',()=>{})`});
		pty.signal('SIGPIPE');
		pty.signal('SIGUSR2');
		burst(1, () => 'still here');
		await pty.waitFor('still here');
		pty.signal('SIGTERM');
		await expectLeft(pty, 143, 'still here');
	});
});

describe('stopped for a while', () => {
	const ways: ReadonlyArray<readonly [name: string, stop: (pty: Pty) => void]> = [
		['Ctrl+Z', pty => pty.press('ctrl-z')],
		['SIGTSTP from elsewhere', pty => pty.signal('SIGTSTP')],
	];
	test.each(ways)(
		'%s gives the terminal back; what came meanwhile, is there afterwards, and so is the card',
		async (_name, stop) => {
			const pty = await openCard();
			await untilChildless(pty.pid);
			stop(pty);
			await stopped(pty.pid);
			await pty.waitFor(() => !pty.onAlternateScreen());
			expect(await leftTerminal(pty)).toEqual(saneTerminal);
			expect(titlesLeft(pty.output())).toBe(0);
			const written = pty.bytesReceived();
			burst(2000, piece => (piece === 1999 ? 'the last piece' : `piece ${piece} `));
			pty.resize(100, 40);
			pty.signal('SIGCONT');
			await pty.waitFor('the last piece');
			await pty.waitFor(cardHas('printf waiting'));
			expect(pty.onAlternateScreen()).toBe(true);
			expect(pty.bytesReceived()).toBeGreaterThan(written);
			pty.resize(size.columns, size.rows);
			await pty.waitFor(cardHas('printf waiting'));
			pty.signal('SIGTERM');
			await expectLeft(pty, 143, 'the last piece');
		},
	);

	test('stopped unasked and continued many times, it gives back as many titles as it took', async () => {
		const pty = await openCard();
		await untilChildless(pty.pid);
		for (let round = 0; round < 5; round += 1) {
			pty.signal('SIGSTOP');
			await stopped(pty.pid);
			pty.signal('SIGCONT');
			burst(1, () => `round ${round}`);
			await pty.waitFor(`round ${round}`);
		}
		pty.signal('SIGTERM');
		await expectLeft(pty, 143, 'round 4');
	});
});

test('a storm of sizes ends in the picture of the last one', async () => {
	const pty = await openCard();
	for (let step = 0; step < 150; step += 1) {
		pty.resize(40 + ((step * 37) % 120), 12 + ((step * 11) % 40));
		if (step % 10 === 0) burst(5, piece => `storm ${step}.${piece} `);
	}
	pty.resize(size.columns, size.rows);
	burst(1, () => 'aftermath');
	await pty.waitFor('aftermath');
	await pty.waitFor(cardHas('printf waiting'));
	const clock = /\d\d:\d\d(?::\d\d)?(?:\.\d+)?|\d+ ms|[◐◓◑◒]/g;
	const picture = (): string => pty.screen().join('\n').replace(clock, '');
	let before = '';
	await eventually(pty, () => {
		before = picture();
		expect(before).toContain('aftermath');
	});
	pty.press('ctrl-l');
	await eventually(pty, () => expect(picture()).toBe(before));
	pty.signal('SIGTERM');
	await expectLeft(pty, 143, 'aftermath');
});

describe('a defect of ours', () => {
	/** On SIGUSR2 the next use of something fails, once. */
	const failing = (patch: string): string =>
		`data:text/javascript,${encodeURIComponent(
			`let armed = false; process.on('SIGUSR2', () => { armed = true; });
			const fire = () => { armed = false; throw new Error('a defect for the test'); };
			${patch}`,
		)}`;
	const defects: ReadonlyArray<readonly [name: string, patch: string]> = [
		[
			'in the render of a component',
			`const {stringify} = JSON;
			JSON.stringify = (value, ...more) => {
				if (!armed || value === null || typeof value !== 'object' || !('layout' in value)) return stringify(value, ...more);
				armed = false;
				Object.defineProperty(value, 'card', {get: () => { throw new Error('a defect for the test'); }});
				return 'another fingerprint';
			};`,
		],
		[
			'in the drawing of a picture',
			`const {stringify} = JSON;
			JSON.stringify = (value, ...more) =>
				armed && value !== null && typeof value === 'object' && 'layout' in value ? fire() : stringify(value, ...more);`,
		],
		[
			'where frames come in',
			`const {parse} = JSON;
			JSON.parse = (...all) => {
				const value = parse(...all);
				if (!armed || value?.method === undefined) return value;
				armed = false;
				return {method: 'item/agentMessage/delta', get params() { throw new Error('a defect for the test'); }};
			};`,
		],
		['in whatever asks for the time', `const {now} = Date; Date.now = () => (armed ? fire() : now());`],
		[
			'in a timer',
			`const {setTimeout: later} = globalThis;
			process.on('SIGUSR2', () => later(() => { if (armed) fire(); }, 1));`,
		],
		['in a promise', `process.on('SIGUSR2', () => { void (async () => fire())(); });`],
	];
	test.each(defects)('%s: said in the normal screen, exit code 1, nothing answered', async (_name, patch) => {
		const pty = await openCard({preload: failing(patch)});
		pty.signal('SIGUSR2');
		let isOver = false;
		void pty.exit.then(() => {
			isOver = true;
		});
		// A frame may overtake the signal.
		const nextFrame = (): boolean => {
			burst(1, () => 'one more piece');
			return isOver;
		};
		await expect.poll(nextFrame, {timeout: 20_000}).toBe(true);
		await expectLeft(pty, 1, 'Jumpseat failed, and should not have: Error: a defect for the test');
	});
});

describe('a log whose disk is full', () => {
	test('ends, is said on the screen and once more at the end, and the session goes on', async () => {
		const log = path.join(folder, 'full.jsonl');
		const pty = await openCard({args: ['--log', log], shell: 'ulimit -f 8;'});
		burst(200, piece => `piece ${piece} `);
		await pty.waitFor('ends here: the file may not grow any more');
		burst(1, () => 'the session goes on');
		await pty.waitFor('the session goes on');
		pty.signal('SIGTERM');
		await expectLeft(pty, 143, 'ends here: the file may not grow any more.');
		expect(
			pty
				.history()
				.join('\n')
				.match(/ends here/g),
		).toHaveLength(1);
		expect(readFileSync(log).length).toBeLessThanOrEqual(8 * 1024);
	});
});

/** The owner of a second terminal: another process, whose end closes it as a closed window is. */
const startOwner = async (args: readonly string[]): Promise<{line: string; close: () => void}> => {
	const owner = spawn(
		process.execPath,
		[
			'--input-type=module',
			'-e',
			`import pty from '@lydell/node-pty';
			const [command, ...args] = process.argv.slice(1);
			pty.spawn(command, args, {cols: 100, rows: 30, name: 'xterm-256color', env: process.env})
				.onData(text => process.stdout.write(text));`,
			...args,
		],
		{cwd: fileURLToPath(new URL('../..', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit']},
	);
	onTestFinished(() => {
		owner.kill('SIGKILL');
	});
	let line = '';
	while (!line.includes('\n')) line += String((await once(owner.stdout, 'data'))[0]);
	return {line: line.trim(), close: () => owner.kill('SIGKILL')};
};

test('the terminal that it reads from vanishes: it leaves the other one as it was, with 129', async () => {
	const other = await startOwner(['/bin/sh', '-c', 'tty; exec sleep 600']);
	const pty = await openCard({shell: `exec < ${other.line};`});
	other.close();

	await expectLeft(pty, 129, '$ jumpseat');
});

type Verb = {
	readonly name: string;
	readonly args: readonly string[];
	/** Stands on stdout or stderr once it is at work. */
	readonly ready: RegExp;
};

/** Verbs that go on until they are told to end. */
const verbs: readonly Verb[] = [
	{name: 'tail', args: ['tail'], ready: /printf waiting/},
	{name: 'tail --json', args: ['tail', '--json'], ready: /requestApproval/},
	{name: 'wait', args: ['wait', '--for', 'idle'], ready: /Waits for a person/},
	{name: 'ls --watch', args: ['ls', '--watch'], ready: /Good morning/},
	{name: 'ls --watch --json', args: ['ls', '--watch', '--json'], ready: /Good morning/},
];

const startVerb = async ({args, ready}: Verb, stdout: 'pipe' | 'closed' = 'pipe') => {
	const before = tripwire.frames().length;
	const child = spawn(process.execPath, [program, ...args, '-c', tripwire.endpoint], {
		cwd: scenario.workdir,
		env: personEnv(scenario),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	const said = {stdout: '', stderr: ''};
	for (const name of ['stdout', 'stderr'] as const)
		child[name].setEncoding('utf8').on('data', text => {
			said[name] += text;
		});
	if (stdout === 'closed') child.stdout.destroy();
	else {
		await expect.poll(() => `${said.stdout}${said.stderr}`, {timeout: 20_000}).toMatch(ready);
	}
	const joins = args[0] === 'ls' ? 'thread/list' : 'thread/resume';
	await expect
		.poll(
			() =>
				tripwire
					.frames()
					.slice(before)
					.some(({from, frame}) => from === 'client' && frame?.method === joins),
			{timeout: 20_000},
		)
		.toBe(true);
	return {child, said, ended: once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>};
};

describe('verbs', () => {
	const signals = [
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const;
	const cases = verbs.flatMap(verb =>
		signals.map(([signal, code]) => [verb.name, signal, code, verb] as const),
	);
	test.each(cases)('%s under %s ends with %i and says nothing more', async (_name, signal, code, verb) => {
		const {child, said, ended} = await startVerb(verb);
		const before = {...said};
		const children = childrenOf(child.pid ?? 0).map(({pid}) => pid);
		child.kill(signal);
		expect(await ended).toEqual([code, null]);
		expect(said).toEqual(before);
		for (const pid of children) await untilGone(pid);
		await expect.poll(() => tripwire.connected(), {timeout: 10_000}).toBe(0);
		expect(tripwire.sentMethods()).not.toContain('answer');
	});

	test.each(verbs.filter(({name}) => name !== 'wait').map(verb => [verb.name, verb] as const))(
		'%s ends with 0 and without a word when nobody reads it any more',
		async (_name, verb) => {
			const {child, said, ended} = await startVerb(verb);
			child.stdout.destroy();
			const threadId = scenario.pilot.threadId();
			await scenario.pilot.client.call('thread/name/set', {threadId, name: `Good morning ${verb.name}`});
			burst(3, piece => `piece ${piece}\n`);
			expect(await ended).toEqual([0, null]);
			expect(said.stderr).toBe('');
		},
	);

	test.each([
		['ls', 0],
		['requests', 0],
		['ls -c unix:///nowhere/at/all', 3],
	] as const)('%s with a closed stderr still ends with %i', async (words, code) => {
		const args = words.includes('-c') ? words.split(' ') : [words, '-c', tripwire.endpoint];
		const script = `exec "$0" "$@" 2>&-`;
		const closed = spawn('/bin/sh', ['-c', script, process.execPath, program, ...args], {
			cwd: scenario.workdir,
			env: personEnv(scenario),
			stdio: ['ignore', 'ignore', 'ignore'],
		});
		const unread = spawn(process.execPath, [program, ...args], {
			cwd: scenario.workdir,
			env: personEnv(scenario),
			stdio: ['ignore', 'ignore', 'pipe'],
		});
		unread.stderr.destroy();
		expect(await Promise.all([once(closed, 'exit'), once(unread, 'exit')])).toEqual([
			[code, null],
			[code, null],
		]);
	});
});

test('after all that the request still waits, and its turn ends when the pilot answers', async () => {
	expect(tripwire.sentMethods().filter(method => method.includes('answer'))).toEqual([]);
	const {client} = scenario.pilot;
	client.respond(asked.id, {decision: 'accept'});
	expect(await asked.ended()).toBe('completed');
});
