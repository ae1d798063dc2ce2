/** One guest's conversation, over a channel that the test holds in its hand. */
import {expect, test} from 'vitest';
import type {Json} from '../../source/protocol/types.ts';
import {createGuest, type Desk, type Guest} from '../../source/share/guest.ts';
import type {CloseReason, Frame} from '../../source/transport/channel.ts';
import type {VisitorChannel} from '../../source/transport/door.ts';
import {createFakeTime} from '../app-server/watcher.ts';

const takeSeat = (more: Partial<Desk> = {}) => {
	const time = createFakeTime();
	const sent: Array<Record<string, unknown>> = [];
	const ends: Array<readonly [number, string]> = [];
	const heard: unknown[] = [];
	const said: string[] = [];
	let onFrame = (_frame: Frame): void => {};
	let onClose = (_reason: CloseReason): void => {};
	const channel: VisitorChannel = {
		onFrame(listener) {
			onFrame = listener;
			return () => {};
		},
		onClose(listener) {
			onClose = listener;
			return () => {};
		},
		send: text => sent.push(JSON.parse(String(text))),
		bufferedBytes: 0,
		onDrain: () => () => {},
		end: (code, sentence) => ends.push([code, sentence]),
		cut: () => {},
	};
	const desk: Desk = {
		welcome: async () => ({userAgent: 'test'}),
		arrived: (_guest, client) => said.push(`arrived ${client}`),
		call: async (guest, {id, method}) => {
			heard.push(method);
			guest.respond(id, {});
		},
		answer: (_guest, id, answer) => heard.push([id, answer]),
		here: (_guest, now) => heard.push(now),
		gone: () => said.push('gone'),
		...more,
	};
	const guest: Guest = createGuest({
		id: 'g',
		name: 'ada',
		role: () => 'answer',
		channel,
		environment: time,
		desk,
		onCut: (_guest, why) => said.push(why),
	});
	const say = (frame: Json | string): void => {
		const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
		onFrame({text, bytes: Buffer.byteLength(text)});
	};
	const greet = async (name = 'jumpseat', capabilities: Json = {}): Promise<void> => {
		say({id: 'hello', method: 'initialize', params: {clientInfo: {name}, capabilities}});
		await Promise.resolve();
		await Promise.resolve();
	};
	const leave = (): void => onClose({code: 1000, kind: 'remote', sentence: 'Left.'});
	return {time, sent, ends, heard, said, guest, say, greet, leave};
};

test('nothing but the handshake is heard before it, and it is made once', async () => {
	const {say, sent, heard, greet, said} = takeSeat();
	say({id: 1, method: 'thread/read'});
	say({id: 2, result: {decision: 'accept'}});
	say({method: 'jumpseat/here', params: {at: 'back'}});
	expect(sent).toEqual([{id: 1, error: {code: -32_600, message: 'Not initialized'}}]);
	expect(heard).toEqual([]);
	await greet();
	await greet();
	expect(sent.slice(1)).toEqual([
		{id: 'hello', result: {userAgent: 'test'}},
		{id: 'hello', error: {code: -32_600, message: 'Already initialized'}},
	]);
	expect(said).toEqual(['arrived jumpseat']);
});

test('ids of calls come back as they came: numbers, strings, and 0', async () => {
	const {say, sent, greet} = takeSeat();
	await greet();
	sent.length = 0;
	for (const id of [0, 'a', '0', 7]) say({id, method: 'thread/read'});
	await Promise.resolve();
	expect(sent.map(({id}) => id)).toEqual([0, 'a', '0', 7]);
});

test('what a client says of itself is only the kind of client that it is', async () => {
	for (const [name, client] of [
		['jumpseat', 'jumpseat'],
		['codex-tui', 'codex'],
		['codex_vscode', 'codex'],
		['Jumpseat', 'other'],
		['', 'other'],
	]) {
		const {greet, guest} = takeSeat();
		await greet(name);
		expect(guest.client()).toBe(client);
		expect(guest.name).toBe('ada');
	}
});

test('a client is spared what it asked to be spared', async () => {
	const {greet, guest, sent} = takeSeat();
	await greet('jumpseat', {optOutNotificationMethods: ['warning', 7, null]});
	sent.length = 0;
	guest.tell('warning', {});
	guest.tell('jumpseat/presence', {});
	expect(sent).toEqual([{method: 'jumpseat/presence', params: {}}]);
	expect(guest.wants('warning')).toBe(false);
});

test('an answer is handed on as it is, an error as an error, and neither with an id that no request can have', async () => {
	const {say, greet, heard} = takeSeat();
	await greet();
	say({id: 3, result: {decision: 'accept'}});
	say({id: 4, error: {code: 1, message: 'no'}});
	say({id: 5});
	say({id: 1.5, result: {}});
	say({id: null, result: {}});
	expect(heard).toEqual([
		[3, {ok: true, result: {decision: 'accept'}}],
		[4, {ok: false}],
		[5, {ok: false}],
	]);
});

