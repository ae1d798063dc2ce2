/**
 * Who has joined which thread: a guest's `thread/resume`, and what brings him up to date behind its answer — what is
 * being made now, then what is asked now, then whatever comes.
 *
 * Invariants: no thread is ever loaded for a guest; nothing is told twice to him or out of the wire order; the server
 * is left (`thread/unsubscribe`) for a sub-agent's thread that nobody here looks at any more.
 */
import type {ConnectionState, WaitReason} from '../app-server/connection-state.ts';
import {rpcCodes} from '../json-rpc/errors.ts';
import {asRecord, asString} from '../protocol/fields.ts';
import type {Json, RpcId} from '../protocol/types.ts';
import {createDescriptions, type Descriptions} from './descriptions.ts';
import {forward, refuseFor, toldTo} from './forward.ts';
import type {Guest} from './guest.ts';
import {listForGuest} from './list-for-guest.ts';
import type {Parts} from './parts.ts';
import type {Asked} from './requests.ts';
import type {CleanParams} from './rules.ts';
import {toldOf} from './told.ts';
import {isConnected} from './upstream.ts';

export type Joins = {
	readonly resume: (guest: Guest, id: RpcId, params: CleanParams) => Promise<void>;
	readonly unsubscribe: (guest: Guest, id: RpcId, params: CleanParams) => void;
	readonly list: (guest: Guest, id: RpcId, params: CleanParams) => Promise<void>;
	/** The guest is gone. */
	readonly left: (guest: Guest) => void;
	/** The server does not hold this thread any more: whoever wants it joins again. */
	readonly closed: (threadId: string) => void;
	/** Every notification of the server. */
	readonly heard: Descriptions['hear'];
	/** With the connection, all subscriptions are gone. */
	readonly lost: () => void;
};

/** As long as a guest waits for the share to be in the thread itself. */
const settleWithinMs = 12_000;
/** Threads of a family that one list tells; the newest are those somebody looks for. */
const mostListed = 100;
const readWithinMs = 15_000;

/** In the server's own words: clients read them. */
const sentenceOf = (reason: WaitReason, threadId: string): string => {
	switch (reason) {
		case 'noTurnYet':
			return `no rollout found for thread id ${threadId}`;
		case 'ownedElsewhere':
			return `thread ${threadId} already has an active writer`;
		case 'notLoaded':
		case 'noThread':
			return `thread not loaded: ${threadId}`;
	}
};

const settled = (state: ConnectionState): ConnectionState | undefined =>
	state.kind === 'live' || state.kind === 'waiting' || state.kind === 'failed' || state.kind === 'closed'
		? state
		: undefined;

export const createJoins = (parts: Parts, show: (guest: Guest, asked: Asked) => void): Joins => {
	const {upstream, turnstile, family, requests, inProgress, fanOut, guests} = parts;
	const descriptions = createDescriptions(parts.environment, threadId =>
		// In nobody's turn: all guests wait for the same answer.
		turnstile.pass('', () => upstream.forward('thread/read', {threadId}, {timeoutMs: readWithinMs})),
	);
	/** Resumes on their way, by thread: its subscription is wanted. */
	const joining = new Map<string, number>();
	/** Threads of sub-agents that we are subscribed to. */
	const subscribed = new Set<string>();

	const count = (threadId: string, more: 1 | -1): void => {
		const now = (joining.get(threadId) ?? 0) + more;
		if (now === 0) joining.delete(threadId);
		else joining.set(threadId, now);
	};

	const release = (threadId: string): void => {
		if (!subscribed.has(threadId) || joining.has(threadId)) return;
		if ([...guests].some(guest => guest.joined.has(threadId))) return;
		subscribed.delete(threadId);
		// Where it fails, the connection is gone, and the subscription with it.
		upstream.forward('thread/unsubscribe', {threadId}).catch(() => {});
	};

	/** Why this thread cannot be joined now; undefined when it can. */
	const obstacle = async (guest: Guest, threadId: string): Promise<string | undefined> => {
		if (threadId !== family.pinned) {
			const raw = await turnstile.pass(guest.name, () => upstream.forward('thread/read', {threadId}));
			const status = asString(asRecord(asRecord(asRecord(raw)?.thread)?.status)?.type);
			return status === undefined || status === 'notLoaded' ? sentenceOf('notLoaded', threadId) : undefined;
		}
		const state = await upstream.until(settled, settleWithinMs);
		if (state?.kind === 'live') return undefined;
		return sentenceOf(state?.kind === 'waiting' ? state.reason : 'notLoaded', threadId);
	};

	const bringUpToDate = (guest: Guest, threadId: string): void => {
		const since = inProgress
			.since(threadId)
			.filter(({method}) => guest.wants(method))
			.map(toldOf);
		guest.outlet.tell(since);
		guest.owes(since.reduce((sum, {frame}) => sum + frame.length, 0));
		for (const asked of requests.pending(threadId)) show(guest, asked);
		guest.joined.add(threadId);
	};

	return {
		async resume(guest, id, params) {
			const threadId = asString(params.threadId) ?? family.pinned;
			count(threadId, 1);
			try {
				const why = await obstacle(guest, threadId);
				if (!guest.isOpen()) return;
				if (why !== undefined) {
					guest.refuse(id, rpcCodes.invalidRequest, why);
					return;
				}
				await forward(parts, guest, {id, method: 'thread/resume', params}, () => {
					if (threadId !== family.pinned) subscribed.add(threadId);
					if (guest.isOpen()) bringUpToDate(guest, threadId);
				});
			} catch (error) {
				refuseFor(guest, id, error);
			} finally {
				count(threadId, -1);
				release(threadId);
			}
		},
		unsubscribe(guest, id, params) {
			const threadId = asString(params.threadId) ?? family.pinned;
			fanOut.flush();
			const was = guest.joined.delete(threadId);
			guest.respond(id, {status: was ? 'unsubscribed' : 'notSubscribed'});
			release(threadId);
		},
		async list(guest, id, params) {
			const [pinned, ...others] = family.ids();
			const wanted = [pinned ?? family.pinned, ...others.slice(-mostListed)];
			const answers = await Promise.all(wanted.map(descriptions.of));
			const threads = answers.flatMap(raw => {
				const {thread} = asRecord(toldTo(guest, 'thread/read', raw, parts)) ?? {};
				return thread === undefined ? [] : [thread as Json];
			});
			guest.respond(id, listForGuest(params, threads));
		},
		left(guest) {
			const threads = [...guest.joined];
			guest.joined.clear();
			if (isConnected(upstream.state())) threads.forEach(release);
		},
		closed(threadId) {
			subscribed.delete(threadId);
			fanOut.flush();
			for (const guest of guests) guest.joined.delete(threadId);
		},
		heard: descriptions.hear,
		lost() {
			subscribed.clear();
			descriptions.forget();
		},
	};
};
