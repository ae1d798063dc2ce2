import net from 'node:net';
import {duplexPair} from 'node:stream';
import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {WebSocket} from 'ws';
import {type CloseReason, connect, type Frame, type FrameChannel} from '../../source/transport/connect.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {TransportError} from '../../source/transport/errors.ts';
import {websocketOver} from '../../source/transport/websocket.ts';
import {createServers, smallFrame, switchingProtocols} from './servers.ts';

let servers: ReturnType<typeof createServers>;

beforeEach(() => {
	servers = createServers();
});

afterEach(() => servers.closeAll());

const limit = 64 * 1024;

const open = (endpoint: string, maxFrameBytes = limit) =>
	connect(parseEndpoint(endpoint), {codexHome: servers.folder, handshakeTimeoutMs: 5000, maxFrameBytes});

const closed = (channel: FrameChannel): Promise<CloseReason> =>
	new Promise(resolve => {
		channel.onClose(resolve);
	});

/** Resolves with the first `count` frames. */
const frames = (channel: FrameChannel, count: number): Promise<Frame[]> =>
	new Promise(resolve => {
		const got: Frame[] = [];
		channel.onFrame(frame => {
			got.push(frame);
			if (got.length === count) resolve(got);
		});
	});

/** A channel and the server's end of it. */
const pair = async (maxFrameBytes = limit): Promise<{channel: FrameChannel; server: WebSocket}> => {
	let tell: (socket: WebSocket) => void = () => {};
	const server = new Promise<WebSocket>(resolve => {
		tell = resolve;
	});
	const {endpoint} = await servers.webSocket(socket => tell(socket));
	return {channel: await open(endpoint, maxFrameBytes), server: await server};
};

/** A server that upgrades and then sends these bytes in the same write as the 101. */
const upgradeThen = (bytes: Buffer, after: (socket: net.Socket) => void = () => {}) =>
	servers.raw(socket => {
		socket.once('data', request => {
			socket.write(Buffer.concat([Buffer.from(switchingProtocols(request.toString())), bytes]), () =>
				after(socket),
			);
			socket.resume();
		});
	});

describe('frames', () => {
	test('that come in the same segment as the 101 wait for the first listener, in order', async () => {
		const burst = Buffer.concat(['one', 'two', 'three'].map(text => smallFrame(1, text)));
		const {endpoint} = await upgradeThen(burst, socket =>
			socket.once('data', () => socket.write(smallFrame(10, '0'))),
		);
		const channel = await open(endpoint);
		// The pong stands behind the three on the wire: they were read while nobody listened.
		await channel.ping();
		const heard: string[] = [];
		channel.onFrame(frame => heard.push(frame.text));
		expect(heard).toEqual(['one', 'two', 'three']);
		channel.onFrame(frame => heard.push(`late ${frame.text}`));
		expect(heard).toHaveLength(3);
		await channel.close();
	});

	test('that nobody has heard yet come before the news of the ending', async () => {
		const {channel, server} = await pair();
		const heard: string[] = [];
		const ending = closed(channel).then(reason => heard.push(reason.kind));
		server.send('last words');
		server.close(1001);
		await new Promise(resolve => server.once('close', resolve));
		expect(heard).toEqual([]);
		channel.onFrame(frame => heard.push(frame.text));
		await ending;
		expect(heard).toEqual(['last words', 'remote']);
	});

	test('keep their order and their size in bytes', async () => {
		const {channel, server} = await pair();
		const texts = Array.from({length: 2000}, (_, index) => `${index} ${'ü'.repeat(index % 50)}`);
		const got = frames(channel, texts.length);
		for (const text of texts) server.send(text);
		expect(await got).toEqual(texts.map(text => ({text, bytes: Buffer.byteLength(text)})));
		await channel.close();
	});

	test('of 20 MB come through whole', async () => {
		const {channel, server} = await pair(128 * 1024 * 1024);
		const text = 'a ü 漢 '.repeat(2_500_000);
		const got = frames(channel, 1);
		server.send(text);
		const [frame] = await got;
		expect(frame?.bytes).toBeGreaterThan(20_000_000);
		expect(frame?.text === text).toBe(true);
		await channel.close();
	});

	test('in pieces are put together, with a ping in between', async () => {
		const first = Buffer.from([0x01, 2, ...Buffer.from('gr')]);
		const ping = smallFrame(9, 'x');
		const last = smallFrame(0, 'üße');
		const {endpoint} = await upgradeThen(Buffer.concat([first, ping, last]));
		const channel = await open(endpoint);
		expect(await frames(channel, 1)).toEqual([{text: 'grüße', bytes: 7}]);
		await channel.close();
	});

	test('in binary are read as UTF-8, whatever they hold', async () => {
		const {channel, server} = await pair();
		const got = frames(channel, 2);
		server.send(Buffer.from('{"method":"ü"}'));
		server.send(Buffer.from([0xff, 0x41]));
		expect(await got).toEqual([
			{text: '{"method":"ü"}', bytes: 15},
			{text: '\uFFFDA', bytes: 2},
		]);
		await channel.close();
	});

	test('go to every listener that has not been taken away', async () => {
		const {channel, server} = await pair();
		const heard: string[] = [];
		const listener = (frame: Frame) => heard.push(frame.text);
		const first = channel.onFrame(listener);
		channel.onFrame(listener);
		server.send('a');
		await frames(channel, 1);
		first();
		first();
		server.send('b');
		await frames(channel, 1);
		expect(heard).toEqual(['a', 'a', 'b']);
		await channel.close();
	});

	test('go out as text, unmasked bytes equal', async () => {
		const {channel, server} = await pair();
		const got = new Promise<[string, unknown]>(resolve => {
			server.once('message', (data, isBinary) => resolve([data.toString(), isBinary]));
		});
		channel.send('漢\u0000\uD83D\uDE00');
		expect(await got).toEqual(['漢\u0000\uD83D\uDE00', false]);
		await channel.close();
	});
});

