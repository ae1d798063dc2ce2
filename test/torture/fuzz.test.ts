/** The short form of fuzzing, and proof that it finds what is there to be found. */
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {liveState} from '../app/make.ts';
import {breakFrame} from './frame-mutations.ts';
import {fuzz} from './fuzz.ts';
import {readRecorded} from './memory-server.ts';
import {createRandom} from './random.ts';
import {shrink} from './shrink.ts';
import {faultsOf} from './state-laws.ts';

const seed = process.env.CI ? 0x5ea7 : Math.floor(Math.random() * 1_000_000);

test('broken frames harm nothing', async () => {
	const {counts, failures} = await fuzz(() => {}, {frames: 8000, seed});
	expect(failures).toEqual([]);
	expect(counts.frames).toBeGreaterThanOrEqual(8000);
	expect(counts.brokenOnTheWire).toBe(32);
}, 120_000);

test('the same seed breaks the same frames', () => {
	const frames = readRecorded().flatMap(({said}) => said);
	const broken = (from: number) => {
		const random = createRandom(from);
		return frames.map(frame => breakFrame(frame, random));
	};
	expect(broken(seed)).toEqual(broken(seed));
	const whole = new Set(frames.map(frame => JSON.stringify(frame)));
	expect(broken(seed).filter(text => !whole.has(text)).length).toBeGreaterThan(frames.length * 0.9);
});

describe('a failure', () => {
	test('is shrunk to the one frame that it takes, and to the member of it', async () => {
		const frames = Array.from({length: 300}, (_, index) =>
			JSON.stringify({
				method: 'm',
				params: {index, list: [1, {bad: index === 123}], text: 'a long text of no use'},
			}),
		);
		const small = await shrink(frames, async texts => texts.some(text => text.includes('"bad":true')));
		expect(small).toEqual(['{"params":{"list":[{"bad":true}]}}']);
	});

	test('that does not come again alone is not shrunk', async () => {
		expect(await shrink(['a', 'b'], async () => false)).toBeUndefined();
	});
});

describe('the laws', () => {
	test('hold of an ordinary state', () => {
		expect(faultsOf(liveState())).toEqual([]);
	});

	test('notice two turns with one id, and two items', () => {
		const state = liveState(2);
		const [turn] = state.thread.turns;
		if (turn === undefined) throw new Error('there is no turn');
		const twice = (turns: typeof state.thread.turns) =>
			faultsOf({...state, thread: {...state.thread, turns}});
		expect(twice([turn, turn])).toEqual(['two turns have one id']);
		expect(twice([{...turn, items: [...turn.items, ...turn.items]}])).toEqual([
			'two items of a turn have one id',
		]);
	});
});
