import {expect, test} from 'vitest';
import {createComposer} from '../../source/screen/compose.ts';
import type {Size} from '../../source/screen/frame.ts';
import {type Row, rowText} from '../../source/view/row.ts';

const size: Size = {columns: 12, rows: 4};
const row = (text: string, sgr = ''): Row => [{text, sgr}];
const chrome: readonly Row[] = [
	row('╭────╮╭────╮'),
	row('│    ││    │'),
	row('│    ││    │'),
	row('╰────╯╰────╯'),
];
const left = {column: 1, row: 1, width: 4, height: 2};
const right = {column: 7, row: 1, width: 4, height: 2};

const compose = (
	panes: Parameters<ReturnType<typeof createComposer>['compose']>[0]['panes'],
	composer = createComposer(),
) => composer.compose({size, chrome, panes, cursor: undefined});

test('pane rows lie in the boxes of the chrome, cut and padded by cells', () => {
	const {rows} = compose([
		{rect: left, rows: [row('ab'), row('世界x')]},
		{rect: right, rows: [row('longer than that')]},
	]);
	expect(rows.map(rowText)).toEqual(['╭────╮╭────╮', '│ab  ││long│', '│世界││    │', '╰────╯╰────╯']);
});

test('a wide character cut by the edge of its pane leaves a blank', () => {
	const {rows} = compose([{rect: {...left, width: 3}, rows: [row('世界')]}]);
	expect(rows[1] && rowText(rows[1])).toBe('│世  ││    │');
});

test('a pane beyond the screen is cut to it, and missing chrome is blank', () => {
	const composer = createComposer();
	const {rows} = composer.compose({
		size: {columns: 6, rows: 2},
		chrome: [row('a much longer chrome row')],
		panes: [{rect: {column: 4, row: 0, width: 10, height: 10}, rows: [row('XYZ'), row('UVW')]}],
		cursor: undefined,
	});
	expect(rows.map(rowText)).toEqual(['a muXY', '    UV']);
});

test('a later pane lies over an earlier one', () => {
	const {rows} = compose([
		{rect: left, rows: [row('aaaa'), row('aaaa')]},
		{rect: {column: 2, row: 1, width: 8, height: 1}, rows: [row('over')]},
	]);
	expect(rows[1] && rowText(rows[1])).toBe('│aover     │');
});

test('rows made of the same objects keep their identity, and only they do', () => {
	const composer = createComposer();
	const [one, two] = [row('one'), row('two')];
	const first = compose([{rect: left, rows: [one, two]}], composer);
	const second = compose([{rect: left, rows: [one, row('2')]}], composer);
	expect(second.rows[0]).toBe(first.rows[0]);
	expect(second.rows[1]).toBe(first.rows[1]);
	expect(second.rows[2]).not.toBe(first.rows[2]);
	expect(second.rows[0]).toBe(chrome[0]);
});

test('a pane that moves or another size composes anew', () => {
	const composer = createComposer();
	const one = row('one');
	const first = compose([{rect: left, rows: [one]}], composer);
	const moved = compose([{rect: right, rows: [one]}], composer);
	expect(moved.rows[1]).not.toBe(first.rows[1]);
	const narrow = composer.compose({
		size: {columns: 8, rows: 4},
		chrome,
		panes: [{rect: right, rows: [one]}],
		cursor: undefined,
	});
	expect(narrow.rows[1] && rowText(narrow.rows[1])).toBe('│    ││o');
});