describe('the ending', () => {
	test('by the server tells its code and reason, made harmless', async () => {
		const {channel, server} = await pair();
		const ending = closed(channel);
		server.close(1001, 'bye \u001B[2J');
		expect(await ending).toMatchObject({code: 1001, kind: 'remote'});
		expect((await ending).sentence).toContain('1001: bye [2J');
	});

	test('without a goodbye is a cut', async () => {
		const {channel, server} = await pair();
		const ending = closed(channel);
		server.terminate();
		expect(await ending).toMatchObject({code: 1006, kind: 'cut'});
	});

	test('by a reset is a cut', async () => {
		const {endpoint} = await upgradeThen(Buffer.alloc(0), socket => socket.resetAndDestroy());
		expect(await closed(await open(endpoint))).toMatchObject({code: 1006, kind: 'cut'});
	});

	test('is told to a listener that comes too late, once', async () => {
		const {channel, server} = await pair();
		server.terminate();
		await closed(channel);
		let told = 0;
		channel.onClose(() => told++);
		expect(await closed(channel)).toMatchObject({kind: 'cut'});
		expect(told).toBe(1);
	});

	test('is not told to a listener that was taken away', async () => {
		const {channel, server} = await pair();
		let told = 0;
		channel.onClose(() => told++)();
		server.terminate();
		await closed(channel);
		expect(told).toBe(0);
	});

	test('by us is local, says goodbye, and lets no frame through any more', async () => {
		const {channel, server} = await pair();
		const heard: string[] = [];
		channel.onFrame(frame => heard.push(frame.text));
		const ending = closed(channel);
		const goodbye = new Promise(resolve => server.once('close', resolve));
		server.send('too late');
		await Promise.all([channel.close(), channel.close()]);
		expect(await ending).toMatchObject({kind: 'local'});
		expect(await goodbye).toBe(1000);
		expect(heard).toEqual([]);
		await channel.close();
	});

	test('by us does not wait for a server that is stuck', async () => {
		const {endpoint} = await upgradeThen(Buffer.alloc(0));
		const channel = await open(endpoint);
		await channel.close();
		expect(await closed(channel)).toMatchObject({kind: 'local', code: 1006});
	});

	test('makes send and ping fail with a sentence, and a waiting ping too', async () => {
		const {endpoint} = await upgradeThen(Buffer.alloc(0));
		const channel = await open(endpoint);
		const waiting = channel.ping();
		const leaving = channel.close();
		expect(() => channel.send('x')).toThrow(TransportError);
		await expect(channel.ping()).rejects.toMatchObject({code: 'closed'});
		await expect(waiting).rejects.toMatchObject({code: 'closed'});
		await leaving;
		expect(() => channel.send('x')).toThrow(/We left/u);
	});
});

