/** How much one guest may ask for: a bucket of calls that fills up again with time. Pure but for the clock given. */

export type Allowance = {
	/** Takes one; false when there is none left. */
	readonly take: () => boolean;
};

export const createAllowance = (options: {
	readonly burst: number;
	readonly perSecond: number;
	readonly nowMs: () => number;
}): Allowance => {
	const {burst, perSecond, nowMs} = options;
	let left = burst;
	let atMs = nowMs();
	return {
		take() {
			const now = nowMs();
			// A clock that is put back gives nothing and takes nothing.
			left = Math.min(burst, left + (Math.max(0, now - atMs) / 1000) * perSecond);
			atMs = now;
			if (left < 1) return false;
			left -= 1;
			return true;
		},
	};
};
