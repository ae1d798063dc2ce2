/**
 * The line between a share and its server: passes every frame on, notes what the share says and what it is asked, counts
 * the bytes, and breaks when it is told to.
 *
 * Invariant: what is noted was said on the wire; it is noted before it is passed on. Used by share-stage.ts.
 */
import {type AddressInfo, connect} from 'node:net';
import WebSocket, {WebSocketServer} from 'ws';
import type {Frame} from '../../source/demo/json-rpc-client.ts';
import {asArray, asRecord, asString} from '../../source/protocol/fields.ts';
import type {Said} from './share-laws.ts';

export type ShareTap = {
	/** `ws://127.0.0.1:PORT` */
	readonly endpoint: string;
	/** What the share said, in order. */
	readonly said: readonly Said[];
	/** Requests of the server that passed, as `CONNECTION/ID`, each as often as it was asked. */
	readonly asked: readonly string[];
	/** Of the text of all frames, both ways. */
	bytes(): number;
	/** `halfOpen`: nothing passes any more, and nobody is told. */
	strike(how: Strike): void;
	stop(): Promise<void>;
};

export type Strike = 'cut' | 'reset' | 'halfOpen';

const textIn = (input: unknown): string =>
	(asArray(input) ?? []).map(each => asString(asRecord(each)?.text) ?? '').join('');

const saidIn = (frame: Frame, connection: number): Said => {
	const {id, method, params, error} = frame;
	const place = {connection, atMs: performance.now()};
	if (method === undefined) {
		return {
			...place,
			kind: 'answer',
			id: id ?? 'none',
			isError: error !== undefined,
			text: JSON.stringify(frame),
		};
	}
	return {
		...place,
		kind: 'call',
		method,
		clientId: asString(params?.clientUserMessageId),
		text: textIn(params?.input),
	};
};

export const startShareTap = async (socketPath: string): Promise<ShareTap> => {
	const said: Said[] = [];
	const asked: string[] = [];
	const lines = new Set<{readonly strike: (how: Strike) => void}>();
	let connections = 0;
	let bytes = 0;
	const listener = new WebSocketServer({
		host: '127.0.0.1',
		port: 0,
		perMessageDeflate: false,
		maxPayload: 128 * 1024 * 1024,
	});
	listener.on('connection', (client, {socket}) => {
		const connection = connections++;
		const server = new WebSocket('ws://localhost/rpc', {
			createConnection: () => connect(socketPath),
			perMessageDeflate: false,
			maxPayload: 128 * 1024 * 1024,
		});
		const early: string[] = [];
		let isDead = false;
		const end = (): void => {
			lines.delete(line);
			client.terminate();
			server.terminate();
		};
		const line = {
			strike(how: Strike) {
				switch (how) {
					case 'cut':
						end();
						return;
					case 'reset':
						socket.resetAndDestroy();
						end();
						return;
					case 'halfOpen':
						isDead = true;
						client.pause();
				}
			},
		};
		lines.add(line);
		client.on('message', data => {
			if (isDead) return;
			const text = String(data);
			bytes += text.length;
			said.push(saidIn(JSON.parse(text) as Frame, connection));
			if (server.readyState === WebSocket.OPEN) server.send(text);
			else early.push(text);
		});
		server.on('open', () => {
			for (const text of early.splice(0)) server.send(text);
		});
		server.on('message', data => {
			if (isDead) return;
			const text = String(data);
			bytes += text.length;
			// Only requests: going through every delta twice would cost more than the share does.
			const {id, method} = text.includes('equest') ? (JSON.parse(text) as Frame) : {};
			if (id !== undefined && method !== undefined) asked.push(`${connection}/${id}`);
			client.send(text);
		});
		for (const end_ of [client, server]) end_.on('error', end).on('close', end);
	});
	await new Promise(resolve => listener.once('listening', resolve));
	const strike = (how: Strike): void => {
		for (const line of [...lines]) line.strike(how);
	};
	return {
		endpoint: `ws://127.0.0.1:${(listener.address() as AddressInfo).port}`,
		said,
		asked,
		bytes: () => bytes,
		strike,
		async stop() {
			strike('cut');
			await new Promise<void>(resolve => listener.close(() => resolve()));
		},
	};
};
