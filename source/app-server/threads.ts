/**
 * Calls about threads as such: which there are, which are live, what a notification says of one. No subscription.
 * Used by the session, `ls` and whatever resolves the THREAD argument.
 */
import {RpcError} from '../json-rpc/errors.ts';
import {decodeLoadedList, decodeThread, decodeThreadList} from '../protocol/decode.ts';
import type {Json, WireThread} from '../protocol/types.ts';
import type {ServerConnection} from './connection.ts';
import {isLive} from './resolve.ts';

/** What a thread notification says about a thread being in the server's memory. */
export const threadChange = (method: string, params: Json): {id: string; live: boolean} | undefined => {
	if (typeof params !== 'object' || params === null || Array.isArray(params)) return undefined;
	const fields: {readonly [key: string]: unknown} = params as {readonly [key: string]: unknown};
	const {threadId, status, thread} = fields;
	if (method === 'thread/started') {
		const started = decodeThread(thread);
		return started === undefined ? undefined : {id: started.id, live: true};
	}
	if (typeof threadId !== 'string') return undefined;
	if (method === 'thread/closed') return {id: threadId, live: false};
	if (method === 'thread/reverted' || method === 'turn/started') return {id: threadId, live: true};
	if (
		method === 'thread/status/changed' &&
		typeof status === 'object' &&
		status !== null &&
		'type' in status
	) {
		return {id: threadId, live: status.type !== 'notLoaded'};
	}
	return undefined;
};

/** The stored threads, newest first, and what is loaded but has no turn yet (which no list of stored ones holds). */
export const listThreads = async (through: ServerConnection): Promise<readonly WireThread[]> => {
	const listed = await askThreads(through);
	const loaded = await through.call('thread/loaded/list', {}).response;
	const known = new Set(listed.map(thread => thread.id));
	const ids = decodeLoadedList(loaded).filter(id => !known.has(id));
	const others = await Promise.all(ids.map(id => readThread(through, id).catch(() => undefined)));
	return [...others.filter(thread => thread !== undefined && isLive(thread)), ...listed].filter(
		thread => thread !== undefined,
	);
};

/** One page of stored threads, newest first; their statuses tell which are live. */
export const askThreads = async (through: ServerConnection): Promise<readonly WireThread[]> => {
	const params = {limit: 100, sortKey: 'recency_at'};
	return decodeThreadList(await through.call('thread/list', params).response).data;
};

/** Metadata and status, without subscribing. Rejects with `RpcError` when there is no such thread. */
export const readThread = async (through: ServerConnection, threadId: string): Promise<WireThread> => {
	const raw = await through.call('thread/read', {threadId}).response;
	const thread = decodeThread(
		typeof raw === 'object' && raw !== null && 'thread' in raw ? raw.thread : undefined,
	);
	if (thread === undefined)
		throw new RpcError({kind: 'malformed', code: 0, message: 'thread/read answered without a thread'});
	return thread;
};
