/**
 * The states of our connection to a server and a thread, as a table. The session moves through it; the header
 * and the status line show it. `waiting` is an addition to the design's machine: connected and initialised, but
 * the thread cannot be joined yet, and joining by force would load it — which a guest never does.
 */

export type WaitReason =
	/** Not in the server's memory: nobody has it open there. */
	| 'notLoaded'
	/** Loaded, but without a turn the server cannot resume it (PROTOCOL: "no rollout found"). */
	| 'noTurnYet'
	/** Another process holds its writer lock. */
	| 'ownedElsewhere'
	/** Nothing chosen: the picker is open. */
	| 'noThread';

export type ConnectionState =
	| {readonly kind: 'idle'}
	| {readonly kind: 'connecting'; readonly attempt: number}
	| {readonly kind: 'initializing'; readonly attempt: number}
	| {readonly kind: 'hydrating'}
	| {readonly kind: 'live'}
	| {readonly kind: 'waiting'; readonly reason: WaitReason}
	| {
			readonly kind: 'reconnecting';
			/** 1 for the first attempt after the loss. */
			readonly attempt: number;
			/** When it is tried, ms since the epoch. */
			readonly nextAtMs: number;
			/** Why the last attempt or the connection ended. */
			readonly why: string;
	  }
	| {readonly kind: 'closed'}
	| {readonly kind: 'failed'; readonly why: string};

export type ConnectionKind = ConnectionState['kind'];

/** Every allowed move. `closed` and `failed` are ends; `failed` can be retried by the person. */
export const connectionTransitions: Readonly<Record<ConnectionKind, readonly ConnectionKind[]>> = {
	idle: ['connecting', 'closed'],
	connecting: ['initializing', 'reconnecting', 'failed', 'closed'],
	initializing: ['hydrating', 'waiting', 'reconnecting', 'failed', 'closed'],
	hydrating: ['live', 'waiting', 'hydrating', 'reconnecting', 'failed', 'closed'],
	live: ['hydrating', 'waiting', 'reconnecting', 'closed'],
	waiting: ['hydrating', 'waiting', 'reconnecting', 'failed', 'closed'],
	reconnecting: ['connecting', 'reconnecting', 'failed', 'closed'],
	closed: [],
	failed: ['connecting', 'closed'],
};

export const mayMove = (from: ConnectionKind, to: ConnectionKind): boolean =>
	connectionTransitions[from].includes(to);
