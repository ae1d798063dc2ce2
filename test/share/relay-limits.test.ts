/** What a relay will not do: each limit, hit by real sockets, is told in a sentence, and costs nobody else anything. */
import {afterEach, describe, expect, test} from 'vitest';
import type {RelayLimits} from '../../source/share/relay/limits.ts';
import {type Relay, startRelay} from '../../source/share/relay/relay.ts';
import {hostLine, joinLine, roomOf} from '../../source/transport/relay-preamble.ts';
import {createFakeTime, type FakeTime, realTime} from '../app-server/watcher.ts';
import {type Bare, dialBare, host, newSecret, nothingLeft, until} from './relay-support.ts';

let relay: Relay;
let bares: Bare[] = [];

const start = async (limits: Partial<RelayLimits>): Promise<FakeTime> => {
	const time = createFakeTime();
	relay = await startRelay({host, port: 0, environment: time, limits});
	return time;
};

const dial = (said = ''): Bare => {
	const bare = dialBare(relay.port, said);
	// An end is answered with an end, as everybody does.
	bare.socket.on('end', () => bare.socket.end());
	bares.push(bare);
	return bare;
};

const waitingHost = async (secret = newSecret()): Promise<string> => {
	await dial(hostLine(secret)).says('WAIT\n');
	return secret;
};

const pairUp = async (secret = newSecret()): Promise<readonly [Bare, Bare]> => {
	const one = dial(hostLine(secret));
	await one.says('WAIT\n');
	const other = dial(joinLine(roomOf(secret)));
	await Promise.all([one.says('OK\n'), other.says('OK\n')]);
	return [one, other];
};

/** The line that was said before the relay hung up. */
const refusal = async (bare: Bare): Promise<string> => {
	await bare.closed;
	return bare.text();
};

afterEach(async () => {
	for (const {socket} of bares) socket.destroy();
	await Promise.all(bares.map(({closed}) => closed));
	bares = [];
	await until('everybody is gone', () => relay.counts().connections === 0);
	await relay.stop();
	expect(relay.counts()).toEqual(nothingLeft);
});

describe('a first line', () => {
	test.each([
		[
			'of somebody who speaks HTTP',
			'GET / HTTP/1.1\r\n\r\n',
			'NO this is a relay of Jumpseat and speaks nothing else\n',
		],
		[
			'of another version',
			'JUMPSEAT-RELAY/2 host x\n',
			'NO this relay speaks JUMPSEAT-RELAY/1: one of the two is older than the other\n',
		],
		['without a room', 'JUMPSEAT-RELAY/1 join \n', 'NO that is neither a host nor somebody who joins\n'],
		[
			'with too much',
			`${joinLine(roomOf('x')).trimEnd()} more\n`,
			'NO that is neither a host nor somebody who joins\n',
		],
		[
			'with a name of Object',
			'JUMPSEAT-RELAY/1 counts x\n',
			'NO that is neither a host nor somebody who joins\n',
		],
		['that does not end', 'x'.repeat(100_000), 'NO that line is too long\n'],
		['with more behind it', `${joinLine(roomOf('x'))}early`, 'NO nothing may be said before OK\n'],
	])('%s is refused', async (_what, said, expected) => {
		await start({});
		expect(await refusal(dial(said))).toBe(expected);
	});

	test('may come byte by byte, but not take for ever', async () => {
		const time = await start({preambleMs: 5000});
		const secret = newSecret();
		const slow = dial();
		for (const byte of hostLine(secret)) {
			slow.socket.write(byte);
			await new Promise(resolve => setImmediate(resolve));
		}
		await slow.says('WAIT\n');
		const silent = dial('JUMPSEAT-RELAY/1 ho');
		await until('it is there', () => relay.counts().connections === 2);
		time.advance(5000);
		expect(await refusal(silent)).toBe('NO that took too long\n');
		await until('only the slow one is left', () => relay.counts().connections === 1);
		expect(relay.counts().hosts).toBe(1);
	});
});

