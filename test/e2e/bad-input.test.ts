/** What cannot work gets one clear sentence on stderr, its exit code, and nothing on stdout. */
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer as createHttpServer} from 'node:http';
import {type AddressInfo, createServer, type Server} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {type AppServer, startAppServer} from '../../source/demo/app-server.ts';
import {type CodexHome, codexEnv, createCodexHome} from '../../source/demo/codex-home.ts';
import {findCodex} from '../../source/demo/find-codex.ts';
import {type Ran, runCli} from '../support/cli.ts';
import {type Scenario, startScenario} from '../support/harness.ts';
import {openPty} from '../support/pty.ts';
import {personEnv, program, rule, say} from './support.ts';

let folder: string;

beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'jumpseat-bad-'));
});

afterAll(() => {
	rmSync(folder, {recursive: true, force: true});
});

const listen = async (server: Server): Promise<number> => {
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	onTestFinished(() => {
		server.close();
	});
	return (server.address() as AddressInfo).port;
};

type Expected = {readonly code: number; readonly says: RegExp; readonly lines?: number};

/** Whoever reads stderr gets a sentence, not a stack, an object or an escape sequence. */
const expectComplaint = ({code, stdout, stderr}: Ran, expected: Expected): void => {
	expect({code, stdout, stderr}).toEqual({
		code: expected.code,
		stdout: '',
		stderr: expect.stringMatching(expected.says),
	});
	expect(stderr.trimEnd().split('\n')).toHaveLength(expected.lines ?? 1);
	expect(stderr).toMatch(/[.?:)\]}\w]\n$/);
	expect(stderr).not.toMatch(/\u001B|\n\s+at |\[object|undefined|should not have/);
};

