/**
 * Where guests of a share come in: it listens, or is handed raw sockets that came another way, and turns whoever has a
 * good token into a `VisitorChannel`. Invariants: nothing but TLS beyond loopback; whoever is refused for his token
 * gets the same bytes, whatever was wrong with it; whoever has not come in is bounded in number, bytes and time; after
 * `close` no socket is left. Opened by the gateway, which decides in `admit`.
 */
import http from 'node:http';
import type {Duplex} from 'node:stream';
import tls from 'node:tls';
import {WebSocketServer} from 'ws';
import {type Later, type VisitorChannel, visitorOver} from './door-channel.ts';
import {type DoorAddress, DoorError, listenAt} from './door-listen.ts';

export type {VisitorChannel} from './door-channel.ts';
export {type DoorAddress, DoorError} from './door-listen.ts';

export type DoorOptions<Pass> = {
	/** Whether this token opens; with the delay that every answer has. `from`: the peer's address, where it has one. */
	readonly admit: (token: string | undefined, from: string | undefined) => Promise<Pass | undefined>;
	/** Whether there is room for him, whose token was good. Default: as long as there is for anybody. */
	readonly hasRoom?: (pass: Pass) => boolean;
	/** The channel's frames wait until they are listened for. */
	readonly onVisitor: (pass: Pass, channel: VisitorChannel) => void;
	/** Of what a visitor sends; default 8 MiB. */
	readonly maxFrameBytes?: number;
	/** Who is in at once; default 128. */
	readonly maxVisitors?: number;
	/** For TLS, the Upgrade and `admit` together; default 15 s. */
	readonly handshakeTimeoutMs?: number;
	readonly later?: Later;
};

export type Door = {
	/** As in `wss://0.0.0.0:4500`; for people. */
	readonly display: string;
	/** The real one, of a door over TCP. */
	readonly port: number | undefined;
	/**
	 * A raw socket that came another way; TLS is done here. All without a `from` count as one address.
	 *
	 * @throws DoorError at a door without TLS
	 */
	readonly adopt: (socket: Duplex, from?: string) => void;
	/** Says goodbye to who is still in (1001), and resolves when every socket is gone. */
	readonly close: () => Promise<void>;
};

/** Sockets whose visitor has not come in yet, in all and of one address: all who are in may come back at once. */
const maxWaiting = 256;
const maxWaitingPerAddress = 128;
/** A stock client's request has a few hundred. */
const maxHeaderBytes = 8192;

const realLater: Later = (delayMs, task) => {
	const timer = setTimeout(task, delayMs);
	return () => clearTimeout(timer);
};

