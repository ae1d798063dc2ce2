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
export const isForPeople = (thread: WireThread): boolean =>
	thread.ephemeral !== true && !thread.parentThreadId;

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
	const forPeople = threads.filter(isForPeople);
	if (wanted === undefined) {
		const live = forPeople.filter(isLive);
		const here = cwd === undefined ? [] : live.filter(thread => thread.cwd === cwd);
		return oneOf(here.length > 0 ? here : live);
	}
	const piece = wanted.toLowerCase();
	if (piece.trim() === '') return {kind: 'none'};
	const exact = threads.find(thread => thread.id === piece);
	if (exact !== undefined) return {kind: 'found', thread: exact};
	// A helper thread begins in the same moment as the thread it helps, so that their ids begin alike.
	const among = resolveAmong(forPeople, wanted, piece);
	return among.kind === 'none' ? resolveAmong(threads, wanted, piece) : among;
};

/** May be a piece of an id, and a name as well. */
export const isPieceOfId = (text: string): boolean => /^[\da-f-]{4,}$/i.test(text);

/** The first of these readings that fits any thread decides. */
const resolveAmong = (threads: readonly WireThread[], wanted: string, piece: string): Resolution => {
	const readings: ReadonlyArray<(thread: WireThread) => boolean | undefined> = [
		thread => thread.name === wanted,
		thread => isPieceOfId(piece) && thread.id.includes(piece),
		thread => thread.name?.toLowerCase() === piece,
		thread => thread.name?.toLowerCase().includes(piece),
	];
	const fitting = readings.map(fits => threads.filter(fits)).find(found => found.length > 0);
	return oneOf(fitting ?? []);
};

/** A whole thread id: a UUID. Such a word needs no list to be understood. */
export const isThreadId = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
