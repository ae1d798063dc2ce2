/**
 * Fuzzing of the inbox: recordings of the real server, broken frame by frame and handed to a whole attached seat —
 * peer, session, reducer, cards, follow-ups, and every so often a picture. Nothing may throw, no promise may reject
 * unseen, memory stays flat, and the laws of the state hold. A failure prints the seed of its episode and the smallest
 * list of frames that still fails; the same seed, given again, begins with that episode.
 */
import {spawn} from 'node:child_process';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import v8 from 'node:v8';
import vm from 'node:vm';
import {breakFrame} from './frame-mutations.ts';
import {fuzzBytes} from './fuzz-bytes.ts';
import {readRecorded, type WireFrame} from './memory-server.ts';
import {createRandom, type Random} from './random.ts';
import type {Result} from './result.ts';
import {shrink} from './shrink.ts';
import {type FramePool, openVictim, poolOf} from './victim.ts';

export type FuzzOptions = {
	/** Broken ones; those between them that are whole are not counted. */
	readonly frames: number;
	readonly seed: number;
};

/** Of one seat: long enough for thousands of turns and items that never were. */
const framesAnEpisode = 10_000;
const framesABatch = 50;
const framesAPicture = 250;
const framesASample = 50_000;
/** One in so many goes over a real socket, broken as bytes. */
const framesABrokenSocket = 250;
/** What the heap may grow by, after garbage collection: from the first sample to any later one. */
export const heapBoundBytes = 32 * 1024 * 1024;

/** `gc`, also where Node was started without it. */
const heapBytes = (): number => {
	v8.setFlagsFromString('--expose-gc');
	(vm.runInNewContext('gc') as () => void)();
	return process.memoryUsage().heapUsed;
};

const saidOf = (error: unknown): string =>
	error instanceof Error
		? (error.stack ?? error.message).split('\n').slice(0, 5).join(' | ').replace(/\s+/g, ' ')
		: String(error);

/** An endless conversation: pieces of the recordings, each frame broken, doubled, swapped, left out or whole. */
function* conversation(pool: FramePool, random: Random): Generator<{text: string; broken: boolean}> {
	for (;;) {
		const [first = [], ...others] = pool.said;
		const said: readonly WireFrame[] = random.pick([first, ...others]);
		const from = random.between(0, Math.max(0, said.length - 1));
		const piece = said.slice(from, from + random.spread(1, 80));
		for (let index = 0; index < piece.length; index += 1) {
			const frame = piece[index];
			if (frame === undefined) continue;
			const chance = random.next();
			if (chance < 0.86) yield {text: breakFrame(frame, random), broken: true};
			else if (chance < 0.9) {
				// Twice, and in the wrong order.
				const next = piece[index + 1] ?? frame;
				yield {text: JSON.stringify(next), broken: true};
				yield {text: JSON.stringify(frame), broken: false};
			} else if (chance < 0.98) yield {text: JSON.stringify(frame), broken: false};
		}
	}
}

type Failure = {readonly what: string; readonly frames: readonly string[]};
type Episode = {readonly broken: number; readonly whole: number; readonly failure: Failure | undefined};

const runEpisode = async (pool: FramePool, seed: number, limit: number): Promise<Episode> => {
	const random = createRandom(seed);
	const frames: string[] = [];
	let broken = 0;
	let whole = 0;
	try {
		const victim = await openVictim(pool, random);
		for (const frame of conversation(pool, random)) {
			frames.push(frame.text);
			victim.say(frame.text);
			if (frame.broken) broken += 1;
			else whole += 1;
			const count = broken + whole;
			if (count % framesABatch === 0) await victim.settle();
			if (count % framesAPicture === 0) victim.look(random);
			if (broken >= limit) break;
		}
		await victim.settle();
		return {broken, whole, failure: undefined};
	} catch (error) {
		return {broken, whole, failure: {what: saidOf(error), frames}};
	}
};

/** Alone, with a server that answers as recorded, looked at from every side after each frame. */
const failsAlone = async (pool: FramePool, frames: readonly string[]): Promise<boolean> => {
	try {
		const victim = await openVictim(pool, undefined);
		for (const text of frames) victim.say(text);
		await victim.settle();
		victim.lookAround();
		return false;
	} catch {
		return true;
	}
};

