import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	type BlockList,
	type Scroll,
	scrollBy,
	scrollTo,
	scrollToRow,
	tail,
	viewport,
} from '../../source/view/viewport.ts';
import {lines} from './samples.ts';

type Fake = BlockList & {readonly asked: Set<string>};

/** Blocks by name and number of rows; row `b:2` is the third of block `b`. */
const fake = (blocks: ReadonlyArray<readonly [key: string, rows: number]>): Fake => {
	const asked = new Set<string>();
	return {
		asked,
		length: blocks.length,
		keyAt: index => blocks[index]?.[0] ?? '',
		rowsAt: index => {
			const [key, count] = blocks[index] ?? ['', 0];
			asked.add(key);
			return Array.from({length: count}, (_, row) => [{text: `${key}:${row}`, sgr: ''}]);
		},
		indexOf: key => blocks.findIndex(block => block[0] === key),
	};
};

const shown = (list: BlockList, scroll: Scroll, height: number): string[] =>
	lines(viewport(list, scroll, height).rows);

const abc = fake([
	['a', 2],
	['b', 3],
	['c', 2],
]);

describe('viewport', () => {
	test('the tail ends with the newest row', () => {
		expect(shown(abc, tail, 4)).toEqual(['b:1', 'b:2', 'c:0', 'c:1']);
		const view = viewport(abc, tail, 4);
		expect(view.blockAtRow).toEqual(['b', 'b', 'c', 'c']);
		expect(view).toMatchObject({atTop: false, atTail: true, position: 1, hiddenBelow: {blocks: 0}});
	});

	test('content shorter than the pane starts at the top, and is top and tail at once', () => {
		const view = viewport(abc, tail, 20);
		expect(lines(view.rows)).toEqual(['a:0', 'a:1', 'b:0', 'b:1', 'b:2', 'c:0', 'c:1']);
		expect(view).toMatchObject({atTop: true, atTail: true, position: 1});
	});

	test('an empty list and a pane without rows show nothing', () => {
		expect(viewport(fake([]), tail, 5).rows).toEqual([]);
		expect(viewport(abc, tail, 0).rows).toEqual([]);
		expect(scrollBy(fake([]), tail, 5, -3)).toEqual(tail);
	});

	test('an anchored view begins inside a block and counts the blocks below', () => {
		const view = viewport(abc, {kind: 'anchor', key: 'a', offset: 1}, 3);
		expect(lines(view.rows)).toEqual(['a:1', 'b:0', 'b:1']);
		expect(view).toMatchObject({atTop: false, atTail: false, hiddenBelow: {blocks: 2}});
	});

	test('a pane is never half empty while there are rows above', () => {
		const view = viewport(abc, {kind: 'anchor', key: 'c', offset: 1}, 3);
		expect(lines(view.rows)).toEqual(['b:2', 'c:0', 'c:1']);
		expect(view.scroll).toMatchObject({kind: 'anchor', key: 'b', offset: 2});
	});

	test('an anchor past the end of a block that shrank stays in that block', () => {
		expect(shown(abc, {kind: 'anchor', key: 'a', offset: 9}, 2)).toEqual(['a:1', 'b:0']);
	});

	test('the anchor block vanishes: the view stays near where it was', () => {
		const kept = viewport(abc, {kind: 'anchor', key: 'b', offset: 1}, 2).scroll;
		const without = fake([
			['a', 2],
			['c', 2],
			['d', 5],
		]);
		expect(shown(without, kept, 2)).toEqual(['c:0', 'c:1']);
	});

	test('blocks without rows are passed over', () => {
		const list = fake([
			['a', 0],
			['b', 2],
			['c', 0],
			['d', 1],
			['e', 0],
		]);
		expect(shown(list, tail, 2)).toEqual(['b:1', 'd:0']);
		expect(viewport(list, tail, 2).atTail).toBe(true);
		expect(shown(list, {kind: 'anchor', key: 'a', offset: 0}, 2)).toEqual(['b:0', 'b:1']);
	});
});

