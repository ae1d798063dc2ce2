import {describe, expect, test} from 'vitest';
import {turnsBefore, turnsToKeep} from '../../source/thread/page-out.ts';
import {turnNumber} from '../../source/thread/selectors.ts';
import {initialThreadState, type ThreadState} from '../../source/thread/state.ts';
import {
	disconnected,
	fold,
	hydrated,
	message,
	older,
	page,
	turn,
	turnCompleted,
	turnStarted,
} from './make.ts';

const ids = (state: ThreadState): readonly string[] => state.turns.map(({id}) => id);
const turns = (from: number, to: number) =>
	Array.from({length: to - from + 1}, (_, index) =>
		turn(`T${from + index}`, [message(`m${from + index}`, 'hello')]),
	);
const newest = (from: number, to: number, nextCursor: string | null) =>
	({type: 'turnsPagedOut', page: page(turns(from, to), nextCursor), atMs: 0}) as const;

describe('old turns', () => {
	test('go, and the page’s cursor leads back to them', () => {
		const held = fold(initialThreadState, hydrated(turns(1, 9), null));
		const kept = fold(held, newest(7, 9, 'before T7'));
		expect(ids(kept)).toEqual(['T7', 'T8', 'T9']);
		expect(kept.olderCursor).toBe('before T7');
		expect(kept.turns[0]).toBe(held.turns[6]);
		const back = fold(kept, older(turns(1, 6), null));
		expect(ids(back)).toEqual(ids(held));
		expect(turnsBefore(back)).toBe(0);
	});

	test('are still counted, so that turns keep their numbers', () => {
		const held = fold(initialThreadState, hydrated(turns(1, 9), null));
		const kept = fold(held, newest(7, 9, 'c'), turnStarted('T91'), turnCompleted('T91'));
		expect(turnNumber(kept)).toBe(10);
		const again = fold(kept, newest(9, 9, 'd'));
		expect(turnsBefore(again)).toBe(8);
		expect(turnNumber(again)).toBe(10);
		expect(turnsBefore(fold(again, older(turns(5, 8), 'e')))).toBe(4);
	});

	test('that nobody has counted stay uncounted', () => {
		const held = fold(initialThreadState, hydrated(turns(4, 9), 'a'));
		expect(turnNumber(fold(held, newest(7, 9, 'c')))).toBeUndefined();
	});

	test('lose their number when a new page leaves a hole', () => {
		const kept = fold(fold(initialThreadState, hydrated(turns(1, 9), null)), newest(7, 9, 'c'));
		const later = fold(kept, disconnected, hydrated(turns(20, 22), 'x'));
		expect(ids(later)).toEqual(['T20', 'T21', 'T22']);
		expect(turnNumber(later)).toBeUndefined();
		expect(later.olderTurns).toBeUndefined();
	});

	test('stay where the list does not tell where they are, or all are in it', () => {
		const held = fold(initialThreadState, hydrated(turns(1, 4), null));
		for (const event of [newest(7, 9, 'c'), newest(1, 4, 'c'), newest(3, 4, null)])
			expect(fold(held, event)).toBe(held);
		const stale = fold(held, disconnected);
		expect(fold(stale, newest(3, 4, 'c'))).toBe(stale);
	});
});

describe('how many turns to keep', () => {
	const limits = {turns: 5, keptTurns: 3, chars: 10_000, keptChars: 4000};
	const sized = (...chars: readonly number[]): ThreadState =>
		fold(
			initialThreadState,
			hydrated(
				chars.map((count, at) => turn(`T${at}`, [message(`m${at}`, 'x'.repeat(count))])),
				null,
			),
		);

	test('nothing is asked for while there are few and little is in them', () => {
		expect(turnsToKeep(sized(10, 10, 10, 10, 10), limits)).toBeUndefined();
	});

	test('of too many turns the newest stay', () => {
		expect(turnsToKeep(sized(10, 10, 10, 10, 10, 10), limits)).toBe(3);
	});

	test('of turns with too much in them as many stay as fit, and two in any case', () => {
		expect(turnsToKeep(sized(9000, 1000, 1000, 1000), limits)).toBe(3);
		expect(turnsToKeep(sized(1000, 9000, 1000, 1000), limits)).toBe(2);
		expect(turnsToKeep(sized(1000, 9000, 9000), limits)).toBe(2);
		expect(turnsToKeep(sized(9000, 9000), limits)).toBeUndefined();
	});
});
