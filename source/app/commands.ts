/** What a decision or an event asks of the world. Imperative, plain data; `commands/attach.tsx` carries it out. */
import type {Submission} from '../composer/delivery.ts';
import type {QueueCommand} from '../composer/queue.ts';
import type {OutgoingMethod} from '../protocol/methods.ts';
import type {Json, RpcId} from '../protocol/types.ts';

export type ShareMethod = Extract<OutgoingMethod, `jumpseat/share/${string}`>;

export type Command =
	| {readonly type: 'quit'; readonly exitCode: number}
	| {readonly type: 'suspend'}
	| {readonly type: 'repaint'}
	| {readonly type: 'copy'; readonly text: string}
	| {readonly type: 'setMouse'; readonly wheel: boolean}
	| {readonly type: 'openThread'; readonly threadId: string}
	| {readonly type: 'loadOlder'; readonly cursor: string}
	/** The newest two, unless it says more. */
	| {readonly type: 'relistTurns'; readonly newest?: number}
	/** Lets old turns go. */
	| {readonly type: 'pageOut'; readonly keep: number}
	| {readonly type: 'listThreads'}
	| {readonly type: 'retry'}
	/** Sends it, once; the outbox holds it already. */
	| {readonly type: 'sendMessage'; readonly submission: Submission}
	| {readonly type: 'interruptTurn'; readonly turnId: string}
	| {readonly type: 'answer'; readonly requestId: RpcId; readonly result: Json}
	| {readonly type: 'listQueue'}
	| {readonly type: 'changeQueue'; readonly change: QueueCommand}
	/** Runs a parked queue. */
	| {readonly type: 'startQueue'}
	/** Asks the share, as its owner; `done` is to be said when it took it. */
	| {readonly type: 'askShare'; readonly method: ShareMethod; readonly params: Json; readonly done: string}
	/** Read-only from now on, at the gate as well. */
	| {readonly type: 'observe'}
	/** Finds the thread that these words mean and opens it. */
	| {readonly type: 'findThread'; readonly wanted: string}
	/** Writes this text into a new file. */
	| {readonly type: 'export'; readonly file: string | undefined; readonly text: string}
	/** Tell a person who looks elsewhere. */
	| {readonly type: 'callPerson'; readonly text: string};
