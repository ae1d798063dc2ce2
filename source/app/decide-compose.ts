/** Writing: keys of the composer, slash commands, what is asked once more. Decisions only; pure. Part of `decide.ts`. */
import {interruptTarget, runningTurn, turnName} from '../composer/aim.ts';
import {complete, press, toggleQueue} from '../composer/composer.ts';
import {type EditorInput, submits} from '../composer/editor.ts';
import {withText} from '../composer/editor-state.ts';
import {deleteQueued} from '../composer/queue.ts';
import {completions, type SlashCommand} from '../composer/slash.ts';
import {threadMarkdown} from '../view/export.ts';
import {copyNewest} from './decide-copy.ts';
import {decided, saveQueued} from './decide-queue.ts';
import {endShare, runShareCommand} from './decide-share.ts';
import {changeUi, type Decision, say, stay, withUi} from './decision.ts';
import {queueOf} from './marked.ts';
import {maySpeak, refusalOf} from './seat.ts';
import type {AppState} from './state.ts';
import {situationOf} from './writing.ts';

/** `i`: the composer takes the keys, where there is one. */
export const compose = (state: AppState): Decision =>
	maySpeak(state)
		? changeUi(state, {holder: 'composer', confirming: undefined})
		: stay(say(state, refusalOf(state, 'speak')));

/** Esc: the panes take the keys again; the draft stays. */
export const leaveComposer = (state: AppState): Decision => {
	if (state.ui.editing === undefined) return changeUi(state, {holder: 'panes'});
	const composer = {...state.composer, editor: withText(state.composer.editor, '')};
	return changeUi(say({...state, composer}, 'The queued message stays as it was.'), {
		holder: 'panes',
		editing: undefined,
	});
};

export const write = (state: AppState, input: EditorInput, newId: () => string): Decision => {
	if (!maySpeak(state)) return stay(say(state, refusalOf(state, 'speak')));
	if (state.ui.editing !== undefined && submits(state.composer.editor, input)) return saveQueued(state);
	const {composer, command} = press(state.composer, input, situationOf(state), newId);
	const next = composer === state.composer ? state : withUi({...state, composer}, {typedAtMs: state.nowMs});
	if (command === undefined) return stay(next);
	return command.kind === 'send'
		? {state: next, commands: [{type: 'sendMessage', submission: command.submission}]}
		: runSlash(next, command.command);
};

/** Tab in the composer: completes a command, or goes on to the panes. */
export const completeOrLeave = (state: AppState): Decision =>
	completions(state.composer.editor.text, situationOf(state).share).length === 0
		? changeUi(state, {holder: 'panes'})
		: stay({...state, composer: complete(state.composer, situationOf(state))});

export const toggleQueueing = (state: AppState): Decision =>
	stay({...state, composer: toggleQueue(state.composer, situationOf(state))});

const runSlash = (state: AppState, command: SlashCommand): Decision => {
	switch (command.name) {
		case 'interrupt':
			return askInterrupt(state);
		case 'queue':
			return {
				state: withUi(state, {holder: 'panes', focus: 'side', tab: 'queue'}),
				commands: [{type: 'listQueue'}],
			};
		case 'thread':
			return command.query === undefined
				? {
						state: withUi(state, {holder: 'panes', picker: {filter: '', marked: undefined}}),
						commands: [{type: 'listThreads'}],
					}
				: {state: withUi(state, {holder: 'panes'}), commands: [{type: 'findThread', wanted: command.query}]};
		case 'observe':
			return {
				state: withUi(say({...state, observe: true}, 'Read-only from now on, until Jumpseat ends.'), {
					holder: 'panes',
				}),
				commands: [{type: 'observe'}],
			};
		case 'copy':
			return copyNewest(state);
		case 'export':
			return {state, commands: [{type: 'export', file: command.file, text: threadMarkdown(state.thread)}]};
		case 'help':
			return changeUi(state, {holder: 'panes', help: true, helpOffset: 0});
		case 'quit':
			return {state, commands: [{type: 'quit', exitCode: 0}]};
		case 'invite':
		case 'role':
		case 'remove':
		case 'endshare':
			return runShareCommand(state, command);
	}
};

/** Always asks once more, and names the turn. */
const askInterrupt = (state: AppState): Decision => {
	const target = interruptTarget(state.thread, situationOf(state).capabilities);
	if ('why' in target) return stay(say(state, target.why));
	const {turnId, turnNumber} = target;
	return changeUi(state, {
		holder: 'panes',
		confirming: {kind: 'interrupt', turnId, name: turnName(turnNumber)},
	});
};

/** The key after a question: `y` does it, anything else does not. */
export const confirm = (state: AppState, isYes: boolean): Decision => {
	const {confirming} = state.ui;
	const asked = withUi(state, {confirming: undefined});
	if (confirming === undefined || !isYes) return stay(say(asked, 'Nothing was done.'));
	if (confirming.kind === 'interrupt') {
		const running = runningTurn(state.thread);
		const ids: readonly string[] = running === undefined ? [] : [running.id, ...(running.partIds ?? [])];
		if (!ids.includes(confirming.turnId)) return stay(say(asked, `${confirming.name} is over already.`));
		return {
			state: say(asked, `Interrupting ${confirming.name}…`),
			commands: [{type: 'interruptTurn', turnId: confirming.turnId}],
		};
	}
	if (confirming.kind === 'endShare') return endShare(asked);
	return decided(asked, deleteQueued(queueOf(state), confirming.queuedId));
};
