/**
 * Pending server requests of this thread: added when asked, removed only when the server says `resolved`.
 *
 * Invariants: one entry per request id (ids start at 0 and may be strings: compared by type and value); a request
 * that was asked again under the same id keeps its place. Called by reduce.ts.
 */
import {asNumber, asRecord, asString} from '../protocol/fields.ts';
import type {RpcId, WireServerRequest} from '../protocol/types.ts';
import {itemId} from './items.ts';
import type {PendingRequest, ThreadState} from './state.ts';
import {turnId} from './turns.ts';

/** `requested`: first asked, or replayed with its original id after a subscription. */
export const addRequest = (state: ThreadState, request: WireServerRequest, atMs: number): ThreadState => {
	const params = asRecord(request.params);
	// Old servers name the thread `conversationId` and the item `callId`.
	const thread = asString(params?.threadId) ?? asString(params?.conversationId);
	if (params === undefined || state.info === undefined || thread !== state.info.id) return state;
	const turn = asString(params.turnId);
	const item = asString(params.itemId) ?? asString(params.callId);
	const held = state.requests.find(({id}) => id === request.id);
	const pending: PendingRequest = {
		id: request.id,
		method: request.method,
		turnId: turn === undefined ? undefined : turnId(turn),
		itemId: item === undefined ? undefined : itemId(item),
		receivedAtMs: held?.receivedAtMs ?? atMs,
		startedAtMs: asNumber(params.startedAtMs),
		params: request.params,
	};
	const requests =
		held === undefined
			? [...state.requests, pending]
			: state.requests.map(other => (other === held ? pending : other));
	return {...state, requests};
};

/** `serverRequest/resolved`: by us, by somebody else, or void. The only way out of the list but a hydration. */
export const resolveRequest = (state: ThreadState, id: RpcId): ThreadState => {
	if (!state.requests.some(request => request.id === id)) return state;
	return {...state, requests: state.requests.filter(request => request.id !== id)};
};
