/**
 * Text that tries to harm: what a model, a command or a file could send. Every function of the text layer is run
 * over all of it, and over random mixtures of its pieces.
 */
import fc from 'fast-check';
import type {Row} from '../../source/view/row.ts';
import {hasControl} from '../../source/view/sanitise.ts';
import {rowWidth} from '../../source/view/width.ts';

export const hostileTexts: readonly string[] = [
	'\x1b]52;c;cm0gLXJmIC8=\x07clipboard',
	'\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\',
	'\x1b]0;title without an end',
	'\x1bPq#0;2;0;0;0~-\x1b\\sixel',
	'\x1bP+q544e\x1b\\\x1b[6n\x1b[c\x1b]11;?\x07queries',
	'\x9b31mred\x9b0m',
	'\x9d52;c;AAAA\x9cafter',
	'\x90tmux;\x1b\x1b]52;c;AAAA\x07\x1b\\after',
	'\x1b_apc\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\text',
	'\x1b[2J\x1b[H\x1b[?1049h\x1b[?1000h\x1bc\x1b[!p',
	'\x1b[31',
	'\x1b',
	'\x1b[\x1b[31\x1b]\x1b\x1b[mnested',
	'\x1b[38;5\x1b[38:2::1:2m\x1b[999999999999999999mwide',
	'\x1b[8mhidden\x1b[28m\x1b[5mblink',
	'\x1b[999999C x\x1b[9999G y\x1b[9999D z',
	'rm -rf /\rls       ',
	'rm -rf /\b\b\b\b\b\b\b\bls -l   ',
	'safe\x08\x08\x08\x08evil\x7f\x7f',
	'line\u2028separator\u2029paragraph\x85next\x0bvt\x0cff',
	'user\u202etxt.exe\u202c \u2066isolate\u2069 \u200e\u200f\u061c',
	'zero\u200bwidth\u200c\u200d\u2060\ufeff\u00adjoin\u034f',
	'tags \u{e0001}\u{e0068}\u{e0069}\u{e007f} selector \u{e0100}',
	`zalgo ${'e\u0301\u0302\u0303\u0304\u0305\u0306\u0307'.repeat(20)}`,
	`\u0301\u0302leading marks ${'\u0300'.repeat(500)}`,
	'lone \ud800 and \udc00 and \ud83d',
	'\ud83d\x00\ude00 a surrogate pair with NUL inside',
	'❤️ 👩‍💻 👨‍👩‍👧‍👦 🇩🇪🇫 1️⃣ #️⃣ 👍🏽 🏳️‍🌈 🏴\u{e0067}\u{e0062}\u{e007f} ☝🏿',
	'日本語テキスト 한국어 \u1112\u1161\u11ab ｆｕｌｌ ﾊﾝｶｸ 中文，标点。',
	'क्षि தமிழ் ไทย العربية עברית',
	'😀🫠🥲🫨 𝒜𝓁 𠀀',
	'&#27;[31m &#x9b;31m &#8238; &amp;#27; &#0; &#55296; &#x10ffff; &#x110000;',
	'[text](javascript:alert(1)) [a\x1b]8;;x\x07](http://x\u202e.com) ![i](\x9b31m)',
	'```ts\x1b]0;x\x07\nconst a = "\x1b[31m";\x9b2J\n```',
	'| a\x1b[31m | b\u202e |\n|---|---|\n| \x9bc | ❤️ |',
	`${'>'.repeat(300)} deep ${'*a_'.repeat(500)}`,
	`${'- '.repeat(300)}x`,
	`${'['.repeat(1000)}${'`'.repeat(999)}${'<'.repeat(1000)}`,
	`@@ -1,1 +1,1 @@\x1b[31m\n-\x1b]0;a\n+\u202eb\r\n+more\n\ttab\n--- \x9bx\n+++ \x07y\n`,
	'\r\r\n\n\r\n\t\t\n \n',
	'x'.repeat(100_000),
	`${'好'.repeat(5000)}${'\u0301'.repeat(5000)}`,
];

const pieces = [
	...hostileTexts.filter(text => text.length < 200),
	...[
		'\x1b',
		'[',
		']',
		'31',
		';',
		'm',
		'\x07',
		'\\',
		'\n',
		'\r',
		'\b',
		'\t',
		' ',
		'word',
		'好',
		'\u0301',
		'\u200d',
	],
	...[
		'\ud83d',
		'\ude00',
		'K',
		'\x9b',
		'\x9c',
		'5G',
		'# ',
		'- ',
		'```',
		'|',
		'---',
		'> ',
		'*',
		'_',
		'`',
		'~~',
		'    ',
	],
];

/** Any mixture of hostile pieces and arbitrary code units. */
export const hostileText: fc.Arbitrary<string> = fc
	.array(
		fc.oneof({weight: 5, arbitrary: fc.constantFrom(...pieces)}, fc.string({unit: 'binary', maxLength: 8})),
		{
			maxLength: 25,
		},
	)
	.map(parts => parts.join(''));

/** What no row may ever be: text with controls, canonical looks only, wider than asked. Returns the offences. */
export const offences = (rows: readonly Row[], columns = Number.POSITIVE_INFINITY): readonly string[] =>
	rows.flatMap(row => [
		...row
			.filter(span => hasControl(span.text) || span.text === '')
			.map(span => `text ${JSON.stringify(span.text)}`),
		...row.filter(span => !/^[\d;]*$/.test(span.sgr)).map(span => `look ${JSON.stringify(span.sgr)}`),
		...(rowWidth(row) > columns ? [`width ${rowWidth(row)} of ${columns}`] : []),
	]);