const describe = async (pool: FramePool, seed: number, {what, frames}: Failure): Promise<string> => {
	const small = await shrink(frames, candidate => failsAlone(pool, candidate));
	const shown = (small ?? frames.slice(-1)).join('\n').slice(0, 2000);
	const which =
		small === undefined ? 'only in its whole episode; its last frame was' : 'the smallest that fails';
	return `seed ${seed}: ${what} — ${which}: ${shown}`;
};

/** In this process. */
export const fuzzHere = async (
	report: (line: string) => void,
	{frames, seed}: FuzzOptions,
): Promise<Result> => {
	const pool = poolOf(readRecorded());
	const failures: string[] = [];
	let isOver = false;
	const onRejection = (reason: unknown): void => {
		failures.push(`seed ${seed}: a promise was rejected and nobody looked: ${saidOf(reason)}`);
	};
	process.on('unhandledRejection', onRejection);
	let broken = 0;
	let whole = 0;
	let episodes = 0;
	let firstHeap: number | undefined;
	let mostGrown = 0;
	let nextSample = Math.min(framesASample, frames / 10);
	try {
		while (broken < frames && failures.length < 5) {
			const episodeSeed = seed + episodes;
			const episode = await runEpisode(pool, episodeSeed, Math.min(framesAnEpisode, frames - broken));
			broken += episode.broken;
			whole += episode.whole;
			episodes += 1;
			if (episode.failure !== undefined) {
				failures.push(await describe(pool, episodeSeed, episode.failure));
				report(failures.at(-1) ?? '');
			}
			if (broken < nextSample) continue;
			const heap = heapBytes();
			firstHeap ??= heap;
			mostGrown = Math.max(mostGrown, heap - firstHeap);
			nextSample = broken + framesASample;
			report(`${broken} frames, heap ${Math.round(heap / 1024 / 1024)} MiB`);
		}
		const sockets = await fuzzBytes(Math.ceil(frames / framesABrokenSocket), seed);
		failures.push(...sockets.failures);
		isOver = true;
		if (mostGrown > heapBoundBytes)
			failures.push(`seed ${seed}: the heap grew by ${mostGrown} bytes, more than ${heapBoundBytes}`);
		return {
			name: 'fuzz',
			counts: {
				frames: broken,
				wholeFramesBetween: whole,
				seats: episodes,
				brokenOnTheWire: sockets.broken,
				reconnects: sockets.connections,
				heapGrowthKiB: Math.round(mostGrown / 1024),
				heapBoundKiB: heapBoundBytes / 1024,
			},
			failures,
		};
	} finally {
		if (!isOver) failures.push('the run was cut short');
		process.off('unhandledRejection', onRejection);
	}
};

/** From here on it is worth starting processes for. */
const framesForMore = 200_000;
const shares = 2;

const shareOf = (report: (line: string) => void, {frames, seed}: FuzzOptions): Promise<Result> =>
	new Promise((resolve, reject) => {
		const script = fileURLToPath(new URL('fuzz-child.ts', import.meta.url));
		const child = spawn(process.execPath, ['--import', 'tsx', script, String(frames), String(seed)], {
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let stdout = '';
		child.stdout.setEncoding('utf8').on('data', text => {
			stdout += text;
		});
		child.stderr.setEncoding('utf8').on('data', text => report(String(text).trimEnd()));
		child.once('error', reject);
		child.once('close', code => {
			if (code === 0) resolve(JSON.parse(stdout) as Result);
			else resolve({name: 'fuzz', counts: {}, failures: [`seed ${seed}: the process ended with ${code}`]});
		});
	});

/** The second share begins so far behind the first that they share no episode. */
const seedApart = 1_000_000;

const together = (one: Result, other: Result): Result => ({
	name: one.name,
	counts: Object.fromEntries(
		Object.entries(one.counts).map(([what, count]) => {
			const also = other.counts[what] ?? 0;
			return [what, what.startsWith('heap') ? Math.max(count, also) : count + also];
		}),
	),
	failures: [...one.failures, ...other.failures],
});

export const fuzz = async (report: (line: string) => void, {frames, seed}: FuzzOptions): Promise<Result> => {
	if (frames < framesForMore) return fuzzHere(report, {frames, seed});
	const parts = await Promise.all(
		Array.from({length: shares}, (_, index) =>
			shareOf(report, {frames: Math.ceil(frames / shares), seed: seed + index * seedApart}),
		),
	);
	return parts.reduce(together);
};
