/**
 * The attached seat without sockets and without a terminal of its own: session, state, follow-ups and commands as
 * `commands/attach.tsx` puts them together, over the server in memory. Whoever opens it hands in the terminal, gives
 * the answers of the server and says when to draw.
 */
import {applyEvents} from '../../source/app/apply.ts';
import {followUps} from '../../source/app/follow-ups.ts';
import {type AppState, initialAppState} from '../../source/app/state.ts';
import {createStore, type Store} from '../../source/app/store.ts';
import {converse} from '../../source/app-server/connection.ts';
import {createSession, type Session} from '../../source/app-server/session.ts';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
import {createCommandRunner} from '../../source/commands/run-commands.ts';
import type {Terminal} from '../../source/screen/terminal.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {createFakeTime, type FakeTime} from '../app-server/watcher.ts';
import {createMemoryServer, type MemoryServer, recordedThread} from './memory-server.ts';

export type MemorySeat = {
	readonly server: MemoryServer;
	readonly session: Session;
	readonly store: Store<AppState>;
	readonly time: FakeTime;
	readonly run: ReturnType<typeof createCommandRunner>;
	/** Applies what has arrived. */
	readonly flush: () => void;
	/** Answers what was asked, applies what came of it, until nobody asks any more. */
	readonly settle: () => Promise<void>;
};

export type MemorySeatOptions = {
	readonly terminal: Terminal;
	readonly observe: boolean;
	/** The frame that answers this call, as text; undefined leaves it waiting. */
	readonly answer: (id: number, method: string) => string | undefined;
};

/** Lets promises go on that wait for nothing but each other. */
const turnOfLoop = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

const mostRounds = 50;

/** Rejects with `RpcError` where the answer to `initialize` is none. */
export const openMemorySeat = async ({terminal, observe, answer}: MemorySeatOptions): Promise<MemorySeat> => {
	const server = createMemoryServer();
	const time = createFakeTime(1_800_000_010_000);
	const options = {
		endpoint: parseEndpoint('unix:///nowhere/server.sock'),
		mode: () => (observe ? ('observe' as const) : ('drive' as const)),
		access: {codexHome: '/nowhere'},
		clientVersion: '0.0.0',
		environment: time,
	};
	const reply = (): boolean => {
		const asked = server.take();
		for (const {id, method} of asked) {
			const frame = answer(id, method);
			if (frame !== undefined) server.say(frame);
		}
		return asked.length > 0;
	};

	const conversation = converse(server.channel, options);
	reply();
	const connection = await conversation;
	const store = createStore<AppState>(
		initialAppState({
			...terminal.size(),
			observe,
			home: '/home/dev',
			nowMs: time.nowMs(),
			threads: [],
			threadId: recordedThread,
		}),
	);
	let queue: SessionEvent[] = [];
	const session = createSession({...options, onEvent: event => queue.push(event)});
	const run = createCommandRunner({
		session,
		terminal,
		store,
		cwd: '/nowhere',
		quit: () => {},
		watchOnly: () => {},
		changed: () => {},
	});
	const flush = (): void => {
		const events = queue;
		queue = [];
		if (events.length === 0) return;
		const before = store.get();
		const after = applyEvents({...before, nowMs: time.nowMs()}, events);
		store.set(after);
		run(followUps(before, after, events));
	};
	session.start(recordedThread, {
		connection,
		described: {id: recordedThread, status: {type: 'idle'}},
	});
	const settle = async (): Promise<void> => {
		for (let round = 0; round < mostRounds; round += 1) {
			const hasAsked = reply();
			await turnOfLoop();
			flush();
			if (!hasAsked) return;
		}
	};
	await settle();
	return {server, session, store, time, run, flush, settle};
};
