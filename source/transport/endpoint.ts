/**
 * What a person may write after --connect, and nothing else: text in, a checked `Endpoint` out, or an
 * `EndpointError` whose message says what was expected. Opens nothing; the only I/O is `daemonSocketPath`
 * resolving a symlink. Called by the composition root; `connect()` takes the result.
 */
import {realpathSync} from 'node:fs';
import path from 'node:path';

export type UnixEndpoint = {
	readonly kind: 'unix';
	/** Absolute. Undefined means the daemon that Codex itself runs: see `daemonSocketPath`. */
	readonly path: string | undefined;
	readonly display: string;
};

export type WebSocketEndpoint = {
	readonly kind: 'ws';
	/** With the path to ask for; `/rpc` when none was written. */
	readonly url: string;
	/** An IPv6 address stands without its brackets. */
	readonly host: string;
	readonly port: number;
	readonly secure: boolean;
	/** Never holds a query, which may be a secret. */
	readonly display: string;
};

export type SshEndpoint = {
	readonly kind: 'ssh';
	readonly user?: string;
	readonly host: string;
	readonly port?: number;
	/** The socket on that machine; undefined means the daemon there. */
	readonly socketPath?: string;
	readonly display: string;
};

/** A share whose owner waits at a relay. Nobody writes one: it comes out of a link, with the certificate's pin. */
export type RelayEndpoint = {
	readonly kind: 'relay';
	/** An IPv6 address stands without its brackets. */
	readonly host: string;
	readonly port: number;
	/** Whoever knows it can knock, so that it is in no sentence. */
	readonly room: string;
	readonly display: string;
};

export type Endpoint = UnixEndpoint | WebSocketEndpoint | SshEndpoint | RelayEndpoint;

const forms = 'unix://, unix:///PATH, ws://HOST:PORT, wss://HOST[:PORT] or ssh://[USER@]HOST[:PORT][/PATH]';

/** The text is no endpoint. `message` is a sentence for the person who wrote it. */
export class EndpointError extends Error {
	override readonly name = 'EndpointError';

	constructor(text: string, problem: string) {
		// Quoted as JSON, control characters and stray spaces are visible.
		super(`${JSON.stringify(withoutSecrets(text))} is not an endpoint: ${problem}`);
	}
}

