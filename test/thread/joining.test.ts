/** Live equals hydrated, over whatever a server that behaves as measured can say, and wherever a client joins it. */
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {comparable} from '../../source/thread/normalise.ts';
import {initialThreadState, type ThreadState} from '../../source/thread/state.ts';
import {disconnected, fold, textOf} from './make.ts';
import {type Moment, pageBefore, serve, subscribed} from './model-server.ts';

const choices = fc.array(
	fc.record({what: fc.nat(4), which: fc.nat(20), text: fc.constantFrom('ha', 'x\n', 'ha ha', '…')}),
	{minLength: 5, maxLength: 90},
);
const limit = fc.integer({min: 1, max: 4});

const eventsOf = (moments: readonly Moment[]) => moments.map(({event}) => event);

/** Scrolls up to the first turn. */
const pagedUp = (state: ThreadState, history: ReturnType<typeof serve>['end'], size: number): ThreadState => {
	let paged = state;
	for (let pages = 0; typeof paged.olderCursor === 'string'; pages += 1) {
		expect(pages).toBeLessThanOrEqual(history.length);
		paged = fold(paged, pageBefore(history, paged.olderCursor, size));
	}
	return paged;
};

const historyAt = ({moments, end}: ReturnType<typeof serve>, place: number) => moments[place]?.history ?? end;

test('watching from the start is reading it all at the end', () => {
	fc.assert(
		fc.property(choices, made => {
			const {moments, end} = serve(made);
			const live = fold(initialThreadState, subscribed([], 20), ...eventsOf(moments));
			expect(comparable(live)).toEqual(comparable(fold(initialThreadState, subscribed(end, 1000))));
		}),
		{numRuns: 300},
	);
});

test('joining anywhere, and scrolling to the top, is watching from the start', () => {
	fc.assert(
		fc.property(choices, fc.nat(), limit, (made, place, size) => {
			const served = serve(made);
			const at = place % (served.moments.length + 1);
			const joined = fold(
				initialThreadState,
				subscribed(historyAt(served, at), size),
				...eventsOf(served.moments.slice(at)),
			);
			const whole = fold(initialThreadState, subscribed(served.end, 1000));
			expect(comparable(pagedUp(joined, served.end, size))).toEqual(comparable(whole));
		}),
		{numRuns: 500},
	);
});

test('losing the connection and coming back, twice, leaves no double and no hole', () => {
	fc.assert(
		fc.property(
			choices,
			fc.array(fc.nat(), {minLength: 4, maxLength: 4}),
			limit,
			fc.boolean(),
			(made, cuts, size, scrolls) => {
				const served = serve(made);
				const [lostAt = 0, backAt = 0, lostAgain = 0, backAgain = 0] = cuts
					.map(cut => cut % (served.moments.length + 1))
					.toSorted((left, right) => left - right);
				const stretch = (from: number, to: number) => eventsOf(served.moments.slice(from, to));
				const first = fold(initialThreadState, subscribed([], size), ...stretch(0, lostAt), disconnected);
				const back = fold(first, subscribed(historyAt(served, backAt), size));
				const read = scrolls ? pagedUp(back, historyAt(served, backAt), size) : back;
				const again = fold(
					read,
					...stretch(backAt, lostAgain),
					disconnected,
					subscribed(historyAt(served, backAgain), size),
					...stretch(backAgain, served.moments.length),
				);
				const whole = fold(initialThreadState, subscribed(served.end, 1000));
				expect(comparable(pagedUp(again, served.end, size))).toEqual(comparable(whole));
			},
		),
		{numRuns: 700},
	);
});

test('an item that streams without a mark has lost nothing', () => {
	fc.assert(
		fc.property(choices, fc.nat(), fc.nat(), (made, lost, back) => {
			const served = serve(made);
			const {length} = served.moments;
			const [lostAt, backAt] = [lost % (length + 1), back % (length + 1)].toSorted((a, b) => a - b) as [
				number,
				number,
			];
			const state = fold(
				initialThreadState,
				subscribed([], 1000),
				...eventsOf(served.moments.slice(0, lostAt)),
				disconnected,
				subscribed(historyAt(served, backAt), 1000),
				...eventsOf(served.moments.slice(backAt)),
			);
			const live = fold(initialThreadState, subscribed([], 1000), ...eventsOf(served.moments));
			for (const {id, items} of state.turns) {
				for (const item of items) {
					if (item.missedStart) continue;
					const twin = live.turns.find(turn => turn.id === id)?.items.find(other => other.id === item.id);
					// A message that its turn's end cut before the connection broke is whole as far as it went.
					expect(twin && textOf(twin)).toBe(textOf(item));
				}
			}
		}),
		{numRuns: 500},
	);
});
