import {describe, expect, test} from 'vitest';
import type {AppState} from '../../source/app/state.ts';
import {createHereTeller} from '../../source/commands/here.ts';
import {liveState, person, press, sharedState, startMs} from '../app/make.ts';

/** A clock by hand: `pass` runs what is due, in its order. */
const createClock = () => {
	let nowMs = startMs;
	let tasks: Array<{readonly atMs: number; readonly task: () => void}> = [];
	return {
		nowMs: () => nowMs,
		random: () => 0,
		later(delayMs: number, task: () => void) {
			const entry = {atMs: nowMs + delayMs, task};
			tasks.push(entry);
			return () => {
				tasks = tasks.filter(each => each !== entry);
			};
		},
		pass(ms: number) {
			const endMs = nowMs + ms;
			for (;;) {
				const [next] = tasks.filter(({atMs}) => atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs);
				if (next === undefined) break;
				tasks = tasks.filter(each => each !== next);
				nowMs = Math.max(nowMs, next.atMs);
				next.task();
			}
			nowMs = endMs;
		},
		pending: () => tasks.length,
	};
};

const begin = (first: AppState) => {
	const clock = createClock();
	const told: unknown[] = [];
	let state = first;
	const teller = createHereTeller(
		{tellShare: (method, params) => told.push([method, params, clock.nowMs() - startMs])},
		() => state,
		clock,
	);
	const show = (next: AppState): void => {
		state = next;
		teller.look();
	};
	teller.look();
	return {clock, told, show, teller};
};

const seat = sharedState(person('ada', 'steer'), [], {rows: 12});
const typed = (nowMs: number): AppState =>
	press(
		{...press(seat, 'compose'), nowMs},
		{type: 'write', input: {type: 'paste', text: 'hello'}, newId: () => 'x'},
	);
const here = (at: 'live' | 'back', typing: boolean, ms: number) => ['jumpseat/here', {at, typing}, ms];

describe('what the others are told', () => {
	test('nothing without a share', () => {
		const {told, clock} = begin(liveState());
		clock.pass(10_000);
		expect(told).toEqual([]);
		expect(clock.pending()).toBe(0);
	});

	test('each change once, and at most one every 300 ms: the last state wins', () => {
		const {told, clock, show} = begin(seat);
		show(press(seat, 'top'));
		show(seat);
		show(press(seat, 'top'));
		clock.pass(299);
		expect(told).toEqual([here('live', false, 0)]);
		clock.pass(1);
		expect(told).toEqual([here('live', false, 0), here('back', false, 300)]);
		show(press(seat, 'top'));
		clock.pass(5000);
		expect(told).toHaveLength(2);
	});

	test('typing ends three seconds after the last key, whatever else happens meanwhile', () => {
		const {told, clock, show} = begin(seat);
		clock.pass(1000);
		const writing = typed(startMs + 1000);
		show(writing);
		clock.pass(2900);
		show(writing);
		clock.pass(2000);
		expect(told.slice(1)).toEqual([here('live', true, 1000), here('live', false, 4000)]);
		expect(clock.pending()).toBe(0);
	});

	test('a new connection is told again', () => {
		const {told, clock, show} = begin(press(seat, 'top'));
		clock.pass(1000);
		show({...press(seat, 'top'), connection: {kind: 'hydrating'}});
		show(press(seat, 'top'));
		expect(told).toEqual([here('back', false, 0), here('back', false, 1000)]);
	});

	test('stopped, it says nothing more', () => {
		const {told, clock, show, teller} = begin(seat);
		show(typed(startMs));
		teller.stop();
		clock.pass(10_000);
		expect(told).toHaveLength(1);
	});
});
