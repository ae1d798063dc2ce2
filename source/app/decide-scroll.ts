/** Moving, marking, opening and folding: the decisions about what the panes show. Pure; part of `decide.ts`. */
import {helpLines} from '../keys/help-lines.ts';
import {scrollBy, scrollTo} from '../view/viewport.ts';
import {moveInQueue} from './decide-queue.ts';
import {changeUi, type Decision, say, stay, withUi} from './decision.ts';
import {markedIndex, moveMark} from './marked.ts';
import {firstEvent, type Panes} from './panes.ts';
import {pickerChoices} from './picker.ts';
import type {AppState, Ui} from './state.ts';

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** Scrolls the Thread pane; positive rows go down. Any movement ends the search for the top. */
export const scrollThread = (state: AppState, panes: Panes, rows: number): Decision => {
	const threadScroll = scrollBy(
		panes.threadBlocks(state),
		panes.threadScroll(state),
		panes.threadHeight(state),
		rows,
	);
	return changeUi(state, {threadScroll, seekingTop: false});
};

/** Moves in the pane that has the focus. */
export const moveBy = (state: AppState, panes: Panes, rows: number): Decision => {
	const {ui} = state;
	if (ui.help) {
		const last = Math.max(0, helpLines().length - panes.helpHeight(state));
		return changeUi(state, {helpOffset: clamp(ui.helpOffset + rows, 0, last)});
	}
	if (ui.picker !== undefined) {
		const marked = moveMark(pickerChoices(state, panes), ui.picker.marked, rows);
		return changeUi(state, {picker: {...ui.picker, marked}});
	}
	if (ui.focus === 'thread') return scrollThread(state, panes, rows);
	switch (ui.tab) {
		case 'events':
			return ui.detail === undefined
				? moveEvents(state, panes, rows)
				: moveRows(state, panes, 'detailOffset', rows);
		case 'plan':
			return moveRows(state, panes, 'planOffset', rows);
		case 'diff':
			return moveRows(state, panes, 'diffOffset', rows);
		case 'agents':
			return changeUi(state, {
				agentsSelected: clamp(ui.agentsSelected + rows, 0, Math.max(0, state.thread.agents.length - 1)),
			});
		case 'threads':
			return changeUi(state, {threadsMarked: moveMark(panes.threads(state), ui.threadsMarked, rows)});
		case 'queue':
			return moveInQueue(state, rows);
		case 'guests':
			return moveRows(state, panes, 'guestsOffset', rows);
	}
};

type Offset = 'detailOffset' | 'planOffset' | 'diffOffset' | 'guestsOffset';

const moveRows = (state: AppState, panes: Panes, which: Offset, rows: number): Decision => {
	const last = Math.max(0, panes.sideRows(state).length - panes.sideHeight(state));
	const change: Partial<Ui> = {[which]: clamp(panes.sideOffset(state) + rows, 0, last)};
	return changeUi(state, change);
};

/** Marks another event. Leaving the last one downwards follows the newest again. */
const moveEvents = (state: AppState, panes: Panes, rows: number): Decision => {
	const entries = panes.events(state);
	const {eventsCursor} = state.ui;
	const height = panes.sideHeight(state);
	const last = entries.length - 1;
	if (last < 0) return stay(state);
	const found =
		eventsCursor.kind === 'tail'
			? entries.length
			: entries.findIndex(entry => entry.sequence >= eventsCursor.sequence);
	const from = found === -1 ? entries.length : found;
	if (from + rows > last) return changeUi(state, {eventsCursor: {kind: 'tail'}});
	const index = clamp(from + rows, 0, last);
	const oldTop = firstEvent(entries, eventsCursor, height);
	const top = clamp(oldTop, index - height + 1, index);
	const entry = entries[index];
	const topEntry = entries[Math.max(0, top)];
	if (entry === undefined || topEntry === undefined) return stay(state);
	return changeUi(state, {
		eventsCursor: {kind: 'at', sequence: entry.sequence, topSequence: topEntry.sequence},
	});
};

const farAway = 1_000_000_000;

export const moveToTop = (state: AppState, panes: Panes): Decision => {
	if (state.ui.focus !== 'thread' || state.ui.help) return moveBy(state, panes, -farAway);
	return stay(toTopOfThread(withUi(state, {seekingTop: true}), panes));
};

