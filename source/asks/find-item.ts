/** The item that a request is about, wherever it is held. Pure; called by the readers and by `outcome.ts`. */
import type {Item, ItemId, ThreadState, TurnId} from '../thread/state.ts';

/** Looks in the named turn first; an old server names none. Undefined when we never heard of the item. */
export const findItem = (
	thread: ThreadState,
	turnId: TurnId | undefined,
	itemId: ItemId | undefined,
): Item | undefined => {
	if (itemId === undefined) return undefined;
	const turns = turnId === undefined ? thread.turns : thread.turns.filter(turn => turn.id === turnId);
	for (const turn of turns.toReversed()) {
		const item = turn.items.find(candidate => candidate.id === itemId);
		if (item !== undefined) return item;
	}
	return undefined;
};
