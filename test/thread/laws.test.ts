/**
 * The laws of the reducer, over recordings of the real server: the recordings themselves, and thousands of ways to
 * break, repeat, shuffle and cut them.
 */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {ThreadEvent} from '../../source/thread/events.ts';
import {comparable} from '../../source/thread/normalise.ts';
import {reduce} from '../../source/thread/reduce.ts';
import {initialThreadState, type ThreadState} from '../../source/thread/state.ts';
import {readTranscript, transcriptNames} from '../support/transcripts.ts';
import {fold} from './make.ts';
import {mutateFrame} from './mutate.ts';
import {type Line, replay} from './replay.ts';

const names = transcriptNames();
const transcripts = names.map(name => readTranscript(name));
const recordings = transcripts.map(lines => replay(lines));
const allLines: readonly Line[] = transcripts.flat();

const anyRecording = fc.constantFrom(...(recordings.length > 0 ? recordings : [replay([])]));
const anyLine = fc.constantFrom(...(allLines.length > 0 ? allLines : [{dir: 'in', frame: null}]));

const hydrateWith = (recording: (typeof recordings)[number]): ThreadState => {
	const {response, history} = recording;
	if (response === undefined || history === undefined)
		throw new Error('no history at the end of the recording');
	return fold(initialThreadState, {type: 'hydrated', response, page: history, atMs: 0});
};

/** Every value that is reachable keeps to the shape that the view relies on. */
const expectWhole = (state: ThreadState): void => {
	const turnIds = state.turns.map(turn => turn.id);
	expect(new Set(turnIds).size).toBe(turnIds.length);
	for (const {items, status, notices} of state.turns) {
		expect(new Set(items.map(item => item.id)).size).toBe(items.length);
		expect(['inProgress', 'completed', 'interrupted', 'failed', 'unknown']).toContain(status);
		for (const item of items) {
			expect(['started', 'streaming', 'completed', 'cut']).toContain(item.phase);
			if (item.phase === 'completed') expect(item.missedStart).toBe(false);
		}
		expect(notices.length).toBeLessThanOrEqual(100);
	}
};

/** The states after each event. */
const states = (events: readonly ThreadEvent[]): readonly ThreadState[] => {
	let state = initialThreadState;
	return events.map(event => {
		state = reduce(state, event);
		return state;
	});
};

test('there are recordings to hold the laws against', () => {
	expect(names.length).toBeGreaterThan(10);
	expect(recordings.filter(({history}) => history !== undefined).length).toBeGreaterThan(10);
	expect(recordings.flatMap(({events}) => events).length).toBeGreaterThan(300);
});

describe.each(names.map((name, index) => ({name, recording: recordings[index] ?? replay([])})))(
	'$name',
	({recording}) => {
		const live = fold(initialThreadState, ...recording.events);

		test('live equals hydrated', () => {
			expect(comparable(live)).toEqual(comparable(hydrateWith(recording)));
			expect(comparable(live).turns.flatMap(turn => turn.items).length).toBeGreaterThan(0);
		});

		test('hydrating again after it changes nothing that is comparable, and no item', () => {
			const {response, history} = recording;
			if (response === undefined || history === undefined) throw new Error('no history');
			const back = fold(
				live,
				{type: 'disconnected', atMs: 1},
				{type: 'hydrated', response, page: history, atMs: 2},
			);
			expect(comparable(back)).toEqual(comparable(live));
			const before = new Set(
				live.turns.flatMap(turn => turn.items).filter(item => item.phase === 'completed'),
			);
			expect(back.turns.flatMap(turn => turn.items).filter(item => item.phase === 'completed')).toSatisfy(
				(items: readonly object[]) => items.every(item => before.has(item as never)),
			);
		});

		test('listing the turns again at the end changes nothing', () => {
			const {history} = recording;
			if (history === undefined) throw new Error('no history');
			expect(fold(live, {type: 'turnsRelisted', page: history, atMs: 1}).turns).toBe(live.turns);
		});

		test('the same events make the same state', () => {
			expect(fold(initialThreadState, ...recording.events)).toEqual(live);
		});

		test('losing the connection at any place and coming back to the whole history ends the same', () => {
			const {response, history} = recording;
			if (response === undefined || history === undefined) throw new Error('no history');
			for (let cut = 0; cut <= recording.events.length; cut += 1) {
				const state = fold(
					initialThreadState,
					...recording.events.slice(0, cut),
					{type: 'disconnected', atMs: 1},
					{type: 'hydrated', response, page: history, atMs: 2},
				);
				expect(comparable(state)).toEqual(comparable(live));
			}
		});

		test('completing everything twice is completing it once', () => {
			const twice = recording.events.flatMap(event =>
				event.type === 'notified' && /completed$/.test(event.notification.method) ? [event, event] : [event],
			);
			expect(fold(initialThreadState, ...twice)).toEqual(live);
		});

		test('what an event does not name keeps its identity', () => {
			const all = states(recording.events);
			recording.events.forEach((event, index) => {
				if (event.type !== 'notified') return;
				const params = event.notification.params;
				const named = JSON.stringify(params);
				const [before, now] = [all[index - 1], all[index]];
				for (const turn of before?.turns ?? []) {
					if (!named.includes(turn.id)) expect(now?.turns).toContain(turn);
				}
			});
		});

		test('no state on the way is malformed', () => {
			states(recording.events).forEach(expectWhole);
		});
	},
);

