/** A terminal and a clock that obey the test: nothing is drained, answered or late unless the test says so. */
import {EventEmitter} from 'node:events';
import type {Clock} from '../../source/screen/clock.ts';
import type {Size} from '../../source/screen/frame.ts';
import type {TerminalOutput} from '../../source/screen/outlet.ts';

export type FakeClock = Clock & {advance(milliseconds: number): void};

export const createFakeClock = (): FakeClock => {
	let nowMs = 0;
	let timers: Array<{readonly atMs: number; readonly callback: () => void}> = [];
	return {
		nowMs: () => nowMs,
		setTimeout(callback, delayMs) {
			const timer = {atMs: nowMs + delayMs, callback};
			timers.push(timer);
			return () => {
				timers = timers.filter(other => other !== timer);
			};
		},
		advance(milliseconds) {
			const untilMs = nowMs + milliseconds;
			for (;;) {
				const [next] = timers.filter(({atMs}) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
				if (!next) break;
				nowMs = Math.max(nowMs, next.atMs);
				timers = timers.filter(timer => timer !== next);
				next.callback();
			}

			nowMs = untilMs;
		},
	};
};

export class FakeInput extends EventEmitter {
	readonly rawModes: boolean[] = [];
	isPaused = true;

	setRawMode(raw: boolean): this {
		this.rawModes.push(raw);
		return this;
	}

	resume(): this {
		this.isPaused = false;
		return this;
	}

	pause(): this {
		this.isPaused = true;
		return this;
	}

	type(bytes: string): void {
		this.emit('data', Buffer.from(bytes));
	}
}

export type FakeOutput = TerminalOutput & {
	/** All writes, also the one under way. */
	readonly written: string[];
	/** What was written synchronously. */
	readonly writtenSync: string[];
	/** While false, a write stays under way until `drain()`. */
	drainsAtOnce: boolean;
	drain(error?: Error): void;
	resize(size: Size): void;
};

export const createFakeOutput = (initial: Size): FakeOutput => {
	let size = initial;
	let underWay: ((error: Error | undefined) => void) | undefined;
	const resizes = new EventEmitter();
	const output: FakeOutput = {
		written: [],
		writtenSync: [],
		drainsAtOnce: true,
		size: () => size,
		write(bytes, done) {
			if (underWay) throw new Error('a second write while one is under way');
			output.written.push(bytes);
			if (output.drainsAtOnce) done(undefined);
			else underWay = done;
		},
		writeSync(bytes) {
			underWay = undefined;
			output.writtenSync.push(bytes);
		},
		drain(error) {
			const done = underWay;
			underWay = undefined;
			done?.(error);
		},
		onResize(listener) {
			resizes.on('resize', listener);
			return () => resizes.off('resize', listener);
		},
		resize(next) {
			size = next;
			resizes.emit('resize');
		},
	};
	return output;
};
