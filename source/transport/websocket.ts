/**
 * The WebSocket Upgrade over any Duplex: a unix socket, TCP, TLS, later the pipe of an ssh. It sends no Origin
 * header (the server answers 403 to any) and offers no compression. Invariant: the Duplex is ours from the
 * call on, and is destroyed when the handshake fails. Called by connect.ts.
 */
import {constants} from 'node:buffer';
import type {Duplex} from 'node:stream';
import WebSocket from 'ws';
import type {FrameChannel} from './channel.ts';
import {fromHttpStatus, fromNodeError, type TransportError} from './errors.ts';
import {type ChannelOptions, channelOver} from './websocket-channel.ts';

export type WebSocketOptions = ChannelOptions & {
	/** ws: or wss:, for the Host header and the path; where the bytes go is the Duplex's business. */
	readonly url: string;
	/** The value of the Authorization header. */
	readonly authorization?: string | undefined;
	/** Calls the handshake off, with its reason as the rejection. Without effect afterwards. */
	readonly signal: AbortSignal;
};

/** @throws TransportError */
export const websocketOver = (duplex: Duplex, options: WebSocketOptions): Promise<FrameChannel> =>
	new Promise((resolve, reject) => {
		const {url, display, authorization, signal} = options;
		const maxFrameBytes = Math.min(options.maxFrameBytes, constants.MAX_STRING_LENGTH);
		const socket = new WebSocket(url, {
			// `ws` and node:http are content with a bare Duplex; only the types ask for more.
			createConnection: () => duplex as ReturnType<NonNullable<WebSocket.ClientOptions['createConnection']>>,
			headers: authorization === undefined ? {} : {Authorization: authorization},
			perMessageDeflate: false,
			maxPayload: maxFrameBytes,
		});
		let lineError: unknown;
		// TLS tells its errors in no other way; `ws` takes them for an end.
		duplex.on('error', error => {
			lineError = error;
		});
		const onError = (error: unknown): void => fail(fromNodeError(error, display));
		const onAbort = (): void => fail(fromNodeError(signal.reason, display));
		const settle = (): void => {
			socket.off('error', onError);
			signal.removeEventListener('abort', onAbort);
		};
		const fail = (error: TransportError): void => {
			settle();
			// A handshake that is called off reports that as one more error.
			socket.on('error', () => {});
			socket.terminate();
			duplex.on('error', () => {});
			duplex.destroy();
			reject(error);
		};
		socket.on('error', onError);
		signal.addEventListener('abort', onAbort);
		socket.once('unexpected-response', (_request, response) => {
			fail(fromHttpStatus(response.statusCode ?? 0, display, {hasToken: authorization !== undefined}));
		});
		socket.once('open', () => {
			settle();
			// The listeners must be on in this tick: frames behind the 101 are read in the next.
			const onBytes = (listener: () => void): unknown => duplex.on('data', listener);
			resolve(channelOver(socket, {...options, maxFrameBytes, onBytes, lineError: () => lineError}));
		});
		if (signal.aborted) onAbort();
	});
