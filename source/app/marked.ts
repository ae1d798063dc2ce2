/** What is marked in a list that changes while a person reads it: kept by its id, never by its place. Pure. */
import type {QueuedMessage} from '../composer/queue.ts';
import type {ThreadInfo} from '../thread/state.ts';
import type {AppState} from './state.ts';

/** Where the marked thread stands now; the first when none is marked or the marked one is gone. −1 in an empty list. */
export const markedIndex = (threads: readonly ThreadInfo[], marked: string | undefined): number => {
	const found = threads.findIndex(({id}) => id === marked);
	return found === -1 ? Math.min(0, threads.length - 1) : found;
};

/** The id of the thread `steps` below the marked one, within the list. */
export const moveMark = (
	threads: readonly ThreadInfo[],
	marked: string | undefined,
	steps: number,
): string | undefined => {
	const wanted = markedIndex(threads, marked) + steps;
	return threads[Math.max(0, Math.min(threads.length - 1, wanted))]?.id;
};

/** Empty while it is not known. */
export const queueOf = ({queue}: AppState): readonly QueuedMessage[] =>
	typeof queue === 'string' ? [] : queue;

/** The first when none is marked or the marked one has left. */
export const markedQueued = (state: AppState): QueuedMessage | undefined => {
	const queue = queueOf(state);
	return queue.find(({id}) => id === state.ui.queueMarked) ?? queue[0];
};
