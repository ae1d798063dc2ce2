import fc from 'fast-check';
import {expect, test} from 'vitest';
import {queueRows} from '../../source/view/queue.ts';
import {rowText} from '../../source/view/row.ts';
import {rowWidth} from '../../source/view/width.ts';

const entry = (id: string, text: string, attachments = 0) => ({id, author: 'ada', text, attachments});

test('each message is one row: its place, its author, its text, and how much is attached', () => {
	const rows = queueRows([entry('a', 'one\ntwo'), entry('b', 'x', 2)], 60, 'b').map(row =>
		rowText(row).trimEnd(),
	);
	expect(rows).toEqual([' 1  ada  one two', '▎2  ada  x +2']);
});

test('where there is no list, words say why', () => {
	expect(queueRows('Nothing is queued.', 60, undefined).map(rowText).join('')).toContain(
		'Nothing is queued.',
	);
});

test('no row is wider than asked, whatever is queued', () => {
	fc.assert(
		fc.property(
			fc.string({unit: 'grapheme', maxLength: 80}),
			fc.integer({min: 1, max: 60}),
			(text, columns) => {
				for (const row of queueRows([entry('a', text, 1)], columns, 'a'))
					expect(rowWidth(row)).toBeLessThanOrEqual(columns);
			},
		),
	);
});
