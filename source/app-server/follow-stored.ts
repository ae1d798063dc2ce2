/**
 * Following a thread that this server does not run, from its disk: another process may own it and write it (PROTOCOL,
 * "already has an active writer"). Reading loads nothing and joins nothing.
 *
 * Invariant: one question at a time, so that a slow server is never asked faster than it answers; an answer after
 * the stop is dropped. Started and stopped by the session.
 */
import {RpcError} from '../json-rpc/errors.ts';
import type {UntimedThreadEvent} from '../protocol/thread-events.ts';
import type {Environment, ServerConnection} from './connection.ts';
import type {ConnectionState} from './connection-state.ts';
import {readStored} from './hydrate.ts';
import {isLive} from './resolve.ts';
import {readThread} from './threads.ts';

export type FollowerOptions = {
	readonly later: Environment['later'];
	readonly tellThread: (event: UntimedThreadEvent) => void;
	/** It is in this server's memory now: it can be joined. */
	readonly onLive: () => void;
	/** It was written since the last look, and not by this server. */
	readonly onElsewhere: () => void;
};

export type Place = {
	readonly state: ConnectionState;
	readonly through: ServerConnection | undefined;
	readonly threadId: string | undefined;
};

export type Follower = {
	/** To be told of every move of the connection: it follows while the thread is stored and not live. */
	readonly moved: (place: Place) => void;
};

const isStored = (state: ConnectionState): boolean =>
	state.kind === 'waiting' && (state.reason === 'notLoaded' || state.reason === 'ownedElsewhere');

export const createFollower = (options: FollowerOptions): Follower => {
	let stop: (() => void) | undefined;
	return {
		moved({state, through, threadId}) {
			const isWanted = isStored(state) && through !== undefined && threadId !== undefined;
			if (isWanted && stop !== undefined) return;
			stop?.();
			stop = isWanted ? follow(through, threadId, options) : undefined;
		},
	};
};

const lookEveryMs = 1000;
/** `updatedAt` counts whole seconds: what is written later in the same second does not move it. */
const looksAfterGrowth = 3;
/** The turn that ended since the last look, the one that began, and one to join them to what is held. */
const turnsALook = 3;

/** Returns its stop. */
const follow = (through: ServerConnection, threadId: string, options: FollowerOptions): (() => void) => {
	const {later, tellThread, onLive, onElsewhere} = options;
	let isOver = false;
	let cancel = (): void => {};
	let updatedAt: number | null | undefined;
	let looksLeft = 0;
	let isElsewhere = false;

	const look = async (): Promise<void> => {
		const thread = await readThread(through, threadId);
		if (isOver) return;
		if (isLive(thread)) {
			onLive();
			return;
		}
		const isFirst = updatedAt === undefined;
		if (!isFirst && thread.updatedAt !== updatedAt) {
			looksLeft = looksAfterGrowth;
			tellThread({type: 'threadDescribed', thread});
			if (!isElsewhere) onElsewhere();
			isElsewhere = true;
		}
		updatedAt = thread.updatedAt ?? null;
		if (looksLeft === 0) return;
		looksLeft -= 1;
		const page = await readStored(through, threadId, turnsALook);
		if (!isOver && page !== undefined) tellThread({type: 'turnsRelisted', page});
	};

	const lookAgain = (): void => {
		cancel = later(lookEveryMs, () => {
			look()
				.catch((error: unknown) => {
					// The connection's end is told elsewhere; what the server refuses now it may answer the next time.
					if (!(error instanceof RpcError)) throw error;
				})
				.finally(() => {
					if (!isOver) lookAgain();
				});
		});
	};
	lookAgain();

	return () => {
		isOver = true;
		cancel();
	};
};
