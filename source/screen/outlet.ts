/**
 * Bytes to the terminal without ever blocking the event loop: writes go to the descriptor asynchronously and in
 * order, and a terminal that takes nothing is asked again later. The driver is its only caller.
 */
import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import type {Clock} from './clock.ts';
import type {Size} from './frame.ts';

export type TerminalOutput = {
	size(): Size;
	/** Calls `done` once all bytes are with the kernel, or with the error that says the terminal is gone. One at a time. */
	write(bytes: string, done: (error: Error | undefined) => void): void;
	/** For the way out: drops what `write` still holds, then writes as much as the terminal takes in a third of a second. */
	writeSync(bytes: string): void;
	/** Calls back when the size changed; returns its disposal. */
	onResize(listener: () => void): () => void;
};

/** The part of `node:fs` that is used, so that tests can put a terminal of any temper behind it. */
export type DescriptorWriter = {
	write(
		descriptor: number,
		buffer: Buffer,
		offset: number,
		length: number,
		done: (error: NodeJS.ErrnoException | null, written: number) => void,
	): void;
	writeSync(descriptor: number, buffer: Buffer, offset: number, length: number): number;
};

const systemWriter: DescriptorWriter = {
	write: (descriptor, buffer, offset, length, done) =>
		fs.write(descriptor, buffer, offset, length, null, done),
	writeSync: (descriptor, buffer, offset, length) => fs.writeSync(descriptor, buffer, offset, length),
};

export type OutletOptions = {
	readonly descriptor: number;
	readonly clock: Clock;
	readonly size: () => Size;
	readonly onResize: (listener: () => void) => () => void;
	readonly writer?: DescriptorWriter;
};

const longestRetryMs = 16;
const syncRetryMs = 5;
const mostSyncRetries = 60;

const isBusy = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EINTR');

/** Sleeps without the event loop, which no longer turns in an exit handler. */
const sleepSync = (milliseconds: number): void => {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

export const createOutlet = ({
	descriptor,
	clock,
	size,
	onResize,
	writer = systemWriter,
}: OutletOptions): TerminalOutput => {
	/** Counts up when what was being written shall not go on. */
	let generation = 0;

	const writeFrom = (
		buffer: Buffer,
		offset: number,
		retryMs: number,
		done: (error: Error | undefined) => void,
	): void => {
		const mine = generation;
		writer.write(descriptor, buffer, offset, buffer.length - offset, (error, written) => {
			if (mine !== generation) return;
			if (isBusy(error)) {
				clock.setTimeout(() => {
					if (mine === generation) writeFrom(buffer, offset, Math.min(2 * retryMs, longestRetryMs), done);
				}, retryMs);
			} else if (error) done(error);
			else if (offset + written < buffer.length) writeFrom(buffer, offset + written, 1, done);
			else done(undefined);
		});
	};

	return {
		size,
		onResize,
		write(bytes, done) {
			writeFrom(Buffer.from(bytes, 'utf8'), 0, 1, done);
		},
		writeSync(bytes) {
			generation++;
			const buffer = Buffer.from(bytes, 'utf8');
			let offset = 0;
			for (let retries = 0; offset < buffer.length && retries < mostSyncRetries; ) {
				try {
					offset += writer.writeSync(descriptor, buffer, offset, buffer.length - offset);
				} catch (error) {
					// Any other error means that nobody is there to see the rest.
					if (!isBusy(error)) return;
					retries++;
					sleepSync(syncRetryMs);
				}
			}
		},
	};
};

/**
 * A descriptor for the same terminal that never blocks. Linux lets us open it anew, so that the non-blocking flag
 * stays ours and other programs on the terminal do not inherit it; elsewhere the given descriptor has to do.
 */
export const openWithoutBlocking = (descriptor: number): number => {
	try {
		return fs.openSync(
			`/proc/self/fd/${descriptor}`,
			fs.constants.O_WRONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY,
		);
	} catch {
		return descriptor;
	}
};
