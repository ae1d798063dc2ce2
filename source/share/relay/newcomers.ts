/**
 * Everybody at a relay who is not in a pair yet: the first line, the wait for the other, and a no with its reason.
 * Invariants: of each only one short line is ever kept, and each has a timer until it is in a pair or gone. Made by
 * relay.ts.
 */
import type {Socket} from 'node:net';
import {
	nobodyShares,
	noLine,
	okLine,
	type Preamble,
	parsePreamble,
	takeLine,
	waitLine,
} from '../../transport/relay-preamble.ts';
import type {RelayLimits} from './limits.ts';
import {createRooms, type RoomCounts} from './rooms.ts';
import {splice} from './splice.ts';
import type {Timers} from './timers.ts';

export type Newcomers = {
	readonly receive: (socket: Socket) => void;
	/** Says no and hangs up, once that can have been read: what the other says meanwhile is thrown away. */
	readonly refuse: (socket: Socket, sentence: string) => void;
	/** Refuses everybody who is not in a pair; returns them. */
	readonly refuseAll: (sentence: string) => ReadonlySet<Socket>;
	readonly counts: () => RoomCounts;
};

type Newcomer = {
	readonly socket: Socket;
	/** Leaves the socket to others: nothing here listens to it or waits for it any more. */
	readonly release: () => void;
	readonly refuse: (sentence: string) => void;
};

const tooEarly = 'nothing may be said before OK';

export const createNewcomers = (limits: RelayLimits, timers: Timers): Newcomers => {
	const rooms = createRooms<Newcomer>(limits);
	const all = new Set<Newcomer>();

	const refuse = (socket: Socket, sentence: string): void => {
		socket.end(noLine(sentence));
		socket.resume();
		const cancel = timers.later(limits.lingerMs, () => socket.destroy());
		socket.once('close', cancel);
	};

	const pairUp = (room: string, newcomers: readonly [Newcomer, Newcomer]): void => {
		for (const {socket, release} of newcomers) {
			release();
			socket.write(okLine);
		}
		const [one, other] = newcomers;
		splice(one.socket, other.socket, {limits, timers, onEnd: () => rooms.part(room)});
	};

	const receive = (socket: Socket): void => {
		let bytes: Buffer = Buffer.alloc(0);
		let room: string | undefined;
		let cancelTimer = (): void => {};

		const leave = (): void => {
			newcomer.release();
			if (room !== undefined) rooms.leave(room, newcomer);
		};
		const newcomer: Newcomer = {
			socket,
			release() {
				cancelTimer();
				all.delete(newcomer);
				socket.off('data', onData);
				socket.off('end', onEnd);
				socket.off('close', leave);
			},
			refuse(sentence) {
				leave();
				refuse(socket, sentence);
			},
		};
		const waitFor = (delayMs: number, sentence: string): void => {
			cancelTimer();
			cancelTimer = timers.later(delayMs, () => newcomer.refuse(sentence));
		};
		const place = (preamble: Preamble): void => {
			const placed = rooms[preamble.kind](preamble.room, newcomer);
			switch (placed.kind) {
				case 'refused':
					newcomer.refuse(placed.sentence);
					return;
				case 'paired':
					pairUp(preamble.room, [placed.other, newcomer]);
					return;
				case 'waiting':
					room = preamble.room;
					if (preamble.kind === 'join') {
						waitFor(limits.guestWaitMs, nobodyShares);
					} else {
						waitFor(limits.hostWaitMs, 'nobody came for a long time; come again');
						socket.write(waitLine);
					}
			}
		};
		const onData = (chunk: Buffer): void => {
			bytes = Buffer.concat([bytes, chunk]);
			const taken = room === undefined ? takeLine(bytes) : undefined;
			if (taken === 'more') return;
			if (taken === undefined) newcomer.refuse(tooEarly);
			else if (taken === 'too long') newcomer.refuse('that line is too long');
			else {
				const preamble = parsePreamble(taken.line);
				if (typeof preamble === 'string') newcomer.refuse(preamble);
				else if (taken.rest.length > 0) newcomer.refuse(tooEarly);
				else place(preamble);
			}
		};
		const onEnd = (): void => {
			leave();
			socket.destroy();
		};
		all.add(newcomer);
		socket.on('data', onData);
		socket.on('end', onEnd);
		socket.on('close', leave);
		waitFor(limits.preambleMs, 'that took too long');
	};

	return {
		receive,
		refuse,
		refuseAll(sentence) {
			const newcomers = [...all];
			for (const newcomer of newcomers) newcomer.refuse(sentence);
			return new Set(newcomers.map(({socket}) => socket));
		},
		counts: rooms.counts,
	};
};
