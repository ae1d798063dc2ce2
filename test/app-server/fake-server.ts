/**
 * A scripted App Server on a unix socket: it answers as the test says, when the test says, and keeps all that it was
 * sent. Real WebSocket frames; nothing of Codex. `burst` puts several frames into one write, as a real server does.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import {type WebSocket, WebSocketServer} from 'ws';
import {type Endpoint, parseEndpoint} from '../../source/transport/endpoint.ts';

type Params = {readonly [key: string]: unknown};

export type Call = {
	readonly id: number | undefined;
	readonly method: string;
	readonly params: Params;
	/** The whole frame, as parsed. */
	readonly frame: Params;
	readonly connection: FakeConnection;
	reply(result: unknown): void;
	refuse(message: string, code?: number): void;
};

export type FakeConnection = {
	/** All that came in, in order. */
	readonly calls: readonly Call[];
	readonly isOpen: boolean;
	/** Resolves when the client has gone. */
	readonly closed: Promise<void>;
	notify(method: string, params: Params): void;
	/** Sends these frames in one write. */
	burst(...frames: readonly object[]): void;
	/** Begins a frame of 4 GiB. */
	announceHuge(): void;
	/** Cuts the connection, without a goodbye. */
	cut(): void;
	/** Says goodbye with this code. */
	end(code: number, sentence: string): void;
};

export type Answer = (call: Call) => void;

export type FakeServer = {
	readonly endpoint: Endpoint;
	readonly connections: readonly FakeConnection[];
	/** All calls of all connections. */
	readonly calls: readonly Call[];
	readonly methods: readonly string[];
	/** How this method is answered from now on; one without an answer is left waiting. */
	on(method: string, answer: Answer): void;
	/** Resolves with the call of this method that nobody has taken yet. */
	taken(method: string): Promise<Call>;
	/** From now on an Upgrade gets this HTTP status; 101 opens the door again. */
	door(status: number): void;
	/** Pings are not answered any more. */
	stopPongs(): void;
	stop(): Promise<void>;
};

export const reply =
	(result: unknown): Answer =>
	call =>
		call.reply(result);
export const refuse =
	(message: string, code?: number): Answer =>
	call =>
		call.refuse(message, code);
export const silence: Answer = () => {};

export const startFakeServer = async (): Promise<FakeServer> => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-fake-'));
	const socketPath = path.join(folder, 'server.sock');
	const answers = new Map<string, Answer>([
		['initialize', reply({userAgent: 'fake/0.169.0 (test)', codexHome: '/home/codex', platformOs: 'linux'})],
		['initialized', silence],
		['thread/unsubscribe', reply({status: 'unsubscribed'})],
		['thread/backgroundTerminals/list', reply({data: []})],
	]);
	const connections: FakeConnection[] = [];
	const calls: Call[] = [];
	const untaken: Call[] = [];
	const takers = new Map<string, Array<(call: Call) => void>>();
	let status = 101;
	const sockets = new Set<WebSocket>();

	const accept = (socket: WebSocket): void => {
		sockets.add(socket);
		const mine: Call[] = [];
		const raw = (
			socket as unknown as {
				_socket: {cork(): void; uncork(): void; destroy(): void; write(bytes: Buffer): void};
			}
		)._socket;
		const send = (frame: object): void => {
			if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
		};
		const connection: FakeConnection = {
			calls: mine,
			get isOpen() {
				return socket.readyState === socket.OPEN;
			},
			closed: new Promise(resolve => socket.once('close', () => resolve())),
			notify: (method, params) => send({method, params}),
			burst(...frames) {
				raw.cork();
				for (const frame of frames) send(frame);
				raw.uncork();
			},
			announceHuge: () => raw.write(Buffer.from([0x81, 0x7f, 0, 0, 0, 1, 0, 0, 0, 0])),
			cut: () => raw.destroy(),
			end: (code, sentence) => socket.close(code, sentence),
		};
		connections.push(connection);
		socket.on('error', () => {});
		socket.on('message', data => {
			const frame = JSON.parse(String(data)) as Params;
			const call: Call = {
				id: frame.id as number | undefined,
				method: String(frame.method),
				params: (frame.params ?? {}) as Params,
				frame,
				connection,
				reply: result => send({id: frame.id, result}),
				refuse: (message, code = -32_600) => send({id: frame.id, error: {code, message}}),
			};
			mine.push(call);
			calls.push(call);
			const taker = takers.get(call.method)?.shift();
			if (taker === undefined) untaken.push(call);
			else taker(call);
			answers.get(call.method)?.(call);
		});
	};

	const server = http.createServer();
	const webSockets = new WebSocketServer({noServer: true});
	server.on('upgrade', (request, socket, head) => {
		if (status === 101) {
			webSockets.handleUpgrade(request, socket, head, accept);
			return;
		}
		socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
	});
	await new Promise<void>(resolve => {
		server.listen(socketPath, resolve);
	});

	return {
		endpoint: parseEndpoint(`unix://${socketPath}`),
		connections,
		calls,
		get methods() {
			return calls.map(call => call.method);
		},
		on(method, answer) {
			answers.set(method, answer);
		},
		taken(method) {
			const index = untaken.findIndex(call => call.method === method);
			const [call] = index === -1 ? [] : untaken.splice(index, 1);
			if (call !== undefined) return Promise.resolve(call);
			return new Promise(resolve => {
				takers.set(method, [...(takers.get(method) ?? []), resolve]);
			});
		},
		door(next) {
			status = next;
		},
		stopPongs() {
			for (const socket of sockets) (socket as unknown as {_autoPong: boolean})._autoPong = false;
		},
		async stop() {
			for (const socket of sockets) socket.terminate();
			server.closeAllConnections();
			await new Promise(resolve => server.close(resolve));
			rmSync(folder, {recursive: true, force: true});
		},
	};
};

export const thread = (id: string, more: Params = {}): Params => ({
	id,
	preview: 'hello',
	cwd: '/app',
	status: {type: 'idle'},
	...more,
});

export const turn = (id: string, more: Params = {}): Params => ({
	id,
	status: 'completed',
	itemsView: 'full',
	items: [{type: 'agentMessage', id: `${id}-item`, text: `text of ${id}`}],
	...more,
});

/** Answers as a server does that holds this thread in its memory. `turns`: newest first. */
export const serveThread = (
	server: FakeServer,
	id: string,
	{turns = [turn('T1')], nextCursor = null}: {turns?: readonly Params[]; nextCursor?: string | null} = {},
): void => {
	server.on('thread/read', call => call.reply({thread: thread(String(call.params.threadId))}));
	server.on('thread/resume', call =>
		call.reply({
			thread: thread(String(call.params.threadId)),
			model: 'gpt-6-sol',
			initialTurnsPage: {data: call.params.threadId === id ? turns : [], nextCursor},
		}),
	);
};
