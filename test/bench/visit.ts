/**
 * One visit: a program attached to the thread, measured while it starts, idles, and shows one stream after the
 * other. The times are those at which its output arrived here; what it shows is read from the emulator afterwards.
 *
 * Invariant: a figure that was not measured is absent, never zero. Called by `run.ts`, once for each seat and run.
 */
import {setTimeout as later} from 'node:timers/promises';
import {openPty, type Pty} from '../support/pty.ts';
import {cpuMsOf, memoryOf} from './processes.ts';
import {endOfHistory, type StreamName, streams} from './scripts.ts';
import {personEnv, type Seat} from './seats.ts';
import type {Stage, StageInfo} from './stage-client.ts';
import {percentile} from './statistics.ts';

export const measurements = [
	'start',
	'requests',
	'idle',
	'steady',
	'fast',
	'keys',
	'burst',
	'memory',
	'slow',
] as const;
export type Measurement = (typeof measurements)[number];

/** Name of a figure → its value; the unit is in the name. */
export type Figures = Partial<Record<Figure, number>>;
export type Figure =
	| 'startMs'
	| 'startCpuMs'
	| 'requests'
	| 'idleCpuMs'
	| 'idleBytes'
	| `${StreamName}CpuMs`
	| `${StreamName}Bytes`
	| `${StreamName}Frames`
	| 'delayMedianMs'
	| 'delayP95Ms'
	| 'keyMedianMs'
	| 'keyP95Ms'
	| 'rssMb'
	| 'pssMb'
	| `slow${SlowRate}${'MedianMs' | 'P95Ms' | 'Bytes'}`;
/** Kilobytes a second. */
export const slowRates = [10, 40] as const;
export type SlowRate = (typeof slowRates)[number];

export type VisitOptions = {
	readonly stage: Stage;
	readonly info: StageInfo;
	readonly seat: Seat;
	readonly size: {readonly columns: number; readonly rows: number};
	readonly wanted: ReadonlySet<Measurement>;
};

const startTimeoutMs = 60_000;
const streamTimeoutMs = 120_000;
const idleMs = 60_000;
/** What a program still does after the last word belongs to the stream. */
const settleMs = 1000;
const keyCount = 40;
const keyEveryMs = 230;
const keyTimeoutMs = 5000;

const epochMs = (performanceMs: number, offsetMs: number): number => performanceMs + offsetMs;

/** When the output arrived that made the screen fit, in milliseconds of `performance.now()`. */
const seenAtMs = async (
	pty: Pty,
	fits: (lines: readonly string[]) => boolean,
	timeoutMs: number,
): Promise<number> => {
	let atMs = 0;
	await pty.waitFor(lines => {
		if (!fits(lines)) return false;
		atMs = pty.lastOutputAtMs();
		return true;
	}, timeoutMs);
	return atMs;
};

export const has =
	(text: string) =>
	(lines: readonly string[]): boolean =>
		lines.some(line => line.includes(text));

/** Counts the fences of our frames; the stock TUI has none. */
const countFrames = (pty: Pty): (() => number) => {
	let frames = 0;
	pty.onOutput(text => {
		frames += text.split('\u001B[5n').length - 1;
	});
	return () => frames;
};

/** Notes when each word of a stream is on the screen for the first time. */
export const watchWords = (pty: Pty): {readonly shownAtMs: ReadonlyMap<string, number>; stop: () => void} => {
	const shownAtMs = new Map<string, number>();
	let isOver = false;
	pty
		.waitFor(lines => {
			for (const line of lines) {
				for (const found of line.matchAll(/\b[a-z]{6}\b/g)) {
					if (!shownAtMs.has(found[0])) shownAtMs.set(found[0], pty.lastOutputAtMs());
				}
			}

			return isOver;
		}, streamTimeoutMs)
		.catch(() => undefined);
	return {
		shownAtMs,
		stop: () => {
			isOver = true;
		},
	};
};

/** Presses keys at a steady, slightly uneven pace; resolves with the delays. A key that shows nothing counts as the limit. */
const pressKeys = async (pty: Pty, seat: Seat): Promise<readonly number[]> => {
	const delays: number[] = [];
	for (let number = 0; number < keyCount; number++) {
		const {key, shown} = seat.probe(number);
		const pressedAtMs = performance.now();
		pty.type(key);
		const atMs = await seenAtMs(pty, shown, keyTimeoutMs).catch(() => pressedAtMs + keyTimeoutMs);
		delays.push(Math.max(0, atMs - pressedAtMs));
		const pauseMs = keyEveryMs + ((number * 37) % 60) - (performance.now() - pressedAtMs);
		await later(Math.max(0, pauseMs));
	}

	return delays;
};

