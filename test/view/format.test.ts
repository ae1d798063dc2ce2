import {expect, test} from 'vitest';
import {createFormat, relativePath} from '../../source/view/format.ts';
import {startMs, utc} from './samples.ts';

test('the clock is the local one of the given zone', () => {
	expect(utc.clock(startMs)).toBe('12:03');
	expect(utc.clockMs(startMs)).toBe('12:03:04.112');
	expect(utc.stamp(startMs)).toBe('22 Nov 12:03');
	const kolkata = createFormat({timeZone: 'Asia/Kolkata'});
	expect(kolkata.clock(startMs)).toBe('17:33');
	expect(kolkata.clockMs(startMs)).toBe('17:33:04.112');
	expect(createFormat({timeZone: 'Pacific/Kiritimati'}).stamp(startMs)).toBe('23 Nov 02:03');
	expect(utc.clock(Date.UTC(2026, 0, 1, 0, 5))).toBe('00:05');
});

test('an impossible time is shown as unknown and never throws', () => {
	for (const atMs of [Number.NaN, Number.POSITIVE_INFINITY, 1e300, -1e300]) {
		expect(utc.clock(atMs)).toBe('--:--');
		expect(utc.clockMs(atMs)).toBe('--:--:--.---');
		expect(utc.stamp(atMs)).toBe('--:--');
	}
	expect(utc.clockMs(-1)).toBe('23:59:59.999');
	expect(utc.clockMs(0.75)).toBe('00:00:00.000');
});

test('an unknown time zone is refused at once', () => {
	expect(() => createFormat({timeZone: 'Nowhere/Land'})).toThrow(RangeError);
});

test('durations', () => {
	const shown = [0, 340, 999, 1000, 4200, 4999, 9999, 10_000, 59_999, 125_000, 3_599_999, 3_720_000].map(
		utc.duration,
	);
	expect(shown).toEqual([
		'0 ms',
		'340 ms',
		'999 ms',
		'1 s',
		'4.2 s',
		'4.9 s',
		'9.9 s',
		'10 s',
		'59 s',
		'2 m 05 s',
		'59 m 59 s',
		'1 h 02 m',
	]);
	expect([-1, Number.NaN, Number.POSITIVE_INFINITY].map(utc.duration)).toEqual(['', '', '']);
	expect([0, 4.9, 60, -3].map(utc.elapsed)).toEqual(['0 s', '4 s', '1 m 00 s', '']);
});

test('sizes and spans', () => {
	expect([0, 1023, 1024, 12_000, 3_565_158, 5e15].map(utc.bytes)).toEqual([
		'0 B',
		'1023 B',
		'1.0 KB',
		'11 KB',
		'3.4 MB',
		'4547 TB',
	]);
	expect([0, 999, 34_000, 300_000, 7_200_000, 200_000_000].map(utc.ago)).toEqual([
		'now',
		'now',
		'34 s ago',
		'5 m ago',
		'2 h ago',
		'2 d ago',
	]);
});

test('paths', () => {
	expect(utc.shortPath('/home/ada/src', '/home/ada')).toBe('~/src');
	expect(utc.shortPath('/home/ada', '/home/ada/')).toBe('~');
	expect(utc.shortPath('/home/adam/src', '/home/ada')).toBe('/home/adam/src');
	expect(utc.shortPath('/x', '/')).toBe('/x');
	expect(utc.shortPath('/x', undefined)).toBe('/x');
	expect(relativePath('/a/b/c', '/a/b')).toBe('c');
	expect(relativePath('/a/bc', '/a/b')).toBe('/a/bc');
	expect(relativePath('/a/b', '/a/b')).toBe('/a/b');
	expect(relativePath('/a', undefined)).toBe('/a');
});
