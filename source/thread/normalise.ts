/**
 * What two clients must agree on, however they came to it: watching live from the start, or hydrating later.
 *
 * Left out, with the reason: items that never completed (in no list of history), plans, turn diffs and notices
 * (live only), lifecycle times of items (the stream and history record different ones), agents' last words.
 * Called by tests; it is the definition of the law "live = hydrate".
 */
import type {OmittedOutput, ThreadState, TurnStatus} from './state.ts';

export type Comparable = {
	readonly turns: ReadonlyArray<{
		readonly id: string;
		readonly status: TurnStatus;
		readonly error: string | undefined;
		readonly items: ReadonlyArray<{
			readonly id: string;
			readonly content: object;
			readonly omittedOutput: OmittedOutput | undefined;
		}>;
	}>;
};

export const comparable = (state: ThreadState): Comparable => ({
	turns: state.turns.map(({id, status, error, items}) => ({
		id,
		status,
		error,
		items: items
			.filter(item => item.phase === 'completed')
			.map(item => {
				const {startedAtMs: _started, completedAtMs: _completed, ...content} = item.content;
				return {id: item.id, content, omittedOutput: item.omittedOutput};
			}),
	})),
});
