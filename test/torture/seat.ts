/**
 * Our session, joined and kept in step as on the screen, without one: events become the state, and what follows from
 * them by itself is carried out. For checks against real servers, outside vitest as well.
 *
 * Invariant: whatever throws while an event is applied is kept and thrown by the next `until`, never lost.
 */
import {applyEvents} from '../../source/app/apply.ts';
import {followUps} from '../../source/app/follow-ups.ts';
import {type AppState, initialAppState} from '../../source/app/state.ts';
import {createSession, type Session} from '../../source/app-server/session.ts';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
import type {Mode} from '../../source/protocol/methods.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';

export type TestSeat = {
	readonly session: Session;
	readonly state: () => AppState;
	/** Every event so far, in order. */
	readonly events: () => readonly SessionEvent[];
	/** Resolves once it holds; rejects after `timeoutMs` (default 15 s) with what was waited for. */
	readonly until: (
		what: string,
		holds: (state: AppState) => boolean | undefined,
		timeoutMs?: number,
	) => Promise<void>;
	readonly leave: () => Promise<void>;
};

const environment = {
	nowMs: Date.now,
	random: () => 0.5,
	later(delayMs: number, task: () => void) {
		const timer = setTimeout(task, delayMs);
		return () => clearTimeout(timer);
	},
};

type Waiter = {readonly holds: (state: AppState) => boolean | undefined; readonly done: () => void};

export const openSeat = (endpoint: string, threadId: string, mode: Mode = 'drive'): TestSeat => {
	const events: SessionEvent[] = [];
	const waiters = new Set<Waiter>();
	let failure: unknown;
	let state = initialAppState({
		columns: 100,
		rows: 40,
		observe: mode === 'observe',
		home: undefined,
		nowMs: Date.now(),
		threads: [],
		threadId,
	});

	const apply = (event: SessionEvent): void => {
		const before = state;
		state = applyEvents({...before, nowMs: Date.now()}, [event]);
		for (const command of followUps(before, state, [event])) {
			if (command.type === 'relistTurns') session.relistTurns();
			if (command.type === 'listQueue') session.listQueue();
		}
	};

	const session = createSession({
		endpoint: parseEndpoint(endpoint),
		mode: () => mode,
		access: {codexHome: '/nowhere'},
		clientVersion: '0.0.0',
		environment,
		onEvent(event) {
			events.push(event);
			try {
				apply(event);
			} catch (error) {
				failure ??= error;
			}
			for (const waiter of [...waiters]) if (waiter.holds(state) === true) waiter.done();
		},
	});
	session.start(threadId);

	return {
		session,
		state: () => state,
		events: () => events,
		async until(what, holds, timeoutMs = 15_000) {
			await new Promise<void>((resolve, reject) => {
				if (holds(state) === true) {
					resolve();
					return;
				}
				const settle = (): void => {
					clearTimeout(timer);
					waiters.delete(waiter);
				};
				const waiter: Waiter = {
					holds,
					done() {
						settle();
						resolve();
					},
				};
				const timer = setTimeout(() => {
					settle();
					reject(new Error(`waited ${timeoutMs / 1000} s for: ${what}`));
				}, timeoutMs);
				waiters.add(waiter);
			});
			if (failure !== undefined) throw failure;
		},
		leave: () => session.leave(),
	};
};
