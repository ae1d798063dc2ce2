/**
 * Which thread a person means. Pure: candidates in, a decision out; the caller asks, shows or fails.
 * An id, a unique piece of one, or a name; without words: the only live thread of this directory, else the only
 * live thread. Never a guess between two.
 */
import type {WireThread} from '../protocol/types.ts';

export type Resolution =
	| {readonly kind: 'found'; readonly thread: WireThread}
	| {readonly kind: 'ambiguous'; readonly candidates: readonly WireThread[]}
	/** Nothing fits `wanted`, or nothing is live. */
	| {readonly kind: 'none'};

/** In the memory of the server: its status is anything but `notLoaded`. */
export const isLive = (thread: WireThread): boolean =>
	thread.status !== undefined && thread.status.type !== 'notLoaded';

/** A thread that a person may mean: not one of the stock TUI's short-lived helpers, nor a sub-agent. */
const isForPeople = (thread: WireThread): boolean => thread.ephemeral !== true && !thread.parentThreadId;

const oneOf = (candidates: readonly WireThread[]): Resolution => {
	const [first, second] = candidates;
	if (first === undefined) return {kind: 'none'};
	return second === undefined ? {kind: 'found', thread: first} : {kind: 'ambiguous', candidates};
};

/** `wanted` undefined: nothing was said. `cwd`: the caller's directory on the server's machine, if it is the same. */
export const resolveThread = (
	threads: readonly WireThread[],
	wanted: string | undefined,
	cwd: string | undefined,
): Resolution => {
	if (wanted === undefined) {
		const live = threads.filter(thread => isLive(thread) && isForPeople(thread));
		const here = oneOf(live.filter(thread => thread.cwd === cwd));
		return here.kind === 'none' ? oneOf(live) : here;
	}
	const exact = threads.find(thread => thread.id === wanted.toLowerCase());
	if (exact !== undefined) return {kind: 'found', thread: exact};
	const named = threads.filter(thread => thread.name === wanted);
	if (named.length > 0) return oneOf(named);
	const piece = wanted.toLowerCase();
	const byId = /^[\da-f-]{4,}$/.test(piece)
		? oneOf(threads.filter(thread => thread.id.includes(piece)))
		: undefined;
	if (byId !== undefined && byId.kind !== 'none') return byId;
	const loosely = threads.filter(thread => thread.name?.toLowerCase() === piece);
	if (loosely.length > 0) return oneOf(loosely);
	return oneOf(threads.filter(thread => thread.name?.toLowerCase().includes(piece)));
};

/** A whole thread id: a UUID. Such a word needs no list to be understood. */
export const isThreadId = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