describe('waiting', () => {
	test('for a host ends with a sentence', async () => {
		const time = await start({guestWaitMs: 6000});
		const guest = dial(joinLine(roomOf(newSecret())));
		await until('it waits', () => relay.counts().guests === 1);
		time.advance(5999);
		expect(relay.counts().guests).toBe(1);
		time.advance(1);
		expect(await refusal(guest)).toBe('NO nobody shares this any more\n');
		expect(relay.counts().rooms).toBe(0);
	});

	test('for a host that comes in time does not', async () => {
		const time = await start({guestWaitMs: 6000});
		const secret = newSecret();
		const guest = dial(joinLine(roomOf(secret)));
		await until('it waits', () => relay.counts().guests === 1);
		const owner = dial(hostLine(secret));
		await Promise.all([guest.says('OK\n'), owner.says('OK\n')]);
		time.advance(6000);
		owner.socket.write('hello');
		await guest.says('hello');
	});

	test('for a guest ends too, and with talk before OK at once', async () => {
		const time = await start({hostWaitMs: 60_000});
		const patient = dial(hostLine(newSecret()));
		const rude = dial(hostLine(newSecret()));
		await Promise.all([patient.says('WAIT\n'), rude.says('WAIT\n')]);
		rude.socket.write('\x16\x03\x01');
		expect(await refusal(rude)).toBe('WAIT\nNO nothing may be said before OK\n');
		time.advance(60_000);
		expect(await refusal(patient)).toBe('WAIT\nNO nobody came for a long time; come again\n');
	});

	test('is over when the relay ends', async () => {
		await start({});
		const guest = dial(joinLine(roomOf(newSecret())));
		const owner = dial(hostLine(newSecret()));
		await until('both wait', () => relay.counts().hosts + relay.counts().guests === 2);
		const [, saidToGuest, saidToOwner] = await Promise.all([relay.stop(), refusal(guest), refusal(owner)]);
		expect([saidToGuest, saidToOwner]).toEqual(['NO it ends now\n', 'WAIT\nNO it ends now\n']);
	});
});

describe('too many', () => {
	test('rooms', async () => {
		await start({rooms: 2});
		const [first] = [await waitingHost(), await waitingHost()];
		expect(await refusal(dial(hostLine(newSecret())))).toBe('NO it has no room left for another share\n');
		// Those who only wait for a host take no room from anybody, and a room that is there may have more hosts.
		dial(joinLine(roomOf(newSecret())));
		await waitingHost(first);
	});

	test('hosts in a room', async () => {
		await start({hostsWaitingInRoom: 2});
		const secret = await waitingHost(await waitingHost());
		expect(await refusal(dial(hostLine(secret)))).toBe(
			'NO enough hosts wait for guests of this share already\n',
		);
		await waitingHost();
	});

	test('guests who wait', async () => {
		await start({guestsWaiting: 2});
		for (const _ of [1, 2]) dial(joinLine(roomOf(newSecret())));
		await until('they wait', () => relay.counts().guests === 2);
		expect(await refusal(dial(joinLine(roomOf(newSecret()))))).toBe(
			'NO too many people wait for their share; try again soon\n',
		);
		await pairUp();
	});

	test('pairs in a room', async () => {
		await start({pairsInRoom: 2});
		const secret = newSecret();
		const [one] = await pairUp(secret);
		await pairUp(secret);
		await waitingHost(secret);
		const full = 'NO as many people as it lets in are with this share already\n';
		expect(await refusal(dial(joinLine(roomOf(secret))))).toBe(full);
		await pairUp();
		one.socket.destroy();
		await until('one has left', () => relay.counts().pairs === 2);
		await dial(joinLine(roomOf(secret))).says('OK\n');
	});

	test('connections of one address', async () => {
		await start({connectionsOfAddress: 3});
		await pairUp();
		await waitingHost();
		const full = 'NO too many connections come from your address\n';
		expect(await refusal(dial())).toBe(full);
		bares[0]?.socket.destroy();
		await until('there is room again', () => relay.counts().connections <= 2);
		await waitingHost();
	});

	test('connections in all, of which it hangs up on those it cannot even tell', async () => {
		const time = await start({connections: 2});
		await pairUp();
		// They do not hang up when they are told.
		const more = Array.from({length: 80}, () => dialBare(relay.port));
		bares.push(...more);
		const full = 'NO it has as many connections as it takes; try again later\n';
		const told = () => more.filter(({text}) => text() === full).length;
		const hungUpOn = () => more.filter(({text, socket}) => text() === '' && socket.readableEnded).length;
		await until('each is told or hung up on', () => told() + hungUpOn() === 80);
		expect(told()).toBe(64);
		expect(relay.counts().connections).toBe(66);
		for (const {socket} of more) socket.write('x'.repeat(10_000));
		time.advance(1000);
		await until('they are gone', () => relay.counts().connections === 2);
	});
});

