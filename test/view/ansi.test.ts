import fc from 'fast-check';
import {expect, test} from 'vitest';
import {ansiLines, createAnsiParser, parseStyledRow} from '../../source/view/ansi.ts';
import {rowText} from '../../source/view/row.ts';
import {hostileText, hostileTexts, offences} from './hostile-corpus.ts';

const texts = (output: string): string[] => ansiLines(output).map(rowText);

test.each([
	['a\nb\n', ['a', 'b']],
	['a\n\nb', ['a', '', 'b']],
	['', []],
	['10%\r20%\rdone', ['done']],
	['downloading\rok', ['okwnloading']],
	['downloading\r\x1b[Kok\n', ['ok']],
	['abc\b\bX', ['aXc']],
	['a\tb\n12345678\tc', ['a       b', '12345678        c']],
	['好好\rab', ['ab好']],
	['好好\ra', ['a 好']],
	['abc\x1b[1Gx\x1b[3Cy', ['xbc y']],
	['\x1b[5Gx', ['    x']],
	['abcdef\x1b[3D\x1b[Kx', ['abcx']],
	['abc\x1b[1K\rx', ['x']],
	['a\x1b]0;t\x07b\x1bPx\x1b\\c\x9b1md', ['abcd']],
	['waiting\x1b[3', ['waiting']],
	['waiting\x1b]0;half', ['waiting']],
	['e\u0301\rx', ['x']],
	['one\r\ntwo\r\n', ['one', 'two']],
])('the output %j reads %j', (output, expected) => {
	expect(texts(output).map(text => text.trimEnd())).toEqual(expected);
});

test.each([
	['\x1b[1;31mx', '1;31'],
	['\x1b[31;1mx', '1;31'],
	['\x1b[38;5;9;48;2;1;2;3mx', '38;5;9;48;2;1;2;3'],
	['\x1b[38:5:9mx', '38;5;9'],
	['\x1b[38:2::1:2:3mx', '38;2;1;2;3'],
	['\x1b[38:2:1:2:3mx', '38;2;1;2;3'],
	['\x1b[5;8;53mx', ''],
	['\x1b[4:3mx', '4'],
	['\x1b[4:3m\x1b[4:0mx', ''],
	['\x1b[58;5;9;1mx', '1'],
	['\x1b[1;2;22;3mx', '3'],
	['\x1b[31m\x1b[mx', ''],
	['\x1b[91;102m\x1b[39mx', '102'],
	['\x1b[38;5;300mx', ''],
	['\x1b[>4;2mx', ''],
	['\x1b[9999999mx', ''],
])('the look after %j is %j', (output, sgr) => {
	expect(ansiLines(output)).toEqual([[{text: 'x', sgr}]]);
});

test('a colour lives on over line breaks until it is reset', () => {
	expect(ansiLines('\x1b[32ma\nb\x1b[0mc')).toEqual([
		[{text: 'a', sgr: '32'}],
		[
			{text: 'b', sgr: '32'},
			{text: 'c', sgr: ''},
		],
	]);
});

test('a short sequence cannot make a long line', () => {
	expect(texts('\x1b[9999Gx')[0]?.length).toBeLessThan(250);
});

test('pushing in any pieces gives the rows of pushing at once', () => {
	const pieces = fc.tuple(hostileText, fc.array(fc.nat(400), {maxLength: 12}));
	fc.assert(
		fc.property(pieces, ([text, cuts]) => {
			const parser = createAnsiParser();
			let from = 0;
			for (const to of [...cuts.sort((a, b) => a - b), text.length]) {
				parser.push(text.slice(from, Math.max(from, to)));
				// Looking in between must not matter either.
				expect(offences(parser.lines)).toEqual([]);
				from = Math.max(from, to);
			}
			expect(parser.lines).toEqual(ansiLines(text));
		}),
		{numRuns: 300},
	);
});

test('nothing dangerous survives in any row', () => {
	for (const text of hostileTexts) expect(offences(ansiLines(text))).toEqual([]);
});

test('rows that did not change keep their identity', () => {
	const parser = createAnsiParser();
	parser.push('one\ntwo\nth');
	const before = [...parser.lines];
	parser.push('ree\nfour');
	expect(parser.lines.map(rowText)).toEqual(['one', 'two', 'three', 'four']);
	expect(parser.lines[0]).toBe(before[0]);
	expect(parser.lines[1]).toBe(before[1]);
	expect(parser.lines[3]).toBe(parser.lines[3]);
});

test('a line of the own frame keeps its looks through partial resets', () => {
	expect(
		parseStyledRow('\x1b[1mbold\x1b[22m n \x1b[31m\x1b[42mz\x1b[39m\x1b[49m.\x1b[7m👩‍💻\x1b[27m'),
	).toEqual([
		{text: 'bold', sgr: '1'},
		{text: ' n ', sgr: ''},
		{text: 'z', sgr: '31;42'},
		{text: '.', sgr: ''},
		{text: '👩‍💻', sgr: '7'},
	]);
	expect(parseStyledRow('')).toEqual([]);
});
