/** What the share (`gateway.ts`) is to whoever makes one. Types only. */
import type {Environment} from '../app-server/connection.ts';
import type {Opened} from '../app-server/session-contract.ts';
import type {Role, ShareDescription} from '../protocol/share.ts';
import type {VisitorChannel} from '../transport/door.ts';
import type {Invitations, Pass} from './invitations.ts';
import type {ShareNews} from './news.ts';
import type {UpstreamOptions} from './upstream.ts';

export type Wanted = {
	readonly name: string;
	readonly role: Role;
	readonly expiresInMs?: number;
	readonly once?: boolean;
};

/** `why`: a sentence for the guests. `isWanted`: by the owner; else the server is gone. */
export type Ending = {readonly why: string; readonly isWanted: boolean};

export type GatewayOptions = {
	readonly sessionOptions: Omit<UpstreamOptions, 'environment'>;
	/** The thread that is shared, with its sub-agents. */
	readonly threadId: string;
	readonly invitations: Invitations;
	readonly ownerName: string;
	readonly environment: Environment;
	/** A UUID. */
	readonly newId: () => string;
	/** Where guests can come in now, for people. */
	readonly doors: () => readonly string[];
	/** Invites, and makes the link. Throws an error whose message is a sentence. */
	readonly invite: (wanted: Wanted) => string;
	/** For the owner's log. */
	readonly onNews: (news: ShareNews) => void;
	/** An owner asked for the end, or the server is gone for good; whoever made the share ends it (`end`). */
	readonly onEnd: (ending: Ending) => void;
};

export type Gateway = {
	/** Takes an open connection over, or opens one. */
	readonly start: (opened?: Opened) => void;
	/** Serves somebody who was let in; the owner's own Jumpseat comes as `owner`. */
	readonly welcome: (pass: Pass | 'owner', channel: VisitorChannel) => void;
	/** Shown on the owner's own screen, if he has one here. */
	readonly tellOwner: (sentence: string) => void;
	readonly describe: () => ShareDescription;
	/** Counts at once. Throws an error whose message is a sentence. */
	readonly setRole: (name: string, role: Role) => void;
	/** The invitation is void, and whoever came in by it is sent away. Throws as `setRole`. */
	readonly remove: (name: string) => void;
	/** What is held for guests: back to nothing when the last one is gone. */
	readonly counts: () => {
		readonly connections: number;
		/** Those of them that said who they are. */
		readonly guests: number;
		/** Requests, open and remembered, and what is known of who saw them. */
		readonly requests: number;
	};
	/** Sends everybody away, with `why`, and leaves the server. Never rejects. */
	readonly end: (why: string) => Promise<void>;
};
