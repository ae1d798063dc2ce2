import fc from 'fast-check';
import {expect, test} from 'vitest';
import {
	boundOutput,
	outputChunkChars,
	outputHeadChars,
	outputLimitChars,
} from '../../source/thread/output.ts';
import {command, completed, fold, hydrated, itemOf, output, running, textOf, turn} from './make.ts';

/** Text in which every place can be told from every other. */
const numbered = (length: number): string => {
	let text = '';
	for (let line = 0; text.length < length; line += 1) text += `${line}\n`;
	return text.slice(0, length);
};

const long = numbered(outputLimitChars + 3 * outputChunkChars + 17);

test('output within the limit is kept whole', () => {
	const text = numbered(outputLimitChars);
	expect(boundOutput(text)).toEqual({text, omitted: 0});
});

test('longer output keeps its head and its tail and says how much is missing where', () => {
	const item = itemOf(fold(running, completed(command('c', 'yes', {aggregatedOutput: long}))), 'c');
	const text = textOf(item) ?? '';
	expect(text.length).toBeLessThanOrEqual(outputLimitChars);
	expect(text.length).toBeGreaterThan(outputLimitChars - outputChunkChars);
	const {at, chars} = item.omittedOutput ?? {at: 0, chars: 0};
	expect(at).toBe(outputHeadChars);
	expect(text.length + chars).toBe(long.length);
	expect(text).toBe(long.slice(0, at) + long.slice(at + chars));
});

test('however long output was split into deltas, the same of it is kept, live or from history', () => {
	const fromHistory = itemOf(
		fold(running, hydrated([turn('T1', [command('c', 'yes', {aggregatedOutput: long})])])),
		'c',
	);
	fc.assert(
		fc.property(fc.array(fc.integer({min: 1, max: long.length - 1}), {maxLength: 12}), cuts => {
			const places = [0, ...cuts.toSorted((left, right) => left - right), long.length];
			const pieces = places.slice(1).map((place, index) => long.slice(places[index], place));
			const item = itemOf(fold(running, ...pieces.map(piece => output('c', piece))), 'c');
			expect(textOf(item) === textOf(fromHistory)).toBe(true);
			expect(item.omittedOutput).toEqual(fromHistory.omittedOutput);
		}),
		{numRuns: 25},
	);
});

test('output that shrank below the limit on completion is whole again', () => {
	const state = fold(running, output('c', long), completed(command('c', 'yes', {aggregatedOutput: 'short'})));
	expect(itemOf(state, 'c').omittedOutput).toBeUndefined();
	expect(textOf(itemOf(state, 'c'))).toBe('short');
});
