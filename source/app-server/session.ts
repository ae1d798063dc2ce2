/**
 * A session: one seat in one thread, kept through lost connections. It connects, joins, pages history, waits
 * where joining would load a thread, and tells everything as events in wire order to one listener.
 *
 * Invariant: it never resumes a thread that the server does not hold in memory, and never answers a request.
 * Called by `commands/` and, for what a person asks for, by `app/run.ts`.
 */
import type {Json, WireServerRequest, WireThread} from '../protocol/types.ts';
import {TransportError} from '../transport/errors.ts';
import {backoffMs} from './backoff.ts';
import {type ConnectionOptions, openConnection, type ServerConnection, type Traffic} from './connection.ts';
import type {ConnectionState} from './connection-state.ts';
import {describeRunningCommands, type JoinListener, joinThread, pageSize, readTurns} from './hydrate.ts';
import type {SessionEvent, UntimedThreadEvent} from './session-events.ts';
import {listThreads, threadChange} from './threads.ts';

/** A connection that is open already, and what it just said about the thread. */
export type Opened = {readonly connection: ServerConnection; readonly described?: WireThread | undefined};

export type Session = {
	/** Takes an open connection over, or opens one, and joins `threadId` (undefined: only connects). */
	readonly start: (threadId: string | undefined, opened?: Opened) => void;
	/** Leaves the present thread and joins another. */
	readonly openThread: (threadId: string) => void;
	/** Asks for the page of turns before `cursor`. */
	readonly loadOlder: (cursor: string) => void;
	/** Lists the newest turns again, where the stream may have missed their end. */
	readonly relistTurns: () => void;
	readonly listThreads: () => void;
	/** Tries at once instead of waiting for the back-off; also revives a failed session. */
	readonly retryNow: () => void;
	/** Unsubscribes and closes. Never rejects, takes half a second at most. */
	readonly leave: () => Promise<void>;
};

export type SessionOptions = ConnectionOptions & {
	readonly onEvent: (event: SessionEvent) => void;
};

const pingEveryMs = 10_000;
const pongWithinMs = 15_000;
const leaveWithinMs = 500;

/** Failures that no retry mends: a person has to do something first. */
const isPermanent = (error: unknown): boolean =>
	error instanceof TransportError && ['unauthorised', 'forbidden', 'tls', 'not-codex'].includes(error.code);

const sentenceOf = (error: unknown): string =>
	error instanceof TransportError ? error.sentence : error instanceof Error ? error.message : String(error);

