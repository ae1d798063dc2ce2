import {mkdtempSync, rmSync} from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {type ConnectOptions, connect} from '../../source/transport/connect.ts';
import {parsePin} from '../../source/transport/connect-ws.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import type {TransportError} from '../../source/transport/errors.ts';
import {type Certificate, hasOpenssl, makeCertificate} from './certificate.ts';
import {failureOfAttempt} from './failure.ts';
import {createServers} from './servers.ts';

let servers: ReturnType<typeof createServers>;
beforeEach(() => {
	servers = createServers();
});
afterEach(() => servers.closeAll());

const open = (endpoint: string, options: Partial<ConnectOptions> = {}) =>
	connect(parseEndpoint(endpoint), {
		codexHome: servers.folder,
		handshakeTimeoutMs: 5000,
		maxFrameBytes: 1024,
		...options,
	});

const failureOf = (endpoint: string, options: Partial<ConnectOptions> = {}): Promise<TransportError> =>
	failureOfAttempt(open(endpoint, options));

describe('a pin', () => {
	const digits = '0123456789abcdef'.repeat(4);
	const withColons = digits.toUpperCase().replace(/..(?=.)/g, '$&:');

	test.each([`sha256:${digits}`, `sha256:${withColons}`, `SHA256:${digits}`, ` sha256:${digits}\n`])(
		'is understood as %j',
		text => {
			expect(parsePin(text)).toBe(digits);
		},
	);

	test.each([
		digits,
		`sha1:${digits}`,
		`sha256:${digits}0`,
		`sha256:${digits.slice(1)}`,
		'sha256:',
		'',
		'sha256:*',
	])('is not %j', text => {
		expect(parsePin(text)).toBeUndefined();
	});
});

describe.skipIf(!hasOpenssl)('TLS (skipped without the openssl command)', () => {
	let folder: string;
	let ours: Certificate;
	let other: Certificate;
	beforeAll(() => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-tls-'));
		ours = makeCertificate(folder, 'ours');
		other = makeCertificate(folder, 'other');
	});
	afterAll(() => rmSync(folder, {recursive: true, force: true}));

	const pinOf = (certificate: Certificate): string => parsePin(`sha256:${certificate.fingerprint}`) ?? '';
	const token = () => 'hush-hush';

	const secureServer = () => {
		const {key, cert} = ours;
		return servers.webSocket(() => {}, {server: https.createServer({key, cert})});
	};

	test('a certificate that nobody vouches for is refused, and the sentence names both ways out', async () => {
		const {port, seen} = await secureServer();
		const error = await failureOf(`wss://localhost:${port}`, {token});
		expect(error.code).toBe('tls');
		expect(error.sentence).toMatch(/SELF_SIGNED.*--tls-ca.*--tls-pin/);
		expect(seen).toEqual([]);
	});

	test('with its authority the connection works and carries the token, and no Origin', async () => {
		const {port, seen} = await secureServer();
		const channel = await open(`wss://localhost:${port}`, {tls: {ca: ours.cert}, token});
		await channel.close();
		expect(seen[0]?.headers.authorization).toBe('Bearer hush-hush');
		expect(seen[0]?.headers.host).toBe(`localhost:${port}`);
		expect(seen[0]?.headers).not.toHaveProperty('origin');
	});

	test('the authority may be any of a bundle', async () => {
		const {port} = await secureServer();
		const channel = await open(`wss://localhost:${port}`, {tls: {ca: `${other.cert}\n${ours.cert}`}});
		await channel.close();
	});

	test('a certificate for another name is refused', async () => {
		const {port} = await secureServer();
		expect(await failureOf(`wss://127.0.0.1:${port}`, {tls: {ca: ours.cert}})).toMatchObject({code: 'tls'});
	});

	test('a pinned certificate needs no authority and no matching name', async () => {
		const {port, seen} = await secureServer();
		const channel = await open(`wss://127.0.0.1:${port}`, {tls: {pin: pinOf(ours)}, token});
		await channel.close();
		expect(seen[0]?.headers.authorization).toBe('Bearer hush-hush');
		expect(seen[0]?.headers).not.toHaveProperty('origin');
	});

	test('another certificate is told by its fingerprint, and gets not one byte of ours', async () => {
		let bytes = 0;
		let tell: () => void = () => {};
		const hungUp = new Promise<void>(resolve => {
			tell = resolve;
		});
		const {key, cert} = ours;
		const server = tls.createServer({key, cert}, socket => {
			socket.on('data', chunk => {
				bytes += chunk.length;
			});
			socket.on('error', () => {});
		});
		// Below TLS: the end may come before the server has seen the whole handshake.
		server.on('connection', socket => socket.on('close', tell));
		const {port} = await servers.listen(server);
		const error = await failureOf(`wss://localhost:${port}`, {tls: {pin: pinOf(other)}, token});
		expect(error.code).toBe('tls');
		expect(error.sentence).toContain(`sha256:${pinOf(ours)}`);
		expect(error.sentence).toContain('Nothing was sent');
		expect(error.sentence).not.toContain('hush-hush');
		await hungUp;
		expect(bytes).toBe(0);
	});

	test('wss to a server without TLS says to use ws', async () => {
		const {port} = await servers.webSocket(() => {});
		const error = await failureOf(`wss://127.0.0.1:${port}`);
		expect(error.code).toBe('tls');
		expect(error.sentence).toContain('ws://');
	});

	test('ws to a server with TLS is an error with a sentence', async () => {
		const {port} = await secureServer();
		expect(['closed', 'not-codex']).toContain((await failureOf(`ws://localhost:${port}`)).code);
	});
});

describe('a token that is asked for', () => {
	test('is asked at each connection: a rotated one is used the next time', async () => {
		const {endpoint, seen} = await servers.webSocket(() => {});
		const tokens = ['first', 'second'];
		for (let time = 0; time < 2; time += 1) {
			const channel = await open(endpoint, {token: () => tokens.shift() ?? ''});
			await channel.close();
		}
		expect(seen.map(({headers}) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
	});

	test('is not asked for by a unix socket', async () => {
		const socketPath = path.join(servers.folder, 's.sock');
		const {endpoint} = await servers.webSocket(() => {}, {socketPath});
		const channel = await open(endpoint, {
			token() {
				throw new Error('asked');
			},
		});
		await channel.close();
	});

	test('that cannot be had ends the attempt with its own reason, before anything is sent', async () => {
		const {endpoint, seen} = await servers.webSocket(() => {});
		const attempt = open(endpoint, {
			token() {
				throw new Error('the file is gone');
			},
		});
		await expect(attempt).rejects.toThrow('the file is gone');
		expect(seen).toEqual([]);
	});
});
