/**
 * The order of the items in a turn: by the time when the server says that they started.
 *
 * Measured: the stream announces items as they start, history lists them as they completed — a command that ran in
 * the background stands behind messages that came after it. Both carry the same `startedAtMs`, so that time decides,
 * and live equals hydrated. An item without it (a placeholder, an old server) keeps its place and is not overtaken.
 */
import type {Item} from './state.ts';

/** The server's word, not our guess by the clock: only such times may be compared. */
export const startOf = ({content}: Item): number | null | undefined => content.startedAtMs;

const isAfter = (left: Item | undefined, right: Item): boolean => {
	const ours = left === undefined ? undefined : startOf(left);
	const theirs = startOf(right);
	return typeof ours === 'number' && typeof theirs === 'number' && ours > theirs;
};

/** Nearly always at the end: items start in order. */
export const insertByStart = (items: readonly Item[], item: Item): readonly Item[] => {
	let index = items.length;
	while (index > 0 && isAfter(items[index - 1], item)) index -= 1;
	return items.toSpliced(index, 0, item);
};

/** The same array when it is in order already. */
export const orderByStart = (items: readonly Item[]): readonly Item[] => {
	if (items.every((item, index) => index === 0 || !isAfter(items[index - 1], item))) return items;
	return items.reduce<readonly Item[]>(insertByStart, []);
};
