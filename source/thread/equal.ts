/**
 * Deep equality of JSON-like values, so that what did not change keeps its identity.
 *
 * Invariant: total; beyond `maxDepth` it says "different", which costs a redraw and never a stack overflow.
 */
const maxDepth = 64;

export const sameJson = (left: unknown, right: unknown, depth = 0): boolean => {
	if (Object.is(left, right)) return true;
	if (depth > maxDepth) return false;
	if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
	if (Array.isArray(left) || Array.isArray(right)) {
		if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
		return left.every((element, index) => sameJson(element, right[index], depth + 1));
	}
	const ours = Object.entries(left);
	if (ours.length !== Object.keys(right).length) return false;
	const theirs = right as {readonly [key: string]: unknown};
	return ours.every(([key, value]) => Object.hasOwn(theirs, key) && sameJson(value, theirs[key], depth + 1));
};

/** The old array when every element is the old one. */
export const keepSame = <T>(before: readonly T[], after: readonly T[]): readonly T[] =>
	before.length === after.length && after.every((element, index) => element === before[index])
		? before
		: after;
