/** The composer on the screen: label, wrapped text, the place of the cursor, and what is said above. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {edit, emptyEditor, withText} from '../../source/composer/editor.ts';
import {type ComposerState, composerRows, composerTextColumns} from '../../source/view/composer.ts';
import {rowText} from '../../source/view/row.ts';
import {hasControl} from '../../source/view/sanitise.ts';
import {theme} from '../../source/view/style.ts';
import {textWindow, verticalMove} from '../../source/view/text-area.ts';
import {graphemes, rowWidth} from '../../source/view/width.ts';
import {anyInput, anyText} from '../composer/keys.ts';

const state = (marked: string, more: Partial<ComposerState> = {}): ComposerState => {
	const cursor = marked.indexOf('|');
	return {
		text: marked.replace('|', ''),
		cursor: Math.max(0, cursor),
		focused: true,
		label: 'steer turn 7 ▸ ',
		tone: 'steer',
		hint: 'say something',
		notice: undefined,
		messages: [],
		candidates: [],
		...more,
	};
};

/** The lines of the screen, with `█` where the cursor stands before a character, or at the end. */
const drawn = (shown: ComposerState, columns: number, maxRows: number): readonly string[] => {
	const {rows, cursor} = composerRows(shown, columns, maxRows);
	return rows.map((row, index) => {
		const text = rowText(row);
		if (index !== cursor.row) return text;
		let column = 0;
		let result = '';
		for (const part of graphemes(text)) {
			if (column === cursor.column) result += '█';
			result += part;
			column += rowWidth([{text: part, sgr: ''}]);
		}
		return column === cursor.column ? `${result}█` : result;
	});
};

describe('the text', () => {
	it('stands beside its label, wrapped at words, under itself', () => {
		expect(drawn(state('keep the old API, plea|se'), 33, 5)).toEqual([
			'steer turn 7 ▸ keep the old API, ',
			'               plea█se',
		]);
	});

	it('has its cursor in the cells of the terminal, also behind wide characters', () => {
		expect(drawn(state('日本|語', {label: '▸ '}), 40, 3)).toEqual(['▸ 日本█語']);
		expect(composerRows(state('日本|語', {label: '▸ '}), 40, 3).cursor).toEqual({column: 6, row: 0});
		expect(composerRows(state('a\n|', {label: '▸ '}), 40, 3).cursor).toEqual({column: 2, row: 1});
	});

	it('leaves a place for the cursor at the end of a full row', () => {
		expect(drawn(state('abcdefghijklmnopqrs|', {label: '▸ '}), 20, 3)).toEqual([
			'▸ abcdefghijklmnopq',
			'  rs█',
		]);
		expect(drawn(state('abcdefghijklmnopq|', {label: '▸ '}), 20, 3)).toEqual(['▸ abcdefghijklmnopq█']);
		expect(drawn(state('abcdefghijklmnopq |', {label: '▸ '}), 20, 3)).toEqual([
			'▸ abcdefghijklmnopq ',
			'  █',
		]);
	});

	it('shows the rows around the cursor, and where there are more', () => {
		const text = Array.from({length: 9}, (_, index) => (index === 4 ? 'line |4' : `line ${index}`)).join(
			'\n',
		);
		expect(drawn(state(text, {label: 'start ▸ '}), 40, 3)).toEqual([
			'start ▸ line 3',
			'      ↑ line █4',
			'      ↓ line 5',
		]);
	});

	it('stands under its label where there is little room', () => {
		expect(drawn(state('hello| you'), 20, 3)).toEqual(['steer turn 7 ▸ ', 'hello█ you']);
		expect(composerTextColumns('steer turn 7 ▸ ', 20)).toBe(20);
		expect(composerTextColumns('steer turn 7 ▸ ', 40)).toBe(25);
	});

	it('gives way to the hint while there is none, with the cursor before it', () => {
		expect(drawn(state('|'), 40, 3)).toEqual(['steer turn 7 ▸ █say something']);
		expect(drawn(state('|'), 22, 3)).toEqual(['steer turn 7 ▸ ', '█say something']);
	});

	it('marks what cannot be seen', () => {
		const hidden = 'rm\u202e -rf\u200b a\u{e0072}\u{e006d}';
		const {rows} = composerRows(state(`|${hidden}`, {label: '▸ '}), 40, 3);
		expect(rows.map(rowText)).toEqual(['▸ rm· -rf· a·']);
		expect(rows[0]?.filter(span => span.sgr === theme.hidden).map(span => span.text)).toEqual([
			'·',
			'·',
			'a·',
		]);
		expect(drawn(state('|a\tb', {label: '▸ '}), 40, 3)).toEqual(['▸ █a    b']);
	});
});

