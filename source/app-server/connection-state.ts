/**
 * The states of our connection to a server and a thread, as a table. The session moves through it; the header
 * and the status line show it. `waiting` is connected and initialised, but the thread cannot be joined yet, and
 * joining by force would load it — which a guest never does.
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
			/** Of a connection that ended; none when there was none. */
			readonly closeCode?: number | undefined;
	  }
	| {readonly kind: 'closed'}
	| {readonly kind: 'failed'; readonly why: string; readonly closeCode?: number | undefined};

export type ConnectionKind = ConnectionState['kind'];

/**
 * Every allowed move; what is not here is a defect (`test/app-server` checks each sequence it sees). `closed` is the
 * end; from `failed` a person can try again, and where the server only refused to join, its connection lives on.
 */
export const connectionTransitions: Readonly<Record<ConnectionKind, readonly ConnectionKind[]>> = {
	idle: ['connecting', 'closed'],
	connecting: ['initializing', 'reconnecting', 'failed', 'closed'],
	initializing: ['hydrating', 'waiting', 'reconnecting', 'failed', 'closed'],
	hydrating: ['live', 'waiting', 'reconnecting', 'failed', 'closed'],
	// Failed: a share sent us away.
	live: ['hydrating', 'waiting', 'reconnecting', 'failed', 'closed'],
	// To itself when what it waits for proves to be another process.
	waiting: ['hydrating', 'waiting', 'reconnecting', 'failed', 'closed'],
	reconnecting: ['connecting', 'closed'],
	closed: [],
	failed: ['connecting', 'hydrating', 'reconnecting', 'closed'],
};
