/**
 * Finding text in the loaded part of a thread. Smart case: a query with a capital letter means it; a space in it
 * is also a line break. Pure apart from a memory of the turns last searched: the count is asked for with every
 * frame, and a delta costs only the turn it belongs to. What is counted is text, so nothing is laid out for it.
 */
import type {ThreadState, Turn} from '../thread/state.ts';
import {itemKey} from './items/blocks.ts';
import {isHidden, viewOf} from './items/views.ts';
import {memoiseLast} from './memo.ts';
import {sanitiseText} from './sanitise.ts';
import {patternOf} from './search-rows.ts';

/** One occurrence: the block and which one of those in its text, from 0. */
export type Place = {readonly key: string; readonly ordinal: number};

/** A block that holds the query, and how often its text does; never 0 times. */
export type Found = {readonly key: string; readonly count: number};

const searched = new WeakMap<Turn, {readonly query: string; readonly found: readonly Found[]}>();

const countIn = (text: string, pattern: RegExp): number => {
	let count = 0;
	for (const _ of text.matchAll(pattern)) count += 1;
	return count;
};

/** Of the same turn before and after a delta most items are the same ones. */
const counted = new WeakMap<object, {readonly query: string; readonly count: number}>();

const findIn = (turn: Turn, query: string, pattern: RegExp): readonly Found[] => {
	const known = searched.get(turn);
	if (known?.query === query) return known.found;
	const found: Found[] = [];
	for (const item of turn.items) {
		if (isHidden(item)) continue;
		let entry = counted.get(item);
		if (entry?.query !== query) {
			entry = {query, count: countIn(sanitiseText(viewOf(item).text()), pattern)};
			counted.set(item, entry);
		}
		if (entry.count > 0) found.push({key: itemKey(turn.id, item.id), count: entry.count});
	}
	searched.set(turn, {query, found});
	return found;
};

const findInTurns = memoiseLast((turns: readonly Turn[], query: string): readonly Found[] => {
	const pattern = patternOf(query);
	const found: Found[] = [];
	if (pattern === undefined) return found;
	for (const turn of turns) for (const each of findIn(turn, query, pattern)) found.push(each);
	return found;
});

/** The item blocks that hold the query, oldest first. Text that is folded away is found too. */
export const findBlocks = (state: ThreadState, query: string): readonly Found[] =>
	findInTurns(state.turns, query);

/** The newest occurrence. */
export const newestPlace = (found: readonly Found[]): Place | undefined => {
	const last = found.at(-1);
	return last && {key: last.key, ordinal: last.count - 1};
};

/** The occurrence after (1) or before (-1) a place, around the ends; from nowhere, the first or the last. */
export const nextPlace = (
	found: readonly Found[],
	from: Place | undefined,
	step: 1 | -1,
): Place | undefined => {
	const at = from === undefined ? -1 : found.findIndex(each => each.key === from.key);
	const here = found[at];
	if (from !== undefined && here !== undefined) {
		const ordinal = Math.min(from.ordinal, here.count - 1) + step;
		if (ordinal >= 0 && ordinal < here.count) return {key: here.key, ordinal};
	}
	const next = here === undefined && step === -1 ? found.at(-1) : found.at((at + step) % found.length);
	return next && {key: next.key, ordinal: step === 1 ? 0 : next.count - 1};
};

/** The number of a place among all, from 1, and how many there are; no number when it is gone or nowhere. */
export const numberOf = (
	found: readonly Found[],
	place: Place | undefined,
): {readonly number: number | undefined; readonly total: number} => {
	let total = 0;
	let number: number | undefined;
	for (const {key, count} of found) {
		if (place?.key === key) number = total + Math.min(place.ordinal, count - 1) + 1;
		total += count;
	}
	return {number, total};
};
