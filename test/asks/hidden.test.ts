/** What hides in a text is made visible, called out, and never lost. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {type RevealAs, revealHidden} from '../../source/asks/hidden.ts';
import {hasControl, sanitiseLine} from '../../source/view/sanitise.ts';
import {hostileText} from '../view/hostile-corpus.ts';

const shown = (text: string, as: RevealAs = 'command'): string =>
	revealHidden(text, as)
		.shown.map(piece =>
			piece.kind === 'hidden' ? `[${piece.text}]` : piece.kind === 'break' ? `${piece.text}/` : piece.text,
		)
		.join('');
const warnings = (text: string, as: RevealAs = 'command'): string =>
	revealHidden(text, as).warnings.join('; ');

describe('an honest command', () => {
	it.each(['ls -la', "git commit -m 'fix: the test'", 'cat größe.txt', 'echo 你好', 'npm test -- --run', ''])(
		'%s is shown as it is and warns of nothing',
		text => {
			expect(revealHidden(text)).toEqual({shown: text === '' ? [] : [{kind: 'plain', text}], warnings: []});
		},
	);
});

describe('a command that hides something', () => {
	it.each([
		['an override of the text direction', 'echo \u202egnp.exe', 'echo [‹U+202E›]gnp.exe', 'another order'],
		['an isolate', 'a\u2066b\u2069', 'a[‹U+2066›]b[‹U+2069›]', 'another order'],
		['zero-width characters', 'r\u200bm\ufeff x', 'r[‹U+200B›]m[‹U+FEFF›] x', 'invisible'],
		['a soft hyphen', 'a\u00adb', 'a[‹U+00AD›]b', 'invisible'],
		['a filler that is a letter', 'a\u3164b', 'a[‹U+3164›]b', 'invisible'],
		['tag characters', 'a\u{e0041}b', 'a[‹U+E0041›]b', 'invisible'],
		['a blank braille', 'a\u2800b', 'a[‹U+2800›]b', 'invisible'],
		['a no-break space', 'rm\u00a0-rf', 'rm[‹U+00A0›]-rf', 'no ordinary space'],
		['a tab', 'a\tb', 'a[→]b', 'a tab'],
		['an escape sequence', 'ls\u001b[8m; rm\u001b[0m', 'ls[‹ESC›[8m]; rm[‹ESC›[0m]', 'escape sequences (2)'],
		['an 8-bit escape sequence', 'a\u009b2Jb', 'a[‹U+009B›2J]b', 'escape sequences'],
		['a window title', '\u001b]0;x\u0007', '[‹ESC›]]0;x[‹BEL›]', 'escape sequences'],
		['backspaces', 'evil\b\b\b\bgood', 'evil[‹BS›‹BS›‹BS›‹BS›]good', 'control characters (4)'],
		['a carriage return', 'rm -rf /\rls', 'rm -rf /[‹CR›]ls', 'control characters: ‹CR›'],
		['a lone surrogate', 'a\ud800b', 'a[‹U+D800›]b', 'control characters'],
		['spaces at the end', 'ls  ', 'ls[··]', 'spaces at the end'],
		['many spaces', `ls${' '.repeat(200)}; rm -rf /`, 'ls[‹200 spaces›]; rm -rf /', '200 spaces in a row'],
		['two lines', 'ls\nrm -rf /', 'ls⏎/rm -rf /', '2 lines, not one'],
		['many empty lines', `ls\n${'\n'.repeat(50)}rm`, 'ls⏎/[‹50 empty lines›]⏎/rm', '50 empty lines'],
		[
			'a Cyrillic letter in a Latin word',
			'curl pаypal.com',
			'curl p[а]ypal.com',
			'“pаypal” mixes Latin and Cyrillic letters: а is U+0430',
		],
		['a word of Cyrillic look-alikes', 'сору x', '[сору] x', 'is written in Cyrillic letters'],
		['a Greek letter in a Latin word', 'gοogle', 'g[ο]ogle', 'mixes Latin and Greek'],
		['fullwidth letters', 'ｒｍ x', '[ｒｍ] x', 'look like others'],
		['a slash that is none', 'a∕b', 'a[∕]b', 'look like others'],
		['typographic quotes', 'echo “a”', 'echo [“]a[”]', 'look like others'],
		[
			'a pile of accents',
			`e${'\u0301'.repeat(6)}`,
			`e\u0301\u0301\u0301[‹U+0301›‹U+0301›‹U+0301›]`,
			'accents',
		],
		['right-to-left letters', 'rm אבג', 'rm אבג', 'right-to-left letters'],
	])('%s', (_what, text, expected, warning) => {
		expect(shown(text)).toBe(expected);
		expect(warnings(text)).toContain(warning);
	});

	it('says how long a very long line is', () => {
		expect(warnings(`echo ${'x'.repeat(600)}`)).toBe('a line of 605 characters: read to its end');
	});

	it('counts what comes many times instead of filling the screen with it', () => {
		expect(shown('\u200b'.repeat(1000))).toBe('[‹U+200B›‹1000 times›]');
	});
});

describe('prose', () => {
	it('may have line breaks, tabs, typographic quotes, emoji and CJK punctuation', () => {
		const text = 'Сделай это — «да»:\n\t“yes” ❤️ 你好，世界';
		expect(shown(text, 'prose')).toBe('Сделай это — «да»:/\t“yes” ❤ 你好，世界');
		expect(warnings(text, 'prose')).toBe('');
	});

	it('still shows an override of the text direction', () => {
		expect(shown('a\u202eb', 'prose')).toBe('a[‹U+202E›]b');
	});
});

describe('a file', () => {
	it('may have tabs, CRLF and blanks at the end of its lines, but no hidden characters', () => {
		expect(revealHidden('a\t\r\nb  \n', 'code').warnings).toEqual([]);
		expect(shown('if (isAdmin\u2066) {', 'code')).toBe('if (isAdmin[‹U+2066›]) {');
	});
});

describe('whatever the text', () => {
	const anything = fc.oneof(hostileText, fc.string({unit: 'binary', maxLength: 60}));
	const as = fc.constantFrom<RevealAs>('command', 'prose', 'code');

	it('nothing that is shown or said can do anything to a terminal, or be lost by sanitising', () => {
		fc.assert(
			fc.property(anything, as, (text, how) => {
				const {shown: pieces, warnings: said} = revealHidden(text, how);
				for (const piece of pieces) {
					const line = piece.text.replaceAll(/[\t\r]/g, how === 'command' ? '$&' : ' ');
					expect(hasControl(line)).toBe(false);
					if (how === 'command') expect(sanitiseLine(piece.text).normalize()).toBe(piece.text.normalize());
				}
				for (const sentence of said) expect(hasControl(sentence)).toBe(false);
			}),
			{numRuns: 300},
		);
	});

	it('a command loses no visible character, and nothing hidden goes without a warning', () => {
		const words = fc.stringMatching(/^[a-z/;-]{1,6}$/);
		const hiding = fc.constantFrom('\u200b', '\u202e', '\u001b[2J', '\r', '\u00a0', '\u0000', '\u{e0020}');
		fc.assert(
			fc.property(words, hiding, words, (before, hidden, after) => {
				const {shown: pieces, warnings: said} = revealHidden(before + hidden + after);
				expect(said.length).toBeGreaterThan(0);
				expect(pieces.some(piece => piece.kind === 'hidden')).toBe(true);
				const plain = pieces.filter(piece => piece.kind === 'plain').map(piece => piece.text);
				expect(plain).toEqual([before, after]);
			}),
		);
	});
});
