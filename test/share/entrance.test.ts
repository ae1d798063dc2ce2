/** One invitation at a door: how many places it takes, and how often. */
import {afterEach, beforeEach, expect, test} from 'vitest';
import WebSocket from 'ws';
import {maxInputCharacters} from '../../source/composer/clean.ts';
import {createEntrance, entranceLimits, mostGuestFrameBytes} from '../../source/share/entrance.ts';
import type {Pass} from '../../source/share/invitations.ts';
import {type Door, openDoor, type VisitorChannel} from '../../source/transport/door.ts';
import {createFakeTime} from '../app-server/watcher.ts';

const {atOnce, burst} = entranceLimits;
let time: ReturnType<typeof createFakeTime>;
let door: Door;
const visitors: VisitorChannel[] = [];
beforeEach(async () => {
	time = createFakeTime();
	const entrance = createEntrance(time);
	door = await openDoor<Pass>(
		{kind: 'ws', host: '127.0.0.1', port: 0},
		{
			admit: async name => (name === undefined ? undefined : {name, role: 'observe', by: 'link'}),
			hasRoom: entrance.hasRoom,
			onVisitor: entrance.counting((_pass, channel) => visitors.push(channel)),
		},
	);
});
afterEach(() => door.close());

/** The status with which the door answered: 101 is in. */
const come = (name: string): Promise<{readonly status: number; readonly leave: () => Promise<void>}> =>
	new Promise((resolve, reject) => {
		const socket = new WebSocket(`ws://127.0.0.1:${door.port ?? 0}`, {
			headers: {authorization: `Bearer ${name}`},
		});
		const leave = (): Promise<void> =>
			new Promise(done => {
				socket.once('close', () => done());
				socket.close();
			});
		socket.once('open', () => resolve({status: 101, leave}));
		socket.once('unexpected-response', (_request, {statusCode = 0}) => {
			resolve({status: statusCode, leave: async () => {}});
			socket.on('error', () => {}).terminate();
		});
		socket.once('error', reject);
	});

test('one guest does not take every place: another comes in, and he again when he has left one', async () => {
	const all = await Promise.all(Array.from({length: atOnce + 5}, () => come('ada')));
	expect(all.filter(({status}) => status === 101)).toHaveLength(atOnce);
	expect(all.filter(({status}) => status === 503)).toHaveLength(5);
	expect((await come('bob')).status).toBe(101);
	const gone = new Promise(resolve => visitors[0]?.onClose(resolve));
	await all.find(({status}) => status === 101)?.leave();
	await gone;
	expect((await come('ada')).status).toBe(101);
});

test('whoever comes and goes without end is let in ever more seldom', async () => {
	let entered = 0;
	for (let count = 0; count < burst + 3; count += 1) {
		const {status, leave} = await come('ada');
		if (status === 101) entered += 1;
		const last = visitors.at(-1);
		const gone = new Promise(resolve => last?.onClose(resolve));
		await leave();
		if (status === 101) await gone;
	}
	expect(entered).toBe(burst);
	time.advance(2000);
	expect([(await come('ada')).status, (await come('ada')).status, (await come('ada')).status]).toEqual([
		101, 101, 503,
	]);
});

test('a frame has room for the longest message in the widest letters', () => {
	const frame = (text: string): number =>
		Buffer.byteLength(
			JSON.stringify({
				id: 1,
				method: 'turn/start',
				params: {threadId: 'T', clientUserMessageId: 'U', input: [{type: 'text', text, text_elements: []}]},
			}),
		);
	expect(frame('😀'.repeat(maxInputCharacters))).toBeLessThanOrEqual(mostGuestFrameBytes);
	// Quotes and line breaks are two bytes each.
	expect(frame('"\n'.repeat(maxInputCharacters / 2))).toBeLessThanOrEqual(mostGuestFrameBytes);
});
