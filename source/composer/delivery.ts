/**
 * What became of every message that was sent from here: the outbox, and what changes it; its states are in delivery-states.ts.
 *
 * Invariants: an id is sent at most once (`send` gives the command for it once); nothing is ever sent again by itself;
 * a text is never lost silently: a message ends `echoed`, or its text goes back to the person (`rejected` or
 * `uncertain`, then `returned`), or the person withdrew it. Pure; called by the app for session events.
 */
import type {ThreadEvent} from '../thread/events.ts';
import type {ThreadState, TurnId} from '../thread/state.ts';
import {runningTurn} from './aim.ts';
import {
	type DeliverySignal,
	deliveryTransitions,
	type Message,
	type Outbox,
	type OutboxEvent,
	type Submission,
} from './delivery-states.ts';
import type {QueuedMessage} from './queue.ts';

export {
	type DeliveryPhase,
	deliveryTransitions,
	emptyOutbox,
	type Lookup,
	type Message,
	type Outbox,
	type OutboxEvent,
	type Submission,
} from './delivery-states.ts';

const maxSettled = 50;

/** Nothing more is expected of it. */
export const isSettled = ({phase}: Message): boolean =>
	phase === 'echoed' || phase === 'returned' || phase === 'withdrawn';

/** Whether the person may have the text back: it did not go in, as far as can be known. */
export const isOffered = ({phase, lookup}: Message): boolean =>
	phase === 'rejected' || (phase === 'uncertain' && lookup !== 'waiting');

/** Where a message stands in the thread, by its `clientId`. */
export const echoedIn = (thread: ThreadState, messageId: string): TurnId | undefined =>
	thread.turns.findLast(turn =>
		turn.items.some(({content}) => content.type === 'userMessage' && content.clientId === messageId),
	)?.id;

/**
 * A message meant to start a turn landed behind somebody else's: `turn/start` joins a turn that has just begun
 * (PROTOCOL). True only when the thread shows it.
 */
export const joinedAnother = (thread: ThreadState, {id, aim}: Submission): boolean => {
	if (aim.kind !== 'start') return false;
	const turnId = echoedIn(thread, id);
	const turn = thread.turns.find(each => each.id === turnId);
	const first = turn?.items.find(({content}) => content.type === 'userMessage')?.content;
	return first?.type === 'userMessage' && first.clientId !== id && turn?.itemsIncomplete === false;
};

/** Whether an event can change what is known of a message: spares a look at the thread for every delta. */
export const mayConcern = (event: ThreadEvent): boolean => {
	if (event.type !== 'notified') return true;
	const {method} = event.notification;
	return (
		method === 'item/started' ||
		method === 'item/completed' ||
		method === 'turn/started' ||
		method === 'turn/completed' ||
		method === 'thread/status/changed'
	);
};

const moved = (message: Message, signal: DeliverySignal, change: Partial<Message> = {}): Message => {
	const phase = deliveryTransitions[message.phase][signal];
	if (phase === undefined) return message;
	const isSame =
		phase === message.phase &&
		Object.entries(change).every(([key, value]) => message[key as keyof Message] === value);
	return isSame ? message : {...message, ...change, phase};
};

const hasEnded = (thread: ThreadState, turnId: string | undefined): boolean => {
	const status = thread.turns.find(turn => turn.id === turnId)?.status;
	return status === 'completed' || status === 'interrupted' || status === 'failed';
};

const isOfThread = (message: Message, thread: ThreadState): boolean => thread.info?.id === message.threadId;

const echo = (message: Message, thread: ThreadState): Message | undefined => {
	const turnId = echoedIn(thread, message.id);
	if (turnId === undefined) return undefined;
	const isLate =
		message.phase === 'returned' || message.phase === 'withdrawn' || message.phase === 'rejected';
	return moved(message, 'echoed', {turnId, isLate, why: undefined});
};

const neverRead = 'The turn ended before the agent read it.';
const notFound = 'It is neither in the thread nor in the queue.';

const missing = (message: Message, why: string): Message =>
	moved(message, 'missing', {lookup: 'absent', why});

const afterChange = (message: Message, thread: ThreadState): Message => {
	if (!isOfThread(message, thread)) return message;
	const echoed = echo(message, thread);
	if (echoed !== undefined) return echoed;
	if (message.phase === 'uncertain' && message.lookup === 'mayStillCome' && runningTurn(thread) === undefined)
		return missing(message, message.why ?? notFound);
	if (message.phase !== 'accepted' || message.aim.kind === 'queue') return message;
	const turnId = message.turnId ?? (message.aim.kind === 'steer' ? message.aim.turnId : undefined);
	return hasEnded(thread, turnId) ? missing(message, neverRead) : message;
};

/**
 * A message that leaves the queue to run is for a moment in neither the queue nor the thread, which still reads idle
 * (measured on 0.169): only one that stays away for so long is missing.
 */
const betweenQueueAndThreadMs = 3000;

/** It left the queue and is not in the thread: time will tell. */
export const isAwayFromQueue = ({phase, missedAtMs}: Message): boolean =>
	phase === 'accepted' && missedAtMs !== undefined;

