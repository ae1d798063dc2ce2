/**
 * A thread as text while it happens, until its turn ends: what the demo prints where there is no terminal. The same
 * session, state and views as the screen; each item is printed once, when it has come to its end.
 */

import {applyEvents} from '../app/apply.ts';
import {initialAppState} from '../app/state.ts';
import type {ConnectionState} from '../app-server/connection-state.ts';
import {createSession} from '../app-server/session.ts';
import type {SessionEvent} from '../app-server/session-events.ts';
import {currentTurn} from '../thread/selectors.ts';
import {createFormat} from '../view/format.ts';
import {rowText} from '../view/row.ts';
import {sanitiseLine} from '../view/sanitise.ts';
import {createTranscript} from '../view/transcript.ts';
import type {Context} from './context.ts';
import {CommandError, exitCodes} from './exit-codes.ts';

const columns = 100;
/** Nobody is there to give up: after so many attempts to reconnect it gives up by itself. */
const mostAttempts = 4;

/** Why the thread will not come any more; undefined while it may. */
const lostBecause = (connection: ConnectionState): string | undefined => {
	if (connection.kind === 'failed') return connection.why;
	return connection.kind === 'reconnecting' && connection.attempt > mostAttempts ? connection.why : undefined;
};

/**
 * Resolves with 0 once a turn that we saw has ended and nothing runs any more.
 * @throws CommandError `lost`
 */
export const streamText = (context: Context, threadId: string): Promise<number> => {
	const {environment, stdout} = context;
	let state = initialAppState({
		columns,
		rows: 40,
		observe: true,
		home: context.home,
		nowMs: environment.nowMs(),
		threads: [],
		threadId,
	});
	const transcript = createTranscript(createFormat({}));
	const printed = new Set<string>();

	/** Prints what is new and can no longer change: the blocks before the first item that still runs. */
	const print = (): void => {
		const last = state.thread.turns.at(-1);
		const isRunning = last?.status === 'inProgress';
		const open = isRunning
			? last.items.find(({phase}) => phase === 'started' || phase === 'streaming')
			: undefined;
		const blocks = transcript.list(state.thread, {
			columns,
			folds: new Map(),
			selectedKey: undefined,
			nowSeconds: Math.floor(state.nowMs / 1000),
		});
		const openIndex = open === undefined || last === undefined ? -1 : blocks.indexOf(`${last.id}/${open.id}`);
		const end = openIndex === -1 ? blocks.length : openIndex;
		for (let index = 0; index < end; index += 1) {
			const key = blocks.keyAt(index);
			// A plan changes until its turn ends.
			if (printed.has(key) || (isRunning && key === `${last.id}/plan`)) continue;
			printed.add(key);
			for (const row of blocks.rowsAt(index)) stdout.write(`${rowText(row).trimEnd()}\n`);
		}
	};

	return new Promise((resolve, reject) => {
		const over = async (finish: () => void): Promise<void> => {
			await session.leave();
			finish();
		};
		let isOver = false;
		const session = createSession({
			endpoint: context.endpoint,
			mode: () => 'observe',
			access: context.access,
			clientVersion: context.version,
			environment,
			onEvent(event: SessionEvent) {
				if (isOver) return;
				const before = currentTurn(state.thread);
				state = applyEvents({...state, nowMs: environment.nowMs()}, [event]);
				const why = lostBecause(state.connection);
				if (why !== undefined) {
					isOver = true;
					void over(() => reject(new CommandError(exitCodes.lost, sanitiseLine(why))));
					return;
				}
				print();
				if (before !== undefined && currentTurn(state.thread) === undefined) {
					isOver = true;
					void over(() => resolve(exitCodes.done));
				}
			},
		});
		session.start(threadId);
	});
};
