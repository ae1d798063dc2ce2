/** How fast a pair may be: a bucket of one second's bytes that fills by the clock. Pure; used by splice.ts. */

export type Pace = {
	/** `bytes` have passed: how long to wait before the next are read, in milliseconds; 0 for not at all. */
	readonly passed: (bytes: number) => number;
};

export const createPace = (bytesPerSecond: number, nowMs: () => number): Pace => {
	let left = bytesPerSecond;
	let atMs = nowMs();
	return {
		passed(bytes) {
			const now = nowMs();
			// A clock that is set back costs nobody anything.
			left = Math.min(bytesPerSecond, left + (Math.max(0, now - atMs) * bytesPerSecond) / 1000) - bytes;
			atMs = now;
			return left >= 0 ? 0 : Math.ceil((-left * 1000) / bytesPerSecond);
		},
	};
};
