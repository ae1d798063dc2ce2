import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type Row, rowText} from '../../source/view/row.ts';
import {findBlocks, newestPlace, nextPlace, numberOf, type Place} from '../../source/view/search.ts';
import {findHits, hitAt, isShownFolded, markHits} from '../../source/view/search-rows.ts';
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

const keysOf = (query: string) => findBlocks(state, query).map(found => found.key);

describe('findBlocks', () => {
	test('finds in order, whatever the case, in folded and coloured text', () => {
		expect(keysOf('race')).toEqual(['A/u', 'A/c', 'B/r']);
	});

	test('a capital letter means it', () => {
		expect(keysOf('Race')).toEqual(['A/u']);
	});

	test('a query is text and no pattern', () => {
		expect(keysOf('a.b (c)')).toEqual(['B/m']);
		expect(keysOf('r.ce')).toEqual([]);
		expect(keysOf(' ')).toEqual([]);
	});

	test('every key found is a block of the transcript', () => {
		const list = createTranscript(utc).list(state, look());
		for (const key of keysOf('a')) expect(list.indexOf(key)).toBeGreaterThanOrEqual(0);
	});

	test('counts every occurrence, one across a line break too', () => {
		const twice = thread([turn('A', [message('u', 'one two, one\ntwo, one'), message('v', 'two one')])]);
		expect(findBlocks(twice, 'one')).toEqual([
			{key: 'A/u', count: 3},
			{key: 'A/v', count: 1},
		]);
		expect(findBlocks(twice, 'one two')).toEqual([{key: 'A/u', count: 2}]);
	});

	test('the same turns and query give the same answer object; a changed turn is counted anew', () => {
		const found = findBlocks(state, 'race');
		expect(findBlocks({...state}, 'race')).toBe(found);
		const [first, second] = state.turns;
		if (first === undefined || second === undefined) throw new Error('two turns');
		const grown = thread([first, turn('B', [...second.items, message('n', 'race, race')])]);
		expect(findBlocks(grown, 'race')).toEqual([...found, {key: 'B/n', count: 2}]);
	});
});

describe('places', () => {
	const found = [
		{key: 'a', count: 2},
		{key: 'b', count: 1},
		{key: 'c', count: 3},
	];
	const all: readonly Place[] = found.flatMap(({key, count}) =>
		Array.from({length: count}, (_, ordinal) => ({key, ordinal})),
	);

	test.each([1, -1] as const)('step %i visits every occurrence once and comes around', step => {
		const order = step === 1 ? all : all.toReversed();
		let place = nextPlace(found, undefined, step);
		for (const wanted of [...order, order[0]]) {
			expect(place).toEqual(wanted);
			place = nextPlace(found, place, step);
		}
	});

	test('each has its number, and what is gone has none', () => {
		expect(all.map(place => numberOf(found, place).number)).toEqual([1, 2, 3, 4, 5, 6]);
		expect(numberOf(found, {key: 'x', ordinal: 0})).toEqual({number: undefined, total: 6});
		expect(numberOf([], undefined)).toEqual({number: undefined, total: 0});
		expect(newestPlace(found)).toEqual({key: 'c', ordinal: 2});
		expect(newestPlace([])).toBeUndefined();
	});

	test('one beyond what is left of its block counts as the last of it', () => {
		const beyond = {key: 'a', ordinal: 9};
		expect(numberOf(found, beyond).number).toBe(2);
		expect(nextPlace(found, beyond, 1)).toEqual({key: 'b', ordinal: 0});
		expect(nextPlace(found, beyond, -1)).toEqual({key: 'a', ordinal: 0});
	});
});

const rowsOf = (...texts: readonly string[]): readonly Row[] => texts.map(text => [{text, sgr: ''}]);
const marks = {match: theme.match, current: theme.matchCurrent};

describe('hits in rows', () => {
	test('are found across a wrapped line, without its gutter', () => {
		expect(findHits(rowsOf('▎ the second', '▎   paragraph'), 'second paragraph')).toEqual([
			[
				{row: 0, from: 6, to: 12},
				{row: 1, from: 4, to: 13},
			],
		]);
	});

	test('are told by the end, where a head line says more and a fold less than the text', () => {
		const hits = findHits(rowsOf('x', 'x', 'x x'), 'x');
		expect(hitAt(hits, 2, 3)).toBe(hits[3]);
		expect(hitAt(hits, 0, 3)).toBe(hits[1]);
		expect(hitAt(hits, 0, 9)).toBe(hits[0]);
		expect(hitAt([], 0, 1)).toBeUndefined();
	});

	test('a fold shows its head and its tail, and hides what is between', () => {
		const open = rowsOf('$ x', 'x 1', 'x 2', 'x 3', 'x 4');
		const folded = rowsOf('$ x', '… 2 lines more', 'x 3', 'x 4');
		const isShown = (ordinal: number) => isShownFolded(folded, () => open, 'x', {ordinal, count: 5});
		expect([0, 1, 2, 3, 4].map(isShown)).toEqual([true, false, false, true, true]);
	});

	test('opening is not asked for when the fold shows all, nor wanted when it brings no more', () => {
		const folded = rowsOf('x');
		const never = (): readonly Row[] => {
			throw new Error('laid out');
		};
		expect(isShownFolded(folded, never, 'x', {ordinal: 0, count: 1})).toBe(true);
		expect(isShownFolded(folded, () => rowsOf('x', 'y'), 'x', {ordinal: 0, count: 2})).toBe(true);
	});
});

describe('markHits', () => {
	const row: Row = [
		{text: 'one ra', sgr: ''},
		{text: 'ce two RACE', sgr: '1'},
	];

	test('marks across spans, the current one in its own look', () => {
		const hits = findHits([row], 'race');
		expect(markHits([row], hits, hits[1], marks)).toEqual([
			[
				{text: 'one ', sgr: ''},
				{text: 'ra', sgr: theme.match},
				{text: 'ce', sgr: theme.match},
				{text: ' two ', sgr: '1'},
				{text: 'RACE', sgr: theme.matchCurrent},
			],
		]);
	});

	test('marks a part of the rows by their place in the whole', () => {
		const rows = rowsOf('x', 'y', 'x');
		const hits = findHits(rows, 'x');
		expect(markHits(rows.slice(1), hits, hits[0], marks, 1)).toEqual([
			[{text: 'y', sgr: ''}],
			[{text: 'x', sgr: theme.match}],
		]);
	});

	test('a row without a match is the same row', () => {
		expect(markHits([row], findHits([row], 'nothing'), undefined, marks)[0]).toBe(row);
		expect(markHits([row], findHits([row], ''), undefined, marks)[0]).toBe(row);
	});

	test('never changes the text', () => {
		fc.assert(
			fc.property(
				fc.array(fc.record({text: fc.stringMatching(/^[abA ]{0,6}$/), sgr: fc.constantFrom('', '1')})),
				fc.stringMatching(/^[abA]{1,3}$/),
				(spans, query) => {
					const [marked = []] = markHits([spans], findHits([spans], query), undefined, marks);
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
