/**
 * Letting old turns go: a seat that follows a thread for a day holds its newest turns, and the cursor that brings the
 * others back. Pure. Called by reduce.ts, and by whoever numbers turns.
 */
import type {WireTurnsPage} from '../protocol/types.ts';
import type {ThreadState} from './state.ts';

/** How many turns stand before the oldest that we hold, where that is known. */
export const turnsBefore = ({olderCursor, olderTurns}: ThreadState): number | undefined =>
	olderCursor === null ? 0 : olderTurns;

/**
 * Drops the turns before those of `page`, a list of the newest ones: its cursor leads to exactly what is dropped.
 * A page that we cannot find our place in, or that has nothing before it, changes nothing.
 */
export const pageOut = (state: ThreadState, page: WireTurnsPage): ThreadState => {
	const cursor = page.nextCursor;
	const oldest = page.data.at(-1)?.id;
	const at = state.turns.findIndex(({id}) => id === oldest);
	if (state.stale || !cursor || at < 1) return state;
	const {olderTurns: _, ...rest} = state;
	const before = turnsBefore(state);
	return {
		...rest,
		turns: state.turns.slice(at),
		olderCursor: cursor,
		...(before === undefined ? {} : {olderTurns: before + at}),
	};
};
