/** Both ends' way to a relay, against something that answers in its place: every answer is a line or one sentence. */
import {once} from 'node:events';
import type net from 'node:net';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {connectRelay, waitAtRelay} from '../../source/transport/connect-relay.ts';
import {hostLine, joinLine, roomOf} from '../../source/transport/relay-preamble.ts';
import {createServers} from './servers.ts';

let servers: ReturnType<typeof createServers>;

beforeEach(() => {
	servers = createServers();
});

afterEach(() => servers.closeAll());

const secret = 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU';
const room = roomOf(secret);
const pin = '0'.repeat(64);
const host = '127.0.0.1';
const never = new AbortController().signal;

const join = (port: number, signal = never) =>
	connectRelay({host, port, room, display: 'relay://there'}, {pin}, signal);

const wait = (port: number, onWaiting = (): void => {}, signal = never) =>
	waitAtRelay({host, port, secret, display: 'relay://there'}, {onWaiting}, signal);

/** Says this once the first line is whole. */
const answering = async (text: string, then = (_socket: net.Socket): void => {}) => {
	const lines: string[] = [];
	const {port} = await servers.raw(socket => {
		let said = '';
		socket.on('data', bytes => {
			said += String(bytes);
			if (!said.endsWith('\n') || lines.length > 0) return;
			lines.push(said);
			socket.write(text);
			then(socket);
		});
	});
	return {port, lines};
};

describe('a guest', () => {
	test('says the room and nothing else before OK, and nothing but TLS behind it', async () => {
		const said: Buffer[] = [];
		const {port} = await servers.raw(socket => {
			socket.on('data', bytes => {
				said.push(bytes);
				if (said.length === 1) socket.write('OK\n');
				else socket.destroy();
			});
		});
		await expect(join(port)).rejects.toMatchObject({code: 'closed'});
		expect(String(said[0])).toBe(joinLine(room));
		// A TLS handshake: ClientHello.
		expect([...(said[1]?.subarray(0, 6) ?? [])]).toEqual([
			22,
			3,
			1,
			expect.any(Number),
			expect.any(Number),
			1,
		]);
		expect(said[1]?.includes(room)).toBe(false);
	});

	test.each([
		[
			'NO nobody shares this any more\n',
			'no-server',
			'The relay relay://there says: nobody shares this any more.',
		],
		['NO \u001B[2Jit is\u0007 full\n', 'unreachable', 'The relay relay://there says: [2Jit is full.'],
		['WAIT\n', 'not-codex', 'relay://there does not answer as a relay of Jumpseat.'],
		[
			'HTTP/1.1 400 Bad Request\r\n',
			'not-codex',
			'relay://there answers, but not as a relay of Jumpseat. Check the address and the port.',
		],
		[
			'x'.repeat(300),
			'not-codex',
			'relay://there answers, but not as a relay of Jumpseat. Check the address and the port.',
		],
		[
			'OK\nHTTP/1.1 400 Bad Request\r\n\r\n',
			'tls',
			expect.stringMatching(/^What comes through relay:\/\/there is not TLS .*Nothing was sent there\.$/),
		],
	])('who is told %j has a sentence', async (text, code, sentence) => {
		const {port} = await answering(text);
		await expect(join(port)).rejects.toMatchObject({code, sentence});
	});

	test('who is hung up on, before or behind OK, may try again', async () => {
		const {port} = await servers.raw(socket => socket.destroy());
		await expect(join(port)).rejects.toMatchObject({
			code: 'closed',
			sentence: 'The relay relay://there hung up. It may be restarting; try again.',
		});
		const behind = await answering('OK\n', socket => socket.end());
		await expect(join(behind.port)).rejects.toMatchObject({
			code: 'closed',
			sentence: expect.stringMatching(/^The line through relay:\/\/there broke off before/),
		});
	});

	test.each(['', 'OK\n', 'O'])(
		'who is left waiting behind %j is called off, and leaves no line',
		async text => {
			const closed = new Promise(resolve => {
				void servers
					.raw(socket => {
						socket.on('close', resolve);
						socket.once('data', () => {
							if (text !== '') socket.write(text);
							setImmediate(() => attempt.abort(new Error('called off')));
						});
					})
					.then(({port}) => {
						joined = expect(join(port, attempt.signal)).rejects.toThrow('called off');
					});
			});
			const attempt = new AbortController();
			let joined: Promise<void> | undefined;
			await closed;
			await joined;
		},
	);

	test('finds no relay, and no host of that name, with a sentence each', async () => {
		const {port} = await servers.raw(() => {});
		await servers.closeAll();
		await expect(join(port)).rejects.toMatchObject({
			code: 'unreachable',
			sentence: expect.stringMatching(/^No relay answers at relay:\/\/there: nothing listens there\./),
		});
		const nowhere = {host: 'no.such.host.invalid', port, room, display: 'relay://there'};
		await expect(connectRelay(nowhere, {pin}, never)).rejects.toMatchObject({
			code: 'unreachable',
			sentence: 'The host of the relay relay://there cannot be found: check its name.',
		});
	});
});

describe('a host', () => {
	test('has the line, and with it what the guest has said already', async () => {
		const {port, lines} = await answering('WAIT\nOK\nfirst words', socket => socket.write(', more'));
		let waits = 0;
		const line = await wait(port, () => {
			waits += 1;
		});
		expect(lines).toEqual([hostLine(secret)]);
		expect(waits).toBeGreaterThan(0);
		let heard = '';
		line.on('data', bytes => {
			heard += String(bytes);
		});
		line.resume();
		while (heard !== 'first words, more') await once(line, 'data');
		line.destroy();
	});

	test('waits as long as it takes, is told when that begins, and can be called off', async () => {
		const attempt = new AbortController();
		const {port} = await answering('WAIT\n');
		let line: Promise<unknown> = Promise.resolve();
		await new Promise<void>(resolve => {
			line = expect(wait(port, resolve, attempt.signal)).rejects.toThrow('the share ends');
		});
		attempt.abort(new Error('the share ends'));
		await line;
	});

	test('is told once that it waits: a relay that says so for ever is none', async () => {
		let told = 0;
		const {port} = await answering('WAIT\n'.repeat(10_000));
		const waits = wait(port, () => {
			told += 1;
		});
		await expect(waits).rejects.toMatchObject({code: 'not-codex'});
		expect(told).toBe(1);
	});

	test('who is refused after a wait hears why', async () => {
		const {port} = await answering('WAIT\nNO nobody came for a long time; come again\n');
		await expect(wait(port)).rejects.toMatchObject({
			sentence: 'The relay relay://there says: nobody came for a long time; come again.',
		});
	});
});
