import {describe, expect, test} from 'vitest';
import {createFollower} from '../../source/view/follow.ts';
import {type BlockList, type Scroll, scrollBy, scrollTo, viewport} from '../../source/view/viewport.ts';

const area = {column: 0, row: 0, width: 60, height: 20};

const text = (rows: number): BlockList => ({
	length: rows,
	keyAt: index => `r${index}`,
	rowsAt: index => [[{text: `r${index}`, sgr: ''}]],
	indexOf: key => {
		const index = Number(key.slice(1));
		return key.startsWith('r') && index < rows ? index : -1;
	},
});

/** Rows on the screen after each length of the list, as the panes would show them. */
const following = (lengths: readonly number[], asked: Scroll, place: 'alone' | 'beside' = 'beside') => {
	const follower = createFollower();
	const look = (rows: number, scroll: Scroll, height = area.height) => {
		const view = viewport(text(rows), follower.scroll(scroll, {...area, height}, place), height);
		follower.shown(scroll, view.scroll);
		return view;
	};
	for (const rows of lengths) look(rows, asked);
	return {follower, look};
};

const first = (view: {readonly rows: ReadonlyArray<ReadonlyArray<{readonly text: string}>>}) =>
	view.rows[0]?.[0]?.text;

const tail = (): Scroll => ({kind: 'tail'});

describe('a pane beside another', () => {
	test('is full at first, moves up by half when it overflows, and stands still until it is full again', () => {
		const asked = tail();
		const {look} = following([100], asked);
		expect(look(100, asked).rows).toHaveLength(20);
		for (let rows = 101; rows <= 111; rows++) {
			const view = look(rows, asked);
			expect(first(view)).toBe('r91');
			expect(view.rows.at(-1)?.[0]?.text).toBe(`r${rows - 1}`);
			expect(view).toMatchObject({atTail: true, position: 1, hiddenBelow: {blocks: 0}});
		}
		expect(first(look(112, asked))).toBe('r102');
	});

	test('is filled when more came at once than the room that a stride makes', () => {
		const asked = tail();
		const {look} = following([100], asked);
		expect(first(look(150, asked))).toBe('r130');
		expect(look(150, asked).rows).toHaveLength(20);
	});

	test('is filled from above when most of it became empty', () => {
		const asked = tail();
		const {look} = following([100, 101], asked);
		expect(first(look(97, asked))).toBe('r91');
		expect(first(look(95, asked))).toBe('r75');
	});

	test('is filled for whoever goes to the tail anew, and after a resize', () => {
		const {look} = following([100, 101], tail());
		expect(first(look(101, tail()))).toBe('r81');
		const asked = tail();
		const other = following([100, 101], asked);
		expect(first(other.look(101, asked, 10))).toBe('r91');
	});

	test('scrolls up by a row at least, also where rows were empty', () => {
		const asked = tail();
		const {follower} = following([100, 101], asked);
		const scroll = follower.scroll(asked, area, 'beside');
		const up = scrollBy(text(101), scroll, area.height, -3);
		const view = viewport(text(101), up, area.height);
		expect(first(view)).toBe('r80');
		expect(view).toMatchObject({atTail: false});
		expect(first(viewport(text(101), scrollBy(text(101), scroll, area.height, -19), area.height))).toBe(
			'r72',
		);
	});

	test('shows the row that is gone to, though it had moved out already', () => {
		const asked = tail();
		const {follower, look} = following([100, 101], asked);
		const scroll = follower.scroll(asked, area, 'beside');
		const to = scrollTo(text(101), 'r85', area.height, 'nearest', scroll);
		expect(look(101, to).rows.map(row => row[0]?.text)).toContain('r85');
	});
});

test('a pane alone follows row by row', () => {
	const asked = tail();
	const {look} = following([100], asked, 'alone');
	for (let rows = 101; rows <= 130; rows++) expect(first(look(rows, asked))).toBe(`r${rows - 20}`);
});
