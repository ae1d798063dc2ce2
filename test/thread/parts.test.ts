import {describe, expect, test} from 'vitest';
import {reduce} from '../../source/thread/reduce.ts';
import {currentTurn, turnNumber} from '../../source/thread/selectors.ts';
import {initialThreadState, type ThreadState} from '../../source/thread/state.ts';
import {
	completed,
	delta,
	disconnected,
	empty,
	fold,
	hydrated,
	ids,
	itemsOf,
	message,
	notified,
	older,
	relisted,
	started,
	turn,
	turnCompleted,
	turnOf,
	turnStarted,
	user,
} from './make.ts';

/** As the server makes them: sorted by time. The review is a turn A, of which the server starts a part B. */
const idOf = (index: number) => `00000000-0000-7000-8000-00000000000${index}`;
const [before, a, b, after] = [idOf(1), idOf(2), idOf(3), idOf(4)] as const;

const at = (item: object, startedAtMs: number) => ({...item, startedAtMs, completedAtMs: startedAtMs});
const entered = at({type: 'enteredReviewMode', id: 'entered', review: 'x'}, 10);
const asked = at(user('asked', 'look at it'), 20);
const exited = at({type: 'exitedReviewMode', id: 'exited', review: 'fine'}, 30);
const partStarted = notified('turn/started', {
	turn: {id: b, rootTurnId: a, items: [], status: 'inProgress', startedAt: 7},
});
const begun = [started(entered, a), completed(entered, a), partStarted, completed(asked, a)];
const over = [completed(exited, a), turnCompleted(a)];

/** What history says of the part, while the thread works and once it is idle. */
const listedPart = (status: string) => turn(b, [asked], {status, rootTurnId: a, startedAt: 7});
const listedRoot = turn(a, [entered, exited], {rootTurnId: a, startedAt: 7, completedAt: 9});
const first = turn(before, [message('m', 'x')], {rootTurnId: before});

const names = (state: ThreadState) => state.turns.map(({id, status}) => [id, status]);
const heldFirst = fold(empty, hydrated([first]));

describe('a turn that begins while its root runs', () => {
	test('is a part of it: one turn runs, since the part began, and all its items are there', () => {
		const state = fold(heldFirst, ...begun);
		expect(names(state)).toEqual([
			[before, 'completed'],
			[a, 'inProgress'],
		]);
		expect(currentTurn(state)).toMatchObject({
			id: a,
			partIds: [b],
			startedAtMs: 7000,
			itemsIncomplete: false,
		});
		expect(turnNumber(state)).toBe(2);
		expect(ids(itemsOf(state, a))).toEqual(['entered', 'asked']);
	});

	test('ends with it: nothing runs any more', () => {
		const state = fold(heldFirst, ...begun, ...over);
		expect(currentTurn(state)).toBeUndefined();
		expect(names(state)).toEqual([
			[before, 'completed'],
			[a, 'completed'],
		]);
	});

	test('does not end the whole by its own end', () => {
		const state = fold(heldFirst, ...begun);
		expect(reduce(state, turnCompleted(b, 'interrupted'))).toBe(state);
	});

	test('is found by its own name, too', () => {
		const state = fold(heldFirst, ...begun, delta('n', 'streamed', b), partStarted);
		expect(names(state)).toHaveLength(2);
		expect(ids(itemsOf(state, a))).toEqual(['entered', 'asked', 'n']);
	});

	test('leaves alone a root that ended before, or that is in another thread: that is where work came from', () => {
		const chained = notified('turn/started', {
			turn: {id: after, rootTurnId: before, items: [], status: 'inProgress'},
		});
		expect(names(fold(heldFirst, chained))).toEqual([
			[before, 'completed'],
			[after, 'inProgress'],
		]);
		const elsewhere = notified('turn/started', {turn: {id: after, rootTurnId: 'elsewhere', items: []}});
		const state = fold(heldFirst, elsewhere, turnCompleted(after));
		expect(names(state)).toEqual([
			[before, 'completed'],
			[after, 'completed'],
		]);
		expect(state.turns[1]).not.toHaveProperty('rootId');
	});
});

