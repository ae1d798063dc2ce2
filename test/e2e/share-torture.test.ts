/** A little of what `npm run torture` does to a share for longer: guests by every door, a crowd, a relay that cheats. */
import process from 'node:process';
import {expect, test} from 'vitest';
import {share} from '../torture/share.ts';

/** In CI what fails is the change and not the dice; a failure prints its seed either way. */
const seed = process.env.CI ? 0x5ea7 : undefined;

test('guests by every door come, go and cheat; a crowd hears all of a burst; a relay that cheats is found out', async () => {
	const lines: string[] = [];
	const {counts, failures} = await share(line => lines.push(line), {
		visits: 30,
		lanes: 10,
		strikes: 2,
		hurry: 15,
		attacks: 4,
		crowd: {guests: 12, stalled: 2, deltas: 1000},
		...(seed === undefined ? {} : {seed}),
	});
	console.info([...lines, JSON.stringify(counts)].join('\n'));
	expect(failures).toEqual([]);
	expect(counts.joins).toBeGreaterThan(15);
	expect(counts['relay attacks']).toBe(4);
}, 120_000);
