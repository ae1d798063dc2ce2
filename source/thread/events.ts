/**
 * The events that make a thread's state, in the one order in which the inbox delivered them. The response to
 * `thread/resume` is an event among the others (PROTOCOL: a promise continuation runs after the frames of the
 * same burst, so the order holds on the wire only).
 *
 * `atMs` is when this client received it (ms since the epoch, given from outside).
 */
import type {
	WireNotification,
	WireResumeResponse,
	WireServerRequest,
	WireThread,
	WireTurnsPage,
} from '../protocol/types.ts';

export type ThreadEvent =
	/** A subscription began (first or again): turns of `page` replace the newest turns that we hold. */
	| {
			readonly type: 'hydrated';
			readonly response: WireResumeResponse;
			/** Newest first. */
			readonly page: WireTurnsPage;
			readonly atMs: number;
	  }
	/** An older page of history, asked for by scrolling up. Newest first. */
	| {readonly type: 'olderTurnsLoaded'; readonly page: WireTurnsPage; readonly atMs: number}
	/** Newest turns listed again (after a doubt); merged by id. Newest first. */
	| {readonly type: 'turnsRelisted'; readonly page: WireTurnsPage; readonly atMs: number}
	/** Metadata only: a thread that is not (yet) subscribed. */
	| {readonly type: 'threadDescribed'; readonly thread: WireThread; readonly atMs: number}
	/** What `thread/backgroundTerminals/list` says about running commands, to name a command whose start was missed. */
	| {
			readonly type: 'runningCommandsListed';
			readonly commands: ReadonlyArray<{
				readonly itemId: string;
				readonly command: string;
				readonly cwd?: string;
			}>;
			readonly atMs: number;
	  }
	| {readonly type: 'notified'; readonly notification: WireNotification; readonly atMs: number}
	| {readonly type: 'requested'; readonly request: WireServerRequest; readonly atMs: number}
	/** The connection broke: from here to the next `hydrated` the state is stale. */
	| {readonly type: 'disconnected'; readonly atMs: number};
