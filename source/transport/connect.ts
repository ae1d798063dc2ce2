/**
 * The one door to a server: an endpoint in, an open `FrameChannel` out, or a `TransportError` that says why
 * not. A clock runs over the whole attempt (socket, TLS, Upgrade). Called by the session for every
 * connection and reconnection; it retries nothing itself.
 */

import type {FrameChannel} from './channel.ts';
import type {SshOptions} from './connect-ssh.ts';
import {connectUnix} from './connect-unix.ts';
import {bearer, connectWs, type TlsOptions} from './connect-ws.ts';
import {
	daemonSocketPath,
	type Endpoint,
	type RelayEndpoint,
	type SshEndpoint,
	type UnixEndpoint,
	type WebSocketEndpoint,
} from './endpoint.ts';
import {TransportError} from './errors.ts';
import {websocketOver} from './websocket.ts';

export type {CloseReason, Dispose, Frame, FrameChannel} from './channel.ts';
export type {SshOptions} from './connect-ssh.ts';

/** What the stock client allows (PROTOCOL): resumes of 20 MB are on record. */
export const defaultMaxFrameBytes = 128 * 1024 * 1024;

/** How a server is reached, beside its address. */
export type Access = {
	/** Where `unix://` without a path finds the daemon. */
	readonly codexHome: string;
	/**
	 * Shown to ws and wss servers and through a relay as `Authorization: Bearer`, to a unix socket only with
	 * `tokenOnUnix`. Asked at each connection; what it throws ends the attempt.
	 */
	readonly token?: (() => string) | undefined;
	/** The socket is a share's, where the token says who one is: it is shown to a unix socket too. Default: no. */
	readonly tokenOnUnix?: boolean | undefined;
	readonly tls?: TlsOptions;
	readonly ssh?: SshOptions;
	/** The same failure in the words of whoever did not write the address, as the guest of a share. */
	readonly explain?: (error: TransportError) => TransportError;
};

export type ConnectOptions = Access & {
	/** For the socket, TLS and the Upgrade together; over ssh for the Upgrade alone, after the login. */
	readonly handshakeTimeoutMs: number;
	/** See `defaultMaxFrameBytes`. */
	readonly maxFrameBytes: number;
};

/** @throws TransportError */
export const connect = async (endpoint: Endpoint, options: ConnectOptions): Promise<FrameChannel> => {
	try {
		return await attempt(endpoint, options);
	} catch (error) {
		throw error instanceof TransportError ? (options.explain?.(error) ?? error) : error;
	}
};

const attempt = (endpoint: Endpoint, options: ConnectOptions): Promise<FrameChannel> => {
	const {handshakeTimeoutMs: limitMs} = options;
	if (endpoint.kind === 'ssh') return overSsh(endpoint, options);
	return within({limitMs, endpoint, what: 'complete the handshake'}, signal =>
		attemptTo(endpoint, options, signal),
	);
};

/** Where the bytes go is not the URL's business; without Host and path there is no Upgrade. */
const localUrl = 'ws://localhost/rpc';

type Limit = {readonly limitMs: number; readonly endpoint: Endpoint; readonly what: string};

/** Calls `work` off when it takes too long. */
const within = async <Result>(
	{limitMs, endpoint, what}: Limit,
	work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
	const attempt = new AbortController();
	const timer = setTimeout(() => {
		attempt.abort(
			new TransportError(
				'timeout',
				`${endpoint.display} did not ${what} within ${limitMs / 1000} s. Is a Codex App Server there?`,
			),
		);
	}, limitMs);
	try {
		return await work(attempt.signal);
	} finally {
		clearTimeout(timer);
	}
};

/** The clock of the handshake must not run while a person types a password. */
const overSsh = async (
	endpoint: SshEndpoint,
	{ssh = {}, maxFrameBytes, handshakeTimeoutMs}: ConnectOptions,
): Promise<FrameChannel> => {
	const {display} = endpoint;
	// Loaded only when it is asked for: processes cost a status bar on a socket nothing.
	const {connectSsh, sshLimitMs} = await import('./connect-ssh.ts');
	const link = await within({limitMs: sshLimitMs(ssh), endpoint, what: 'let ssh in'}, signal =>
		connectSsh(endpoint, ssh, signal),
	);
	try {
		return await within({limitMs: handshakeTimeoutMs, endpoint, what: 'complete the handshake'}, signal =>
			websocketOver(link.duplex, {url: localUrl, display, maxFrameBytes, signal}),
		);
	} catch (error) {
		throw await link.explain(error);
	}
};

const attemptTo = async (
	endpoint: UnixEndpoint | WebSocketEndpoint | RelayEndpoint,
	{codexHome, token, tokenOnUnix, maxFrameBytes, tls = {}}: ConnectOptions,
	signal: AbortSignal,
): Promise<FrameChannel> => {
	switch (endpoint.kind) {
		case 'unix': {
			const path = endpoint.path ?? daemonSocketPath(codexHome);
			const display = `unix://${path}`;
			const shown = tokenOnUnix === true ? token : undefined;
			const authorization = shown && bearer(shown(), {host: 'localhost', secure: false, display});
			const duplex = await connectUnix({path, display, isDaemon: endpoint.path === undefined}, signal);
			return websocketOver(duplex, {url: localUrl, display, authorization, maxFrameBytes, signal});
		}
		case 'ws': {
			const {url, display} = endpoint;
			const authorization = token && bearer(token(), endpoint);
			const duplex = await connectWs(endpoint, tls, signal);
			return websocketOver(duplex, {url, display, authorization, maxFrameBytes, signal});
		}
		case 'relay': {
			const {display} = endpoint;
			const {pin} = tls;
			if (pin === undefined) {
				const why = "without the fingerprint of the share's certificate nothing is sent through a relay";
				throw new TransportError('tls', `${display}: ${why}.`);
			}
			const authorization = token && bearer(token(), {host: endpoint.host, secure: true, display});
			// Loaded only when it is asked for, like ssh.
			const {connectRelay} = await import('./connect-relay.ts');
			const duplex = await connectRelay(endpoint, {pin}, signal);
			return websocketOver(duplex, {url: localUrl, display, authorization, maxFrameBytes, signal});
		}
	}
};
