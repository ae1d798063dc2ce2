/** The owner's side of a relay against relays that are broken, full or mad. */
import type net from 'node:net';
import type {Duplex} from 'node:stream';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {openRelayDoor, type RelayDoor} from '../../source/share/relay-door.ts';
import {createFakeTime, type FakeTime} from '../app-server/watcher.ts';
import {createServers} from '../transport/servers.ts';
import {host, newSecret, until} from './relay-support.ts';

let servers: ReturnType<typeof createServers>;
let time: FakeTime;
let door: RelayDoor | undefined;
let told: string[];
let adopted: Duplex[];

beforeEach(() => {
	servers = createServers();
	time = createFakeTime();
	[told, adopted, door] = [[], [], undefined];
});

afterEach(async () => {
	door?.stop();
	for (const line of adopted) line.destroy();
	await servers.closeAll();
	await until(
		'no line is left',
		() => door === undefined || door.counts().guests + door.counts().waiting === 0,
	);
	expect(time.pending).toEqual([]);
});

const open = (port: number): Promise<RelayDoor> =>
	openRelayDoor({
		address: {host, port, secret: newSecret(), display: 'relay://there'},
		adopt: line => adopted.push(line),
		tell: sentence => told.push(sentence),
		environment: time,
	});

/** In place of a relay: `answer` has each connection that has said its line. */
const relayOf = async (answer: (socket: net.Socket) => void): Promise<number> =>
	(await servers.raw(socket => socket.once('data', () => answer(socket)))).port;

/** What is due goes on, as long as it leads to more that is due. */
const settle = async (): Promise<void> => {
	for (let still = 0; still < 20; still += 1) {
		if (time.pending.some(ms => ms === 0)) still = 0;
		time.advance(0);
		await new Promise(resolve => setTimeout(resolve, 1));
	}
};

test('a relay that brings guests without end is taken no faster than is good, and no more of them than fit', async () => {
	let lines = 0;
	const port = await relayOf(socket => {
		lines += 1;
		socket.write('OK\n');
	});
	door = await open(port);
	await settle();
	// A second's worth at once, and the two that wait.
	expect(lines).toBeGreaterThan(16);
	expect(lines).toBeLessThanOrEqual(34);
	for (let seconds = 1; seconds <= 5; seconds += 1) {
		time.advance(1000);
		await settle();
		expect(lines).toBeLessThanOrEqual(34 + 33 * seconds);
	}
	expect(lines).toBeGreaterThan(64);
	expect(adopted).toHaveLength(64);
	expect(door.counts().guests).toBe(64);
	for (const line of adopted.slice(0, 10)) line.destroy();
	await until('there is space', () => door?.counts().guests === 54);
	time.advance(1000);
	await settle();
	expect(adopted).toHaveLength(74);
});

test('a relay that says no from the beginning is what opening fails with, in its words', async () => {
	const port = await relayOf(socket => socket.end('NO it has no room left for another share\n'));
	await expect(open(port)).rejects.toMatchObject({
		sentence: 'The relay relay://there says: it has no room left for another share.',
	});
	await settle();
	expect([told, time.pending]).toEqual([[], []]);
});

test('a relay that says nothing is given up in time', async () => {
	let lines = 0;
	const port = await relayOf(() => {
		lines += 1;
	});
	const opening = expect(open(port)).rejects.toMatchObject({
		code: 'timeout',
		sentence: 'The relay relay://there did not answer within 10 s.',
	});
	await until('both lines are there', () => lines === 2);
	time.advance(10_000);
	await opening;
});

test('a relay that says no later on is told once, however often it says so, and once when it has changed its mind', async () => {
	let isFull = false;
	let refused = 0;
	const up = new Set<net.Socket>();
	const port = await relayOf(socket => {
		socket.write(isFull ? 'NO it is full\n' : 'WAIT\n');
		// By then the one who was refused has thought about what to do.
		if (isFull) socket.on('close', () => (refused += 1));
		else up.add(socket);
	});
	door = await open(port);
	await until('both wait', () => door?.counts().waiting === 2);
	isFull = true;
	for (const socket of up) socket.destroy();
	await until('both are lost', () => door?.counts().waiting === 0 && time.pending.length === 2);
	for (let round = 1; round <= 6; round += 1) {
		time.advance(6000);
		await until('both are refused', () => refused === 2 * round);
	}
	expect(told).toEqual([
		'Nobody can come in through the relay for now; it is asked again. The relay relay://there says: it is full.',
	]);
	// Ever more slowly: 250 ms, and doubled up to 5 s.
	expect(Math.min(...time.pending)).toBe(5000);
	isFull = false;
	time.advance(6000);
	await until('both wait again', () => door?.counts().waiting === 2);
	expect(told.slice(1)).toEqual(['The relay relay://there is back: guests can come in through it again.']);
});

test('a share that ends while its lines wait, or are on their way, leaves none', async () => {
	let lines = 0;
	let gone = 0;
	const port = await relayOf(socket => {
		lines += 1;
		if (lines === 1) socket.write('WAIT\n');
		socket.on('close', () => {
			gone += 1;
		});
	});
	door = await open(port);
	await until('the second is on its way', () => lines === 2);
	door.stop();
	await until('both are gone', () => gone === 2);
	time.advance(60_000);
	await settle();
	expect([lines, told, door.counts()]).toEqual([2, [], {guests: 0, waiting: 0}]);
});
