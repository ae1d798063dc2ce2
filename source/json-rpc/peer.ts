/**
 * Our end of the conversation: numbers our requests, matches their responses, and hands everything that
 * arrives, responses included, to one ordered inbox, synchronously and in wire order. Invariants: no frame
 * makes it throw; nothing leaves unless `permit` allows it; every promise settles; a request of the server is
 * answered at most once, only while it is open here, and never with an error: there is no way to send one.
 * Driven by app-server/; knows no Codex, no socket and no clock of its own.
 */
import {decodeMessage, excerptOf} from './decode.ts';
import {RpcError, rpcErrorFrom} from './errors.ts';
import type {Arrival, Inbound, Json, RpcId, RpcOutcome} from './message.ts';

export {RpcError, type RpcErrorKind} from './errors.ts';
export type {Inbound, Json, RpcId, RpcOutcome} from './message.ts';

export type PeerOptions = {
	/** Stamps what arrives, ms since the epoch. */
	readonly nowMs: () => number;
	/** The gate: throws to refuse. What it throws comes out of `request` and `notify`; nothing was sent then. */
	readonly permit: (message: {readonly method: string; readonly params: Json}) => void;
	/** The gate for answers: throws to refuse. */
	readonly permitAnswer: (answer: {readonly method: string; readonly result: Json}) => void;
	/** The inbox. May call `request`. */
	readonly onInbound: (message: Inbound) => void;
	/** Hands on each frame's text beside what it says. Default: no, a long history costs memory once. */
	readonly keepText?: boolean;
	/** Runs something later and gives back the way to call it off. Default: `setTimeout`. */
	readonly startTimer?: (delayMs: number, run: () => void) => () => void;
};

export type RequestHandle = {
	readonly id: number;
	/**
	 * Settles after `onInbound` was told of the response; rejects with RpcError. Its continuations run after all
	 * frames of the same burst: order matters only in the inbox. May be left alone: it never counts as unhandled.
	 */
	readonly response: Promise<unknown>;
};

export type Peer = {
	/** @throws what `permit` throws. A connection that is gone rejects `response` instead. */
	readonly request: (method: string, params: Json, options?: {readonly timeoutMs?: number}) => RequestHandle;
	/** Without `params` none are sent. @throws what `permit` or the channel throws */
	readonly notify: (method: string, params?: Json) => void;
	/**
	 * Answers a request of the server. False when it is not open here: never asked, answered already, forgotten.
	 * @throws what `permitAnswer` or the channel throws; the request stays open then
	 */
	readonly answer: (id: RpcId, result: Json) => boolean;
	/** The request of the server is settled: nobody here may answer it any more. */
	readonly forget: (id: RpcId) => void;
	readonly receive: (frame: {readonly text: string; readonly bytes: number}) => void;
	/** The connection ended: rejects all that is pending (kind `closed`). What comes later is ignored. */
	readonly closeAll: (reason: Error) => void;
	/** Requests without an answer yet. */
	readonly pendingCount: number;
};

type Pending = {
	readonly method: string;
	readonly resolve: (result: Json) => void;
	readonly reject: (error: RpcError) => void;
	readonly stopTimer: () => void;
};

export const createPeer = (
	channel: {readonly send: (text: string) => void},
	{nowMs, permit, permitAnswer, onInbound, keepText = false, startTimer = startTimeout}: PeerOptions,
): Peer => {
	const pending = new Map<RpcId, Pending>();
	/** Requests of the server that are open, and their methods. */
	const asked = new Map<RpcId, string>();
	let nextId = 1;
	let closed: RpcError | undefined;

	/** Takes a request off the list; whoever holds it settles it. */
	const take = (id: RpcId): Pending | undefined => {
		const call = pending.get(id);
		pending.delete(id);
		call?.stopTimer();
		return call;
	};

	const settle = (id: RpcId, outcome: RpcOutcome, arrival: Arrival): void => {
		const call = take(id);
		if (call === undefined || typeof id !== 'number') {
			onInbound({kind: 'unsolicited', id, ...arrival});
			return;
		}
		try {
			onInbound({kind: 'response', id, method: call.method, outcome, ...arrival});
		} finally {
			if (outcome.ok) call.resolve(outcome.result);
			else call.reject(outcome.error);
		}
	};

	return {
		request: (method, params, {timeoutMs} = {}) => {
			permit({method, params});
			const id = nextId++;
			const response = new Promise<Json>((resolve, reject) => {
				if (closed !== undefined) {
					reject(closed);
					return;
				}
				const giveUp = (): void => take(id)?.reject(timedOut(method, timeoutMs ?? 0));
				const stopTimer = timeoutMs === undefined ? () => {} : startTimer(timeoutMs, giveUp);
				pending.set(id, {method, resolve, reject, stopTimer});
				try {
					channel.send(JSON.stringify({id, method, params}));
				} catch (error) {
					take(id)?.reject(closedBy(error));
				}
			});
			// The inbox is the truth; who drives by it need not look at the promise.
			response.catch(() => {});
			return {id, response};
		},
		notify: (method, params) => {
			permit({method, params: params ?? null});
			if (closed !== undefined) throw closed;
			channel.send(JSON.stringify({method, params}));
		},
		answer: (id, result) => {
			const method = asked.get(id);
			if (method === undefined) return false;
			if (closed !== undefined) throw closed;
			permitAnswer({method, result});
			channel.send(JSON.stringify({id, result}));
			asked.delete(id);
			return true;
		},
		forget: id => {
			asked.delete(id);
		},
		receive: ({text, bytes}) => {
			if (closed !== undefined) return;
			const message = decodeMessage(text);
			const arrival = {bytes, atMs: nowMs(), ...(keepText && {text})};
			switch (message.kind) {
				case 'request':
					asked.set(message.id, message.method);
					onInbound({...message, ...arrival});
					return;
				case 'notification':
					onInbound({...message, ...arrival});
					return;
				case 'result':
					settle(message.id, {ok: true, result: message.result}, arrival);
					return;
				case 'error':
					settle(message.id, {ok: false, error: rpcErrorFrom(message.error)}, arrival);
					return;
				case 'empty':
					settle(message.id, {ok: false, error: emptyAnswer()}, arrival);
					return;
				case 'malformed':
					onInbound({kind: 'malformed', reason: message.reason, excerpt: excerptOf(text), ...arrival});
					return;
			}
		},
		closeAll: reason => {
			closed ??= closedBy(reason);
			asked.clear();
			for (const id of [...pending.keys()]) take(id)?.reject(closed);
		},
		get pendingCount() {
			return pending.size;
		},
	};
};

const emptyAnswer = (): RpcError =>
	new RpcError({kind: 'malformed', message: 'The server answered with neither a result nor an error.'});

const timedOut = (method: string, timeoutMs: number): RpcError =>
	new RpcError({
		kind: 'timeout',
		message: `The server did not answer ${method} within ${timeoutMs / 1000} s.`,
	});

const closedBy = (reason: unknown): RpcError =>
	new RpcError({
		kind: 'closed',
		message: reason instanceof Error ? reason.message : 'The connection is closed.',
		cause: reason,
	});

const startTimeout = (delayMs: number, run: () => void): (() => void) => {
	const timer = setTimeout(run, delayMs);
	return () => clearTimeout(timer);
};
