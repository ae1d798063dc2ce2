/** Arbitrary frames for property tests: plain, styled, wide, disputed and hostile text in every place. */
import fc from 'fast-check';
import type {Cursor, Frame, Size} from '../../source/screen/frame.ts';
import type {Row, Span} from '../../source/view/row.ts';

export const sgrs = [
	'',
	'1',
	'2',
	'3;36',
	'1;2',
	'4',
	'7',
	'7;31',
	'9',
	'31',
	'48;5;42',
	'38;2;1;2;3',
	'90',
	'1;97;101',
	'4;38;5;200;48;2;9;8;7',
];

const words = [
	'a',
	'word',
	' ',
	'   ',
	'                ',
	'│',
	'──────',
	'世界',
	'한',
	'é',
	'ﬀ',
	'…',
	'0123456789',
	'▌',
];
const disputedWords = ['❤️', '👩‍💻', '👍🏽', '1️⃣', '🇩🇪', 'é', '😀', '🫠'];
const hostileWords = [
	'\u001B[2J',
	'\r\n',
	'\u0007',
	'\u009B31m',
	'\u202E',
	'\u001B]0;owned\u0007',
	'\uD800',
	'\u200B',
	'\t',
];

export const rowArbitrary = (...extra: ReadonlyArray<'disputed' | 'hostile'>): fc.Arbitrary<Row> => {
	const pool = [
		...words,
		...(extra.includes('disputed') ? disputedWords : []),
		...(extra.includes('hostile') ? hostileWords : []),
	];
	const text = fc.array(fc.constantFrom(...pool), {maxLength: 8}).map(parts => parts.join(''));
	const span: fc.Arbitrary<Span> = fc.record({text, sgr: fc.constantFrom(...sgrs)});
	return fc.array(span, {maxLength: 4});
};

export const cursorArbitrary = (size: Size): fc.Arbitrary<Cursor | undefined> =>
	fc.option(fc.record({column: fc.nat({max: size.columns - 1}), row: fc.nat({max: size.rows - 1})}), {
		nil: undefined,
	});

export const sizeArbitrary: fc.Arbitrary<Size> = fc.record({
	columns: fc.integer({min: 2, max: 36}),
	rows: fc.integer({min: 1, max: 12}),
});

/** A step from one frame to the next, as programs make them. */
export type Step =
	| {readonly kind: 'rows'; readonly changes: ReadonlyArray<{readonly at: number; readonly row: Row}>}
	| {readonly kind: 'append'; readonly at: number; readonly text: string; readonly sgr: string}
	| {
			readonly kind: 'scroll';
			readonly top: number;
			readonly height: number;
			readonly by: number;
			readonly rows: readonly Row[];
	  }
	| {readonly kind: 'cursor'; readonly cursor: Cursor | undefined}
	| {readonly kind: 'resize'; readonly size: Size}
	| {readonly kind: 'repaint'};

export const stepArbitrary = (row: fc.Arbitrary<Row>): fc.Arbitrary<Step> =>
	fc.oneof(
		fc.record({
			kind: fc.constant('rows' as const),
			changes: fc.array(fc.record({at: fc.nat(11), row}), {maxLength: 12}),
		}),
		fc.record({
			kind: fc.constant('append' as const),
			at: fc.nat(11),
			text: fc.constantFrom('x', 'hello', '世', ' y '),
			sgr: fc.constantFrom('', '1', '31'),
		}),
		fc.record({
			kind: fc.constant('scroll' as const),
			top: fc.nat(11),
			height: fc.integer({min: 2, max: 12}),
			by: fc.integer({min: -4, max: 4}),
			rows: fc.array(row, {maxLength: 4}),
		}),
		fc.record({kind: fc.constant('cursor' as const), cursor: cursorArbitrary({columns: 36, rows: 12})}),
		fc.record({kind: fc.constant('resize' as const), size: sizeArbitrary}),
		fc.constant({kind: 'repaint' as const}),
	);

export const applyStep = (frame: Frame, step: Step): Frame => {
	const rows = [...frame.rows];
	switch (step.kind) {
		case 'rows': {
			for (const change of step.changes) if (change.at < rows.length) rows[change.at] = change.row;
			return {...frame, rows};
		}

		case 'append': {
			const row = rows[step.at];
			if (row) rows[step.at] = [...row, {text: step.text, sgr: step.sgr}];
			return {...frame, rows};
		}

		case 'scroll': {
			const band = rows.slice(step.top, step.top + step.height);
			const fresh = Array.from({length: Math.abs(step.by)}, (_, index) => step.rows[index] ?? []);
			const moved = step.by > 0 ? [...band.slice(step.by), ...fresh] : [...fresh, ...band];
			rows.splice(step.top, band.length, ...moved.slice(0, band.length));
			return {...frame, rows};
		}

		case 'cursor':
			return {...frame, cursor: step.cursor};
		case 'resize':
			return {
				size: step.size,
				rows: Array.from({length: step.size.rows}, (_, index) => rows[index] ?? []),
				cursor: undefined,
			};
		case 'repaint':
			return frame;
	}
};
