/** The one-line fields: search in the thread, filter of the events, filter of the picker. Pure; part of `decide.ts`. */
import {findBlocks} from '../view/search.ts';
import {scrollTo} from '../view/viewport.ts';
import {changeUi, type Decision, say, stay} from './decision.ts';
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
	if (ui.focus === 'thread') return changeUi(state, {search: {kind: 'editing', query: '', match: undefined}});
	if (ui.tab === 'events')
		return changeUi(state, {editingFilter: true, detail: undefined, eventsCursor: {kind: 'tail'}});
	return stay(say(state, 'Search works in Thread, the filter in Events.'));
};

export const editField = (state: AppState, text: string, panes: Panes): Decision => {
	const {ui} = state;
	if (ui.picker !== undefined) return changeUi(state, {picker: {filter: text, marked: undefined}});
	if (ui.editingFilter) return changeUi(state, {eventsFilter: text, eventsCursor: {kind: 'tail'}});
	if (ui.search.kind !== 'editing') return stay(state);
	const edited = {...state, ui: {...ui, search: {...ui.search, query: text}}};
	const matches = text === '' ? [] : findBlocks(state.thread, text);
	const newest = matches.at(-1);
	return newest === undefined
		? changeUi(edited, {search: {...edited.ui.search, match: undefined}})
		: goTo(edited, panes, newest);
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
	if (query === '') return changeUi(state, {search: {kind: 'off'}});
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
	return changeUi(state, {search: {kind: 'off'}});
};

/** Goes to the next (1, downwards) or previous (-1) match of the search, around the ends. */
export const moveMatch = (state: AppState, panes: Panes, step: 1 | -1): Decision => {
	const {search} = state.ui;
	if (search.kind === 'off' || search.query === '') return stay(say(state, 'Search with / first.'));
	const matches = findBlocks(state.thread, search.query);
	if (matches.length === 0) return stay(say(state, notFound(state, search.query)));
	const here = search.match === undefined ? -1 : matches.indexOf(search.match);
	const next = here === -1 && step === -1 ? matches.at(-1) : matches.at((here + step) % matches.length);
	return next === undefined ? stay(state) : goTo(state, panes, next);
};

const goTo = (state: AppState, panes: Panes, key: string): Decision => {
	const {search, threadScroll} = state.ui;
	if (search.kind === 'off') return stay(state);
	const scrolled = scrollTo(
		panes.threadBlocks(state),
		key,
		panes.threadHeight(state),
		'nearest',
		threadScroll,
	);
	return changeUi(state, {
		search: {...search, match: key},
		selectedKey: key,
		threadScroll: scrolled,
		seekingTop: false,
	});
};
