/**
 * Following a thread that this server does not run, from its disk: another process may own it and write it (PROTOCOL,
 * "already has an active writer"). Reading loads nothing, joins nothing and takes no lock.
 *
 * A look is one `thread/read`, and a list of the newest turns when that says that something was written. Measured on
 * 0.169: 1 ms of the server's CPU, and 4–8 ms for the list, with 1,000 turns in 7 MB. So it looks every second however
 * long nothing happens: looking less often would not keep the promised lag of 2 s.
 *
 * Invariant: one question at a time, and never more than half of the time, so that a slow server is not asked faster
 * than it answers; an answer after the stop is dropped. Started and stopped by the session.
 */
import {RpcError} from '../json-rpc/errors.ts';
import type {UntimedThreadEvent} from '../protocol/thread-events.ts';
import type {WireTurnsPage} from '../protocol/types.ts';
import type {Environment, ServerConnection} from './connection.ts';
import type {ConnectionState} from './connection-state.ts';
import {pageSize, readStored} from './hydrate.ts';
import {isLive} from './resolve.ts';
import {readThread} from './threads.ts';

export type FollowerOptions = {
	readonly environment: Pick<Environment, 'later' | 'nowMs'>;
	readonly tellThread: (event: UntimedThreadEvent) => void;
	/** It is in this server's memory now: it can be joined. */
	readonly onLive: () => void;
	/** It is written, and not by this server. Told once for each wait. */
	readonly onElsewhere: () => void;
};

export type Place = {
	readonly state: ConnectionState;
	readonly through: ServerConnection | undefined;
	readonly threadId: string | undefined;
};

export type Follower = {
	/** What a join has just read of the thread: what is written from then on was written elsewhere. */
	readonly described: (thread: {readonly id: string; readonly updatedAt?: number | null}) => void;
	/** To be told of every move of the connection: it follows while the thread is stored and not live. */
	readonly moved: (place: Place) => void;
};

const isStored = (state: ConnectionState): boolean =>
	state.kind === 'waiting' && (state.reason === 'notLoaded' || state.reason === 'ownedElsewhere');

const lookEveryMs = 1000;
/** `updatedAt` counts whole seconds: what is written later in the same second does not move it. */
const looksAfterGrowth = 3;
/** The turn that ended since the last look, the one that began, and one to join them to what is held. */
const turnsALook = 3;

/** What is known of a thread, over lost connections as well. */
type Known = {
	readonly threadId: string;
	updatedAt: number | null | undefined;
	isElsewhere: boolean;
	newestTurnId: string | undefined;
	/** Looks that list the turns, whatever `updatedAt` says. */
	looksLeft: number;
};

const nothingKnown = (threadId: string): Known => ({
	threadId,
	updatedAt: undefined,
	isElsewhere: false,
	newestTurnId: undefined,
	looksLeft: 0,
});

export const createFollower = (options: FollowerOptions): Follower => {
	let known: Known | undefined;
	let stop: (() => void) | undefined;
	const knownOf = (threadId: string): Known => {
		if (known?.threadId !== threadId) known = nothingKnown(threadId);
		return known;
	};
	return {
		described({id, updatedAt = null}) {
			const thread = knownOf(id);
			// After a lost connection: it went on meanwhile, or it did not.
			if (!thread.isElsewhere) thread.updatedAt = updatedAt;
		},
		moved({state, through, threadId}) {
			if (state.kind === 'live') known = undefined;
			const isWanted = isStored(state) && through !== undefined && threadId !== undefined;
			if (isWanted && stop !== undefined) return;
			stop?.();
			stop = isWanted ? follow(through, knownOf(threadId), options) : undefined;
		},
	};
};

const holds = (page: WireTurnsPage, turnId: string | undefined): boolean =>
	turnId !== undefined && page.data.some(({id}) => id === turnId);

/** Returns its stop. */
const follow = (through: ServerConnection, known: Known, options: FollowerOptions): (() => void) => {
	const {environment, tellThread, onLive, onElsewhere} = options;
	const {threadId} = known;
	let isOver = false;
	let cancel = (): void => {};
	// What was written after the join had listed the turns may not show in `updatedAt`.
	known.looksLeft = Math.max(1, known.looksLeft);
	let isTold = false;

	/** More turns where a few do not reach back to what was told last: many may have come while nobody looked. */
	const newestTurns = async (): Promise<WireTurnsPage | undefined> => {
		const page = await readStored(through, threadId, turnsALook);
		if (isOver || page === undefined || !page.nextCursor || holds(page, known.newestTurnId)) return page;
		return readStored(through, threadId, pageSize);
	};

	const look = async (): Promise<void> => {
		const thread = await readThread(through, threadId);
		if (isOver) return;
		if (isLive(thread)) {
			onLive();
			return;
		}
		const updatedAt = thread.updatedAt ?? null;
		if (known.updatedAt !== undefined && updatedAt !== known.updatedAt) {
			known.isElsewhere = true;
			known.looksLeft = looksAfterGrowth;
			tellThread({type: 'threadDescribed', thread});
		}
		known.updatedAt = updatedAt;
		if (known.isElsewhere && !isTold) {
			isTold = true;
			onElsewhere();
		}
		if (known.looksLeft === 0) return;
		const page = await newestTurns();
		if (isOver) return;
		// Only now: a list that the server refused is asked for again.
		known.looksLeft -= 1;
		if (page === undefined) return;
		known.newestTurnId = page.data[0]?.id;
		tellThread({type: 'turnsRelisted', page});
	};

	const lookAgain = (delayMs: number): void => {
		cancel = environment.later(delayMs, () => {
			const beganMs = environment.nowMs();
			look()
				.catch((error: unknown) => {
					// The connection's end is told elsewhere; what the server refuses now it may answer the next time.
					if (!(error instanceof RpcError)) throw error;
				})
				.finally(() => {
					if (!isOver) lookAgain(Math.max(lookEveryMs, environment.nowMs() - beganMs));
				});
		});
	};
	lookAgain(known.isElsewhere ? 0 : lookEveryMs);

	return () => {
		isOver = true;
		cancel();
	};
};
