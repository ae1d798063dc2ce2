import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type Row, rowText} from '../../source/view/row.ts';
import {findBlocks, markMatches} from '../../source/view/search.ts';
import {theme} from '../../source/view/style.ts';
import {createTranscript} from '../../source/view/transcript.ts';
import {item, look, message, thread, turn, utc} from './samples.ts';

const state = thread([
	turn('A', [
		message('u', 'The Race is on'),
		item('c', {type: 'commandExecution', command: 'x', aggregatedOutput: '\u001b[31mra\u001b[1mce\u001b[0m'}),
	]),
	turn('B', [
		item('r', {type: 'reasoning', summary: ['a race'], content: []}),
		item('e', {type: 'reasoning', summary: [], content: []}),
		item('m', {type: 'agentMessage', text: 'a.b (c)'}),
	]),
]);

describe('findBlocks', () => {
	test('finds in order, whatever the case, in folded and coloured text', () => {
		expect(findBlocks(state, 'race')).toEqual(['A/u', 'A/c', 'B/r']);
	});

	test('a capital letter means it', () => {
		expect(findBlocks(state, 'Race')).toEqual(['A/u']);
	});

	test('a query is text and no pattern', () => {
		expect(findBlocks(state, 'a.b (c)')).toEqual(['B/m']);
		expect(findBlocks(state, 'r.ce')).toEqual([]);
		expect(findBlocks(state, ' ')).toEqual([]);
	});

	test('every key found is a block of the transcript', () => {
		const list = createTranscript(utc).list(state, look());
		for (const key of findBlocks(state, 'a')) expect(list.indexOf(key)).toBeGreaterThanOrEqual(0);
	});
});

describe('markMatches', () => {
	const row: Row = [
		{text: 'one ra', sgr: ''},
		{text: 'ce two RACE', sgr: '1'},
	];

	test('marks across spans', () => {
		expect(markMatches(row, 'race', theme.match)).toEqual([
			{text: 'one ', sgr: ''},
			{text: 'ra', sgr: theme.match},
			{text: 'ce', sgr: theme.match},
			{text: ' two ', sgr: '1'},
			{text: 'RACE', sgr: theme.match},
		]);
	});

	test('a row without a match is the same row', () => {
		expect(markMatches(row, 'nothing', theme.match)).toBe(row);
		expect(markMatches(row, '', theme.match)).toBe(row);
	});

	test('never changes the text', () => {
		fc.assert(
			fc.property(
				fc.array(fc.record({text: fc.stringMatching(/^[abA ]{0,6}$/), sgr: fc.constantFrom('', '1')})),
				fc.stringMatching(/^[abA]{1,3}$/),
				(spans, query) => {
					const marked = markMatches(spans, query, theme.match);
					expect(rowText(marked)).toBe(rowText(spans));
					const insensitive = query.toLowerCase() === query;
					const found =
						rowText(spans)
							.match(new RegExp(query, insensitive ? 'gi' : 'g'))
							?.join('') ?? '';
					const inMarks = marked.filter(span => span.sgr === theme.match).map(span => span.text);
					expect(inMarks.join('')).toBe(found);
				},
			),
		);
	});
});
