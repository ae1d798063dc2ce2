/**
 * Opens TCP, or TLS over TCP, to the host of a ws:// or wss:// endpoint, and guards the bearer token: it never
 * travels in the clear to another machine. Called by connect.ts only.
 */
import net from 'node:net';
import type {Duplex} from 'node:stream';
import tls from 'node:tls';
import type {WebSocketEndpoint} from './endpoint.ts';
import {fromNodeError, TransportError} from './errors.ts';
import {opened} from './opened.ts';

export type TlsOptions = {
	/** Certificate authorities in PEM, in place of the system's: for servers with a certificate of their own. */
	readonly ca?: string | undefined;
	/** SHA-256 of the one certificate that is accepted, 64 hex digits; then no authority is asked. */
	readonly pin?: string | undefined;
};

/** A dead peer shows itself after a few minutes even when nothing is sent. */
const keepAliveMs = 30_000;

/** @throws TransportError */
export const connectWs = async (
	endpoint: WebSocketEndpoint,
	options: TlsOptions,
	signal: AbortSignal,
): Promise<Duplex> => {
	const {host, port, secure, display} = endpoint;
	try {
		if (secure) return await connectTls(host, port, options, signal);
		const socket = await opened(net.connect({host, port}), 'connect', signal);
		socket.setKeepAlive(true, keepAliveMs);
		return socket;
	} catch (error) {
		throw fromNodeError(error, display);
	}
};

const connectTls = async (
	host: string,
	port: number,
	{ca}: TlsOptions,
	signal: AbortSignal,
): Promise<Duplex> => {
	const socket = tls.connect({
		host,
		port,
		// SNI takes names only.
		...(net.isIP(host) === 0 && {servername: host}),
		...(ca !== undefined && {ca}),
		ALPNProtocols: ['http/1.1'],
	});
	await opened(socket, 'secureConnect', signal);
	socket.setKeepAlive(true, keepAliveMs);
	return socket;
};

const loopback = new net.BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const isLoopback = (host: string): boolean => {
	switch (net.isIP(host)) {
		case 4:
			return loopback.check(host, 'ipv4');
		case 6:
			return loopback.check(host, 'ipv6');
		default:
			return host === 'localhost';
	}
};

/**
 * The header value for `token`. The sentences of its errors do not hold the token.
 *
 * @throws TransportError `unsafe-token`
 */
export const bearer = (token: string, endpoint: WebSocketEndpoint): string => {
	if (!endpoint.secure && !isLoopback(endpoint.host)) {
		throw new TransportError(
			'unsafe-token',
			`The token was not sent: ${endpoint.display} is another machine and ws:// is not encrypted. ` +
				'Use wss://, or forward the port over ssh and connect to ws://127.0.0.1:PORT.',
		);
	}
	if (!/^[\x21-\x7E]+$/u.test(token)) {
		throw new TransportError(
			'unsafe-token',
			'The token is empty or holds a space, a line break or a character outside ASCII: ' +
				'check the variable named by --token-env.',
		);
	}
	return `Bearer ${token}`;
};
