/**
 * An open `ws` socket as a `FrameChannel`. Invariants: frames come in wire order and none is lost before the
 * first listener; the ending is told once and after the last frame; nothing comes after `close()`. Made by
 * websocket.ts.
 */
import WebSocket from 'ws';
import type {CloseReason, Frame, FrameChannel} from './channel.ts';
import {nodeCode, printable, TransportError} from './errors.ts';
import {bufferOf, listen} from './socket-parts.ts';

export type ChannelOptions = {
	/** The endpoint as people know it. */
	readonly display: string;
	readonly maxFrameBytes: number;
	/** How long `close()` waits for the server's goodbye before it hangs up. */
	readonly closeTimeoutMs?: number;
	/** A clock that never goes back, for `ping`. */
	readonly nowMs?: () => number;
	/** Has a listener called for every piece of bytes that comes. */
	readonly onBytes?: (listener: () => void) => void;
	/** What broke the line below, if anything did. */
	readonly lineError?: () => unknown;
};

type PendingPing = {
	readonly sentAtMs: number;
	readonly resolve: (roundTripMs: number) => void;
	readonly reject: (error: TransportError) => void;
	readonly onBytes: (() => void) | undefined;
};

export const channelOver = (socket: WebSocket, options: ChannelOptions): FrameChannel => {
	const {display, closeTimeoutMs = 500, nowMs = () => performance.now()} = options;
	const frameListeners = new Set<(frame: Frame) => void>();
	const closeListeners = new Set<(reason: CloseReason) => void>();
	const pings = new Map<string, PendingPing>();
	/** Frames that nobody has listened for yet; undefined from the first listener on. */
	let backlog: Frame[] | undefined = [];
	let pingCount = 0;
	let isLeaving = false;
	let failure: CloseReason | undefined;
	let ending: CloseReason | undefined;
	let hangUpTimer: NodeJS.Timeout | undefined;
	let tellGone = (): void => {};
	const gone = new Promise<void>(resolve => {
		tellGone = resolve;
		socket.once('close', () => resolve());
	});

	const deliver = (frame: Frame): void => {
		for (const listener of frameListeners) if (!isLeaving) listener(frame);
	};

	const tellEnding = (): void => {
		if (ending === undefined || (backlog !== undefined && backlog.length > 0 && !isLeaving)) return;
		const listeners = [...closeListeners];
		closeListeners.clear();
		for (const listener of listeners) listener(ending);
	};

	socket.on('message', data => {
		if (isLeaving) return;
		// Codex sends text only; a binary frame is read as UTF-8 and judged by whoever parses it.
		const bytes = bufferOf(data);
		const frame = {text: bytes.toString('utf8'), bytes: bytes.byteLength};
		if (backlog === undefined) deliver(frame);
		else backlog.push(frame);
	});

	options.onBytes?.(() => {
		for (const ping of pings.values()) ping.onBytes?.();
	});

	socket.on('pong', data => {
		const key = data.toString('utf8');
		const ping = pings.get(key);
		pings.delete(key);
		ping?.resolve(nowMs() - ping.sentAtMs);
	});

	socket.on('error', error => {
		failure ??= brokenBy(error, socket, options);
		// The goodbye with the reason is on its way; waiting for the server's would keep its data coming.
		socket.terminate();
	});

	socket.on('close', (code, reason) => {
		clearTimeout(hangUpTimer);
		ending =
			failure ?? endedBy(code, reason, display, {isLeaving, lineCode: nodeCode(options.lineError?.())});
		for (const ping of pings.values()) ping.reject(new TransportError('closed', ending.sentence));
		pings.clear();
		tellEnding();
	});

	const requireOpen = (): void => {
		if (!isLeaving && socket.readyState === WebSocket.OPEN) return;
		throw new TransportError('closed', ending?.sentence ?? `The connection to ${display} is closing.`);
	};

	return {
		send: text => {
			requireOpen();
			socket.send(text);
		},
		onFrame: listener => {
			const dispose = listen(frameListeners, listener);
			const waiting = backlog ?? [];
			backlog = undefined;
			for (const frame of waiting) deliver(frame);
			tellEnding();
			return dispose;
		},
		onClose: listener => {
			const dispose = listen(closeListeners, listener);
			if (ending !== undefined) queueMicrotask(tellEnding);
			return dispose;
		},
		close: () => {
			isLeaving ||= socket.readyState === WebSocket.OPEN;
			if (ending === undefined && hangUpTimer === undefined) {
				socket.close(1000);
				hangUpTimer = setTimeout(() => {
					socket.terminate();
					// A listener of frames that threw has left the reader of `ws` in the middle: it never says that it is closed.
					setImmediate(tellGone);
				}, closeTimeoutMs);
			}
			return gone;
		},
		get bufferedBytes() {
			return socket.bufferedAmount;
		},
		ping: async onBytes => {
			requireOpen();
			const key = String(pingCount++);
			return new Promise((resolve, reject) => {
				pings.set(key, {sentAtMs: nowMs(), resolve, reject, onBytes});
				socket.ping(key);
			});
		},
	};
};

const endedBy = (
	code: number,
	reason: Buffer,
	display: string,
	{isLeaving, lineCode}: {isLeaving: boolean; lineCode: string},
): CloseReason => {
	if (isLeaving) return {code, kind: 'local', sentence: `We left ${display}.`};
	if (lineCode.startsWith('ERR_SSL')) {
		return {
			code,
			kind: 'cut',
			sentence:
				`The connection to ${display} was ended: what came was not what the other side had sent, or not to us ` +
				`(${lineCode}). Nothing of it was used.`,
		};
	}
	if (code === 1006) {
		return {
			code,
			kind: 'cut',
			// PROTOCOL: the server drops a client whose outbound queue fills up in just this way; app-server/lag.ts can tell.
			sentence: `The connection to ${display} broke off: the server ended, or the line broke.`,
		};
	}
	const text = printable(reason.toString('utf8'));
	// Of an application's own range (RFC 6455): whoever has such a code has a sentence, meant for people.
	if (code >= 4000 && text !== '') return {code, kind: 'remote', sentence: text};
	return {
		code,
		kind: 'remote',
		sentence: `${display} closed the connection (code ${code}${text === '' ? '' : `: ${text}`}).`,
	};
};

/** After an error of the receiver (frames against the rules) or of the sender. */
const brokenBy = (error: Error, socket: WebSocket, {display, maxFrameBytes}: ChannelOptions): CloseReason => {
	switch (nodeCode(error)) {
		case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
		case 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH': {
			const bytes = announcedBytes(socket);
			const size = bytes === undefined ? 'above the limit' : `of ${bytes} bytes`;
			return {
				code: 1009,
				kind: 'oversized',
				sentence: `${display} sent a frame ${size}; the limit is ${maxFrameBytes} bytes. The connection was closed.`,
			};
		}
		case 'WS_ERR_INVALID_UTF8':
			return {
				code: 1007,
				kind: 'error',
				sentence: `${display} sent text that is not UTF-8. The connection was closed.`,
			};
		default:
			return {
				code: 1002,
				kind: 'error',
				sentence: `The connection to ${display} failed: ${printable(error.message)}.`,
			};
	}
};

/** `ws` keeps the size that a frame's header announced to itself; a version without it costs us the number only. */
const announcedBytes = (socket: WebSocket): number | undefined => {
	const {_receiver: receiver} = socket as {_receiver?: {_totalPayloadLength?: unknown}};
	const bytes = receiver?._totalPayloadLength;
	return typeof bytes === 'number' && bytes > 0 ? bytes : undefined;
};
