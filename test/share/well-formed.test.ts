import fc from 'fast-check';
import {expect, test} from 'vitest';
import {wellFormed} from '../../source/share/well-formed.ts';

test('halves of characters are replaced, at any depth; whole ones stay, however they are written', () => {
	const repaired = JSON.parse(
		wellFormed(String.raw`{"id":"a","params":{"input":[{"text":"\ud800 \uD83D\uDE00 \udc00"}]}}`),
	);
	expect(repaired).toEqual({id: 'a', params: {input: [{text: '\u{FFFD} 😀 \u{FFFD}'}]}});
});

test.each([
	['nothing to mend', '{"a":"b"}'],
	['a backslash that is text', String.raw`{"a":"\\ud800"}`],
	['no JSON', String.raw`{"a":"\ud800"`],
	['a depth that nobody means', `${'['.repeat(200_000)}"\\ud800"`],
])('%s: means the same', (_name, text) => {
	const read = (json: string): unknown => {
		try {
			return JSON.parse(json);
		} catch {
			return json;
		}
	};
	expect(read(wellFormed(text))).toEqual(read(text));
});

test('law: whatever was a value of whole characters is the same value', () => {
	fc.assert(
		fc.property(fc.json(), text => {
			const escaped = text.replace(/[\u0080-\u{10FFFF}]/gu, each =>
				[...each.split('')].map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
			);
			expect(JSON.parse(wellFormed(escaped))).toEqual(JSON.parse(text));
		}),
	);
});
