import {describe, expect, test} from 'vitest';
import {createFence} from '../../source/screen/fence.ts';

/** A line that carries `bytesPerMs` and answers after `delayMs`; frames of `bytes` go as soon as the fence lets them. */
const stream = (delayMs: number, bytesPerMs: number, bytes: number, untilMs: number) => {
	const fence = createFence();
	const answersMs: number[] = [];
	let freeAtMs = 0;
	let sent = 0;
	let mostUnderWayMs = 0;
	for (let nowMs = 0; nowMs < untilMs; nowMs++) {
		while ((answersMs[0] ?? Number.POSITIVE_INFINITY) <= nowMs) {
			answersMs.shift();
			fence.answered(nowMs);
		}
		if (fence.clearAtMs(nowMs) > nowMs) continue;
		freeAtMs = Math.max(freeAtMs, nowMs) + bytes / bytesPerMs;
		mostUnderWayMs = Math.max(mostUnderWayMs, freeAtMs - nowMs);
		fence.asked(bytes, nowMs);
		answersMs.push(freeAtMs + delayMs);
		sent++;
	}
	return {fence, sent, mostUnderWayMs};
};

describe('on a line with a long delay', () => {
	test('frames follow one another without waiting for the answers, and never queue up', () => {
		const {sent, mostUnderWayMs} = stream(100, 10, 600, 10_000);
		// One at a time would be 62; the line carries 166.
		expect(sent).toBeGreaterThan(110);
		expect(sent).toBeLessThanOrEqual(168);
		expect(mostUnderWayMs).toBeLessThanOrEqual(120);
	});

	test('nothing more is sent when the answers do not come', () => {
		const fence = createFence();
		fence.asked(500, 0);
		fence.answered(150);
		fence.asked(500, 200);
		let frames = 0;
		for (let nowMs = 201; nowMs < 3000; nowMs++) {
			if (fence.clearAtMs(nowMs) > nowMs) continue;
			fence.asked(500, nowMs);
			frames++;
		}
		expect(frames).toBe(1);
		expect(fence.clearAtMs(3000)).toBe(Number.POSITIVE_INFINITY);
		fence.answered(3000);
		expect(fence.unconfirmedBytes()).toBe(500 * frames);
	});
});

test('on a short line each frame waits for the answer to the last', () => {
	const fence = createFence();
	fence.asked(500, 0);
	fence.answered(8);
	expect(fence.clearAtMs(9)).toBe(0);
	fence.asked(500, 10);
	for (let nowMs = 11; nowMs < 1000; nowMs += 10)
		expect(fence.clearAtMs(nowMs)).toBe(Number.POSITIVE_INFINITY);
	fence.answered(1000);
	expect(fence.clearAtMs(1001)).toBe(0);
});

test('before the first answer nothing follows', () => {
	const fence = createFence();
	fence.asked(10, 0);
	expect(fence.clearAtMs(900)).toBe(Number.POSITIVE_INFINITY);
	fence.expire(1001);
	expect(fence.mode()).toBe('drainOnly');
	expect(fence.clearAtMs(1002)).toBe(0);
});
