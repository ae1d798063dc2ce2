/**
 * The measured half of memory.ts: a process of its own, so that what grows is the seat's and nothing else's. Writes one
 * line of JSON a sample to standard output. Needs `--expose-gc`.
 */
import process from 'node:process';
import type {Sample} from './memory.ts';
import {type Day, startDay} from './memory-day.ts';

const [turns = 2000, deltas = 5_000_000, samples = 30] = process.argv.slice(2).map(Number);
const deltasATurn = Math.round(deltas / turns);

const tell = (sample: Sample): void => {
	process.stdout.write(`${JSON.stringify(sample)}\n`);
};

const weigh = () => {
	globalThis.gc?.();
	globalThis.gc?.();
	const {rss, heapUsed} = process.memoryUsage();
	return {rssMb: rss / 1e6, heapMb: heapUsed / 1e6};
};

const countsOf = (day: Day) => {
	const {thread, log, cards, threads, ui} = day.state();
	return {
		turnsHeld: thread.turns.length,
		logEntries: log.entries.length,
		agents: thread.agents.length,
		notices: thread.notices.length,
		cards: cards.open.length + cards.settled.length,
		threads: threads.length,
		folds: ui.folds.size,
	};
};

const beganMs = performance.now();
const day = startDay({deltasATurn});
let heard = 0;
let mostTurns = 0;
for (let turn = 1; turn <= turns; turn += 1) {
	heard += day.playTurn();
	mostTurns = Math.max(mostTurns, day.state().thread.turns.length);
	// A person looks back twice: to turn 1, through all the pages, or 200 turns of a long day; and returns.
	if (turn === Math.min(160, Math.floor(turns / 2))) {
		day.lookBack();
		day.toTail();
	}
	if (turn % Math.max(1, Math.floor(turns / samples)) === 0 || turn === turns) {
		const seconds = (performance.now() - beganMs) / 1000;
		tell({turn, deltas: heard, seconds, mostTurns, ...weigh(), ...countsOf(day)});
	}
}