export const createSession = (options: SessionOptions): Session => {
	const {environment, onEvent} = options;
	const {nowMs, later, random} = environment;

	let state: ConnectionState = {kind: 'idle'};
	let connection: ServerConnection | undefined;
	let threadId: string | undefined;
	/** The thread that this connection is subscribed to. */
	let joinedId: string | undefined;
	/** Counts joins, so that a late answer to an earlier one is dropped. */
	let joins = 0;
	let attempt = 0;
	let left = false;
	let cancelRetry: (() => void) | undefined;
	let cancelPing: (() => void) | undefined;
	let olderAskedFor: string | undefined;

	const move = (next: ConnectionState): void => {
		state = next;
		onEvent({type: 'connectionMoved', connection: next, atMs: nowMs()});
	};
	const tellThread = (event: UntimedThreadEvent): void => {
		if (threadId !== undefined) onEvent({type: 'threadEvent', threadId, event: {...event, atMs: nowMs()}});
	};

	const onTraffic = (traffic: Traffic): void => {
		onEvent({type: 'traffic', traffic});
		if (traffic.kind === 'notification') {
			tellThread({type: 'notified', notification: traffic});
			watchForOurThread(traffic.method, traffic.params);
		}
		if (traffic.kind === 'request') {
			const request: WireServerRequest = {id: traffic.id, method: traffic.method, params: traffic.params};
			tellThread({type: 'requested', request});
		}
	};

	/** While waiting: joins as soon as somebody loads the thread or starts its first turn. While live: notices the end. */
	const watchForOurThread = (method: string, params: Json): void => {
		const told = threadChange(method, params);
		if (told === undefined || told.id !== threadId) return;
		if (state.kind === 'waiting' && told.live) void join();
		if (state.kind === 'live' && !told.live) {
			joinedId = undefined;
			move({kind: 'waiting', reason: 'notLoaded'});
		}
		if (state.kind === 'live' && method === 'thread/reverted') void join();
	};

	const join = async (described?: WireThread): Promise<void> => {
		const wanted = threadId;
		const through = connection;
		if (through === undefined || left) return;
		joins += 1;
		const mine = joins;
		const isCurrent = (): boolean => mine === joins && through === connection && !left;
		if (wanted === undefined) {
			move({kind: 'waiting', reason: 'noThread'});
			return;
		}
		if (state.kind !== 'hydrating') move({kind: 'hydrating'});
		olderAskedFor = undefined;
		const listener: JoinListener = {
			isCurrent,
			onThread: thread => tellThread({type: 'threadDescribed', thread}),
			onHydrated(response, page) {
				joinedId = wanted;
				tellThread({type: 'hydrated', response, page});
			},
			onTurns: page => tellThread({type: 'turnsRelisted', page}),
		};
		const outcome = await joinThread(through, wanted, listener, described);
		if (!isCurrent()) return;
		switch (outcome.kind) {
			case 'joined':
				move({kind: 'live'});
				attempt = 0;
				if (outcome.active) {
					const commands = await describeRunningCommands(through, wanted);
					if (isCurrent() && commands.length > 0) tellThread({type: 'runningCommandsListed', commands});
				}
				return;
			case 'waiting':
				move({kind: 'waiting', reason: outcome.reason});
				return;
			case 'gone':
				return;
			case 'failed':
				move({kind: 'failed', why: outcome.why});
		}
	};

	const adopt = (opened: ServerConnection, described?: WireThread): void => {
		connection = opened;
		onEvent({type: 'serverIdentified', server: opened.server});
		opened.onTraffic(traffic => {
			if (opened === connection) onTraffic(traffic);
		});
		opened.onClose(reason => {
			if (opened === connection) lose(reason.sentence);
		});
		if (opened !== connection) return;
		void join(described).then(() => {
			if (opened === connection) schedulePing(opened);
		});
	};

	const open = async (): Promise<void> => {
		move({kind: 'connecting', attempt});
		try {
			const opened = await openConnection(options);
			if (left) {
				await opened.close();
				return;
			}
			move({kind: 'initializing', attempt});
			adopt(opened);
		} catch (error) {
			if (left) return;
			if (isPermanent(error)) move({kind: 'failed', why: sentenceOf(error)});
			else retryLater(sentenceOf(error));
		}
	};

	const retryLater = (why: string): void => {
		attempt += 1;
		const delayMs = backoffMs(attempt, random());
		move({kind: 'reconnecting', attempt, nextAtMs: nowMs() + delayMs, why});
		cancelRetry?.();
		cancelRetry = later(delayMs, () => void open());
	};

	const lose = (why: string): void => {
		connection = undefined;
		joinedId = undefined;
		joins += 1;
		cancelPing?.();
		if (left) return;
		tellThread({type: 'disconnected'});
		retryLater(why);
	};

	/** Measures the round trip, and finds a half-open connection that no TCP error would tell of. */
	const schedulePing = (through: ServerConnection): void => {
		const measure = (): void => {
			const overdue = later(pongWithinMs, () => {
				if (through !== connection) return;
				void through.close();
				lose(`The server did not answer a ping for ${pongWithinMs / 1000} s.`);
			});
			cancelPing = overdue;
			through.ping().then(
				roundTripMs => {
					overdue();
					if (through !== connection) return;
					onEvent({type: 'latencyMeasured', roundTripMs});
					cancelPing = later(pingEveryMs, measure);
				},
				() => overdue(),
			);
		};
		measure();
	};

	/** A read whose failure the person should see as one line, not as the end of the session. */
	const ask = async (what: string, work: (through: ServerConnection) => Promise<void>): Promise<void> => {
		const through = connection;
		if (through === undefined) return;
		try {
			await work(through);
		} catch (error) {
			if (through === connection) onEvent({type: 'askFailed', what, why: sentenceOf(error), atMs: nowMs()});
		}
	};

	const unsubscribe = async (through: ServerConnection, id: string): Promise<void> => {
		try {
			await through.call('thread/unsubscribe', {threadId: id}, {timeoutMs: leaveWithinMs}).response;
		} catch {
			// Leaving works without the server's consent: closing the connection unsubscribes as well.
		}
	};

	return {
		start(wanted, opened) {
			threadId = wanted;
			if (opened === undefined) {
				void open();
				return;
			}
			state = {kind: 'initializing', attempt};
			adopt(opened.connection, opened.described);
		},
		openThread(wanted) {
			const leaving = joinedId;
			if (connection !== undefined && leaving !== undefined && leaving !== wanted) {
				void unsubscribe(connection, leaving);
			}
			joinedId = undefined;
			threadId = wanted;
			onEvent({type: 'threadChosen', threadId: wanted});
			void join();
		},
		loadOlder(cursor) {
			const wanted = threadId;
			if (wanted === undefined || olderAskedFor === cursor) return;
			olderAskedFor = cursor;
			const mine = joins;
			void ask('older turns', async through => {
				try {
					const page = await readTurns(through, wanted, {cursor, limit: pageSize});
					if (mine === joins) tellThread({type: 'olderTurnsLoaded', page});
				} finally {
					if (olderAskedFor === cursor) olderAskedFor = undefined;
				}
			});
		},
		relistTurns() {
			const wanted = joinedId;
			if (wanted === undefined) return;
			const mine = joins;
			void ask('the last turns', async through => {
				const page = await readTurns(through, wanted, {limit: 2});
				if (mine === joins) tellThread({type: 'turnsRelisted', page});
			});
		},
		listThreads() {
			void ask('threads', async through => {
				onEvent({type: 'threadsListed', threads: await listThreads(through)});
			});
		},
		retryNow() {
			if (state.kind !== 'reconnecting' && state.kind !== 'failed') return;
			cancelRetry?.();
			if (connection === undefined) void open();
			else void join();
		},
		async leave() {
			left = true;
			cancelRetry?.();
			cancelPing?.();
			const through = connection;
			if (through !== undefined) {
				if (joinedId !== undefined) await unsubscribe(through, joinedId);
				connection = undefined;
				await Promise.race([through.close(), new Promise<void>(done => later(leaveWithinMs, done))]);
			}
			move({kind: 'closed'});
		},
	};
};
