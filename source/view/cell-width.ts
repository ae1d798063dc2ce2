/**
 * The cells of one code point, as a terminal without grapheme clustering counts them: 0, 1 or 2. Sums over code
 * points are exact for sanitised text and do not depend on where a string was split. Called by `width.ts`,
 * `ansi.ts` and `wrap.ts`.
 *
 * A table of our own because `fast-string-width` counts Yi as narrow and Devanagari vowel signs as nothing, while
 * terminals (and @xterm/headless with Unicode 11, which the tests compare with) do the opposite.
 */

/** East Asian Width W and F, joined over unassigned gaps. Hexagrams and the like, wide only since Unicode 16, are not here. */
const wideRanges =
	'1100-115f 231a-231b 2329-232a 23e9-23ec 23f0 23f3 25fd-25fe 2614-2615 2648-2653 267f 2693 26a1 26aa-26ab ' +
	'26bd-26be 26c4-26c5 26ce 26d4 26ea 26f2-26f3 26f5 26fa 26fd 2705 270a-270b 2728 274c 274e 2753-2755 2757 ' +
	'2795-2797 27b0 27bf 2b1b-2b1c 2b50 2b55 2e80-303e 3041-3247 3250-4dbf 4e00-a4c6 a960-a97c ac00-d7a3 ' +
	'f900-faff fe10-fe6b ff01-ff60 ffe0-ffe6 16fe0-1b2fb 1f004 1f0cf 1f18e 1f191-1f19a 1f1ae 1f200-1f320 ' +
	'1f32d-1f335 1f337-1f37c 1f37e-1f393 1f3a0-1f3ca 1f3cf-1f3d3 1f3e0-1f3f0 1f3f4 1f3f8-1f43e 1f440 ' +
	'1f442-1f4fc 1f4ff-1f53d 1f54b-1f54e 1f550-1f567 1f57a 1f595-1f596 1f5a4 1f5fb-1f64f 1f680-1f6c5 1f6cc ' +
	'1f6d0-1f6d2 1f6d5-1f6df 1f6eb-1f6ec 1f6f4-1f6fc 1f7da-1f7f0 1f90c-1f93a 1f93c-1f945 1f947-1f9ff ' +
	'1fa70-1fafa 20000-3fffd';

const wide = wideRanges.split(' ').map(range => {
	const [from = '', to = from] = range.split('-');
	return {from: Number.parseInt(from, 16), to: Number.parseInt(to, 16)};
});

/** Marks, format characters, and the Hangul vowels and finals that join the syllable before them. */
const zero = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7fb]/u;

const isWide = (codePoint: number): boolean => {
	let low = 0;
	let high = wide.length - 1;
	while (low <= high) {
		const middle = (low + high) >> 1;
		const range = wide[middle];
		if (!range) return false;
		if (codePoint < range.from) high = middle - 1;
		else if (codePoint > range.to) low = middle + 1;
		else return true;
	}
	return false;
};

const measure = (codePoint: number): number => {
	if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0)) return 0;
	if (codePoint >= 0xd800 && codePoint <= 0xdfff) return 1;
	if (zero.test(String.fromCodePoint(codePoint))) return 0;
	return isWide(codePoint) ? 2 : 1;
};

const unknown = 255;
/** Filled as characters are met: asking the regular expression each time costs ten times more. */
const known = new Uint8Array(0x20000).fill(unknown);

/** Cells of one code point: 0 for controls, marks and format characters, 2 for wide ones, else 1. */
export const codePointWidth = (codePoint: number): number => {
	if (codePoint >= known.length) return measure(codePoint);
	const width = known[codePoint] ?? unknown;
	if (width !== unknown) return width;
	const measured = measure(codePoint);
	known[codePoint] = measured;
	return measured;
};

/** Cells of a text as the sum of its code points. */
export const codePointsWidth = (text: string): number => {
	let width = 0;
	for (let index = 0; index < text.length; index++) {
		const codePoint = text.codePointAt(index) ?? 0;
		if (codePoint > 0xffff) index++;
		width += codePointWidth(codePoint);
	}
	return width;
};
