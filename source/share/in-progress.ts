/**
 * What the server tells once and no list has: the items that are being made, as far as they are, and the diff, the plan
 * and the token usage of the turn that runs. Who joins in the middle is told it all by `since`.
 *
 * Invariants: pure (no clock, no I/O); what was not told is not invented; memory is bounded, and where a beginning had
 * to go the text says so. A raw `item/started` is kept as it was announced. Called by the gateway for every
 * notification, in the order of the wire.
 *
 * Protocol facts: an item may never complete (a message that an interrupt cut): the end of its turn is its end. Measured
 * on 0.169: a command that runs goes on after its turn, interrupted or not, until its own `item/completed`; one that
 * waited for an approval, which has no `processId` yet, never completes when its turn was interrupted.
 */
import {asRecord, asString} from '../protocol/fields.ts';
import type {Json, WireNotification} from '../protocol/types.ts';
import {itemKey, type Piece, readPiece} from './pieces.ts';
import {createStreamedText, type StreamedText} from './streamed-text.ts';

/** Items that are being made at the same time, of all threads; with more, the one that began first is forgotten. */
export const mostOpenItems = 500;
const mostThreads = 300;
/** Of the items that are kept, UTF-16 units. */
export const mostKeptChars = 16 * 1024 * 1024;

export type InProgress = {
	/** A notification, in its place among the others. */
	readonly told: (method: string, params: Json, emittedAtMs?: number) => void;
	/** What brings somebody up to date who has just got the thread's history; in the order to tell it. */
	readonly since: (threadId: string) => readonly WireNotification[];
	/** Whether `since` tells of this item from its beginning. */
	readonly announces: (threadId: string, turnId: string, itemId: string) => boolean;
	/** After a gap in what was told: everything is in doubt, so nothing is kept. */
	readonly forget: () => void;
	/** How much is kept, UTF-16 units. */
	readonly keptChars: () => number;
};

type Stream = {
	last: WireNotification;
	readonly text: StreamedText | undefined;
	chars: number;
};

type OpenItem = {
	readonly threadId: string;
	readonly turnId: string;
	started: WireNotification | undefined;
	startedChars: number;
	/** A command that is known to run: it outlives its turn. */
	isRunning: boolean;
	/** By `Piece.stream`, in the order of their first pieces. */
	readonly streams: Map<string, Stream>;
};

const sizeOf = (params: Json): number => JSON.stringify(params).length;

const asWire = (method: string, params: Json, emittedAtMs: number | undefined): WireNotification => ({
	method,
	params,
	...(emittedAtMs !== undefined && {emittedAtMs}),
});

/** The newest of each says it all, until the turn ends. */
const latestOfTurn: ReadonlySet<string> = new Set(['turn/diff/updated', 'turn/plan/updated']);

const whole = ({last, text}: Stream): WireNotification =>
	text === undefined ? last : {...last, params: {...asRecord(last.params), delta: text.text()} as Json};

