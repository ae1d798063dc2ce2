import {expect, test} from 'vitest';
import {createLag} from '../../source/app-server/lag.ts';
import type {CloseReason} from '../../source/transport/channel.ts';

const cut: CloseReason = {code: 1006, kind: 'cut', sentence: 'It broke off.'};

test('a cut while we were seconds behind is told as what it is', () => {
	const lag = createLag('unix:///s');
	lag.read(1000, 1002);
	lag.read(1100, 9100);
	expect(lag.explain(cut)).toEqual({
		...cut,
		sentence: 'The server dropped the connection to unix:///s: we had fallen 8 s behind in reading.',
	});
});

test('a cut while we kept up, or had caught up again, is any cut', () => {
	const lag = createLag('unix:///s');
	expect(lag.explain(cut)).toBe(cut);
	lag.read(1000, 1002);
	lag.read(1100, 9100);
	lag.read(9200, 9300);
	expect(lag.explain(cut)).toBe(cut);
});

test('a clock that is wrong by an hour, either way, is no lag', () => {
	for (const hourMs of [3_600_000, -3_600_000]) {
		const lag = createLag('unix:///s');
		for (let atMs = 0; atMs < 5000; atMs += 100) lag.read(atMs + hourMs, atMs);
		expect(lag.explain(cut)).toBe(cut);
	}
});

test('other endings keep their words', () => {
	const lag = createLag('unix:///s');
	lag.read(1000, 1002);
	lag.read(1100, 9100);
	for (const kind of ['local', 'remote', 'oversized', 'error'] as const) {
		const reason = {...cut, kind};
		expect(lag.explain(reason)).toBe(reason);
	}
});
