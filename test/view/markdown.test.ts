import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createMarkdownView, markdownRows} from '../../source/view/markdown.ts';
import {rowText} from '../../source/view/row.ts';
import {theme} from '../../source/view/style.ts';
import {hostileText, hostileTexts, offences} from './hostile-corpus.ts';

const texts = (source: string, columns = 60): string[] => markdownRows(source, columns).map(rowText);

const lookOf = (source: string, text: string): string | undefined =>
	markdownRows(source, 60)
		.flat()
		.find(span => span.text === text)?.sgr;

const sample = `# Title with *emphasis*
Intro with **bold _both_**, \`code\`, ~~gone~~ and [a link](https://example.com/x).
Second line &lt;tag&gt; &amp;lt;.

- one
- two
  - nested a
    continued
  - nested b

    with a paragraph
3. third
4. fourth

   loose
- [x] done
- [ ] todo

> quote
lazy
> - in the quote

Setext
======

\`\`\`ts
const a: number = 1; // note

/* many
lines */
\`\`\`
~~~
no language
~~~

    indented code

| name | value |
|---|--:|
| x | 1 |
| **yy** | 22 |

text
***
<div>
html
</div>

[id]: http://x
[ref][id] <https://a.b> ![alt](pic.png) a@b.example
`;

test('every kind of block has its rows', () => {
	expect(texts(sample)).toMatchInlineSnapshot(`
		[
		  "# Title with emphasis",
		  "Intro with bold both, code, gone and a link",
		  "(https://example.com/x).",
		  "Second line <tag> &lt;.",
		  "",
		  "• one",
		  "• two",
		  "  • nested a",
		  "    continued",
		  "  ",
		  "  • nested b",
		  "    ",
		  "    with a paragraph",
		  "3. third",
		  "",
		  "4. fourth",
		  "   ",
		  "   loose",
		  "• [x] done",
		  "• [ ] todo",
		  "",
		  "│ quote",
		  "│ lazy",
		  "│ • in the quote",
		  "",
		  "# Setext",
		  "",
		  "  const a: number = 1; // note",
		  "  ",
		  "  /* many",
		  "  lines */",
		  "  no language",
		  "",
		  "  indented code",
		  "",
		  "name │ value",
		  "─────┼──────",
		  "x    │     1",
		  "yy   │    22",
		  "",
		  "text",
		  "────────────────────────────────────────────────────────────",
		  "<div>",
		  "html",
		  "</div>",
		  "",
		  "[id]: http://x",
		  "[ref][id] https://a.b alt (pic.png) a@b.example",
		]
	`);
});

test('inline looks are combined', () => {
	expect(lookOf(sample, 'bold ')).toBe('1');
	expect(lookOf(sample, 'both')).toBe('1;3');
	expect(lookOf(sample, 'code')).toBe(theme.code);
	expect(lookOf(sample, 'gone')).toBe(theme.strike);
	expect(lookOf(sample, 'emphasis')).toBe('1;3;36');
	expect(lookOf(sample, 'const')).toBe(theme.codeKeyword);
});

test('a link shows where it leads unless its text says so', () => {
	expect(texts('[https://good.example](https://evil.example)')).toEqual([
		'https://good.example (https://evil.example)',
	]);
	expect(texts('<https://a.b> and https://c.d')).toEqual(['https://a.b and https://c.d']);
	expect(lookOf('[a](https://b.c)', ' (https://b.c)')).toBe(theme.muted);
});

test('entities come to life once, and what they bring is sanitised', () => {
	expect(texts('a&#27;[31mb &#x202e;c &amp;#27; &#x9b;2J &#0;')).toEqual(['ab c &#27;  \ufffd']);
});

test('a table that does not fit becomes stacks of named values', () => {
	expect(
		texts('| long heading | another heading |\n|-|-|\n| some value here | more of it |\n| 2 | 3 |', 24),
	).toEqual([
		'long heading: some value',
		'  here',
		'another heading: more of',
		'  it',
		'',
		'long heading: 2',
		'another heading: 3',
	]);
});