/** Attaches through the recording proxy and counts what was asked for before the last line of history was there. */
export const countRequests = async (options: VisitOptions): Promise<Figures> => {
	const {stage, info, seat, size} = options;
	const endpoint = await stage.trip();
	const {command, args} = seat.start(info, endpoint);
	const pty = openPty(command, args, {...size, cwd: info.workdir, env: personEnv(info)});
	try {
		const atMs = Date.now() - performance.now() + (await seenAtMs(pty, has(endOfHistory), startTimeoutMs));
		const sent = await stage.sent();
		return {requests: sent.filter(request => request.atMs <= atMs).length};
	} finally {
		await pty.kill();
	}
};

export const visit = async (options: VisitOptions): Promise<Figures> => {
	const {stage, info, seat, size, wanted} = options;
	const figures: Figures = {};
	const offsetMs = Date.now() - performance.now();
	const {command, args} = seat.start(info, info.endpoint);
	const startedAtMs = performance.now();
	const pty = openPty(command, args, {...size, cwd: info.workdir, env: personEnv(info)});
	const frames = countFrames(pty);

	const playStream = async (name: StreamName, meanwhile?: () => Promise<void>): Promise<void> => {
		const {end} = streams[name];
		const words = name === 'steady' ? watchWords(pty) : undefined;
		const before = {cpuMs: cpuMsOf(pty.pid), bytes: pty.bytesReceived(), frames: frames()};
		const shown = seenAtMs(pty, has(end), streamTimeoutMs);
		const [played] = await Promise.all([stage.play(name), shown, meanwhile?.()]);
		await later(settleMs);
		figures[`${name}CpuMs`] = cpuMsOf(pty.pid) - before.cpuMs;
		figures[`${name}Bytes`] = pty.bytesReceived() - before.bytes;
		if (frames() > 0) figures[`${name}Frames`] = frames() - before.frames;
		if (!words) return;
		words.stop();
		const delays = played.deltas.flatMap(([delta, emittedAtMs]) => {
			const atMs = words.shownAtMs.get(delta.replace(/\W/g, ''));
			return atMs === undefined ? [] : [epochMs(atMs, offsetMs) - emittedAtMs];
		});
		const middle = percentile(delays, 0.5);
		const p95 = percentile(delays, 0.95);
		if (middle !== undefined) figures.delayMedianMs = middle;
		if (p95 !== undefined) figures.delayP95Ms = p95;
	};

	try {
		figures.startMs = (await seenAtMs(pty, has(endOfHistory), startTimeoutMs)) - startedAtMs;
		figures.startCpuMs = cpuMsOf(pty.pid);
		await later(2 * settleMs);
		if (wanted.has('idle')) {
			const before = {cpuMs: cpuMsOf(pty.pid), bytes: pty.bytesReceived()};
			await later(idleMs);
			figures.idleCpuMs = cpuMsOf(pty.pid) - before.cpuMs;
			figures.idleBytes = pty.bytesReceived() - before.bytes;
		}

		if (wanted.has('steady')) await playStream('steady');
		if (wanted.has('fast')) await playStream('fast');
		if (wanted.has('keys')) {
			await playStream('keys', async () => {
				await later(500);
				const delays = await pressKeys(pty, seat);
				const middle = percentile(delays, 0.5);
				const p95 = percentile(delays, 0.95);
				if (middle !== undefined) figures.keyMedianMs = middle;
				if (p95 !== undefined) figures.keyP95Ms = p95;
			});
		}

		if (wanted.has('burst')) await playStream('burst');
		if (wanted.has('memory')) {
			const {rssMb, pssMb} = memoryOf(pty.pid);
			figures.rssMb = rssMb;
			if (pssMb !== undefined) figures.pssMb = pssMb;
		}

		return figures;
	} finally {
		if (seat.name === 'jumpseat') await leave(pty);
		await pty.kill();
	}
};

/** Lets Node write its profile, if one was asked for. */
const leave = async (pty: Pty): Promise<void> => {
	try {
		pty.signal('SIGTERM');
	} catch {
		// It has ended by itself.
		return;
	}

	await Promise.race([pty.exit, later(2000)]);
};