test('no frame makes it throw, and too many that are none end it', async () => {
	const {say, greet, ends, said} = takeSeat();
	await greet();
	const frames = ['', 'null', '[]', '{', '"x"', '{"method":7}', '{"id":{}}', `${'['.repeat(5000)}`];
	for (const frame of frames) say(frame);
	expect(ends).toEqual([]);
	for (const frame of [...frames, ...frames]) say(frame);
	expect(ends).toHaveLength(1);
	expect(said.filter(word => word === 'gone')).toHaveLength(1);
});

test('a frame that is big costs as much as many small ones, and one too many is not even read', async () => {
	const {say, greet, ends, heard, time} = takeSeat();
	await greet();
	const big = {id: 1, method: 'turn/start', params: {text: 'x'.repeat(7 * 1024 * 1024)}};
	say(big);
	expect(heard).toHaveLength(1);
	say(big);
	expect(heard).toHaveLength(1);
	expect(ends).toHaveLength(1);
	time.advance(60_000);
	say(big);
	expect(heard).toHaveLength(1);
});

test('calls beyond the pace are refused as overload, and time brings new ones', async () => {
	const {say, sent, greet, heard, time, ends} = takeSeat();
	await greet();
	for (let id = 0; id < 300; id += 1) {
		say({id, method: 'thread/read'});
		await Promise.resolve();
		await Promise.resolve();
	}
	expect(heard.length).toBeLessThan(201);
	expect(sent.at(-1)).toMatchObject({error: {code: -32_001}});
	expect(ends).toEqual([]);
	time.advance(1000);
	say({id: 'later', method: 'thread/read'});
	await Promise.resolve();
	expect(sent.at(-1)).toEqual({id: 'later', result: {}});
});

test('after the end nothing is heard and nothing is sent, and the end is told once', async () => {
	const {say, sent, greet, heard, guest, leave, ends, said, time} = takeSeat();
	await greet();
	sent.length = 0;
	guest.end(4001, 'Removed.');
	guest.end(4002, 'Ended.');
	leave();
	say({id: 1, method: 'thread/read'});
	guest.tell('warning', {});
	guest.respond(1, {});
	expect({sent, heard, ends}).toEqual({sent: [], heard: [], ends: [[4001, 'Removed.']]});
	expect(said).toEqual(['arrived jumpseat', 'gone']);
	expect(time.pending).toEqual([]);
});

test('who leaves in the middle of the handshake never arrives', async () => {
	let welcomed = (_result: Json): void => {};
	const {greet, leave, said, sent} = takeSeat({
		welcome: () =>
			new Promise(resolve => {
				welcomed = resolve;
			}),
	});
	await greet();
	leave();
	welcomed({});
	await Promise.resolve();
	await Promise.resolve();
	expect({said, sent}).toEqual({said: ['gone'], sent: []});
});

test('who says nothing for half a minute is sent away', () => {
	const {time, ends, said} = takeSeat();
	time.advance(30_000);
	expect(ends).toHaveLength(1);
	expect(said).toEqual(['gone']);
});

test('a flood is turned away, and at last its sender is: whatever it is made of', async () => {
	for (const frame of [{method: 'nonsense'}, {id: 1, method: 'thread/read'}]) {
		const {say, ends, heard, greet} = takeSeat();
		await greet();
		for (let count = 0; count < 1190; count += 1) say(frame);
		expect(ends).toEqual([]);
		for (let count = 0; count < 20; count += 1) say(frame);
		expect(ends).toEqual([[4004, 'This guest sent more than a share takes, and was sent away.']]);
		expect(heard.length).toBeLessThanOrEqual(200);
	}
});

test('who has been told very much on demand is told no more for a while; what he answers is heard all the time', async () => {
	const megabyte = 'x'.repeat(1024 * 1024);
	const {say, sent, greet, heard, ends, time} = takeSeat({
		call: async (guest, {id}) => guest.respond(id, megabyte),
	});
	await greet();
	sent.length = 0;
	for (let id = 0; id < 70; id += 1) {
		say({id, method: 'thread/turns/list'});
		await Promise.resolve();
	}
	const refused = () => sent.filter(({error}) => error !== undefined);
	expect(sent).toHaveLength(70);
	expect(refused().length).toBeGreaterThan(3);
	expect(refused()[0]).toMatchObject({error: {code: -32_001}});
	say({id: 1, result: {decision: 'accept'}});
	expect(heard).toHaveLength(1);
	expect(ends).toEqual([]);
	const before = refused().length;
	time.advance(1000);
	say({id: 'again', method: 'thread/turns/list'});
	expect(refused()).toHaveLength(before);
});
