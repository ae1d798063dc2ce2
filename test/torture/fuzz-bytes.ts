/**
 * The same below JSON: broken WebSocket frames over a real socket — text that is no UTF-8, bits that are reserved,
 * lengths that lie, fragments that never end. A broken connection ends and is opened again; nothing else may happen.
 */

import {mkdtempSync, rmSync} from 'node:fs';
import http from 'node:http';
import type {Socket} from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {WebSocketServer} from 'ws';
import {openConnection} from '../../source/app-server/connection.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {connectionOptions, realTime} from '../app-server/watcher.ts';
import {createRandom, type Random} from './random.ts';

export type BytesResult = {
	readonly broken: number;
	readonly connections: number;
	readonly failures: readonly string[];
};

const frame = (first: number, payload: Buffer): Buffer =>
	payload.length < 126
		? Buffer.concat([Buffer.from([first, payload.length]), payload])
		: Buffer.concat([Buffer.from([first, 126, payload.length >> 8, payload.length & 255]), payload]);

const text = Buffer.from(
	'{"method":"turn/started","params":{"threadId":"t","turn":{"id":"T","text":"wörter 字 👍"}}}',
);

const brokenText = (random: Random): Buffer => {
	const bytes = Buffer.from(text);
	for (let count = random.between(1, 4); count > 0; count -= 1)
		bytes[random.between(0, bytes.length - 1)] = random.between(0x80, 0xff);
	return bytes;
};

/** One broken frame, or what should have been one. */
const broken = (random: Random): Buffer => {
	switch (random.between(0, 9)) {
		case 0:
		case 1:
			return frame(0x81, brokenText(random));
		case 2:
			return frame(0x81, text.subarray(0, random.between(0, text.length - 1)));
		case 3:
			return frame(0x81 | (random.between(1, 7) << 4), text);
		case 4:
			return frame(0x80 | random.between(3, 7), text);
		case 5:
			return frame(0x01, text.subarray(0, 20));
		case 6:
			return frame(0x80, text);
		case 7:
			return frame(0x82, Buffer.from([0xff, 0xfe, 0, 1]));
		case 8:
			return Buffer.from(Array.from({length: random.spread(1, 400)}, () => random.between(0, 255)));
		default:
			return Buffer.concat([frame(0x89, Buffer.alloc(random.between(0, 125))), frame(0x8a, Buffer.alloc(3))]);
	}
};

/** What a whole frame looks like that is told apart from all others. */
const marker = (index: number): Buffer =>
	frame(0x81, Buffer.from(`{"method":"marker","params":{"index":${index}}}`));

const framesAConnection = 8;

export const fuzzBytes = async (count: number, seed: number): Promise<BytesResult> => {
	const random = createRandom(seed).fork('bytes');
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-bytes-'));
	const socketPath = path.join(folder, 'server.sock');
	const failures: string[] = [];
	const sockets: Socket[] = [];
	const server = http.createServer();
	const webSockets = new WebSocketServer({noServer: true});
	server.on('upgrade', (request, socket, head) => {
		sockets.push(socket as Socket);
		socket.on('error', () => {});
		webSockets.handleUpgrade(request, socket as Socket, head, client => {
			client.on('error', () => {});
			client.on('message', data => {
				const {id, method} = JSON.parse(String(data)) as {id?: number; method?: string};
				if (method === 'initialize')
					client.send(JSON.stringify({id, result: {userAgent: 'fake/0.169.0 (x)'}}));
			});
		});
	});
	await new Promise<void>(resolve => server.listen(socketPath, resolve));
	let sent = 0;
	let connections = 0;
	try {
		while (sent < count) {
			const connection = await openConnection(
				connectionOptions(parseEndpoint(`unix://${socketPath}`), realTime),
			);
			connections += 1;
			const socket = sockets.at(-1);
			let seen = -1;
			connection.onTraffic(traffic => {
				if (traffic.kind !== 'notification' || traffic.method !== 'marker') return;
				const {index} = traffic.params as {index: number};
				if (index !== seen + 1) failures.push(`seed ${seed}: marker ${index} came after ${seen}`);
				seen = index;
			});
			const ended = new Promise<void>(resolve => connection.onClose(() => resolve()));
			for (let index = 0; index < framesAConnection && sent < count; index += 1) {
				socket?.write(marker(index));
				socket?.write(broken(random));
				sent += 1;
			}
			// Whatever is still open now has nothing more to hear.
			socket?.end();
			const answered = await Promise.race([
				ended.then(() => true),
				new Promise<false>(resolve => setTimeout(() => resolve(false), 20_000).unref()),
			]);
			if (!answered) failures.push(`seed ${seed}: a broken connection did not end within 20 s`);
			if (seen < 0) failures.push(`seed ${seed}: what was whole before the broken frame was lost`);
			await connection.close();
			if (failures.length > 3) break;
		}
	} finally {
		for (const socket of sockets) socket.destroy();
		server.closeAllConnections();
		await new Promise(resolve => server.close(resolve));
		rmSync(folder, {recursive: true, force: true});
	}
	return {broken: sent, connections, failures};
};
