/**
 * A recording proxy between clients and the real server: what did this client really send?
 *
 * Invariant: every frame is passed on unchanged and in order, and recorded before it is passed on, so that a test
 * which saw an effect also finds its cause here. One upstream connection for each client.
 */
import {rmSync} from 'node:fs';
import {createServer, type IncomingHttpHeaders} from 'node:http';
import {connect} from 'node:net';
import path from 'node:path';
import WebSocket, {WebSocketServer} from 'ws';
import type {Frame} from '../../source/demo/json-rpc-client.ts';
import type {Scenario} from './harness.ts';

export type RecordedFrame = {
	/** Counts the connections of clients, from 0. */
	readonly connection: number;
	readonly from: 'client' | 'server';
	/** `performance.timeOrigin` based milliseconds since the epoch, comparable with `emittedAtMs`. */
	readonly atMs: number;
	/** As it went over the wire. */
	readonly text: string;
	/** Parsed; undefined when it is not JSON. */
	readonly frame: Frame | undefined;
};

/** `cutBefore`: every connection drops, and the frame never arrives. `cutAfter`: it is passed on, then they drop. */
export type Fate = 'pass' | 'cutBefore' | 'cutAfter';

export type Tripwire = {
	/** `unix:///PATH`: give it to the client instead of the scenario's. */
	readonly endpoint: string;
	readonly socketPath: string;
	/** In the order in which they passed, all connections together. */
	frames(): readonly RecordedFrame[];
	/** What clients sent. */
	sent(connection?: number): readonly RecordedFrame[];
	/** Methods that clients sent, in order; an answer to a server request shows as `answer` or `error answer`. */
	sentMethods(connection?: number): readonly string[];
	/** Headers of the Upgrade request of every connection. */
	upgrades(): readonly IncomingHttpHeaders[];
	/** The first frame that fits, also among those that have passed. Rejects after `timeoutMs` (default 10 s). */
	waitFor(fits: (frame: RecordedFrame) => boolean, timeoutMs?: number): Promise<RecordedFrame>;
	/** Asked for every frame from now on, when it is recorded and before it is passed on. Default: all pass. */
	judge(fate: (frame: RecordedFrame) => Fate): void;
	/** From now on nobody is let in (HTTP 503 to the Upgrade), until `open`. */
	shut(): void;
	open(): void;
	/** Holds back what the server says, as a slow line does; `flow` lets it go on, in order. */
	stall(): void;
	flow(): void;
	/** How many clients are connected now. */
	connected(): number;
	/** Drops every connection without a goodbye, as a broken network does. New ones are welcome. */
	cut(): void;
	/** Sends a text frame to every client, as if it came from the server. Not recorded as the server's. */
	inject(text: string): void;
	stop(): Promise<void>;
};

const parse = (text: string): Frame | undefined => {
	try {
		return JSON.parse(text) as Frame;
	} catch {
		return undefined;
	}
};

const nowMs = (): number => performance.timeOrigin + performance.now();

/** Listens beside the scenario's own socket. */
export const startTripwire = async (scenario: Scenario): Promise<Tripwire> => {
	const socketPath = path.join(path.dirname(scenario.socketPath), 'tripwire.sock');
	const recorded: RecordedFrame[] = [];
	const upgrades: IncomingHttpHeaders[] = [];
	const watchers = new Set<(frame: RecordedFrame) => void>();
	const pairs = new Set<{readonly client: WebSocket; readonly server: WebSocket}>();
	const http = createServer((_request, response) => {
		response.writeHead(404).end();
	});
	let isOpen = true;
	let isStalled = false;
	const held: Array<() => void> = [];
	let judge: (frame: RecordedFrame) => Fate = () => 'pass';
	const sockets = new WebSocketServer({
		server: http,
		verifyClient: (_info, answer: (isWelcome: boolean, code?: number) => void) => answer(isOpen, 503),
		maxPayload: 128 * 1024 * 1024,
		perMessageDeflate: false,
	});
	let connections = 0;

	const record = (connection: number, from: 'client' | 'server', text: string): Fate => {
		const frame = {connection, from, atMs: nowMs(), text, frame: parse(text)};
		recorded.push(frame);
		for (const watcher of [...watchers]) {
			watcher(frame);
		}

		return judge(frame);
	};

	sockets.on('connection', (client, request) => {
		const connection = connections++;
		upgrades.push(request.headers);
		const server = new WebSocket('ws://localhost/rpc', {
			createConnection: () => connect(scenario.socketPath),
			maxPayload: 128 * 1024 * 1024,
			// Servers up to 0.150 hang up when it is offered.
			perMessageDeflate: false,
		});
		const pair = {client, server};
		pairs.add(pair);
		const early: string[] = [];
		client.on('message', data => {
			const text = String(data);
			const fate = record(connection, 'client', text);
			if (fate === 'cutBefore') {
				cut();
				return;
			}

			if (server.readyState === WebSocket.OPEN) {
				server.send(text);
			} else {
				early.push(text);
			}

			if (fate === 'cutAfter') cut();
		});
		server.on('open', () => {
			for (const text of early.splice(0)) {
				server.send(text);
			}
		});
		server.on('message', data => {
			const text = String(data);
			const pass = () => {
				const fate = record(connection, 'server', text);
				if (fate !== 'cutBefore') client.send(text);
				if (fate !== 'pass') cut();
			};

			if (isStalled) held.push(pass);
			else pass();
		});
		const drop = () => {
			pairs.delete(pair);
			client.terminate();
			server.terminate();
		};

		for (const socket of [client, server]) {
			socket.on('close', drop);
			socket.on('error', drop);
		}
	});
	rmSync(socketPath, {force: true});
	await new Promise<void>((resolve, reject) => {
		http.once('error', reject);
		http.listen(socketPath, resolve);
	});

	const sent = (connection?: number) =>
		recorded.filter(
			frame => frame.from === 'client' && (connection === undefined || frame.connection === connection),
		);

	const cut = () => {
		for (const {client, server} of [...pairs]) {
			client.terminate();
			server.terminate();
		}
	};

	return {
		endpoint: `unix://${socketPath}`,
		socketPath,
		frames: () => recorded,
		sent,
		sentMethods: connection =>
			sent(connection).map(
				({frame}) => frame?.method ?? (frame?.error === undefined ? 'answer' : 'error answer'),
			),
		upgrades: () => upgrades,
		waitFor: (fits, timeoutMs = 10_000) =>
			new Promise((resolve, reject) => {
				const found = recorded.find(frame => fits(frame));
				if (found) {
					resolve(found);
					return;
				}

				const watcher = (frame: RecordedFrame) => {
					if (fits(frame)) {
						clearTimeout(timer);
						watchers.delete(watcher);
						resolve(frame);
					}
				};

				const timer = setTimeout(() => {
					watchers.delete(watcher);
					reject(
						new Error(`No such frame within ${timeoutMs} ms; sent: ${sent().map(f => f.text.slice(0, 120))}`),
					);
				}, timeoutMs);
				watchers.add(watcher);
			}),
		judge: next => {
			judge = next;
		},
		shut: () => {
			isOpen = false;
		},
		open: () => {
			isOpen = true;
		},
		stall: () => {
			isStalled = true;
		},
		flow: () => {
			isStalled = false;
			for (const pass of held.splice(0)) pass();
		},
		connected: () => pairs.size,
		cut,
		inject: text => {
			for (const {client} of pairs) {
				client.send(text);
			}
		},
		stop: async () => {
			cut();
			sockets.close();
			await new Promise<void>(resolve => {
				http.close(() => resolve());
			});
		},
	};
};
