/**
 * Whether the length of a thread costs anything: Jumpseat alone on threads of different lengths, each on a server of
 * its own, visited in turn; medians and ratios to the first length. Asserts nothing. Called by `run.ts` for
 * `--only scale`.
 */
import {setTimeout as later} from 'node:timers/promises';
import {openPty} from '../support/pty.ts';
import {cpuMsOf, memoryOf} from './processes.ts';
import {endOfHistory} from './scripts.ts';
import {jumpseat, personEnv} from './seats.ts';
import {type Stage, type StageInfo, startStage} from './stage-client.ts';
import {median} from './statistics.ts';

const size = {columns: 120, rows: 40};
const startTimeoutMs = 60_000;
const settleMs = 2000;

const figures = {startMs: 'start, ms', startCpuMs: 'CPU until then, ms', rssMb: 'RSS, MB', pssMb: 'PSS, MB'};
type Taken = Record<keyof typeof figures, number>;

const visit = async (stage: Stage, info: StageInfo): Promise<Taken> => {
	await stage.reset();
	const {command, args} = jumpseat.start(info, info.endpoint);
	const startedAtMs = performance.now();
	const pty = openPty(command, args, {...size, cwd: info.workdir, env: personEnv(info)});
	try {
		await pty.waitFor(endOfHistory, startTimeoutMs);
		const startMs = pty.lastOutputAtMs() - startedAtMs;
		const startCpuMs = cpuMsOf(pty.pid);
		await later(settleMs);
		const {rssMb, pssMb} = memoryOf(pty.pid);
		return {startMs, startCpuMs, rssMb, pssMb: pssMb ?? Number.NaN};
	} finally {
		await pty.kill();
	}
};

/** A Markdown table on stdout, progress on stderr. */
export const measureScale = async (lengths: readonly number[], runs: number): Promise<void> => {
	const stages: Array<{readonly turns: number; readonly stage: Stage; readonly info: StageInfo}> = [];
	try {
		for (const turns of lengths) {
			process.stderr.write(`writing ${turns} turns …\n`);
			const stage = startStage();
			stages.push({turns, stage, info: await stage.build(turns)});
		}

		const taken = new Map<number, Taken[]>(lengths.map(turns => [turns, []]));
		for (let run = 0; run < runs; run++) {
			for (const {turns, stage, info} of stages) {
				const result = await visit(stage, info);
				taken.get(turns)?.push(result);
				process.stderr.write(`${turns} turns: ${JSON.stringify(result)}\n`);
			}
		}

		const middle = (turns: number, figure: keyof Taken): number =>
			median((taken.get(turns) ?? []).map(result => result[figure])) ?? Number.NaN;
		const rows = (Object.keys(figures) as Array<keyof Taken>).map(figure => {
			const first = middle(lengths[0] ?? 0, figure);
			const cells = lengths.map(turns => {
				const value = middle(turns, figure);
				return `${value.toFixed(0)} (${(value / first).toFixed(2)}×)`;
			});
			return `| ${[figures[figure], ...cells].join(' | ')} |`;
		});
		const head = ['what (median)', ...lengths.map(turns => `${turns.toLocaleString('en')} turns`)];
		process.stdout.write(`| ${head.join(' | ')} |\n|---|${lengths.map(() => '---:|').join('')}\n`);
		process.stdout.write(`${rows.join('\n')}\n`);
	} finally {
		await Promise.all(stages.map(({stage}) => stage.stop()));
	}
};
