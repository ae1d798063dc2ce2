import {describe, expect, it} from 'vitest';
import {withOwnIds} from '../../source/share/own-ids.ts';

const message = (clientId: string | null) => ({type: 'userMessage', id: 'i', clientId, content: []});

describe('what a guest with a stock client is told of his own messages', () => {
	it('has the ids that his client gave them, wherever messages are', () => {
		const at = (item: object, clientUserMessageId: string) => ({
			item,
			turn: {id: 't', items: [item]},
			thread: {turns: [{items: [item]}]},
			data: [{items: [item]}, {item}, {clientUserMessageId}],
			initialTurnsPage: {data: [{items: [item]}]},
			queuedSubmission: {clientUserMessageId},
		});
		const signed = 'jumpseat:ada%20l:the-uuid';
		expect(withOwnIds(at(message(signed), signed) as never, 'ada l')).toEqual(
			at(message('the-uuid'), 'the-uuid'),
		);
	});

	it('is the very same where there is nothing of his in it', () => {
		for (const told of [
			{item: message('jumpseat:bob:the-uuid')},
			{item: message('the-uuid')},
			{item: message(null)},
			// Not a place where a message is.
			{item: {type: 'mcpToolCall', arguments: {clientId: 'jumpseat:ada:the-uuid'}}},
			{delta: 'jumpseat:ada:the-uuid'},
			[],
			null,
			'jumpseat:ada:the-uuid',
		])
			expect(withOwnIds(told, 'ada')).toBe(told);
	});
});
