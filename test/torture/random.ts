/** Chance from a seed: the same seed gives the same run. For the parts of `npm run torture` that print their seeds. */

export type Random = {
	/** In [0, 1). */
	readonly next: () => number;
	/** Whole, from `from` to `to`, both included. */
	readonly between: (from: number, to: number) => number;
	/** As `between`, but small ones are as likely as large ones: each doubling has the same chance. */
	readonly spread: (from: number, to: number) => number;
	readonly pick: <Value>(values: readonly [Value, ...Value[]]) => Value;
	readonly chance: (probability: number) => boolean;
	/** Another sequence, so that what one part draws does not move the others. */
	readonly fork: (name: string) => Random;
};

/** Mulberry32. */
const sequence = (seed: number): (() => number) => {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
};

const hash = (text: string): number => {
	let value = 0x811c9dc5;
	for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193);
	return value >>> 0;
};

export const createRandom = (seed: number): Random => {
	const next = sequence(seed);
	const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
	return {
		next,
		between,
		spread: (from, to) => Math.round(from * (to / from) ** next()),
		pick: values => values[between(0, values.length - 1)] ?? values[0],
		chance: probability => next() < probability,
		fork: name => createRandom((seed ^ hash(name)) >>> 0),
	};
};