describe('scrollBy', () => {
	test('up from the tail anchors, down to the end follows the tail again', () => {
		const up = scrollBy(abc, tail, 3, -2);
		expect(up).toMatchObject({kind: 'anchor', key: 'b', offset: 0});
		expect(scrollBy(abc, up, 3, 1)).toMatchObject({kind: 'anchor', key: 'b', offset: 1});
		expect(scrollBy(abc, up, 3, 2)).toEqual(tail);
		expect(scrollBy(abc, up, 3, 1000)).toEqual(tail);
	});

	test('up stops at the first row', () => {
		expect(scrollBy(abc, tail, 3, -1000)).toMatchObject({kind: 'anchor', key: 'a', offset: 0});
	});

	test('a list that fits keeps following the tail', () => {
		expect(scrollBy(abc, tail, 10, -1)).toEqual(tail);
	});
});

describe('scrollTo', () => {
	test('top, centre and nearest', () => {
		const long = fake(Array.from({length: 20}, (_, index) => [`k${index}`, 1] as const));
		expect(shown(long, scrollTo(long, 'k5', 4, 'top', tail), 4)).toEqual(['k5:0', 'k6:0', 'k7:0', 'k8:0']);
		expect(shown(long, scrollTo(long, 'k5', 5, 'centre', tail), 5)[2]).toBe('k5:0');
		const from: Scroll = {kind: 'anchor', key: 'k5', offset: 0};
		expect(shown(long, scrollTo(long, 'k3', 4, 'nearest', from), 4)[0]).toBe('k3:0');
		expect(shown(long, scrollTo(long, 'k10', 4, 'nearest', from), 4)[3]).toBe('k10:0');
		expect(scrollTo(long, 'k6', 4, 'nearest', from)).toBe(from);
		expect(scrollTo(long, 'k19', 4, 'nearest', from)).toEqual(tail);
		expect(scrollTo(long, 'none', 4, 'top', from)).toBe(from);
	});

	test('a block taller than the pane shows its beginning', () => {
		const tall = fake([
			['a', 1],
			['b', 30],
			['c', 1],
		]);
		expect(shown(tall, scrollTo(tall, 'b', 4, 'centre', tail), 4)[0]).toBe('b:0');
		const inside: Scroll = {kind: 'anchor', key: 'b', offset: 7};
		expect(scrollTo(tall, 'b', 4, 'nearest', inside)).toBe(inside);
	});
});

const blocksArbitrary = fc.array(fc.integer({min: 0, max: 6}), {minLength: 1, maxLength: 40});
const named = (sizes: readonly number[], prefix: string): Array<readonly [string, number]> =>
	sizes.map((size, index) => [`${prefix}${index}`, size] as const);

