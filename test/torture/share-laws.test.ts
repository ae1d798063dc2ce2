/** The laws of a share can be broken: each breach is found, and what was right is none. */
import {expect, test} from 'vitest';
import {breaches, createRoleBook, forbiddenAnswer, type Said} from './share-laws.ts';

const begin = () => {
	let nowMs = 0;
	const book = createRoleBook(() => nowMs);
	return {
		book,
		at(ms: number): void {
			nowMs = ms;
		},
	};
};

const call = (text: string, atMs: number, more: Partial<Said> = {}): Said =>
	({
		kind: 'call',
		connection: 0,
		atMs,
		method: 'turn/start',
		clientId: 'jumpseat:ada:11111111',
		text,
		...more,
	}) as Said;
const answer = (id: number, more: Partial<Said> = {}): Said =>
	({kind: 'answer', connection: 0, atMs: 1, id, isError: false, text: '{}', ...more}) as Said;

test('a word of somebody who had the role when he spoke is right, also when it was just being taken from him', () => {
	const {book, at} = begin();
	book.wanted('ada', 'steer');
	at(10);
	book.wanted('ada', 'observe');
	at(20);
	book.done('ada', 'observe');
	const words = new Map([
		['‹one›', {name: 'ada', atMs: 15}],
		['‹two›', {name: 'ada', atMs: 30}],
	]);
	expect(breaches([call('‹one›', 40)], [], words, book)).toEqual([]);
	expect(breaches([call('‹two›', 40)], [], words, book)).toEqual([
		'‹two› of ada, who may not, was passed on (turn/start)',
	]);
});

test('a word of another, of nobody, said twice or by a method that no guest has is a breach', () => {
	const {book} = begin();
	book.wanted('ada', 'steer');
	const words = new Map([['‹one›', {name: 'ada', atMs: 1}]]);
	const found = (...said: readonly Said[]) => breaches(said, [], words, book);
	expect(found(call('‹one›', 2, {clientId: 'jumpseat:bob:11111111'}))).toEqual([
		'‹one› of ada is signed jumpseat:bob:11111111',
	]);
	expect(found(call('‹other›', 2))).toEqual(['‹other› was never said']);
	expect(found(call('‹one›', 2), call('‹one›', 3))).toEqual(['‹one› was passed on twice']);
	expect(found(call('', 2, {method: 'command/exec'}))).toEqual(['command/exec was passed on']);
});

test('an answer is given once on a connection, to what was asked there, by somebody who may, and is no error', () => {
	const {book} = begin();
	const found = (...said: readonly Said[]) => breaches(said, ['0/1', '1/1'], new Map(), book);
	expect(found(answer(1), answer(1, {connection: 1}))).toEqual([]);
	expect(found(answer(1), answer(1))).toEqual(['request 0/1 was answered twice']);
	expect(found(answer(2))).toEqual(['0/2 was answered, and never asked there']);
	expect(found(answer(1, {isError: true}))).toEqual(['request 1 was answered with an error']);
	expect(found(answer(1, {text: forbiddenAnswer}))).toEqual([
		'request 1 was answered by somebody who may not',
	]);
});