/** What may be a secret is left out: a query, a fragment, a user with a password. */
const withoutSecrets = (text: string): string =>
	text.replace(/([?#]).+$/su, '$1…').replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/isu, '$1…@');

/**
 * Reads one endpoint. Paths of sockets are taken literally (no percent-decoding), so spaces, `:` and UTF-8
 * work. A host or user may not begin with `-`: it would read as an option of `ssh`.
 *
 * @throws EndpointError
 */
export const parseEndpoint = (text: string): Endpoint => {
	if (/[\u0000-\u001F\u007F]/u.test(text)) throw new EndpointError(text, 'it holds a control character.');
	const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/iu.exec(text) ?? [];
	if (scheme === undefined || rest === undefined) {
		const hint = text.startsWith('/') ? ` Did you mean unix://${withoutSecrets(text)}?` : '';
		throw new EndpointError(text, `expected ${forms}.${hint}`);
	}
	switch (scheme.toLowerCase()) {
		case 'unix':
			return parseUnix(text, rest);
		case 'ws':
			return parseWebSocket(text, rest, 'ws');
		case 'wss':
			return parseWebSocket(text, rest, 'wss');
		case 'ssh':
			return parseSsh(text, rest);
		case 'http':
			throw new EndpointError(text, `expected ${forms}. Did you mean ws://${withoutSecrets(rest)}?`);
		case 'https':
			throw new EndpointError(text, `expected ${forms}. Did you mean wss://${withoutSecrets(rest)}?`);
		default:
			throw new EndpointError(text, `expected ${forms}.`);
	}
};

/** Where Codex's own daemon listens (PROTOCOL, "Finding and reaching a server"), by the name that never changes: a symlink. */
export const daemonSocketName = (codexHome: string): string =>
	path.join(codexHome, 'app-server-control', 'app-server-control.sock');

/**
 * The socket behind that name; resolved because a socket path is limited to about 108 bytes. A missing one comes
 * back as it is, for the connection to complain about.
 */
export const daemonSocketPath = (codexHome: string): string => {
	const name = daemonSocketName(codexHome);
	try {
		return realpathSync(name);
	} catch {
		return name;
	}
};

const parseUnix = (text: string, rest: string): UnixEndpoint => {
	if (rest === '') return {kind: 'unix', path: undefined, display: 'unix://'};
	if (!rest.startsWith('/')) {
		throw new EndpointError(text, 'expected an absolute path, as in unix:///run/codex.sock (three slashes).');
	}
	return {kind: 'unix', path: rest, display: `unix://${rest}`};
};

const parseWebSocket = (text: string, rest: string, scheme: 'ws' | 'wss'): WebSocketEndpoint => {
	const expected = `expected ${scheme}://HOST:PORT.`;
	// The URL parser would quietly mend the first two and read a lone number as an IPv4 address.
	if (/[\s\\]/u.test(rest) || rest.startsWith('/') || /^\d+(?:[/?#]|$)/u.test(rest)) {
		throw new EndpointError(text, expected);
	}
	let url: URL;
	try {
		url = new URL(`${scheme}://${rest}`);
	} catch {
		throw new EndpointError(text, expected);
	}
	if (/^[^/?#]*@/u.test(rest)) {
		throw new EndpointError(text, 'it holds a user or password; give a bearer token with --token-env.');
	}
	if (rest.includes('#')) throw new EndpointError(text, `${expected} A fragment (#…) means nothing here.`);
	refuseOption(text, 'host', url.hostname);
	const port = url.port === '' ? (scheme === 'wss' ? 443 : 80) : Number(url.port);
	if (port === 0) throw new EndpointError(text, `${expected} The port is 1 to 65535.`);
	const origin = `${scheme}://${url.hostname}:${port}`;
	const asksNoPath = url.pathname === '/';
	return {
		kind: 'ws',
		url: `${origin}${asksNoPath ? '/rpc' : url.pathname}${url.search}`,
		host: url.hostname.replace(/^\[(.*)\]$/u, '$1'),
		port,
		secure: scheme === 'wss',
		display: `${origin}${asksNoPath ? '' : url.pathname}`,
	};
};

const parseSsh = (text: string, rest: string): SshEndpoint => {
	const expected = 'expected ssh://[USER@]HOST[:PORT][/PATH/TO/SOCKET].';
	const shape = /^(?:([^@/]*)@)?(\[[\da-f:.]+(?:%\w+)?\]|[^:/@[\]]+)(?::(\d{1,5}))?(\/.*)?$/iu.exec(rest);
	const [, user, bracketed, portText, socketPath] = shape ?? [];
	if (bracketed === undefined) throw new EndpointError(text, expected);
	const host = bracketed.replace(/^\[(.*)\]$/u, '$1');
	refuseOption(text, 'host', host);
	if (user !== undefined) refuseOption(text, 'user', user);
	if (!/^[\w.:%-]+$/u.test(host) || (user !== undefined && !/^[\w.+-]+$/u.test(user))) {
		throw new EndpointError(text, expected);
	}
	const port = portText === undefined ? undefined : Number(portText);
	if (port !== undefined && (port === 0 || port > 65_535)) {
		throw new EndpointError(text, `${expected} The port is 1 to 65535.`);
	}
	return {
		kind: 'ssh',
		...(user !== undefined && {user}),
		host,
		...(port !== undefined && {port}),
		...(socketPath !== undefined && socketPath !== '/' && {socketPath}),
		display: `ssh://${rest}`,
	};
};

const refuseOption = (text: string, part: 'host' | 'user', value: string): void => {
	if (value.startsWith('-')) throw new EndpointError(text, `the ${part} may not begin with "-".`);
};
