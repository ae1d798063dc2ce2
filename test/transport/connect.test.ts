import {spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {type ConnectOptions, connect} from '../../source/transport/connect.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import type {TransportError} from '../../source/transport/errors.ts';
import {failureOfAttempt} from './failure.ts';
import {createServers, switchingProtocols} from './servers.ts';

let servers: ReturnType<typeof createServers>;

beforeEach(() => {
	servers = createServers();
});

afterEach(() => servers.closeAll());

const open = (endpoint: string, options: Partial<ConnectOptions> = {}) =>
	connect(parseEndpoint(endpoint), {
		codexHome: servers.folder,
		handshakeTimeoutMs: 5000,
		maxFrameBytes: 1024 * 1024,
		...options,
	});

const failureOf = (endpoint: string, options: Partial<ConnectOptions> = {}): Promise<TransportError> =>
	failureOfAttempt(open(endpoint, options));

const echo = (socket: {
	on: (event: 'message', run: (data: Buffer) => void) => unknown;
	send: (text: string) => void;
}) => socket.on('message', data => socket.send(data.toString()));

const roundTrip = async (endpoint: string, options: Partial<ConnectOptions> = {}): Promise<string> => {
	const channel = await open(endpoint, options);
	const answer = new Promise<string>(resolve => {
		channel.onFrame(frame => resolve(frame.text));
	});
	channel.send('grüße');
	const text = await answer;
	await channel.close();
	return text;
};

describe('a server that is there', () => {
	test.each(['plain.sock', 'with space.sock', 'with:colon.sock', 'ünï-漢.sock', '50%25?#.sock'])(
		'is reached through the socket %s',
		async name => {
			const socketPath = path.join(servers.folder, name);
			const {endpoint} = await servers.webSocket(echo, {socketPath});
			expect(await roundTrip(endpoint)).toBe('grüße');
		},
	);

	test('is reached through a symlink whose own path is too long', async () => {
		const {endpoint} = await servers.webSocket(echo, {socketPath: path.join(servers.folder, 's')});
		const deep = path.join(servers.folder, 'd'.repeat(120));
		mkdirSync(deep);
		symlinkSync(endpoint.slice('unix://'.length), path.join(deep, 'link'));
		expect(await roundTrip(`unix://${deep}/link`)).toBe('grüße');
	});

	test('is found as the daemon of the Codex home', async () => {
		const control = path.join(servers.folder, 'app-server-control');
		mkdirSync(control);
		const socketPath = path.join(servers.folder, 'real.sock');
		await servers.webSocket(echo, {socketPath});
		symlinkSync(socketPath, path.join(control, 'app-server-control.sock'));
		expect(await roundTrip('unix://')).toBe('grüße');
	});

	test('is reached over TCP, by address and by name', async () => {
		const {endpoint, port} = await servers.webSocket(echo);
		expect(await roundTrip(endpoint)).toBe('grüße');
		expect(await roundTrip(`ws://localhost:${port}`)).toBe('grüße');
	});

	test('sees an Upgrade for /rpc without Origin, compression or a token', async () => {
		const {endpoint, seen} = await servers.webSocket(echo);
		await roundTrip(endpoint);
		expect(seen[0]?.url).toBe('/rpc');
		expect(seen[0]?.headers).not.toHaveProperty('origin');
		expect(seen[0]?.headers).not.toHaveProperty('authorization');
		expect(seen[0]?.headers).not.toHaveProperty('sec-websocket-extensions');
	});
});

describe('the token', () => {
	test('travels in the Authorization header on loopback', async () => {
		const {endpoint, seen} = await servers.webSocket(echo);
		await roundTrip(endpoint, {token: () => 'abc'});
		expect(seen[0]?.headers.authorization).toBe('Bearer abc');
		expect(seen[0]?.url).toBe('/rpc');
	});

	test('is not shown to a unix socket', async () => {
		const socketPath = path.join(servers.folder, 's.sock');
		const {endpoint, seen} = await servers.webSocket(echo, {socketPath});
		await roundTrip(endpoint, {token: () => 'abc'});
		expect(seen[0]?.headers).not.toHaveProperty('authorization');
	});

	test.each([
		'ws://192.0.2.1:4500',
		'ws://codex.example:4500',
		'ws://[2001:db8::1]:4500',
		'ws://localhost.example:1',
	])('is never sent in the clear to %s', async endpoint => {
		const error = await failureOf(endpoint, {token: () => 'hush-hush'});
		expect(error.code).toBe('unsafe-token');
		expect(error.sentence).toContain('wss://');
		expect(error.sentence).not.toContain('hush-hush');
	});

	test.each(['', 'a b', 'a\r\nX-Evil: 1', 'ü'])(
		'is refused when it does not fit a header: %j',
		async token => {
			const error = await failureOf('ws://127.0.0.1:1', {token: () => token});
			expect(error.code).toBe('unsafe-token');
			expect(error.sentence).toContain('--token-env');
		},
	);
});

test('a relay is not called without the fingerprint of who is behind it, nor is the token asked for', async () => {
	let calls = 0;
	const {port} = await servers.raw(() => {
		calls += 1;
	});
	const error = await failureOfAttempt(
		connect(
			{kind: 'relay', host: '127.0.0.1', port, room: 'r', display: 'relay://127.0.0.1'},
			{
				codexHome: servers.folder,
				handshakeTimeoutMs: 5000,
				maxFrameBytes: 1024,
				token() {
					throw new Error('asked');
				},
			},
		),
	);
	expect(error.code).toBe('tls');
	expect(error.sentence).toContain('nothing is sent');
	expect(calls).toBe(0);
});

describe('a server that is not there, or is no App Server', () => {
	test('a socket that does not exist: how to start a server', async () => {
		const error = await failureOf(`unix://${servers.folder}/none.sock`);
		expect(error.code).toBe('no-server');
		expect(error.sentence).toContain(`unix://${servers.folder}/none.sock`);
		expect(error.sentence).toContain(
			'The address was given, with --connect, JUMPSEAT_CONNECT or the settings',
		);
		expect(error.sentence).toContain(`\`codex app-server --listen unix://${servers.folder}/none.sock\``);
		expect(error.sentence).toContain('--connect unix://');
	});

	test('no daemon: names the socket that was looked for, and no server that is started by hand there', async () => {
		const error = await failureOf('unix://');
		expect(error.code).toBe('no-server');
		expect(error.sentence).toContain(`${servers.folder}/app-server-control/app-server-control.sock`);
		expect(error.sentence).toContain('Start `codex` in another terminal');
		expect(error.sentence).not.toMatch(/--listen|--connect/);
	});

	test('a path below a file', async () => {
		writeFileSync(path.join(servers.folder, 'file'), '');
		expect(await failureOf(`unix://${servers.folder}/file/s.sock`)).toMatchObject({code: 'no-server'});
	});

	test('a socket whose server was killed', async () => {
		const socketPath = path.join(servers.folder, 'stale.sock');
		// A process that dies without unlinking its socket, as after kill -9.
		spawnSync(process.execPath, [
			'-e',
			`require('net').createServer().listen(${JSON.stringify(socketPath)}, () => process.kill(process.pid, 'SIGKILL'))`,
		]);
		const error = await failureOf(`unix://${socketPath}`);
		expect(error.code).toBe('no-server');
		expect(error.sentence).toContain('has ended');
	});

	test('a regular file', async () => {
		const file = path.join(servers.folder, 'file');
		writeFileSync(file, 'text');
		const error = await failureOf(`unix://${file}`);
		expect(error.code).toBe('not-a-socket');
		expect(error.sentence).toContain('is a file');
	});

	test('a folder', async () => {
		const error = await failureOf(`unix://${servers.folder}`);
		expect(error.code).toBe('not-a-socket');
		expect(error.sentence).toContain('is a folder');
	});

	test('a path that is too long for a socket', async () => {
		const deep = path.join(servers.folder, 'd'.repeat(120));
		mkdirSync(deep);
		writeFileSync(path.join(deep, 's'), '');
		expect(await failureOf(`unix://${deep}/s`)).toMatchObject({code: 'path-too-long'});
		expect(await failureOf(`unix://${deep}/none`)).toMatchObject({code: 'no-server'});
	});

	test.skipIf(process.getuid?.() === 0)(
		'a socket of somebody else (skipped for root, whom nothing stops)',
		async () => {
			const socketPath = path.join(servers.folder, 's.sock');
			const {endpoint} = await servers.webSocket(echo, {socketPath});
			chmodSync(socketPath, 0o000);
			expect(await failureOf(endpoint)).toMatchObject({code: 'permission'});
		},
	);

	test('a port where nothing listens', async () => {
		const {endpoint} = await servers.webSocket(echo);
		await servers.closeAll();
		const error = await failureOf(endpoint);
		expect(error.code).toBe('no-server');
		expect(error.sentence).toContain(endpoint);
		expect(await failureOf(endpoint.replace('127.0.0.1', 'localhost'))).toMatchObject({code: 'no-server'});
	});

	test('a host that does not exist', async () => {
		expect(await failureOf('ws://host.invalid:4500')).toMatchObject({code: 'unreachable'});
	});

	test.each([
		[401, 'unauthorised'],
		[403, 'forbidden'],
		[404, 'not-codex'],
		[200, 'not-codex'],
		[301, 'not-codex'],
		[503, 'unavailable'],
	])('an HTTP server that answers %i', async (status, code) => {
		const {endpoint} = await servers.http(status);
		const error = await failureOf(endpoint);
		expect(error.code).toBe(code);
		expect(error.sentence).toContain(`HTTP ${status}`);
	});

	test('a wrong token is told from a missing one', async () => {
		const {endpoint} = await servers.http(401);
		expect((await failureOf(endpoint, {token: () => 'abc'})).sentence).toContain('did not accept the token');
		expect((await failureOf(endpoint)).sentence).toContain('wants a token');
	});

	test.each([
		['greets first', 'SSH-2.0-OpenSSH_9.2\r\n'],
		['answers with bytes', Buffer.from([0, 255, 1, 254, 10, 13, 0])],
		[
			'answers a wrong key',
			'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n',
		],
		[
			'upgrades to something else',
			'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
		],
	])('a TCP server that %s', async (_what, bytes) => {
		const {endpoint} = await servers.raw(socket => socket.write(bytes));
		const error = await failureOf(endpoint);
		expect(error.code).toBe('not-codex');
		expect(error.sentence).toContain(endpoint);
	});

	test.each(['end', 'resetAndDestroy'] as const)('a server that hangs up at once (%s)', async way => {
		const {endpoint} = await servers.raw(socket => socket[way]());
		expect(await failureOf(endpoint)).toMatchObject({code: 'closed'});
	});

	test('a server that accepts and says nothing runs into the time limit', async () => {
		let tell: () => void = () => {};
		const hungUp = new Promise<void>(resolve => {
			tell = resolve;
		});
		await servers.raw(socket => socket.resume().on('close', tell), path.join(servers.folder, 'mute.sock'));
		const error = await failureOf(`unix://${servers.folder}/mute.sock`, {handshakeTimeoutMs: 60});
		expect(error.code).toBe('timeout');
		expect(error.sentence).toContain('0.06 s');
		await hungUp;
	});

	test('the time limit covers TLS too', async () => {
		const {port} = await servers.raw(socket => socket.resume());
		expect(await failureOf(`wss://127.0.0.1:${port}`, {handshakeTimeoutMs: 60})).toMatchObject({
			code: 'timeout',
		});
	});
});

test('a handshake that comes in single bytes completes', async () => {
	const {endpoint} = await servers.raw(socket => {
		socket.once('data', request => {
			for (const character of switchingProtocols(request.toString())) socket.write(character);
		});
	});
	const channel = await open(endpoint);
	await channel.close();
});
