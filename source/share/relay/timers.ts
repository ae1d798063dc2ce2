/** The timers of a relay, counted, so that it can be seen that none outlives its connection. Made by relay.ts. */
import type {Environment} from '../../app-server/connection.ts';

export type Timers = Pick<Environment, 'later' | 'nowMs'> & {readonly count: () => number};

export const createTimers = (environment: Environment): Timers => {
	const running = new Set<object>();
	return {
		nowMs: environment.nowMs,
		later(delayMs, task) {
			const timer = {};
			running.add(timer);
			const cancel = environment.later(delayMs, () => {
				running.delete(timer);
				task();
			});
			return () => {
				running.delete(timer);
				cancel();
			};
		},
		count: () => running.size,
	};
};
