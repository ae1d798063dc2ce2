/**
 * Calls about threads as such: which there are, which are live, what a notification says of one. No subscription.
 * Used by the session, `ls` and whatever resolves the THREAD argument.
 */
import {RpcError} from '../json-rpc/errors.ts';
import {decodeLoadedList, decodeThread, decodeThreadList} from '../protocol/decode.ts';
import {asRecord, asString} from '../protocol/fields.ts';
import type {Json, WireThread} from '../protocol/types.ts';
import type {ServerConnection} from './connection.ts';
import {isLive} from './resolve.ts';

/** What a notification says about a thread being in the server's memory. */
export type ThreadChange = {readonly id: string; readonly live: boolean};

export const threadChange = (method: string, params: Json): ThreadChange | undefined => {
	const fields = asRecord(params);
	if (method === 'thread/started') {
		const started = decodeThread(fields?.thread);
		return started === undefined ? undefined : {id: started.id, live: true};
	}
	const id = asString(fields?.threadId);
	if (id === undefined) return undefined;
	switch (method) {
		case 'thread/closed':
			return {id, live: false};
		case 'thread/reverted':
		case 'turn/started':
			return {id, live: true};
		case 'thread/status/changed': {
			const type = asString(asRecord(fields?.status)?.type);
			return type === undefined ? undefined : {id, live: type !== 'notLoaded'};
		}
		default:
			return undefined;
	}
};

/** Every thread, newest first: the stored ones, and before them those that only the server's memory holds. */
export const listThreads = async (through: ServerConnection): Promise<readonly WireThread[]> => {
	const listed = await askThreads(through);
	return [...(await askUnlisted(through, listed)), ...listed];
};

/** What is loaded and not in `listed`: a thread without a turn is in no list of stored ones. */
export const askUnlisted = async (
	through: ServerConnection,
	listed: readonly WireThread[],
): Promise<readonly WireThread[]> => {
	const known = new Set(listed.map(thread => thread.id));
	const loaded = decodeLoadedList(await through.ask('thread/loaded/list', {}));
	const threads = await Promise.all(loaded.filter(id => !known.has(id)).map(id => readIfThere(through, id)));
	return threads.filter(thread => thread !== undefined).filter(isLive);
};

/** A thread may end between two questions: then it is none. */
const readIfThere = async (through: ServerConnection, threadId: string): Promise<WireThread | undefined> => {
	try {
		return await readThread(through, threadId);
	} catch (error) {
		if (error instanceof RpcError && error.kind === 'refused') return undefined;
		throw error;
	}
};

/** One page of stored threads, newest first; their statuses tell which are live. */
export const askThreads = async (through: ServerConnection): Promise<readonly WireThread[]> => {
	const params = {limit: 100, sortKey: 'recency_at'};
	return decodeThreadList(await through.ask('thread/list', params)).data;
};

/** So many pages are turned at most: whoever means an older thread has its whole id. */
const mostPages = 20;

/** All that is stored, newest first, or what has `title` in its title; bounded. For what the first page does not hold. */
export const askMoreThreads = async (
	through: ServerConnection,
	title: string | undefined,
): Promise<readonly WireThread[]> => {
	const threads: WireThread[] = [];
	let cursor: string | null = null;
	for (let page = 0; page < mostPages; page += 1) {
		const params: Json = {
			limit: 100,
			sortKey: 'recency_at',
			...(title === undefined ? {} : {searchTerm: title}),
			...(cursor === null ? {} : {cursor}),
		};
		const {data, nextCursor} = decodeThreadList(await through.ask('thread/list', params));
		threads.push(...data);
		if (nextCursor === null || nextCursor === cursor) break;
		cursor = nextCursor;
	}
	return threads;
};

/** Metadata and status, without subscribing. Rejects with `RpcError` when there is no such thread. */
export const readThread = async (through: ServerConnection, threadId: string): Promise<WireThread> => {
	const thread = threadIn(await through.ask('thread/read', {threadId}));
	if (thread === undefined) {
		throw new RpcError({kind: 'malformed', message: 'The server answered thread/read without a thread.'});
	}
	return thread;
};

/** The thread in an answer to `thread/read`. */
export const threadIn = (answer: unknown): WireThread | undefined => decodeThread(asRecord(answer)?.thread);
