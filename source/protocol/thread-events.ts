/**
 * What can happen to a thread, as the session tells it and the reducer takes it: told once for both, because neither
 * may import the other. The session adds when it arrived (`thread/events.ts`).
 */
import type {
	WireNotification,
	WireResumeResponse,
	WireServerRequest,
	WireThread,
	WireTurnsPage,
} from './types.ts';

export type RunningCommand = {readonly itemId: string; readonly command: string; readonly cwd?: string};

export type UntimedThreadEvent =
	/** A subscription began (first or again): turns of `page` replace the newest turns that we hold. */
	| {
			readonly type: 'hydrated';
			readonly response: WireResumeResponse;
			/** Newest first. */
			readonly page: WireTurnsPage;
	  }
	/** An older page of history, asked for by scrolling up. Newest first. */
	| {readonly type: 'olderTurnsLoaded'; readonly page: WireTurnsPage}
	/** The newest turns, without their items: those before them may go. Newest first. */
	| {readonly type: 'turnsPagedOut'; readonly page: WireTurnsPage}
	/** Newest turns listed again (after a doubt); merged by id. Newest first. */
	| {readonly type: 'turnsRelisted'; readonly page: WireTurnsPage}
	/** Metadata only: a thread that is not (yet) subscribed. */
	| {readonly type: 'threadDescribed'; readonly thread: WireThread}
	/** What `thread/backgroundTerminals/list` says about running commands, to name a command whose start was missed. */
	| {
			readonly type: 'runningCommandsListed';
			readonly commands: readonly RunningCommand[];
	  }
	| {readonly type: 'notified'; readonly notification: WireNotification}
	| {readonly type: 'requested'; readonly request: WireServerRequest}
	/** The connection broke: from here to the next `hydrated` the state is stale. */
	| {readonly type: 'disconnected'};
