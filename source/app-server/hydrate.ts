/**
 * Joining a thread: subscribe and bring its newest turns, in one round trip where the server can, with fallbacks
 * where it cannot. Subscribing is `thread/resume` without overrides, and only on a thread that the server holds
 * in memory: on any other it would load it (PROTOCOL, "Threads").
 */
import {RpcError} from '../json-rpc/errors.ts';
import {decodeResumeResponse, decodeTurnsPage} from '../protocol/decode.ts';
import {asRecord, asString, listOf} from '../protocol/fields.ts';
import type {RunningCommand} from '../protocol/thread-events.ts';
import type {Json, WireResumeResponse, WireThread, WireTurnsPage} from '../protocol/types.ts';
import type {ServerConnection} from './connection.ts';
import type {WaitReason} from './connection-state.ts';
import {isLive} from './resolve.ts';
import {readThread, threadIn} from './threads.ts';

/** Turns a page. A first screen needs one page; 300 turns come in 15. */
export const pageSize = 20;

export type JoinOutcome =
	| {readonly kind: 'joined'; readonly active: boolean}
	| {readonly kind: 'waiting'; readonly reason: WaitReason}
	/** The connection went away meanwhile; whoever lost it handles it. */
	| {readonly kind: 'gone'}
	| {readonly kind: 'failed'; readonly why: string};

export type JoinListener = {
	/** False once another join or another connection took over: then nothing more is told. */
	readonly isCurrent: () => boolean;
	readonly onThread: (thread: WireThread) => void;
	/** Told in wire order, before any event that follows the response. The page may be empty on old servers. */
	readonly onHydrated: (response: WireResumeResponse, page: WireTurnsPage) => void;
	/** The server subscribed us, but another join took over meanwhile: somebody has to take that back. */
	readonly onLateSubscription: () => void;
	readonly onTurns: (page: WireTurnsPage) => void;
};

const emptyPage: WireTurnsPage = {data: [], nextCursor: null};

/** Checks that `threadId` is live, subscribes, and tells its newest turns. Never rejects. */
export const joinThread = async (
	through: ServerConnection,
	threadId: string,
	listener: JoinListener,
	/** What a list said of it a moment ago on this connection: saves asking again. */
	described?: WireThread,
): Promise<JoinOutcome> => {
	try {
		const thread = described ?? (await readThread(through, threadId));
		if (!listener.isCurrent()) return {kind: 'gone'};
		listener.onThread(thread);
		const outcome: JoinOutcome = isLive(thread)
			? await subscribe(through, threadId, listener).catch(outcomeOf)
			: {kind: 'waiting', reason: 'notLoaded'};
		if (outcome.kind !== 'waiting' || outcome.reason === 'noTurnYet') return outcome;
		const stored = await readStored(through, threadId);
		if (!listener.isCurrent()) return {kind: 'gone'};
		if (stored !== undefined) listener.onTurns(stored);
		return outcome;
	} catch (error) {
		return outcomeOf(error);
	}
};

/**
 * The newest turns of a thread that this server does not run, from its disk: reading loads nothing. Another process
 * may own the thread, and its running turn then reads as `interrupted` (PROTOCOL). That word is believed of a turn that
 * has a time when it ended, as one that was interrupted has.
 */
export const readStored = async (
	through: ServerConnection,
	threadId: string,
	limit = pageSize,
): Promise<WireTurnsPage | undefined> => {
	try {
		const page = await readTurns(through, threadId, {limit});
		const [newest, ...older] = page.data;
		return newest?.status === 'interrupted' && typeof newest.completedAt !== 'number'
			? {...page, data: [{...newest, status: 'unknown'}, ...older]}
			: page;
	} catch (error) {
		// A thread without a turn has no history to read; what waits for it says so.
		if (error instanceof RpcError && error.kind === 'refused') return undefined;
		throw error;
	}
};

const subscribe = async (
	through: ServerConnection,
	threadId: string,
	listener: JoinListener,
): Promise<JoinOutcome> => {
	const initialTurnsPage = {limit: pageSize, sortDirection: 'desc', itemsView: 'full'};
	try {
		return await resume(through, {threadId, excludeTurns: true, initialTurnsPage}, listener);
	} catch (error) {
		if (!(error instanceof RpcError) || !refusesInitialPage(error)) throw error;
		return await resume(through, {threadId, excludeTurns: true}, listener);
	}
};

