/** The picker's choices: all threads in their order, or those that fit the filter, best first. Pure. */
import fuzzysort from 'fuzzysort';
import {threadTitle} from '../thread/selectors.ts';
import type {ThreadInfo} from '../thread/state.ts';
import type {Panes} from './panes.ts';
import type {AppState} from './state.ts';

export const pickerChoices = (state: AppState, panes: Panes): readonly ThreadInfo[] => {
	const threads = panes.threads(state);
	const filter = state.ui.picker?.filter.trim() ?? '';
	if (filter === '') return threads;
	const found = fuzzysort.go(filter, threads, {
		keys: [threadTitle, (info: ThreadInfo) => info.cwd, (info: ThreadInfo) => info.id],
		threshold: 0.2,
	});
	return found.map(result => result.obj);
};
