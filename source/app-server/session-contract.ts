/** What a session (`session.ts`) is to those who hold one. Types only. */
import type {WireThread} from '../protocol/types.ts';
import type {ConnectionOptions, ServerConnection} from './connection.ts';
import type {PassOn} from './pass-on.ts';
import type {Reads} from './reads.ts';
import type {AskRoute} from './route.ts';
import type {Sends} from './sends.ts';
import type {SessionEvent} from './session-events.ts';

/** A connection that is open already, and what it just said about the thread. */
export type Opened = {readonly connection: ServerConnection; readonly described?: WireThread | undefined};

export type Session = Reads &
	Sends &
	PassOn & {
		/** Takes an open connection over, or opens one, and joins `threadId` (undefined: only connects). */
		readonly start: (threadId: string | undefined, opened?: Opened) => void;
		/** Leaves the present thread and joins another. */
		readonly openThread: (threadId: string) => void;
		/** Tries at once instead of waiting for the back-off or for the thread; also revives a failed session. */
		readonly retryNow: () => void;
		/** Unsubscribes and closes. Never rejects; takes half a second at most, whatever the server does. */
		readonly leave: () => Promise<void>;
	};

export type SessionOptions = ConnectionOptions & {
	readonly onEvent: (event: SessionEvent) => void;
	/** Without it, all threads are reached at `endpoint`. */
	readonly route?: AskRoute;
};