describe('a pair', () => {
	test('may not be idle for ever', async () => {
		const time = await start({idleMs: 120_000});
		const [one, other] = await pairUp();
		time.advance(119_000);
		one.socket.write('ping');
		await other.says('ping');
		time.advance(119_000);
		expect(relay.counts().pairs).toBe(1);
		time.advance(1000);
		await Promise.all([one.closed, other.closed]);
		await until('the pair is forgotten', () => relay.counts().pairs === 0);
	});

	test('is no faster than the relay allows, by its clock', async () => {
		const time = await start({bytesPerSecondOfPair: 200_000});
		const [one, other] = await pairUp();
		const begun = other.bytes();
		one.socket.write(Buffer.alloc(1_000_000));
		// A second's worth passes at once, and what was read with it.
		await until('it is slowed', () => other.bytes() - begun >= 200_000 && time.pending.length === 2);
		const first = other.bytes() - begun;
		expect(first).toBeLessThanOrEqual(200_000 + 65_536);
		let seconds = 0;
		while (other.bytes() - begun < 1_000_000) {
			const before = relay.counts().timers;
			time.advance(1000);
			seconds += 1;
			expect(before).toBeGreaterThan(0);
			await until(
				'the next piece, and the next pause',
				() => other.bytes() - begun >= 1_000_000 || time.pending.length === 2,
			);
			expect(other.bytes() - begun).toBeLessThanOrEqual(200_000 * (seconds + 1) + 65_536);
		}
		expect(seconds).toBeGreaterThanOrEqual(3);
		// The other way has its own words in between, and is not forgotten.
		time.advance(60_000);
		other.socket.write('back');
		await one.says('back');
	});

	test('whose one end does not read costs the relay next to nothing', async () => {
		relay = await startRelay({host, port: 0, environment: realTime, limits: {bytesPerSecondOfPair: 1e9}});
		const [one, other] = await pairUp();
		other.socket.pause();
		const total = 32 * 1024 * 1024;
		const piece = Buffer.alloc(1024 * 1024, 'x');
		let sent = 0;
		let mostBuffered = 0;
		const residentBefore = process.memoryUsage().arrayBuffers;
		const look = (): void => {
			mostBuffered = Math.max(mostBuffered, relay.counts().bufferedBytes);
		};
		// Until nothing goes out any more: the system's buffers are full on both sides.
		for (let still = 0; still < 50 && sent < total; ) {
			look();
			if (one.socket.writableLength < piece.length) {
				one.socket.write(piece);
				sent += piece.length;
				still = 0;
			} else still += 1;
			await new Promise(resolve => setTimeout(resolve, 2));
		}
		expect(sent).toBeLessThan(total);
		expect(sent).toBeGreaterThan(1024 * 1024);
		expect(mostBuffered).toBeGreaterThan(0);
		expect(mostBuffered).toBeLessThanOrEqual(2 * 65_536 + 16_384);
		const ours = process.memoryUsage().arrayBuffers - residentBefore - one.socket.writableLength;
		expect(ours).toBeLessThan(8 * 1024 * 1024);
		// Others pass as if nothing were.
		const [third, fourth] = await pairUp();
		third.socket.write('hello');
		await fourth.says('hello');
		other.socket.resume();
		await until('all of it', () => other.bytes() === 'OK\n'.length + sent);
	});
});
