/**
 * Notices: errors, warnings, reroutes and what happened to history, kept in their turn when they belong to one.
 *
 * Invariant: at most `maxNotices` per turn and at thread level, none longer than `longestNotice` (turns.ts); the oldest go first.
 */
import type {Notice, ThreadState} from './state.ts';
import {editTurn, findTurn, shortNotice} from './turns.ts';

export const maxNotices = 100;

const push = (notices: readonly Notice[], notice: Notice): readonly Notice[] => [
	...notices.slice(-(maxNotices - 1)),
	{...notice, text: shortNotice(notice.text)},
];

/** Into the turn `turnId` if we hold it, else to the thread. */
export const addNotice = (
	state: ThreadState,
	notice: Omit<Notice, 'afterItems'>,
	turnId: string | undefined,
): ThreadState => {
	if (turnId !== undefined && findTurn(state, turnId) !== undefined) {
		return editTurn(state, turnId, turn => ({
			...turn,
			notices: push(turn.notices, {...notice, afterItems: turn.items.length}),
		}));
	}
	return {...state, notices: push(state.notices, {...notice, afterItems: 0})};
};
