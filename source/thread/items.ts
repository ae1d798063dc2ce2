/**
 * Items of one turn: announced, streamed, completed, cut. Every move asks `itemTransitions`.
 *
 * Invariants: an item is found by its id within its turn only (ids are model-made and repeat across turns); items
 * stand in the order in which they started (order.ts); an item that a signal does not change keeps its identity,
 * and so do the items around it. Called by reduce.ts and hydrate.ts.
 */
import type {WireItem} from '../protocol/types.ts';
import type {Delta} from './deltas.ts';
import {sameJson} from './equal.ts';
import {insertByStart, startOf} from './order.ts';
import {boundContent} from './output.ts';
import type {Item, ItemId, Turn} from './state.ts';
import {isOpen, itemTransitions} from './transitions.ts';

export const itemId = (id: string): ItemId => id as ItemId;

/**
 * Every id that is in a list, and perhaps others: handed on from version to version, so that an id that is new to a turn
 * of many thousand items is known to be new without a look at each.
 */
const mentioned = new WeakMap<readonly Item[], Set<string>>();

/** Below that, looking is as fast. */
const longList = 100;

const mayHold = (items: readonly Item[], id: string): boolean => {
	if (items.length < longList) return true;
	let ids = mentioned.get(items);
	if (ids === undefined) {
		ids = new Set(items.map(item => item.id));
		mentioned.set(items, ids);
	}
	return ids.has(id);
};

/** The next version of a list, which may hold `id` as well. */
const handOn = (before: readonly Item[], after: readonly Item[], id: string): readonly Item[] => {
	const ids = mentioned.get(before);
	if (ids !== undefined) mentioned.set(after, ids.add(id));
	return after;
};

/** Searched from the end: what streams is the newest. */
const indexOfItem = (items: readonly Item[], id: string): number => {
	if (!mayHold(items, id)) return -1;
	for (let index = items.length - 1; index >= 0; index -= 1) if (items[index]?.id === id) return index;
	return -1;
};

/** In its place by its start; one that stands where it belongs is replaced there. */
const withItem = (turn: Turn, index: number, item: Item): Turn => {
	const held = turn.items[index];
	const before = turn.items;
	if (held === undefined) return {...turn, items: handOn(before, insertByStart(before, item), item.id)};
	if (held === item) return turn;
	if (startOf(held) !== startOf(item)) {
		const others = before.toSpliced(index, 1);
		return {...turn, items: handOn(before, insertByStart(others, item), item.id)};
	}
	const items = before.slice();
	items[index] = item;
	return {...turn, items: handOn(before, items, item.id)};
};

/** Without the lifecycle times: the live stream and history do not record the same ones. */
const timeless = (content: WireItem): WireItem => {
	const {startedAtMs: _started, completedAtMs: _completed, ...rest} = content;
	return rest as WireItem;
};

export const sameContent = (left: WireItem, right: WireItem): boolean =>
	left === right || sameJson(timeless(left), timeless(right));

/** A kind carries a `status`, and it says that the work is not over. Lists may hold such items of running turns. */
const saysInProgress = (content: WireItem): boolean => 'status' in content && content.status === 'inProgress';

/** Open, and yet nothing of it is missed: the changes of a file change come whole or not at all (measured on 0.169). */
export const isOpenButWhole = ({phase, missedStart, content}: Item): boolean =>
	isOpen(phase) && !missedStart && content.type === 'fileChange';

/** An item out of a list: what is listed is completed, unless it says of itself that it is not. */
export const itemFromHistory = (wire: WireItem, turn: 'running' | 'over'): Item => {
	const open = saysInProgress(wire) && typeof wire.completedAtMs !== 'number';
	return {
		id: itemId(wire.id),
		phase: !open ? 'completed' : turn === 'running' ? 'streaming' : 'cut',
		// One that waits for approval is listed, with its changes.
		missedStart: open && !(wire.type === 'fileChange' && (wire.changes ?? []).length > 0),
		startedAtMs: wire.startedAtMs ?? undefined,
		completedAtMs: wire.completedAtMs ?? undefined,
		progress: undefined,
		...boundContent(wire),
	};
};

/**
 * What streamed before the announcement stays: the announcement only fills in the rest. So announcing twice is
 * harmless, and a placeholder gets its command, its name, its arguments.
 */
