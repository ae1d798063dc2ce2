import {expect, test} from 'vitest';
import {timeLeft} from '../../source/view/time-left.ts';

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

test.each([
	[-day, '1 m'],
	[0, '1 m'],
	[minute, '1 m'],
	[minute + 1, '2 m'],
	[59 * minute, '59 m'],
	[hour - 1, '1 h'],
	[hour, '1 h'],
	[day - 3 * minute, '23 h 57 m'],
	[day, '24 h'],
	[2 * day - 1, '2 d'],
	[2 * day, '2 d'],
	[8 * day - hour, '7 d'],
])('%d ms are %s', (spanMs, words) => {
	expect(timeLeft(spanMs)).toBe(words);
});
