/** The picker's choices: all threads in their order, or those that fit the filter, best first. Pure. */
import fuzzysort from 'fuzzysort';
import {threadTitle} from '../thread/selectors.ts';
import type {ThreadInfo} from '../thread/state.ts';
import type {Panes} from './panes.ts';
import type {AppState} from './state.ts';

/** What a filter is held against, and how much a hit there counts: people look for titles first. */
const sources: ReadonlyArray<{readonly read: (info: ThreadInfo) => string; readonly weight: number}> = [
	{read: threadTitle, weight: 1},
	{read: ({cwd}) => cwd, weight: 0.7},
	{read: ({id}) => id, weight: 0.7},
];

export const pickerChoices = (state: AppState, panes: Panes): readonly ThreadInfo[] => {
	const threads = panes.threads(state);
	const filter = state.ui.picker?.filter.trim() ?? '';
	if (filter === '') return threads;
	const found = fuzzysort.go(filter, threads, {
		keys: sources.map(({read}) => read),
		scoreFn: result => Math.max(...sources.map(({weight}, index) => (result[index]?.score ?? 0) * weight)),
		threshold: 0.2,
	});
	return found.map(result => result.obj);
};