describe('above the text', () => {
	const messages = [
		{text: 'first\nline', state: 'sending…', tone: 'going'},
		{text: 'second', state: 'delivery unknown: r looks again, Enter offers it again', tone: 'doubt'},
	] as const;

	it('stand the messages on their way, and why the text was not sent', () => {
		const shown = state('hi|', {label: 'start ▸ ', messages, notice: 'Turn 7 is over.'});
		expect(drawn(shown, 70, 6)).toEqual([
			'sending…  first line',
			'delivery unknown: r looks again, Enter offers it again  second',
			'Turn 7 is over.',
			'start ▸ hi█',
		]);
	});

	it('stand the commands that the text may become', () => {
		const candidates = [{usage: '/export [file]', does: 'write the thread to a file'}];
		expect(drawn(state('/e|', {label: '▸ ', candidates}), 50, 4)).toEqual([
			'/export [file]  write the thread to a file',
			'▸ /e█',
		]);
	});

	it('count what has no room', () => {
		const many = Array.from(
			{length: 9},
			(_, index) => ({text: `m${index}`, state: 'queued', tone: 'going'}) as const,
		);
		expect(drawn(state('hi|', {label: '▸ ', messages: many}), 40, 3)).toEqual([
			'… 8 more on their way',
			'queued  m8',
			'▸ hi█',
		]);
		expect(drawn(state('hi|', {label: '▸ ', messages: many, notice: 'no'}), 40, 1)).toEqual(['▸ hi█']);
	});
});

const anyEditor = fc
	.tuple(anyText, fc.array(anyInput, {maxLength: 20}))
	.map(([text, inputs]) =>
		inputs.reduce((editor, input) => edit(editor, input, 10), withText(emptyEditor, text)),
	);
const anyState = fc
	.record({
		editor: anyEditor,
		label: fc.constantFrom('▸ ', 'start ▸ ', 'steer turn 1234 ▸ '),
		notice: fc.option(anyText, {nil: undefined}),
		messages: fc.array(
			anyText.map(text => ({text, state: 'sending…', tone: 'going'}) as const),
			{maxLength: 4},
		),
		hint: anyText,
	})
	.map(({editor, ...rest}) => state('', {...rest, text: editor.text, cursor: editor.cursor}));

describe('whatever the text', () => {
	it('the rows fit, are harmless, and hold the cursor', () => {
		fc.assert(
			fc.property(
				anyState,
				fc.integer({min: 1, max: 50}),
				fc.integer({min: 1, max: 8}),
				(shown, columns, maxRows) => {
					const {rows, cursor} = composerRows(shown, columns, maxRows);
					expect(rows.length).toBeGreaterThan(0);
					expect(rows.length).toBeLessThanOrEqual(maxRows);
					for (const row of rows) {
						expect(rowWidth(row)).toBeLessThanOrEqual(columns);
						expect(hasControl(rowText(row))).toBe(false);
					}
					expect(cursor.row).toBeGreaterThanOrEqual(0);
					expect(cursor.row).toBeLessThan(rows.length);
					expect(cursor.column).toBeGreaterThanOrEqual(0);
					expect(cursor.column).toBeLessThan(columns);
				},
			),
			{numRuns: 500},
		);
	});

	it('the rows of the text area touch, and every grapheme has a cell', () => {
		fc.assert(
			fc.property(anyEditor, fc.integer({min: 1, max: 30}), ({text, cursor}, columns) => {
				const {rows} = textWindow(text, cursor, columns, 10_000);
				expect(rows[0]?.from).toBe(0);
				expect(rows.at(-1)?.to).toBe(text.length);
				for (const [index, row] of rows.slice(1).entries()) {
					const gap = text.slice(rows[index]?.to, row.from);
					expect(['', '\n']).toContain(gap);
				}
				const cells = rows.flatMap(row => row.cells.map(cell => cell.offset));
				let at = 0;
				const starts = graphemes(text).flatMap(part => {
					const from = at;
					at += part.length;
					return part === '\n' ? [] : [from];
				});
				expect(cells).toEqual(starts);
			}),
			{numRuns: 300},
		);
	});

	it('going down to the last row and up again passes every row once', () => {
		fc.assert(
			fc.property(anyEditor, fc.integer({min: 2, max: 30}), ({text}, columns) => {
				const {rows} = textWindow(text, 0, columns, 10_000);
				let place: {readonly cursor: number; readonly goal?: number} = {cursor: 0};
				for (const direction of ['down', 'up'] as const)
					for (let step = 0; ; step++) {
						const to = verticalMove(text, place.cursor, columns, direction, place.goal);
						if (to === undefined) {
							expect(step).toBe(rows.length - 1);
							break;
						}
						place = to;
					}
			}),
		);
	});
});

it('a megabyte without a line break is laid out around the cursor only', () => {
	for (const piece of ['x', '日', '👩\u200d💻 ', 'e\u0301']) {
		const text = piece.repeat(Math.floor(1_000_000 / piece.length));
		const cursor = piece.length * Math.floor(500_000 / piece.length);
		const {rows, cursorRow, moreAbove, moreBelow} = textWindow(text, cursor, 80, 5);
		expect(rows).toHaveLength(5);
		expect(moreAbove && moreBelow).toBe(true);
		const row = rows[cursorRow];
		expect(row !== undefined && row.from <= cursor && cursor <= row.to).toBe(true);
	}
});

it('one grapheme of a megabyte is one cell', () => {
	const text = `ab${'\u0301'.repeat(1_000_000)}c`;
	const {rows} = textWindow(text, 1, 80, 5);
	expect(rows.flatMap(row => row.cells.map(cell => cell.offset))).toEqual([0, 1, text.length - 1]);
});
