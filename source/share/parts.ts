/** What the parts of the gateway share: one of each for a share, made by gateway.ts. Types only. */
import type {Environment} from '../app-server/connection.ts';
import type {Family} from './family.ts';
import type {FanOut} from './fan-out.ts';
import type {Guest} from './guest.ts';
import type {InProgress} from './in-progress.ts';
import type {ShareNews} from './news.ts';
import type {Requests} from './requests.ts';
import type {Turnstile} from './turnstile.ts';
import type {Upstream} from './upstream.ts';

export type Parts = {
	readonly environment: Environment;
	readonly upstream: Upstream;
	/** What a guest asks of the server goes through here. */
	readonly turnstile: Turnstile;
	readonly family: Family;
	readonly requests: Requests;
	readonly inProgress: InProgress;
	readonly fanOut: FanOut;
	/** Everybody who has said who he is. */
	readonly guests: ReadonlySet<Guest>;
	readonly onNews: (news: ShareNews) => void;
};