/** The top of what is loaded; the rim asks for more while `seekingTop`. */
export const toTopOfThread = (state: AppState, panes: Panes): AppState => {
	const blocks = panes.threadBlocks(state);
	if (blocks.length === 0) return state;
	const threadScroll = panes.threadScroll(state);
	return withUi(state, {
		threadScroll: scrollTo(blocks, blocks.keyAt(0), panes.threadHeight(state), 'top', threadScroll),
	});
};

export const moveToEnd = (state: AppState, panes: Panes): Decision => {
	if (state.ui.focus === 'thread' && !state.ui.help) {
		return changeUi(state, {threadScroll: {kind: 'tail'}, seekingTop: false});
	}
	return moveBy(state, panes, farAway);
};

/** Marks the item after (1) or before (-1) the marked one; from none, the lowest or highest on the screen. */
export const selectItem = (state: AppState, panes: Panes, step: 1 | -1): Decision => {
	const blocks = panes.threadBlocks(state);
	const {selectedKey} = state.ui;
	const threadScroll = panes.threadScroll(state);
	const height = panes.threadHeight(state);
	const shown = panes.threadView(state).blockAtRow.filter(key => key !== undefined);
	const here = selectedKey === undefined ? -1 : blocks.indexOf(selectedKey);
	const from = here !== -1 ? here + step : blocks.indexOf((step === 1 ? shown[0] : shown.at(-1)) ?? '');
	for (let index = from; index >= 0 && index < blocks.length; index += step) {
		const key = blocks.keyAt(index);
		if (panes.plainText(state, key) === undefined) continue;
		return changeUi(state, {
			selectedKey: key,
			seekingTop: false,
			threadScroll: scrollTo(blocks, key, height, 'nearest', threadScroll),
		});
	}
	return stay(state);
};

/** Enter: folds the marked item, or opens the marked event, agent or thread. */
export const openSelected = (state: AppState, panes: Panes): Decision => {
	const {ui} = state;
	if (ui.focus === 'thread') return toggleFold(state, panes);
	switch (ui.tab) {
		case 'events': {
			const sequence =
				ui.eventsCursor.kind === 'at' ? ui.eventsCursor.sequence : panes.events(state).at(-1)?.sequence;
			return sequence === undefined ? stay(state) : changeUi(state, {detail: sequence, detailOffset: 0});
		}
		case 'agents':
			return openThread(state, state.thread.agents[ui.agentsSelected]?.threadId);
		case 'threads':
			return openThread(state, markedThread(state, panes));
		case 'plan':
		case 'diff':
		case 'queue':
		case 'guests':
			return stay(state);
	}
};

/** Id of the marked thread of the Threads pane. */
export const markedThread = (state: AppState, panes: Panes): string | undefined => {
	const threads = panes.threads(state);
	return threads[markedIndex(threads, state.ui.threadsMarked)]?.id;
};

const openThread = (state: AppState, threadId: string | undefined): Decision => {
	if (threadId === undefined) return stay(state);
	if (threadId === state.threadId) return changeUi(state, {focus: 'thread'});
	const trail = state.threadId === undefined ? state.trail : [...state.trail, state.threadId];
	return {state: withUi({...state, trail}, {focus: 'thread'}), commands: [{type: 'openThread', threadId}]};
};

const toggleFold = (state: AppState, panes: Panes): Decision => {
	const shown = panes.threadView(state).blockAtRow;
	const key =
		state.ui.selectedKey ?? shown.findLast(each => each !== undefined && panes.foldable(state, each));
	if (key === undefined || !panes.foldable(state, key)) return stay(say(state, 'Nothing to fold here.'));
	const before = state.ui.folds.get(key) ?? panes.defaultFold(state, key);
	const folds = new Map(state.ui.folds).set(key, before === 'open' ? 'closed' : 'open');
	const pinned = withUi(state, {folds, selectedKey: key});
	const {threadScroll} = state.ui;
	if (threadScroll.kind === 'tail') return stay(pinned);
	const height = panes.threadHeight(pinned);
	return changeUi(pinned, {
		threadScroll: scrollTo(panes.threadBlocks(pinned), key, height, 'nearest', threadScroll),
	});
};

export const toggleAllFolds = (state: AppState, panes: Panes): Decision => {
	const allOpen = !state.ui.allOpen;
	const blocks = panes.threadBlocks(state);
	const folds = new Map<string, 'open' | 'closed'>();
	for (let index = 0; allOpen && index < blocks.length; index += 1) {
		const key = blocks.keyAt(index);
		if (panes.foldable(state, key)) folds.set(key, 'open');
	}
	return changeUi(say(state, allOpen ? 'Everything is unfolded.' : 'Folds are as they were.'), {
		allOpen,
		folds,
	});
};
