/** How long to wait before a reconnect: doubling from 250 ms to 5 s, spread by a quarter so that guests do not return in step. */

const firstMs = 250;
const longestMs = 5000;

/** `attempt` counts from 1; `random` is in [0, 1). Milliseconds. */
export const backoffMs = (attempt: number, random: number): number => {
	const base = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 10));
	return Math.round(base * (0.75 + random * 0.5));
};

export type Backoff = {
	/** Failed or lost connections in a row. */
	readonly attempt: () => number;
	/** The thread was joined. */
	readonly joined: () => void;
	/** The connection failed or was lost: what to say and how long to wait, ms. */
	readonly next: () => {readonly attempt: number; readonly delayMs: number};
};

/** A connection that held for so long was a good one; one that drops again at once is not asked for any faster. */
const steadyAfterMs = 2000;
/** A server that lets us in is asked again within about a second, however often it drops us. */
const mostAfterJoin = 2;

export const createBackoff = ({
	nowMs,
	random,
}: {
	readonly nowMs: () => number;
	readonly random: () => number;
}): Backoff => {
	let attempt = 0;
	let joinedAtMs: number | undefined;
	return {
		attempt: () => attempt,
		joined() {
			joinedAtMs = nowMs();
			attempt = Math.min(attempt, mostAfterJoin);
		},
		next() {
			if (joinedAtMs !== undefined && nowMs() - joinedAtMs >= steadyAfterMs) attempt = 0;
			joinedAtMs = undefined;
			attempt += 1;
			return {attempt, delayMs: backoffMs(attempt, random())};
		},
	};
};
