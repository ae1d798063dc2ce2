/**
 * What two clients must agree on, however they came to it: watching live from the start, or hydrating later.
 *
 * Left out, with the reason: items that never completed and declined commands (in no list of history), plans, turn diffs and notices
 * (live only), lifecycle times of items (not every server records them), agents' last words. While a review runs no
 * list has all of it, nor its name (parts.ts): the law holds once it is over.
 * Called by tests; it is the definition of the law "live = hydrate".
 */
import {startOf} from './order.ts';
import type {Item, OmittedOutput, ThreadState, TurnStatus} from './state.ts';

export type Comparable = {
	readonly turns: ReadonlyArray<{
		readonly id: string;
		readonly status: TurnStatus;
		readonly error: string | undefined;
		readonly startedAtMs: number | undefined;
		readonly completedAtMs: number | undefined;
		readonly items: ReadonlyArray<{
			readonly id: string;
			readonly content: object;
			readonly omittedOutput: OmittedOutput | undefined;
		}>;
	}>;
};

/** Items that started in the same millisecond come in either order: by their ids, then. */
const byStartThenId = (left: Item, right: Item): number => {
	const [ours, theirs] = [startOf(left), startOf(right)];
	if (typeof ours !== 'number' || ours !== theirs) return 0;
	return left.id < right.id ? -1 : 1;
};

/** Measured: the stream completes such a command as `declined`, and the server does not store it. */
const isDeclinedCommand = ({content}: Item): boolean =>
	content.type === 'commandExecution' && content.status === 'declined';

export const comparable = (state: ThreadState): Comparable => ({
	turns: state.turns.map(({id, status, error, startedAtMs, completedAtMs, items}) => ({
		id,
		status,
		error,
		startedAtMs,
		completedAtMs,
		items: items
			.filter(item => item.phase === 'completed' && !isDeclinedCommand(item))
			.toSorted(byStartThenId)
			.map(item => {
				const {startedAtMs: _started, completedAtMs: _completed, ...content} = item.content;
				return {id: item.id, content, omittedOutput: item.omittedOutput};
			}),
	})),
});