describe('properties', () => {
	test('an anchored view does not move when blocks are appended or prepended', () => {
		fc.assert(
			fc.property(
				blocksArbitrary,
				blocksArbitrary,
				blocksArbitrary,
				fc.integer({min: 1, max: 12}),
				fc.integer({min: 1, max: 80}),
				(middle, older, newer, height, up) => {
					const list = fake(named(middle, 'm'));
					const anchored = scrollBy(list, tail, height, -up);
					fc.pre(anchored.kind === 'anchor');
					const before = viewport(list, anchored, height);
					fc.pre(before.rows.length === height);
					const grown = fake([...named(older, 'o'), ...named(middle, 'm'), ...named(newer, 'n')]);
					expect(shown(grown, before.scroll, height)).toEqual(lines(before.rows));
				},
			),
		);
	});

	test('what is shown is a window of the whole, full if it can be', () => {
		fc.assert(
			fc.property(
				blocksArbitrary,
				fc.integer({min: 1, max: 12}),
				fc.nat(39),
				fc.nat(5),
				(sizes, height, at, offset) => {
					const blocks = named(sizes, 'm');
					const list = fake(blocks);
					const all = blocks.flatMap(([key, count]) =>
						Array.from({length: count}, (_, row) => `${key}:${row}`),
					);
					const view = viewport(list, {kind: 'anchor', key: `m${at % sizes.length}`, offset}, height);
					const rows = lines(view.rows);
					expect(rows).toHaveLength(Math.min(height, all.length));
					const from = rows.length === 0 ? 0 : all.indexOf(rows[0] ?? '');
					expect(rows).toEqual(all.slice(from, from + rows.length));
					expect(view.blockAtRow).toHaveLength(rows.length);
					expect(view.position).toBeGreaterThanOrEqual(0);
					expect(view.position).toBeLessThanOrEqual(1);
					if (from + rows.length < all.length) expect(view.atTail).toBe(false);
				},
			),
		);
	});

	test('up n rows and down n rows returns to the same rows', () => {
		fc.assert(
			fc.property(
				blocksArbitrary,
				fc.integer({min: 1, max: 12}),
				fc.nat(60),
				fc.integer({min: 1, max: 60}),
				(sizes, height, first, n) => {
					const list = fake(named(sizes, 'm'));
					const total = sizes.reduce((sum, size) => sum + size, 0);
					fc.pre(total > height + first + n);
					const begin = scrollBy(list, tail, height, -first);
					const back = scrollBy(list, scrollBy(list, begin, height, -n), height, n);
					expect(shown(list, back, height)).toEqual(shown(list, begin, height));
					expect(back.kind).toBe(begin.kind);
				},
			),
		);
	});

	test('only the blocks of the window are laid out', () => {
		fc.assert(
			fc.property(fc.integer({min: 1, max: 50}), fc.nat(9999), fc.nat(3), (height, at, offset) => {
				const blocks = Array.from({length: 10_000}, (_, index) => [`k${index}`, 1 + (index % 3)] as const);
				const list = fake(blocks);
				const view = viewport(list, {kind: 'anchor', key: `k${at}`, offset}, height);
				expect(list.asked.size).toBeLessThanOrEqual(height + 4);
				scrollBy(list, view.scroll, height, -1);
				scrollBy(list, view.scroll, height, 1);
				expect(list.asked.size).toBeLessThanOrEqual(height + 8);
			}),
			{numRuns: 30},
		);
	});

	test('the position grows from 0 at the top to 1 at the tail', () => {
		const list = fake(Array.from({length: 50}, (_, index) => [`k${index}`, 1 + (index % 4)] as const));
		let scroll: Scroll = {kind: 'anchor', key: 'k0', offset: 0};
		let last = viewport(list, scroll, 10).position;
		expect(last).toBe(0);
		while (scroll.kind === 'anchor') {
			scroll = scrollBy(list, scroll, 10, 1);
			const {position} = viewport(list, scroll, 10);
			expect(position).toBeGreaterThan(last);
			last = position;
		}
		expect(last).toBe(1);
	});
});

describe('scrollToRow', () => {
	const long = fake([
		['a', 3],
		['b', 20],
		['c', 3],
	]);

	test('shows any row of any block, and leaves alone what is shown', () => {
		for (const [key, size] of [
			['a', 3],
			['b', 20],
			['c', 3],
		] as const) {
			for (let row = 0; row < size; row += 1) {
				for (const from of [tail, {kind: 'anchor', key: 'b', offset: 7}] satisfies Scroll[]) {
					const scroll = scrollToRow(long, {key, row}, 6, from);
					expect(shown(long, scroll, 6)).toContain(`${key}:${row}`);
					expect(scrollToRow(long, {key, row}, 6, scroll)).toBe(scroll);
				}
			}
		}
	});

	test('a row of a block taller than the pane comes to the middle', () => {
		expect(shown(long, scrollToRow(long, {key: 'b', row: 10}, 6, tail), 6)[3]).toBe('b:10');
	});

	test('an unknown block changes nothing; the end is followed', () => {
		expect(scrollToRow(long, {key: 'x', row: 0}, 6, tail)).toBe(tail);
		expect(scrollToRow(long, {key: 'c', row: 2}, 6, {kind: 'anchor', key: 'a', offset: 0})).toEqual(tail);
	});
});
