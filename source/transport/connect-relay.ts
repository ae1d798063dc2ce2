/**
 * Both ways to a relay, for two people who cannot reach each other: each dials out over TCP, says one line
 * (relay-preamble.ts), and has the other on the line. The guest then speaks TLS through it, to the one certificate that
 * the link names; the host gets the bare line, for its door to speak TLS on.
 *
 * Who listens in, or runs the relay, learns the room, who dials from where and when, and how many bytes pass; with a
 * room's secret he could stand in the host's place and be refused for his certificate, with the room he could knock and
 * be refused for want of a token. He can cut the line, and no more. Invariant: before the pinned certificate is proven,
 * nothing of the guest's is sent but the room. Called by connect.ts and by share/relay-door.ts.
 */
import net from 'node:net';
import type {Duplex} from 'node:stream';
import tls from 'node:tls';
import {nodeCode, printable, TransportError} from './errors.ts';
import {opened} from './opened.ts';
import {
	hostLine,
	joinLine,
	nobodyShares,
	parseRelayAnswer,
	type RelayAnswer,
	takeLine,
} from './relay-preamble.ts';

export type RelayAddress = {
	/** An IPv6 address stands without its brackets. */
	readonly host: string;
	readonly port: number;
	/** For sentences; without the room. */
	readonly display: string;
};

/** A line that nothing passes on is found dead after 40 s, and no NAT forgets it sooner. */
const keepAliveMs = 30_000;

/**
 * The way to whoever hosts `room`, with TLS inside. `pin`: the SHA-256 of its certificate's DER, 64 digits of hex.
 *
 * @throws TransportError `no-server` when nobody hosts the room, `unreachable` without a relay, `tls` when the far end is not the pinned one
 */
export const connectRelay = async (
	address: RelayAddress & {readonly room: string},
	{pin}: {readonly pin: string},
	signal: AbortSignal,
): Promise<Duplex> => {
	const socket = await dial(address, signal);
	socket.write(joinLine(address.room));
	const answer = await nextAnswer(socket, address, signal);
	if (answer.kind !== 'ok') throw refused(socket, address, answer);
	const secure = tls.connect({
		socket,
		// The pin is looked at below instead, before the first byte of ours.
		rejectUnauthorized: false,
		// Older versions show the certificate to everybody on the way.
		minVersion: 'TLSv1.3',
		ALPNProtocols: ['http/1.1'],
	});
	try {
		await opened(secure, 'secureConnect', signal);
	} catch (error) {
		socket.destroy();
		throw explainTls(error, address);
	}
	const found = secure.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase();
	if (found !== pin) {
		secure.destroy();
		throw new TransportError(
			'tls',
			`Whoever answers through ${address.display} is not the share of this link: the certificate is another ` +
				`(sha256:${found ?? 'none'}). Nothing was sent there. Ask for a new link.`,
		);
	}
	return secure;
};

export type HostOptions = {
	/** The relay has put us into the room, or has somebody for us already. */
	readonly onWaiting: () => void;
};

/**
 * Waits in the room of `secret`, without a limit of its own, until a guest joins: the bare line to that guest, paused,
 * whose first bytes may have come already. `signal` calls it off at any time before.
 *
 * @throws TransportError
 */
export const waitAtRelay = async (
	address: RelayAddress & {readonly secret: string},
	{onWaiting}: HostOptions,
	signal: AbortSignal,
): Promise<Duplex> => {
	const socket = await dial(address, signal);
	socket.write(hostLine(address.secret));
	const first = await nextAnswer(socket, address, signal);
	if (first.kind === 'no') throw refused(socket, address, first);
	onWaiting();
	if (first.kind === 'ok') return socket;
	// It says so once: reading it for ever would keep us from everything else.
	const then = await nextAnswer(socket, address, signal);
	if (then.kind !== 'ok') throw refused(socket, address, then);
	return socket;
};

const dial = async ({host, port, display}: RelayAddress, signal: AbortSignal): Promise<net.Socket> => {
	const options = {host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs};
	try {
		return await opened(net.connect(options), 'connect', signal);
	} catch (error) {
		throw explainDial(error, display);
	}
};

/** Reads one line and leaves what is behind it in the socket, paused. */
const nextAnswer = (socket: net.Socket, {display}: RelayAddress, signal: AbortSignal): Promise<RelayAnswer> =>
	new Promise((resolve, reject) => {
		let bytes: Buffer = Buffer.alloc(0);
		const settle = (): void => {
			socket.off('data', onData);
			socket.off('error', onEnd);
			socket.off('close', onEnd);
			signal.removeEventListener('abort', onAbort);
			socket.pause();
		};
		const fail = (error: unknown): void => {
			settle();
			socket.destroy();
			reject(error);
		};
		const onData = (chunk: Buffer): void => {
			bytes = Buffer.concat([bytes, chunk]);
			const taken = takeLine(bytes);
			if (taken === 'more') return;
			const answer = taken === 'too long' ? undefined : parseRelayAnswer(taken.line);
			if (taken === 'too long' || answer === undefined) {
				fail(
					new TransportError(
						'not-codex',
						`${display} answers, but not as a relay of Jumpseat. Check the address and the port.`,
					),
				);
				return;
			}
			settle();
			if (taken.rest.length > 0) socket.unshift(taken.rest);
			resolve(answer);
		};
		const onEnd = (): void =>
			fail(new TransportError('closed', `The relay ${display} hung up. It may be restarting; try again.`));
		const onAbort = (): void => fail(signal.reason);
		socket.on('data', onData);
		socket.on('error', onEnd);
		socket.on('close', onEnd);
		signal.addEventListener('abort', onAbort);
		if (signal.aborted) onAbort();
		else socket.resume();
	});

const refused = (socket: net.Socket, {display}: RelayAddress, answer: RelayAnswer): TransportError => {
	socket.destroy();
	if (answer.kind !== 'no') {
		return new TransportError('not-codex', `${display} does not answer as a relay of Jumpseat.`);
	}
	const {sentence} = answer;
	const code = sentence === nobodyShares ? 'no-server' : 'unreachable';
	return new TransportError(code, `The relay ${display} says: ${printable(sentence)}.`);
};

const explainDial = (error: unknown, display: string): unknown => {
	if (error instanceof TransportError) return error;
	const code = nodeCode(error);
	switch (code) {
		case 'ECONNREFUSED':
			return new TransportError(
				'unreachable',
				`No relay answers at ${display}: nothing listens there. Start one there with \`jumpseat relay\`, or ` +
					'check the address and the port.',
				error,
			);
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
		case 'EAI_NODATA':
			return new TransportError(
				'unreachable',
				`The host of the relay ${display} cannot be found: check its name.`,
				error,
			);
		default:
			// What else the kernel says of a connection, and whatever calls the attempt off.
			return code === ''
				? error
				: new TransportError('unreachable', `There is no way to the relay ${display} (${code}).`, error);
	}
};

/** The far end is there, and TLS fails: it is not ours to say whether by the relay or by who is behind it. */
const explainTls = (error: unknown, {display}: RelayAddress): unknown => {
	if (error instanceof TransportError) return error;
	const code = nodeCode(error);
	if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED') {
		return new TransportError(
			'closed',
			`The line through ${display} broke off before the share had shown its certificate. Try again.`,
			error,
		);
	}
	return new TransportError(
		'tls',
		`What comes through ${display} is not TLS as the share of this link speaks it (${code}): somebody on the ` +
			'way changes it, or answers in its place. Nothing was sent there.',
		error,
	);
};
