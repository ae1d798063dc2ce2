/** What a session tells, in wire order, to its one listener. Past tense: all of this has happened. */
import type {
	RpcId,
	WireNotification,
	WireResumeResponse,
	WireServerRequest,
	WireThread,
	WireTurnsPage,
} from '../protocol/types.ts';
import type {ServerInfo, Traffic} from './connection.ts';
import type {ConnectionState} from './connection-state.ts';

/** A thread event before the session stamps it with the time of its arrival. The shapes of `thread/events.ts`. */
export type UntimedThreadEvent =
	| {readonly type: 'hydrated'; readonly response: WireResumeResponse; readonly page: WireTurnsPage}
	| {readonly type: 'olderTurnsLoaded'; readonly page: WireTurnsPage}
	| {readonly type: 'turnsRelisted'; readonly page: WireTurnsPage}
	| {readonly type: 'threadDescribed'; readonly thread: WireThread}
	| {readonly type: 'runningCommandsListed'; readonly commands: readonly RunningCommand[]}
	| {readonly type: 'notified'; readonly notification: WireNotification}
	| {readonly type: 'requested'; readonly request: WireServerRequest}
	| {readonly type: 'disconnected'};

export type RunningCommand = {readonly itemId: string; readonly command: string; readonly cwd?: string};

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
