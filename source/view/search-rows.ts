/**
 * Occurrences of a search in rows that are laid out: where they are, which of them is meant by a place in the
 * text, and how they are marked. Pure; called for the blocks on the screen and the one that a search goes to.
 *
 * Rows and text need not hold the query equally often: a head line repeats a command, Markdown hides an address,
 * a folded output shows only its end. What is shown is the end, so both are counted from there.
 */
import type {Row, Sgr, Span} from './row.ts';
import {rowText} from './row.ts';

/** A part of a row, in UTF-16 units. */
type Piece = {readonly row: number; readonly from: number; readonly to: number};

/** One occurrence; more than one piece where a line was wrapped inside it. */
export type Hit = readonly [Piece, ...Piece[]];

/** A space of the query; in rows the next line begins with the pane's gutter, an indent, a bar. */
const gap = '(?: +| *\\n[▎│ ]*)';

/** What finds the query in text and in joined rows; undefined for one that looks for nothing. */
export const patternOf = (query: string): RegExp | undefined => {
	if (query.trim() === '') return undefined;
	const literal = query.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/(?<=\S) +(?=\S)/g, gap);
	return new RegExp(literal, /\p{Lu}/u.test(query) ? 'g' : 'gi');
};

const known = new WeakMap<readonly Row[], {readonly query: string; readonly hits: readonly Hit[]}>();

/** All occurrences in the rows, in order. Remembers by the identity of `rows`. */
export const findHits = (rows: readonly Row[], query: string): readonly Hit[] => {
	const before = known.get(rows);
	if (before?.query === query) return before.hits;
	const pattern = patternOf(query);
	const hits: Hit[] = [];
	if (pattern !== undefined) {
		const texts = rows.map(rowText);
		let row = 0;
		let start = 0;
		for (const match of texts.join('\n').matchAll(pattern)) {
			const end = match.index + match[0].length;
			const pieces: Piece[] = [];
			for (let text = texts[row]; text !== undefined && start < end; text = texts[row]) {
				const from = Math.max(0, match.index - start);
				const to = Math.min(text.length, end - start);
				// The gutter of a wrapped line is no part of what was found.
				const skipped =
					from === 0 && pieces.length > 0 ? (/^[▎│ ]*/.exec(text.slice(0, to))?.[0].length ?? 0) : from;
				if (skipped < to) pieces.push({row, from: skipped, to});
				if (end <= start + text.length) break;
				start += text.length + 1;
				row += 1;
			}
			const [first, ...rest] = pieces;
			if (first !== undefined) hits.push([first, ...rest]);
		}
	}
	known.set(rows, {query, hits});
	return hits;
};

/** Which hit is occurrence `ordinal` of a text with `count`; undefined when the rows hold none. */
export const hitAt = (hits: readonly Hit[], ordinal: number, count: number): Hit | undefined =>
	hits[Math.max(0, hits.length - count + Math.min(ordinal, count - 1))];

/**
 * Whether a folded block shows occurrence `ordinal` of `count`, seeing what it shows when it is open: either all
 * are there, or opening brings no more, or the very line is among those that stay.
 */
export const isShownFolded = (
	folded: readonly Row[],
	open: () => readonly Row[],
	query: string,
	{ordinal, count}: {readonly ordinal: number; readonly count: number},
): boolean => {
	const shown = findHits(folded, query);
	if (shown.length >= count) return true;
	const rows = open();
	const all = findHits(rows, query);
	if (all.length <= shown.length) return true;
	const isBeforeShown = shown.length - count + ordinal < 0;
	if (isBeforeShown && ordinal > 0) return false;
	const here = isBeforeShown ? shown[0] : hitAt(shown, ordinal, count);
	const there = isBeforeShown ? all[0] : hitAt(all, ordinal, count);
	if (here === undefined || there === undefined) return false;
	return rowText(folded[here[0].row] ?? []) === rowText(rows[there[0].row] ?? []);
};

export type Mark = {readonly from: number; readonly to: number; readonly sgr: Sgr};

/** The row with each mark in its look; marks are in order and do not overlap. The same row when there is none. */
export const markRow = (row: Row, marks: readonly Mark[]): Row => {
	if (marks.length === 0) return row;
	const spans: Span[] = [];
	let at = 0;
	let next = 0;
	for (const span of row) {
		const end = at + span.text.length;
		let from = at;
		while (from < end) {
			let mark = marks[next];
			while (mark !== undefined && mark.to <= from) {
				next += 1;
				mark = marks[next];
			}
			const inside = mark !== undefined && mark.from <= from ? mark : undefined;
			const to = Math.min(end, mark === undefined ? end : inside === undefined ? mark.from : inside.to);
			spans.push({text: span.text.slice(from - at, to - at), sgr: inside?.sgr ?? span.sgr});
			from = to;
		}
		at = end;
	}
	return spans;
};

/**
 * Marks every hit in `rows`, `current` in its own look. The rows of the hits are counted from `first` rows above.
 * Rows without a hit keep their identity.
 */
export const markHits = (
	rows: readonly Row[],
	hits: readonly Hit[],
	current: Hit | undefined,
	look: {readonly match: Sgr; readonly current: Sgr},
	first = 0,
): readonly Row[] => {
	const marks = new Map<number, Mark[]>();
	for (const hit of hits) {
		for (const {row, from, to} of hit) {
			if (row < first || row >= first + rows.length) continue;
			const list = marks.get(row) ?? [];
			list.push({from, to, sgr: hit === current ? look.current : look.match});
			marks.set(row, list);
		}
	}
	return rows.map((row, index) => markRow(row, marks.get(first + index) ?? []));
};
