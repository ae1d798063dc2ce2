/**
 * What became of an ask, as far as its item tells (PROTOCOL.md: `serverRequest/resolved` has no outcome; it shows in
 * the item as `completed`, `declined` or `failed`). Never guessed. Called by `card.ts` and by the words of a card.
 */
import type {ThreadState} from '../thread/state.ts';
import type {Ask} from './ask.ts';
import type {Sent} from './card-state.ts';
import {findItem} from './find-item.ts';

export type Outcome = 'done' | 'failed' | 'declined' | 'unknown';

export const outcomeOf = (ask: Ask, thread: ThreadState): Outcome => {
	if (ask.kind !== 'command' && ask.kind !== 'fileChange') return 'unknown';
	// One item can have several approvals: what became of it says nothing about this one.
	if (ask.kind === 'command' && ask.approvalId !== undefined) return 'unknown';
	const item = findItem(thread, ask.turnId, ask.itemId);
	if (item?.phase !== 'completed') return 'unknown';
	const {content} = item;
	if (content.type !== 'commandExecution' && content.type !== 'fileChange') return 'unknown';
	switch (content.status) {
		case 'completed':
			return 'done';
		case 'failed':
			return 'failed';
		case 'declined':
			return 'declined';
		default:
			return 'unknown';
	}
};

/** `failed` fits both: a command may fail by itself, and some refusals are told as failures. */
export const contradicts = (sent: Pick<Sent, 'kind'>, outcome: Outcome): boolean =>
	(sent.kind === 'positive' && outcome === 'declined') || (sent.kind === 'negative' && outcome === 'done');

export const outcomeWords: Record<Outcome, string> = {
	done: 'it was done',
	failed: 'it failed',
	declined: 'it was declined',
	unknown: '',
};
