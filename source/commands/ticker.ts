/**
 * The clock of the attached screen: once a second while something may depend on it, every ten seconds when nothing
 * has happened for a while and nothing on the screen shows time. A seat that only waits costs next to nothing.
 *
 * Invariant: within a second of any event there is a tick. Made by `attach`; time is injected.
 */
import type {Clock} from '../screen/clock.ts';

export type Ticker = {
	/** Something happened: the seconds count again. */
	stir(): void;
	stop(): void;
};

/** `stirred`: something happened since the last tick. */
export type Tick = (since: 'stirred' | 'still') => 'showsTime' | 'timeless';

export const tickMs = 1000;
export const calmTickMs = 10_000;
/** What follows from time alone — a request that was not replayed, a message unanswered — is decided by then. */
const calmAfterMs = 10_000;

export const createTicker = (clock: Clock, onTick: Tick): Ticker => {
	let since: 'stirred' | 'still' = 'still';
	let stirredAtMs = clock.nowMs();
	let pace = tickMs;
	let isStopped = false;
	let cancel = (): void => {};

	const wait = (nextPace: number): void => {
		pace = nextPace;
		cancel();
		if (!isStopped) cancel = clock.setTimeout(tick, pace);
	};
	const tick = (): void => {
		const before = since;
		since = 'still';
		const shows = onTick(before);
		const isCalm = shows === 'timeless' && clock.nowMs() - stirredAtMs >= calmAfterMs;
		wait(isCalm ? calmTickMs : tickMs);
	};

	wait(tickMs);
	return {
		stir() {
			since = 'stirred';
			stirredAtMs = clock.nowMs();
			if (pace !== tickMs) wait(tickMs);
		},
		stop() {
			isStopped = true;
			cancel();
		},
	};
};
