/** A guest's channel that reads only when told to, and a clock that goes only when told to. */
import type {OutletChannel} from '../../source/share/outlet.ts';

export const fakeTime = () => {
	let nowMs = 0;
	const timers = new Set<{readonly atMs: number; readonly task: () => void}>();
	return {
		environment: {
			nowMs: () => nowMs,
			later(delayMs: number, task: () => void) {
				const timer = {atMs: nowMs + delayMs, task};
				timers.add(timer);
				return () => {
					timers.delete(timer);
				};
			},
		},
		/** Lets time go by, with all that falls due meanwhile, in order. */
		pass(ms: number): void {
			const untilMs = nowMs + ms;
			for (;;) {
				const [next] = [...timers].filter(({atMs}) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
				if (next === undefined) break;
				timers.delete(next);
				nowMs = next.atMs;
				next.task();
			}
			nowMs = untilMs;
		},
		pending: () => timers.size,
	};
};

export const fakeChannel = () => {
	const sent: string[] = [];
	const listeners = new Set<() => void>();
	const channel = {
		sent,
		/** Whoever reads at once never has anything buffered. */
		reads: false,
		isClosed: false,
		tellsOfDrain: true,
		bufferedBytes: 0,
		send(frame: Buffer): void {
			if (channel.isClosed) throw new Error('closed');
			sent.push(frame.toString('utf8'));
			if (!channel.reads) channel.bufferedBytes += frame.length;
		},
		onDrain(listener: () => void) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		/** The other side takes so much of what is buffered. */
		drain(bytes = Number.POSITIVE_INFINITY): void {
			channel.bufferedBytes = Math.max(0, channel.bufferedBytes - bytes);
			if (channel.tellsOfDrain) for (const listener of [...listeners]) listener();
		},
		listeners: () => listeners.size,
		ended: [] as number[],
		end(code: number): void {
			channel.ended.push(code);
		},
	};
	return channel satisfies OutletChannel;
};
