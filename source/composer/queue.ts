/**
 * The queue of a thread as the server lists it, and what a person may do with it, by anyone's hand: edit, move,
 * remove. Invariant: nothing here changes the list by itself — each operation gives the command to send, and the next
 * listing is the truth. Pure; tolerant of whatever `thread/queue/list` says (experimental, 0.148 and later).
 */
import {asArray, asRecord, asString, listOf} from '../protocol/fields.ts';
import {type Author, authorOfId} from '../thread/selectors.ts';
import {cleanText, isTooLong, tooLong} from './clean.ts';

export type QueuedMessage = {
	readonly id: string;
	/** The signature, where a Jumpseat queued it; anything else, or '', otherwise. */
	readonly clientUserMessageId: string;
	/** All its text, raw: sanitise it before it is shown. */
	readonly text: string;
	/** Pictures, files, mentions beside the text. An edit would lose them. */
	readonly attachments: number;
	readonly author: Author;
};

/** In the words of the session's `Sends`. */
export type QueueCommand =
	| {readonly kind: 'updateQueued'; readonly queuedId: string; readonly text: string}
	| {readonly kind: 'deleteQueued'; readonly queuedId: string}
	| {readonly kind: 'reorderQueue'; readonly queuedIds: readonly string[]};

export type QueueDecision =
	| {readonly ok: true; readonly command: QueueCommand}
	/** A whole sentence. */
	| {readonly ok: false; readonly why: string};

const decodeRow = (raw: unknown): QueuedMessage | undefined => {
	const row = asRecord(raw);
	const id = asString(row?.id);
	if (row === undefined || id === undefined) return undefined;
	const inputs = (asArray(row.input) ?? []).map(asRecord);
	const texts = inputs.flatMap(input => (input?.type === 'text' ? [asString(input.text) ?? ''] : []));
	const clientUserMessageId = asString(row.clientUserMessageId) ?? '';
	return {
		id,
		clientUserMessageId,
		text: texts.join('\n'),
		attachments: inputs.length - texts.length,
		author: authorOfId(clientUserMessageId),
	};
};

/** From the rows of `thread/queue/list`, `data` of all pages; what is no submission is left out, doubles too. */
export const decodeQueue = (entries: unknown): readonly QueuedMessage[] => {
	const seen = new Set<string>();
	return (listOf(entries, decodeRow) ?? []).filter(({id}) => !seen.has(id) && seen.add(id));
};

const refused = (why: string): QueueDecision => ({ok: false, why});
const gone = refused('It has left the queue meanwhile.');
const find = (queue: readonly QueuedMessage[], id: string): QueuedMessage | undefined =>
	queue.find(message => message.id === id);

/** Another text for a queued message; `seen` is the text that the person began to edit. */
export const editQueued = (
	queue: readonly QueuedMessage[],
	id: string,
	seen: string,
	raw: string,
): QueueDecision => {
	const message = find(queue, id);
	const text = cleanText(raw);
	if (message === undefined) return gone;
	if (message.attachments > 0) return refused('It holds more than text; an edit would lose that.');
	if (message.text !== seen) return refused('Somebody else has changed it meanwhile.');
	if (text.trim() === '') return refused('An empty message cannot be queued; delete it instead.');
	if (isTooLong(text)) return refused(`It ${tooLong('').trim()}`);
	if (text === message.text) return refused('Nothing was changed.');
	return {ok: true, command: {kind: 'updateQueued', queuedId: id, text}};
};

export const deleteQueued = (queue: readonly QueuedMessage[], id: string): QueueDecision =>
	find(queue, id) === undefined ? gone : {ok: true, command: {kind: 'deleteQueued', queuedId: id}};

/**
 * One place up (towards the next to run) or down. The server wants every id exactly once, so a queue that changed
 * meanwhile is refused there rather than shuffled.
 */
export const moveQueued = (
	queue: readonly QueuedMessage[],
	id: string,
	direction: 'up' | 'down',
): QueueDecision => {
	const ids = queue.map(message => message.id);
	const at = ids.indexOf(id);
	if (at < 0) return gone;
	const to = direction === 'up' ? at - 1 : at + 1;
	if (to < 0) return refused('It is the next to run already.');
	if (to >= ids.length) return refused('It is the last already.');
	return {ok: true, command: {kind: 'reorderQueue', queuedIds: ids.with(at, ids[to] ?? id).with(to, id)}};
};

/** What a refusal of the server means (the sentences of 0.169), for the person. */
export const judgeQueueRefusal = (why: string): string => {
	if (/queued submission not found/.test(why)) return 'It has left the queue meanwhile.';
	if (/must include every queued submission/.test(why))
		return 'The queue has changed meanwhile; nothing was moved.';
	if (/active or pending turn/.test(why)) return 'A turn is running; the queue goes on after it.';
	return why;
};
