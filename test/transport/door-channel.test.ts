import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import type WebSocket from 'ws';
import type {DoorAddress, DoorOptions} from '../../source/transport/door.ts';
import {pingEveryMs} from '../../source/transport/door-channel.ts';
import {createClock} from '../share/clock.ts';
import {createDoors, ended} from './doors.ts';

let doors: ReturnType<typeof createDoors>;
beforeEach(() => {
	doors = createDoors();
});
afterEach(() => doors.closeAll());

const address: DoorAddress = {kind: 'ws', host: '127.0.0.1', port: 0};

const meet = async (options: Partial<DoorOptions<string>> = {}, client: WebSocket.ClientOptions = {}) => {
	const {port, next} = await doors.open(address, options);
	const visitor = next();
	const outside = await doors.visit(port, client);
	const {channel} = await visitor;
	return {outside, channel};
};

const texts = (outside: WebSocket, count: number): Promise<string[]> =>
	new Promise(resolve => {
		const all: string[] = [];
		outside.on('message', data => {
			all.push(data.toString());
			if (all.length === count) resolve(all);
		});
	});

/** Enough for what the system takes by itself, many times. */
const megabyte = 'x'.repeat(1024 * 1024);

describe('frames', () => {
	test('come in order, those before the first listener too, and go out in order, small and big', async () => {
		const {outside, channel} = await meet();
		for (const text of ['1', '2', '3']) outside.send(text);
		const came: string[] = [];
		const answered = texts(outside, 4);
		channel.send('first');
		await answeredOne(outside);
		channel.onFrame(({text, bytes}) => {
			came.push(`${text}/${bytes}`);
		});
		const big = 'ü漢😀'.repeat(100_000);
		for (const text of ['a', big, 'z']) channel.send(text);
		expect(await answered).toEqual(['first', 'a', big, 'z']);
		await vi.waitFor(() => expect(came).toEqual(['1/1', '2/1', '3/1']));
	});

	test('of any length arrive whole', async () => {
		const {outside, channel} = await meet();
		const lengths = fc.sample(fc.integer({min: 1, max: 300_000}), 40).concat(65_535, 65_536, 65_537, 131_072);
		const all = texts(outside, lengths.length);
		for (const [at, length] of lengths.entries())
			channel.send(String.fromCharCode(97 + (at % 26)).repeat(length));
		expect((await all).map(text => `${text[0]}${text.length}`)).toEqual(
			lengths.map((length, at) => `${String.fromCharCode(97 + (at % 26))}${length}`),
		);
	});

	test('above the limit end the visit with 1009, and are not delivered', async () => {
		const {outside, channel} = await meet({maxFrameBytes: 1000});
		const came: number[] = [];
		channel.onFrame(({bytes}) => came.push(bytes));
		const reason = new Promise(resolve => channel.onClose(resolve));
		const end = ended(outside);
		outside.send('x'.repeat(1000));
		outside.send('x'.repeat(1001));
		expect((await end).code).toBe(1009);
		expect(await reason).toMatchObject({code: 1009, kind: 'oversized'});
		expect(came).toEqual([1000]);
	});

	test.each([
		['that are not text', Buffer.from('x'), true, 1003],
		['that are not UTF-8', Buffer.from([0xff]), false, 1007],
	] as const)('%s end the visit', async (_what, data, binary, code) => {
		const {outside, channel} = await meet();
		const came: unknown[] = [];
		channel.onFrame(frame => came.push(frame));
		const end = ended(outside);
		outside.send(data, {binary});
		expect((await end).code).toBe(code);
		expect(came).toEqual([]);
	});
});

const answeredOne = (outside: WebSocket): Promise<unknown> =>
	new Promise(resolve => outside.once('message', resolve));

