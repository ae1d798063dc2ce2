/** How much one guest may ask for: a bucket of calls that fills up again with time. Pure but for the clock given. */

export type Allowance = {
	/** Takes as many; false, and nothing is taken, when there are not so many left. A full bucket allows anything once. */
	readonly take: (count: number) => boolean;
	/** What something has turned out to cost: until it is paid, even nothing cannot be taken. No debt is above `burst`. */
	readonly owe: (count: number) => void;
};

export const createAllowance = (options: {
	readonly burst: number;
	readonly perSecond: number;
	readonly nowMs: () => number;
}): Allowance => {
	const {burst, perSecond, nowMs} = options;
	let left = burst;
	let atMs = nowMs();
	const fill = (): void => {
		const now = nowMs();
		// A clock that is put back gives nothing and takes nothing.
		left = Math.min(burst, left + (Math.max(0, now - atMs) / 1000) * perSecond);
		atMs = now;
	};
	return {
		owe(count) {
			fill();
			left = Math.max(-burst, left - count);
		},
		take(count) {
			fill();
			if (left < Math.min(count, burst)) return false;
			left -= Math.min(count, burst);
			return true;
		},
	};
};
