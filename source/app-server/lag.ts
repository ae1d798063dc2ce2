/**
 * How far behind the server's word we are: from the time that each notification carries, against the best that this
 * connection has shown, so that a clock that is wrong does no harm. It tells a cut for reading too slowly (PROTOCOL,
 * "Finding and reaching a server") from any other: the wire shows none. Pure; kept by each connection.
 */
import type {CloseReason} from '../transport/channel.ts';

export type Lag = {
	/** Of every notification, ms since the epoch: when the server says that it was sent, and when we read it. */
	readonly read: (emittedAtMs: number, readAtMs: number) => void;
	/** In the words of the one who knows. */
	readonly explain: (reason: CloseReason) => CloseReason;
};

/** A line that is only slow is this far behind at times. */
const tellingMs = 2000;

/** `display`: the endpoint as people know it. */
export const createLag = (display: string): Lag => {
	let leastMs = Number.POSITIVE_INFINITY;
	let behindMs = 0;
	return {
		read(emittedAtMs, readAtMs) {
			const ageMs = readAtMs - emittedAtMs;
			leastMs = Math.min(leastMs, ageMs);
			behindMs = ageMs - leastMs;
		},
		explain(reason) {
			if (reason.kind !== 'cut' || behindMs < tellingMs) return reason;
			const seconds = Math.round(behindMs / 1000);
			return {
				...reason,
				sentence: `The server dropped the connection to ${display}: we had fallen ${seconds} s behind in reading.`,
			};
		},
	};
};
