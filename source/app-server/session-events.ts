/** What a session tells, in wire order, to its one listener. Past tense: all of this has happened. */
import type {UntimedThreadEvent} from '../protocol/thread-events.ts';
import type {RpcId, WireThread} from '../protocol/types.ts';
import type {ServerInfo, Traffic} from './connection.ts';
import type {ConnectionState} from './connection-state.ts';

export type SessionEvent =
	| {readonly type: 'connectionMoved'; readonly connection: ConnectionState; readonly atMs: number}
	| {readonly type: 'serverIdentified'; readonly server: ServerInfo}
	| {readonly type: 'traffic'; readonly traffic: Traffic}
	| {
			readonly type: 'threadEvent';
			readonly threadId: string;
			readonly event: UntimedThreadEvent & {readonly atMs: number};
	  }
	| {readonly type: 'threadChosen'; readonly threadId: string}
	| {readonly type: 'threadsListed'; readonly threads: readonly WireThread[]}
	| {readonly type: 'latencyMeasured'; readonly roundTripMs: number}
	/** The server took a message; `turnId` is the turn that it says it went into. */
	| {
			readonly type: 'messageAccepted';
			readonly messageId: string;
			readonly turnId: string | undefined;
			readonly atMs: number;
	  }
	/** A message did not go in, and why. */
	| {readonly type: 'messageRefused'; readonly messageId: string; readonly why: string; readonly atMs: number}
	/** The connection ended, or the answer never came: it may have gone in or not. */
	| {
			readonly type: 'messageUncertain';
			readonly messageId: string;
			readonly why: string;
			readonly atMs: number;
	  }
	/** Entries as the wire has them; `composer/queue.ts` decodes. */
	| {
			readonly type: 'queueListed';
			readonly threadId: string;
			readonly entries: readonly unknown[];
			readonly atMs: number;
	  }
	/** This server knows no `thread/queue/*`. */
	| {readonly type: 'queueUnsupported'}
	| {readonly type: 'answerSent'; readonly requestId: RpcId; readonly atMs: number}
	/** An answer did not leave, and why. */
	| {readonly type: 'answerRefused'; readonly requestId: RpcId; readonly why: string; readonly atMs: number}
	/** A read or a change failed; nothing else is known to have changed. */
	| {readonly type: 'askFailed'; readonly what: string; readonly why: string; readonly atMs: number};
