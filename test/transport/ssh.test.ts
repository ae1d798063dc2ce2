/** ssh:// over a real sshd, to small servers and a stand-in for codex: what the real one cannot be made to do. */
import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi} from 'vitest';
import {type ConnectOptions, connect} from '../../source/transport/connect.ts';
import {connectSsh, type SshOptions} from '../../source/transport/connect-ssh.ts';
import {parseEndpoint, type SshEndpoint} from '../../source/transport/endpoint.ts';
import {TransportError} from '../../source/transport/errors.ts';
import {type Sshd, startSshd} from '../support/sshd.ts';
import {createServers} from './servers.ts';

let sshd: Sshd | undefined;
let why = '';
let servers: ReturnType<typeof createServers>;

/** Skips the test, by name, where there is no sshd. */
const box = ({skip}: {readonly skip: (reason: string) => never}): Sshd => sshd ?? skip(why);

beforeAll(async () => {
	const started = await startSshd();
	if (typeof started === 'string') {
		why = started;
		return;
	}
	sshd = started;
	const temporary = path.join(sshd.folder, 'tmp');
	mkdirSync(temporary);
	vi.stubEnv('TMPDIR', temporary);
	vi.stubEnv('PATH', `${sshd.bin}${path.delimiter}${process.env.PATH}`);
});

afterAll(async () => {
	vi.unstubAllEnvs();
	await sshd?.stop();
});

beforeEach(() => {
	servers = createServers();
	sshd?.login({});
	sshd?.configure([]);
});

afterEach(async () => {
	for (const pid of sshd?.clients() ?? [])
		await expect.poll(() => isAlive(pid), {timeout: 10_000}).toBe(false);
	await servers.closeAll();
	expect(readdirSync(os.tmpdir()).filter(name => name.startsWith('jumpseat-ssh-'))).toEqual([]);
});

const isAlive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};

const sshEndpoint = (text: string): SshEndpoint => {
	const endpoint = parseEndpoint(text);
	if (endpoint.kind !== 'ssh') throw new Error(text);
	return endpoint;
};

const open = (endpoint: string, ssh: SshOptions = {}, options: Partial<ConnectOptions> = {}) =>
	connect(parseEndpoint(endpoint), {
		codexHome: servers.folder,
		handshakeTimeoutMs: 10_000,
		maxFrameBytes: 64 * 1024 * 1024,
		ssh,
		...options,
	});

const failureOf = async (endpoint: string, ssh?: SshOptions): Promise<TransportError> => {
	try {
		await (await open(endpoint, ssh)).close();
	} catch (error) {
		if (error instanceof TransportError) return error;
		throw error;
	}
	throw new Error('it connected');
};

/** Resolves once a timer that is faked was started. */
const clockRuns = async (): Promise<void> => {
	while (vi.getTimerCount() === 0) await new Promise(resolve => setImmediate(resolve));
};

/** A program on the other side, in JavaScript; returns its path. */
const programThere = (name: string, code: string): string => {
	const file = path.join(servers.folder, name);
	writeFileSync(file, `#!${process.execPath}\n${code}\n`);
	chmodSync(file, 0o755);
	return file;
};

/** What `codex app-server proxy --sock PATH` does. */
const proxy = `
const socket = require('node:net').connect(process.argv.at(-1));
process.stdin.pipe(socket).pipe(process.stdout);
socket.on('error', error => {
	console.error('WARNING: not the reason');
	console.error('Error: failed to connect\\n\\nCaused by:\\n    ' + error.code + '\\n\\nStack backtrace:\\n   0: <unknown>');
	process.exit(1);
});`;

const echo = (socket: {
	on: (event: 'message', run: (data: Buffer) => void) => unknown;
	send: (text: string) => void;
}) => socket.on('message', data => socket.send(data.toString()));

