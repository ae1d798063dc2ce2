import {describe, expect, test} from 'vitest';
import {createGuard, guardLimits} from '../../source/share/guard.ts';
import {createClock} from './clock.ts';

const setUp = (random?: () => number) => {
	const clock = createClock(random);
	const guard = createGuard(clock);
	let looks = 0;
	const attempt = async (from: string | undefined, isGood = false) => {
		const asked = guard.admit(from, () => {
			looks += 1;
			return isGood ? 'pass' : undefined;
		});
		const delayMs = clock.delaysMs.at(-1) ?? 0;
		await clock.advance(delayMs);
		return {pass: await asked, delayMs};
	};
	const guess = async (times: number, from: string | undefined) => {
		for (let time = 0; time < times; time += 1) await attempt(from);
	};
	return {clock, guard, attempt, guess, looks: () => looks};
};

const {baseMs, addressMaxMs, allMaxMs} = guardLimits;

describe('an attempt', () => {
	test('waits before its token is looked at', async () => {
		const {clock, guard} = setUp();
		let isLooked = false;
		const asked = guard.admit('192.0.2.1', () => {
			isLooked = true;
			return 'pass';
		});
		await clock.advance(baseMs - 1);
		expect(isLooked).toBe(false);
		await clock.advance(1);
		expect(await asked).toBe('pass');
	});

	test('waits as long with a good token as with a bad one, whatever came before', async () => {
		for (const guesses of [0, 3, 5, 9, 40]) {
			const delays: number[] = [];
			for (const isGood of [true, false]) {
				const {guess, attempt} = setUp();
				await guess(guesses, '192.0.2.1');
				delays.push((await attempt('192.0.2.1', isGood)).delayMs);
			}
			expect(delays[0]).toBe(delays[1]);
		}
	});

	test('waits a little by chance', async () => {
		expect((await setUp(() => 0).attempt('a')).delayMs).toBe(baseMs);
		expect((await setUp(() => 0.5).attempt('a')).delayMs).toBe(baseMs * 1.5);
	});
});

describe('guesses', () => {
	test('slow their own address more and more, up to a limit below the patience of a client', async () => {
		const {attempt} = setUp();
		const delays: number[] = [];
		for (let time = 0; time < 12; time += 1) delays.push((await attempt('192.0.2.1')).delayMs - baseMs);
		expect(delays.slice(0, 4)).toEqual([0, 0, 0, 0]);
		expect(delays[5]).toBeGreaterThan(delays[4] ?? 0);
		expect(Math.max(...delays)).toBe(addressMaxMs);
		expect(baseMs * 2 + addressMaxMs + allMaxMs).toBeLessThan(10_000);
	});

	test('leave other addresses as quick as before', async () => {
		const {guess, attempt} = setUp();
		await guess(20, '192.0.2.1');
		expect((await attempt('192.0.2.2', true)).delayMs).toBe(baseMs);
	});

	test('from many addresses slow everybody a little', async () => {
		const {guard, clock, attempt} = setUp();
		const asked = Array.from({length: 400}, (_, at) => guard.admit(`198.51.100.${at}`, () => undefined));
		await clock.advance(baseMs);
		await Promise.all(asked);
		const {pass, delayMs} = await attempt('192.0.2.9', true);
		expect(delayMs).toBe(baseMs + allMaxMs);
		expect(pass).toBe('pass');
	});

	test('are forgotten with time', async () => {
		const {guess, attempt, clock} = setUp();
		await guess(12, '192.0.2.1');
		await clock.advance(12 * guardLimits.forgetMs);
		expect((await attempt('192.0.2.1')).delayMs).toBe(baseMs);
	});

	test('of one network of IPv6 are one address, and IPv4 is the same in both forms', async () => {
		const {guess, attempt} = setUp();
		await guess(6, '2001:db8:1:2::1');
		expect((await attempt('2001:0DB8:1:2:ffff:0:0:9%eth0')).delayMs).toBeGreaterThan(baseMs);
		expect((await attempt('2001:db8:1:3::1')).delayMs).toBe(baseMs);
		await guess(6, '::ffff:192.0.2.1');
		expect((await attempt('192.0.2.1')).delayMs).toBeGreaterThan(baseMs);
	});
});

