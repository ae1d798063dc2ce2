/**
 * A relay that is not honest: in place of the real one it pairs whoever comes, in order and whatever the room, and then
 * does with their bytes what the test says. It remembers all that was said to it.
 */
import net from 'node:net';
import {okLine, takeLine, waitLine} from '../../source/transport/relay-preamble.ts';
import {host} from './relay-support.ts';

export type Side = 'host' | 'guest';

export type Pair = {
	/** From 0, in the order in which guests came. */
	readonly number: number;
	readonly sockets: Readonly<Record<Side, net.Socket>>;
	/** What each has said since OK. */
	readonly said: Readonly<Record<Side, Buffer[]>>;
};

export type Piece = {
	readonly pair: Pair;
	readonly from: Side;
	/** How many bytes of this way came before. */
	readonly at: number;
	readonly bytes: Buffer;
};

export type HostileRelay = {
	readonly port: number;
	readonly pairs: readonly Pair[];
	/** From now on: what to do with each piece, instead of passing it on. */
	mangle(next: (piece: Piece) => void): void;
	/** From now on guests are not brought to a host, but are the test's: OK has been said to them. */
	keepGuests(take: ((socket: net.Socket) => void) | undefined): void;
	/** Takes a host that waits, for the test: OK has been said to it. */
	takeHost(): Promise<net.Socket>;
	stop(): Promise<void>;
};

export const otherSide = (side: Side): Side => (side === 'host' ? 'guest' : 'host');

/** Passes a piece on, honestly. */
export const pass = ({pair, from, bytes}: Piece): void => {
	pair.sockets[otherSide(from)].write(bytes);
};

export const startHostileRelay = async (): Promise<HostileRelay> => {
	const open = new Set<net.Socket>();
	const hosts: net.Socket[] = [];
	const guests: Array<(host: net.Socket) => void> = [];
	const pairs: Pair[] = [];
	let mangle = pass;
	let take: ((socket: net.Socket) => void) | undefined;

	const match = (): void => {
		if (hosts.length === 0 || guests.length === 0) return;
		const [one] = hosts.splice(0, 1);
		const [welcome] = guests.splice(0, 1);
		if (one === undefined || welcome === undefined) return;
		one.removeAllListeners('data');
		one.write(okLine);
		welcome(one);
	};
	const pairUp = (guest: net.Socket, one: net.Socket): void => {
		guest.write(okLine);
		const pair: Pair = {number: pairs.length, sockets: {host: one, guest}, said: {host: [], guest: []}};
		pairs.push(pair);
		for (const from of ['host', 'guest'] as const) {
			const socket = pair.sockets[from];
			let at = 0;
			socket.on('data', bytes => {
				pair.said[from].push(bytes);
				const piece = {pair, from, at, bytes};
				at += bytes.length;
				mangle(piece);
			});
			socket.on('close', () => pair.sockets[otherSide(from)].end());
		}
	};
	const server = net.createServer(socket => {
		open.add(socket);
		socket.on('error', () => {});
		socket.on('close', () => {
			open.delete(socket);
			if (hosts.includes(socket)) hosts.splice(hosts.indexOf(socket), 1);
		});
		socket.once('data', bytes => {
			const taken = takeLine(bytes);
			const isHost = typeof taken === 'object' && taken.line.includes(' host ');
			if (isHost) {
				socket.on('data', () => {});
				hosts.push(socket);
				socket.write(waitLine);
			} else if (take !== undefined) {
				socket.write(okLine);
				take(socket);
				return;
			} else guests.push(one => pairUp(socket, one));
			match();
		});
	});
	await new Promise<void>(resolve => {
		server.listen(0, host, resolve);
	});
	return {
		port: (server.address() as net.AddressInfo).port,
		pairs,
		mangle(next) {
			mangle = next;
		},
		keepGuests(next) {
			take = next;
		},
		takeHost: () =>
			new Promise(resolve => {
				guests.push(resolve);
				match();
			}),
		stop: () =>
			new Promise(resolve => {
				server.close(() => resolve());
				for (const socket of open) socket.destroy();
			}),
	};
};
