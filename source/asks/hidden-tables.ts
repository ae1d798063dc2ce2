/**
 * The characters that a person cannot see, or takes for others, as data. Read by `hidden.ts` only. The classes are
 * Unicode's own; the lists beside them are short because they name only what looks like ASCII in a terminal's font.
 */

const bidi = '\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';
const oddSpaces = '\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f';

/** Kinds of hidden things, each with the words of its warning; the order is the order of the warnings. */
export const hiddenWords = {
	escape: 'terminal escape sequences',
	bidi: 'text that runs in another order than it reads',
	control: 'control characters',
	invisible: 'invisible characters',
	space: 'blanks that are no ordinary space',
	mark: 'accents that stand on nothing, or in a pile',
	lookalike: 'characters that look like others',
} as const;

export type HiddenKind = keyof typeof hiddenWords;

/** One pattern, so that a text is read once: the group that matched is the kind; the first alternative wins. */
export const hiddenPattern = new RegExp(
	[
		'(?<escape>(?:\\x1b\\[|\\x9b)[\\x20-\\x3f]*[\\x40-\\x7e]?|\\x1b[\\]PX^_]|\\x1b[\\x20-\\x2f]*[\\x30-\\x7e]?|[\\x90\\x98\\x9d-\\x9f])',
		`(?<bidi>[${bidi}])`,
		`(?<space>[\\t${oddSpaces}])`,
		'(?<control>[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}])',
		'(?<invisible>[\\p{Cf}\\p{Default_Ignorable_Code_Point}\\p{Co}\\p{Cn}\\p{Me}\\p{Emoji_Modifier}\\p{RI}\\u2800])',
		'(?<mark>(?<![\\p{L}\\p{N}\\p{M}])\\p{M}|(?<=\\p{M}{3})\\p{M})',
	].join('|'),
	'gu',
);

/** Text in which the pattern can find nothing: the fast way out for honest text. */
export const nothingHidden =
	/^[\x20-\x7e\n\xa1-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038e-\u03a1\u03a3-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u23ff\u2500-\u27ff\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]*$/u;

/** Fullwidth ASCII, mathematical letters, and punctuation that passes for `/ . : - ' " ; !`. */
export const lookalikes =
	/[\uff01-\uff5e\u{1d400}-\u{1d7ff}\u2044\u2215\u29f8\u2571\u2024\u2236\ua789\u02d0\u037e\u01c3\u2010-\u2015\u2212\u2018-\u201f\u02b9\u02bc\u2032\u2033]/gu;

/** The same without typographic quotes, dashes and CJK punctuation, which honest prose is full of. */
export const lookalikesInProse =
	/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u{1d400}-\u{1d7ff}\u2044\u2215\u29f8\u2024\u2236\ua789\u02d0\u037e\u01c3]/gu;

export const words = /[\p{L}\p{M}\p{N}_]+/gu;
export const latinLetter = /\p{Script=Latin}/u;

const latinLookalikes = 'асеоірхуѕјһԁԛԝѵАВЕЅІЈКМНОРСТХҮανορικτυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ';

/** A script with letters that pass for Latin ones; `own` are those that do not. */
const nearScript = (name: string) => ({
	name,
	letter: new RegExp(`\\p{Script=${name}}`, 'u'),
	own: new RegExp(`(?![${latinLookalikes}])\\p{Script=${name}}`, 'u'),
});

export const nearScripts = ['Cyrillic', 'Greek', 'Armenian', 'Cherokee', 'Coptic', 'Lisu'].map(nearScript);

/** A word made of nothing but letters that pass for Latin ones: `сору`, `аре`. */
export const latinInDisguise = new RegExp(`^[${latinLookalikes}\\d_]{2,}$`, 'u');

/** Letters that a terminal with bidi support shows in another order than they come. */
export const rightToLeft =
	/[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
