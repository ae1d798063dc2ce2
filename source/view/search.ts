/**
 * Finding text in the loaded part of a thread. Smart case: a query with a capital letter means it. Pure; called
 * when `/` is used, and for the rows on the screen to mark what was found.
 */
import type {ThreadState} from '../thread/state.ts';
import {itemKey} from './items/blocks.ts';
import {isHidden, viewOf} from './items/views.ts';
import type {Row, Sgr, Span} from './row.ts';
import {rowText} from './row.ts';
import {sanitiseText} from './sanitise.ts';

const patternOf = (query: string): RegExp | undefined => {
	if (query.trim() === '') return undefined;
	const literal = query.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
	return new RegExp(literal, /\p{Lu}/u.test(query) ? 'g' : 'gi');
};

/** Keys of the item blocks that hold the query, oldest first. Text that is folded away is found too. */
export const findBlocks = (state: ThreadState, query: string): readonly string[] => {
	const pattern = patternOf(query);
	if (pattern === undefined) return [];
	const keys: string[] = [];
	for (const turn of state.turns) {
		for (const item of turn.items) {
			if (isHidden(item)) continue;
			if (sanitiseText(viewOf(item).text()).search(pattern) >= 0) keys.push(itemKey(turn.id, item.id));
		}
	}
	return keys;
};

/** The row with each occurrence in the given look; the same row when there is none. */
export const markMatches = (row: Row, query: string, sgr: Sgr): Row => {
	const pattern = patternOf(query);
	if (pattern === undefined) return row;
	const found = Array.from(rowText(row).matchAll(pattern), match => ({
		from: match.index,
		to: match.index + match[0].length,
	}));
	if (found.length === 0) return row;
	const spans: Span[] = [];
	let at = 0;
	let next = 0;
	for (const span of row) {
		const end = at + span.text.length;
		let from = at;
		while (from < end) {
			let match = found[next];
			while (match !== undefined && match.to <= from) {
				next += 1;
				match = found[next];
			}
			const inside = match !== undefined && match.from <= from;
			const to = Math.min(end, match === undefined ? end : inside ? match.to : match.from);
			spans.push({text: span.text.slice(from - at, to - at), sgr: inside ? sgr : span.sgr});
			from = to;
		}
		at = end;
	}
	return spans;
};
