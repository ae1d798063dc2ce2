/**
 * Part of `npm run torture`: a day in one seat, as so many deltas over so many turns, must not grow. Measured in a
 * process of its own after garbage collections, with pictures drawn all the while.
 */
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {bundle} from './bundle.ts';
import type {Result} from './result.ts';

export type Sample = {
	readonly turn: number;
	readonly deltas: number;
	readonly seconds: number;
	/** After garbage collections. */
	readonly rssMb: number;
	readonly heapMb: number;
	/** Most turns that were held at any time so far. */
	readonly mostTurns: number;
	readonly turnsHeld: number;
	readonly logEntries: number;
	readonly agents: number;
	readonly notices: number;
	readonly cards: number;
	readonly threads: number;
	readonly folds: number;
};

export type MemoryOptions = {readonly turns?: number; readonly deltas?: number};

/** What the seat may hold after a day of 2,000 turns. Measured: 63 MB of heap, 300 MB resident. */
export const bounds = {heapMb: 120, rssMb: 400, turnsHeld: 150} as const;
/**
 * How much more of the heap the last third may hold than the second. What the process keeps of the system's memory goes
 * up and down by half with the moment of the collection (165–300 MB in a flat run), so that has a bound alone.
 */
const mostGrowth = 1.1;

const child = fileURLToPath(new URL('memory-child.ts', import.meta.url));

const run = (
	program: string,
	turns: number,
	deltas: number,
	onSample: (sample: Sample) => void,
): Promise<void> =>
	new Promise((resolve, reject) => {
		const args = ['--expose-gc', program, String(turns), String(deltas)];
		const measured = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'inherit']});
		createInterface({input: measured.stdout}).on('line', line => onSample(JSON.parse(line) as Sample));
		measured.once('error', reject);
		measured.once('close', code => {
			if (code === 0) resolve();
			else reject(new Error(`The measured process ended with ${code}.`));
		});
	});

const measure = async (turns: number, deltas: number, onSample: (sample: Sample) => void): Promise<void> => {
	const folder = mkdtempSync(path.join(tmpdir(), 'jumpseat-memory-'));
	try {
		await run(await bundle(child, folder), turns, deltas, onSample);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
};

const most = (samples: readonly Sample[], of: (sample: Sample) => number): number =>
	Math.max(...samples.map(of));

/** What is wrong with the curve. Until as many turns came as are held at most, it may grow. */
export const judge = (samples: readonly Sample[]): readonly string[] => {
	const third = Math.floor(samples.length / 3);
	const failures: string[] = [];
	const before = most(samples.slice(third, 2 * third), ({heapMb}) => heapMb);
	const after = most(samples.slice(2 * third), ({heapMb}) => heapMb);
	const isWarm = (samples.at(-1)?.turn ?? 0) >= 3 * bounds.turnsHeld;
	if (isWarm && after > before * mostGrowth)
		failures.push(
			`the heap grows: ${before.toFixed(1)} MB in the second third, ${after.toFixed(1)} in the last`,
		);
	for (const name of ['heapMb', 'rssMb'] as const) {
		const held = most(samples.slice(third), sample => sample[name]);
		if (held > bounds[name]) failures.push(`${name} is ${held.toFixed(1)}, above ${bounds[name]}`);
	}
	const turns = most(samples.slice(third), sample => sample.turnsHeld);
	if (turns > bounds.turnsHeld) failures.push(`${turns} turns are held, more than ${bounds.turnsHeld}`);
	return failures;
};

const lineOf = (sample: Sample): string =>
	[
		`turn ${String(sample.turn).padStart(5)}`,
		`${(sample.deltas / 1e6).toFixed(2).padStart(5)} M deltas`,
		`heap ${sample.heapMb.toFixed(1).padStart(6)} MB`,
		`rss ${sample.rssMb.toFixed(1).padStart(6)} MB`,
		`${String(sample.turnsHeld).padStart(3)} turns held`,
		`${sample.logEntries} events, ${sample.agents} agents, ${sample.threads} threads`,
		`${sample.seconds.toFixed(0).padStart(3)} s`,
	].join('  ');

/** Default: 24 hours as 5,000,000 deltas over 2,000 turns. Tells the curve as it is drawn. */
export const memory = async (
	report: (line: string) => void,
	{turns = 2000, deltas = 5_000_000}: MemoryOptions = {},
): Promise<Result> => {
	const samples: Sample[] = [];
	await measure(turns, deltas, sample => {
		samples.push(sample);
		report(lineOf(sample));
	});
	const last = samples.at(-1);
	return {
		name: 'memory',
		counts: {
			turns: last?.turn ?? 0,
			deltas: last?.deltas ?? 0,
			heapMb: Math.round(most(samples, ({heapMb}) => heapMb)),
			rssMb: Math.round(most(samples, ({rssMb}) => rssMb)),
			seconds: Math.round(last?.seconds ?? 0),
		},
		failures: judge(samples),
	};
};