describe('a good token from an address of guesses', () => {
	test('is let in, after the wait', async () => {
		const {guess, attempt} = setUp();
		await guess(100, '192.0.2.1');
		const {pass, delayMs} = await attempt('192.0.2.1', true);
		expect(pass).toBe('pass');
		expect(delayMs).toBeGreaterThan(addressMaxMs);
	});

	test('does not wash the guesses off', async () => {
		const {guess, attempt} = setUp();
		await guess(100, '192.0.2.1');
		await attempt('192.0.2.1', true);
		expect((await attempt('192.0.2.1')).delayMs).toBeGreaterThan(addressMaxMs);
	});

	test('many good ones at once, as after a lost server, are all let in at once', async () => {
		const {guard, clock} = setUp();
		const asked = Array.from({length: 200}, () => guard.admit('127.0.0.1', () => 'pass'));
		await clock.advance(baseMs);
		expect(new Set(await Promise.all(asked))).toEqual(new Set(['pass']));
	});
});

describe('more at once than a person needs', () => {
	test('are refused without a look, from an address of guesses only, and soon may try again', async () => {
		const {guess, guard, clock, looks, attempt} = setUp();
		await guess(guardLimits.refuseAfter * 2, '192.0.2.1');
		const before = looks();
		const asked = Array.from({length: 50}, () => guard.admit('192.0.2.1', () => undefined));
		const other = guard.admit('192.0.2.2', () => 'pass');
		await clock.advance(baseMs);
		const refused = await Promise.all(asked.slice(guardLimits.waitingPerAddress));
		expect(refused).toEqual(Array.from({length: 46}));
		expect(looks()).toBe(before);
		expect(await other).toBe('pass');
		await clock.advance(addressMaxMs);
		await Promise.all(asked);
		expect((await attempt('192.0.2.1', true)).pass).toBe('pass');
	});

	test('are refused in all, once very many guesses came', async () => {
		const {guard, clock} = setUp();
		let looks = 0;
		const look = () => {
			looks += 1;
			return undefined;
		};
		const flood = (prefix: string) =>
			Array.from({length: 500}, (_, at) => guard.admit(`${prefix}.${at >> 8}.${at & 255}`, look));
		flood('198.18');
		await clock.advance(baseMs);
		expect(looks).toBe(500);
		const second = flood('198.19');
		await clock.advance(baseMs + allMaxMs);
		await Promise.all(second);
		expect(looks).toBe(500 + guardLimits.waitingInAll);
	});
});

test('the table of addresses is bounded, and a busy one stays in it', async () => {
	const {guard, clock} = setUp();
	for (let round = 0; round < 20; round += 1) {
		for (let at = 0; at < 1000; at += 1)
			void guard.admit(`10.${round}.${at >> 8}.${at & 255}`, () => undefined);
		await clock.advance(baseMs * 2 + allMaxMs);
	}
	expect(guard.size()).toBeLessThanOrEqual(guardLimits.addresses);
});

test('when the share ends, who waits is refused at once without a look, no timer is left, and nobody comes after', async () => {
	const {guard, clock, looks, attempt} = setUp();
	const asked = guard.admit('192.0.2.1', () => 'pass');
	guard.stop();
	expect(await asked).toBeUndefined();
	expect(clock.pending()).toBe(0);
	expect((await attempt('192.0.2.1', true)).pass).toBeUndefined();
	expect(looks()).toBe(0);
});

test('one address that floods the door keeps nobody else out, however much it sends', async () => {
	const {clock, guard} = setUp();
	const flood: Array<Promise<unknown>> = [];
	const wave = () => {
		for (let each = 0; each < 100; each += 1) flood.push(guard.admit('192.0.2.66', () => undefined));
	};
	for (let round = 0; round < 20; round += 1) {
		wave();
		await clock.advance(baseMs * 2);
	}
	wave();
	let isLooked = false;
	const asked = guard.admit('198.51.100.7', () => {
		isLooked = true;
		return 'pass';
	});
	await clock.advance(baseMs * 2 + allMaxMs);
	expect(isLooked).toBe(true);
	expect(await asked).toBe('pass');
	await clock.advance(addressMaxMs + allMaxMs + 1000);
	await Promise.all(flood);
});
