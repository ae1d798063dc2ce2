/** Everybody in turn: who asks much waits behind himself, not before the others. */
import {expect, test} from 'vitest';
import {createTurnstile} from '../../source/share/turnstile.ts';

const stage = (all: number, each = all) => {
	const turnstile = createTurnstile({all, each});
	const begun: string[] = [];
	const ends: Array<() => void> = [];
	const ask = (guest: string, name: string): Promise<string> =>
		turnstile.pass(guest, async () => {
			begun.push(name);
			await new Promise<void>(resolve => {
				ends.push(resolve);
			});
			return name;
		});
	const endOne = async (): Promise<void> => {
		ends.shift()?.();
		for (let each = 0; each < 5; each += 1) await Promise.resolve();
	};
	return {turnstile, begun, ask, endOne};
};

test('no more at a time than there is room for, and each ends as its work does', async () => {
	const {ask, begun, endOne, turnstile} = stage(2);
	const results = ['a1', 'a2', 'a3'].map(name => ask('a', name));
	expect(begun).toEqual(['a1', 'a2']);
	await endOne();
	expect(begun).toEqual(['a1', 'a2', 'a3']);
	await endOne();
	await endOne();
	expect(await Promise.all(results)).toEqual(['a1', 'a2', 'a3']);
	await expect(turnstile.pass('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
	expect(await turnstile.pass('a', async () => 'after')).toBe('after');
});

test('a guest who asks a hundred things keeps another waiting for one', async () => {
	const {ask, begun, endOne} = stage(1);
	for (let each = 0; each < 100; each += 1) void ask('greedy', `greedy ${each}`);
	void ask('modest', 'modest 0');
	void ask('modest', 'modest 1');
	for (let each = 0; each < 4; each += 1) await endOne();
	expect(begun).toEqual(['greedy 0', 'greedy 1', 'modest 0', 'greedy 2', 'modest 1']);
});

test('one whose calls are never answered holds up himself', async () => {
	const {ask, begun, endOne} = stage(4, 2);
	for (let each = 0; each < 10; each += 1) void ask('stuck', `stuck ${each}`);
	void ask('other', 'other');
	expect(begun).toEqual(['stuck 0', 'stuck 1', 'other']);
	await endOne();
	expect(begun).toEqual(['stuck 0', 'stuck 1', 'other', 'stuck 2']);
});
