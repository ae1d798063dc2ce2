/** A relay with real sockets: sessions through it, what it sees of them, and what is left when they are over. */
import {randomBytes} from 'node:crypto';
import tls from 'node:tls';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {type Relay, startRelay} from '../../source/share/relay/relay.ts';
import {openRelayDoor} from '../../source/share/relay-door.ts';
import {hostLine, joinLine, roomOf} from '../../source/transport/relay-preamble.ts';
import {realTime} from '../app-server/watcher.ts';
import {
	comeIn,
	dialBare,
	host,
	newSecret,
	nothingLeft,
	type Owner,
	startOwner,
	theCertificate,
	token,
	until,
} from './relay-support.ts';
import {seenIn, startTap} from './relay-tap.ts';

let relay: Relay;
let owner: Owner | undefined;

const start = (port = 0): Promise<Relay> =>
	startRelay({host, port, environment: realTime, limits: {bytesPerSecondOfPair: 1e9}});

beforeEach(async () => {
	relay = await start();
});

afterEach(async () => {
	await owner?.close();
	owner = undefined;
	await relay.stop();
	expect(relay.counts()).toEqual(nothingLeft);
});

describe('a session through a relay', () => {
	test('carries a frame of 20 MB each way, whole', async () => {
		owner = await startOwner(relay.port);
		const guest = await comeIn(relay.port, owner.room);
		const big = randomBytes(10 * 1024 * 1024).toString('hex');
		expect((await guest.ask(big)) === big).toBe(true);
		await guest.channel.close();
	});

	test('carries many small frames in order, both ways at once', async () => {
		owner = await startOwner(relay.port);
		const guest = await comeIn(relay.port, owner.room);
		const [visitor] = owner.visitors;
		const count = 5000;
		for (let index = 0; index < count; index += 1) {
			guest.channel.send(`up ${index}`);
			visitor?.send(`down ${index}`);
		}
		await until('all frames', () => guest.frames.length === 2 * count);
		const numbers = (word: string) => guest.frames.filter(text => text.startsWith(word));
		const expected = (word: string) => Array.from({length: count}, (_, index) => `${word} ${index}`);
		expect(numbers('up')).toEqual(expected('up'));
		expect(numbers('down')).toEqual(expected('down'));
		await guest.channel.close();
	});

	test("is each guest's own, when twenty come at once", async () => {
		owner = await startOwner(relay.port);
		const {room, door} = owner;
		const names = Array.from({length: 20}, (_, index) => `guest ${index}`);
		const guests = await Promise.all(names.map(() => comeIn(relay.port, room)));
		expect(await Promise.all(guests.map((guest, index) => guest.ask(names[index] ?? '')))).toEqual(names);
		expect(guests.map(({frames}) => frames)).toEqual(names.map(() => []));
		await until('two lines wait again', () => relay.counts().hosts === 2 && door.counts().waiting === 2);
		expect(relay.counts()).toMatchObject({rooms: 1, pairs: 20, guests: 0, connections: 42});
		expect(door.counts()).toEqual({guests: 20, waiting: 2});
		await Promise.all(guests.map(({channel}) => channel.close()));
		await until('all have left', () => relay.counts().pairs === 0 && door.counts().guests === 0);
	});

	test("ends for its guest with a sentence when the owner's end goes", async () => {
		owner = await startOwner(relay.port);
		const guest = await comeIn(relay.port, owner.room);
		for (const visitor of owner.visitors) visitor.cut();
		expect(await guest.ended).toMatchObject({kind: 'cut', sentence: expect.stringMatching(/broke off/)});
	});
});

