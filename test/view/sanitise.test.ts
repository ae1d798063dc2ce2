import fc from 'fast-check';
import {expect, test} from 'vitest';
import {hasControl, sanitiseLine, sanitiseText} from '../../source/view/sanitise.ts';
import {isDisputed, textWidth} from '../../source/view/width.ts';
import {hostileText, hostileTexts} from './hostile-corpus.ts';

const dangers = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]|[\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

test.each([
	['\x1b]52;c;QUJD\x07ab', 'ab'],
	['\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\', 'link'],
	['a\x9b31mred', 'ared'],
	['a\x9d0;title\x9cb', 'ab'],
	['a\x1bPdcs\x1b\\b', 'ab'],
	['a\x1b[31', 'a'],
	['a\x1b]0;never ends', 'a'],
	['a\x1b(Bb\x1b7c', 'abc'],
	['user\u202etxt', 'usertxt'],
	['a\u200b\ufeff\u00adb', 'ab'],
	['\ud800x', '\ufffdx'],
	['1️⃣ ❤️ 👩‍💻 🇩🇪 👍🏽', '1 ❤ 👩💻 DE 👍'],
	['\u1112\u1161\u11ab', '한'],
	['e\u0301', 'é'],
	['a\n\n  b\r\nc\td', 'a b c d'],
])('the line %j becomes %j', (hostile, clean) => {
	expect(sanitiseLine(hostile)).toBe(clean);
});

test('line breaks of all kinds become line feeds and tabs go to the next fourth column', () => {
	expect(sanitiseText('a\r\nb\rc\n\td\nab\te\n好\tf')).toBe('a\nb\nc\n    d\nab  e\n好  f');
});

test('an escape sequence without an end takes nothing from the next line', () => {
	expect(sanitiseText('a\x1b]0;title\nb\x9b\nc\x1bP\r\nd')).toBe('a\nb\nc\nd');
});

test('a tab inside an escape sequence does not free what follows it', () => {
	expect(sanitiseText('a\x1b]0;x\ty\x07b')).toBe('ab');
});

test('no character carries more than four marks and no line begins with one', () => {
	const clean = sanitiseText(`\u0301x${'q\u0323\u0307'.repeat(2)}z${'\u0300'.repeat(100)}\n\u0300a`);
	expect(clean.match(/\p{M}{5}/u)).toBeNull();
	expect(clean.match(/^\p{M}/mu)).toBeNull();
});

test('plain text comes back as it is', () => {
	for (const text of ['', 'plain ASCII ~', 'über naïve — “quoted” … ✓ │ 日本語 한국어']) {
		expect(sanitiseLine(text)).toBe(text);
		expect(sanitiseText(text)).toBe(text);
	}
});

test('nothing dangerous survives, and sanitising again changes nothing', () => {
	const check = (text: string) => {
		const lines = sanitiseText(text);
		const line = sanitiseLine(text);
		expect(dangers.exec(lines)).toBeNull();
		expect(dangers.exec(line)).toBeNull();
		expect(line).not.toContain('\n');
		expect(lines.split('\n').some(hasControl)).toBe(false);
		expect(sanitiseText(lines)).toBe(lines);
		expect(sanitiseLine(line)).toBe(line);
	};
	hostileTexts.forEach(check);
	fc.assert(fc.property(hostileText, check), {numRuns: 300});
});

test('sanitising goes line by line, so that a stream can be cut at any line break', () => {
	fc.assert(
		fc.property(hostileText, hostileText, (before, after) => {
			fc.pre(!before.endsWith('\r'));
			expect(sanitiseText(`${before}\n${after}`)).toBe(`${sanitiseText(before)}\n${sanitiseText(after)}`);
		}),
	);
});

test('emoji that terminals dispute have a certain width afterwards', () => {
	const clean = sanitiseLine('❤️ 👩‍💻 👨‍👩‍👧‍👦 🇩🇪🇫 1️⃣ 👍🏽 🏳️‍🌈');
	expect(isDisputed(clean)).toBe(false);
	expect(textWidth(clean)).toBe(Array.from(clean).reduce((sum, char) => sum + textWidth(char), 0));
});

test('the last guard sees every kind of control', () => {
	for (const text of [
		'\x00',
		'\n',
		'\x1b',
		'\x7f',
		'\x9b',
		'\u202e',
		'\u2066',
		'\u200f',
		'\u061c',
		'\u2028',
		'\ud800',
	])
		expect([text, hasControl(`好${text}x`)]).toEqual([text, true]);
	for (const text of ['', 'ab', 'é好😀']) expect(hasControl(text)).toBe(false);
});
