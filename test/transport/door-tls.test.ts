import net from 'node:net';
import {Duplex} from 'node:stream';
import tls from 'node:tls';
import {afterEach, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import {makeCertificate, type ShareCertificate} from '../../source/share/certificate.ts';
import {accessOf, endpointOf, formatLink, parseLink} from '../../source/share/link.ts';
import {connect} from '../../source/transport/connect.ts';
import {TransportError} from '../../source/transport/errors.ts';
import {websocketOver} from '../../source/transport/websocket.ts';
import {createDoors, openHandles, untilEnd, upgrade} from './doors.ts';

let ours: ShareCertificate;
let other: ShareCertificate;
beforeAll(async () => {
	ours = await makeCertificate({nowMs: Date.now});
	other = await makeCertificate({nowMs: Date.now});
});

let doors: ReturnType<typeof createDoors>;
beforeEach(() => {
	doors = createDoors();
});
afterEach(async () => {
	vi.restoreAllMocks();
	await doors.closeAll();
});

const token = Buffer.alloc(32, 7).toString('base64url');
const admit = async (shown: string | undefined) => (shown === token ? 'pass' : undefined);

/** As a guest would, with a link. */
const join = (port: number, fingerprint: string) => {
	const link = parseLink(formatLink({address: {kind: 'wss', host: '127.0.0.1', port, fingerprint}, token}));
	const limits = {codexHome: doors.folder, handshakeTimeoutMs: 5000, maxFrameBytes: 1024 * 1024};
	return connect(endpointOf(link), {...limits, ...accessOf(link)});
};

const openSecure = () => doors.open({kind: 'wss', host: '127.0.0.1', port: 0, ...ours}, {admit});

/** What came out of the server's side of TLS, below the door. */
const tapDecrypted = (): {bytes: () => number; secured: () => number} => {
	let bytes = 0;
	let secured = 0;
	const {createServer} = tls;
	vi.spyOn(tls, 'createServer').mockImplementation(((...args: Parameters<typeof createServer>) => {
		const server = createServer(...args);
		server.on('secureConnection', socket => {
			secured += 1;
			socket.on('data', chunk => {
				bytes += chunk.length;
			});
		});
		return server;
	}) as typeof createServer);
	return {bytes: () => bytes, secured: () => secured};
};

describe('a door with TLS', () => {
	test('lets in by a link with its fingerprint, and carries frames both ways', async () => {
		const tap = tapDecrypted();
		const {port, next, door} = await openSecure();
		expect(door.display).toBe(`wss://127.0.0.1:${port}`);
		const visitor = next();
		const channel = await join(port, ours.fingerprint);
		const {channel: inside} = await visitor;
		inside.onFrame(({text}) => inside.send(`${text} back`));
		const answer = new Promise(resolve => channel.onFrame(({text}) => resolve(text)));
		channel.send('grüße');
		expect(await answer).toBe('grüße back');
		expect(tap.bytes()).toBeGreaterThan(0);
		await channel.close();
	});

	test('with another certificate than the link’s gets not one byte, and no token', async () => {
		const tap = tapDecrypted();
		const asked: unknown[] = [];
		const {port, door} = await doors.open(
			{kind: 'wss', host: '127.0.0.1', port: 0, ...other},
			{
				admit: async shown => {
					asked.push(shown);
					return undefined;
				},
			},
		);
		const error = await join(port, ours.fingerprint).catch((caught: unknown) => caught);
		expect(error).toBeInstanceOf(TransportError);
		expect(error).toMatchObject({code: 'tls'});
		expect(String(error)).toContain('Nothing was sent');
		expect(String(error)).not.toContain(token);
		await door.close();
		expect([tap.bytes(), asked]).toEqual([0, []]);
	});

	test('speaks TLS 1.3 only', async () => {
		const {port} = await openSecure();
		const dial = (maxVersion: tls.SecureVersion) =>
			new Promise<string | null>((resolve, reject) => {
				const socket = doors.keep(
					tls.connect({
						host: '127.0.0.1',
						port,
						rejectUnauthorized: false,
						maxVersion,
						minVersion: 'TLSv1.2',
					}),
				);
				socket.once('secureConnect', () => resolve(socket.getProtocol()));
				socket.once('error', reject);
			});
		await expect(dial('TLSv1.2')).rejects.toThrow(/version/i);
		expect(await dial('TLSv1.3')).toBe('TLSv1.3');
	});

	test('answers nothing to words in the clear', async () => {
		const {port, visitors} = await openSecure();
		const socket = await doors.dial(port);
		const all = untilEnd(socket);
		socket.write(upgrade([`Authorization: Bearer ${token}`]));
		expect(await all).not.toMatch(/HTTP|40[13]/);
		expect(visitors).toEqual([]);
		await (await join(port, ours.fingerprint)).close();
	});

	test('refuses a token inside TLS as outside', async () => {
		const {port} = await openSecure();
		const socket = doors.keep(tls.connect({host: '127.0.0.1', port, rejectUnauthorized: false}));
		const all = untilEnd(socket);
		socket.write(upgrade(['Authorization: Bearer wrong']));
		expect(await all).toMatch(/^HTTP\/1\.1 401 /);
	});

	test('hangs up on a handshake that does not end, in time and without a rest', async () => {
		const {port, door} = await doors.open(
			{kind: 'wss', host: '127.0.0.1', port: 0, ...ours},
			{admit, handshakeTimeoutMs: 50},
		);
		const silent = await doors.dial(port);
		const half = doors.keep(tls.connect({host: '127.0.0.1', port, rejectUnauthorized: false}));
		half.on('error', () => {});
		half.write('GET / HTTP/1.1\r\nHost: x\r\n');
		expect(await Promise.all([untilEnd(silent), untilEnd(half)])).toEqual(['', '']);
		await door.close();
		await vi.waitFor(() => expect(openHandles()).toEqual([]));
	});

	test('leaves no socket when it is closed over those who are in', async () => {
		const {port, door} = await openSecure();
		const channel = await join(port, ours.fingerprint);
		const reason = new Promise(resolve => channel.onClose(resolve));
		await door.close();
		expect(await reason).toMatchObject({kind: 'remote', code: 1001});
		await vi.waitFor(() => expect(openHandles()).toEqual([]));
	});
});

describe('a socket that came another way', () => {
	const handed = () => doors.open({kind: 'handed', display: 'relay://relay.example:4600', ...ours}, {admit});

	const comeIn = async (raw: Duplex) => {
		const secure = tls.connect({socket: raw, rejectUnauthorized: false});
		await new Promise((resolve, reject) => {
			secure.once('secureConnect', resolve);
			secure.once('error', reject);
		});
		expect(secure.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(
			ours.fingerprint,
		);
		return websocketOver(secure, {
			url: 'ws://localhost/rpc',
			display: 'test',
			authorization: `Bearer ${token}`,
			maxFrameBytes: 1024 * 1024,
			signal: new AbortController().signal,
		});
	};

	/** Two ends in memory: what a socket is not. */
	const pair = (): readonly [Duplex, Duplex] => {
		const ends: Duplex[] = [];
		const make = (other: 0 | 1): Duplex =>
			new Duplex({
				read() {},
				write(chunk: Buffer, _encoding, done) {
					ends[other]?.push(chunk);
					done();
				},
				final(done) {
					ends[other]?.push(null);
					done();
				},
				destroy(error, done) {
					ends[other]?.destroy();
					done(error);
				},
			});
		const [one, two] = [make(1), make(0)];
		ends.push(one, two);
		return [one, two];
	};

	const roundTrip = async (
		raw: Duplex,
		next: () => ReturnType<Awaited<ReturnType<typeof handed>>['next']>,
	) => {
		const visitor = next();
		const channel = await comeIn(raw);
		const {channel: inside} = await visitor;
		inside.onFrame(({text}) => inside.send(`${text} back`));
		const big = 'x'.repeat(300_000);
		const answer = new Promise(resolve => channel.onFrame(({text}) => resolve(text)));
		channel.send(big);
		expect(await answer).toBe(`${big} back`);
		return {channel, inside};
	};

	test('is spoken TLS to, over TCP', async () => {
		const {door, next} = await handed();
		expect(door).toMatchObject({display: 'relay://relay.example:4600', port: undefined});
		const server = net.createServer(socket => door.adopt(socket));
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		const address = server.address();
		const raw = await doors.dial(typeof address === 'object' && address !== null ? address.port : 0);
		const {channel} = await roundTrip(raw, next);
		await channel.close();
		server.close();
	});

	test('is spoken TLS to, over any stream; and cut, it is gone', async () => {
		const {door, next} = await handed();
		const [far, near] = pair();
		door.adopt(near);
		const {channel, inside} = await roundTrip(far, next);
		const reason = new Promise(resolve => channel.onClose(resolve));
		const gone = new Promise(resolve => near.once('close', resolve));
		inside.cut();
		expect(await reason).toMatchObject({kind: 'cut'});
		await gone;
	});

	test('and speaks nonsense, or breaks off, is gone', async () => {
		const {door, visitors} = await handed();
		const [far, near] = pair();
		door.adopt(near);
		const gone = new Promise(resolve => near.once('close', resolve));
		far.resume();
		far.write('JUMPSEAT-RELAY/1 what?\n');
		await gone;
		const [farToo, nearToo] = pair();
		door.adopt(nearToo);
		nearToo.destroy(new Error('broke off'));
		farToo.destroy();
		await door.close();
		expect(visitors).toEqual([]);
	});

	test('after the door was closed is hung up on', async () => {
		const {door} = await handed();
		await door.close();
		const [, near] = pair();
		door.adopt(near);
		expect(near.destroyed).toBe(true);
	});
});