describe('the two lines of a pair', () => {
	const pairUp = async () => {
		const secret = newSecret();
		const one = dialBare(relay.port, hostLine(secret));
		await one.says('WAIT\n');
		const other = dialBare(relay.port, joinLine(roomOf(secret)));
		await Promise.all([one.says('OK\n'), other.says('OK\n')]);
		return [one, other] as const;
	};

	test.each([0, 1])('end one way at a time, whichever begins (%i)', async first => {
		const both = await pairUp();
		const [one, other] = first === 0 ? both : both.toReversed();
		if (one === undefined || other === undefined) throw new Error('no pair');
		const ended = new Promise(resolve => other.socket.once('end', resolve));
		one.socket.end('the last word of one');
		await ended;
		expect(other.text()).toMatch(/OK\nthe last word of one$/);
		other.socket.write('and still ');
		other.socket.end('the other speaks');
		await Promise.all([one.closed, other.closed]);
		expect(one.text()).toMatch(/OK\nand still the other speaks$/);
	});

	test('bring what was said last, though the one who said it has gone and the other was slow to read', async () => {
		const [one, other] = await pairUp();
		other.socket.pause();
		const last = 'x'.repeat(500_000);
		one.socket.write(last);
		one.socket.destroySoon();
		await one.closed;
		const ended = new Promise(resolve => other.socket.once('end', resolve));
		other.socket.resume();
		await ended;
		expect(other.bytes()).toBe('OK\n'.length + last.length);
		other.socket.end();
		await other.closed;
	});

	test('are both cut when one breaks', async () => {
		const [one, other] = await pairUp();
		one.socket.resetAndDestroy();
		await new Promise(resolve => other.socket.once('end', resolve));
		other.socket.end();
		await other.closed;
	});
});

describe("the owner's side", () => {
	test('is told once that the relay is away and once that it is back, and its guests can come in again', async () => {
		owner = await startOwner(relay.port);
		const {room, told} = owner;
		const guest = await comeIn(relay.port, room);
		const {port} = relay;
		await relay.stop();
		expect((await guest.ended).kind).toBe('cut');
		await until('the owner is told', () => told.length > 0);
		await expect(comeIn(port, room)).rejects.toThrow(
			`No relay answers at relay://${host}:${port}: nothing listens there.`,
		);
		relay = await start(port);
		// It may come before the owner does.
		const again = await comeIn(port, room, {limitMs: 8000});
		expect(await again.ask('back')).toBe('back');
		await until('the owner is told of it', () => told.length > 1);
		expect(told).toEqual([
			expect.stringMatching(
				/^Nobody can come in through the relay for now; it is asked again\. No relay answers at /,
			),
			`The relay relay://${host}:${port} is back: guests can come in through it again.`,
		]);
		await again.channel.close();
	});

	test('puts a line that was lost back, without a word', async () => {
		const tap = await startTap(relay.port);
		owner = await startOwner(tap.port);
		await until('two lines wait', () => relay.counts().hosts === 2);
		tap.cut();
		await until('none is left', () => relay.counts().hosts === 0);
		await until('two others wait', () => relay.counts().hosts === 2);
		const guest = await comeIn(relay.port, owner.room);
		expect(await guest.ask('still here')).toBe('still here');
		expect(owner.told).toEqual([]);
		await guest.channel.close();
		await owner.close();
		await tap.stop();
	});

	test('fails at once where no relay is, and leaves nothing', async () => {
		const {port} = relay;
		await relay.stop();
		await expect(startOwner(port)).rejects.toThrow(
			/^No relay answers at .*Start one there with `jumpseat relay`/,
		);
		relay = await start(port);
		// Whoever still tried would have been let in by now.
		const bare = dialBare(port, hostLine(newSecret()));
		await bare.says('WAIT');
		expect(relay.counts()).toMatchObject({rooms: 1, connections: 1});
		bare.socket.destroy();
	});
});

