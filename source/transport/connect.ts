/**
 * The one door to a server: an endpoint in, an open `FrameChannel` out, or a `TransportError` that says why
 * not. One clock runs over the whole attempt (socket, TLS, Upgrade). Called by the session for every
 * connection and reconnection; it retries nothing itself.
 */

import type {FrameChannel} from './channel.ts';
import {connectUnix} from './connect-unix.ts';
import {bearer, connectWs, type TlsOptions} from './connect-ws.ts';
import {daemonSocketPath, type Endpoint} from './endpoint.ts';
import {TransportError} from './errors.ts';
import {websocketOver} from './websocket.ts';

export type {CloseReason, Dispose, Frame, FrameChannel} from './channel.ts';

/** What the stock client allows (PROTOCOL): resumes of 20 MB are on record. */
export const defaultMaxFrameBytes = 128 * 1024 * 1024;

/** How a server is reached, beside its address. */
export type Access = {
	/** Where `unix://` without a path finds the daemon. */
	readonly codexHome: string;
	/**
	 * Shown to ws and wss servers as `Authorization: Bearer`, never to a unix socket. Asked at each connection; what it
	 * throws ends the attempt.
	 */
	readonly token?: (() => string) | undefined;
	readonly tls?: TlsOptions;
	readonly ssh?: SshOptions;
};

export type SshOptions = {
	/** How Codex is called on the other side; default `codex`. Read by the shell there. */
	readonly remoteCommand?: string | undefined;
	/** Asked at each connection: whether ssh may ask the person for a password or about a host key. Default: no. */
	readonly mayPrompt?: () => boolean;
};

export type ConnectOptions = Access & {
	/** For the socket, TLS and the Upgrade together. */
	readonly handshakeTimeoutMs: number;
	/** See `defaultMaxFrameBytes`. */
	readonly maxFrameBytes: number;
};

/** @throws TransportError */
export const connect = async (endpoint: Endpoint, options: ConnectOptions): Promise<FrameChannel> => {
	const attempt = new AbortController();
	const timer = setTimeout(() => {
		attempt.abort(
			new TransportError(
				'timeout',
				`${endpoint.display} did not complete the handshake within ${options.handshakeTimeoutMs / 1000} s. ` +
					'Is a Codex App Server there?',
			),
		);
	}, options.handshakeTimeoutMs);
	try {
		return await attemptTo(endpoint, options, attempt.signal);
	} finally {
		clearTimeout(timer);
	}
};

const attemptTo = async (
	endpoint: Endpoint,
	{codexHome, token, maxFrameBytes, tls = {}}: ConnectOptions,
	signal: AbortSignal,
): Promise<FrameChannel> => {
	switch (endpoint.kind) {
		case 'unix': {
			const path = endpoint.path ?? daemonSocketPath(codexHome);
			const display = `unix://${path}`;
			const duplex = await connectUnix(path, display, signal);
			return websocketOver(duplex, {url: 'ws://localhost/rpc', display, maxFrameBytes, signal});
		}
		case 'ws': {
			const {url, display} = endpoint;
			const authorization = token === undefined ? undefined : bearer(token(), endpoint);
			const duplex = await connectWs(endpoint, tls, signal);
			return websocketOver(duplex, {url, display, authorization, maxFrameBytes, signal});
		}
		case 'ssh':
			throw new TransportError(
				'unsupported',
				`This version cannot connect to ${endpoint.display} itself. Run jumpseat on that machine ` +
					`(ssh -t ${endpoint.host} npx codex-jumpseat), or forward its socket with ssh -L.`,
			);
	}
};