describe('split anywhere,', () => {
	const splitDelta = (event: ThreadEvent, at: number): readonly ThreadEvent[] => {
		if (event.type !== 'notified' || !/[dD]elta$/.test(event.notification.method)) return [event];
		const {params} = event.notification;
		if (typeof params !== 'object' || params === null || !('delta' in params)) return [event];
		const {delta} = params;
		if (typeof delta !== 'string') return [event];
		const place = at % (delta.length + 1);
		return [delta.slice(0, place), delta.slice(place)].map(piece => ({
			...event,
			notification: {...event.notification, params: {...params, delta: piece}},
		}));
	};

	test('deltas give the same state', () => {
		fc.assert(
			fc.property(anyRecording, fc.array(fc.nat(50), {minLength: 1, maxLength: 20}), ({events}, places) => {
				const split = events.flatMap((event, index) => splitDelta(event, places[index % places.length] ?? 0));
				expect(fold(initialThreadState, ...split)).toEqual(fold(initialThreadState, ...events));
			}),
			{numRuns: 200},
		);
	});
});

describe('whatever comes,', () => {
	test('an unknown notification changes nothing, at any place', () => {
		fc.assert(
			fc.property(anyRecording, fc.string(), fc.jsonValue(), fc.nat(), ({events}, method, params, place) => {
				const state = fold(initialThreadState, ...events.slice(0, place % (events.length + 1)));
				const notification = {method: `unknown/${method}`, params: params as never};
				expect(reduce(state, {type: 'notified', notification, atMs: 1})).toBe(state);
			}),
			{numRuns: 300},
		);
	});

	test('cut short, shuffled and repeated frames never throw and never make a malformed state', () => {
		const places = fc.array(fc.nat(400), {maxLength: 60});
		fc.assert(
			fc.property(anyRecording, places, fc.boolean(), ({events}, picks, hydrates) => {
				const jumbled = picks.flatMap(pick => events[pick % Math.max(1, events.length)] ?? []);
				const first = hydrates ? events.filter(event => event.type === 'hydrated') : [];
				expectWhole(fold(initialThreadState, ...first, ...jumbled));
			}),
			{numRuns: 500},
		);
	});

	test('frames of all recordings mixed into one thread never throw', () => {
		fc.assert(
			fc.property(fc.array(anyLine, {maxLength: 80}), lines => {
				expectWhole(fold(initialThreadState, ...replay(lines).events));
			}),
			{numRuns: 300},
		);
	});

	test('thousands of mutated frames never throw and never make a malformed state', () => {
		let mutated = 0;
		fc.assert(
			fc.property(fc.constantFrom(...transcripts), fc.infiniteStream(fc.nat()), (lines, seeds) => {
				const next = (): number => seeds.next().value ?? 0;
				const broken = lines.map(line => {
					if (line.dir !== 'in' || next() % 3 !== 0) return line;
					mutated += 1;
					return {dir: line.dir, frame: mutateFrame(line.frame, next)};
				});
				expectWhole(fold(initialThreadState, ...replay(broken).events));
			}),
			{numRuns: 600},
		);
		expect(mutated).toBeGreaterThan(3000);
	});
});