const afterWait = (message: Message, thread: ThreadState, nowMs: number): Message => {
	if (!isAwayFromQueue(message) || !isOfThread(message, thread)) return message;
	const awayMs = nowMs - (message.missedAtMs ?? nowMs);
	if (awayMs < betweenQueueAndThreadMs || !isAtRest(thread)) return message;
	return missing(message, notFound);
};

const isAtRest = (thread: ThreadState): boolean =>
	runningTurn(thread) === undefined && thread.info?.status.kind !== 'active' && !thread.stale;

const present = (message: Message): Message => {
	const {missedAtMs, ...rest} = message;
	return missedAtMs === undefined ? message : rest;
};

/** `queue` null: there is none on this server. `atMs`: when it was listed, undefined when that is long past. */
const afterListing = (
	message: Message,
	thread: ThreadState,
	queue: readonly QueuedMessage[] | null,
	atMs?: number,
): Message => {
	if (!isOfThread(message, thread)) return message;
	const echoed = echo(message, thread);
	if (echoed !== undefined) return echoed;
	if (queue?.some(({clientUserMessageId}) => clientUserMessageId === message.id) === true)
		return present(message.phase === 'uncertain' ? moved(message, 'accepted', {why: undefined}) : message);
	// While a turn runs as well: whoever takes a message out of the queue then says nothing more about it.
	const isMissed = message.phase === 'accepted' && message.aim.kind === 'queue';
	return isMissed && message.missedAtMs === undefined && atMs !== undefined
		? {...message, missedAtMs: atMs}
		: message;
};

const lookedUp = (
	message: Message,
	thread: ThreadState,
	queue: readonly QueuedMessage[] | null | undefined,
): Message => {
	if (message.phase !== 'uncertain' || !isOfThread(message, thread)) return afterChange(message, thread);
	const listed = afterListing(message, thread, queue ?? null);
	if (listed.phase !== 'uncertain') return listed;
	// The queue holds the answer, and it is not known yet.
	if (message.aim.kind === 'queue' && queue === undefined) return message;
	const why = message.why ?? notFound;
	return runningTurn(thread) === undefined
		? missing(message, why)
		: moved(message, 'missing', {lookup: 'mayStillCome', why});
};

const lost = (message: Message, why: string): Message =>
	message.phase === 'uncertain' && message.lookup === 'waiting'
		? message
		: moved(message, 'lost', {lookup: 'waiting', why});

const mapped = (outbox: Outbox, change: (message: Message) => Message): Outbox => {
	const next = outbox.map(change);
	return next.every((message, index) => message === outbox[index]) ? outbox : bounded(next);
};

const bounded = (outbox: Outbox): Outbox => {
	const surplus = outbox.filter(isSettled).length - maxSettled;
	if (surplus <= 0) return outbox;
	const dropped = new Set(outbox.filter(isSettled).slice(0, surplus));
	return outbox.filter(message => !dropped.has(message));
};

const changed = (outbox: Outbox, messageId: string, change: (message: Message) => Message): Outbox =>
	mapped(outbox, message => (message.id === messageId ? change(message) : message));

/**
 * A submission enters the outbox; `command` is it, once: an id that is there already is never sent again.
 */
export const send = (
	outbox: Outbox,
	submission: Submission,
): {readonly outbox: Outbox; readonly command: Submission | undefined} => {
	if (outbox.some(({id}) => id === submission.id)) return {outbox, command: undefined};
	const message: Message = {
		...submission,
		phase: 'sending',
		lookup: 'waiting',
		why: undefined,
		turnId: undefined,
		isLate: false,
	};
	return {outbox: bounded([...outbox, message]), command: submission};
};

/** The outbox after an event; the same object when nothing changed. */
export const reduceOutbox = (outbox: Outbox, event: OutboxEvent): Outbox => {
	switch (event.type) {
		case 'accepted':
			return changed(outbox, event.messageId, message =>
				moved(message, 'accepted', {turnId: event.turnId ?? message.turnId, why: undefined}),
			);
		case 'refused':
			return changed(outbox, event.messageId, message => moved(message, 'refused', {why: event.why}));
		case 'uncertain':
			return changed(outbox, event.messageId, message => lost(message, event.why));
		case 'connectionLost':
			return mapped(outbox, message => lost(message, 'The connection was lost before the thread showed it.'));
		case 'threadChanged':
			return mapped(outbox, message => afterChange(message, event.thread));
		case 'rehydrated':
			return mapped(outbox, message => lookedUp(message, event.thread, event.queue));
		case 'queueListed':
			return mapped(outbox, message =>
				message.phase === 'uncertain'
					? lookedUp(message, event.thread, event.queue)
					: afterListing(message, event.thread, event.queue, event.atMs),
			);
		case 'waited':
			return mapped(outbox, message => afterWait(message, event.thread, event.nowMs));
		case 'lookupFailed':
			return mapped(outbox, message =>
				message.phase === 'uncertain' && message.lookup === 'waiting'
					? {...message, lookup: 'impossible', why: event.why}
					: message,
			);
		case 'takenBack':
			return changed(outbox, event.messageId, message =>
				isOffered(message) ? moved(message, 'takenBack') : message,
			);
		case 'withdrawn':
			return changed(outbox, event.messageId, message => moved(message, 'withdrawn'));
	}
};
