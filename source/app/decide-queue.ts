/** The queue: mark, move, edit, remove what waits, run it. Decisions only; pure. Part of `decide.ts`. */
import {withText} from '../composer/editor-state.ts';
import {remember} from '../composer/history.ts';
import {editQueued, moveQueued, type QueueDecision} from '../composer/queue.ts';
import {changeUi, type Decision, say, stay, withUi} from './decision.ts';
import {markedQueued, queueOf} from './marked.ts';
import {mayManageQueue, refusalOf} from './seat.ts';
import type {AppState} from './state.ts';

/** The command, or why there is none. */
export const decided = (state: AppState, decision: QueueDecision): Decision =>
	decision.ok
		? {state, commands: [{type: 'changeQueue', change: decision.command}]}
		: stay(say(state, decision.why));

export const moveInQueue = (state: AppState, rows: number): Decision => {
	const queue = queueOf(state);
	const marked = markedQueued(state);
	const at = marked === undefined ? -1 : queue.indexOf(marked);
	const next = queue[Math.max(0, Math.min(queue.length - 1, at + rows))];
	return changeUi(state, {queueMarked: next?.id});
};

const readOnly = (state: AppState): Decision => stay(say(state, refusalOf(state, 'manageQueue')));

export const reorderMarked = (state: AppState, direction: 'up' | 'down'): Decision => {
	const marked = markedQueued(state);
	if (!mayManageQueue(state)) return readOnly(state);
	if (marked === undefined) return stay(say(state, 'Nothing is queued.'));
	return decided(withUi(state, {queueMarked: marked.id}), moveQueued(queueOf(state), marked.id, direction));
};

export const askDelete = (state: AppState): Decision => {
	const marked = markedQueued(state);
	if (!mayManageQueue(state)) return readOnly(state);
	if (marked === undefined) return stay(say(state, 'Nothing is queued.'));
	return changeUi(state, {confirming: {kind: 'deleteQueued', queuedId: marked.id}, queueMarked: marked.id});
};

export const editMarked = (state: AppState): Decision => {
	const marked = markedQueued(state);
	if (!mayManageQueue(state)) return readOnly(state);
	if (marked === undefined) return stay(say(state, 'Nothing is queued.'));
	if (marked.attachments > 0) return stay(say(state, 'It holds more than text; an edit would lose that.'));
	if (state.composer.editor.text !== '')
		return stay(say(state, 'The composer holds a draft: send or clear it first.'));
	const composer = {...state.composer, editor: withText(state.composer.editor, marked.text)};
	return changeUi(say({...state, composer}, 'Enter saves the queued message, Esc leaves it as it was.'), {
		holder: 'composer',
		editing: {queuedId: marked.id, seen: marked.text},
	});
};

/** Enter while a queued message is in the composer. */
export const saveQueued = (state: AppState): Decision => {
	const {editing} = state.ui;
	if (editing === undefined) return stay(state);
	const decision = editQueued(queueOf(state), editing.queuedId, editing.seen, state.composer.editor.text);
	if (!decision.ok) return stay(say(state, decision.why));
	// Should the server refuse it, the text is one key (↑) away.
	const {editor, history} = state.composer;
	const composer = {...state.composer, editor: withText(editor, ''), history: remember(history, editor.text)};
	return decided(withUi({...state, composer}, {editing: undefined, holder: 'panes'}), decision);
};

export const startParked = (state: AppState): Decision => {
	if (!mayManageQueue(state)) return readOnly(state);
	return queueOf(state).length === 0
		? stay(say(state, 'Nothing is queued.'))
		: {state, commands: [{type: 'startQueue'}]};
};
