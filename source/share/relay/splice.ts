/**
 * Carries bytes between two sockets, both ways and unread, until both have ended. Invariant: whoever does not read
 * stops the other from being read, so that no more than what the system buffers for two sockets is held here; an end of
 * one way is passed on as such, and the other way goes on. Called by relay.ts.
 */
import type {Socket} from 'node:net';
import type {RelayLimits} from './limits.ts';
import {createPace, type Pace} from './pace.ts';
import type {Timers} from './timers.ts';

export type SpliceOptions = {
	readonly limits: Pick<RelayLimits, 'bytesPerSecondOfPair' | 'idleMs'>;
	readonly timers: Timers;
	/** Both sockets are gone. Told once. */
	readonly onEnd: () => void;
};

/** Both sockets allow a half-open connection, and nobody else reads them. */
export const splice = (one: Socket, other: Socket, {limits, timers, onEnd}: SpliceOptions): void => {
	const pace = createPace(limits.bytesPerSecondOfPair, timers.nowMs);
	let passedAtMs = timers.nowMs();
	const onPassed = (): void => {
		passedAtMs = timers.nowMs();
	};
	const stops = [
		carry({from: one, to: other, pace, timers, onPassed}),
		carry({from: other, to: one, pace, timers, onPassed}),
	];
	// One timer for each pair, set anew only when it rings: bytes cost none.
	let cancelIdle = (): void => {};
	const watch = (): void => {
		const leftMs = limits.idleMs - (timers.nowMs() - passedAtMs);
		if (leftMs > 0) {
			cancelIdle = timers.later(leftMs, watch);
			return;
		}
		one.destroy();
		other.destroy();
	};
	watch();
	let open = 2;
	const onClose = (): void => {
		open -= 1;
		if (open > 0) return;
		cancelIdle();
		for (const stop of stops) stop();
		onEnd();
	};
	for (const socket of [one, other]) {
		if (socket.closed) onClose();
		else socket.once('close', onClose);
	}
};

type Way = {
	readonly from: Socket;
	readonly to: Socket;
	readonly pace: Pace;
	readonly timers: Timers;
	readonly onPassed: () => void;
};

/** Returns what gives its timer back. */
const carry = ({from, to, pace, timers, onPassed}: Way): (() => void) => {
	let cancelPause: (() => void) | undefined;
	const goOn = (): void => {
		if (cancelPause === undefined && !to.writableNeedDrain) from.resume();
	};
	from.on('data', (chunk: Buffer) => {
		onPassed();
		const hasRoom = to.write(chunk);
		const pauseMs = pace.passed(chunk.length);
		if (pauseMs > 0) {
			cancelPause = timers.later(pauseMs, () => {
				cancelPause = undefined;
				goOn();
			});
		}
		if (!hasRoom || pauseMs > 0) from.pause();
	});
	from.on('end', () => to.end());
	// What came before a line broke still goes out; if nobody takes it, the pair is idle.
	from.on('close', () => to.destroySoon());
	to.on('drain', goOn);
	goOn();
	return () => cancelPause?.();
};
