/**
 * Figures of all runs → one Markdown table: ours, the stock TUI's, the ratio, the target and whether it holds.
 *
 * Invariant: ratios are ratios of medians of the same interleaved runs; nothing is asserted. Pure.
 */
import {streams, textBytes} from './scripts.ts';
import {median} from './statistics.ts';
import type {Figure, Figures} from './visit.ts';

export type Results = {readonly jumpseat: readonly Figures[]; readonly stock: readonly Figures[]};

type Target = {readonly ratio: number} | {readonly most: number};

type Line = {
	readonly title: string;
	readonly figure: Figure;
	readonly unit: string;
	readonly targets?: readonly Target[];
	/** The figure of a run, where it is not the measured one itself. */
	readonly divideBy?: (figures: Figures) => number | undefined;
};

const lines: readonly Line[] = [
	{title: 'start → last line of history', figure: 'startMs', unit: 'ms', targets: [{ratio: 1}]},
	{title: 'CPU until then', figure: 'startCpuMs', unit: 'ms'},
	{title: 'requests before the first screen', figure: 'requests', unit: '', targets: [{most: 3}]},
	{title: 'resident memory, RSS', figure: 'rssMb', unit: 'MB', targets: [{ratio: 0.7}]},
	{title: 'resident memory, PSS', figure: 'pssMb', unit: 'MB'},
	{title: 'CPU, 200 deltas over 10 s', figure: 'steadyCpuMs', unit: 'ms', targets: [{ratio: 0.33}]},
	{
		title: 'bytes, 200 deltas over 10 s',
		figure: 'steadyBytes',
		unit: 'B',
		targets: [{ratio: 0.15}, {most: 6 * textBytes('steady')}],
	},
	{title: 'server → screen, median', figure: 'delayMedianMs', unit: 'ms'},
	{title: 'server → screen, p95', figure: 'delayP95Ms', unit: 'ms'},
	{title: 'CPU, burst of 16,000 deltas', figure: 'burstCpuMs', unit: 'ms', targets: [{ratio: 0.5}]},
	{title: 'bytes, burst of 16,000 deltas', figure: 'burstBytes', unit: 'B', targets: [{ratio: 0.5}]},
	{title: 'CPU, 500 deltas/s for 10 s', figure: 'fastCpuMs', unit: 'ms'},
	{title: 'bytes, 500 deltas/s for 10 s', figure: 'fastBytes', unit: 'B', targets: [{ratio: 0.25}]},
	{
		title: 'CPU per frame, 500 deltas/s',
		figure: 'fastCpuMs',
		unit: 'ms',
		targets: [{most: 10}],
		divideBy: figures => figures.fastFrames,
	},
	{title: 'key → screen at 500 deltas/s, median', figure: 'keyMedianMs', unit: 'ms'},
	{title: 'key → screen at 500 deltas/s, p95', figure: 'keyP95Ms', unit: 'ms', targets: [{most: 20}]},
	{title: 'CPU, idle for 60 s', figure: 'idleCpuMs', unit: 'ms', targets: [{most: 100}]},
	{title: 'bytes, idle for 60 s', figure: 'idleBytes', unit: 'B', targets: [{most: 1024}]},
	{title: 'behind the server at 10 KB/s, median', figure: 'slow10MedianMs', unit: 'ms'},
	{title: 'behind the server at 10 KB/s, p95', figure: 'slow10P95Ms', unit: 'ms', targets: [{most: 400}]},
	{title: 'bytes meanwhile, 10 KB/s', figure: 'slow10Bytes', unit: 'B'},
	{title: 'behind the server at 40 KB/s, median', figure: 'slow40MedianMs', unit: 'ms'},
	{title: 'behind the server at 40 KB/s, p95', figure: 'slow40P95Ms', unit: 'ms'},
	{title: 'bytes meanwhile, 40 KB/s', figure: 'slow40Bytes', unit: 'B'},
];

const middleOf = (runs: readonly Figures[], {figure, divideBy}: Line): number | undefined =>
	median(
		runs.flatMap(figures => {
			const value = figures[figure];
			const divisor = divideBy ? divideBy(figures) : 1;
			return value === undefined || !divisor ? [] : [value / divisor];
		}),
	);

const shown = (value: number | undefined, unit: string): string => {
	if (value === undefined) return '–';
	const digits = unit === 'ms' && value < 10 ? 1 : 0;
	const number = value.toLocaleString('en', {minimumFractionDigits: digits, maximumFractionDigits: digits});
	return unit === '' ? number : `${number} ${unit}`;
};

const describe = (target: Target, unit: string): string =>
	'ratio' in target ? `≤ ${target.ratio}×` : `≤ ${shown(target.most, unit)}`;

/** Undefined where there is nothing to compare. */
const holds = (target: Target, ours: number, theirs: number | undefined): boolean | undefined => {
	if ('most' in target) return ours <= target.most;
	return theirs === undefined ? undefined : ours <= target.ratio * theirs;
};

const verdict = (targets: readonly Target[], ours: number, theirs: number | undefined): string => {
	const all = targets.map(target => holds(target, ours, theirs));
	if (all.length === 0 || all.includes(undefined)) return '';
	return all.every(Boolean) ? 'holds' : '**missed**';
};

const cells = (values: readonly string[]): string => `| ${values.join(' | ')} |`;

export const table = (results: Results): string => {
	const rows = lines.flatMap(line => {
		const ours = middleOf(results.jumpseat, line);
		const theirs = middleOf(results.stock, line);
		if (ours === undefined) return [];
		const ratio = theirs === undefined || theirs === 0 ? '–' : `${(ours / theirs).toFixed(2)}×`;
		const targets = line.targets ?? [];
		return [
			cells([
				line.title,
				shown(ours, line.unit),
				shown(theirs, line.unit),
				ratio,
				targets.map(target => describe(target, line.unit)).join(' and '),
				verdict(targets, ours, theirs),
			]),
		];
	});
	return [
		cells(['what (median)', 'jumpseat', 'stock TUI', 'ratio', 'target', '']),
		'|---|---:|---:|---:|---|---|',
		...rows,
	].join('\n');
};

/** What the streams are, for the line under the table. */
export const legend = (): string =>
	Object.entries(streams)
		.map(([name, {words}]) => `${name} ${words} deltas`)
		.join(', ');
