import {expect, test} from 'vitest';
import {createTurnedAway} from '../../source/share/turned-away.ts';
import {createFakeTime} from '../app-server/watcher.ts';

test('the first token that opens nothing is told at once, the others together, and then there is silence again', () => {
	const time = createFakeTime();
	const told: string[] = [];
	const turnedAway = createTurnedAway(time.later, sentence => told.push(sentence));
	for (let count = 0; count < 1000; count += 1) turnedAway.note();
	expect(told).toEqual([expect.stringContaining('a token that opens nothing')]);
	time.advance(60_000);
	expect(told.slice(1)).toEqual(['Somebody came 999 times more with a token that opens nothing.']);
	time.advance(600_000);
	expect(told).toHaveLength(2);
	turnedAway.note();
	expect(told[2]).toBe(told[0]);
	turnedAway.note();
	turnedAway.stop();
	time.advance(60_000);
	expect(told).toHaveLength(3);
});