describe('a visitor who does not read', () => {
	test('shows in bufferedBytes, and his progress within one big frame too', async () => {
		const {outside, channel} = await meet();
		expect(channel.bufferedBytes).toBe(0);
		outside.pause();
		const total = 32 * megabyte.length;
		channel.send(megabyte.repeat(32));
		channel.send('after');
		await vi.waitFor(() => expect(channel.bufferedBytes).toBeGreaterThan(megabyte.length));
		const seen: number[] = [];
		const drained = new Promise<void>(resolve => {
			channel.onDrain(() => {
				seen.push(channel.bufferedBytes);
				if (channel.bufferedBytes === 0) resolve();
			});
		});
		const all = texts(outside, 2);
		outside.resume();
		await drained;
		expect((await all).map(text => text.length)).toEqual([total, 5]);
		// In steps of what the system takes at once, each downwards.
		expect(new Set(seen).size).toBeGreaterThan(2);
		expect(seen).toEqual([...seen].sort((a, b) => b - a));
	});

	test('is hung up on a second after the goodbye, and what waited is not sent', async () => {
		const clock = createClock();
		const {outside, channel} = await meet({later: clock.later});
		outside.pause();
		channel.send(megabyte.repeat(32));
		const reason = new Promise(resolve => channel.onClose(resolve));
		channel.end(4003, 'Too slow.');
		expect(channel.bufferedBytes).toBe(0);
		await clock.advance(1000);
		expect(await reason).toEqual({code: 4003, kind: 'local', sentence: 'Too slow.'});
		expect(clock.pending()).toBe(0);
		const end = ended(outside);
		outside.resume();
		expect((await end).code).toBe(1006);
	});
});

describe('an ending', () => {
	test('tells the visitor its code and sentence, and nothing he says counts any more', async () => {
		const {outside, channel} = await meet();
		const came: string[] = [];
		channel.onFrame(({text}) => came.push(text));
		const end = ended(outside);
		outside.send('on its way');
		channel.end(4001, 'You were removed.');
		channel.end(4002, 'Too late.');
		channel.send('too late');
		expect(await end).toEqual({code: 4001, reason: 'You were removed.'});
		expect(came).toEqual([]);
	});

	test('has a sentence of 123 bytes at most, cut before a character', async () => {
		await fc.assert(
			fc.asyncProperty(fc.string({unit: 'grapheme', minLength: 20, maxLength: 200}), async sentence => {
				const {outside, channel} = await meet();
				const end = ended(outside);
				channel.end(4002, sentence);
				const {code, reason} = await end;
				expect(code).toBe(4002);
				expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
				expect(sentence.startsWith(reason)).toBe(true);
				expect(reason.length).toBeGreaterThan(
					Buffer.byteLength(sentence) <= 123 ? sentence.length - 1 : 30 - 1,
				);
			}),
			{numRuns: 15},
		);
	});

	test('by the visitor, by a cut on either side, is told once, and to who asks late', async () => {
		const cases = [
			[(outside: WebSocket) => outside.close(1000, 'bye\u001B[31m'), 'remote', 1000],
			[(outside: WebSocket) => outside.terminate(), 'cut', 1006],
		] as const;
		for (const [leave, kind, code] of cases) {
			const {outside, channel} = await meet();
			const told: unknown[] = [];
			const reason = new Promise<{readonly sentence: string}>(resolve => {
				channel.onClose(each => {
					told.push(each);
					resolve(each);
				});
			});
			leave(outside);
			expect(await reason).toMatchObject({kind, code});
			expect((await reason).sentence).not.toContain('\u001B');
			expect(await new Promise(resolve => channel.onClose(resolve))).toEqual(await reason);
			expect(told).toHaveLength(1);
			channel.send('nobody there');
			channel.end(4001, 'nobody there');
			channel.cut();
		}
		const {outside, channel} = await meet();
		const end = ended(outside);
		channel.cut();
		expect((await end).code).toBe(1006);
		expect(await new Promise(resolve => channel.onClose(resolve))).toMatchObject({kind: 'local'});
	});
});

describe('pings', () => {
	test('find a dead peer within two rounds', async () => {
		const clock = createClock();
		const {outside, channel} = await meet({later: clock.later}, {autoPong: false});
		const reason = new Promise(resolve => channel.onClose(resolve));
		const pinged = new Promise(resolve => outside.once('ping', resolve));
		await clock.advance(pingEveryMs);
		await pinged;
		expect(outside.readyState).toBe(outside.OPEN);
		await clock.advance(pingEveryMs);
		expect(await reason).toMatchObject({kind: 'cut'});
		expect(clock.pending()).toBe(0);
	});

	test('leave whoever answers alone', async () => {
		const clock = createClock();
		const {outside, channel} = await meet({later: clock.later});
		let rounds = 0;
		outside.on('ping', () => {
			rounds += 1;
			// Behind the pong on the wire.
			outside.send(`round ${rounds}`);
		});
		for (let round = 1; round <= 4; round += 1) {
			const heard = new Promise<void>(resolve => {
				const stop = channel.onFrame(() => {
					stop();
					resolve();
				});
			});
			await clock.advance(pingEveryMs);
			await heard;
		}
		expect(outside.readyState).toBe(outside.OPEN);
	});
});