describe('in history', () => {
	test('a turn whose root stands after it is a part of that, whatever status it is given', () => {
		for (const status of ['interrupted', 'inProgress']) {
			const state = fold(empty, hydrated([first, listedPart(status), listedRoot]));
			expect(names(state)).toEqual([
				[before, 'completed'],
				[a, 'completed'],
			]);
			expect(ids(itemsOf(state, a))).toEqual(['entered', 'asked', 'exited']);
			expect(turnOf(state, a)?.partIds).toEqual([b]);
		}
	});

	test('a turn whose root stands before it is a turn of its own', () => {
		const chained = turn(after, [message('n', 'y')], {rootTurnId: before});
		expect(names(fold(empty, hydrated([first, chained])))).toHaveLength(2);
	});

	test('roots in a circle lose no turn', () => {
		const [x, y] = [turn(a, [asked], {rootTurnId: b}), turn(b, [exited], {rootTurnId: a})];
		const state = fold(empty, hydrated([x, y]));
		expect(state.turns.flatMap(({items}) => ids(items))).toEqual(['asked', 'exited']);
	});

	test('a part on the page before its root is taken in when it comes, and once', () => {
		const state = fold(initialThreadState, hydrated([listedRoot], 'c'));
		const page = older([first, listedPart('interrupted')]);
		const whole = fold(state, page);
		expect(names(whole)).toEqual([
			[before, 'completed'],
			[a, 'completed'],
		]);
		expect(ids(itemsOf(whole, a))).toEqual(['entered', 'asked', 'exited']);
		expect(reduce(whole, page)).toBe(whole);
	});

	test('an older turn that is said to run does not: another stands behind it', () => {
		const state = fold(empty, hydrated([listedPart('inProgress'), turn(after, [])]));
		expect(currentTurn(state)).toBeUndefined();
		expect(names(state)).toEqual([
			[b, 'unknown'],
			[after, 'completed'],
		]);
	});
});

describe('who joins in mid-review', () => {
	const joined = fold(initialThreadState, hydrated([first, listedPart('inProgress')], 'c'));

	test('sees it run, under the name that is listed, since it began', () => {
		expect(currentTurn(joined)).toMatchObject({id: b, startedAtMs: 7000, rootId: a});
	});

	test('sees the same turn go on and end under the name of its root', () => {
		const going = fold(joined, delta('n', 'streamed', a));
		expect(names(going)).toEqual([
			[before, 'completed'],
			[a, 'inProgress'],
		]);
		expect(currentTurn(going)).toMatchObject({startedAtMs: 7000, partIds: [b]});
		const ended = fold(going, ...over);
		expect(currentTurn(ended)).toBeUndefined();
		expect(ids(itemsOf(ended, a))).toEqual(['asked', 'n', 'exited']);
		expect(fold(joined, turnCompleted(a)).turns.at(-1)).toMatchObject({id: a, status: 'completed'});
	});

	test('gets what announced it when the turns are listed after it', () => {
		const state = fold(joined, ...over, relisted([listedPart('interrupted'), listedRoot], 'c'));
		expect(ids(itemsOf(state, a))).toEqual(['entered', 'asked', 'exited']);
		expect(names(state)).toHaveLength(2);
	});

	test('is not misled by a turn before ours, of which a late command speaks', () => {
		const state = fold(
			initialThreadState,
			hydrated([turn(b, []), turn(after, [], {rootTurnId: a, status: 'inProgress'})], 'c'),
		);
		expect(reduce(state, delta('n', 'late', a))).toBe(state);
	});
});

describe('a lost connection in mid-review', () => {
	const lost = fold(heldFirst, ...begun, delta('n', 'half', a), disconnected);

	test('comes back to the one turn that runs', () => {
		const back = fold(lost, hydrated([first, listedPart('inProgress')]));
		expect(names(back)).toEqual([
			[before, 'completed'],
			[a, 'inProgress'],
		]);
		expect(ids(itemsOf(back, a))).toEqual(['entered', 'asked', 'n']);
		expect(fold(back, hydrated([first, listedPart('inProgress')])).turns).toBe(back.turns);
	});

	test('comes back to the turn that ended, without doubles', () => {
		const back = fold(lost, hydrated([first, listedPart('interrupted'), listedRoot]));
		expect(names(back)).toEqual([
			[before, 'completed'],
			[a, 'completed'],
		]);
		expect(ids(itemsOf(back, a))).toEqual(['entered', 'asked', 'n', 'exited']);
	});

	test('comes back to a page that does not reach the part: older pages bring the rest', () => {
		const back = fold(lost, hydrated([listedRoot], 'c'));
		expect(back.olderCursor).toBe('c');
		const whole = fold(back, older([first, listedPart('interrupted')]));
		expect(names(whole)).toHaveLength(2);
		expect(whole.olderCursor).toBeNull();
	});

	test('comes back to what a server that died has stored: the part', () => {
		const back = fold(lost, hydrated([first, listedPart('interrupted'), turn(after, [])]));
		expect(names(back).map(([, status]) => status)).toEqual(['completed', 'interrupted', 'completed']);
		expect(currentTurn(back)).toBeUndefined();
	});
});

test('listing the turns while the review runs changes nothing', () => {
	const state = fold(heldFirst, ...begun);
	expect(fold(state, relisted([first, listedPart('inProgress')])).turns).toBe(state.turns);
});

test('a list that was made in mid-review does not bring it back to life', () => {
	const state = fold(heldFirst, ...begun, ...over);
	expect(currentTurn(fold(state, relisted([first, listedPart('inProgress')])))).toBeUndefined();
});

test('a turn of another kind that is first heard of by an item has a beginning that was missed', () => {
	const state = fold(heldFirst, turnStarted(after), turnCompleted(after), started(message('x', ''), idOf(5)));
	expect(turnOf(state, idOf(5))).toMatchObject({status: 'inProgress', itemsIncomplete: true});
});
