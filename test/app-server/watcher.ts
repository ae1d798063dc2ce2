/**
 * A session under watch: its events in order, a clock and chance that obey the test, and a check that every move of
 * the connection is in the table.
 */
import {
	type ConnectionOptions,
	type Environment,
	openConnection,
} from '../../source/app-server/connection.ts';
import {type ConnectionKind, connectionTransitions} from '../../source/app-server/connection-state.ts';
import {createSession, type Session, type SessionOptions} from '../../source/app-server/session.ts';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
import type {Mode} from '../../source/protocol/methods.ts';
import type {UntimedThreadEvent} from '../../source/protocol/thread-events.ts';
import type {Endpoint} from '../../source/transport/endpoint.ts';

export type FakeTime = Environment & {
	/** Runs what is due in the next `ms`, in order. */
	advance(ms: number): void;
	/** Delays of the timers that wait, shortest first. */
	readonly pending: readonly number[];
};

export const createFakeTime = (startMs = 1_000_000): FakeTime => {
	let nowMs = startMs;
	let timers: Array<{readonly atMs: number; readonly task: () => void}> = [];
	return {
		nowMs: () => nowMs,
		random: () => 0.5,
		later(delayMs, task) {
			const timer = {atMs: nowMs + delayMs, task};
			timers.push(timer);
			return () => {
				timers = timers.filter(other => other !== timer);
			};
		},
		advance(ms) {
			const untilMs = nowMs + ms;
			for (;;) {
				const [next] = timers.filter(({atMs}) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
				if (next === undefined) break;
				nowMs = Math.max(nowMs, next.atMs);
				timers = timers.filter(timer => timer !== next);
				next.task();
			}
			nowMs = untilMs;
		},
		get pending() {
			return timers.map(({atMs}) => atMs - nowMs).sort((a, b) => a - b);
		},
	};
};

export const realTime: Environment = {
	nowMs: Date.now,
	random: () => 0.5,
	later(delayMs, task) {
		const timer = setTimeout(task, delayMs);
		return () => clearTimeout(timer);
	},
};

export const connectionOptions = (
	endpoint: Endpoint,
	environment: Environment,
	mode: Mode = 'observe',
): ConnectionOptions => ({
	endpoint,
	mode: () => mode,
	access: {codexHome: '/nowhere'},
	clientVersion: '0.0.0',
	environment,
});

export type Watcher = {
	readonly session: Session;
	readonly events: readonly SessionEvent[];
	/** Kinds of the connection's states, in order; `waiting` with its reason. */
	readonly moves: readonly string[];
	/** The thread events without the raw notifications, by their type. */
	readonly threadEvents: readonly UntimedThreadEvent[];
	/** Resolves with the first event, past or to come, that fits. */
	until(fits: (event: SessionEvent) => boolean): Promise<SessionEvent>;
	/** Resolves when the connection is in this state for the `times`th time (1 by default). */
	moved(to: string, times?: number): Promise<void>;
	/** Moves that the table does not know. */
	readonly illegalMoves: readonly string[];
};

export const watchSession = (
	endpoint: Endpoint,
	environment: Environment = realTime,
	mode: Mode = 'observe',
	more: Partial<SessionOptions> = {},
): Watcher => {
	const events: SessionEvent[] = [];
	const moves: string[] = [];
	const illegalMoves: string[] = [];
	let kind: ConnectionKind = 'idle';
	let waiters: Array<{
		readonly fits: (event: SessionEvent) => boolean;
		readonly done: (event: SessionEvent) => void;
	}> = [];
	const onEvent = (event: SessionEvent): void => {
		events.push(event);
		if (event.type === 'connectionMoved') {
			const {connection} = event;
			if (!connectionTransitions[kind].includes(connection.kind))
				illegalMoves.push(`${kind} → ${connection.kind}`);
			kind = connection.kind;
			moves.push(connection.kind === 'waiting' ? `waiting ${connection.reason}` : connection.kind);
		}
		const met = waiters.filter(({fits}) => fits(event));
		waiters = waiters.filter(waiter => !met.includes(waiter));
		for (const {done} of met) done(event);
	};
	const created = createSession({...connectionOptions(endpoint, environment, mode), ...more, onEvent});
	const session: Session = {
		...created,
		start(threadId, opened) {
			// A connection that is handed over was opened before the session.
			if (opened !== undefined) kind = 'initializing';
			created.start(threadId, opened);
		},
	};
	const until = (fits: (event: SessionEvent) => boolean): Promise<SessionEvent> => {
		const past = events.find(fits);
		if (past !== undefined) return Promise.resolve(past);
		return new Promise(done => {
			waiters.push({fits, done});
		});
	};
	return {
		session,
		events,
		moves,
		illegalMoves,
		get threadEvents() {
			return events.flatMap(event =>
				event.type === 'threadEvent' && event.event.type !== 'notified' ? [event.event] : [],
			);
		},
		until,
		async moved(to, times = 1) {
			await until(
				event => event.type === 'connectionMoved' && moves.filter(move => move === to).length >= times,
			);
		},
	};
};

/** An open connection to hand over, as the command line does. */
export const opened = (endpoint: Endpoint, environment: Environment = realTime) =>
	openConnection(connectionOptions(endpoint, environment));

/** Waits until a condition that no event tells of holds: looks again whenever the event loop turns. */
export const eventually = async (holds: () => boolean): Promise<void> => {
	while (!holds()) await new Promise(resolve => setImmediate(resolve));
};
