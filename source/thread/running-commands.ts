/**
 * Names for commands whose `item/started` we missed, from `thread/backgroundTerminals/list`.
 *
 * Invariant: it only names items that the stream shows; it makes none, for a listed command may have been started
 * by an older turn, and which one the list does not say. Called by reduce.ts.
 */

import type {Item, RunningCommand, ThreadState, Turn} from './state.ts';
import {isOpen} from './transitions.ts';
import {editTurn} from './turns.ts';

const isNameless = ({phase, content}: Item): boolean =>
	isOpen(phase) && content.type === 'commandExecution' && content.command === '';

const nameIn = (turn: Turn, commands: readonly RunningCommand[]): Turn => {
	let named = false;
	const items = turn.items.map(item => {
		const command = isNameless(item) ? commands.find(({itemId}) => itemId === item.id) : undefined;
		if (command === undefined || item.content.type !== 'commandExecution') return item;
		named = true;
		const {cwd} = command;
		return {
			...item,
			content: {...item.content, command: command.command, ...(cwd !== undefined && {cwd})},
		};
	});
	return named ? {...turn, items} : turn;
};

/** Names what is there already, and remembers the list for what will show up with its next output. */
export const nameRunningCommands = (state: ThreadState, commands: readonly RunningCommand[]): ThreadState => {
	const ids = new Set(state.turns.filter(turn => turn.items.some(isNameless)).map(turn => turn.id));
	let next: ThreadState = {...state, runningCommands: commands};
	for (const id of ids) next = editTurn(next, id, turn => nameIn(turn, commands));
	return next;
};
