/**
 * One stream of notifications to many guests: what comes in one moment is merged once and written out once, and every
 * outlet is handed the same frames.
 *
 * Invariants: order is kept, within the stream and with what `send` was given; who joins is told nothing that was told
 * before; the cost of a notification does not grow with the guests but for the sending itself. Called by the gateway.
 */
import type {Environment} from '../app-server/connection.ts';
import type {WireNotification} from '../protocol/types.ts';
import {coalesce} from './coalesce.ts';
import type {Outlet} from './outlet.ts';
import {toldOf} from './told.ts';

/** Two batches are at least this far apart; the first after a silence goes at once. Nobody sees it, and it halves much. */
export const batchGapMs = 10;

export type Hears = (notification: WireNotification) => boolean;

export type FanOut = {
	/** To everybody, in the next batch. */
	readonly tell: (notification: WireNotification) => void;
	/** To one, behind all that has been told so far: a response, a request. Not necessarily one who was added. */
	readonly send: (outlet: Outlet, text: string) => void;
	/** Whoever is added hears what is told from now on, if `hears` says so. Returns how to take the outlet out again. */
	readonly add: (outlet: Outlet, hears?: Hears) => () => void;
	/** The batch goes now. */
	readonly flush: () => void;
	/** Nothing goes out any more; the batch is dropped. */
	readonly stop: () => void;
};

export const createFanOut = (environment: Pick<Environment, 'nowMs' | 'later'>): FanOut => {
	const outlets = new Map<Outlet, Hears | undefined>();
	let batch: WireNotification[] = [];
	let sentAtMs = Number.NEGATIVE_INFINITY;
	let cancel: (() => void) | undefined;

	const flush = (): void => {
		cancel?.();
		cancel = undefined;
		if (batch.length === 0) return;
		const told = coalesce(batch).map(each => ({...toldOf(each), isShared: true}));
		batch = [];
		sentAtMs = environment.nowMs();
		// A guest who is cut off takes itself out meanwhile.
		for (const [outlet, hears] of [...outlets]) {
			outlet.tell(hears === undefined ? told : told.filter(({notification}) => hears(notification)));
		}
	};

	return {
		tell(notification) {
			if (outlets.size === 0) return;
			batch.push(notification);
			cancel ??= environment.later(Math.max(0, sentAtMs + batchGapMs - environment.nowMs()), flush);
		},
		send(outlet, text) {
			flush();
			outlet.send(text);
		},
		add(outlet, hears) {
			flush();
			outlets.set(outlet, hears);
			return () => {
				outlets.delete(outlet);
			};
		},
		flush,
		stop() {
			cancel?.();
			cancel = undefined;
			batch = [];
			outlets.clear();
		},
	};
};
