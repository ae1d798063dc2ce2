import {describe, expect, it} from 'vitest';
import {createFamily} from '../../source/share/family.ts';

const started = (id: string, parentThreadId?: string | null) => ({
	method: 'thread/started',
	params: {thread: {id, ...(parentThreadId !== undefined && {parentThreadId})}},
});

describe('the family of a shared thread', () => {
	it('is the pinned thread, and a sub-agent at any depth once the server has told of its parent', () => {
		const family = createFamily('root');
		family.hear(started('child', 'root'));
		family.hear(started('grandchild', 'child'));
		expect(family.ids()).toEqual(['root', 'child', 'grandchild']);
		expect(family.has('grandchild')).toBe(true);
	});

	it('has no other thread: neither without a parent, nor with another one, nor the parent of the pinned one', () => {
		const family = createFamily('root');
		family.hear(started('helper'));
		family.hear(started('second', null));
		family.hear(started('stranger', 'someone else'));
		family.hear(started('root', 'above'));
		family.hear({method: 'thread/name/updated', params: {thread: {id: 'sly', parentThreadId: 'root'}}});
		expect(family.ids()).toEqual(['root']);
	});

	it('does not believe an item, but says what it named', () => {
		const family = createFamily('root');
		const item = {
			type: 'collabAgentToolCall',
			receiverThreadIds: ['a', 'root', 'a'],
			agentsStates: {b: {status: 'running'}},
		};
		const message = {method: 'item/started', params: {threadId: 'root', item}};
		family.hear(message);
		expect(family.ids()).toEqual(['root']);
		expect(family.unknownIn(message)).toEqual(['a', 'b']);
		const activity = {params: {item: {type: 'subAgentActivity', agentThreadId: 'c'}}};
		expect(family.unknownIn(activity)).toEqual(['c']);
		family.learn({thread: {id: 'c', parentThreadId: 'root'}});
		expect(family.unknownIn(activity)).toEqual([]);
	});

	it('learns from a list in which a grandchild stands before its parent', () => {
		const family = createFamily('root');
		family.learn({
			data: [
				{id: 'grandchild', parentThreadId: 'child'},
				{id: 'other', parentThreadId: null},
				{id: 'child', parentThreadId: 'root'},
			],
		});
		expect(family.ids()).toEqual(['root', 'child', 'grandchild']);
	});

	it('keeps a bounded number, and the pinned thread always', () => {
		const family = createFamily('root', 3);
		for (let index = 0; index < 10; index += 1) family.hear(started(`child ${index}`, 'root'));
		expect(family.ids()).toEqual(['root', 'child 8', 'child 9']);
	});

	it('takes anything for an answer or a notification without an exception', () => {
		const family = createFamily('root');
		for (const value of [null, 7, 'x', [], {thread: 7}, {data: [null, {id: ''}, {id: 7}]}, {item: []}]) {
			family.learn(value);
			family.hear({method: 'thread/started', params: value as never});
			expect(family.unknownIn({params: value as never})).toEqual([]);
		}
		expect(family.has(undefined)).toBe(false);
		expect(family.ids()).toEqual(['root']);
	});
});
