/**
 * `npm run bench`: Jumpseat and the stock Codex TUI, attached to the same thread of the same real App Server, one
 * after the other, several times; the medians and their ratios as a Markdown table on stdout, progress on stderr.
 * It asserts nothing. docs/performance.md explains the figures.
 *
 * Usage: npm run bench -- [--size 200x60] [--runs 3] [--turns 300] [--only start,steady] [--seat jumpseat]
 *        npm run bench -- --only status
 *        npm run bench -- --only share
 *        npm run bench -- --only bytes --turns 20
 *        npm run bench -- --only scale --turns 300,3000,30000
 */
import {existsSync} from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {legend, table} from './report.ts';
import {jumpseat, type Seat, stock} from './seats.ts';
import {measureSlow} from './slow.ts';
import {startStage} from './stage-client.ts';
import {countRequests, type Figures, type Measurement, measurements, slowRates, visit} from './visit.ts';

const {values} = parseArgs({
	options: {
		size: {type: 'string', default: '120x40'},
		runs: {type: 'string', default: '3'},
		turns: {type: 'string', default: '300'},
		only: {type: 'string', multiple: true, default: []},
		seat: {type: 'string'},
	},
});

const usage = (why: string): never => {
	process.stderr.write(`${why}\n`);
	process.exit(2);
};

const wholeNumber = (text: string, name: string): number => {
	const number = Number(text);
	return Number.isInteger(number) && number > 0 ? number : usage(`--${name} wants a whole number above 0.`);
};

if (values.only.join() === 'status') {
	await (await import('./status.ts')).measureStatus(10 * wholeNumber(values.runs, 'runs'));
	process.exit();
}

if (values.only.join() === 'share') {
	await (await import('./share.ts')).measureShare(wholeNumber(values.runs, 'runs'));
	process.exit();
}

if (values.only.join() === 'scale') {
	const turns = values.turns.split(',').map(text => wholeNumber(text, 'turns'));
	await (await import('./scale.ts')).measureScale(turns, wholeNumber(values.runs, 'runs'));
	process.exit();
}

const isMeasurement = (name: string): name is Measurement =>
	(measurements as readonly string[]).includes(name);

const sizeMatch = /^(\d+)x(\d+)$/.exec(values.size);
const size = sizeMatch
	? {columns: Number(sizeMatch[1]), rows: Number(sizeMatch[2])}
	: usage('--size wants COLUMNSxROWS, for example 120x40.');
const runs = wholeNumber(values.runs, 'runs');
const turns = wholeNumber(values.turns, 'turns');
if (values.only.join() === 'bytes') {
	await (await import('./bytes.ts')).measureBytes(size, turns);
	process.exit();
}

const names = values.only.flatMap(text => text.split(',')).filter(name => name !== '');
const unknown = names.filter(name => !isMeasurement(name));
if (unknown.length > 0) usage(`--only knows ${measurements.join(', ')}, not ${unknown.join(', ')}.`);
const wanted = new Set<Measurement>(names.length === 0 ? measurements : names.filter(isMeasurement));
const seats = [jumpseat, stock].filter(({name}) => values.seat === undefined || values.seat === name);
if (seats.length === 0) usage('--seat knows jumpseat and stock.');
if (!existsSync('/proc/self/stat')) usage('The benchmark reads /proc, which this system does not have.');

const progress = (text: string): void => {
	process.stderr.write(`${text}\n`);
};

const summary = (figures: Figures): string =>
	Object.entries(figures)
		.map(([name, value]) => `${name} ${Math.round(value * 10) / 10}`)
		.join(' · ');

const stage = startStage();
const results: Record<Seat['name'], Figures[]> = {jumpseat: [], stock: []};
const startedAtMs = performance.now();
try {
	progress(`playing ${turns} turns …`);
	const info = await stage.build(turns);
	for (let run = 1; run <= runs; run++) {
		// Who goes first changes, so that what the first one warms up helps both alike.
		for (const seat of run % 2 === 1 ? seats : [...seats].reverse()) {
			const options = {stage, info, seat, size, wanted};
			let figures: Figures = {};
			if (wanted.has('requests')) {
				await stage.reset();
				figures = await countRequests(options);
			}

			if ([...wanted].some(name => name !== 'requests' && name !== 'slow')) {
				await stage.reset();
				figures = {...figures, ...(await visit(options))};
			}

			for (const rate of wanted.has('slow') ? slowRates : []) {
				await stage.reset();
				figures = {...figures, ...(await measureSlow(options, rate))};
			}

			results[seat.name].push(figures);
			progress(`run ${run} of ${runs} · ${seat.name}: ${summary(figures)}`);
		}
	}

	const cpus = os.cpus();
	const seconds = Math.round((performance.now() - startedAtMs) / 1000);
	process.stdout.write(`${table(results)}\n\n`);
	process.stdout.write(
		`${size.columns}×${size.rows}, thread of ${turns} turns, medians of ${runs} interleaved runs, ${seconds} s; ` +
			`Node ${process.versions.node}, ${cpus.length} × ${cpus[0]?.model.trim() || os.arch()}; ${legend()}.\n`,
	);
} catch (error) {
	// A program that ended shows its screen here; our own stack would say nothing.
	progress(error instanceof Error ? error.message.trim() : String(error));
	process.exitCode = 1;
} finally {
	await stage.stop();
}

process.exit();
