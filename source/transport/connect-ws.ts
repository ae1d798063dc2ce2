/**
 * Opens TCP, or TLS over TCP, to the host of a ws:// or wss:// endpoint, and guards the bearer token: it never
 * travels in the clear to another machine, nor to one that has not shown a certificate we trust. Called by connect.ts.
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
	/** The one certificate that is accepted, see `parsePin`; then no authority, name or date is asked. */
	readonly pin?: string | undefined;
};

/**
 * `sha256:` and the SHA-256 of a certificate (of its DER) in hex, as 64 lower-case digits; undefined when it is not
 * that. Colons and capitals are as welcome as OpenSSL's way to print them.
 */
export const parsePin = (text: string): string | undefined => {
	const [, hex = ''] = /^sha256:(.*)$/i.exec(text.trim()) ?? [];
	const digits = hex.replaceAll(':', '').toLowerCase();
	return /^[\da-f]{64}$/.test(digits) ? digits : undefined;
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
		if (secure) return await connectTls(endpoint, options, signal);
		const socket = await opened(net.connect({host, port}), 'connect', signal);
		socket.setKeepAlive(true, keepAliveMs);
		return socket;
	} catch (error) {
		throw fromNodeError(error, display);
	}
};

const connectTls = async (
	{host, port, display}: WebSocketEndpoint,
	{ca, pin}: TlsOptions,
	signal: AbortSignal,
): Promise<Duplex> => {
	const socket = tls.connect({
		host,
		port,
		// SNI takes names only.
		...(net.isIP(host) === 0 && {servername: host}),
		...(ca !== undefined && {ca}),
		// The pin is looked at below instead, before the first byte of ours.
		...(pin !== undefined && {rejectUnauthorized: false}),
		ALPNProtocols: ['http/1.1'],
	});
	await opened(socket, 'secureConnect', signal);
	if (pin !== undefined) {
		const found = socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase();
		if (found !== pin) {
			socket.destroy();
			throw wrongCertificate(display, found);
		}
	}
	socket.setKeepAlive(true, keepAliveMs);
	return socket;
};

const wrongCertificate = (display: string, found: string | undefined): TransportError =>
	new TransportError(
		'tls',
		found === undefined
			? `${display} shows no certificate, so the pin cannot be checked. Nothing was sent to it.`
			: `The certificate of ${display} is not the pinned one: its fingerprint is sha256:${found}. Nothing was ` +
					'sent to it. If the server has that certificate now, give this as --tls-pin.',
	);

const loopback = new net.BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether `host` can only be this machine. */
export const isLoopback = (host: string): boolean => {
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
export const bearer = (
	token: string,
	endpoint: Pick<WebSocketEndpoint, 'secure' | 'host' | 'display'>,
): string => {
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
			'The token is empty or holds a space, a line break or a character outside ASCII. ' +
				'Check what --token-env or --token-file names.',
		);
	}
	return `Bearer ${token}`;
};
