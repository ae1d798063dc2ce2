/**
 * A relay: brings two people together who can both only dial out, by the room that they name, and carries their bytes
 * unread. It knows no accounts, writes nothing down, and says nothing of who is here.
 *
 * Invariants: every connection is in one of four states (its first line, waiting, in a pair, told no) and in each has a
 * clock that ends it; nobody is read who is not yet in a pair, beyond one line; everything is bounded (limits.ts). Used
 * by the verb `relay`.
 */
import net from 'node:net';
import type {Environment} from '../../app-server/connection.ts';
import {defaultLimits, type RelayLimits} from './limits.ts';
import {networkOf} from './network.ts';
import {createNewcomers} from './newcomers.ts';
import type {RoomCounts} from './rooms.ts';
import {createTimers} from './timers.ts';

export type RelayOptions = {
	readonly host: string;
	/** 0: any that is free. */
	readonly port: number;
	readonly limits?: Partial<RelayLimits>;
	readonly environment: Environment;
};

export type RelayCounts = RoomCounts & {
	readonly connections: number;
	readonly addresses: number;
	readonly timers: number;
	/** What waits in this process for sockets that do not drain. */
	readonly bufferedBytes: number;
};

export type Relay = {
	readonly port: number;
	readonly counts: () => RelayCounts;
	/** Tells those who wait, cuts the others, and resolves when every socket is gone. */
	readonly stop: () => Promise<void>;
};

const keepAliveMs = 30_000;
/** So many more than the limit may be here to read that there is no room; further ones are hung up on. */
const mostRefused = 64;

/** @throws what `listen` of node:net throws */
export const startRelay = async (options: RelayOptions): Promise<Relay> => {
	const {host, port, environment} = options;
	const limits = {...defaultLimits, ...options.limits};
	const timers = createTimers(environment);
	const newcomers = createNewcomers(limits, timers);
	const open = new Set<net.Socket>();
	const perNetwork = new Map<string, number>();

	/** Returns how many of its network are here with it. */
	const enter = (socket: net.Socket): number => {
		const network = networkOf(socket.remoteAddress ?? '');
		const count = (perNetwork.get(network) ?? 0) + 1;
		open.add(socket);
		perNetwork.set(network, count);
		socket.on('error', () => {});
		socket.once('close', () => {
			open.delete(socket);
			const left = (perNetwork.get(network) ?? 1) - 1;
			if (left === 0) perNetwork.delete(network);
			else perNetwork.set(network, left);
		});
		return count;
	};

	const server = net.createServer({
		// An end of one way is passed on, and the other way goes on.
		allowHalfOpen: true,
		noDelay: true,
		keepAlive: true,
		keepAliveInitialDelay: keepAliveMs,
	});
	server.maxConnections = limits.connections + mostRefused;
	server.on('connection', socket => {
		const ofNetwork = enter(socket);
		if (open.size > limits.connections) {
			newcomers.refuse(socket, 'it has as many connections as it takes; try again later');
		} else if (ofNetwork > limits.connectionsOfAddress) {
			newcomers.refuse(socket, 'too many connections come from your address');
		} else {
			newcomers.receive(socket);
		}
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen({host, port}, () => {
			server.off('error', reject);
			resolve();
		});
	});
	// One connection that could not be taken in, for want of files say, ends nothing.
	server.on('error', () => {});
	const address = server.address();

	return {
		port: typeof address === 'object' && address !== null ? address.port : port,
		counts: () => ({
			...newcomers.counts(),
			connections: open.size,
			addresses: perNetwork.size,
			timers: timers.count(),
			bufferedBytes: [...open].reduce(
				(total, {writableLength, readableLength}) => total + writableLength + readableLength,
				0,
			),
		}),
		async stop() {
			const gone = [...open].map(socket => new Promise(resolve => socket.once('close', resolve)));
			server.close();
			const told = newcomers.refuseAll('it ends now');
			for (const socket of open) if (!told.has(socket)) socket.destroy();
			await Promise.all(gone);
		},
	};
};
