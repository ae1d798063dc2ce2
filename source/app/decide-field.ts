/** The one-line fields: search in the thread, filter of the events, filter of the picker. Pure; part of `decide.ts`. */
import {findBlocks, newestPlace, nextPlace, numberOf, type Place} from '../view/search.ts';
import {findHits, hitAt, isShownFolded} from '../view/search-rows.ts';
import {scrollToRow} from '../view/viewport.ts';
import {changeUi, type Decision, say, stay, withUi} from './decision.ts';
import {markedIndex} from './marked.ts';
import type {Panes} from './panes.ts';
import {pickerChoices} from './picker.ts';
import type {AppState} from './state.ts';

/** The open field's text; undefined when none is open. */
export const fieldText = ({ui}: AppState): string | undefined => {
	if (ui.picker !== undefined) return ui.picker.filter;
	if (ui.search.kind === 'editing') return ui.search.query;
	return ui.editingFilter ? ui.eventsFilter : undefined;
};

export const openField = (state: AppState): Decision => {
	const {ui} = state;
	if (ui.focus === 'thread')
		return changeUi(state, {search: {kind: 'editing', query: '', match: undefined, unfolded: undefined}});
	if (ui.tab === 'events')
		return changeUi(state, {editingFilter: true, detail: undefined, eventsCursor: {kind: 'tail'}});
	return stay(say(state, 'Search works in Thread, the filter in Events.'));
};

export const editField = (state: AppState, text: string, panes: Panes): Decision => {
	const {ui} = state;
	if (ui.picker !== undefined) return changeUi(state, {picker: {filter: text, marked: undefined}});
	if (ui.editingFilter) return changeUi(state, {eventsFilter: text, eventsCursor: {kind: 'tail'}});
	if (ui.search.kind !== 'editing') return stay(state);
	const edited = withUi(foldedBack(state), {
		search: {kind: 'editing', query: text, match: undefined, unfolded: undefined},
	});
	const newest = newestPlace(findBlocks(state.thread, text));
	return stay(newest === undefined ? edited : goTo(edited, panes, newest));
};

export const submitField = (state: AppState, panes: Panes): Decision => {
	const {ui} = state;
	if (ui.picker !== undefined) {
		const choices = pickerChoices(state, panes);
		const chosen = choices[markedIndex(choices, ui.picker.marked)];
		if (chosen === undefined) return stay(say(state, 'No thread fits.'));
		return {state, commands: [{type: 'openThread', threadId: chosen.id}]};
	}
	if (ui.editingFilter) return changeUi(state, {editingFilter: false});
	if (ui.search.kind !== 'editing') return stay(state);
	const {query, match} = ui.search;
	if (query === '') return changeUi(foldedBack(state), {search: {kind: 'off'}});
	const kept = changeUi(state, {search: {kind: 'kept', query, match}});
	return match === undefined ? stay(say(kept.state, notFound(state, query))) : kept;
};

/** Says how far the search reached: older turns that were never loaded were not searched. */
const notFound = ({thread}: AppState, query: string): string => {
	const {length} = thread.turns;
	const turns = length === 1 ? 'the turn' : `the ${length} turns`;
	return thread.olderCursor
		? `"${query}" is not in ${turns} loaded so far; g loads the rest.`
		: `"${query}" is not in this thread.`;
};

export const leaveField = (state: AppState): Decision => {
	const {ui} = state;
	if (ui.picker !== undefined) {
		if (ui.picker.filter !== '') return changeUi(state, {picker: {filter: '', marked: undefined}});
		return {state, commands: [{type: 'quit', exitCode: 0}]};
	}
	if (ui.editingFilter) return changeUi(state, {editingFilter: false, eventsFilter: ''});
	return changeUi(foldedBack(state), {search: {kind: 'off'}});
};

/** Without what the search opened for its own sake: a person who types on, or drops it, has not asked for that. */
const foldedBack = (state: AppState): AppState => {
	const {search, folds} = state.ui;
	if (search.kind !== 'editing' || search.unfolded === undefined) return state;
	return withUi(state, {
		folds: new Map(folds).set(search.unfolded, 'closed'),
		search: {...search, unfolded: undefined},
	});
};

/** Goes to the next (1, downwards) or previous (-1) match of the search, around the ends. */
export const moveMatch = (state: AppState, panes: Panes, step: 1 | -1): Decision => {
	const {search} = state.ui;
	if (search.kind === 'off' || search.query === '') return stay(say(state, 'Search with / first.'));
	const next = nextPlace(findBlocks(state.thread, search.query), search.match, step);
	if (next === undefined) return stay(say(state, notFound(state, search.query)));
	const isElsewhere = next.key !== search.match?.key;
	return stay(goTo(isElsewhere ? foldedBack(state) : state, panes, next));
};

/** Brings an occurrence on the screen and marks its item, opened when the fold hides what was found. */
const goTo = (state: AppState, panes: Panes, place: Place): AppState => {
	const {search, folds} = state.ui;
	const threadScroll = panes.threadScroll(state);
	if (search.kind === 'off') return state;
	const {key, ordinal} = place;
	const {query} = search;
	const count = findBlocks(state.thread, query).find(found => found.key === key)?.count ?? 1;
	const marked = withUi(state, {search: {...search, match: place}, selectedKey: key, seekingTop: false});
	const opened = withUi(marked, {
		folds: new Map(folds).set(key, 'open'),
		search: search.kind === 'editing' ? {...search, match: place, unfolded: key} : marked.ui.search,
	});
	const rowsIn = (shown: AppState) => {
		const blocks = panes.threadBlocks(shown);
		return blocks.rowsAt(blocks.indexOf(key));
	};
	const isFolded =
		(folds.get(key) ?? panes.defaultFold(state, key)) === 'closed' && panes.foldable(state, key);
	const isThere = !isFolded || isShownFolded(rowsIn(marked), () => rowsIn(opened), query, {ordinal, count});
	const shown = isThere ? marked : opened;
	const row = hitAt(findHits(rowsIn(shown), query), ordinal, count)?.[0].row ?? 0;
	const blocks = panes.threadBlocks(shown);
	return withUi(shown, {
		threadScroll: scrollToRow(blocks, {key, row}, panes.threadHeight(shown), threadScroll),
	});
};

/** `2 of 31`, or that there is none; empty while nothing is looked for. */
export const matchWords = ({thread, ui}: AppState): string => {
	const {search} = ui;
	if (search.kind === 'off' || search.query.trim() === '') return '';
	const {number, total} = numberOf(findBlocks(thread, search.query), search.match);
	if (total === 0) return 'no match';
	return number === undefined ? `${total} match${total === 1 ? '' : 'es'}` : `${number} of ${total}`;
};
