/**
 * Intents → the next state and what to ask of the world. Pure: the same state and intent, the same decision.
 * Scrolling and lists live in `decide-scroll.ts`, the fields in `decide-field.ts`.
 */
import type {Action, Context} from '../keys/bindings.ts';
import {withCards} from './card-focus.ts';
import {holdCard, pressFront, sawFront, scrollCard} from './decide-card.ts';
import {completeOrLeave, compose, confirm, leaveComposer, toggleQueueing, write} from './decide-compose.ts';
import {copyMarked} from './decide-copy.ts';
import {editField, leaveField, moveMatch, openField, submitField} from './decide-field.ts';
import {askDelete, editMarked, reorderMarked, startParked} from './decide-queue.ts';
import {
	moveBy,
	moveToEnd,
	moveToTop,
	openSelected,
	scrollThread,
	selectItem,
	toggleAllFolds,
} from './decide-scroll.ts';
import {closeLink} from './decide-share.ts';
import {changeUi, type Decision, isEditing, say, stay, withUi} from './decision.ts';
import type {Intent} from './intents.ts';
import type {Panes} from './panes.ts';
import {type Cards, cardsAfterReplay} from './requests.ts';
import {maySpeak} from './seat.ts';
import {isOver} from './share-ending.ts';
import {type AppState, type SideTab, sideTabs} from './state.ts';
import {writingLater} from './writing.ts';

/** Two presses of Ctrl+C within this time quit. */
const interruptWithinMs = 2000;

/** The contexts in which a key means something now, innermost first. */
export const activeContexts = (state: AppState): readonly Context[] => {
	const {ui} = state;
	if (ui.help) return ['overlay', 'global'];
	if (ui.picker !== undefined) return ['picker', 'global'];
	if (isEditing(state)) return ['field', 'global'];
	if (ui.confirming !== undefined) return ['confirm'];
	if (ui.holder === 'composer') return ['composer', 'global'];
	if (ui.holder === 'card') return ['card', 'global'];
	if (ui.focus === 'thread') return ['thread', 'scroll', 'global'];
	if (ui.tab === 'events' && ui.detail !== undefined) return ['detail', 'side', 'scroll', 'global'];
	return [ui.tab, 'side', 'scroll', 'global'];
};

export const decide = (state: AppState, intent: Intent, panes: Panes): Decision => {
	switch (intent.type) {
		case 'act':
			return act(state, intent.action, panes);
		case 'wheel':
			return turnWheel(state, panes, intent);
		case 'editField':
			return editField(state, intent.text, panes);
		case 'resize':
			return changeUi(state, {columns: intent.columns, rows: intent.rows});
		case 'noteFocus':
			return changeUi(state, {focused: intent.focused});
		case 'write':
			return write(state, intent.input, intent.newId);
		case 'pressCard':
			return pressFront(state, intent.key, panes);
		case 'sawCard':
			return sawFront(state, intent.id, intent.view);
		case 'tick':
			return stay(tick(state, intent.nowMs));
	}
};

/** The wheel moves what is under it; what lies over everything is under it everywhere. */
const turnWheel = (
	state: AppState,
	panes: Panes,
	{pane, rows}: Extract<Intent, {type: 'wheel'}>,
): Decision => {
	if (state.ui.help || state.ui.picker !== undefined) return moveBy(state, panes, rows);
	return pane === 'thread'
		? scrollThread(state, panes, rows)
		: moveBy(withUi(state, {focus: 'side'}), panes, rows);
};

const tick = (state: AppState, nowMs: number): AppState => {
	const {notice} = state.ui;
	const next = withCards(writingLater({...state, nowMs}), settledMeanwhile(state, nowMs));
	return notice !== undefined && notice.untilMs <= nowMs ? withUi(next, {notice: undefined}) : next;
};

/** The server asks again right after a join; what it did not ask again by then was settled meanwhile. */
const replayWithinMs = 3000;
const settledMeanwhile = ({cards, joinedAtMs}: AppState, nowMs: number): Cards =>
	joinedAtMs !== undefined && nowMs - joinedAtMs > replayWithinMs ? cardsAfterReplay(cards, nowMs) : cards;

