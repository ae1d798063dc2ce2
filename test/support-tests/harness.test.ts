/** The harness with the real App Server: it starts, restarts, records, and leaves nothing behind. */
import {execFileSync, spawn} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, expect, test} from 'vitest';
import {configToml, createCodexHome, sweepDeadHomes} from '../../source/demo/codex-home.ts';
import {CodexNotFoundError, findCodex} from '../../source/demo/find-codex.ts';
import type {Script} from '../../source/demo/script.ts';
import {type Scenario, startScenario} from '../support/harness.ts';
import {startTripwire} from '../support/tripwire.ts';

const script: Script = {
	rules: [
		{when: 'hello', responses: [[{do: 'message', text: 'hello there'}]]},
		{when: 'sleep', responses: [[{do: 'command', command: 'sleep 0.3; echo started; sleep 471.1'}]]},
	],
};

const cleanUps: Array<() => Promise<void> | void> = [];
afterEach(async () => {
	for (const cleanUp of cleanUps.splice(0).reverse()) {
		await cleanUp();
	}
});

const start = async (
	...options: Parameters<typeof startScenario> extends [unknown, ...infer R] ? R : never
) => {
	const scenario = await startScenario(script, ...options);
	cleanUps.push(scenario.stop);
	return scenario;
};

const lastAgentText = async (scenario: Scenario): Promise<unknown> => {
	const page = await scenario.pilot.client.call('thread/turns/list', {
		threadId: scenario.pilot.threadId(),
		limit: 1,
		itemsView: 'full',
	});
	const [turn] = page.data as ReadonlyArray<{items: ReadonlyArray<{text?: string}>}>;
	return turn?.items.at(-1)?.text;
};

/** Processes whose command line has this in it: the server has its socket there. */
const processesOf = (text: string): readonly string[] =>
	execFileSync('ps', ['-eo', 'pid=,args='], {encoding: 'utf8'})
		.split('\n')
		.filter(line => line.includes(text));

test('a turn is played, and after the stop no process and no folder is left', async () => {
	const scenario = await start();
	await scenario.pilot.startThread();
	await scenario.pilot.play('hello');
	expect(await lastAgentText(scenario)).toBe('hello there');
	expect(scenario.model.requests().map(request => request.userText)).toEqual(['hello']);
	const root = path.dirname(scenario.home);
	expect(processesOf(root)).not.toEqual([]);
	await scenario.stop();
	expect(existsSync(root)).toBe(false);
	expect(processesOf(root)).toEqual([]);
});

test('a command that is still running ends with the scenario', async () => {
	const scenario = await start();
	await scenario.pilot.startThread();
	await scenario.pilot.say('sleep');
	await scenario.pilot.client.waitFor(
		frame =>
			frame.method === 'item/commandExecution/outputDelta' && JSON.stringify(frame).includes('started'),
	);
	expect(processesOf('sleep 471.1')).not.toEqual([]);
	await scenario.stop();
	expect(processesOf('sleep 471.1')).toEqual([]);
});

test.each(['unix', 'tcp'] as const)(
	'killed and started again, the server (%s) is on the same endpoint',
	async listen => {
		const scenario = await start({listen});
		const {endpoint} = scenario;
		await scenario.server.kill('SIGKILL');
		await scenario.pilot.client.closed;
		await expect(scenario.connect()).rejects.toThrow();
		await scenario.server.restart();
		expect(scenario.server.endpoint).toBe(endpoint);
		const client = await scenario.connect();
		expect(await client.call('thread/loaded/list')).toMatchObject({data: []});
	},
);

test('the tripwire sees what a client sends, and what it gets', async () => {
	const scenario = await start();
	const tripwire = await startTripwire(scenario);
	cleanUps.push(tripwire.stop);
	const {connectRawClient} = await import('../../source/demo/json-rpc-client.ts');
	const client = await connectRawClient({endpoint: tripwire.endpoint, clientName: 'through'});
	await client.call('thread/loaded/list');
	expect(tripwire.sentMethods()).toEqual(['initialize', 'initialized', 'thread/loaded/list']);
	expect(tripwire.frames().some(({from, frame}) => from === 'server' && frame?.result !== undefined)).toBe(
		true,
	);
	expect(tripwire.connected()).toBe(1);
	tripwire.cut();
	await client.closed;
});

test('a server that does not start says why', async () => {
	await expect(startScenario(script, {serverArgs: ['--no-such-flag']})).rejects.toThrow(/--no-such-flag/);
});

test('without Codex the error says how to get it', () => {
	expect(() => findCodex({PATH: '/nonexistent'}, '/nonexistent/file.js')).toThrow(CodexNotFoundError);
	expect(() => findCodex({PATH: ''}, '/nonexistent/file.js')).toThrow('npm i -g @openai/codex');
});

test('folders of dead processes are swept, those of the living and of strangers are not', () => {
	const baseFolder = mkdtempSync(path.join(tmpdir(), 'jumpseat-sweep-'));
	cleanUps.push(() => rmSync(baseFolder, {recursive: true}));
	const dead = spawn('true');
	const home = createCodexHome({env: {}, modelUrl: 'http://127.0.0.1:1/v1', baseFolder});
	cleanUps.push(home.remove);
	return new Promise<void>(resolve => {
		dead.once('exit', () => {
			const left = mkdtempSync(path.join(baseFolder, `codex-${dead.pid}-`));
			const strange = mkdtempSync(path.join(baseFolder, 'other-'));
			sweepDeadHomes(baseFolder);
			expect([left, strange, home.root].map(folder => existsSync(folder))).toEqual([false, true, true]);
			resolve();
		});
	});
});

test('a deep home gets a short socket path', () => {
	const base = mkdtempSync(path.join(tmpdir(), 'jumpseat-deep-'));
	cleanUps.push(() => rmSync(base, {recursive: true}));
	const home = createCodexHome({
		env: {},
		modelUrl: 'http://127.0.0.1:1/v1',
		baseFolder: path.join(base, 'x'.repeat(120)),
	});
	expect(Buffer.byteLength(home.socketPath)).toBeLessThanOrEqual(100);
	home.remove();
	expect(existsSync(path.dirname(home.socketPath))).toBe(false);
});

test('a path with a quote in it is still one string in the configuration', () => {
	expect(configToml({env: {}, modelUrl: 'http://127.0.0.1:1/v1'}, '/a "b"/c')).toContain(
		'[projects."/a \\"b\\"/c"]',
	);
});
