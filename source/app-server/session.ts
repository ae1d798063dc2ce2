/**
 * A session: one seat in one thread, kept through lost connections. It connects, joins, pages history, waits
 * where joining would load a thread, and tells everything as events in wire order to one listener.
 *
 * Invariant: it never resumes a thread that the server does not hold in memory, and sends what changes something
 * only when it is told to (`sends.ts`).
 * Called by `commands/`.
 */

import {isSentAway} from '../protocol/share.ts';
import type {UntimedThreadEvent} from '../protocol/thread-events.ts';
import type {Json, WireServerRequest, WireThread} from '../protocol/types.ts';
import type {CloseReason} from '../transport/channel.ts';
import {createBackoff} from './backoff.ts';
import {openConnection, refusedFrame, type ServerConnection, type Traffic} from './connection.ts';
import type {ConnectionState} from './connection-state.ts';
import {closeCodeOf, isPermanent, sentenceOf} from './failures.ts';
import {createFollower} from './follow-stored.ts';
import {startHeartbeat} from './heartbeat.ts';
import {describeRunningCommands, type JoinListener, joinThread} from './hydrate.ts';
import {leaveServer, unsubscribe} from './leave.ts';
import {createPassOn} from './pass-on.ts';
import {createReads, type Whereabouts} from './reads.ts';
import {createRoutes} from './route.ts';
import {createSends} from './sends.ts';
import type {Session, SessionOptions} from './session-contract.ts';
import {threadChange} from './threads.ts';

export type {Opened, Session, SessionOptions} from './session-contract.ts';