const act = (state: AppState, action: Action, panes: Panes): Decision => {
	if (state.ui.holder === 'card' && scrollsCard(action)) return scrollTheCard(state, panes, action);
	switch (action) {
		case 'quit':
			return {state, commands: [{type: 'quit', exitCode: quitCode(state)}]};
		case 'interrupt':
			return interrupt(state);
		case 'suspend':
			return {state, commands: [{type: 'suspend'}]};
		case 'repaint':
			return {state, commands: [{type: 'repaint'}]};
		case 'help':
			return changeUi(state, {help: true, helpOffset: 0});
		case 'back':
			return goBack(state, panes);
		case 'nextPane':
			return nextPane(state);
		case 'nextTab':
			return showTab(state, neighbour(state, 1));
		case 'previousTab':
			return showTab(state, neighbour(state, -1));
		case 'tabThread':
			return changeUi(state, {focus: 'thread', holder: 'panes'});
		case 'tabEvents':
			return showTab(state, 'events');
		case 'tabPlan':
			return showTab(state, 'plan');
		case 'tabDiff':
			return showTab(state, 'diff');
		case 'tabAgents':
			return showTab(state, 'agents');
		case 'tabThreads':
			return showTab(state, 'threads');
		case 'tabQueue':
			return showTab(state, 'queue');
		case 'tabGuests':
			return state.share === undefined
				? stay(say(state, 'This thread is not shared: `jumpseat share` in a shell begins it.'))
				: showTab(state, 'guests');
		case 'compose':
			return compose(state);
		case 'leaveComposer':
			return leaveComposer(state);
		case 'completeOrLeave':
			return completeOrLeave(state);
		case 'toggleQueueing':
			return toggleQueueing(state);
		case 'holdCard':
			return holdCard(state);
		case 'leaveCard':
			return changeUi(state, {holder: 'panes'});
		case 'confirm':
			return confirm(state, true);
		case 'refuse':
			return confirm(state, false);
		case 'queueUp':
			return reorderMarked(state, 'up');
		case 'queueDown':
			return reorderMarked(state, 'down');
		case 'queueEdit':
			return editMarked(state);
		case 'queueDelete':
			return askDelete(state);
		case 'queueStart':
			return startParked(state);
		case 'closeLink':
			return closeLink(state);
		case 'zoom':
			return changeUi(state, {zoomed: !state.ui.zoomed});
		case 'widen':
			return changeUi(state, {split: Math.min(80, state.ui.split + 5)});
		case 'narrow':
			return changeUi(state, {split: Math.max(20, state.ui.split - 5)});
		case 'up':
			return moveBy(state, panes, -1);
		case 'down':
			return moveBy(state, panes, 1);
		case 'pageUp':
			return moveBy(state, panes, -pageOf(state, panes));
		case 'pageDown':
			return moveBy(state, panes, pageOf(state, panes));
		case 'top':
			return moveToTop(state, panes);
		case 'bottom':
			return moveToEnd(state, panes);
		case 'selectNext':
			return selectItem(state, panes, 1);
		case 'selectPrevious':
			return selectItem(state, panes, -1);
		case 'open':
			return openSelected(state, panes);
		case 'foldAll':
			return toggleAllFolds(state, panes);
		case 'search':
			return openField(state);
		case 'nextMatch':
			return state.ui.editingFilter ? moveBy(state, panes, 1) : moveMatch(state, panes, 1);
		case 'previousMatch':
			return state.ui.editingFilter ? moveBy(state, panes, -1) : moveMatch(state, panes, -1);
		case 'submit':
			return submitField(state, panes);
		case 'copy':
			return copyMarked(state, panes);
		case 'mouse':
			return toggleMouse(state);
		case 'retry':
			return {state, commands: [{type: 'retry'}]};
	}
};

/** A share that ended, or that sent one away, is no connection lost. 5 when the connection is lost, for good or for now: the person gave up on it (`commands/exit-codes.ts`). */
const quitCode = ({connection}: AppState): number =>
	(connection.kind === 'failed' || connection.kind === 'reconnecting') && !isOver(connection) ? 5 : 0;

