import {chmodSync, chownSync, existsSync, lstatSync, mkdirSync, statSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import {PassThrough} from 'node:stream';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {createGuard} from '../../source/share/guard.ts';
import {createInvitations} from '../../source/share/invitations.ts';
import {connect} from '../../source/transport/connect.ts';
import {type DoorAddress, DoorError} from '../../source/transport/door.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {createClock} from '../share/clock.ts';
import {createDoors, openHandles, untilEnd, upgrade} from './doors.ts';

let doors: ReturnType<typeof createDoors>;
beforeEach(() => {
	doors = createDoors();
});
afterEach(async () => {
	vi.restoreAllMocks();
	await doors.closeAll();
});

const loopback: DoorAddress = {kind: 'ws', host: '127.0.0.1', port: 0};

const sentenceOf = async (attempt: Promise<unknown>): Promise<string> => {
	try {
		await attempt;
	} catch (error) {
		if (error instanceof DoorError) return error.message;
		throw error;
	}
	throw new Error('it opened');
};

const modeOf = (file: string): string => (lstatSync(file).mode & 0o7777).toString(8);

describe('a unix socket', () => {
	const socketPath = () => path.join(doors.folder, 'new', 'share.sock');

	test('is its user’s alone from its first moment, in a folder that is too', async () => {
		const file = socketPath();
		const modes: string[] = [];
		const {listen} = net.Server.prototype;
		vi.spyOn(net.Server.prototype, 'listen').mockImplementation(function (this: net.Server, ...args) {
			const server = listen.apply(this, args);
			modes.push(modeOf(file));
			return server;
		});
		const usual = process.umask();
		const {door} = await doors.open({kind: 'unix', path: file});
		expect(modes).toEqual(['600']);
		expect(modeOf(file)).toBe('600');
		expect(modeOf(path.dirname(file))).toBe('700');
		expect(process.umask()).toBe(usual);
		expect(door).toMatchObject({display: `unix://${file}`, port: undefined});
		await door.close();
		expect(existsSync(file)).toBe(false);
	});

	const group =
		process.getuid?.() === 0 ? 4242 : process.getgroups?.().find(gid => gid !== process.getgid?.());

	test.skipIf(group === undefined)(
		'is for a group too, and its folder lets the group walk through and no more (skipped without another group)',
		async () => {
			const file = socketPath();
			await doors.open({kind: 'unix', path: file, gid: group});
			expect([modeOf(file), statSync(file).gid]).toEqual(['660', group]);
			expect([modeOf(path.dirname(file)), statSync(path.dirname(file)).gid]).toEqual(['710', group]);
		},
	);

	test('is not made where the group could not come to it', async () => {
		const folder = path.join(doors.folder, 'closed');
		mkdirSync(folder, {mode: 0o700});
		const gid = process.getgid?.() ?? 0;
		const address: DoorAddress = {kind: 'unix', path: path.join(folder, 's'), gid};
		expect(await sentenceOf(doors.open(address))).toContain('The group may not enter');
	});

	test('is not made where others could put theirs in its place', async () => {
		const folder = path.join(doors.folder, 'open');
		mkdirSync(folder);
		chmodSync(folder, 0o777);
		const address: DoorAddress = {kind: 'unix', path: path.join(folder, 's')};
		expect(await sentenceOf(doors.open(address))).toContain('Others may write');
		chmodSync(folder, 0o1777);
		await doors.open(address);
	});

	test.skipIf(process.getuid?.() !== 0)(
		'is not made in another user’s folder (skipped unless root)',
		async () => {
			const folder = path.join(doors.folder, 'theirs');
			mkdirSync(folder, {mode: 0o700});
			chownSync(folder, 4242, 4242);
			const address: DoorAddress = {kind: 'unix', path: path.join(folder, 's')};
			expect(await sentenceOf(doors.open(address))).toContain('Others may write');
		},
	);

	test('takes the place of one whose share has ended, but not of a live one or a file', async () => {
		const file = path.join(doors.folder, 's');
		const {close} = net.Server.prototype;
		await doors.open({kind: 'unix', path: file});
		expect(await sentenceOf(doors.open({kind: 'unix', path: file}))).toContain('Somebody listens');
		// As after a crash: the socket is there, and nobody behind it.
		const stale = path.join(doors.folder, 'stale');
		const server = net.createServer();
		await new Promise<void>(resolve => server.listen(path.join(doors.folder, 'moved'), resolve));
		const {renameSync} = await import('node:fs');
		renameSync(path.join(doors.folder, 'moved'), stale);
		await new Promise(resolve => close.call(server, resolve));
		expect(lstatSync(stale).isSocket()).toBe(true);
		await doors.open({kind: 'unix', path: stale});
		writeFileSync(path.join(doors.folder, 'file'), 'precious');
		const address: DoorAddress = {kind: 'unix', path: path.join(doors.folder, 'file')};
		expect(await sentenceOf(doors.open(address))).toContain('is no socket');
		expect(lstatSync(path.join(doors.folder, 'file')).size).toBe(8);
	});

	test('has a path that the system can hold', async () => {
		const address: DoorAddress = {kind: 'unix', path: path.join(doors.folder, 'x'.repeat(100))};
		expect(await sentenceOf(doors.open(address))).toContain('the system allows');
	});

	test('is come in by with the token of a link', async () => {
		const file = path.join(doors.folder, 'my share #1.sock');
		const {tokens} = await doors.open({kind: 'unix', path: file});
		const access = {
			codexHome: doors.folder,
			handshakeTimeoutMs: 5000,
			maxFrameBytes: 1024,
			token: () => 'good',
		};
		const channel = await connect(parseEndpoint(`unix://${file}`), {...access, tokenOnUnix: true});
		await channel.close();
		await expect(connect(parseEndpoint(`unix://${file}`), access)).rejects.toMatchObject({
			code: 'unauthorised',
		});
		expect(tokens).toEqual(['good', undefined]);
	});
});

describe('nothing but TLS beyond loopback', () => {
	test.each([
		'0.0.0.0',
		'::',
		'',
		'192.0.2.1',
		'2001:db8::1',
		'share.example',
		'localhost.example',
		'127.0.0.1.example',
		'127.1',
		'0',
		'::ffff:192.0.2.1',
		'fe80::1',
	])('ws is not opened at %j', async host => {
		const listen = vi.spyOn(net.Server.prototype, 'listen');
		expect(await sentenceOf(doors.open({kind: 'ws', host, port: 0}))).toContain('is not encrypted');
		expect(listen).not.toHaveBeenCalled();
	});

	test('ws at localhost is this machine, whatever a hosts file says', async () => {
		const listen = vi.spyOn(net.Server.prototype, 'listen');
		const {door, port} = await doors.open({kind: 'ws', host: 'localhost', port: 0});
		expect(listen).toHaveBeenCalledWith({host: '127.0.0.1', port: 0});
		expect(door.display).toBe(`ws://localhost:${port}`);
	});

	test.each(['wss', 'handed'] as const)('%s is not opened without a certificate that works', async kind => {
		for (const [key, cert] of [
			['', ''],
			['nonsense', 'nonsense'],
		] as const) {
			const address: DoorAddress =
				kind === 'wss' ? {kind, host: '0.0.0.0', port: 0, key, cert} : {kind, display: 'x', key, cert};
			expect(await sentenceOf(doors.open(address))).toMatch(/certificate/);
		}
	});

	test('a socket that came another way is not taken by a door without TLS', async () => {
		for (const address of [loopback, {kind: 'unix', path: path.join(doors.folder, 's')} as const]) {
			const {door, tokens} = await doors.open(address);
			const socket = new PassThrough();
			expect(() => door.adopt(socket)).toThrow(DoorError);
			expect(socket.destroyed).toBe(true);
			expect(tokens).toEqual([]);
		}
	});

	test('a port that is taken is an error with a sentence', async () => {
		const {port} = await doors.open(loopback);
		const sentence = await sentenceOf(doors.open({...loopback, port}));
		expect(sentence).toContain(`Somebody listens at ws://127.0.0.1:${port} already`);
	});
});

describe('whoever knocks', () => {
	const answerTo = async (port: number, text: string): Promise<string> => {
		const socket = await doors.dial(port);
		const all = untilEnd(socket);
		socket.write(text);
		return all;
	};

	test('is let in with the headers of the stock client', async () => {
		const {port, next, tokens} = await doors.open(loopback);
		const visitor = next();
		const socket = await doors.dial(port);
		const first = new Promise<string>(resolve => {
			socket.once('data', chunk => resolve(String(chunk)));
		});
		socket.write(
			upgrade(['authorization: Bearer good', 'x-codex-app-server-compression: zstd-stream-v1', 'x-new: 1']),
		);
		expect((await visitor).pass).toBe('pass');
		expect(await first).toMatch(/^HTTP\/1\.1 101 /);
		expect(await first).not.toMatch(/extensions|compression/i);
		expect(tokens).toEqual(['good']);
	});

	test('from a web page is refused before his token is looked at', async () => {
		const {port, tokens} = await doors.open(loopback);
		for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1']) {
			const answer = await answerTo(port, upgrade(['Authorization: Bearer good', `Origin: ${origin}`]));
			expect(answer).toMatch(/^HTTP\/1\.1 403 /);
		}
		expect(tokens).toEqual([]);
	});

	test('with no token that stands gets the same bytes after the same delay, whatever is wrong with it', async () => {
		const clock = createClock(() => 0.25);
		const {randomBytes} = await import('node:crypto');
		const invitations = createInvitations({nowMs: clock.nowMs, randomBytes});
		const tokenOf = (name: string, more: {lifetimeMs?: number; once?: boolean} = {}) =>
			invitations.invite({name, role: 'observe', once: false, ...more}).token;
		const used = tokenOf('used', {once: true});
		invitations.admit(used);
		const expired = tokenOf('expired', {lifetimeMs: 1});
		const removed = tokenOf('removed');
		invitations.remove('removed');
		const good = tokenOf('good');
		await clock.advance(10);
		const headers: Readonly<Record<string, readonly string[]>> = {
			none: [],
			wrong: [`Authorization: Bearer ${randomBytes(32).toString('base64url')}`],
			'one character off': [`Authorization: Bearer ${good.slice(0, -1)}${good.endsWith('A') ? 'E' : 'A'}`],
			expired: [`Authorization: Bearer ${expired}`],
			used: [`Authorization: Bearer ${used}`],
			removed: [`Authorization: Bearer ${removed}`],
			short: ['Authorization: Bearer x'],
			long: [`Authorization: Bearer ${'x'.repeat(5000)}`],
			empty: ['Authorization: Bearer '],
			'another scheme': [`Authorization: Basic ${good}`],
			'no scheme': [`Authorization: ${good}`],
			'not ASCII': ['Authorization: Bearer \u00FC'],
		};
		const seen: Record<string, {readonly answer: string; readonly delayMs: number}> = {};
		for (const [name, lines] of Object.entries(headers)) {
			// For each its own guard: they come as the first of their address.
			const guard = createGuard(clock);
			let tell = (): void => {};
			const asked = new Promise<void>(resolve => {
				tell = resolve;
			});
			const {port, visitors} = await doors.open(loopback, {
				admit: (token, from) => {
					const answer = guard.admit(from, () => (invitations.admit(token) === undefined ? undefined : 'in'));
					tell();
					return answer;
				},
			});
			const answer = answerTo(port, upgrade(lines));
			await asked;
			const delayMs = clock.delaysMs.at(-1) ?? 0;
			await clock.advance(delayMs);
			seen[name] = {answer: await answer, delayMs};
			expect(visitors).toEqual([]);
		}
		const {none} = seen;
		expect(none?.answer).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
		expect(none?.answer).not.toMatch(/^date:/im);
		expect(none?.delayMs).toBeGreaterThan(0);
		for (const each of Object.values(seen)) expect(each).toEqual(none);
		expect(invitations.admit(good)?.name).toBe('good');
	});

	test('is not let in when the question itself fails', async () => {
		const {port, visitors} = await doors.open(loopback, {admit: () => Promise.reject(new Error('secret'))});
		const answer = await answerTo(port, upgrade(['Authorization: Bearer good']));
		expect(answer).toMatch(/^HTTP\/1\.1 401 /);
		expect(answer).not.toContain('secret');
		expect(visitors).toEqual([]);
	});

	test.each([
		['a page', 'GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n'],
		['pages one after another', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(50)],
		['a page and then more', `GET / HTTP/1.1\r\nHost: x\r\n\r\n${upgrade(['Authorization: Bearer bad'])}`],
		['a form', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello'],
		[
			'a form with a question',
			'POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n',
		],
		['a proxy', 'CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n'],
		['another upgrade', 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'],
		['TLS', '\u0016\u0003\u0001\u0000\u0005hello'],
		['nonsense', '\u0000\u0001\u0002\r\n\r\n'],
		['too many headers', upgrade([`X-Long: ${'x'.repeat(9000)}`])],
	])('for %s is hung up on, and the door stands', async (_what, text) => {
		const {port, visitors} = await doors.open(loopback);
		expect(await answerTo(port, text)).not.toContain('101 Switching');
		expect(visitors).toEqual([]);
		await doors.visit(port);
		expect(visitors).toHaveLength(1);
	});

	test('with a good token and an Upgrade that is none is refused, and the door stands', async () => {
		const {port, visitors} = await doors.open(loopback);
		const broken = upgrade(['Authorization: Bearer good']).replace(/Sec-WebSocket-Key.*\r\n/, '');
		expect(await answerTo(port, broken)).toMatch(/^HTTP\/1\.1 400 /);
		expect(visitors).toEqual([]);
	});

	test('and says nothing, or his words one by one, is hung up on when his time is over', async () => {
		const clock = createClock();
		const {port} = await doors.open(loopback, {later: clock.later, handshakeTimeoutMs: 1000});
		const silent = await doors.dial(port);
		const slow = await doors.dial(port);
		const ends = Promise.all([untilEnd(silent), untilEnd(slow)]);
		for (const character of upgrade(['Authorization: Bearer good']).slice(0, 40)) {
			slow.write(character);
			await clock.advance(20);
		}
		expect(silent.destroyed).toBe(false);
		await clock.advance(1000);
		expect(await ends).toEqual(['', '']);
		expect(clock.pending()).toBe(0);
	});

	test('and does not wait for the answer is not let in, and leaves nothing', async () => {
		let decide = (_pass: string | undefined): void => {};
		let tell = (): void => {};
		const asked = new Promise<void>(resolve => {
			tell = resolve;
		});
		const {port, visitors, door} = await doors.open(loopback, {
			admit: () => {
				tell();
				return new Promise(resolve => {
					decide = resolve;
				});
			},
		});
		const socket = await doors.dial(port);
		socket.write(upgrade(['Authorization: Bearer good']));
		await asked;
		socket.resetAndDestroy();
		await new Promise(resolve => socket.once('close', resolve));
		await new Promise(resolve => setImmediate(resolve));
		decide('pass');
		await door.close();
		expect(visitors).toEqual([]);
	});

	test('when all places are taken is told so, and his token is not looked at', async () => {
		const {port, tokens, visitors} = await doors.open(loopback, {maxVisitors: 2});
		await doors.visit(port);
		const second = await doors.visit(port);
		expect(await answerTo(port, upgrade(['Authorization: Bearer good']))).toMatch(/^HTTP\/1\.1 503 /);
		expect(await answerTo(port, upgrade(['Authorization: Bearer bad']))).toMatch(/^HTTP\/1\.1 503 /);
		expect(tokens).toHaveLength(2);
		const gone = new Promise(resolve => visitors[1]?.channel.onClose(resolve));
		second.close();
		await gone;
		await doors.visit(port);
		expect(visitors).toHaveLength(3);
	});

	test('takes the place of one of his address who has said nothing for longest', async () => {
		const {port} = await doors.open(loopback);
		const silent = await Promise.all(Array.from({length: 128}, () => doors.dial(port)));
		const ends = silent.map(async socket => untilEnd(socket));
		await doors.visit(port);
		expect(await Promise.race(ends)).toBe('');
		expect(silent.filter(({destroyed}) => destroyed).length).toBeLessThan(3);
	});

	test('is hung up on when too many of his address have asked and wait', async () => {
		let decide = (): void => {};
		const decided = new Promise<void>(resolve => {
			decide = resolve;
		});
		let asked = 0;
		const {port} = await doors.open(loopback, {
			admit: async () => {
				asked += 1;
				await decided;
				return 'pass';
			},
		});
		const waiting = Array.from({length: 128}, () => doors.visit(port));
		await vi.waitFor(() => expect(asked).toBe(128));
		expect(await answerTo(port, upgrade(['Authorization: Bearer good']))).toBe('');
		decide();
		await Promise.all(waiting);
	});
});

test('a door that is closed leaves no socket, no timer and no listener, whoever was at it', async () => {
	const clock = createClock();
	const {door, port, visitors} = await doors.open(loopback, {later: clock.later});
	const client = await doors.visit(port);
	const told = new Promise(resolve => client.once('close', code => resolve(code)));
	const silent = await doors.dial(port);
	const end = untilEnd(silent);
	const reason = new Promise(resolve => visitors[0]?.channel.onClose(resolve));
	await door.close();
	expect(await told).toBe(1001);
	expect(await end).toBe('');
	expect(await reason).toMatchObject({kind: 'local'});
	expect(clock.pending()).toBe(0);
	await vi.waitFor(() => expect(openHandles()).toEqual([]));
	await expect(doors.visit(port)).rejects.toThrow('not let in');
	await door.close();
});
