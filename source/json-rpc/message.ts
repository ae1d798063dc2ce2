/**
 * The vocabulary of the peer: JSON, ids, and what arrives. Pure types and constants; knows no Codex and no
 * transport. Whoever drives a peer reads `Inbound`.
 */

import type {Json, RpcId} from '../protocol/types.ts';
import type {RpcError} from './errors.ts';

export type {Json, RpcId} from '../protocol/types.ts';

export type Arrival = {
	/** Of the frame. */
	readonly bytes: number;
	/** When this process received it, by the clock it was given. */
	readonly atMs: number;
	/** The frame as it came, for whoever asked for that (`keepText`): not safe to print raw. */
	readonly text?: string;
};

export type Inbound =
	| (Arrival & {
			readonly kind: 'notification';
			readonly method: string;
			/** Null when there were none. */
			readonly params: Json;
			/** When the server says it emitted it, ms since the epoch. */
			readonly emittedAtMs?: number;
	  })
	/** The server asks. There is no function to answer. */
	| (Arrival & {
			readonly kind: 'request';
			readonly id: RpcId;
			readonly method: string;
			/** Null when there were none. */
			readonly params: Json;
	  })
	| (Arrival & {
			readonly kind: 'response';
			readonly id: number;
			/** Of our request. */
			readonly method: string;
			readonly outcome: RpcOutcome;
	  })
	/** Not a message: shown and counted, never acted on. */
	| (Arrival & {
			readonly kind: 'malformed';
			readonly reason: string;
			/** The beginning, at most 200 characters, as it came: not safe to print raw. */
			readonly excerpt: string;
	  })
	/** A response to nothing that we wait for: unknown, answered before, or too late. */
	| (Arrival & {readonly kind: 'unsolicited'; readonly id: RpcId});

export type RpcOutcome =
	| {readonly ok: true; readonly result: Json}
	| {readonly ok: false; readonly error: RpcError};
