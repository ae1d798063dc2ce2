/**
 * Fewer notifications that say the same: deltas of one stream become one, and what is replaced as a whole is told once.
 *
 * Law: who reduces the merged ones ends where he ends who reduces all. So only what provably commutes is passed over:
 * deltas of different items, and the wholes of a turn or a thread. Anything else that a thread is told — an item that
 * starts, a turn that ends — is a wall for that thread; what names no thread is one for all. Pure. Called by fan-out.ts
 * for everybody, and by outlet.ts for a guest who is behind.
 */
import {decodePlan, decodeTokenUsage} from '../protocol/decode.ts';
import {asRecord, asString, type JsonRecord} from '../protocol/fields.ts';
import type {Json, WireNotification} from '../protocol/types.ts';
import {type Piece, readPiece} from './pieces.ts';

/** Whether the newest of a method says all that those before it said, for the same thread and turn. */
const wholes: Readonly<Record<string, (params: JsonRecord) => boolean>> = {
	'turn/diff/updated': ({turnId, diff}) => Boolean(asString(turnId)) && asString(diff) !== undefined,
	'turn/plan/updated': ({turnId, plan}) => Boolean(asString(turnId)) && decodePlan(plan) !== undefined,
	'thread/tokenUsage/updated': ({tokenUsage}) => decodeTokenUsage(tokenUsage) !== undefined,
	// Of the other statuses, what they do depends on the one before.
	'thread/status/changed': ({status}) => asRecord(status)?.type === 'active',
};

type Slot = {
	readonly index: number;
	readonly stream: string;
	/** Undefined: each says the whole. */
	readonly pieces: string[] | undefined;
	/** It stays as it is, and the next one stands behind it. */
	readonly isKept: boolean;
};

/** What may still be merged into, of one thread: by item, and by method and turn. */
type Slots = Map<string, Slot>;

export const coalesce = (batch: readonly WireNotification[]): readonly WireNotification[] => {
	if (batch.length < 2) return batch;
	const merged: WireNotification[] = [];
	const threads = new Map<string, Slots>();
	const joined: Slot[] = [];

	const slotsOf = (threadId: string): Slots => {
		const held = threads.get(threadId) ?? new Map<string, Slot>();
		threads.set(threadId, held);
		return held;
	};

	const put = (slots: Slots, key: string, told: WireNotification, part: Omit<Slot, 'index'>): void => {
		const slot: Slot = {index: merged.length, ...part};
		slots.set(key, slot);
		if (slot.pieces !== undefined) joined.push(slot);
		merged.push(told);
	};

	const addPiece = ({threadId, item, stream, text, isEmpty}: Piece, told: WireNotification): void => {
		const slots = slotsOf(threadId);
		if (isEmpty) {
			slots.delete(item);
			merged.push(told);
			return;
		}
		const slot = slots.get(item);
		// Streams of one item keep their order among themselves.
		if (slot === undefined || slot.stream !== stream) {
			// A whole that is the old one again changes nothing, while one in between would have: the first is kept.
			if (text === undefined) put(slots, item, told, {stream, pieces: undefined, isKept: true});
			else put(slots, item, told, {stream, pieces: [text], isKept: false});
			return;
		}
		if (slot.isKept) {
			put(slots, item, told, {stream, pieces: undefined, isKept: false});
			return;
		}
		merged[slot.index] = told;
		if (text !== undefined) slot.pieces?.push(text);
	};

	const addWhole = (threadId: string, params: JsonRecord, told: WireNotification): void => {
		const slots = slotsOf(threadId);
		const turnId = told.method.startsWith('turn/') ? asString(params.turnId) : '';
		const key = `${told.method} ${turnId}`;
		const slot = slots.get(key);
		if (slot === undefined) put(slots, key, told, {stream: '', pieces: undefined, isKept: false});
		else merged[slot.index] = told;
	};

	for (const told of batch) {
		const piece = readPiece(told.method, told.params);
		if (piece !== undefined) {
			addPiece(piece, told);
			continue;
		}
		const params = asRecord(told.params);
		const threadId = asString(params?.threadId);
		const isWhole = Object.hasOwn(wholes, told.method) ? wholes[told.method] : undefined;
		if (params !== undefined && threadId && isWhole?.(params) === true) {
			addWhole(threadId, params, told);
			continue;
		}
		if (threadId) threads.delete(threadId);
		else threads.clear();
		merged.push(told);
	}

	for (const {index, pieces} of joined) {
		const told = merged[index];
		if (told === undefined || pieces === undefined || pieces.length < 2) continue;
		merged[index] = {...told, params: {...asRecord(told.params), delta: pieces.join('')} as Json};
	}
	return merged.length === batch.length ? batch : merged;
};
