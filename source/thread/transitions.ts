/**
 * The item state machine as a table: which signal moves an item from which phase to which.
 *
 * Invariant: `undefined` means that the signal changes nothing about the item. Only `item/completed` ends a
 * message's life for good: deltas after it are echoes, and it repairs an item that a turn's end has cut.
 * Read by items.ts and merge-items.ts; re-exported by reduce.ts.
 */
import type {ItemPhase} from './state.ts';

export type ItemSignal =
	/** `item/started`. */
	| 'started'
	/** Any delta, patch or progress. */
	| 'delta'
	/** `item/completed`, or a place in a list of history. */
	| 'completed'
	/** `turn/completed`, or a list of history that says that the turn is over. */
	| 'turnEnded'
	/** The connection was lost for a while: what came meanwhile is missing. */
	| 'gap';

export const itemTransitions: {
	readonly [From in ItemPhase | 'absent']: {readonly [Signal in ItemSignal]: ItemPhase | undefined};
} = {
	absent: {
		started: 'started',
		delta: 'streaming',
		completed: 'completed',
		turnEnded: undefined,
		gap: undefined,
	},
	started: {
		started: 'started',
		delta: 'streaming',
		completed: 'completed',
		turnEnded: 'cut',
		gap: 'streaming',
	},
	streaming: {
		started: 'streaming',
		delta: 'streaming',
		completed: 'completed',
		turnEnded: 'cut',
		gap: 'streaming',
	},
	completed: {
		started: undefined,
		delta: undefined,
		completed: 'completed',
		turnEnded: undefined,
		gap: undefined,
	},
	// A command may outlive its turn (measured: a shell in the background goes on, and completes in a later turn):
	// one that speaks runs.
	cut: {started: undefined, delta: 'streaming', completed: 'completed', turnEnded: undefined, gap: 'cut'},
};

/** Still waiting for its end. */
export const isOpen = (phase: ItemPhase): boolean => itemTransitions[phase].turnEnded === 'cut';
