/** How long to wait before a reconnect: doubling from 250 ms to 5 s, spread by a quarter so that guests do not return in step. */

const firstMs = 250;
const longestMs = 5000;

/** `attempt` counts from 1; `random` is in [0, 1). Milliseconds. */
export const backoffMs = (attempt: number, random: number): number => {
	const base = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 10));
	return Math.round(base * (0.75 + random * 0.5));
};