export const createInProgress = (): InProgress => {
	/** Oldest first. */
	const items = new Map<string, OpenItem>();
	/** By thread, then by method. */
	const latest = new Map<string, Map<string, WireNotification>>();
	let chars = 0;

	const drop = (key: string, item: OpenItem): void => {
		items.delete(key);
		chars -= item.startedChars;
		for (const stream of item.streams.values()) chars -= stream.chars;
	};

	const bound = (newest: string): void => {
		for (const [key, item] of items) {
			if (items.size <= mostOpenItems && chars <= mostKeptChars) return;
			if (key !== newest) drop(key, item);
		}
	};

	const hold = (key: string, threadId: string, turnId: string): OpenItem => {
		const held = items.get(key);
		if (held !== undefined) return held;
		const item: OpenItem = {
			threadId,
			turnId,
			started: undefined,
			startedChars: 0,
			isRunning: false,
			streams: new Map(),
		};
		items.set(key, item);
		return item;
	};

	const hearPiece = (piece: Piece, told: WireNotification): void => {
		if (piece.text === '') return;
		const item = hold(piece.item, piece.threadId, piece.turnId);
		item.isRunning ||= piece.stream === 'output';
		let stream = item.streams.get(piece.stream);
		if (stream === undefined) {
			const text = piece.text === undefined ? undefined : createStreamedText();
			stream = {last: told, text, chars: 0};
			item.streams.set(piece.stream, stream);
		}
		stream.last = told;
		const before = stream.chars;
		if (stream.text === undefined || piece.text === undefined) stream.chars = sizeOf(told.params);
		else {
			stream.text.append(piece.text);
			stream.chars = stream.text.chars();
		}
		chars += stream.chars - before;
		bound(piece.item);
	};

	const hearItem = (told: WireNotification): void => {
		const params = asRecord(told.params);
		const raw = asRecord(params?.item);
		const threadId = asString(params?.threadId);
		const turnId = asString(params?.turnId);
		const itemId = asString(raw?.id);
		if (!threadId || !turnId || !itemId) return;
		const key = itemKey(threadId, turnId, itemId);
		if (told.method === 'item/completed') {
			const item = items.get(key);
			if (item !== undefined) drop(key, item);
			return;
		}
		const item = hold(key, threadId, turnId);
		item.isRunning ||= raw?.type === 'commandExecution' && asString(raw.processId) !== undefined;
		chars -= item.startedChars;
		item.started = told;
		item.startedChars = sizeOf(told.params);
		chars += item.startedChars;
		bound(key);
	};

	const endTurn = (threadId: string, turnId: string | undefined): void => {
		for (const [key, item] of items) {
			if (item.threadId === threadId && item.turnId === turnId && !item.isRunning) drop(key, item);
		}
		const held = latest.get(threadId);
		for (const [method, told] of held ?? []) {
			if (asString(asRecord(told.params)?.turnId) === turnId && latestOfTurn.has(method))
				held?.delete(method);
		}
	};

	const endThread = (threadId: string): void => {
		for (const [key, item] of items) if (item.threadId === threadId) drop(key, item);
		latest.delete(threadId);
	};

	const keepLatest = (threadId: string, told: WireNotification): void => {
		const held = latest.get(threadId) ?? new Map<string, WireNotification>();
		latest.set(threadId, held.set(told.method, told));
		const [oldest] = latest.keys();
		if (latest.size > mostThreads && oldest !== undefined) latest.delete(oldest);
	};

	const hear = (told: WireNotification): void => {
		const params = asRecord(told.params);
		const threadId = asString(params?.threadId);
		if (!threadId) return;
		switch (told.method) {
			case 'turn/diff/updated':
			case 'turn/plan/updated':
			case 'thread/tokenUsage/updated':
				keepLatest(threadId, told);
				break;
			case 'turn/completed':
				endTurn(threadId, asString(asRecord(params?.turn)?.id));
				break;
			case 'thread/closed':
			case 'thread/reverted':
				endThread(threadId);
				break;
			case 'thread/status/changed':
				if (asRecord(params?.status)?.type === 'notLoaded') endThread(threadId);
				break;
			default:
		}
	};

	return {
		told(method, params, emittedAtMs) {
			const piece = readPiece(method, params);
			const notification = asWire(method, params, emittedAtMs);
			if (piece !== undefined) hearPiece(piece, notification);
			else if (method === 'item/started' || method === 'item/completed') hearItem(notification);
			else hear(notification);
		},
		since(threadId) {
			const told: WireNotification[] = [];
			for (const item of items.values()) {
				if (item.threadId !== threadId) continue;
				if (item.started !== undefined) told.push(item.started);
				for (const stream of item.streams.values()) told.push(whole(stream));
			}
			return [...told, ...(latest.get(threadId)?.values() ?? [])];
		},
		announces: (threadId, turnId, itemId) =>
			items.get(itemKey(threadId, turnId, itemId))?.started !== undefined,
		forget() {
			items.clear();
			latest.clear();
			chars = 0;
		},
		keptChars: () => chars,
	};
};
