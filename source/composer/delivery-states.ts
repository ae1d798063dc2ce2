/**
 * The states of a message that was sent from here, as a table, and what may happen to it.
 *
 * Invariant: only `echoed` says that it stands in the thread; from every other state its text can still go back to the
 * person. Read by delivery.ts.
 */
import type {ThreadState} from '../thread/state.ts';
import type {SendAim} from './aim.ts';
import type {QueuedMessage} from './queue.ts';

export type DeliveryPhase =
	| 'sending'
	/** The server has it; the thread does not show it yet. */
	| 'accepted'
	/** It stands in the thread. */
	| 'echoed'
	/** The server said no; the text waits to be taken back. */
	| 'rejected'
	/** Nobody knows, or the server dropped it; see `lookup`. */
	| 'uncertain'
	/** The person took the text back into the composer. */
	| 'returned'
	/** Taken out of the queue. */
	| 'withdrawn';

export type DeliverySignal =
	| 'accepted'
	| 'refused'
	| 'lost'
	| 'echoed'
	| 'missing'
	| 'takenBack'
	| 'withdrawn';

/** Which signal moves a message from which phase to which; `undefined`: it changes nothing. */
export const deliveryTransitions: {
	readonly [From in DeliveryPhase]: {readonly [Signal in DeliverySignal]: DeliveryPhase | undefined};
} = {
	sending: {
		accepted: 'accepted',
		refused: 'rejected',
		lost: 'uncertain',
		echoed: 'echoed',
		missing: undefined,
		takenBack: undefined,
		withdrawn: undefined,
	},
	accepted: {
		accepted: 'accepted',
		refused: undefined,
		lost: 'uncertain',
		echoed: 'echoed',
		// Measured on 0.169: a steer that was accepted is dropped without a word when its turn is interrupted first.
		missing: 'uncertain',
		takenBack: undefined,
		withdrawn: 'withdrawn',
	},
	uncertain: {
		accepted: 'accepted',
		refused: 'rejected',
		lost: 'uncertain',
		echoed: 'echoed',
		missing: 'uncertain',
		takenBack: 'returned',
		withdrawn: 'withdrawn',
	},
	rejected: {
		accepted: undefined,
		refused: undefined,
		lost: undefined,
		echoed: 'echoed',
		missing: undefined,
		takenBack: 'returned',
		withdrawn: undefined,
	},
	// It may have arrived after all; then the person must hear of it.
	returned: {
		accepted: undefined,
		refused: undefined,
		lost: undefined,
		echoed: 'echoed',
		missing: undefined,
		takenBack: undefined,
		withdrawn: undefined,
	},
	withdrawn: {
		accepted: undefined,
		refused: undefined,
		lost: undefined,
		echoed: 'echoed',
		missing: undefined,
		takenBack: undefined,
		withdrawn: undefined,
	},
	echoed: {
		accepted: undefined,
		refused: undefined,
		lost: undefined,
		echoed: undefined,
		missing: undefined,
		takenBack: undefined,
		withdrawn: undefined,
	},
};

/** What the look-up of an uncertain message said. */
export type Lookup =
	/** It waits for the connection; the text is not offered yet. */
	| 'waiting'
	/** Not there, but a turn runs that may still take it in. */
	| 'mayStillCome'
	/** Not there. */
	| 'absent'
	/** There is nothing left to look in: the thread is closed, or the session gave up. */
	| 'impossible';

/** The aim is the one that the person saw. */
export type Submission = {
	/** The signed id, new for each submission. */
	readonly id: string;
	readonly threadId: string;
	readonly text: string;
	readonly aim: SendAim;
};

export type Message = Submission & {
	readonly phase: DeliveryPhase;
	readonly lookup: Lookup;
	/** The server's or our own sentence, for `rejected` and `uncertain`. */
	readonly why: string | undefined;
	/** The turn that it was accepted into or echoed in. */
	readonly turnId: string | undefined;
	/** It arrived although its text had gone back to the person. */
	readonly isLate: boolean;
	/** When it was first missed in the queue, ms since the epoch: between queue and thread it is in neither. */
	readonly missedAtMs?: number;
};

/** Oldest first; what is settled is kept for a while, to recognise what comes late. */
export type Outbox = readonly Message[];

export const emptyOutbox: Outbox = [];

export type OutboxEvent =
	| {readonly type: 'accepted'; readonly messageId: string; readonly turnId: string | undefined}
	| {readonly type: 'refused'; readonly messageId: string; readonly why: string}
	/** No answer to this call. */
	| {readonly type: 'uncertain'; readonly messageId: string; readonly why: string}
	/** Also when another thread is opened: nothing is heard of this one until it is joined again. */
	| {readonly type: 'connectionLost'}
	/** The thread changed by an event that `mayConcern` a message. */
	| {readonly type: 'threadChanged'; readonly thread: ThreadState}
	/** The thread was joined and read again. `queue`: undefined until it is listed, null where there is none. */
	| {
			readonly type: 'rehydrated';
			readonly thread: ThreadState;
			readonly queue: readonly QueuedMessage[] | null | undefined;
	  }
	| {
			readonly type: 'queueListed';
			readonly thread: ThreadState;
			readonly queue: readonly QueuedMessage[];
			readonly atMs: number;
	  }
	/** Time went by. */
	| {readonly type: 'waited'; readonly thread: ThreadState; readonly nowMs: number}
	/** The thread cannot be read any more. */
	| {readonly type: 'lookupFailed'; readonly why: string}
	/** The text is in the composer again. */
	| {readonly type: 'takenBack'; readonly messageId: string}
	/** A person took it out of the queue from here. */
	| {readonly type: 'withdrawn'; readonly messageId: string};
