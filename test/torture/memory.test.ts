/** The short form of memory.ts: what a seat holds after a day, counted and not weighed. */
import {beforeAll, describe, expect, test} from 'vitest';
import {outputLimitChars} from '../../source/thread/output.ts';
import {holdLimits} from '../../source/thread/page-out.ts';
import {judge, type Sample} from './memory.ts';
import {type Day, startDay} from './memory-day.ts';
import {memoryThread, turnIdOf} from './memory-script.ts';

const turns = 220;

describe('after a day of many turns', () => {
	let day: Day;
	let mostTurns = 0;
	const before: {turns?: readonly string[]; rows?: string} = {};
	const rows = () => JSON.stringify(day.rows());

	beforeAll(() => {
		day = startDay({deltasATurn: 20, framesAPicture: 400});
		for (let turn = 1; turn <= turns; turn += 1) {
			day.playTurn();
			mostTurns = Math.max(mostTurns, day.state().thread.turns.length);
		}
	});

	test('the newest turns are held, and never more than the limit', () => {
		const {thread} = day.state();
		expect(mostTurns).toBe(holdLimits.turns);
		expect(thread.turns.length).toBe(turns - holdLimits.turns - 1 + holdLimits.keptTurns);
		expect(thread.turns.at(-1)?.id).toBe(turnIdOf(turns));
	});

	test('nothing beside the turns has grown with the day', () => {
		const {log, cards, threads, thread, ui} = day.state();
		expect(log.entries.length).toBeLessThanOrEqual(5000);
		expect(cards.open).toEqual([]);
		expect(cards.settled.length).toBeLessThanOrEqual(20);
		// Of each turn's short-lived helper nothing is left.
		expect(threads.filter(({ephemeral}) => ephemeral)).toEqual([]);
		expect(thread.agents.length).toBeLessThanOrEqual(300);
		expect(ui.folds.size).toBe(0);
	});

	test('what went comes back, whole and once, and the number of the newest turn is what it was', () => {
		day.draw();
		before.rows = rows();
		expect(before.rows).toContain(`turn ${turns} · completed`);
		day.lookBack();
		const ids = day.state().thread.turns.map(({id}) => id);
		expect(ids).toEqual(Array.from({length: turns}, (_, at) => turnIdOf(at + 1)));
		expect(rows()).toContain('Turn 1: go on, please.');
		day.toTail();
		expect(rows()).toBe(before.rows);
	});

	test('and goes again with the next turn', () => {
		day.playTurn();
		expect(day.state().thread.turns.length).toBe(holdLimits.keptTurns);
		day.draw();
		expect(rows()).toContain(`turn ${turns + 1} · completed`);
	});
});

const delta = (method: string, turn: number, itemId: string, text: string) => ({
	method,
	params: {threadId: memoryThread, turnId: turnIdOf(turn), itemId, delta: text},
});

test('of an output without end its head and its tail are held', () => {
	const day = startDay({deltasATurn: 10});
	day.playTurn();
	const chunk = 'x'.repeat(1023);
	for (let count = 0; count < 3000; count += 1) {
		day.hear(delta('item/commandExecution/outputDelta', 2, 'loud', `${chunk}${count === 0 ? 'A' : 'B'}`));
	}
	day.flush();
	const item = day.state().thread.turns.at(-1)?.items.at(-1);
	const text = item?.content.type === 'commandExecution' ? (item.content.aggregatedOutput ?? '') : '';
	expect(text.length).toBeLessThanOrEqual(outputLimitChars);
	expect(text.indexOf('A')).toBe(1023);
	expect(text.endsWith('B')).toBe(true);
	expect(text.length + (item?.omittedOutput?.chars ?? 0)).toBe(3000 * 1024);
});

test('a curve that grows is seen, and one that is flat is not complained of', () => {
	const sample = (heapMb: number): Sample => ({
		turn: 2000,
		deltas: 1,
		seconds: 1,
		rssMb: 200,
		heapMb,
		mostTurns: 1,
		turnsHeld: 1,
		logEntries: 1,
		agents: 1,
		notices: 1,
		cards: 1,
		threads: 1,
		folds: 0,
	});
	expect(judge([10, 40, 50, 48, 50, 45].map(sample))).toEqual([]);
	expect(judge([10, 40, 50, 60, 70, 80].map(sample))).toEqual([
		'the heap grows: 60.0 MB in the second third, 80.0 in the last',
	]);
	expect(judge([900, 900, 900].map(sample))).toEqual(['heapMb is 900.0, above 120']);
});
