import {Unicode11Addon} from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {type Row, rowText} from '../../source/view/row.ts';
import {sanitiseLine} from '../../source/view/sanitise.ts';
import {
	cutRow,
	graphemes,
	isDisputed,
	padRow,
	rowWidth,
	textWidth,
	truncateRow,
} from '../../source/view/width.ts';
import {hostileText} from './hostile-corpus.ts';

/** Writes each text at the start of a line of a real emulator and asks where the cursor stands then. */
const emulatorWidths = async (texts: readonly string[]): Promise<number[]> => {
	const terminal = new xterm.Terminal({cols: 200, rows: 5, allowProposedApi: true});
	terminal.loadAddon(new Unicode11Addon());
	terminal.unicode.activeVersion = '11';
	let replies = '';
	terminal.onData(data => {
		replies += data;
	});
	const input = texts.map(text => `\r${text}\x1b[6n`).join('');
	await new Promise<void>(resolve => terminal.write(input, resolve));
	terminal.dispose();
	return Array.from(replies.matchAll(/\x1b\[\d+;(\d+)R/g), match => Number(match[1]) - 1);
};

const row = (...texts: string[]): Row => texts.map((text, index) => ({text, sgr: String(index + 1)}));

const rowOf = fc.array(
	fc.record({text: hostileText.map(sanitiseLine), sgr: fc.constantFrom('', '1', '31')}),
	{maxLength: 5},
);

test('widths agree with a terminal emulator for every undisputed character of the first two planes', async () => {
	const chars: string[] = [];
	for (let code = 0x20; code < 0x20000; code++) {
		const char = String.fromCodePoint(code);
		if (/[\p{Cn}\p{Co}\p{Cs}\p{Cc}]/u.test(char) || isDisputed(char)) continue;
		// A mark needs something to stand on.
		chars.push(/\p{M}/u.test(char) ? `a${char}` : char);
	}
	const widths = await emulatorWidths(chars);
	expect(chars.filter((char, index) => textWidth(char) !== widths[index])).toEqual([]);
	expect(chars.length).toBeGreaterThan(70_000);
});

test('widths agree with a terminal emulator for sanitised text of many scripts', async () => {
	const texts = [
		'日本語テキスト ok',
		'한국어 e\u0301',
		'1️⃣ ❤️ 👩‍💻 🇩🇪 👍🏽',
		'ﾊﾝｶｸ ｆｕｌｌ，',
		'ไทย עברית',
		'─│▌▍●◐✗✎→',
		'😀🎉',
	].map(sanitiseLine);
	expect(await emulatorWidths(texts)).toEqual(texts.map(textWidth));
});

test('joined emoji that were not sanitised count as newer terminals and Ink count them', () => {
	expect(['❤️', '👩‍💻', '🇩🇪', '1️⃣', '👍🏽', '👍', '☝', '🇩'].map(textWidth)).toEqual([2, 2, 2, 2, 2, 2, 1, 1]);
});

test('what terminals dispute is called disputed, honest text is not', () => {
	for (const text of ['❤️', '👩‍💻', '🇩🇪', '1️⃣', '👍🏽', '🫠', '\u0bbe', '☰', '\u1161'])
		expect([text, isDisputed(text)]).toEqual([text, true]);
	for (const text of ['plain', 'über', 'e\u0301', '日本語', '한국', '😀', '│─●', '❤', 'ไทย'])
		expect([text, isDisputed(text)]).toEqual([text, false]);
});

test('graphemes are what a person counts', () => {
	expect(graphemes('ae\u0301👩‍💻🇩🇪好')).toEqual(['a', 'e\u0301', '👩‍💻', '🇩🇪', '好']);
	expect(graphemes('ab')).toEqual(['a', 'b']);
});

test('a wide character cut in half becomes a blank on either side', () => {
	expect(rowText(cutRow(row('a好b'), 2, 5))).toBe(' b');
	expect(rowText(cutRow(row('a好b'), 0, 2))).toBe('a ');
});

test('cutting keeps the looks and the row itself when nothing is cut', () => {
	const all = row('abc', 'def');
	expect(cutRow(all, 0, 6)).toBe(all);
	expect(cutRow(all, 2, 2)).toEqual([
		{text: 'c', sgr: '1'},
		{text: 'd', sgr: '2'},
	]);
});

test('a truncated row ends with an ellipsis in the look of its end', () => {
	const all = row('abc', 'def');
	expect(truncateRow(all, 6)).toBe(all);
	expect(truncateRow(all, 4)).toEqual([
		{text: 'abc', sgr: '1'},
		{text: '…', sgr: '1'},
	]);
	expect(truncateRow(all, 0)).toEqual([]);
});

test('padding fills up to the column and no further', () => {
	expect(padRow(row('ab'), 4, '7')).toEqual([
		{text: 'ab', sgr: '1'},
		{text: '  ', sgr: '7'},
	]);
	const all = row('abcd');
	expect(padRow(all, 3)).toBe(all);
});

test('two neighbouring cuts have the width of one, and truncation never exceeds its columns', () => {
	fc.assert(
		fc.property(rowOf, fc.nat(30), fc.nat(30), (some, first, second) => {
			const width = rowWidth(some);
			expect(rowWidth(cutRow(some, 0, first))).toBe(Math.min(width, first));
			expect(rowWidth(cutRow(some, first, second))).toBe(Math.max(0, Math.min(width - first, second)));
			expect(rowWidth(truncateRow(some, first))).toBeLessThanOrEqual(first);
			expect(rowWidth(padRow(some, first))).toBe(Math.max(width, first));
		}),
	);
});