const announcedOver = (announced: WireItem, held: WireItem): WireItem => {
	switch (announced.type) {
		case 'agentMessage':
		case 'plan':
			return held.type === announced.type && held.text !== '' ? {...announced, text: held.text} : announced;
		case 'reasoning': {
			if (held.type !== 'reasoning') return announced;
			const summary = held.summary?.length ? held.summary : announced.summary;
			const content = held.content?.length ? held.content : announced.content;
			return {...announced, ...(summary && {summary}), ...(content && {content})};
		}
		case 'commandExecution':
			return held.type === 'commandExecution' && held.aggregatedOutput
				? {...announced, aggregatedOutput: held.aggregatedOutput}
				: announced;
		case 'fileChange':
			return held.type === 'fileChange' && held.changes?.length
				? {...announced, changes: held.changes}
				: announced;
		default:
			return announced;
	}
};

/** `item/started`. Whether the beginning was missed stays as it was: a late announcement does not prove it. */
export const startItem = (turn: Turn, wire: WireItem, startedAtMs: number): Turn => {
	const index = indexOfItem(turn.items, wire.id);
	const held = turn.items[index];
	const phase = itemTransitions[held?.phase ?? 'absent'].started;
	if (phase === undefined) return turn;
	if (held === undefined) {
		const started: Item = {
			id: itemId(wire.id),
			phase,
			missedStart: false,
			startedAtMs,
			completedAtMs: undefined,
			progress: undefined,
			...boundContent(wire),
		};
		return withItem(turn, index, started);
	}
	const content = announcedOver(boundContent(wire).content, held.content);
	const known = held.startedAtMs ?? startedAtMs;
	if (sameContent(content, held.content) && known === held.startedAtMs) return turn;
	return withItem(turn, index, {...held, phase, startedAtMs: known, content});
};

export type CompletionTimes = {
	/** What the server says; milliseconds since the epoch. */
	readonly completedAtMs: number | undefined;
	/** When the notification was emitted or received: the fallback. */
	readonly heardAtMs: number;
};

/** `item/completed`: the whole truth about the item, whatever streamed before. */
export const completeItem = (turn: Turn, wire: WireItem, times: CompletionTimes): Turn => {
	const index = indexOfItem(turn.items, wire.id);
	const held = turn.items[index];
	const phase = itemTransitions[held?.phase ?? 'absent'].completed;
	if (phase === undefined) return turn;
	const bound = boundContent(wire);
	const isSame =
		held !== undefined &&
		sameContent(held.content, bound.content) &&
		startOf(held) === bound.content.startedAtMs;
	const completed: Item = {
		id: itemId(wire.id),
		phase,
		missedStart: false,
		startedAtMs: held?.startedAtMs ?? wire.startedAtMs ?? undefined,
		completedAtMs: times.completedAtMs ?? wire.completedAtMs ?? held?.completedAtMs ?? times.heardAtMs,
		progress: undefined,
		...bound,
		content: isSame ? held.content : bound.content,
	};
	if (
		held?.phase === completed.phase &&
		held.content === completed.content &&
		held.completedAtMs === completed.completedAtMs
	) {
		return turn;
	}
	return withItem(turn, index, completed);
};

/** A delta for an item. One that was never announced gets a placeholder at the end of its turn. */
export const applyDelta = (turn: Turn, id: string, delta: Delta): Turn => {
	const index = indexOfItem(turn.items, id);
	const held = turn.items[index];
	const phase = itemTransitions[held?.phase ?? 'absent'].delta;
	if (phase === undefined) return turn;
	const before: Item = held ?? {
		id: itemId(id),
		phase,
		missedStart: true,
		startedAtMs: undefined,
		completedAtMs: undefined,
		progress: undefined,
		content: delta.placeholder(id),
	};
	const after = delta.apply(before);
	if (after === undefined || after === before) return turn;
	return withItem(turn, index, after.phase === phase ? after : {...after, phase});
};

/** The turn is over: what did not complete never will, as far as we know. */
export const closeItems = (items: readonly Item[]): readonly Item[] => {
	if (!items.some(item => isOpen(item.phase))) return items;
	return items.map(item => {
		const phase = itemTransitions[item.phase].turnEnded;
		return phase === undefined ? item : {...item, phase};
	});
};

/** The stream was interrupted: whatever was not complete may have a hole from here on. */
export const markGap = (item: Item): Item => {
	const phase = itemTransitions[item.phase].gap;
	if (phase === undefined || (phase === item.phase && item.missedStart)) return item;
	// Of all that a turn's end cuts only a command can have gone on.
	if (item.phase === 'cut' && item.content.type !== 'commandExecution') return item;
	return {...item, phase, missedStart: true};
};
