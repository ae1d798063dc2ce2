import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {paint} from '../../source/screen/compositor.ts';
import type {Cursor, Frame, Size} from '../../source/screen/frame.ts';
import type {Row} from '../../source/view/row.ts';
import {createEmulator} from './emulator.ts';
import {cursorArbitrary, rowArbitrary, sizeArbitrary} from './frames.ts';

const size: Size = {columns: 120, rows: 40};
const plainly = {synchronized: false};
const row = (text: string, sgr = ''): Row => [{text, sgr}];
const frame = (rows: readonly Row[], cursor: Cursor | undefined = {column: 3, row: 39}): Frame => ({
	size,
	rows: Array.from({length: size.rows}, (_, index) => rows[index] ?? []),
	cursor,
});
const sentence = (index: number): string =>
	`${index} ${'The quick brown fox jumps over the lazy dog. '.repeat(2)}${index * 7919}`;
const page = (first: number): readonly Row[] =>
	Array.from({length: 40}, (_, index) => row(sentence(first + index)));
const bytes = (text: string): number => Buffer.byteLength(text);

describe('the fewest bytes', () => {
	test('a frame that shows already costs nothing', () => {
		const shown = frame(page(1));
		expect(paint(shown, shown, {synchronized: true})).toBe('');
		expect(paint(shown, frame(page(1)), {synchronized: true})).toBe('');
	});

	test('a few characters appended to a row cost the move, the characters and the way back', () => {
		const rows = page(1);
		const grown = [...rows];
		grown[20] = row(`${sentence(21)}; so`);
		const hidden = {cursor: undefined};
		expect(paint({...frame(rows), ...hidden}, {...frame(grown), ...hidden}, {synchronized: true})).toBe(
			`\u001B[21;${sentence(21).length + 1}H; so`,
		);
		expect(bytes(paint(frame(rows), frame(grown), {synchronized: true}))).toBeLessThanOrEqual(20);
	});

	test('an append right before the cursor needs no move at all', () => {
		const before = frame([row('steer hell')], {column: 10, row: 0});
		const after = frame([row('steer hello')], {column: 11, row: 0});
		expect(paint(before, after, {synchronized: true})).toBe('o');
	});

	test('a wide character in the place of another one is two cells on, also for what follows', () => {
		const before = frame([row('日本語')], {column: 4, row: 0});
		const after = frame([row('日語')], {column: 2, row: 0});
		expect(paint(before, after, plainly)).toBe('\b\b語  \u001B[4D');
	});

	test('two changes in a row skip the equal cells between them', () => {
		const before = frame([row(`a${' same '.repeat(15)}b`)]);
		const after = frame([row(`x${' same '.repeat(15)}y`)]);
		expect(paint(before, after, plainly)).toBe('\u001B[Hx\u001B[90Cy\u001B[40;4H');
	});

	test('a jump is taken as soon as it is shorter than the cells it skips', () => {
		const before = frame([row('a1234b'), row('c123d')]);
		const after = frame([row('x1234y'), row('v123w')]);
		expect(paint(before, after, plainly)).toBe('\u001B[Hx\u001B[4Cy\r\nv123w\u001B[40;4H');
	});

	test('a screen that moves up by a row is shifted, and only the new row is written', () => {
		const rows = page(1);
		const moved = [...rows.slice(1), row('new')];
		expect(paint(frame(rows), frame(moved), plainly)).toBe('\u001B[1;40r\u001B[M\u001B[r\u001B[40Hnew');
	});

	test('a row that became shorter is erased to its end', () => {
		const before = frame([row('a long row of text')], {column: 0, row: 0});
		expect(paint(before, frame([row('a long')], {column: 0, row: 0}), plainly)).toBe('\u001B[6C\u001B[K\r');
	});

	test('a style changes by the shortest sequence', () => {
		const before = frame([], {column: 0, row: 0});
		const after = frame(
			[
				[
					{text: 'a', sgr: '1;31'},
					{text: 'b', sgr: '1;32'},
					{text: 'c', sgr: '2'},
					{text: 'd', sgr: ''},
				],
			],
			{column: 4, row: 0},
		);
		expect(paint(before, after, plainly)).toBe('\u001B[1;31ma\u001B[32mb\u001B[0;2mc\u001B[md');
	});

	test.each([1, 3, -1, -2])(
		'a full-width screen that moves by %i rows costs less than a fifth of a repaint',
		by => {
			const before = frame(page(10));
			const after = frame(page(10 + by));
			const whole = paint(undefined, after, plainly);
			expect(bytes(paint(before, after, plainly))).toBeLessThan(bytes(whole) / 5);
		},
	);

	test('beside a pane that stands still the screen is shifted only if that is shorter', () => {
		const beside = (first: number): readonly Row[] =>
			page(first).map((line, index) => [
				...line.map(({text}) => ({text: text.slice(0, 60).padEnd(60), sgr: ''})),
				{text: `│ still ${index}`, sgr: ''},
			]);
		const output = paint(frame(beside(1)), frame(beside(2)), plainly);
		const rewritten = beside(2).reduce((sum, line) => sum + bytes(line[0]?.text ?? ''), 0);
		expect(bytes(output)).toBeLessThan(rewritten);
	});

	test('a full repaint clears nothing before it writes', () => {
		expect(paint(undefined, frame(page(1)), plainly)).not.toMatch(/\u001B\[\d?J/);
	});

	test('long blanks inside a row are jumped over', () => {
		const output = paint(undefined, frame([row(`left${' '.repeat(100)}right`)]), plainly);
		expect(output).toContain('left\u001B[100X\u001B[100Cright');
	});
});

describe('synchronized output', () => {
	test('wraps a change of many rows', () => {
		const output = paint(frame(page(1)), frame(page(100)), {synchronized: true});
		expect(output.startsWith('\u001B[?2026h')).toBe(true);
		expect(output.endsWith('\u001B[?2026l')).toBe(true);
	});

	test('is left out for a few characters and where it is unknown', () => {
		const after = frame([row('x')]);
		expect(paint(frame([]), after, {synchronized: true})).not.toContain('2026');
		expect(paint(undefined, frame(page(1)), plainly)).not.toContain('2026');
	});
});

describe('the cursor', () => {
	test('is shown and hidden only when that changed', () => {
		const hidden: Frame = {...frame([]), cursor: undefined};
		const shown = frame([], {column: 1, row: 1});
		expect(paint(hidden, shown, plainly)).toBe('\u001B[2;2H\u001B[?25h');
		expect(paint(shown, hidden, plainly)).toBe('\u001B[?25l');
		expect(paint(shown, frame([], {column: 2, row: 1}), plainly)).toBe('\u001B[C');
		expect(paint(hidden, hidden, plainly)).toBe('');
	});

	test('never leaves the screen', () => {
		expect(paint(frame([]), frame([], {column: 500, row: 500}), plainly)).toBe('\u001B[116C');
	});
});

describe('a row with a grapheme of disputed width', () => {
	test('is written whole when it changes, and the cursor is placed anew after the grapheme', () => {
		const before = frame([row('one ❤️ two three')]);
		const after = frame([row('one ❤️ two threX')]);
		expect(paint(before, after, plainly)).toBe(
			'\u001B[Hone   \b\b❤️\u001B[1;7H two threX\u001B[K\u001B[40;4H',
		);
	});

	test('costs nothing while it does not change', () => {
		const before = frame([row('one ❤️'), row('a')]);
		const after = frame([row('one ❤️'), row('b')]);
		expect(paint(before, after, plainly)).not.toContain('❤');
	});
});

describe('hostile frames', () => {
	/** Everything that the compositor may ever write, besides printable text. */
	const ours = /\u001B\[(?:\?25[hl]|\?2026[hl]|[\d;]*[HmrKX]|\d*[BCDLM])|\r|\n|\u0008/g;

	test('only our own sequences ever leave', () => {
		const sgr = fc.oneof(fc.constantFrom('', '1;31', '38;5;1'), fc.string({unit: 'binary'}));
		const text = fc.oneof(
			fc.string({unit: 'binary'}),
			fc.constantFrom('\u001B[2J', '\u009B2J', '\u001B]52;c;AA\u0007', '\u001BPq\u001B\\'),
		);
		const hostile = fc.array(fc.array(fc.record({text, sgr}), {maxLength: 3}), {maxLength: 4});
		fc.assert(
			fc.property(hostile, hostile, (rows, nextRows) => {
				const small = {columns: 20, rows: 4};
				const [one, other] = [rows, nextRows].map(list => ({size: small, rows: list, cursor: undefined}));
				if (!one || !other) throw new Error('unreachable');
				const written = paint(undefined, one, {synchronized: true}) + paint(one, other, {synchronized: true});
				expect(written.replaceAll(ours, '')).not.toMatch(
					/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/,
				);
			}),
			{numRuns: 150},
		);
	});

	test('characters without width are not written', () => {
		expect(paint(undefined, {...frame([row('a\u200Bb')]), cursor: undefined}, plainly)).toContain(
			'ab\u001B[K',
		);
	});

	test('a terminal that wraps does not scroll when the last cell of the last row is written', async () => {
		const emulator = createEmulator({columns: 10, rows: 3});
		const full: Frame = {
			size: {columns: 10, rows: 3},
			rows: [row('0123456789'), row('abcdefghij'), row('ABCDEFGHIJ')],
			cursor: {column: 9, row: 2},
		};
		await emulator.write(`\u001B[?7h${paint(undefined, full, plainly)}`);
		expect(emulator.text()).toEqual(['0123456789', 'abcdefghij', 'ABCDEFGHIJ']);
		const next: Frame = {...full, rows: [row('0123456789'), row('abcdefghi!'), row('ABCDEFGHI?')]};
		await emulator.write(paint(full, next, plainly));
		expect(emulator.text()).toEqual(['0123456789', 'abcdefghi!', 'ABCDEFGHI?']);
		emulator.dispose();
	});
});

test('painting is pure: the same frames give the same bytes', () => {
	const arbitrary = sizeArbitrary.chain(small =>
		fc.record({
			size: fc.constant(small),
			rows: fc.array(rowArbitrary('disputed'), {maxLength: small.rows}),
			cursor: cursorArbitrary(small),
		}),
	);
	fc.assert(
		fc.property(arbitrary, arbitrary, (one, other) => {
			const copy = structuredClone({one, other});
			expect(paint(copy.one, copy.other, plainly)).toBe(paint(one, other, plainly));
		}),
		{numRuns: 100},
	);
});