describe('a frame that cannot be taken', () => {
	test('because it is too large ends the connection and says how large', async () => {
		const {channel, server} = await pair();
		const ending = closed(channel);
		const heard = frames(channel, 1);
		server.send('fits'.padEnd(limit));
		server.send('x'.repeat(limit + 1));
		expect((await heard)[0]?.bytes).toBe(limit);
		expect(await ending).toMatchObject({code: 1009, kind: 'oversized'});
		expect((await ending).sentence).toContain(`${limit + 1} bytes`);
		expect((await ending).sentence).toContain(`limit is ${limit} bytes`);
	});

	test('because its header announces more than there is memory ends the connection at once', async () => {
		const header = Buffer.from([0x81, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255]);
		const {endpoint} = await upgradeThen(header);
		expect(await closed(await open(endpoint))).toMatchObject({kind: 'oversized'});
	});

	test('because it came in pieces that grow too large ends the connection', async () => {
		const piece = (first: number) =>
			Buffer.concat([Buffer.from([first, 126, 0x80, 0]), Buffer.alloc(0x8000, 'x')]);
		const {endpoint} = await upgradeThen(Buffer.concat([piece(0x01), piece(0x00), piece(0x00)]));
		expect(await closed(await open(endpoint))).toMatchObject({code: 1009, kind: 'oversized'});
	});

	test.each([
		['has a reserved bit', Buffer.from([0xf1, 1, 65]), 1002],
		['has an unknown opcode', Buffer.from([0x83, 1, 65]), 1002],
		['is masked', Buffer.from([0x81, 0x81, 1, 2, 3, 4, 65]), 1002],
		['is text that is not UTF-8', Buffer.from([0x81, 1, 0xff]), 1007],
	])('because it %s ends the connection', async (_what, bytes, code) => {
		const {endpoint} = await upgradeThen(bytes);
		expect(await closed(await open(endpoint))).toMatchObject({code, kind: 'error'});
	});

	test('because the bytes are noise never throws', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({minLength: 2, maxLength: 300}), async noise => {
				const {endpoint} = await upgradeThen(Buffer.from(noise), socket => socket.end());
				const channel = await open(endpoint);
				channel.onFrame(() => {});
				expect(['error', 'oversized', 'remote', 'cut']).toContain((await closed(channel)).kind);
			}),
			{numRuns: 30},
		);
	});
});

test('a ping measures the round trip by the clock it is given', async () => {
	const {endpoint} = await servers.webSocket(() => {});
	const clock = [100, 105, 200, 250];
	const port = Number(new URL(endpoint).port);
	const channel = await websocketOver(net.connect(port, '127.0.0.1'), {
		url: `${endpoint}/rpc`,
		display: endpoint,
		maxFrameBytes: limit,
		signal: new AbortController().signal,
		nowMs: () => clock.shift() ?? 0,
	});
	expect(await channel.ping()).toBe(5);
	expect(await channel.ping()).toBe(50);
	await channel.close();
});

test('while a pong is waited for, whatever comes is told of', async () => {
	const {endpoint} = await servers.webSocket(socket => {
		(socket as unknown as {_autoPong: boolean})._autoPong = false;
		socket.on('ping', data => {
			socket.send('something big');
			socket.once('message', () => socket.pong(data));
		});
	});
	const channel = await websocketOver(net.connect(Number(new URL(endpoint).port), '127.0.0.1'), {
		url: `${endpoint}/rpc`,
		display: endpoint,
		maxFrameBytes: limit,
		signal: new AbortController().signal,
	});
	channel.onFrame(() => channel.send('Go on.'));
	let heard = 0;
	await channel.ping(() => {
		heard += 1;
	});
	expect(heard).toBeGreaterThan(0);
	await channel.close();
});

test('what the server does not read shows in bufferedBytes', async () => {
	const {endpoint} = await servers.raw(socket => {
		socket.once('data', request => {
			socket.pause();
			socket.write(switchingProtocols(request.toString()));
		});
	});
	const channel = await open(endpoint);
	expect(channel.bufferedBytes).toBe(0);
	for (let count = 0; count < 64; count++) channel.send('x'.repeat(1024 * 1024));
	expect(channel.bufferedBytes).toBeGreaterThan(1024 * 1024);
	await channel.close();
});

test('a Duplex that is no socket carries the same', async () => {
	const [ours, theirs] = duplexPair();
	theirs.once('data', request => {
		theirs.write(
			Buffer.concat([Buffer.from(switchingProtocols(request.toString())), smallFrame(1, 'hello')]),
		);
		theirs.on('data', () => theirs.end());
	});
	const channel = await websocketOver(ours, {
		url: 'ws://localhost/rpc',
		display: 'a pipe',
		maxFrameBytes: limit,
		signal: new AbortController().signal,
	});
	expect(await frames(channel, 1)).toEqual([{text: 'hello', bytes: 5}]);
	const ending = closed(channel);
	channel.send('done');
	expect(await ending).toMatchObject({kind: 'cut'});
	expect(ours.destroyed).toBe(true);
});

test('a Duplex whose handshake is called off is destroyed', async () => {
	const [ours] = duplexPair();
	const attempt = new AbortController();
	const opening = websocketOver(ours, {
		url: 'ws://localhost/rpc',
		display: 'a pipe',
		maxFrameBytes: limit,
		signal: attempt.signal,
	});
	attempt.abort(new TransportError('timeout', 'Too late.'));
	await expect(opening).rejects.toMatchObject({code: 'timeout'});
	expect(ours.destroyed).toBe(true);
});
