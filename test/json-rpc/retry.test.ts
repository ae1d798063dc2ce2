import {describe, expect, test} from 'vitest';
import {RpcError} from '../../source/json-rpc/errors.ts';
import {withRetry} from '../../source/json-rpc/retry.ts';

const overloaded = new RpcError({
	kind: 'overloaded',
	code: -32_001,
	message: 'Server overloaded; retry later.',
});

/** A call that fails as listed and then gives 'done'. */
const setUp = (failures: Error[], chance = 0.5) => {
	const slept: number[] = [];
	let calls = 0;
	const call = async (): Promise<string> => {
		const failure = failures[calls++];
		if (failure !== undefined) throw failure;
		return 'done';
	};
	return {
		slept,
		calls: () => calls,
		run: (attempts: number) =>
			withRetry(call, {
				attempts,
				baseDelayMs: 100,
				random: () => chance,
				sleep: async delayMs => void slept.push(delayMs),
			}),
	};
};

describe('withRetry', () => {
	test('calls once when all is well', async () => {
		const {run, slept, calls} = setUp([]);
		expect(await run(3)).toBe('done');
		expect([calls(), slept]).toEqual([1, []]);
	});

	test('waits longer each time that the server is overloaded', async () => {
		const {run, slept} = setUp([overloaded, overloaded, overloaded]);
		expect(await run(4)).toBe('done');
		expect(slept).toEqual([75, 150, 300]);
	});

	test('leaves half of each wait to chance', async () => {
		const least = setUp([overloaded], 0);
		await least.run(2);
		const most = setUp([overloaded], 0.999);
		await most.run(2);
		expect(least.slept).toEqual([50]);
		expect(most.slept[0]).toBeGreaterThan(99);
		expect(most.slept[0]).toBeLessThan(100);
	});

	test('gives up with the error of the last attempt', async () => {
		const {run, calls, slept} = setUp([overloaded, overloaded, overloaded]);
		await expect(run(2)).rejects.toBe(overloaded);
		expect([calls(), slept.length]).toEqual([2, 1]);
	});

	test.each([
		new RpcError({kind: 'closed', message: 'gone'}),
		new RpcError({kind: 'timeout', message: 'late'}),
		new RpcError({kind: 'refused', code: -32_600, message: 'no'}),
		new Error('other'),
	])('never repeats after %s', async error => {
		const {run, calls} = setUp([error]);
		await expect(run(5)).rejects.toBe(error);
		expect(calls()).toBe(1);
	});
});