/** `jumpseat ls`: the shortest way to a server, and it needs no terminal. */
const ls = (connect: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
	runCli(['ls', '--connect', connect, ...args], {env});

/** In a terminal, with stderr in a file: stdout is what the terminal got. */
const runInTerminal = async (
	args: readonly string[],
	options: {
		readonly columns?: number;
		readonly rows?: number;
		readonly env?: NodeJS.ProcessEnv;
		readonly shell?: string;
	} = {},
): Promise<Ran> => {
	const file = path.join(folder, `stderr-${process.hrtime.bigint()}`);
	const script = options.shell ?? 'exec "$0" "$@"';
	const pty = openPty('/bin/sh', ['-c', `${script} 2>"${file}"`, process.execPath, program, ...args], {
		columns: options.columns ?? 100,
		rows: options.rows ?? 30,
		env: {...personEnv(), ...options.env},
	});
	onTestFinished(() => pty.kill());
	const {code} = await pty.exit;
	return {code, stdout: pty.output(), stderr: readFileSync(file, 'utf8')};
};

describe('an endpoint that is no server', () => {
	test('nothing there: says so, and how to start one', async () => {
		expectComplaint(await ls(`unix://${folder}/missing.sock`), {
			code: 3,
			says: /No Codex App Server answers at unix:\/\/.*missing\.sock: .*Start `codex`/,
		});
		expectComplaint(await ls('ws://127.0.0.1:1'), {
			code: 3,
			says: /No Codex App Server answers at ws:\/\/127\.0\.0\.1:1: .*codex app-server --listen/,
		});
	});

	test('no daemon of Codex: the same, with its place', async () => {
		const complaint = {code: 3, says: /No Codex App Server answers at .*Start `codex`/};
		expectComplaint(await runCli(['ls'], {env: {CODEX_HOME: folder}}), complaint);
		expectComplaint(await runInTerminal([], {env: {CODEX_HOME: folder}}), complaint);
	});

	test('a file or a folder instead of a socket', async () => {
		const file = path.join(folder, 'a-file');
		writeFileSync(file, 'x');
		expectComplaint(await ls(`unix://${file}`), {code: 3, says: /a-file.* (is|not) .*socket/});
		expectComplaint(await ls(`unix://${folder}`), {code: 3, says: /socket/});
	});

	test('a web server', async () => {
		const port = await listen(
			createHttpServer((_request, response) => {
				response.end('<html>hello</html>');
			}),
		);
		expectComplaint(await ls(`ws://127.0.0.1:${port}`), {
			code: 3,
			says: /answers HTTP 200 where a Codex App Server turns to WebSocket/,
		});
		expectComplaint(await ls(`wss://127.0.0.1:${port}`), {code: 3, says: /does not speak TLS|TLS/});
	});

	test('garbage, silence that ends, and a WebSocket that is not Codex', async () => {
		const garbage = await listen(
			createServer(socket => {
				socket.on('error', () => undefined).end('SSH-2.0-OpenSSH_9.9\u001B[31m\r\n');
			}),
		);
		expectComplaint(await ls(`ws://127.0.0.1:${garbage}`), {
			code: 3,
			says: /answers, but not as a Codex App Server/,
		});
		const hangingUp = await listen(
			createServer(socket => {
				socket.on('error', () => undefined).once('data', () => socket.end());
			}),
		);
		expectComplaint(await ls(`ws://127.0.0.1:${hangingUp}`), {code: 5, says: /closed the connection before/});
	});

	test('text that is no endpoint: says what was expected', async () => {
		for (const text of ['nonsense', 'ws://host:99999', '']) {
			expectComplaint(await ls(text), {code: 2, says: /is not an endpoint: .*(expected|may not)/});
		}
	});
});

describe('a token', () => {
	let home: CodexHome;
	let server: AppServer;
	const right = 'right-token-0123456789abcdef0123456789abcdef';

	beforeAll(async () => {
		const file = path.join(folder, 'token');
		writeFileSync(file, right, {mode: 0o600});
		const codex = findCodex(process.env);
		home = createCodexHome({env: process.env, modelUrl: 'http://127.0.0.1:1/v1'});
		server = await startAppServer({
			codex,
			env: codexEnv(process.env, codex, home.home),
			cwd: home.workdir,
			listen: 'tcp',
			args: ['--ws-auth', 'capability-token', '--ws-token-file', file],
		});
	});

	afterAll(async () => {
		await server.stop();
		home.remove();
	});

	test('is wanted, is wrong, is right', async () => {
		const {endpoint} = server;
		expectComplaint(await ls(endpoint), {code: 4, says: /wants a token \(HTTP 401\).*--token-env/});
		const wrong = await ls(endpoint, ['--token-env', 'SEAT'], {SEAT: 'wrong-token'});
		expectComplaint(wrong, {code: 4, says: /did not accept the token \(HTTP 401\).*--token-env/});
		expect(wrong.stderr).not.toContain('wrong-token');
		expectComplaint(await ls(endpoint, ['--token-env', 'SEAT']), {code: 2, says: /SEAT.*not set/});
		const welcome = await ls(endpoint, ['--token-env', 'SEAT'], {SEAT: right});
		expect({code: welcome.code, stdout: welcome.stdout}).toEqual({code: 0, stdout: ''});
	});
});

describe('a thread', () => {
	let scenario: Scenario;
	const ids: string[] = [];

	beforeAll(async () => {
		scenario = await startScenario({rules: [rule('Hello', [say('Hello to you.')])]});
		for (const name of ['login', 'login', 'other']) {
			const id = await scenario.pilot.startThread();
			await scenario.pilot.play(`Hello, ${name}`);
			await scenario.pilot.client.call('thread/name/set', {threadId: id, name});
			ids.push(id);
		}
	});

	afterAll(() => scenario.stop());

	const attach = (...args: readonly string[]): Promise<Ran> =>
		runInTerminal(['--connect', scenario.endpoint, ...args]);

	test('that does not exist', async () => {
		for (const wanted of [
			'00000000-0000-7000-8000-000000000000',
			'ffffffff',
			'no such name',
			'\u001B[31mred',
		]) {
			expectComplaint(await attach(wanted), {code: 3, says: /There is no thread ".*" on .*jumpseat ls/});
		}
	});

	test('that is one of several: lists the candidates', async () => {
		const ran = await attach('login');
		expectComplaint(ran, {code: 2, says: /"login" fits several threads. Say which/, lines: 3});
		expect(ran.stderr).toContain(ids[0]);
		expect(ran.stderr).toContain(ids[1]);
		expect(ran.stderr).not.toContain(ids[2]);
		const [first = ''] = ids;
		expectComplaint(await attach(first.slice(0, 4)), {code: 2, says: /fits several threads/, lines: 4});
	});

	test('in a terminal that is none, or too little of one', async () => {
		expectComplaint(await runCli(['--connect', scenario.endpoint]), {
			code: 2,
			says: /needs a terminal/,
		});
		expectComplaint(
			await runInTerminal(['--connect', scenario.endpoint, 'other'], {shell: 'TERM=dumb exec "$0" "$@"'}),
			{code: 2, says: /TERM says "dumb"/},
		);
		expectComplaint(
			await runInTerminal(['--connect', scenario.endpoint, 'other'], {shell: 'exec "$0" "$@" </dev/null'}),
			{code: 2, says: /needs a terminal/},
		);
		for (const [columns, rows] of [
			[39, 12],
			[40, 11],
		] as const) {
			expectComplaint(await runInTerminal(['--connect', scenario.endpoint, 'other'], {columns, rows}), {
				code: 1,
				says: new RegExp(`too small: ${columns}×${rows}, and Jumpseat needs 40×12`),
			});
		}
	});

	test('on a server without one that is live', async () => {
		const empty = await startScenario({rules: []});
		onTestFinished(() => empty.stop());
		expectComplaint(await runInTerminal(['--connect', empty.endpoint]), {
			code: 3,
			says: /No thread is live on/,
		});
		const {code, stdout, stderr} = await runCli(['ls', '--connect', empty.endpoint]);
		expect({code, stdout, lines: stderr.trimEnd().split('\n').length}).toEqual({
			code: 0,
			stdout: '',
			lines: 1,
		});
	});

	test('JUMPSEAT_CONNECT is taken, and --connect wins over it, and both over the settings', async () => {
		const {endpoint} = scenario;
		const settings = path.join(folder, 'good');
		mkdirSync(path.join(settings, 'jumpseat'), {recursive: true});
		writeFileSync(path.join(settings, 'jumpseat', 'config.json'), JSON.stringify({connect: endpoint}));
		const fromSettings = {XDG_CONFIG_HOME: settings};
		for (const [args, env] of [
			[['ls'], {JUMPSEAT_CONNECT: endpoint}],
			[['ls', '--connect', endpoint], {JUMPSEAT_CONNECT: 'nonsense'}],
			[['ls'], fromSettings],
		] as const) {
			const {code, stdout} = await runCli(args, {env});
			expect(code).toBe(0);
			expect(stdout.split('\n').filter(line => line.includes('login'))).toHaveLength(2);
		}

		expectComplaint(await runCli(['ls'], {env: {...fromSettings, JUMPSEAT_CONNECT: 'nonsense'}}), {
			code: 2,
			says: /"nonsense" is not an endpoint/,
		});
	});
});

describe('the command line', () => {
	test('flags that there are not, words too many', async () => {
		for (const [args, says] of [
			[['--bogus'], /There is no option --bogus/],
			// Taken for "no" by the parser, and that would be the wrong promise.
			[['--observe=yes'], /--observe takes no value and got: yes/],
			[['ls', '--connect'], /--connect wants a value: ENDPOINT/],
			[['ls', '-c', 'unix://', '-c', 'unix://'], /can only be set once/],
		] as const) {
			expectComplaint(await runCli(args), {code: 2, says});
		}

		expectComplaint(await runCli(['two', 'words']), {
			code: 2,
			says: /`jumpseat attach` takes \[thread\] and got 2: two · words/,
		});
		expectComplaint(await runCli(['ls', 'word']), {code: 2, says: /takes no words and got 1: word/});
		expectComplaint(await runCli(['share', 'two', 'words']), {code: 2, says: /takes \[thread\] and got 2/});
	});

	test('a settings file that is broken, or says what it must not', async () => {
		const file = path.join(folder, 'jumpseat', 'config.json');
		mkdirSync(path.dirname(file), {recursive: true});
		const env = {XDG_CONFIG_HOME: folder};
		for (const [text, says] of [
			['{"connect": ', /config\.json is not understood/],
			['{"connekt": "unix://"}', /config\.json is not understood: .*connekt/],
			['{"observe": "yes"}', /config\.json is not understood: .*observe/],
			['[]', /config\.json is not understood/],
		] as const) {
			writeFileSync(file, text);
			expectComplaint(await runCli(['ls'], {env}), {code: 2, says});
		}
	});

	test('--help and --version answer on stdout without a server', async () => {
		const help = await runCli(['--help']);
		expect(help).toMatchObject({code: 0, stderr: ''});
		expect(help.stdout).toContain('--connect');
		expect(await runCli(['--version'])).toEqual({
			code: 0,
			stderr: '',
			stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
		});
	});
});
