/**
 * A small raw client of the App Server, for scripted pilots: whoever plays the person at the first terminal.
 *
 * Kept apart from the product's own session on purpose: the demo and the tests must not prove the session with
 * itself. Invariant: it reports every frame in order and answers nothing by itself.
 */
import {connect} from 'node:net';
import WebSocket from 'ws';

export type Frame = {
	readonly id?: number | string;
	readonly method?: string;
	readonly params?: Readonly<Record<string, unknown>>;
	readonly result?: Readonly<Record<string, unknown>>;
	readonly error?: {readonly code: number; readonly message: string};
	readonly emittedAtMs?: number;
};

export type FrameListener = (frame: Frame, direction: 'in' | 'out') => void;

export class RpcError extends Error {
	override readonly name = 'RpcError';
	readonly code: number;

	constructor(code: number, message: string) {
		super(message);
		this.code = code;
	}
}

export type RawClient = {
	/** Resolves with `result`. Rejects with `RpcError`, or when the connection closes. */
	call(
		method: string,
		params?: Readonly<Record<string, unknown>>,
	): Promise<Readonly<Record<string, unknown>>>;
	notify(method: string): void;
	/** Answers a server request. */
	respond(id: number | string, result: Readonly<Record<string, unknown>>): void;
	/** Every frame of both directions from now on. Returns the way to stop. */
	onFrame(listener: FrameListener): () => void;
	/** All frames so far, oldest first, only when asked for with `keepFrames`. */
	frames(): readonly Frame[];
	/**
	 * The first incoming frame that fits, also among those that came before (with `keepFrames`). Rejects on close.
	 */
	waitFor(fits: (frame: Frame) => boolean): Promise<Frame>;
	readonly closed: Promise<void>;
	close(): Promise<void>;
};

export type RawClientOptions = {
	/** `unix:///PATH` or `ws://HOST:PORT`. */
	readonly endpoint: string;
	readonly clientName: string;
	/** Remembers incoming frames for `waitFor` and `frames`. Default true. */
	readonly keepFrames?: boolean;
	readonly onFrame?: FrameListener;
};

/** Servers up to 0.150 hang up on a unix socket when the Upgrade offers an extension, and compression is one. */
const webSocketOptions = {maxPayload: 128 * 1024 * 1024, perMessageDeflate: false};

const open = (endpoint: string): Promise<WebSocket> =>
	new Promise((resolve, reject) => {
		const unixPath = endpoint.startsWith('unix://') ? endpoint.slice('unix://'.length) : undefined;
		const socket =
			unixPath === undefined
				? new WebSocket(endpoint, webSocketOptions)
				: new WebSocket('ws://localhost/rpc', {
						...webSocketOptions,
						createConnection: () => connect(unixPath),
					});
		socket.once('open', () => resolve(socket));
		socket.once('error', reject);
	});

type Waiting = {
	readonly resolve: (value: Readonly<Record<string, unknown>>) => void;
	readonly reject: (error: Error) => void;
};

/** Connects and does the handshake. Rejects when nobody accepts. */
export const connectRawClient = async (options: RawClientOptions): Promise<RawClient> => {
	const socket = await open(options.endpoint);
	const calls = new Map<number | string, Waiting>();
	const listeners = new Set<FrameListener>(options.onFrame ? [options.onFrame] : []);
	const kept: Frame[] = [];
	const watchers = new Set<{
		readonly fits: (frame: Frame) => boolean;
		readonly resolve: (frame: Frame) => void;
		readonly reject: (error: Error) => void;
	}>();
	let nextId = 1;

	const report = (frame: Frame, direction: 'in' | 'out') => {
		for (const listener of [...listeners]) {
			listener(frame, direction);
		}
	};

	const post = (frame: Frame) => {
		report(frame, 'out');
		socket.send(JSON.stringify(frame));
	};

	socket.on('message', data => {
		const frame = JSON.parse(String(data)) as Frame;
		if (options.keepFrames ?? true) {
			kept.push(frame);
		}

		report(frame, 'in');
		for (const watcher of [...watchers]) {
			if (watcher.fits(frame)) {
				watchers.delete(watcher);
				watcher.resolve(frame);
			}
		}

		const call = frame.method === undefined && frame.id !== undefined ? calls.get(frame.id) : undefined;
		if (call && frame.id !== undefined) {
			calls.delete(frame.id);
			if (frame.error) {
				call.reject(new RpcError(frame.error.code, frame.error.message));
			} else {
				call.resolve(frame.result ?? {});
			}
		}
	});
	socket.on('error', () => undefined);
	const closed = new Promise<void>(resolve => {
		socket.once('close', () => {
			const error = new Error('The connection to the App Server closed.');
			for (const {reject} of [...calls.values(), ...watchers]) {
				reject(error);
			}

			calls.clear();
			watchers.clear();
			resolve();
		});
	});

	const client: RawClient = {
		call: (method, params = {}) =>
			new Promise((resolve, reject) => {
				const id = nextId++;
				calls.set(id, {resolve, reject});
				post({id, method, params});
			}),
		notify: method => post({method}),
		respond: (id, result) => post({id, result}),
		onFrame: listener => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		frames: () => kept,
		waitFor: fits => {
			const found = kept.find(frame => fits(frame));
			return found
				? Promise.resolve(found)
				: new Promise((resolve, reject) => {
						watchers.add({fits, resolve, reject});
					});
		},
		closed,
		close: async () => {
			socket.close();
			const timer = setTimeout(() => socket.terminate(), 500);
			await closed;
			clearTimeout(timer);
		},
	};
	await client.call('initialize', {
		clientInfo: {name: options.clientName, title: null, version: '0.0.0'},
		capabilities: {experimentalApi: true},
	});
	client.notify('initialized');
	return client;
};
