/**
 * Asks a connection now and then whether it is alive: measures the round trip, and finds the half-open one that no
 * TCP error tells of, 15 to 25 s after it fell silent. A pong behind a page of many megabytes on a slow line is late
 * and no silence: as long as bytes come it is waited for. Started by the session for every connection.
 */
import type {Environment, ServerConnection} from './connection.ts';

export type HeartbeatOptions = {
	readonly through: Pick<ServerConnection, 'ping'>;
	readonly later: Environment['later'];
	readonly onMeasured: (roundTripMs: number) => void;
	/** No pong came in time; nothing more is asked. */
	readonly onSilent: (sentence: string) => void;
};

export const pingEveryMs = 10_000;
export const pongWithinMs = 15_000;

/** Returns how to stop it. A connection that closes stops it, too. */
export const startHeartbeat = ({through, later, onMeasured, onSilent}: HeartbeatOptions): (() => void) => {
	let cancel = (): void => {};
	let isStopped = false;
	const stop = (): void => {
		isStopped = true;
		cancel();
	};
	let hasHeard = false;
	const wait = (): void => {
		hasHeard = false;
		cancel = later(pongWithinMs, () => {
			if (hasHeard) {
				wait();
				return;
			}
			stop();
			onSilent(`The server did not answer a ping for ${pongWithinMs / 1000} s.`);
		});
	};
	const onBytes = (): void => {
		hasHeard = true;
	};
	const beat = (): void => {
		wait();
		through.ping(onBytes).then(roundTripMs => {
			if (isStopped) return;
			cancel();
			cancel = later(pingEveryMs, beat);
			onMeasured(roundTripMs);
		}, stop);
	};
	beat();
	return stop;
};
