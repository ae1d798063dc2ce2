/**
 * Threads of old servers (`historyMode: legacy`; measured on 0.145 and 0.150) are stored without the ids of their items,
 * and without commands and file changes: lists of their turns make ids up, `item-1`, `item-2`, …
 *
 * Measured: these are counted through the thread, but within the turn in a list that is taken while the turn runs. The
 * same item is item-1 now and item-3 later, and item-1 may be in every turn. The stream uses other ids, as everywhere.
 * Called by turns.ts for every list, by merge-items.ts, and by the view.
 */
import type {WireItem} from '../protocol/types.ts';
import type {Turn} from './state.ts';

export const isMadeUpId = (id: string): boolean => /^item-\d+$/.test(id);

/** Counted within the turn, in every list: so the same item keeps its id. */
export const countedAnew = (items: readonly WireItem[]): readonly WireItem[] => {
	let count = 0;
	return items.map(item => {
		if (!isMadeUpId(item.id)) return item;
		count += 1;
		const id = `item-${count}`;
		return id === item.id ? item : {...item, id};
	});
};

/** Nothing but what such a list kept is known of the turn: what was run in it is not. */
export const isMessagesOnly = ({items}: Turn): boolean =>
	items.length > 0 && items.every(({id}) => isMadeUpId(id));