const refusesInitialPage = (error: RpcError): boolean =>
	error.kind === 'unsupported' ||
	/initialTurnsPage|initial turns page|unknown field|experimentalApi/i.test(error.message);

const resume = async (
	through: ServerConnection,
	params: Json & {readonly threadId: string},
	listener: JoinListener,
): Promise<JoinOutcome> => {
	const {threadId} = params;
	let hydrated: WireResumeResponse | undefined;
	await through.ask('thread/resume', params, {
		onResult(raw) {
			if (!listener.isCurrent()) {
				listener.onLateSubscription();
				return;
			}
			hydrated = decodeResumeResponse(raw);
			if (hydrated !== undefined) {
				listener.onHydrated(hydrated, hydrated.initialTurnsPage ?? legacyPage(hydrated) ?? emptyPage);
			}
		},
	});
	if (!listener.isCurrent()) return {kind: 'gone'};
	if (hydrated === undefined)
		return {kind: 'failed', why: 'The server answered thread/resume with something that is no thread.'};
	if (!hydrated.initialTurnsPage && legacyPage(hydrated) === undefined) {
		const page = await readTurns(through, threadId, {limit: pageSize});
		if (!listener.isCurrent()) return {kind: 'gone'};
		listener.onTurns(page);
	}
	return {kind: 'joined', active: hydrated.thread.status?.type === 'active'};
};

/** A server that ignores `excludeTurns` sends the whole history, oldest first. */
const legacyPage = ({thread}: WireResumeResponse): WireTurnsPage | undefined =>
	thread.turns === undefined || thread.turns.length === 0
		? undefined
		: {data: thread.turns.toReversed(), nextCursor: null};

/** A page of turns with all their items, newest first; from a full read where the server knows no `thread/turns/list`. */
export const readTurns = async (
	through: ServerConnection,
	threadId: string,
	page: {readonly cursor?: string; readonly limit: number},
): Promise<WireTurnsPage> => {
	const params = {threadId, ...page, sortDirection: 'desc', itemsView: 'full'};
	try {
		return decodeTurnsPage(await through.ask('thread/turns/list', params)) ?? emptyPage;
	} catch (error) {
		if (!(error instanceof RpcError) || error.kind !== 'unsupported') throw error;
		const thread = threadIn(await through.ask('thread/read', {threadId, includeTurns: true}));
		return {data: (thread?.turns ?? []).toReversed(), nextCursor: null};
	}
};

/** The newest turns by id only, newest first; the cursor leads to those before. Rejects with `RpcError`. */
export const listNewestTurns = async (
	through: ServerConnection,
	threadId: string,
	limit: number,
): Promise<WireTurnsPage> => {
	const params = {threadId, limit, sortDirection: 'desc', itemsView: 'notLoaded'};
	return decodeTurnsPage(await through.ask('thread/turns/list', params)) ?? emptyPage;
};

const outcomeOf = (error: unknown): JoinOutcome => {
	if (!(error instanceof RpcError))
		return {kind: 'failed', why: error instanceof Error ? error.message : String(error)};
	if (error.kind === 'closed') return {kind: 'gone'};
	if (/no rollout found/i.test(error.message)) return {kind: 'waiting', reason: 'noTurnYet'};
	if (/already has an active writer/i.test(error.message)) return {kind: 'waiting', reason: 'ownedElsewhere'};
	if (/thread not (loaded|found)/i.test(error.message)) return {kind: 'waiting', reason: 'notLoaded'};
	return {kind: 'failed', why: error.message};
};

/** Names the commands that run now, for whoever joined in their middle. An old server cannot say: then nobody. */
export const describeRunningCommands = async (
	through: ServerConnection,
	threadId: string,
): Promise<readonly RunningCommand[]> => {
	try {
		const raw = await through.ask('thread/backgroundTerminals/list', {threadId});
		return listOf(asRecord(raw)?.data, decodeRunningCommand) ?? [];
	} catch (error) {
		if (error instanceof RpcError) return [];
		throw error;
	}
};

const decodeRunningCommand = (value: unknown): RunningCommand | undefined => {
	const raw = asRecord(value);
	const itemId = asString(raw?.itemId);
	const command = asString(raw?.command);
	const cwd = asString(raw?.cwd);
	if (itemId === undefined || command === undefined) return undefined;
	return cwd === undefined ? {itemId, command} : {itemId, command, cwd};
};
