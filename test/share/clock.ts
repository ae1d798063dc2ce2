/** A clock that stands until it is moved, and the timers on it. */
import type {Environment} from '../../source/app-server/connection.ts';

export type Clock = Environment & {
	/** Runs what is due on the way, in order, and lets promises settle after each. */
	readonly advance: (ms: number) => Promise<void>;
	/** The delays that were asked for, in order. */
	readonly delaysMs: number[];
	readonly pending: () => number;
};

const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

export const createClock = (random: () => number = () => 0): Clock => {
	let nowMs = 1_000_000;
	const timers = new Set<{readonly atMs: number; readonly task: () => void}>();
	const delaysMs: number[] = [];
	return {
		nowMs: () => nowMs,
		random,
		delaysMs,
		later: (delayMs, task) => {
			delaysMs.push(delayMs);
			const timer = {atMs: nowMs + delayMs, task};
			timers.add(timer);
			return () => timers.delete(timer);
		},
		advance: async ms => {
			const endMs = nowMs + ms;
			for (;;) {
				await settled();
				const [next] = [...timers].filter(({atMs}) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
				if (next === undefined) break;
				timers.delete(next);
				nowMs = Math.max(nowMs, next.atMs);
				next.task();
			}
			nowMs = endMs;
			await settled();
		},
		pending: () => timers.size,
	};
};
