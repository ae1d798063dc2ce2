/**
 * Who has the keys when a role changes under the person's hands: what the seat may no longer do lets go of them. The
 * draft stays, and nothing takes the keys because it may again. Pure; called by `apply.ts`.
 */
import {isOwner, mayAnswer, mayManageQueue, maySpeak} from './seat.ts';
import type {AppState} from './state.ts';

const mayDo = (state: AppState, question: NonNullable<AppState['ui']['confirming']>['kind']): boolean => {
	switch (question) {
		case 'interrupt':
			return maySpeak(state);
		case 'deleteQueued':
			return mayManageQueue(state);
		case 'endShare':
			return isOwner(state);
	}
};

export const seated = (state: AppState): AppState => {
	const {holder, confirming, editing} = state.ui;
	const losesHolder = (holder === 'composer' && !maySpeak(state)) || (holder === 'card' && !mayAnswer(state));
	const losesQuestion = confirming !== undefined && !mayDo(state, confirming.kind);
	const losesEdit = editing !== undefined && !mayManageQueue(state);
	if (!losesHolder && !losesQuestion && !losesEdit) return state;
	return {
		...state,
		ui: {
			...state.ui,
			holder: losesHolder ? 'panes' : holder,
			confirming: losesQuestion ? undefined : confirming,
			editing: losesEdit ? undefined : editing,
		},
	};
};
