/**
 * From a list of frames that fails to a small one that still does: whole frames first, then the members of what is
 * left. Bounded by a number of tries; what it gives back has failed when it was tried last.
 */

type Fails = (frames: readonly string[]) => Promise<boolean>;

const withoutChunk = <Value>(values: readonly Value[], from: number, length: number): readonly Value[] => [
	...values.slice(0, from),
	...values.slice(from + length),
];

/** All JSON values that are one step smaller: a member less, or a text cut in half. */
const smaller = (value: unknown): readonly unknown[] => {
	if (typeof value === 'string' && value.length > 8)
		return [value.slice(0, value.length >> 1), value.slice(value.length >> 1)];
	if (typeof value !== 'object' || value === null) return [];
	if (Array.isArray(value))
		return value.flatMap((each, index) => [
			withoutChunk(value, index, 1),
			...smaller(each).map(less => value.with(index, less)),
		]);
	return Object.entries(value).flatMap(([key, each]) => [
		Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)),
		...smaller(each).map(less => ({...value, [key]: less})),
	]);
};

const smallerFrames = (text: string): readonly string[] => {
	try {
		return smaller(JSON.parse(text)).map(value => JSON.stringify(value));
	} catch {
		return [text.slice(0, text.length >> 1), text.slice(text.length >> 1)].filter(half => half !== '');
	}
};

/** Undefined when the frames do not fail when they are tried alone. */
export const shrink = async (
	frames: readonly string[],
	fails: Fails,
	tries = 400,
): Promise<readonly string[] | undefined> => {
	let left = tries;
	const stillFails = async (candidate: readonly string[]): Promise<boolean> => {
		left -= 1;
		return left >= 0 && (await fails(candidate));
	};
	let small: readonly string[] | undefined;
	for (const last of [1, 30, 1000, frames.length]) {
		const tail = frames.slice(-last);
		if (await stillFails(tail)) {
			small = tail;
			break;
		}
	}
	if (small === undefined) return undefined;
	for (let length = Math.ceil(small.length / 2); length >= 1 && left > 0; length >>= 1) {
		for (let from = 0; from < small.length && small.length > 1 && left > 0; ) {
			const candidate: readonly string[] = withoutChunk(small, from, length);
			if (candidate.length > 0 && (await stillFails(candidate))) small = candidate;
			else from += length;
		}
	}
	for (let index = 0; index < small.length; index += 1) {
		for (let again = true; again && left > 0; ) {
			again = false;
			for (const text of smallerFrames(small[index] ?? '')) {
				const candidate: readonly string[] = small.with(index, text);
				if (left <= 0 || !(await stillFails(candidate))) continue;
				small = candidate;
				again = true;
				break;
			}
		}
	}
	return small;
};
