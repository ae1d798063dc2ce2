/** The demo ends clean, however it ends. What attaches to it is a stand-in here; the real one has its own tests. */
import {type ChildProcess, spawn} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {PassThrough} from 'node:stream';
import {afterEach, expect, test} from 'vitest';
import {demo} from '../../source/commands/demo.ts';
import {connectRawClient} from '../../source/demo/json-rpc-client.ts';

const folders: string[] = [];
afterEach(() => {
	for (const folder of folders.splice(0)) {
		rmSync(folder, {recursive: true, force: true});
	}
});

const cacheIn = (): {readonly cache: string; readonly env: NodeJS.ProcessEnv} => {
	const cache = mkdtempSync(path.join(tmpdir(), 'jumpseat-demo-'));
	folders.push(cache);
	return {cache, env: {...process.env, XDG_CACHE_HOME: cache}};
};

const left = (cache: string): readonly string[] => readdirSync(path.join(cache, 'jumpseat'));

const never = () => Promise.reject(new Error('This must not be called.'));

test('without a terminal the task is streamed to its end and everything is removed', {
	timeout: 60_000,
}, async () => {
	const {cache, env} = cacheIn();
	const seen = new Set<string>();
	const code = await demo({
		stdout: new PassThrough(),
		stderr: new PassThrough(),
		isTerminal: false,
		fast: true,
		env,
		attach: never,
		streamText: async ({endpoint, threadId}) => {
			const client = await connectRawClient({
				endpoint,
				clientName: 'watcher',
				onFrame: ({method, params}) => {
					const item = params?.item as {type: string; status?: string} | undefined;
					seen.add(
						method === 'item/completed' ? `${item?.type} ${item?.status ?? ''}`.trim() : String(method),
					);
				},
			});
			await client.call('thread/resume', {threadId, excludeTurns: true});
			await client.waitFor(frame => frame.method === 'turn/completed' && frame.params?.threadId === threadId);
			await client.close();
			return 0;
		},
	});
	expect(code).toBe(0);
	expect([...seen]).toEqual(
		expect.arrayContaining([
			'reasoning',
			'turn/plan/updated',
			'commandExecution failed',
			'fileChange completed',
			'commandExecution completed',
			'item/commandExecution/requestApproval',
			'serverRequest/resolved',
			'agentMessage',
		]),
	);
	expect(left(cache)).toEqual([]);
});

test('when attaching throws, everything is removed all the same', async () => {
	const {cache, env} = cacheIn();
	const attach = () => Promise.reject(new Error('the terminal is gone'));
	const streams = {stdout: new PassThrough(), stderr: new PassThrough()};
	await expect(demo({...streams, isTerminal: true, env, attach, streamText: never})).rejects.toThrow(
		'the terminal is gone',
	);
	expect(left(cache)).toEqual([]);
});

const script = (demoModule: string) => `
import {demo} from ${JSON.stringify(demoModule)};
const attach = ({endpoint}) => {
	process.stdout.write(endpoint + '\\n');
	return new Promise(resolve => setTimeout(resolve, 60_000, 0));
};
await demo({stdout: process.stdout, stderr: process.stderr, isTerminal: true, env: process.env, attach, streamText: attach});
`;

const firstLine = (child: ChildProcess): Promise<string> =>
	new Promise((resolve, reject) => {
		let text = '';
		child.stdout?.on('data', (data: Buffer) => {
			text += data.toString();
			if (text.includes('\n')) {
				resolve(text.trim());
			}
		});
		child.once('exit', code => reject(new Error(`It ended early with code ${code}.`)));
	});

const nobodyListens = async (endpoint: string): Promise<void> => {
	// The watchdog needs a moment after a SIGKILL: this ends as soon as the server refuses.
	for (;;) {
		try {
			const client = await connectRawClient({endpoint, clientName: 'late'});
			await client.close();
		} catch {
			return;
		}
	}
};

test.each([
	['SIGINT', 130],
	['SIGTERM', 143],
	['SIGHUP', 129],
	['SIGKILL', null],
] as const)('%s ends the server too', {timeout: 30_000}, async (signal, expected) => {
	const {cache, env} = cacheIn();
	const file = path.join(cache, 'run.mts');
	writeFileSync(file, script(new URL('../../source/commands/demo.ts', import.meta.url).href));
	const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), file], {
		env,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const endpoint = await firstLine(child);
	const exit = new Promise<number | null>(resolve => {
		child.once('exit', resolve);
	});
	child.kill(signal);
	expect(await exit).toBe(expected);
	await nobodyListens(endpoint);
	// Nothing can run after a SIGKILL; the next start sweeps the folder (see harness.test.ts).
	expect(left(cache)).toHaveLength(signal === 'SIGKILL' ? 1 : 0);
});
