/** The marked thread of a list that is sorted anew while a person reads it: kept by its id, never by its place. Pure. */
import type {ThreadInfo} from '../thread/state.ts';

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
