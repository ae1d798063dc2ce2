import fc from 'fast-check';
import {expect, test} from 'vitest';
import {highlightLines} from '../../source/view/highlight.ts';
import {rowText} from '../../source/view/row.ts';
import {sanitiseText} from '../../source/view/sanitise.ts';
import {theme} from '../../source/view/style.ts';
import {hostileText, hostileTexts, offences} from './hostile-corpus.ts';

const languages = [
	...[
		'ts',
		'js',
		'json',
		'bash',
		'python',
		'rust',
		'go',
		'diff',
		'yaml',
		'toml',
		'css',
		'html',
		'sql',
		'java',
		'c',
		'cpp',
	],
	...['ruby', 'markdown', 'tsx', 'sh', 'py', 'rs', 'yml', 'ini', 'xml', 'JSON', 'c++'],
];

test('code has the colours of its language', () => {
	expect(highlightLines('const a = 1; // x', 'ts')).toEqual([
		[
			{text: 'const', sgr: theme.codeKeyword},
			{text: ' a = ', sgr: ''},
			{text: '1', sgr: theme.codeNumber},
			{text: '; ', sgr: ''},
			{text: '// x', sgr: theme.codeComment},
		],
	]);
});

test('a comment over several lines keeps its colour on each', () => {
	const rows = highlightLines('/* a\n\nb */ x', 'c');
	expect(rows.map(rowText)).toEqual(['/* a', '', 'b */ x']);
	expect(rows[2]?.[0]).toEqual({text: 'b */', sgr: theme.codeComment});
});

test.each(languages)('%s is known', language => {
	const samples = [
		'const a = "x" # 1',
		'{"a": 1}',
		'<a b="c">',
		'a: 1',
		'[a]\nb = 1',
		'-a',
		'select 1',
		'p { color: red }',
		'# h',
	];
	expect(
		samples.some(code =>
			highlightLines(code, language)
				.flat()
				.some(span => span.sgr !== ''),
		),
	).toBe(true);
});

test('unknown languages and names of object members are plain', () => {
	for (const language of [undefined, '', 'brainfuck', 'constructor', '__proto__', 'toString'])
		expect(highlightLines('const a', language)).toEqual([[{text: 'const a', sgr: ''}]]);
});

test('the text is the sanitised code, whatever the language', () => {
	const check = (code: string, language: string) => {
		const rows = highlightLines(code, language);
		expect(rows.map(rowText)).toEqual(sanitiseText(code).split('\n'));
		expect(offences(rows)).toEqual([]);
	};
	for (const text of hostileTexts) check(text, 'ts');
	fc.assert(fc.property(hostileText, fc.constantFrom(...languages), check), {numRuns: 300});
});

test('code before a seam is coloured the same however much follows', () => {
	const lines = Array.from({length: 250}, (_, index) =>
		index % 40 ? `let a${index} = ${index};` : '/* open',
	);
	const all = highlightLines(lines.join('\n'), 'js');
	expect(highlightLines(lines.slice(0, 200).join('\n'), 'js')).toEqual(all.slice(0, 200));
	expect(all).toHaveLength(250);
});

test('very long lines stay plain, the others keep their colours', () => {
	const long = `const a = "${'x'.repeat(5000)}"`;
	const rows = highlightLines(`let b\n${long}\nlet c`, 'js');
	expect(rows[1]).toEqual([{text: long, sgr: ''}]);
	expect([rows[0]?.[0]?.sgr, rows[2]?.[0]?.sgr]).toEqual([theme.codeKeyword, theme.codeKeyword]);
});
