/** A few rounds of what `npm run torture` plays for longer: a network that breaks by a schedule, and the law after it. */
import process from 'node:process';
import {expect, test} from 'vitest';
import {faults} from '../torture/faults.ts';

/** In CI what fails is the change and not the dice; a round's seed is printed either way. */
const seed = process.env.CI ? 0x5ea7 : undefined;

test('after faults of every kind, once quiet, our seat knows what one knows that attaches now', async () => {
	const lines: string[] = [];
	const {counts, failures} = await faults(line => lines.push(line), {
		rounds: 6,
		seconds: 40,
		size: 2,
		...(seed === undefined ? {} : {seed}),
	});
	console.info([...lines, JSON.stringify(counts)].join('\n'));
	expect(failures).toEqual([]);
	expect(counts.rounds).toBeGreaterThan(1);
	expect(counts.faults).toBeGreaterThan(3);
	expect(counts.items).toBeGreaterThan(10);
}, 120_000);