describe('what a relay sees', () => {
	test('is nothing of the session, its token or its certificate, and the secret from the host alone', async () => {
		const tap = await startTap(relay.port);
		owner = await startOwner(tap.port);
		const {secret, room} = owner;
		const words = ['turn/start', 'npm test -- login', 'Please fix the flaky login test', 'jumpseat:ada'];
		const guest = await comeIn(tap.port, room);
		for (const word of words) expect(await guest.ask(JSON.stringify({word}))).toContain(word);
		await guest.ask(words.join(' ').repeat(5000));
		await guest.channel.close();
		await owner.close();
		await tap.stop();

		const {key, cert, fingerprint} = await theCertificate();
		const derOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
		const incoming = tap.toRelay();
		const all = Buffer.concat([incoming, tap.fromRelay()]);
		const fingerprintBytes = Buffer.from(fingerprint, 'hex');
		expect(all.length).toBeGreaterThan(500_000);
		expect(
			seenIn(all, [...words, token, fingerprint, 'Authorization', 'HTTP/1.1', 'jumpseat share']),
		).toEqual([]);
		for (const bytes of [
			fingerprintBytes,
			derOf(cert),
			derOf(cert).subarray(-64),
			derOf(key).subarray(-64),
		]) {
			expect(all.includes(bytes)).toBe(false);
			expect(all.includes(bytes.toString('base64').slice(0, 40))).toBe(false);
		}
		// The search can find: these are there.
		expect(seenIn(incoming, [room, 'JUMPSEAT-RELAY/1 join'])).toEqual([
			`${room.slice(0, 20)} as utf8`,
			'JUMPSEAT-RELAY/1 joi as utf8',
		]);
		const times = incoming.toString('latin1').split(secret).length - 1;
		expect(times).toBe(incoming.toString('latin1').split(`JUMPSEAT-RELAY/1 host ${secret}\n`).length - 1);
		expect(times).toBeGreaterThan(1);
		expect(tap.fromRelay().includes(secret)).toBe(false);
	});

	test('of one who comes with the wrong fingerprint is no byte inside TLS', async () => {
		const {key, cert} = await theCertificate();
		const heard: Buffer[] = [];
		let lines = 0;
		const inside = tls.createServer({key, cert}, socket => {
			socket.on('data', bytes => heard.push(bytes));
			socket.on('error', () => {});
		});
		const secret = newSecret();
		const door = await openRelayDoor({
			address: {host, port: relay.port, secret, display: 'relay'},
			adopt(line) {
				lines += 1;
				inside.emit('connection', line);
			},
			tell: () => {},
			environment: realTime,
		});
		const wrong = comeIn(relay.port, roomOf(secret), {pin: '0'.repeat(64)});
		await expect(wrong).rejects.toMatchObject({
			code: 'tls',
			sentence: expect.stringMatching(/is not the share of this link.*Nothing was sent there/),
		});
		await until('the pair is over', () => relay.counts().pairs === 0);
		expect([lines, heard]).toEqual([1, []]);
		door.stop();
	});
});

test('a thousand who come and go leave nothing', async () => {
	owner = await startOwner(relay.port);
	const {room} = owner;
	const visit = async (index: number): Promise<void> => {
		switch (index % 5) {
			case 0: {
				const guest = await comeIn(relay.port, room, {limitMs: 15_000});
				if (index % 2 === 0) await guest.channel.close();
				else for (const visitor of owner?.visitors ?? []) visitor.cut();
				await guest.ended;
				return;
			}
			case 1: {
				const host = dialBare(relay.port, hostLine(newSecret()));
				await host.says('WAIT');
				host.socket.destroy();
				return;
			}
			case 2: {
				const waiter = dialBare(relay.port, joinLine(roomOf(newSecret())));
				await until('it waits', () => relay.counts().guests > 0);
				waiter.socket.resetAndDestroy();
				return;
			}
			case 3: {
				const half = dialBare(relay.port, 'JUMPSEAT-REL');
				await new Promise(resolve => half.socket.once('connect', resolve));
				half.socket.end();
				await half.closed;
				return;
			}
			default: {
				const rude = dialBare(relay.port, 'GET / HTTP/1.1\r\n\r\n');
				await rude.says('NO ');
				rude.socket.destroy();
			}
		}
	};
	for (let from = 0; from < 1000; from += 10) {
		await Promise.all(Array.from({length: 10}, (_, index) => visit(from + index)));
	}
	const {door, told} = owner;
	await until(
		'only two lines of the owner are left',
		() => relay.counts().connections === 2 && relay.counts().hosts === 2 && door.counts().waiting === 2,
	);
	// Each line that waits has one timer.
	expect(relay.counts()).toMatchObject({rooms: 1, hosts: 2, guests: 0, pairs: 0, addresses: 1, timers: 2});
	expect(door.counts()).toEqual({guests: 0, waiting: 2});
	expect(told).toEqual([]);
}, 60_000);
