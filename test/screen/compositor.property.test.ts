/** The law of the compositor: after every painted frame, the terminal shows exactly that frame. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type Painted, paint, paintFrame} from '../../source/screen/compositor.ts';
import type {Frame, Size} from '../../source/screen/frame.ts';
import type {Row} from '../../source/view/row.ts';
import {comparable, createEmulator, intended, naively} from './emulator.ts';
import {applyStep, rowArbitrary, type Step, sizeArbitrary, stepArbitrary} from './frames.ts';

const check = async (
	size: Size,
	rows: readonly Row[],
	steps: readonly Step[],
	dirt: string,
): Promise<void> => {
	const emulator = createEmulator(size);
	try {
		await emulator.write(`\u001B[?7l\u001B[?25l${dirt}\u001B[m`);
		let shown: Frame | undefined;
		let at: Painted['at'];
		let frame: Frame = {
			size,
			rows: Array.from({length: size.rows}, (_, index) => rows[index] ?? []),
			cursor: undefined,
		};
		for (const step of [{kind: 'repaint'} as const, ...steps]) {
			frame = applyStep(frame, step);
			if (step.kind === 'resize') emulator.resize(frame.size);
			if (step.kind === 'repaint') shown = undefined;
			const painted = paintFrame(shown, frame, {synchronized: steps.length % 2 === 0, at});
			await emulator.write(painted.bytes);
			at = painted.at;
			expect(comparable(emulator.cells(), frame)).toEqual(comparable(intended(frame), frame));
			if (frame.cursor) {
				expect(emulator.cursor()).toEqual({
					column: Math.min(frame.cursor.column, frame.size.columns - 1),
					row: Math.min(frame.cursor.row, frame.size.rows - 1),
				});
			}

			expect(paint(frame, frame, {synchronized: true})).toBe('');
			shown = frame;
		}
	} finally {
		emulator.dispose();
	}
};

/** Two terminals after the same frames, one painted and one written naively, are the same. */
const compare = async (size: Size, rows: readonly Row[], steps: readonly Step[]): Promise<void> => {
	const painted = createEmulator(size);
	const naive = createEmulator(size);
	try {
		await Promise.all([painted, naive].map(emulator => emulator.write('\u001B[?7l')));
		let shown: Frame | undefined;
		let frame: Frame = {size, rows, cursor: undefined};
		for (const step of steps) {
			if (step.kind === 'resize') continue;
			frame = applyStep(frame, step);
			await painted.write(paint(shown, frame, {synchronized: false}));
			await naive.write(naively(frame));
			expect(painted.cells()).toEqual(naive.cells());
			shown = frame;
		}
	} finally {
		painted.dispose();
		naive.dispose();
	}
};

const dirt = fc.constantFrom('', 'old text all over the place\r\n'.repeat(20), '\u001B[41m\u001B[2J世界世界');
const property = (row: fc.Arbitrary<Row>) =>
	fc.asyncProperty(
		sizeArbitrary,
		fc.array(row, {maxLength: 12}),
		fc.array(stepArbitrary(row), {maxLength: 10}),
		dirt,
		check,
	);

describe('after every painted frame the terminal shows that frame', () => {
	test('with styled, wide and box-drawing text', () => fc.assert(property(rowArbitrary()), {numRuns: 80}));
	test('as a naive writer would have shown it', () =>
		fc.assert(
			fc.asyncProperty(
				sizeArbitrary,
				fc.array(rowArbitrary(), {maxLength: 12}),
				fc.array(stepArbitrary(rowArbitrary()), {maxLength: 8}),
				compare,
			),
			{numRuns: 80},
		));
	test('with graphemes whose width terminals dispute', () =>
		fc.assert(property(rowArbitrary('disputed')), {numRuns: 80}));
	test('with hostile text', () => fc.assert(property(rowArbitrary('hostile', 'disputed')), {numRuns: 80}));
});