describe('a connection over ssh', () => {
	test.for(['proxy', 'forwarding'])(
		'by %s carries large frames both ways from a socket of any name, and is cut when ssh is killed',
		async (way, context) => {
			const {host, login, clients} = box(context);
			login({before: 'echo Welcome; printf "no newline"'});
			const socketPath = path.join(servers.folder, `a b'"$HOME;ü:%.sock`);
			await servers.webSocket(echo, {socketPath});
			const remoteCommand = way === 'proxy' ? programThere('codex', proxy) : undefined;
			const channel = await open(`ssh://${host}${socketPath}`, {remoteCommand});
			const text = 'grüße '.repeat(1_000_000);
			const answer = new Promise(resolve => {
				channel.onFrame(frame => resolve(frame.text));
			});
			channel.send(text);
			expect((await answer) === text).toBe(true);
			expect(await channel.ping()).toBeGreaterThan(0);

			const closed = new Promise(resolve => {
				channel.onClose(reason => resolve(reason.kind));
			});
			process.kill(clients().at(-1) ?? -1, 'SIGKILL');
			expect(await closed).toBe('cut');
		},
	);

	test('ends ssh when it is closed', async context => {
		const {host, clients} = box(context);
		const socketPath = path.join(servers.folder, 's');
		await servers.webSocket(echo, {socketPath});
		const channel = await open(`ssh://${host}${socketPath}`, {remoteCommand: programThere('codex', proxy)});
		expect(isAlive(clients().at(-1) ?? -1)).toBe(true);
		await channel.close();
		await expect.poll(() => isAlive(clients().at(-1) ?? -1), {timeout: 10_000}).toBe(false);
	});

	test('slows the other side down to the speed of its reader', async context => {
		const {host} = box(context);
		const written = path.join(servers.folder, 'written');
		const total = 64 * 1024 * 1024;
		const codex = programThere(
			'codex',
			`const fs = require('node:fs');
			const chunk = Buffer.alloc(65536, 'x');
			for (let sent = 0; sent < ${total}; ) {
				for (let at = 0; at < chunk.length; ) {
					try { at += fs.writeSync(1, chunk, at); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
				}
				sent += chunk.length;
				fs.writeFileSync(${JSON.stringify(written)}, String(sent));
			}`,
		);
		const {duplex} = await connectSsh(
			sshEndpoint(`ssh://${host}`),
			{remoteCommand: codex},
			new AbortController().signal,
		);
		const sent = (): number => (existsSync(written) ? Number(readFileSync(written, 'utf8')) : 0);
		let before = -1;
		await expect
			.poll(
				() => {
					const now = sent();
					const isStill = now > 0 && now === before;
					before = now;
					return isStill;
				},
				{interval: 300, timeout: 15_000},
			)
			.toBe(true);
		expect(sent()).toBeLessThan(total / 2);
		let received = 0;
		for await (const chunk of duplex) received += (chunk as Buffer).length;
		expect(received).toBe(total);
	});

	test('gives the login all the time that a person needs, and the handshake none of it', async context => {
		const {host, login} = box(context);
		const gate = path.join(servers.folder, 'gate');
		login({before: `while [ ! -e '${gate}' ]; do sleep 0.02; done`});
		const socketPath = path.join(servers.folder, 's');
		await servers.webSocket(echo, {socketPath});
		vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
		onTestFinished(() => {
			vi.useRealTimers();
		});
		const connecting = open(`ssh://${host}${socketPath}`, {mayPrompt: () => true});
		await clockRuns();
		vi.advanceTimersByTime(200_000);
		writeFileSync(gate, '');
		const channel = await connecting;
		vi.useRealTimers();
		await channel.close();
	});

	test('gives up a login that takes too long where nobody can be asked', async context => {
		const {host, login} = box(context);
		login({before: 'exec sleep 1000'});
		vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
		onTestFinished(() => {
			vi.useRealTimers();
		});
		const failing = failureOf(`ssh://${host}`);
		await clockRuns();
		vi.advanceTimersByTime(60_000);
		expect((await failing).code).toBe('timeout');
		// Time for the signal that ends ssh.
		vi.advanceTimersByTime(5000);
	});
});

describe('a failure says what to do', () => {
	test('there is no ssh on PATH', async () => {
		const {PATH} = process.env;
		vi.stubEnv('PATH', servers.folder);
		onTestFinished(() => {
			vi.stubEnv('PATH', PATH);
		});
		const error = await failureOf('ssh://anywhere');
		expect(error.code).toBe('unsupported');
		expect(error.sentence).toContain('Install OpenSSH');
	});

	test('codex there reaches no daemon', async context => {
		const {host} = box(context);
		const codex = programThere('codex', proxy);
		const error = await failureOf(`ssh://${host}/no/socket`, {remoteCommand: codex});
		expect(error.code).toBe('no-server');
		expect(error.sentence).toContain(': failed to connect: ENOENT. Check the path');
	});

	test('codex there is too old for the proxy', async context => {
		const {host} = box(context);
		const codex = programThere(
			'codex',
			`console.error("error: unrecognized subcommand 'proxy'"); process.exit(2);`,
		);
		const error = await failureOf(`ssh://${host}`, {remoteCommand: codex});
		expect(error.code).toBe('unsupported');
		expect(error.sentence).toMatch(/too old .*: unrecognized subcommand 'proxy'\)\. Update it there\./);
	});

	test('the shell there runs no commands', async context => {
		const {host, login} = box(context);
		login({before: 'echo This account is not available; exit 1'});
		const error = await failureOf(`ssh://${host}`);
		expect(error.code).toBe('not-codex');
		expect(error.sentence).toContain('This account is not available');
	});

	test('the shell there never stops talking', async context => {
		const {host, login} = box(context);
		login({before: 'exec yes'});
		expect((await failureOf(`ssh://${host}`)).code).toBe('not-codex');
	});

	test('the socket there is stale, and there is no codex', async context => {
		const {host} = box(context);
		const socketPath = path.join(servers.folder, 's');
		const stale = `const s = require('node:net').createServer().listen(${JSON.stringify(socketPath)}, () => process.kill(process.pid, 'SIGKILL'));`;
		spawnSync(process.execPath, ['-e', stale]);
		const error = await failureOf(`ssh://${host}${socketPath}`);
		expect(error.code).toBe('no-server');
		expect(error.sentence).toMatch(/takes no connection: .*open failed/);
	});

	test('words of ssh reach nobody with control characters in them', async context => {
		const {host, login} = box(context);
		login({before: `printf '\\033[31mred\\007\\n' >&2; exit 1`});
		const {sentence} = await failureOf(`ssh://${host}`);
		expect(sentence).toContain('red');
		expect(sentence).not.toMatch(/\p{Cc}/u);
	});
});
