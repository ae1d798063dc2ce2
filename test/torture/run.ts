/**
 * `npm run torture`: attacks Jumpseat for at most ten minutes and says what was tried and what broke, as a Markdown
 * table on stdout, progress on stderr. Exit code 0 only when nothing broke. docs/reliability.md explains the parts.
 *
 * Usage: npm run torture -- [PART…] [--seed N]
 */
import process from 'node:process';
import {parseArgs} from 'node:util';
import {faults} from './faults.ts';
import {fuzz} from './fuzz.ts';
import {hostile} from './hostile.ts';
import {memory} from './memory.ts';
import type {Result} from './result.ts';
import {share} from './share.ts';
import {versions} from './versions.ts';

type Report = (line: string) => void;

const limitMs = 10 * 60_000;

const {values, positionals} = parseArgs({allowPositionals: true, options: {seed: {type: 'string'}}});
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed);

const parts: ReadonlyMap<string, (report: Report) => Promise<Result>> = new Map([
	['faults', report => faults(report, {seconds: 90, seed})],
	['hostile', report => hostile(report, {seconds: 60, seed})],
	['fuzz', report => fuzz(report, {frames: 1_000_000, seed})],
	['memory', report => memory(report, {turns: 2000, deltas: 5_000_000})],
	['share', report => share(report, {seed})],
	['versions', report => versions(report)],
]);

const unknown = positionals.filter(name => !parts.has(name));
if (unknown.length > 0 || !Number.isSafeInteger(seed)) {
	process.stderr.write(`The parts are ${[...parts.keys()].join(', ')}; --seed takes a whole number.\n`);
	process.exit(2);
}

const row = ({name, counts, failures}: Result, seconds: number): string => {
	const told = Object.entries(counts).map(([what, count]) => `${count.toLocaleString('en')} ${what}`);
	return `| ${name} | ${told.join(', ')} | ${failures.length} | ${seconds} |`;
};

const results: Result[] = [];
const wanted = positionals.length === 0 ? [...parts.keys()] : positionals;
process.stderr.write(`seed ${seed}\n`);
const timer = setTimeout(() => {
	process.stderr.write(`Not done within ${limitMs / 60_000} minutes.\n`);
	process.exit(1);
}, limitMs);
process.stdout.write('| part | tried | broken | s |\n|---|---|---:|---:|\n');
const attack = async (name: string): Promise<void> => {
	const part = parts.get(name);
	if (part === undefined) return;
	const startedMs = performance.now();
	const result = await part(line => process.stderr.write(`${name}: ${line}\n`));
	results.push(result);
	process.stdout.write(`${row(result, Math.round((performance.now() - startedMs) / 1000))}\n`);
	for (const failure of result.failures) process.stderr.write(`${name}: BROKEN: ${failure}\n`);
};
/** Two cores' worth at a time: `memory`, what `fuzz` starts and what `share` attacks work in processes of their own. */
const lanes = [
	['memory', 'hostile', 'share'],
	['faults', 'versions', 'fuzz'],
];
await Promise.all(
	lanes.map(async lane => {
		for (const name of lane) if (wanted.includes(name)) await attack(name);
	}),
);
clearTimeout(timer);
// Whatever a part left open must not keep a finished run alive.
process.exit(results.every(({failures}) => failures.length === 0) ? 0 : 1);
