import {expect, test} from 'vitest';
import {isLive, isThreadId, resolveThread} from '../../source/app-server/resolve.ts';
import type {WireThread} from '../../source/protocol/types.ts';

const live = {type: 'idle'};
const stored = {type: 'notLoaded'};
const make = (id: string, more: Partial<WireThread> = {}): WireThread => ({
	id,
	status: live,
	cwd: '/elsewhere',
	...more,
});

/** `found ID`, `ambiguous ID ID`, `none`. */
const answer = (threads: readonly WireThread[], wanted?: string, cwd?: string): string => {
	const resolution = resolveThread(threads, wanted, cwd);
	switch (resolution.kind) {
		case 'found':
			return `found ${resolution.thread.id}`;
		case 'ambiguous':
			return `ambiguous ${resolution.candidates.map(({id}) => id).join(' ')}`;
		case 'none':
			return 'none';
	}
};

test('without words: the only live thread of this directory, else the only live thread', () => {
	const here = make('1', {cwd: '/app'});
	const there = make('2');
	expect(answer([here, there], undefined, '/app')).toBe('found 1');
	expect(answer([there], undefined, '/app')).toBe('found 2');
	expect(answer([there], undefined, undefined)).toBe('found 2');
	expect(answer([here, make('3', {cwd: '/app'}), there], undefined, '/app')).toBe('ambiguous 1 3');
	expect(answer([there, make('3')], undefined, '/app')).toBe('ambiguous 2 3');
	expect(answer([], undefined, '/app')).toBe('none');
	expect(answer([make('1', {status: stored})], undefined, '/app')).toBe('none');
});

test('no directory is not the same directory as no directory', () => {
	const nowhere: WireThread = {id: '1', status: live};
	expect(answer([nowhere, make('2')], undefined, undefined)).toBe('ambiguous 1 2');
});

test('helpers of the stock client and sub-agents are not meant by no words', () => {
	const threads = [make('1'), make('2', {ephemeral: true}), make('3', {parentThreadId: '1'})];
	expect(answer(threads)).toBe('found 1');
	expect(answer(threads.slice(1))).toBe('none');
});

const alpha = make('019a0000-aaaa-7000-8000-000000000001', {name: 'Fix login'});
const beta = make('019a0000-bbbb-7000-8000-000000000002', {name: 'fix LOGIN page', status: stored});

test('a whole id is found whatever its case, also of a sub-agent', () => {
	expect(answer([alpha, beta], alpha.id.toUpperCase())).toBe(`found ${alpha.id}`);
	expect(
		answer(
			[make('019a0000-cccc-7000-8000-000000000003', {parentThreadId: alpha.id})],
			'019a0000-cccc-7000-8000-000000000003',
		),
	).toMatch(/^found/);
});

test('a piece of an id is enough when only one thread has it', () => {
	expect(answer([alpha, beta], 'BBBB')).toBe(`found ${beta.id}`);
	expect(answer([alpha, beta], '0000000001')).toBe(`found ${alpha.id}`);
	expect(answer([alpha, beta], '019a')).toBe(`ambiguous ${alpha.id} ${beta.id}`);
	// Too short to be a piece of an id, and no name.
	expect(answer([alpha, beta], '9a0')).toBe('none');
});

test('a helper whose id begins alike does not make a piece ambiguous, but can be meant by its own', () => {
	const helper = make('019a0000-aaaa-7000-8000-0000000000ff', {ephemeral: true});
	expect(answer([helper, alpha], '019a0000-aaaa')).toBe(`found ${alpha.id}`);
	expect(answer([helper, alpha], '0000ff')).toBe(`found ${helper.id}`);
});

test('a name is found exactly, then whatever its case, then by a part', () => {
	const gamma = make('7', {name: 'fix login'});
	expect(answer([alpha, beta, gamma], 'Fix login')).toBe(`found ${alpha.id}`);
	expect(answer([alpha, beta, gamma], 'FIX LOGIN')).toBe(`ambiguous ${alpha.id} 7`);
	expect(answer([alpha, beta, gamma], 'page')).toBe(`found ${beta.id}`);
	expect(answer([alpha, beta, gamma], 'login')).toBe(`ambiguous ${alpha.id} ${beta.id} 7`);
	expect(answer([alpha, beta, gamma], 'logout')).toBe('none');
});

test('a name that looks like a piece of an id is a name first', () => {
	expect(answer([make('9', {name: 'bbbb'}), beta], 'bbbb')).toBe('found 9');
});

test('two threads of one name are ambiguous', () => {
	expect(answer([make('1', {name: 'x'}), make('2', {name: 'x'})], 'x')).toBe('ambiguous 1 2');
});

test('an empty word means nothing, rather than everything', () => {
	expect(answer([alpha], '')).toBe('none');
	expect(answer([alpha], '  ')).toBe('none');
});

test('live is any status but notLoaded; a thread without a status is not known to be', () => {
	expect(
		['idle', 'active', 'systemError', 'brandNew'].map(type => isLive({id: 'x', status: {type}})),
	).toEqual([true, true, true, true]);
	expect(isLive({id: 'x', status: stored})).toBe(false);
	expect(isLive({id: 'x'})).toBe(false);
});

test('only a whole UUID is a thread id', () => {
	expect(isThreadId('019A0000-aaaa-7000-8000-000000000001')).toBe(true);
	for (const text of ['', 'login', '019a0000', `${alpha.id} `, `x${alpha.id}`])
		expect(isThreadId(text)).toBe(false);
});
