/**
 * The requests of the server, as the guests know them: ids of the share's own, who was shown what, whose answer went.
 *
 * Invariants: an id is never given twice while the share lasts (a restarted server begins at 0 again, and an old answer
 * must not hit a new request); one answer at most goes to the server; nobody answers what he was not shown on this
 * connection. Pure bookkeeping, held by gateway.ts.
 */
import {isDeepStrictEqual} from 'node:util';
import {asRecord, asString} from '../protocol/fields.ts';
import type {Json, RpcId, WireServerRequest} from '../protocol/types.ts';

export type Asked = {
	/** Of the share: what guests see. */
	readonly id: number;
	/** Of the server. */
	readonly upstreamId: RpcId;
	readonly method: string;
	readonly params: Json;
	/** Undefined: it belongs to no thread, and nobody is shown it. */
	readonly threadId: string | undefined;
};

/** An answer that went to the server. */
export type Given = {
	readonly by: string;
	/** The connection it came from. */
	readonly guestId: string;
	readonly answer: Json;
	readonly atMs: number;
};

export type AnswerCheck =
	| {readonly kind: 'open'; readonly asked: Asked}
	/** Unknown here, or never shown to this guest. */
	| {readonly kind: 'neverShown'}
	/** Somebody was first, or it is settled; `by` when that was one of us. */
	| {readonly kind: 'late'; readonly by: string | undefined};

export type Settled = {readonly asked: Asked; readonly given: Given | undefined};

export type Requests = {
	/**
	 * The server asks, or asks again. `isNew`: nobody here has been shown it yet; `replaced`: the one whose id the server
	 * has given to this one, without a word about it.
	 */
	readonly asked: (request: WireServerRequest) => {
		readonly asked: Asked;
		readonly isNew: boolean;
		readonly replaced?: number;
	};
	/** What is open in this thread and not answered by anybody here, oldest first. */
	readonly pending: (threadId: string) => readonly Asked[];
	readonly shown: (id: number, guestId: string) => void;
	readonly check: (id: RpcId, guestId: string) => AnswerCheck;
	/** The answer went to the server: every later one is late. */
	readonly gave: (id: number, given: Given) => void;
	/** The server says that it is settled. Undefined: it was never asked here. */
	readonly resolved: (upstreamId: RpcId) => Settled | undefined;
	readonly left: (guestId: string) => void;
	/**
	 * The upstream is gone, with everybody's view of it. What the next one asks again, word for word, gets its old id;
	 * whether an answer that was on its way arrived is unknown, so such a request is open again.
	 */
	readonly lost: () => void;
	/** For tests: entries held. */
	readonly size: () => number;
};

type Entry = {readonly asked: Asked; readonly shownTo: Set<string>; given: Given | undefined};

/** Settled ones that are remembered, to tell a late answerer who was first. */
const mostRemembered = 200;

/** Old servers name the thread `conversationId`. */
export const threadOf = (params: Json): string | undefined => {
	const fields = asRecord(params);
	return asString(fields?.threadId) ?? asString(fields?.conversationId);
};

const isSame = (held: Asked, {id, method, params}: WireServerRequest): boolean =>
	held.upstreamId === id && held.method === method && isDeepStrictEqual(held.params, params);

export const createRequests = (): Requests => {
	let nextId = 1;
	/** By the server's id; a number and a string are two keys. */
	const open = new Map<RpcId, Entry>();
	const byId = new Map<number, Entry>();
	/** What was open when the upstream was lost. */
	let before: readonly Asked[] = [];
	const settled = new Map<number, {readonly by: string | undefined; readonly shownTo: ReadonlySet<string>}>();

	const close = ({asked, given, shownTo}: Entry, by: string | undefined = given?.by): void => {
		open.delete(asked.upstreamId);
		byId.delete(asked.id);
		settled.set(asked.id, {by, shownTo});
		const [oldest] = settled.keys();
		if (settled.size > mostRemembered && oldest !== undefined) settled.delete(oldest);
	};

	return {
		asked(request) {
			const held = open.get(request.id);
			if (held !== undefined && isSame(held.asked, request)) return {asked: held.asked, isNew: false};
			if (held !== undefined) close(held, undefined);
			const again = before.find(asked => isSame(asked, request));
			before = before.filter(asked => asked !== again);
			const asked = again ?? {
				id: nextId++,
				upstreamId: request.id,
				method: request.method,
				params: request.params,
				threadId: threadOf(request.params),
			};
			const entry: Entry = {asked, shownTo: new Set(), given: undefined};
			open.set(request.id, entry);
			byId.set(asked.id, entry);
			return {asked, isNew: true, ...(held !== undefined && {replaced: held.asked.id})};
		},
		pending: threadId =>
			[...open.values()]
				.filter(({asked, given}) => asked.threadId === threadId && given === undefined)
				.map(({asked}) => asked),
		shown(id, guestId) {
			byId.get(id)?.shownTo.add(guestId);
		},
		check(id, guestId) {
			if (typeof id !== 'number') return {kind: 'neverShown'};
			const entry = byId.get(id);
			if (entry === undefined) {
				const past = settled.get(id);
				return past?.shownTo.has(guestId) ? {kind: 'late', by: past.by} : {kind: 'neverShown'};
			}
			if (!entry.shownTo.has(guestId)) return {kind: 'neverShown'};
			return entry.given === undefined
				? {kind: 'open', asked: entry.asked}
				: {kind: 'late', by: entry.given.by};
		},
		gave(id, given) {
			const entry = byId.get(id);
			if (entry !== undefined) entry.given ??= given;
		},
		resolved(upstreamId) {
			const entry = open.get(upstreamId);
			if (entry === undefined) return undefined;
			close(entry);
			return {asked: entry.asked, given: entry.given};
		},
		left(guestId) {
			for (const {shownTo} of byId.values()) shownTo.delete(guestId);
		},
		lost() {
			before = [...open.values()].map(({asked}) => asked);
			open.clear();
			byId.clear();
			settled.clear();
		},
		size: () => open.size + byId.size + settled.size + before.length,
	};
};
