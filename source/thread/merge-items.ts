/**
 * The items of one turn out of a list of history, merged with those that we hold of the same turn.
 *
 * Rules:
 * 1. What is listed replaces what we hold under the same id. An item whose content did not change keeps its identity.
 * 2. What we hold and the list does not have stays where it was: we saw it. Items in progress are in no list
 *    (PROTOCOL); nor, measured, is a message that was cut, a command that outlived its turn, one that was declined.
 * 3. Lists of old servers make ids up (made-up-ids.ts) where the live stream, or the next list, has others. Such an item
 *    is taken for one that we hold: under its made-up id with the same content; else for one of the same content; else
 *    for an open or cut one, if its text or command agrees with what we saw of it; else for a completed one of the same
 *    kind and with the same words. The real id stays, so that later events still find the item. In a running turn a
 *    completed item of the stream stays as it is; in an ended turn the list's content wins.
 *
 * Invariant: no item appears twice, none loses its place. Called by hydrate.ts.
 */
import type {WireItem} from '../protocol/types.ts';
import {isOpenButWhole, itemId, sameContent} from './items.ts';
import {isMadeUpId} from './made-up-ids.ts';
import {orderByStart} from './order.ts';
import type {Item} from './state.ts';

/** Whether the turn runs, by the newest that is known of it. */
export type TurnPhase = 'running' | 'over';

/** Could the listed item be the one that we saw a part of? Asked only where ids cannot tell (rule 3). */
const agrees = (listed: WireItem, part: WireItem): boolean => {
	switch (listed.type) {
		case 'agentMessage':
		case 'plan':
			return part.type === listed.type && part.text !== '' && listed.text.includes(part.text);
		case 'commandExecution':
			return part.type === listed.type && part.command !== '' && part.command === listed.command;
		case 'fileChange':
			return (
				part.type === listed.type &&
				part.changes !== undefined &&
				part.changes.length > 0 &&
				part.changes.every(({path}) => listed.changes?.some(change => change.path === path))
			);
		default:
			return false;
	}
};

const wordsOf = (content: WireItem): string | undefined => {
	if (content.type === 'agentMessage' || content.type === 'plan') return content.text;
	if (content.type !== 'userMessage') return undefined;
	return (content.content ?? []).map(({text}) => text ?? '').join('');
};

const isSame = (theirs: Item, ours: Item): boolean =>
	sameContent({...theirs.content, id: ours.id}, ours.content);

/** For items whose ids cannot tell, surest first. */
const likenesses: ReadonlyArray<(theirs: Item, ours: Item) => boolean> = [
	isSame,
	(theirs, ours) => ours.phase !== 'completed' && agrees(theirs.content, ours.content),
	(theirs, ours) =>
		ours.phase === 'completed' &&
		isMadeUpId(ours.id) !== isMadeUpId(theirs.id) &&
		theirs.content.type === ours.content.type &&
		wordsOf(theirs.content) === wordsOf(ours.content),
];

/** Which held item each listed one stands for. */
const pair = (listed: readonly Item[], held: readonly Item[]): ReadonlyMap<Item, Item> => {
	const byId = new Map(held.map(item => [item.id, item]));
	const pairs = new Map<Item, Item>();
	for (const item of listed) {
		const same = byId.get(item.id);
		if (same !== undefined && (!isMadeUpId(item.id) || isSame(item, same))) pairs.set(item, same);
	}
	const isAnyMadeUp = [...listed, ...held].some(({id}) => isMadeUpId(id));
	const strangers = isAnyMadeUp ? listed.filter(item => !pairs.has(item)) : [];
	if (strangers.length === 0) return pairs;
	const taken = new Set(pairs.values());
	const free = new Set(held.filter(item => !taken.has(item)));
	for (const isAlike of likenesses) {
		for (const item of strangers) {
			if (pairs.has(item)) continue;
			const ours = [...free].find(
				candidate => (isMadeUpId(item.id) || isMadeUpId(candidate.id)) && isAlike(item, candidate),
			);
			if (ours === undefined) continue;
			pairs.set(item, ours);
			free.delete(ours);
		}
	}
	return pairs;
};

/** A made-up id may be that of another item which we hold: then the new one is counted on. */
const withFreeId = (item: Item, taken: Set<string>): Item => {
	let id = item.id;
	for (let count = taken.size + 1; taken.has(id); count += 1) id = itemId(`item-${count}`);
	taken.add(id);
	return id === item.id ? item : {...item, id, content: {...item.content, id}};
};

const mergeItem = (listed: Item, held: Item, turn: TurnPhase): Item => {
	const id = isMadeUpId(held.id) && !isMadeUpId(listed.id) ? listed.id : held.id;
	const ours: Item = id === held.id ? held : {...held, id, content: {...held.content, id}};
	if (isOpenButWhole(listed) && ours.phase !== 'completed') {
		const isKnown = sameContent({...listed.content, id}, ours.content) && !ours.missedStart;
		return isKnown ? ours : {...ours, content: {...listed.content, id}, missedStart: false};
	}
	// Of any other that a list calls unfinished it knows less than the stream did.
	if (listed.phase !== 'completed') return ours;
	if (ours.id !== listed.id && ours.phase === 'completed' && turn === 'running') return ours;
	const same = sameContent({...listed.content, id}, ours.content);
	if (same && ours.phase === 'completed') return ours;
	return {
		...listed,
		id,
		content: same ? ours.content : {...listed.content, id},
		startedAtMs: listed.startedAtMs ?? held.startedAtMs,
		completedAtMs: listed.completedAtMs ?? held.completedAtMs,
	};
};

export const mergeItems = (
	listed: readonly Item[],
	held: readonly Item[],
	turn: TurnPhase,
): readonly Item[] => {
	if (held.length === 0) return listed;
	const pairs = pair(listed, held);
	const taken = new Set<string>(held.map(({id}) => id));
	/** Where each item that we held stands now, by the item there. */
	const places = new Map<Item, Item>();
	const merged = listed.map(item => {
		const ours = pairs.get(item);
		if (ours === undefined) return withFreeId(item, taken);
		const next = mergeItem(item, ours, turn);
		places.set(ours, next);
		return next;
	});
	const placeOf = (ours: Item): number => merged.indexOf(places.get(ours) ?? ours);
	held.forEach((item, index) => {
		if (places.has(item)) return;
		const before = held.slice(0, index).findLast(each => places.has(each));
		const after = held.slice(index + 1).find(each => places.has(each));
		const at =
			before !== undefined ? placeOf(before) + 1 : after !== undefined ? placeOf(after) : merged.length;
		merged.splice(at, 0, item);
		places.set(item, item);
	});
	return orderByStart(merged);
};
