/**
 * A seat without a screen: the server is reached, the thread is found, the session joins it, and its events become the
 * same state as on the screen. What the verbs of the shell stand on.
 *
 * Invariants: errors are thrown before anything is printed; a seat is left exactly once, whatever ends the verb; the
 * thread that is meant is one, or the verb ends (nothing is guessed).
 */
import process from 'node:process';
import {applyEvents} from '../app/apply.ts';
import {followUps} from '../app/follow-ups.ts';
import {type AppState, initialAppState} from '../app/state.ts';
import {writingLater} from '../app/writing.ts';
import type {ConnectionState} from '../app-server/connection-state.ts';
import {createSession, type Session} from '../app-server/session.ts';
import type {SessionEvent} from '../app-server/session-events.ts';
import {isAwayFromQueue, type Submission, send} from '../composer/delivery.ts';
import type {Mode} from '../protocol/methods.ts';
import {describeThread} from '../thread/info.ts';
import {sanitiseLine} from '../view/sanitise.ts';
import {unattended} from './access/access.ts';
import type {Context} from './context.ts';
import {CommandError, exitCodes, signalExitCodes} from './exit-codes.ts';
import {ambiguous, findThread, noSuchThread, reachServer} from './reach.ts';

export type SeatListener = (event: SessionEvent, state: AppState) => void;

export type Seat = {
	readonly threadId: string;
	/** How it is named in a command that somebody may type next; undefined: it need not be. */
	readonly threadWord: string | undefined;
	readonly session: Session;
	readonly state: () => AppState;
	/** Told of every event, after it went into the state; returns its removal. */
	readonly onEvent: (listener: SeatListener) => () => void;
	/**
	 * Resolves with what `look` finds, as soon as it finds something (at once, if it does already).
	 * Rejects with `CommandError`: `lost`, when the connection is gone and does not come back; `failed`, after
	 * `timeoutMs` (the sentence says `what` was waited for); `interrupted`, on Ctrl+C.
	 */
	readonly until: <Found>(
		what: string,
		look: (state: AppState) => Found | undefined,
		timeoutMs?: number,
		/** When that time began to run, ms since the epoch; default: now. */
		sinceMs?: number,
	) => Promise<Found>;
	/** Sends a message, once; what becomes of it is in the outbox of the state. */
	readonly send: (submission: Submission) => void;
};

/** Nobody is there to give up: a connection that stays away for so long is lost. */
const giveUpAfterMs = 30_000;
const tickMs = 1000;

/** Why the thread will not come any more; undefined while it may. */
const lostBecause = (connection: ConnectionState, lostSinceMs: number | undefined, nowMs: number) => {
	if (connection.kind === 'failed') return connection.why;
	const isTooLong = lostSinceMs !== undefined && nowMs - lostSinceMs > giveUpAfterMs;
	return connection.kind === 'reconnecting' && isTooLong ? connection.why : undefined;
};

export type SeatOptions = {
	/** Traffic carries the text of its frames (`Arrival.text`). Default: no. */
	readonly keepText?: boolean;
	/** Old turns are let go while a thread is followed for long. Default: yes. */
	readonly letsOldTurnsGo?: boolean;
	/** Items are wanted while they are made. Default: no, what counts is what they are in the end. */
	readonly streams?: boolean;
};

/** Runs `work` in the seat of the thread that `wanted` means (undefined: the only live one), then leaves it. */
export const withSeat = async <Result>(
	context: Context,
	wanted: string | undefined,
	mode: Mode,
	work: (seat: Seat) => Promise<Result>,
	options: SeatOptions = {},
): Promise<Result> => {
	const {streams = false} = options;
	const connection = await reachServer(context, () => mode, {...options, streams});
	let taken: Taken | undefined;
	try {
		const {resolution, threads} = await findThread(context, connection, wanted);
		if (resolution.kind === 'ambiguous') throw ambiguous(wanted, resolution.candidates);
		if (resolution.kind === 'none') throw noSuchThread(wanted, context.endpoint.display);
		const described = resolution.thread;
		taken = takeSeat(
			context,
			{id: described.id, word: wanted === undefined ? undefined : described.id},
			mode,
			threads.map(wire => describeThread(wire)),
			options,
		);
		taken.seat.session.start(described.id, {connection, described});
		return await work(taken.seat);
	} finally {
		if (taken === undefined) await connection.close();
		else await taken.leave();
	}
};

type Taken = {readonly seat: Seat; readonly leave: () => Promise<void>};

type Waiter = {readonly look: (state: AppState) => boolean; readonly fail: (error: CommandError) => void};

