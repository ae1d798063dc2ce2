/** Time, as the terminal driver needs it; injected, so that tests own it. */

export type Clock = {
	/** Monotonic. */
	nowMs(): number;
	/** Calls back once after a while; returns how to prevent it. */
	setTimeout(callback: () => void, delayMs: number): () => void;
};

export const systemClock: Clock = {
	nowMs: () => performance.now(),
	setTimeout(callback, delayMs) {
		const timer = setTimeout(callback, delayMs);
		return () => clearTimeout(timer);
	},
};
