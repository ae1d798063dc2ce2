/**
 * The order of the items in a turn: by the time when the server says that they started.
 *
 * Measured: the stream announces items as they start, history lists them as they completed — a command that ran in
 * the background stands behind messages that came after it. Both carry the same `startedAtMs`, so that time decides,
 * and live equals hydrated. An item without it (a placeholder, an old server) keeps its place.
 */
import type {Item} from './state.ts';

/** The server's word, not our guess by the clock: only such times may be compared. */
export const startOf = ({content}: Item): number | null | undefined => content.startedAtMs;

/** Before the first item that is known to have started later; at the end if none is, which is nearly always. */
export const insertByStart = (items: readonly Item[], item: Item): readonly Item[] => {
	const start = startOf(item);
	let place = items.length;
	if (typeof start === 'number') {
		for (let index = items.length - 1; index >= 0; index -= 1) {
			const held = items[index];
			const other = held === undefined ? undefined : startOf(held);
			if (typeof other !== 'number') continue;
			if (other <= start) break;
			place = index;
		}
	}
	return items.toSpliced(place, 0, item);
};

/** The same array when it is in order already. */
export const orderByStart = (items: readonly Item[]): readonly Item[] => {
	let latest = Number.NEGATIVE_INFINITY;
	for (const item of items) {
		const start = startOf(item);
		if (typeof start !== 'number') continue;
		if (start < latest) return items.reduce<readonly Item[]>(insertByStart, []);
		latest = start;
	}
	return items;
};