const answer = (status: string, body: string, more = ''): string =>
	`HTTP/1.1 ${status}\r\nConnection: close\r\n${more}Content-Type: text/plain; charset=utf-8\r\n` +
	`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** The one answer to every token that does not open, and to who shows none. */
const unauthorised = answer(
	'401 Unauthorized',
	'This share needs the token of an invitation that still stands.\n',
	'WWW-Authenticate: Bearer\r\n',
);
const forbidden = answer('403 Forbidden', 'No web page may come in here.\n');
const full = answer('503 Service Unavailable', 'This share is full.\n');

type Waiting = {readonly from: string | undefined; readonly settle: () => void; hasAsked: boolean};

/** @throws DoorError */
export const openDoor = async <Pass>(address: DoorAddress, options: DoorOptions<Pass>): Promise<Door> => {
	const {
		admit,
		hasRoom = () => true,
		onVisitor,
		maxFrameBytes = 8 * 1024 * 1024,
		maxVisitors = 128,
	} = options;
	const {handshakeTimeoutMs = 15_000, later = realLater} = options;
	/** Every raw socket, until it is gone. */
	const sockets = new Set<Duplex>();
	const waiting = new Map<Duplex, Waiting>();
	const visitors = new Set<VisitorChannel>();
	/** The raw socket below one with TLS. */
	const rawOf = new WeakMap<Duplex, Duplex>();
	let isClosed = false;

	const webSockets = new WebSocketServer({
		noServer: true,
		clientTracking: false,
		perMessageDeflate: false,
		maxPayload: maxFrameBytes,
	});
	const upgrades = http.createServer({maxHeaderSize: maxHeaderBytes, keepAlive: false});
	const encrypt = encryptionOf(address);

	const waitingOf = (from: string | undefined): number =>
		[...waiting.values()].filter(each => each.from === from).length;

	/** Where too many wait, whoever has said nothing for longest goes: a guest asks as soon as he is connected. */
	const hasPlace = (from: string | undefined): boolean => {
		const isCrowd = waitingOf(from) >= maxWaitingPerAddress;
		if (!isCrowd && waiting.size < maxWaiting) return true;
		for (const [raw, each] of waiting) {
			if (each.hasAsked || (isCrowd && each.from !== from)) continue;
			each.settle();
			raw.destroy();
			return true;
		}
		return false;
	};

	/** Everything before the visitor is in happens within one time limit. */
	const accept = (raw: Duplex, from: string | undefined): void => {
		raw.on('error', () => {});
		if (isClosed || !hasPlace(from)) {
			raw.destroy();
			return;
		}
		const cancel = later(handshakeTimeoutMs, () => raw.destroy());
		const settle = (): void => {
			cancel();
			waiting.delete(raw);
		};
		waiting.set(raw, {from, settle, hasAsked: false});
		sockets.add(raw);
		raw.once('close', () => {
			settle();
			sockets.delete(raw);
		});
		if (encrypt === undefined) upgrades.emit('connection', raw);
		else {
			encrypt(raw, socket => {
				rawOf.set(socket, raw);
				upgrades.emit('connection', socket);
			});
		}
	};

	const refuse = (socket: Duplex, bytes: string): void => {
		// Whoever does not read it is hung up on when his time is over.
		socket.end(bytes, () => socket.destroy());
	};

	upgrades.on('request', request => refuse(request.socket, unauthorised));
	upgrades.on('clientError', (_error, socket) => socket.destroy());
	upgrades.on('upgrade', (request, socket, head) => {
		socket.on('error', () => {});
		const raw = rawOf.get(socket) ?? socket;
		const place = waiting.get(raw);
		if (place === undefined) return;
		place.hasAsked = true;
		if (request.headers.origin !== undefined) return refuse(socket, forbidden);
		// Asked before any token is looked at: then it says nothing about one, and no single use is lost.
		if (visitors.size >= maxVisitors) return refuse(socket, full);
		void admit(tokenOf(request), place.from).then(
			pass => {
				if (socket.destroyed || isClosed) return;
				if (pass === undefined) return refuse(socket, unauthorised);
				if (visitors.size >= maxVisitors || !hasRoom(pass)) return refuse(socket, full);
				webSockets.handleUpgrade(request, socket, head, webSocket => {
					place.settle();
					const channel = visitorOver(webSocket, {maxFrameBytes, later});
					visitors.add(channel);
					channel.onClose(() => visitors.delete(channel));
					onVisitor(pass, channel);
				});
			},
			() => refuse(socket, unauthorised),
		);
	});

	const listened = await listenAt(address, socket => {
		socket.setNoDelay();
		accept(socket, address.kind === 'unix' ? undefined : socket.remoteAddress);
	});

	return {
		display: listened.display,
		port: listened.port,
		adopt: (socket, from = 'handed') => {
			if (encrypt === undefined) {
				socket.destroy();
				throw new DoorError(`${listened.display} has no TLS: nobody comes in there from another machine.`);
			}
			accept(socket, from);
		},
		close: async () => {
			isClosed = true;
			const stopped = listened.stop();
			for (const socket of waiting.keys()) socket.destroy();
			for (const visitor of visitors) visitor.end(1001, 'The share has ended.');
			const gone = [...sockets].map(socket => new Promise(resolve => socket.once('close', resolve)));
			await Promise.all([stopped, ...gone]);
		},
	};
};

const tokenOf = ({headers}: http.IncomingMessage): string | undefined =>
	/^Bearer +([\x21-\x7E]+) *$/iu.exec(headers.authorization ?? '')?.[1];

type Encrypt = (raw: Duplex, onSocket: (socket: Duplex) => void) => void;

/** Undefined for a door without TLS. @throws DoorError */
const encryptionOf = (address: DoorAddress): Encrypt | undefined => {
	if (address.kind !== 'wss' && address.kind !== 'handed') return undefined;
	const {key, cert} = address;
	if (key === '' || cert === '') throw new DoorError('A door with TLS needs a certificate and its key.');
	const server = (): tls.Server =>
		tls.createServer({key, cert, minVersion: 'TLSv1.3', ALPNProtocols: ['http/1.1']});
	try {
		server();
	} catch {
		throw new DoorError('The certificate and the key of this door do not fit together.');
	}
	return (raw, onSocket) => {
		// One for each connection: that is how we know whose TLS it is, and nothing is resumed from another's.
		const own = server();
		own.once('secureConnection', onSocket);
		own.on('tlsClientError', (_error, socket) => socket.destroy());
		own.emit('connection', raw);
	};
};
