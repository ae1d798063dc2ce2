/** Doors and raw visitors for the tests of transport/door: everything is taken down by `closeAll`. */
import {mkdtempSync, rmSync} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import WebSocket from 'ws';
import {
	type Door,
	type DoorAddress,
	type DoorOptions,
	openDoor,
	type VisitorChannel,
} from '../../source/transport/door.ts';

export type Visitor = {readonly pass: string; readonly channel: VisitorChannel};

/** Sockets of TCP and TLS, and servers, of this process, by kind: a worker of the tests has none of its own. */
export const openHandles = (): readonly string[] =>
	process.getActiveResourcesInfo().filter(kind => /^(?:TCP|TLS|PipeServer)/.test(kind));

export const createDoors = () => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-door-'));
	const doors: Door[] = [];
	const sockets = new Set<{destroy: () => void}>();
	const clients = new Set<WebSocket>();

	return {
		folder,
		/** A door that lets `good` in, and all who came. */
		open: async (address: DoorAddress, options: Partial<DoorOptions<string>> = {}) => {
			const visitors: Visitor[] = [];
			const tokens: (string | undefined)[] = [];
			let tell = (_visitor: Visitor): void => {};
			const door = await openDoor<string>(address, {
				admit: async token => {
					tokens.push(token);
					return token === 'good' ? 'pass' : undefined;
				},
				onVisitor: (pass, channel) => {
					const visitor = {pass, channel};
					visitors.push(visitor);
					tell(visitor);
				},
				...options,
			});
			doors.push(door);
			return {
				door,
				port: door.port ?? 0,
				visitors,
				tokens,
				next: () =>
					new Promise<Visitor>(resolve => {
						tell = resolve;
					}),
			};
		},
		/** A socket to be destroyed at the end. */
		dial: async (target: number | string): Promise<net.Socket> => {
			const socket = typeof target === 'number' ? net.connect(target, '127.0.0.1') : net.connect(target);
			sockets.add(socket);
			socket.on('error', () => {});
			await new Promise(resolve => socket.once('connect', resolve));
			return socket;
		},
		keep: <Socket extends {destroy: () => void}>(socket: Socket): Socket => {
			sockets.add(socket);
			return socket;
		},
		/** An open WebSocket at a loopback door. */
		visit: async (port: number, options: WebSocket.ClientOptions = {}): Promise<WebSocket> => {
			const client = new WebSocket(`ws://127.0.0.1:${port}`, {
				headers: {Authorization: 'Bearer good'},
				perMessageDeflate: false,
				...options,
			});
			clients.add(client);
			client.on('error', () => {});
			await new Promise((resolve, reject) => {
				client.once('open', resolve);
				client.once('close', () => reject(new Error('was not let in')));
			});
			return client;
		},
		closeAll: async (): Promise<void> => {
			for (const client of clients) client.terminate();
			for (const socket of sockets) socket.destroy();
			await Promise.all(doors.map(door => door.close()));
			rmSync(folder, {recursive: true, force: true});
		},
	};
};

/** All that comes until the other side hangs up. */
export const untilEnd = (socket: net.Socket): Promise<string> =>
	new Promise(resolve => {
		let text = '';
		socket.setEncoding('latin1').on('data', (chunk: string) => {
			text += chunk;
		});
		socket.once('close', () => resolve(text));
	});

/** An Upgrade as a client writes it; `lines` are further headers. */
export const upgrade = (lines: readonly string[] = []): string =>
	`${[
		'GET / HTTP/1.1',
		'Host: 127.0.0.1:4500',
		'Connection: Upgrade',
		'Upgrade: websocket',
		'Sec-WebSocket-Version: 13',
		'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
		...lines,
	].join('\r\n')}\r\n\r\n`;

export const ended = (client: WebSocket): Promise<{readonly code: number; readonly reason: string}> =>
	new Promise(resolve => {
		client.once('close', (code, reason) => resolve({code, reason: reason.toString('utf8')}));
	});
