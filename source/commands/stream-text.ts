/**
 * A thread as text while it happens, until its turn ends: what the demo prints where there is no terminal. The same
 * session, state and views as the screen; each item is printed once, when it has come to its end.
 */

import {applyEvents} from '../app/apply.ts';
import {initialAppState} from '../app/state.ts';
import {createSession} from '../app-server/session.ts';
import type {SessionEvent} from '../app-server/session-events.ts';
import {createFormat} from '../view/format.ts';
import {rowText} from '../view/row.ts';
import {createTranscript} from '../view/transcript.ts';
import type {Context} from './context.ts';
import {CommandError, exitCodes} from './exit-codes.ts';

const columns = 100;

/** Resolves with 0 once a turn that we saw has ended and nothing runs any more. */
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
			mode: 'observe',
			codexHome: context.codexHome,
			token: context.token,
			clientVersion: context.version,
			environment,
			onEvent(event: SessionEvent) {
				if (isOver) return;
				state = applyEvents({...state, nowMs: environment.nowMs()}, [event]);
				if (event.type === 'connectionMoved' && event.connection.kind === 'failed') {
					isOver = true;
					void over(() =>
						reject(new CommandError(exitCodes.lost, `The connection failed: ${state.connection.kind}.`)),
					);
					return;
				}
				print();
				const last = state.thread.turns.at(-1);
				const sawEnd =
					event.type === 'threadEvent' &&
					event.event.type === 'notified' &&
					event.event.notification.method === 'turn/completed';
				if (sawEnd && last !== undefined && last.status !== 'inProgress') {
					isOver = true;
					void over(() => resolve(exitCodes.done));
				}
			},
		});
		session.start(threadId);
	});
};
