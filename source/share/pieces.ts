/**
 * Reads which notifications are pieces of an item that is being made, and how each changes it: text that is appended,
 * or a whole that replaces what was there before. The same methods as in `thread/deltas.ts`, for who only passes them on.
 *
 * Invariant: what does not fit (a wrong type, an absurd index) is `undefined`, and then goes its way as it is. The hot
 * path: nothing is copied. Called by in-progress.ts and coalesce.ts.
 */
import {asArray, asNumber, asRecord, asString, type JsonRecord} from '../protocol/fields.ts';
import type {Json} from '../protocol/types.ts';

export type Piece = {
	readonly threadId: string;
	readonly turnId: string;
	/** One for each item: its thread, its turn and its id. */
	readonly item: string;
	/** One for each stream within an item. */
	readonly stream: string;
	readonly params: {readonly [key: string]: Json | undefined};
	/** To append; `undefined`: the newest such piece says all that there is to say. */
	readonly text: string | undefined;
	/** It makes no item where there is none: no text, no changes. */
	readonly isEmpty: boolean;
};

type Part = Pick<Piece, 'stream' | 'text' | 'isEmpty'>;
type Reader = (params: JsonRecord) => Part | undefined;

const appended =
	(stream: string): Reader =>
	({delta}) => {
		const text = asString(delta);
		return text === undefined ? undefined : {stream, text, isEmpty: text === ''};
	};

/** A mistake or an attack on memory, as in `thread/deltas.ts`. */
const maxPartIndex = 999;

const indexed =
	(stream: string, field: string, read: Reader): Reader =>
	params => {
		const index = asNumber(params[field]);
		if (index === undefined || !Number.isInteger(index) || index < 0 || index > maxPartIndex)
			return undefined;
		const part = read(params);
		return part && {...part, stream: `${stream} ${index}`};
	};

const whole = (stream: string): Part => ({stream, text: undefined, isEmpty: false});

const readers: Readonly<Record<string, Reader>> = {
	'item/agentMessage/delta': appended('message'),
	'item/plan/delta': appended('plan'),
	'item/reasoning/summaryTextDelta': indexed('summary', 'summaryIndex', appended('')),
	'item/reasoning/summaryPartAdded': indexed('part', 'summaryIndex', () => whole('')),
	'item/reasoning/textDelta': indexed('content', 'contentIndex', appended('')),
	'item/commandExecution/outputDelta': appended('output'),
	'item/fileChange/patchUpdated': ({changes}) => {
		const list = asArray(changes);
		return (
			list && {
				...whole('changes'),
				isEmpty: !list.some(change => asString(asRecord(change)?.path) !== undefined),
			}
		);
	},
	'item/mcpToolCall/progress': ({message}) =>
		asString(message) === undefined ? undefined : whole('progress'),
};

/** Unambiguous whatever the ids are made of. */
export const itemKey = (threadId: string, turnId: string, itemId: string): string =>
	`${threadId.length} ${turnId.length} ${threadId}${turnId}${itemId}`;

/** `undefined`: no piece of an item, or one that no client could apply. */
export const readPiece = (method: string, raw: Json): Piece | undefined => {
	if (!Object.hasOwn(readers, method)) return undefined;
	const params = asRecord(raw) as Piece['params'] | undefined;
	if (params === undefined) return undefined;
	const threadId = asString(params.threadId);
	const turnId = asString(params.turnId);
	const itemId = asString(params.itemId);
	if (!threadId || !turnId || !itemId) return undefined;
	const part = readers[method]?.(params);
	return part && {threadId, turnId, item: itemKey(threadId, turnId, itemId), params, ...part};
};