test('nesting that leaves no room is drawn without its indent', () => {
	const rows = markdownRows(`${'> '.repeat(10)}deep words here`, 12);
	expect(offences(rows, 12)).toEqual([]);
	expect(rows.map(rowText).join(' ')).toContain('deep');
});

test('nothing hostile comes through and no row is too wide', () => {
	for (const text of hostileTexts) expect(offences(markdownRows(text, 40), 40)).toEqual([]);
	fc.assert(
		fc.property(hostileText, fc.integer({min: 1, max: 50}), (text, columns) => {
			expect(offences(markdownRows(text, columns), columns)).toEqual([]);
		}),
		{numRuns: 300},
	);
});

test('a message streamed in any steps looks as if it came at once', () => {
	for (const columns of [20, 60]) {
		const view = createMarkdownView();
		for (let end = 0; end <= sample.length; end++) {
			const prefix = sample.slice(0, end);
			expect(view.rows(prefix, columns)).toEqual(markdownRows(prefix, columns));
		}
	}
});

test('a long message looks as its parts do', () => {
	const times = 40;
	const parts = Array.from({length: times}, () => texts(sample));
	const whole = texts(Array.from({length: times}, () => sample).join('\n'));
	expect(whole).toEqual(parts.flatMap((rows, index) => (index === 0 ? rows : ['', ...rows])));
});

const fragments = [
	...[
		'para',
		'\n',
		'\n',
		'\n\n',
		'# head',
		'#',
		'- a',
		'-',
		'* b',
		'*',
		'  - c',
		'1. d',
		'2.',
		'> q',
		'>',
		'```',
		'```ts',
		'~~~',
	],
	...[
		'---',
		'===',
		'| a | b |',
		'|---|---|',
		'| 1 | 2 |',
		'    code',
		'<div>',
		'</div>',
		'<!--',
		'-->',
		'[x]: y',
		'[x]',
		'**',
		'`',
	],
	...[
		'\r\n',
		'\r',
		'\t',
		' ',
		'  ',
		'\x1b[31m',
		'\x1b]0;',
		'好',
		'\u0301',
		'- [ ] t',
		'<script>',
		'</script>',
		'***',
		'\\',
		'    ',
	],
];

test('streaming equals the whole for any mixture of Markdown pieces', () => {
	fc.assert(
		fc.property(fc.array(fc.constantFrom(...fragments), {maxLength: 40}), parts => {
			const view = createMarkdownView();
			let source = '';
			for (const part of parts) {
				// Every prefix, since a piece can be cut by a delta.
				for (const char of part) {
					source += char;
					expect(view.rows(source, 30)).toEqual(markdownRows(source, 30));
				}
			}
		}),
		{numRuns: 300},
	);
});

test('a long fence streams as if it came at once, open and closed', () => {
	const code = Array.from(
		{length: 350},
		(_, line) => `const a${line} = "${'x'.repeat(line % 50)}"; /* ${line % 90 ? '' : '*/'}`,
	);
	const source = `intro\n\n~~~~ts\n${code.join('\n')}\n~~~~\nafter\n- x\n`;
	const view = createMarkdownView();
	for (let end = 0; end < source.length; end += 97)
		expect(view.rows(source.slice(0, end), 40)).toEqual(markdownRows(source.slice(0, end), 40));
	expect(view.rows(source, 40)).toEqual(markdownRows(source, 40));
});

test('finished rows keep their identity while a message grows', () => {
	const view = createMarkdownView();
	const before = [...view.rows('# One\n\ntwo\n\n- three\n- fo', 40)];
	const after = view.rows('# One\n\ntwo\n\n- three\n- four', 40);
	expect(after.slice(0, -1).map((row, index) => row === before[index])).toEqual([
		true,
		true,
		true,
		true,
		true,
	]);
	expect(view.rows('# One\n\ntwo\n\n- three\n- four', 40)).toBe(after);
});

test('another source or width starts anew', () => {
	const view = createMarkdownView();
	view.rows('one\n\ntwo\n\nthree', 40);
	expect(view.rows('other', 40).map(rowText)).toEqual(['other']);
	expect(view.rows('other words', 6).map(rowText)).toEqual(['other', 'words']);
});
