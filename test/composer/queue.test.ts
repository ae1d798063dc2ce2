/** The queue: read with tolerance, and changed by commands only. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {maxInputCharacters} from '../../source/composer/clean.ts';
import {
	decodeQueue,
	deleteQueued,
	editQueued,
	judgeQueueRefusal,
	moveQueued,
} from '../../source/composer/queue.ts';

const row = (id: string, text: string, more: Record<string, unknown> = {}) => ({
	id,
	input: [{type: 'text', text, text_elements: []}],
	clientUserMessageId: `jumpseat:Ada%20B:${id}`,
	responsesapiClientMetadata: null,
	...more,
});

const queue = decodeQueue([row('a', 'one'), row('b', 'two', {clientUserMessageId: 'x'}), row('c', 'three')]);

describe('the list', () => {
	it('names the author of each message, as far as it is signed', () => {
		expect(queue.map(({text, author}) => ({text, author}))).toEqual([
			{text: 'one', author: {kind: 'jumpseat', name: 'Ada B'}},
			{text: 'two', author: {kind: 'primary'}},
			{text: 'three', author: {kind: 'jumpseat', name: 'Ada B'}},
		]);
	});

	it('joins several texts, and counts what is no text', () => {
		const input = [
			{type: 'text', text: 'see'},
			{type: 'localImage', path: '/a.png'},
			{type: 'text', text: 'it'},
		];
		expect(decodeQueue([row('a', '', {input})])).toMatchObject([{text: 'see\nit', attachments: 1}]);
	});

	it('survives whatever a server may say', () => {
		expect(decodeQueue(undefined)).toEqual([]);
		expect(decodeQueue([null, 3, {}, {id: 5}, {id: 'a'}, {id: 'a'}, {id: 'b', input: 'no'}])).toMatchObject([
			{id: 'a', text: '', attachments: 0, clientUserMessageId: '', author: {kind: 'primary'}},
			{id: 'b', text: ''},
		]);
		fc.assert(fc.property(fc.anything(), raw => Array.isArray(decodeQueue([raw]))));
	});
});

describe('a queued message', () => {
	it('is edited, cleaned like everything that is sent', () => {
		expect(editQueued(queue, 'b', 'two', 'two\r\nand more\u0007')).toEqual({
			ok: true,
			command: {kind: 'updateQueued', queuedId: 'b', text: 'two\nand more'},
		});
	});

	it.each([
		['gone', '', 'x', 'left the queue'],
		['a', 'old', 'x', 'changed it meanwhile'],
		['a', 'one', ' \n', 'delete it instead'],
		['a', 'one', 'one', 'Nothing was changed'],
		['a', 'one', 'x'.repeat(maxInputCharacters + 1), 'It is longer than 1,048,576 characters'],
	])('%s is not edited in vain', (id, seen, text, why) => {
		expect(editQueued(queue, id, seen, text)).toEqual({ok: false, why: expect.stringContaining(why)});
	});

	it('with a picture is not edited, as that would lose the picture', () => {
		const withImage = decodeQueue([row('a', '', {input: [{type: 'text', text: 'x'}, {type: 'image'}]})]);
		expect(editQueued(withImage, 'a', 'x', 'y')).toMatchObject({ok: false});
	});

	it('is deleted while it is there', () => {
		expect(deleteQueued(queue, 'a')).toEqual({ok: true, command: {kind: 'deleteQueued', queuedId: 'a'}});
		expect(deleteQueued(queue, 'gone')).toMatchObject({ok: false});
	});

	it('is moved by naming every message once, in the new order', () => {
		expect(moveQueued(queue, 'c', 'up')).toEqual({
			ok: true,
			command: {kind: 'reorderQueue', queuedIds: ['a', 'c', 'b']},
		});
		expect(moveQueued(queue, 'a', 'down')).toMatchObject({command: {queuedIds: ['b', 'a', 'c']}});
		expect(moveQueued(queue, 'a', 'up')).toMatchObject({ok: false, why: 'It is the next to run already.'});
		expect(moveQueued(queue, 'c', 'down')).toMatchObject({ok: false, why: 'It is the last already.'});
		expect(moveQueued(queue, 'gone', 'down')).toMatchObject({ok: false});
	});
});

it('says what the refusals of the server mean', () => {
	expect(judgeQueueRefusal('queued submission not found: nope')).toContain('left the queue');
	expect(judgeQueueRefusal('queue reorder must include every queued submission exactly once')).toContain(
		'nothing was moved',
	);
	expect(judgeQueueRefusal('thread already has an active or pending turn')).toContain('after it');
	expect(judgeQueueRefusal('else')).toBe('else');
});
