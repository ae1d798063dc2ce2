/**
 * The event log: what crossed the wire and what happened to the connection, newest last, bounded by count and
 * by bytes. Pure; the Events pane shows it. Nothing is dropped in silence: `dropped` counts what the bound cost.
 */

export type EventKind =
	/** A notification of the server. */
	| 'notification'
	/** A request of the server to a person. */
	| 'request'
	/** A response to a call of ours. */
	| 'response'
	/** What we sent: a call or a notification. */
	| 'sent'
	/** The connection changed its state. */
	| 'connection'
	/** A frame that should not be: malformed, oversized, or a response nobody asked for. */
	| 'oddity';

export type EventEntry = {
	/** 1, 2, 3 … in order of arrival; unique in a run. */
	readonly sequence: number;
	readonly kind: EventKind;
	/** When this client saw it, ms since the epoch. */
	readonly atMs: number;
	/** When the server says that it emitted it, ms since the epoch. */
	readonly emittedAtMs: number | undefined;
	/** Protocol method, or a short name for what is no method. */
	readonly name: string;
	/** A few words that tell this event from its neighbours: item kind, delta length, status. Raw server text. */
	readonly detail: string;
	/** Consecutive deltas of one item are one entry: how many. */
	readonly count: number;
	/** Size on the wire, all of `count` together. */
	readonly bytes: number;
	/** Size on the wire of what `payload` holds, where that is not all of `bytes`. */
	readonly payloadBytes?: number;
	/** The JSON as parsed, of the newest of `count`. Undefined where there is none (malformed). */
	readonly payload: unknown;
	/** Deltas with the same key in a row fold into one entry. */
	readonly foldKey: string | undefined;
};

export type EventLog = {
	readonly entries: readonly EventEntry[];
	/** Of all payloads that are held. */
	readonly bytes: number;
	readonly dropped: number;
	readonly nextSequence: number;
};

export const emptyEventLog: EventLog = {entries: [], bytes: 0, dropped: 0, nextSequence: 1};

export type EventLogLimits = {readonly entries: number; readonly bytes: number};

export const defaultLimits: EventLogLimits = {entries: 5000, bytes: 8 * 1024 * 1024};

const heldBytes = (entry: EventEntry | undefined): number => entry?.payloadBytes ?? entry?.bytes ?? 0;

/**
 * Adds a batch with one copy of the list, however many events a burst brings. An event is folded into the last
 * entry where both have the same `foldKey`.
 */
export const logEvents = (
	log: EventLog,
	events: ReadonlyArray<Omit<EventEntry, 'sequence' | 'count'>>,
	limits: EventLogLimits = defaultLimits,
): EventLog => {
	if (events.length === 0) return log;
	const entries = log.entries.slice();
	let {bytes, dropped, nextSequence} = log;
	for (const event of events) {
		const last = entries.at(-1);
		bytes += event.bytes;
		if (last !== undefined && event.foldKey !== undefined && last.foldKey === event.foldKey) {
			bytes -= heldBytes(last);
			entries[entries.length - 1] = {
				...event,
				sequence: last.sequence,
				atMs: last.atMs,
				emittedAtMs: last.emittedAtMs,
				count: last.count + 1,
				bytes: last.bytes + event.bytes,
				payloadBytes: event.bytes,
			};
			continue;
		}
		entries.push({...event, sequence: nextSequence, count: 1});
		nextSequence += 1;
	}
	let excess = 0;
	while (excess < entries.length - 1 && (entries.length - excess > limits.entries || bytes > limits.bytes)) {
		bytes -= heldBytes(entries[excess]);
		excess += 1;
	}
	if (excess > 0) {
		entries.splice(0, excess);
		dropped += excess;
	}
	return {entries, bytes, dropped, nextSequence};
};
