/**
 * One direction of a line that may be slow, late or stopped. Used by fault-proxy.ts.
 *
 * Invariants: bytes leave unchanged and in order; what cannot leave is not read either, so that whoever sends feels the
 * slowness as on a real line; an end is passed on after the last byte.
 */
import type {Socket} from 'node:net';

export type Pace = {readonly bytes: number; readonly everyMs: number};

export type Pump = {
	pass(chunk: Buffer): void;
	/** Nothing leaves and nothing is read. */
	hold(): void;
	release(): void;
	throttle(pace: Pace | undefined): void;
	/** Each byte leaves so much later than it came. */
	delay(ms: number): void;
};

const mostWaitingBytes = 16 * 1024;

type Piece = {readonly bytes: Buffer; readonly dueAtMs: number};

export const createPump = (source: Socket, target: Socket): Pump => {
	const waiting: Piece[] = [];
	let waitingBytes = 0;
	let isHeld = false;
	let isFull = false;
	let isOver = false;
	let pace: Pace | undefined;
	let delayMs = 0;
	let timer: NodeJS.Timeout | undefined;

	const write = (bytes: Buffer): void => {
		waitingBytes -= bytes.length;
		isFull = !target.write(bytes);
	};
	const again = (ms: number): void => {
		timer = setTimeout(() => {
			timer = undefined;
			flush();
		}, ms);
	};
	const leave = (): void => {
		while (!isHeld && !isFull && timer === undefined) {
			const [first] = waiting;
			if (first === undefined) return;
			const earlyMs = first.dueAtMs - performance.now();
			if (earlyMs > 0) {
				again(earlyMs);
				return;
			}
			const size = pace?.bytes ?? first.bytes.length;
			if (size < first.bytes.length) waiting[0] = {...first, bytes: first.bytes.subarray(size)};
			else waiting.shift();
			write(first.bytes.subarray(0, size));
			if (pace !== undefined) again(pace.everyMs);
		}
	};
	const flush = (): void => {
		if (target.destroyed) return;
		leave();
		const isSlow = isHeld || isFull || waitingBytes > mostWaitingBytes;
		if (isSlow) source.pause();
		else source.resume();
		if (isOver && waiting.length === 0) target.destroySoon();
	};

	target.on('drain', () => {
		isFull = false;
		flush();
	});
	target.on('close', () => clearTimeout(timer));
	for (const ending of ['end', 'close'] as const) {
		source.on(ending, () => {
			isOver = true;
			flush();
		});
	}

	return {
		pass(chunk) {
			if (chunk.length > 0) waiting.push({bytes: chunk, dueAtMs: performance.now() + delayMs});
			waitingBytes += chunk.length;
			flush();
		},
		hold() {
			isHeld = true;
			flush();
		},
		release() {
			isHeld = false;
			flush();
		},
		throttle(next) {
			pace = next;
			flush();
		},
		delay(ms) {
			delayMs = ms;
		},
	};
};
