/**
 * A visitor's open WebSocket, seen from the inside of a door. Invariants: frames go out in the order of `send`; after
 * `end` or `cut` nothing comes in any more; the ending is told once. Made by door.ts.
 *
 * What waits is kept here and handed to the socket a little at a time, a big frame in fragments: so `bufferedBytes` and
 * `onDrain` show a slow reader's progress within a frame of megabytes, which the socket alone would not.
 */
import WebSocket from 'ws';
import type {CloseReason, Dispose, Frame} from './channel.ts';
import {nodeCode, printable} from './errors.ts';
import {bufferOf, listen} from './socket-parts.ts';

export type VisitorChannel = {
	/** Frames that came before the first listener are handed to it during this call. */
	readonly onFrame: (listener: (frame: Frame) => void) => Dispose;
	/** Told once, also a listener that comes too late. */
	readonly onClose: (listener: (reason: CloseReason) => void) => Dispose;
	/** A text frame; bytes are its UTF-8, which must not change any more. Nothing, once the visitor is gone or sent away. */
	readonly send: (frame: string | Buffer) => void;
	/** What was sent and the system has not taken yet. */
	readonly bufferedBytes: number;
	/** Told whenever some of it went out. */
	readonly onDrain: (listener: () => void) => Dispose;
	/**
	 * Says goodbye with a code and a sentence (cut to 123 bytes) and hangs up, soon even if nobody reads it. What still
	 * waits is not sent.
	 */
	readonly end: (code: number, sentence: string) => void;
	/** Hangs up without a word. */
	readonly cut: () => void;
};

/** Runs `task` later; returns its cancellation. */
export type Later = (delayMs: number, task: () => void) => () => void;

export type VisitorOptions = {
	readonly maxFrameBytes: number;
	readonly later: Later;
};

/** The socket is given more only while it holds less than this: about what a system takes at once. */
const handBytes = 64 * 1024;
const goodbyeMs = 1000;
/** What a close frame has room for (RFC 6455, 5.5). */
const maxReasonBytes = 123;
export const pingEveryMs = 20_000;

export const visitorOver = (socket: WebSocket, {maxFrameBytes, later}: VisitorOptions): VisitorChannel => {
	const frameListeners = new Set<(frame: Frame) => void>();
	const closeListeners = new Set<(reason: CloseReason) => void>();
	const drainListeners = new Set<() => void>();
	let backlog: Frame[] | undefined = [];
	/** Frames that wait, and how far the first of them is handed over. */
	const queue: Buffer[] = [];
	let queuedBytes = 0;
	let offset = 0;
	let left: CloseReason | undefined;
	let ending: CloseReason | undefined;
	let isAlive = true;
	let cancelGoodbye = (): void => {};

	const deliver = (frame: Frame): void => {
		for (const listener of frameListeners) if (left === undefined) listener(frame);
	};

	const onSent = (): void => {
		isAlive = true;
		handOver();
		for (const listener of drainListeners) listener();
	};

	const handOver = (): void => {
		while (socket.readyState === WebSocket.OPEN && socket.bufferedAmount < handBytes) {
			const frame = queue[0];
			if (frame === undefined) return;
			const piece = frame.subarray(offset, offset + handBytes);
			const isWhole = offset + piece.length === frame.length;
			queuedBytes -= piece.length;
			offset = isWhole ? 0 : offset + piece.length;
			if (isWhole) queue.shift();
			socket.send(piece, {binary: false, fin: isWhole}, onSent);
		}
	};

	const dropQueue = (): void => {
		queue.length = 0;
		queuedBytes = 0;
	};

	const leave = (reason: CloseReason): void => {
		left ??= reason;
		dropQueue();
	};

	const end = (code: number, sentence: string): void => {
		if (left !== undefined || ending !== undefined) return;
		leave({code, kind: 'local', sentence});
		socket.close(code, shortened(sentence));
		cancelGoodbye = later(goodbyeMs, () => socket.terminate());
	};

	const beat = (): void => {
		cancelBeat = later(pingEveryMs, () => {
			if (!isAlive) {
				socket.terminate();
				return;
			}
			isAlive = false;
			if (socket.readyState === WebSocket.OPEN) socket.ping();
			beat();
		});
	};
	let cancelBeat = (): void => {};
	beat();

	socket.on('message', (data, isBinary) => {
		isAlive = true;
		if (left !== undefined) return;
		if (isBinary) {
			end(1003, 'Only text is understood here.');
			return;
		}
		const bytes = bufferOf(data);
		const frame = {text: bytes.toString('utf8'), bytes: bytes.byteLength};
		if (backlog === undefined) deliver(frame);
		else backlog.push(frame);
	});
	socket.on('pong', () => {
		isAlive = true;
	});
	socket.on('ping', () => {
		isAlive = true;
	});
	socket.on('error', error => {
		// `ws` has said goodbye with the code of the mistake; it need not be read.
		leave(brokenBy(error, maxFrameBytes));
		cancelGoodbye();
		cancelGoodbye = later(goodbyeMs, () => socket.terminate());
	});
	socket.on('close', (code, reason) => {
		cancelGoodbye();
		cancelBeat();
		ending = left ?? endedBy(code, reason);
		leave(ending);
		const listeners = [...closeListeners];
		closeListeners.clear();
		drainListeners.clear();
		for (const listener of listeners) listener(ending);
	});

	return {
		onFrame: listener => {
			const dispose = listen(frameListeners, listener);
			const waiting = backlog ?? [];
			backlog = undefined;
			for (const frame of waiting) deliver(frame);
			return dispose;
		},
		onClose: listener => {
			const told = ending;
			if (told === undefined) return listen(closeListeners, listener);
			queueMicrotask(() => listener(told));
			return () => {};
		},
		send: given => {
			if (left !== undefined || given.length === 0) return;
			const frame = typeof given === 'string' ? Buffer.from(given) : given;
			queue.push(frame);
			queuedBytes += frame.length;
			handOver();
		},
		get bufferedBytes() {
			return queuedBytes + (left === undefined ? socket.bufferedAmount : 0);
		},
		onDrain: listener => listen(drainListeners, listener),
		end,
		cut: () => {
			leave({code: 1006, kind: 'local', sentence: 'We hung up.'});
			socket.terminate();
		},
	};
};

/** Ends before a character, not within one. */
const shortened = (sentence: string): string => {
	const bytes = Buffer.from(sentence);
	if (bytes.length <= maxReasonBytes) return sentence;
	return bytes
		.subarray(0, maxReasonBytes)
		.toString('utf8')
		.replace(/\uFFFD$/u, '');
};

const endedBy = (code: number, reason: Buffer): CloseReason => {
	if (code === 1006) return {code, kind: 'cut', sentence: 'The connection broke off.'};
	const text = printable(reason.toString('utf8'));
	return {
		code,
		kind: 'remote',
		sentence: text === '' ? `Left (code ${code}).` : `Left (code ${code}: ${text}).`,
	};
};

const brokenBy = (error: Error, maxFrameBytes: number): CloseReason => {
	switch (nodeCode(error)) {
		case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
		case 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH':
		case 'WS_ERR_TOO_MANY_BUFFERED_PARTS':
			return {
				code: 1009,
				kind: 'oversized',
				sentence: `Sent a frame above the limit of ${maxFrameBytes} bytes.`,
			};
		case 'WS_ERR_INVALID_UTF8':
			return {code: 1007, kind: 'error', sentence: 'Sent text that is not UTF-8.'};
		default:
			return {code: 1002, kind: 'error', sentence: `The connection failed: ${printable(error.message)}.`};
	}
};
