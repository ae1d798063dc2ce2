/** What `tail` and its two ways of writing, text and JSON, agree on. Types only. */

import type {AppState} from '../../app/state.ts';
import type {SessionEvent} from '../../app-server/session-events.ts';

export type Since = 'turn' | 'start' | 'now';

/** Since when turns are told: from `since` on at the first join; at a later one from the newest turn known before, or
 * (undefined) all that the join listed. */
export type From = {readonly since: Since} | {readonly newestTurnId: string | undefined};

export type TailWriter = {
	/** The thread was joined (or what is stored of it was read), and every turn that is asked for is in the state. */
	readonly onJoined: (state: AppState, from: From) => void;
	/** Each event, after it went into the state. `partial`: a turn that is asked for may be missing there. */
	readonly onEvent: (event: SessionEvent, state: AppState, history: 'whole' | 'partial') => void;
	/** A while after a later join: what is pending has been asked again, all of it. */
	readonly onReplayed: (state: AppState) => void;
};
