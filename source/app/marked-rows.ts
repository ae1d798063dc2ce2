/** The matches of a search, marked in the rows of the Thread pane. Pure; part of `panes.ts`. */
import type {Row} from '../view/row.ts';
import {findBlocks} from '../view/search.ts';
import {findHits, hitAt, markHits} from '../view/search-rows.ts';
import {theme} from '../view/style.ts';
import type {BlockList, Viewport} from '../view/viewport.ts';
import type {AppState} from './state.ts';

/** What was found in the rows on the screen, block by block; of the one gone to, the very occurrence. */
export const markedRows = (
	{thread}: AppState,
	{query, match}: Exclude<AppState['ui']['search'], {kind: 'off'}>,
	blocks: BlockList,
	view: Viewport,
): readonly Row[] => {
	const look = {match: theme.match, current: theme.matchCurrent};
	const marked: Row[] = [];
	for (let from = 0; from < view.rows.length; from = marked.length) {
		const key = view.blockAtRow[from];
		let to = from + 1;
		while (to < view.rows.length && view.blockAtRow[to] === key) to += 1;
		if (key === undefined || key !== match?.key) {
			const rows = view.rows.slice(from, to);
			marked.push(...markHits(rows, findHits(rows, query), undefined, look));
			continue;
		}
		const hits = findHits(blocks.rowsAt(blocks.indexOf(key)), query);
		const count = findBlocks(thread, query).find(found => found.key === key)?.count ?? 0;
		const current = count === 0 ? undefined : hitAt(hits, match.ordinal, count);
		const first = from === 0 ? view.topOffset : 0;
		marked.push(...markHits(view.rows.slice(from, to), hits, current, look, first));
	}
	return marked;
};