const interrupt = (state: AppState): Decision => {
	const {interruptedAtMs} = state.ui;
	if (interruptedAtMs !== undefined && state.nowMs - interruptedAtMs < interruptWithinMs) {
		return {state, commands: [{type: 'quit', exitCode: 130}]};
	}
	const told = say(state, 'Press Ctrl+C again to quit. The turn goes on either way.');
	return changeUi(told, {interruptedAtMs: state.nowMs});
};

/** One row of the old page stays, to read on from. */
const pageOf = (state: AppState, panes: Panes): number => {
	const pane = state.ui.focus === 'thread' ? panes.threadHeight(state) : panes.sideHeight(state);
	return Math.max(1, (state.ui.help ? panes.helpHeight(state) : pane) - 1);
};

type CardScroll = 'up' | 'down' | 'pageUp' | 'pageDown' | 'top' | 'bottom';

const scrollsCard = (action: Action): action is CardScroll =>
	['up', 'down', 'pageUp', 'pageDown', 'top', 'bottom'].includes(action);

const scrollTheCard = (state: AppState, panes: Panes, action: CardScroll): Decision => {
	const page = Math.max(1, (panes.cardView(state)?.bodyHeight ?? 1) - 1);
	const far = 1_000_000_000;
	const rows = {up: -1, down: 1, pageUp: -page, pageDown: page, top: -far, bottom: far};
	return scrollCard(state, panes, rows[action]);
};

/** Thread, side pane, composer where there is one, and round. */
const nextPane = (state: AppState): Decision => {
	if (state.ui.focus === 'thread') return changeUi(state, {focus: 'side'});
	return maySpeak(state) ? compose(withUi(state, {focus: 'thread'})) : changeUi(state, {focus: 'thread'});
};

const neighbour = ({ui, share}: AppState, step: number): SideTab => {
	const tabs = sideTabs.filter(tab => tab !== 'guests' || share !== undefined);
	return tabs[(tabs.indexOf(ui.tab) + step + tabs.length) % tabs.length] ?? 'events';
};

const showTab = (state: AppState, tab: SideTab): Decision => ({
	state: withUi(state, {tab, focus: 'side', holder: 'panes', detail: undefined}),
	commands: tab === 'threads' ? [{type: 'listThreads'}] : tab === 'queue' ? [{type: 'listQueue'}] : [],
});

/** Esc: closes what is open, one thing at a time, and never touches the thread itself. */
const goBack = (state: AppState, panes: Panes): Decision => {
	const {ui} = state;
	if (ui.help) return changeUi(state, {help: false});
	if (ui.picker !== undefined || isEditing(state)) return leaveField(state);
	const isInEvents = ui.focus === 'side' && ui.tab === 'events';
	if (isInEvents && ui.detail !== undefined) return changeUi(state, {detail: undefined});
	if (ui.search.kind !== 'off') return changeUi(state, {search: {kind: 'off'}});
	if (isInEvents && ui.eventsFilter !== '') return changeUi(state, {eventsFilter: ''});
	if (isInEvents && ui.eventsCursor.kind === 'at') return changeUi(state, {eventsCursor: {kind: 'tail'}});
	if (ui.selectedKey !== undefined) return changeUi(state, {selectedKey: undefined});
	const before = state.trail.at(-1);
	if (before !== undefined) {
		return {
			state: {...state, trail: state.trail.slice(0, -1)},
			commands: [{type: 'openThread', threadId: before}],
		};
	}
	if (ui.zoomed) return changeUi(state, {zoomed: false});
	return ui.threadScroll.kind === 'anchor' ? moveToEnd(withUi(state, {focus: 'thread'}), panes) : stay(state);
};

const toggleMouse = (state: AppState): Decision => {
	const mouse = !state.ui.mouse;
	const words = mouse
		? 'The wheel scrolls the panes; most terminals still select with Shift held.'
		: 'The mouse belongs to your terminal again.';
	return {state: withUi(say(state, words), {mouse}), commands: [{type: 'setMouse', wheel: mouse}]};
};
