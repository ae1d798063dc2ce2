/** An outlet behind a real door and a real socket: a guest who stops reading, and reads on. */
import {once} from 'node:events';
import {expect, onTestFinished, test, vi} from 'vitest';
import WebSocket from 'ws';
import {shareCloseCodes} from '../../source/protocol/share.ts';
import type {WireNotification} from '../../source/protocol/types.ts';
import {createFanOut} from '../../source/share/fan-out.ts';
import {createOutlet, type Outlet, type OutletOptions} from '../../source/share/outlet.ts';
import {openDoor, type VisitorChannel} from '../../source/transport/door.ts';

const environment = {
	nowMs: () => performance.now(),
	later(delayMs: number, task: () => void) {
		const timer = setTimeout(task, delayMs);
		return () => clearTimeout(timer);
	},
};

/** A guest, and the share's end of the connection. */
const begin = async (limits: Pick<OutletOptions, 'softBytes' | 'hardBytes' | 'patienceMs'>) => {
	const arrived: ((channel: VisitorChannel) => void)[] = [];
	const door = await openDoor(
		{kind: 'ws', host: '127.0.0.1', port: 0},
		{admit: async () => 'pass', onVisitor: (_, channel) => arrived.shift()?.(channel)},
	);
	onTestFinished(() => door.close());
	const enter = async () => {
		const onCut = vi.fn<(why: string) => void>();
		const outlet = new Promise<Outlet>(resolve => {
			arrived.push(channel => resolve(createOutlet(channel, {...limits, environment, onCut})));
		});
		const socket = new WebSocket(`ws://127.0.0.1:${door.port}`, {perMessageDeflate: false});
		onTestFinished(() => socket.terminate());
		await once(socket, 'open');
		const heard: {readonly method: string; readonly params: {readonly delta?: string}}[] = [];
		socket.on('message', data => heard.push(JSON.parse(String(data))));
		return {socket, outlet: await outlet, onCut, heard};
	};
	return {enter};
};

const piece = 'word '.repeat(200);
const delta: WireNotification = {
	method: 'item/agentMessage/delta',
	params: {threadId: 't', turnId: 'T', itemId: 'a', delta: piece},
};
const end: WireNotification = {method: 'turn/completed', params: {threadId: 't', turn: {id: 'T'}}};
const turnOfTheLoop = () => new Promise(resolve => setImmediate(resolve));

test('who stops reading and reads on gets everything, whole and in order, while another waits for nothing', async () => {
	const {enter} = await begin({softBytes: 64 * 1024, hardBytes: 64 * 1024 * 1024, patienceMs: 60_000});
	const [stalled, reader] = [await enter(), await enter()];
	const fanOut = createFanOut(environment);
	for (const {outlet} of [stalled, reader]) fanOut.add(outlet);
	stalled.socket.pause();
	const rounds = 20_000;
	for (let round = 0; round < rounds; round += 1) {
		fanOut.tell(delta);
		if (round % 50 === 0) {
			fanOut.flush();
			await turnOfTheLoop();
		}
	}
	fanOut.tell(end);
	fanOut.flush();
	const textOf = ({heard}: typeof reader) => heard.map(({params}) => params.delta ?? '').join('');
	const isOver = ({heard}: typeof reader) => heard.at(-1)?.method === 'turn/completed';
	await vi.waitUntil(() => isOver(reader), {timeout: 20_000});
	expect(stalled.outlet.heldBytes).toBeGreaterThan(0);
	expect(isOver(stalled)).toBe(false);
	expect(textOf(reader).length).toBe(piece.length * rounds);
	stalled.socket.resume();
	await vi.waitUntil(() => isOver(stalled), {timeout: 20_000});
	expect(textOf(stalled)).toBe(textOf(reader));
	expect(stalled.outlet.heldBytes).toBe(0);
	expect(stalled.heard.length).toBeLessThan(reader.heard.length);
	expect([stalled.onCut, reader.onCut].map(({mock}) => mock.calls.length)).toEqual([0, 0]);
});

test('who never reads is cut off with the word that he was too slow', async () => {
	const {enter} = await begin({softBytes: 64 * 1024, hardBytes: 1024 * 1024, patienceMs: 60_000});
	const {socket, outlet, onCut} = await enter();
	socket.pause();
	const frame = JSON.stringify({id: 1, result: 'x'.repeat(100_000)});
	for (let round = 0; onCut.mock.calls.length === 0 && round < 1000; round += 1) {
		outlet.send(frame);
		await turnOfTheLoop();
	}
	expect(onCut).toHaveBeenCalledTimes(1);
	expect(outlet.heldBytes).toBe(0);
	const closed = once(socket, 'close');
	socket.resume();
	const [code] = await closed;
	expect([shareCloseCodes.tooSlow, 1006]).toContain(code);
});
