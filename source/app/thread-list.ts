/**
 * The threads of the Threads pane and the picker, in their order, with what this seat knows better than a list of the
 * server. Called by panes.ts.
 */
import type {ConnectionState} from '../app-server/connection-state.ts';
import type {ThreadInfo} from '../thread/state.ts';
import {memoiseLast} from '../view/memo.ts';
import {sortThreads} from '../view/threads.ts';
import {type AppState, isOwnedElsewhere} from './state.ts';

/** A list calls a thread that another process owns `notLoaded`; of the one that is open here we know more. */
const told = (info: ThreadInfo, connection: ConnectionState): ThreadInfo =>
	info.status.kind === 'notLoaded' && isOwnedElsewhere(connection)
		? {...info, status: {kind: 'other', name: 'owned elsewhere'}}
		: info;

const listed = (
	threads: readonly ThreadInfo[],
	threadId: string | undefined,
	connection: ConnectionState,
): readonly ThreadInfo[] =>
	sortThreads(
		threads.map(info => {
			const current = info.id === threadId;
			return {info: current ? told(info, connection) : info, current};
		}),
	).map(({info}) => info);

/** Asked with every picture: sorts when something changed. */
export const createThreadList = (): ((state: AppState) => readonly ThreadInfo[]) => {
	const list = memoiseLast(listed);
	return ({threads, threadId, connection}) => list(threads, threadId, connection);
};
