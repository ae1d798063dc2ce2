import {expect, test} from 'vitest';
import {calmTickMs, createTicker, tickMs} from '../../source/commands/ticker.ts';
import {createFakeClock} from '../screen/fake-terminal.ts';

const start = (shows: {time: boolean}) => {
	const clock = createFakeClock();
	const ticks: string[] = [];
	const ticker = createTicker(clock, since => {
		ticks.push(`${clock.nowMs()} ${since}`);
		return shows.time ? 'showsTime' : 'timeless';
	});
	return {clock, ticks, ticker};
};

test('ticks each second while the screen shows time', () => {
	const {clock, ticks} = start({time: true});
	clock.advance(60_000);
	expect(ticks).toHaveLength(60);
});

test('ticks every ten seconds once nothing has happened for ten, and each second again after an event', () => {
	const {clock, ticks, ticker} = start({time: false});
	clock.advance(10 * tickMs + 5 * calmTickMs);
	expect(ticks).toHaveLength(15);
	clock.advance(500);
	ticker.stir();
	ticks.length = 0;
	clock.advance(2 * tickMs);
	expect(ticks).toEqual(['61500 stirred', '62500 still']);
});

test('an event never puts the next tick off', () => {
	const {clock, ticks, ticker} = start({time: true});
	for (let count = 0; count < 30; count++) {
		ticker.stir();
		clock.advance(100);
	}
	expect(ticks).toHaveLength(3);
});

test('is silent once stopped, also from within a tick', () => {
	const clock = createFakeClock();
	let ticks = 0;
	const ticker = createTicker(clock, () => {
		ticks++;
		ticker.stop();
		return 'showsTime';
	});
	clock.advance(60_000);
	ticker.stir();
	clock.advance(60_000);
	expect(ticks).toBe(1);
});
