import fc from 'fast-check';
import {expect, test} from 'vitest';
import {emptyRow, type Row, rowText} from '../../source/view/row.ts';
import {sanitiseLine} from '../../source/view/sanitise.ts';
import {rowWidth} from '../../source/view/width.ts';
import {hardWrapRow, indentRows, wrapRow, wrapText} from '../../source/view/wrap.ts';
import {hostileText, offences} from './hostile-corpus.ts';

const plain = (text: string): Row => [{text, sgr: ''}];
const wrapped = (text: string, columns: number, hang = 0): string[] =>
	wrapRow(plain(text), columns, {hang}).map(rowText);

test('lines break at spaces, which are dropped there', () => {
	expect(wrapped('the quick brown fox  jumps', 10)).toEqual(['the quick', 'brown fox', 'jumps']);
	expect(wrapped('exactly ten chars', 7)).toEqual(['exactly', 'ten', 'chars']);
});

test('a word longer than any row starts where the text is and is cut at the edge', () => {
	expect(wrapped('see abcdefghijklmnop ok', 8)).toEqual(['see abcd', 'efghijkl', 'mnop ok']);
});

test('a word that fits into a row of its own is moved there whole', () => {
	expect(wrapped('see abcdefg ok', 8)).toEqual(['see', 'abcdefg', 'ok']);
});

test('indentation at the start stays and continuation rows hang', () => {
	expect(wrapped('    aa bb cc', 8)).toEqual(['    aa', 'bb cc']);
	expect(wrapped('- aa bb cc dd', 8, 2)).toEqual(['- aa bb', '  cc dd']);
});

test('wide characters are never split and may break between each other, but not before closing marks', () => {
	expect(wrapped('日本語テキスト', 5)).toEqual(['日本', '語テ', 'キス', 'ト']);
	expect(wrapped('日本。語', 5)).toEqual(['日', '本。', '語']);
	expect(hardWrapRow(plain('a好好'), 2).map(rowText)).toEqual(['a', '好', '好']);
	expect(hardWrapRow(plain('a好'), 1).map(rowText)).toEqual(['a', ' ']);
});

test('looks follow their text over the break', () => {
	const row: Row = [
		{text: 'one ', sgr: '1'},
		{text: 'two three', sgr: '31'},
	];
	expect(wrapRow(row, 7)).toEqual([
		[
			{text: 'one ', sgr: '1'},
			{text: 'two', sgr: '31'},
		],
		[{text: 'three', sgr: '31'}],
	]);
});

test('a row that fits comes back as itself', () => {
	const row = plain('fits');
	expect(wrapRow(row, 4)[0]).toBe(row);
	expect(hardWrapRow(row, 4)[0]).toBe(row);
	expect(wrapRow(emptyRow, 4)[0]).toBe(emptyRow);
});

test('text of many lines keeps its empty lines', () => {
	expect(wrapText('a\n\nb c', '1', 1).map(rowText)).toEqual(['a', '', 'b', 'c']);
});

test('hard wrapping keeps every blank', () => {
	expect(hardWrapRow(plain('a  b    c'), 4).map(rowText)).toEqual(['a  b', '    ', 'c']);
});

test('prefixes stand before every row and another one before the first', () => {
	const rows = indentRows([plain('a'), emptyRow], {text: '  ', sgr: ''}, {text: '• ', sgr: '2'});
	expect(rows.map(rowText)).toEqual(['• a', '  ']);
});

test('no wrapped row is too wide, and nothing but blanks is lost', () => {
	const rows = fc.array(
		fc.record({
			text: hostileText.map(sanitiseLine).filter(text => text !== ''),
			sgr: fc.constantFrom('', '1'),
		}),
		{
			maxLength: 4,
		},
	);
	fc.assert(
		fc.property(rows, fc.integer({min: 4, max: 40}), fc.nat(6), (row, columns, hang) => {
			const soft = wrapRow(row, columns, {hang});
			const hard = hardWrapRow(row, columns);
			expect(offences(soft, columns)).toEqual([]);
			expect(offences(hard, columns)).toEqual([]);
			expect(soft.map(rowText).join('').replaceAll(' ', '')).toBe(rowText(row).replaceAll(' ', ''));
			expect(hard.map(rowText).join('')).toBe(rowText(row));
			expect(hard.reduce((sum, part) => sum + rowWidth(part), 0)).toBe(rowWidth(row));
		}),
		{numRuns: 300},
	);
});
