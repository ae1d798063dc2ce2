import {describe, expect, test} from 'vitest';
import {jsonLine, jsonRows} from '../../source/view/json.ts';
import {theme} from '../../source/view/style.ts';
import {faultOf, lines} from './samples.ts';

describe('jsonRows', () => {
	test('is pretty and coloured', () => {
		const rows = jsonRows({a: 1, b: ['x', null, true, {}], c: [], d: {e: 'f'}}, 40);
		expect(lines(rows)).toEqual([
			'{',
			'  "a": 1,',
			'  "b": [',
			'    "x",',
			'    null,',
			'    true,',
			'    {}',
			'  ],',
			'  "c": [],',
			'  "d": {',
			'    "e": "f"',
			'  }',
			'}',
		]);
		expect(rows[1]?.map(span => span.sgr)).toEqual([
			theme.plain,
			theme.code,
			theme.muted,
			theme.codeNumber,
			theme.muted,
		]);
	});

	test('is what JSON.stringify would write', () => {
		const value = {text: 'quo"te\\ \n tab\t', list: [[1.5, -0], [[]]], 'odd key': {nested: [false]}};
		expect(lines(jsonRows(value, 300)).join('\n')).toBe(JSON.stringify(value, undefined, 2));
	});

	test('wraps with a hanging indent', () => {
		expect(lines(jsonRows({key: 'one two three four five'}, 20))).toEqual([
			'{',
			'  "key": "one two',
			'    three four five"',
			'}',
		]);
	});

	test('what is no JSON is named', () => {
		expect(lines(jsonRows(undefined, 40))).toEqual(['undefined']);
		expect(lines(jsonRows([() => 1, 10n, Symbol('x')], 40))).toEqual([
			'[',
			'  function,',
			'  10,',
			'  symbol',
			']',
		]);
	});

	test('a huge, a deep and an endless value are cut, and say so', () => {
		const huge = jsonRows(
			Array.from({length: 1_000_000}, (_, index) => index),
			60,
		);
		expect(huge.length).toBeLessThan(1100);
		expect(lines(huge).at(-1)).toContain('lines: the value is larger');
		const long = jsonRows('x'.repeat(5_000_000), 100);
		expect(long.length).toBeLessThan(100);
		expect(
			lines(long)
				.map(line => line.trim())
				.join(' '),
		).toContain('… 4996000 characters more');
		const endless: {self?: unknown} = {};
		endless.self = endless;
		const rows = jsonRows(endless, 30);
		expect(lines(rows).join('\n')).toContain('{ … }');
		for (const row of rows) expect(faultOf(row, 30)).toBeUndefined();
	});
});

describe('jsonLine', () => {
	test('is one line, cut when long', () => {
		expect(jsonLine({path: 'x', limits: [1, 2], none: {}})).toBe(
			'{"path": "x", "limits": [1, 2], "none": {}}',
		);
		expect(jsonLine(null)).toBe('');
		expect(jsonLine(Array.from({length: 10_000}, () => 'word')).length).toBeLessThan(210);
	});
});
