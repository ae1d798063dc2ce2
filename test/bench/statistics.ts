/** Medians and percentiles of small samples. Pure. Undefined for an empty sample. */

const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);

/** The smallest value that at least `share` (0–1) of the values do not exceed. */
export const percentile = (values: readonly number[], share: number): number | undefined =>
	sorted(values)[Math.max(0, Math.ceil(share * values.length) - 1)];

export const median = (values: readonly number[]): number | undefined => {
	const all = sorted(values);
	const middle = all[Math.floor(all.length / 2)];
	const below = all[Math.floor((all.length - 1) / 2)];
	return middle === undefined || below === undefined ? undefined : (middle + below) / 2;
};