const takeSeat = (
	context: Context,
	{id: threadId, word: threadWord}: {readonly id: string; readonly word: string | undefined},
	mode: Mode,
	threads: AppState['threads'],
	{keepText = false, letsOldTurnsGo = true, streams = false}: SeatOptions,
): Taken => {
	const {environment} = context;
	let state = initialAppState({
		columns: 100,
		rows: 40,
		observe: mode === 'observe',
		home: context.home,
		nowMs: environment.nowMs(),
		threads,
		threadId,
	});
	const listeners = new Set<SeatListener>();
	const waiters = new Set<Waiter>();
	let lostSinceMs: number | undefined;
	let ended: CommandError | undefined;

	const end = (error: CommandError): void => {
		ended ??= error;
		for (const waiter of [...waiters]) waiter.fail(ended);
	};

	const session = createSession({
		endpoint: context.endpoint,
		mode: () => mode,
		access: unattended(context.access),
		clientVersion: context.version,
		environment,
		keepText,
		streams,
		onEvent(event) {
			context.log?.tell(event);
			const nowMs = environment.nowMs();
			const before = state;
			state = applyEvents({...state, nowMs}, [event]);
			const {connection} = state;
			if (connection.kind === 'live' || connection.kind === 'waiting') lostSinceMs = undefined;
			if (connection.kind === 'reconnecting') lostSinceMs ??= nowMs;
			for (const listener of [...listeners]) listener(event, state);
			if (letsOldTurnsGo) letGo(before, event);
			const why = lostBecause(connection, lostSinceMs, nowMs);
			if (why !== undefined) end(new CommandError(exitCodes.lost, sanitiseLine(why)));
			lookAgain();
			watchMissed();
		},
	});
	const lookAgain = (): void => {
		for (const waiter of [...waiters]) waiter.look(state);
	};

	/** Time alone may settle what became of a message: one that left the queue and did not come. */
	let cancelTick: (() => void) | undefined;
	const watchMissed = (): void => {
		const isMissed = state.composer.outbox.some(message => isAwayFromQueue(message));
		if (!isMissed || cancelTick !== undefined) return;
		cancelTick = environment.later(tickMs, () => {
			cancelTick = undefined;
			state = writingLater({...state, nowMs: environment.nowMs()});
			lookAgain();
			watchMissed();
		});
	};

	const letGo = (before: AppState, event: SessionEvent): void => {
		for (const command of followUps(before, state, [event]))
			if (command.type === 'pageOut') session.pageOut(command.keep);
	};

	const signalled = (signal: NodeJS.Signals): void =>
		end(new CommandError(signalExitCodes.get(signal) ?? exitCodes.failed, ''));
	for (const signal of signalExitCodes.keys()) process.on(signal, signalled);

	const until: Seat['until'] = (what, look, timeoutMs, sinceMs = environment.nowMs()) =>
		new Promise((resolve, reject) => {
			let cancelTimeout = (): void => {};
			const settle = (): void => {
				waiters.delete(waiter);
				cancelTimeout();
			};
			const waiter: Waiter = {
				look(now) {
					const found = look(now);
					if (found === undefined) return false;
					settle();
					resolve(found);
					return true;
				},
				fail(error) {
					settle();
					reject(error);
				},
			};
			if (ended !== undefined) {
				reject(ended);
				return;
			}
			waiters.add(waiter);
			if (timeoutMs !== undefined) {
				const leftMs = Math.max(0, sinceMs + timeoutMs - environment.nowMs());
				cancelTimeout = environment.later(leftMs, () =>
					waiter.fail(new CommandError(exitCodes.failed, `Gave up after ${timeoutMs / 1000} s: ${what}.`)),
				);
			}
			waiter.look(state);
		});

	return {
		seat: {
			threadId,
			threadWord,
			session,
			state: () => state,
			onEvent(listener) {
				listeners.add(listener);
				return () => listeners.delete(listener);
			},
			until,
			send(submission) {
				const {outbox, command} = send(state.composer.outbox, submission);
				state = {...state, composer: {...state.composer, outbox}};
				if (command !== undefined) session.sendMessage(command.id, command.aim, command.text);
			},
		},
		async leave() {
			for (const signal of signalExitCodes.keys()) process.off(signal, signalled);
			cancelTick?.();
			await session.leave();
		},
	};
};

/** Joined and hydrated, or waiting for somebody to load the thread: what is stored is in the state then. */
export const settled = (state: AppState): 'live' | 'waiting' | undefined => {
	const {kind} = state.connection;
	return kind === 'live' || kind === 'waiting' ? kind : undefined;
};
