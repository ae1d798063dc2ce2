/**
 * A raw guest of a share: a WebSocket with a token, every frame kept, nothing done by itself.
 *
 * Invariant: it says what the test says, well-formed or not, so that a test can be a guest of any kind.
 */
import WebSocket from 'ws';
import type {Frame} from '../../source/demo/json-rpc-client.ts';

export type RefusedCall = {readonly code: number; readonly message: string};

export type RawGuest = {
	/** Every frame that came, in order. */
	frames(): readonly Frame[];
	/** Resolves with the result, or rejects with an Error whose `code` is the JSON-RPC one. */
	call(method: string, params?: unknown): Promise<Readonly<Record<string, unknown>>>;
	/** The error of a call that must fail. */
	refusal(method: string, params?: unknown): Promise<RefusedCall>;
	notify(method: string, params?: unknown): void;
	respond(id: number | string, result: unknown): void;
	respondError(id: number | string, message: string): void;
	/** Any text. */
	send(text: string): void;
	/** The first frame that fits, also among those that came. Rejects when the connection ends. */
	waitFor(fits: (frame: Frame) => boolean): Promise<Frame>;
	/** The first frame of this method. */
	told(method: string): Promise<Frame>;
	readonly closed: Promise<{readonly code: number; readonly reason: string}>;
	/** A goodbye. */
	close(): Promise<void>;
	/** No goodbye. */
	terminate(): void;
	/** Stops and resumes reading. */
	pause(): void;
	resume(): void;
};

/** What stands at this place in some JSON; undefined where there is nothing. */
export const valueIn = (value: unknown, ...path: readonly string[]): unknown =>
	path.reduce<unknown>(
		(held, name) =>
			typeof held === 'object' && held !== null && name in held ? Reflect.get(held, name) : undefined,
		value,
	);

class GuestError extends Error {
	readonly code: number;
	constructor({code, message}: RefusedCall) {
		super(message);
		this.code = code;
	}
}

export type RawGuestOptions = {
	/** As in `ws://127.0.0.1:PORT`. */
	readonly url: string;
	readonly token: string;
	/** `clientInfo.name`; undefined: no handshake is made. */
	readonly clientName?: string | undefined;
	readonly optOut?: readonly string[];
};

/** Resolves after the handshake with what `initialize` answered. Rejects when nobody lets it in. */
export const connectGuest = async (
	options: RawGuestOptions,
): Promise<RawGuest & {readonly initialized: Readonly<Record<string, unknown>>}> => {
	const socket = new WebSocket(options.url, {
		perMessageDeflate: false,
		headers: {authorization: `Bearer ${options.token}`},
	});
	const kept: Frame[] = [];
	const watchers = new Set<{
		fits: (frame: Frame) => boolean;
		resolve: (frame: Frame) => void;
		reject: (error: Error) => void;
	}>();
	let nextId = 1;
	const closed = new Promise<{code: number; reason: string}>(resolve => {
		socket.once('close', (code, reason) => {
			resolve({code, reason: String(reason)});
			for (const {reject} of watchers) reject(new Error(`The share closed the connection (${code}).`));
			watchers.clear();
		});
	});
	socket.on('message', data => {
		const frame = JSON.parse(String(data)) as Frame;
		kept.push(frame);
		for (const watcher of [...watchers]) {
			if (!watcher.fits(frame)) continue;
			watchers.delete(watcher);
			watcher.resolve(frame);
		}
	});
	await new Promise<void>((resolve, reject) => {
		socket.once('open', resolve);
		socket.once('error', reject);
	});
	socket.on('error', () => undefined);

	const send = (text: string): void => socket.send(text);
	const waitFor = (fits: (frame: Frame) => boolean): Promise<Frame> => {
		const found = kept.find(fits);
		if (found !== undefined) return Promise.resolve(found);
		return new Promise((resolve, reject) => {
			if (socket.readyState !== WebSocket.OPEN) reject(new Error('The connection is closed.'));
			else watchers.add({fits, resolve, reject});
		});
	};
	const ask = async (method: string, params: unknown): Promise<Frame> => {
		const id = nextId++;
		const answered = waitFor(frame => frame.id === id && frame.method === undefined);
		send(JSON.stringify({id, method, params}));
		return answered;
	};
	const guest: RawGuest = {
		frames: () => kept,
		async call(method, params = {}) {
			const {error, result} = await ask(method, params);
			if (error !== undefined) throw new GuestError(error);
			return result ?? {};
		},
		async refusal(method, params = {}) {
			const {error} = await ask(method, params);
			if (error === undefined) throw new Error(`${method} was not refused.`);
			return error;
		},
		notify: (method, params) => send(JSON.stringify({method, params})),
		respond: (id, result) => send(JSON.stringify({id, result})),
		respondError: (id, message) => send(JSON.stringify({id, error: {code: -32_000, message}})),
		send,
		waitFor,
		told: method => waitFor(frame => frame.method === method),
		closed,
		async close() {
			socket.close();
			await closed;
		},
		terminate: () => socket.terminate(),
		pause: () => socket.pause(),
		resume: () => socket.resume(),
	};
	if (options.clientName === undefined) return {...guest, initialized: {}};
	const initialized = await guest.call('initialize', {
		clientInfo: {name: options.clientName, title: null, version: '0.0.0'},
		capabilities: {experimentalApi: true, ...(options.optOut && {optOutNotificationMethods: options.optOut})},
	});
	guest.notify('initialized');
	return {...guest, initialized};
};