/** Long enough for a big page over a slow line: silence until it is here. */
const joinWithinMs = 300_000;

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
	/** What the stream said during a join of whether the thread is live: newer than what the join will find. */
	let heardLive: boolean | undefined;
	const backoff = createBackoff({nowMs, random});
	const routes = createRoutes(options, options.route);
	let leaving: Promise<void> | undefined;
	let cancelRetry: (() => void) | undefined;
	let stopHeartbeat: (() => void) | undefined;

	const move = (next: ConnectionState): void => {
		state = next;
		follower.moved({state, through: connection, threadId});
		onEvent({type: 'connectionMoved', connection: next, atMs: nowMs()});
	};
	const tellThread = (event: UntimedThreadEvent): void => {
		if (threadId !== undefined) onEvent({type: 'threadEvent', threadId, event: {...event, atMs: nowMs()}});
	};

	const where = (): Whereabouts => ({
		through: connection,
		threadId,
		isJoined: joinedId !== undefined,
		join: joins,
	});
	const reads = createReads({environment, where, onEvent, tellThread});
	const sends = createSends({environment, where, onEvent});

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

	const follower = createFollower({
		environment,
		tellThread,
		onLive: () => void join(),
		onElsewhere: () => move({kind: 'waiting', reason: 'ownedElsewhere'}),
	});

	const watchForOurThread = (method: string, params: Json): void => {
		const told = threadChange(method, params);
		if (told === undefined || told.id !== threadId) return;
		if (state.kind === 'hydrating') heardLive = told.live;
		else if (state.kind === 'live' && method === 'thread/reverted') void join();
		else follow(told.live);
	};

	/** While waiting: joins as soon as somebody loads the thread or starts its first turn. While live: notices the end. */
	const follow = (isLive: boolean | undefined): void => {
		if (state.kind === 'waiting' && isLive === true) void join();
		if (state.kind === 'live' && isLive === false) {
			joinedId = undefined;
			move({kind: 'waiting', reason: 'notLoaded'});
		}
	};

	const join = async (described?: WireThread): Promise<void> => {
		const wanted = threadId;
		const through = connection;
		if (through === undefined || leaving !== undefined) return;
		joins += 1;
		const mine = joins;
		const isCurrent = (): boolean => mine === joins && through === connection && leaving === undefined;
		if (wanted === undefined) {
			move({kind: 'waiting', reason: 'noThread'});
			return;
		}
		if (state.kind !== 'hydrating') move({kind: 'hydrating'});
		heardLive = undefined;
		const listener: JoinListener = {
			isCurrent,
			onThread(thread) {
				follower.described(thread);
				tellThread({type: 'threadDescribed', thread});
			},
			onHydrated(response, page) {
				joinedId = wanted;
				heardLive = undefined;
				tellThread({type: 'hydrated', response, page});
			},
			onLateSubscription() {
				if (through === connection && threadId !== wanted) void unsubscribe(through, wanted);
			},
			onTurns: page => tellThread({type: 'turnsRelisted', page}),
		};
		const stopWatching = later(joinWithinMs, () =>
			abandon(through, `The server did not answer for ${joinWithinMs / 60_000} minutes.`),
		);
		const outcome = await joinThread(through, wanted, listener, described);
		stopWatching();
		if (!isCurrent() || outcome.kind === 'gone') return;
		if (outcome.kind === 'failed') {
			move({kind: 'failed', why: outcome.why});
			return;
		}
		backoff.joined();
		move(outcome.kind === 'joined' ? {kind: 'live'} : outcome);
		follow(heardLive);
		if (outcome.kind === 'joined' && outcome.active) await nameRunningCommands(through, isCurrent);
	};

	const nameRunningCommands = async (through: ServerConnection, isCurrent: () => boolean): Promise<void> => {
		if (joinedId === undefined) return;
		const commands = await describeRunningCommands(through, joinedId);
		if (isCurrent() && commands.length > 0) tellThread({type: 'runningCommandsListed', commands});
	};

	const adopt = (opened: ServerConnection, described?: WireThread): void => {
		connection = opened;
		onEvent({type: 'serverIdentified', server: opened.server});
		opened.onTraffic(traffic => {
			if (opened === connection) onTraffic(traffic);
		});
		opened.onClose(reason => {
			if (opened === connection) lose(reason);
		});
		if (opened !== connection) return;
		stopHeartbeat = startHeartbeat({
			through: opened,
			later,
			onMeasured: roundTripMs => onEvent({type: 'latencyMeasured', roundTripMs}),
			onSilent: sentence => abandon(opened, sentence),
		});
		void join(described);
	};

	/** Joins the thread where it is reached: another one may be elsewhere. */
	const joinThere = async (): Promise<void> => {
		const [wanted, through] = [threadId, connection];
		const route = await routes.to(wanted);
		if (wanted !== threadId || through !== connection || leaving !== undefined) return;
		if (through === undefined || routes.isTaken(route)) {
			await join();
			return;
		}
		lose({kind: 'local', sentence: `This thread is reached at ${route.endpoint.display}.`});
		retryNow();
		void through.close();
	};

	const open = async (): Promise<void> => {
		move({kind: 'connecting', attempt: backoff.attempt()});
		try {
			const wanted = threadId;
			const route = await routes.to(wanted);
			const opened = await openConnection({...options, ...route});
			if (leaving !== undefined) {
				await opened.close();
				return;
			}
			if (threadId !== wanted && options.route !== undefined) {
				await opened.close();
				retryLater('Another thread was chosen meanwhile.');
				return;
			}
			routes.take(route);
			move({kind: 'initializing', attempt: backoff.attempt()});
			adopt(opened);
		} catch (error) {
			if (leaving !== undefined) return;
			const closeCode = closeCodeOf(error);
			if (isPermanent(error) || isSentAway(closeCode))
				move({kind: 'failed', why: sentenceOf(error), closeCode});
			else retryLater(sentenceOf(error), closeCode);
		}
	};

	const retryLater = (why: string, closeCode?: number): void => {
		const {attempt, delayMs} = backoff.next();
		move({kind: 'reconnecting', attempt, nextAtMs: nowMs() + delayMs, why, closeCode});
		cancelRetry?.();
		cancelRetry = later(delayMs, () => void open());
	};

	const lose = ({kind, sentence, code}: Pick<CloseReason, 'kind' | 'sentence'> & {code?: number}): void => {
		// The same question would bring the same frame again; a share that sent us away means it.
		const isHopeless =
			(isSentAway(code) && routes.isDirect()) || (kind === 'oversized' && state.kind === 'hydrating');
		connection = undefined;
		joinedId = undefined;
		joins += 1;
		stopHeartbeat?.();
		if (leaving !== undefined) return;
		if (kind === 'oversized') onEvent({type: 'traffic', traffic: refusedFrame(sentence, nowMs())});
		tellThread({type: 'disconnected'});
		if (isHopeless) move({kind: 'failed', why: sentence, closeCode: code});
		else retryLater(sentence, code);
	};

	/** Gives up a connection that may be half-open: its end would not be told. */
	const abandon = (through: ServerConnection, sentence: string): void => {
		if (through !== connection) return;
		lose({kind: 'cut', sentence});
		void through.close();
	};

	const retryNow = (): void => {
		if (state.kind !== 'reconnecting' && state.kind !== 'failed' && state.kind !== 'waiting') return;
		cancelRetry?.();
		if (connection === undefined) void open();
		else if (threadId !== undefined) void join();
	};

	const goAway = async (): Promise<void> => {
		cancelRetry?.();
		stopHeartbeat?.();
		const through = connection;
		if (through !== undefined) await leaveServer(through, joinedId, later);
		connection = undefined;
		move({kind: 'closed'});
	};

	return {
		start(wanted, opened) {
			threadId = wanted;
			if (opened === undefined) {
				void open();
				return;
			}
			state = {kind: 'initializing', attempt: backoff.attempt()};
			adopt(opened.connection, opened.described);
		},
		openThread(wanted) {
			if (connection !== undefined && joinedId !== undefined && joinedId !== wanted) {
				void unsubscribe(connection, joinedId);
			}
			joinedId = undefined;
			threadId = wanted;
			onEvent({type: 'threadChosen', threadId: wanted});
			void (options.route === undefined ? join() : joinThere());
		},
		...reads,
		...sends,
		...createPassOn(where),
		retryNow,
		leave() {
			leaving ??= goAway();
			return leaving;
		},
	};
};
