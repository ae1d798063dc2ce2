/**
 * Invitations that hold no more, removed by the owner or run out by the clock: told of once, at that moment, so that
 * whoever is in by them is sent away. Invariant: one timer, for the earliest expiry; none after `stop`. Made by
 * gateway.ts.
 */
import type {Environment} from '../app-server/connection.ts';
import type {Invitations, Pass} from './invitations.ts';

export type How = 'removed' | 'expired';

export type Withdrawn = {
	/** Why this pass does not hold any more; undefined while it does. */
	readonly complaint: (pass: Pass) => string | undefined;
	readonly stop: () => void;
};

export type WithdrawnOptions = {
	readonly invitations: Invitations;
	readonly environment: Pick<Environment, 'nowMs' | 'later'>;
	readonly ownerName: string;
	/** `why`: a sentence for whoever is in by this name. */
	readonly onWithdrawn: (name: string, how: How, why: string) => void;
};

/** A timer stands still while the machine sleeps, and the hour does not: so the clock is looked at now and then. */
const lookEveryMs = 60_000;

export const createWithdrawn = (options: WithdrawnOptions): Withdrawn => {
	const {invitations, environment, ownerName, onWithdrawn} = options;
	const sentences: Readonly<Record<How, string>> = {
		removed: `${ownerName} removed you from the share.`,
		expired: 'Your invitation has expired: ask for another.',
	};
	let cancel: (() => void) | undefined;

	const tell = (name: string, how: How): void => onWithdrawn(name, how, sentences[how]);
	const wait = (): void => {
		cancel?.();
		const atMs = invitations.nextExpiryAtMs();
		const delayMs = atMs === undefined ? 0 : Math.max(0, atMs - environment.nowMs());
		cancel = atMs === undefined ? undefined : environment.later(Math.min(delayMs, lookEveryMs), look);
	};
	const look = (): void => {
		for (const name of invitations.takeExpired()) tell(name, 'expired');
		wait();
	};
	const stops = [
		invitations.onInvited(wait),
		invitations.onRemoved(name => {
			tell(name, 'removed');
			wait();
		}),
	];
	wait();

	return {
		complaint(pass) {
			if (invitations.roleOf(pass) !== undefined) return undefined;
			return sentences[invitations.hasExpired(pass) ? 'expired' : 'removed'];
		},
		stop() {
			for (const stop of stops) stop();
			cancel?.();
			cancel = undefined;
		},
	};
};
