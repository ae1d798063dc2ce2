/**
 * Our session, joined and kept in step as on the screen, without one: events become the state, and what follows from
 * them by itself is carried out. For checks against real servers, outside vitest as well.
 *
 * Invariant: whatever throws while an event is applied is kept and thrown by the next `until`, never lost.
 */
import {applyEvents} from '../../source/app/apply.ts';
import {decide} from '../../source/app/decide.ts';
import {followUps} from '../../source/app/follow-ups.ts';
import type {Intent} from '../../source/app/intents.ts';
import {createPanes} from '../../source/app/panes.ts';
import {type AppState, initialAppState} from '../../source/app/state.ts';
import {createSession, type Session} from '../../source/app-server/session.ts';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
import {carryOut} from '../../source/commands/session-commands.ts';
import type {Mode} from '../../source/protocol/methods.ts';
import type {Access} from '../../source/transport/connect.ts';
import {type Endpoint, parseEndpoint} from '../../source/transport/endpoint.ts';
import {createFormat} from '../../source/view/format.ts';

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
	/** What a person does: decided and carried out as on the screen, as far as the session is concerned. */
	readonly intend: (intent: Intent) => void;
	readonly leave: () => Promise<void>;
};

export type SeatOptions = {
	/** By how much the waits of the session (back-off, heartbeat) are shortened. Default 1: not at all. */
	readonly hurry?: number;
	/** Called after each event, with the state that it made. */
	readonly onState?: (state: AppState, event: SessionEvent) => void;
	/** For a share: what its link says. */
	readonly access?: Partial<Access>;
};

const environmentOf = (hurry: number) => ({
	nowMs: Date.now,
	random: () => 0.5,
	later(delayMs: number, task: () => void) {
		const timer = setTimeout(task, delayMs / hurry);
		return () => clearTimeout(timer);
	},
});

/** A person's second passes more often than that: cards are settled by it. */
const tickMs = 250;
const panes = createPanes(createFormat({timeZone: 'UTC'}));

type Waiter = {readonly holds: (state: AppState) => boolean | undefined; readonly done: () => void};

export const openSeat = (
	endpoint: string | Endpoint,
	threadId: string,
	mode: Mode = 'drive',
	{hurry = 1, onState, access = {}}: SeatOptions = {},
): TestSeat => {
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
		for (const command of followUps(before, state, [event])) carryOut(session, command);
		onState?.(state, event);
	};

	const intend = (intent: Intent): void => {
		const decision = decide({...state, nowMs: Date.now()}, intent, panes);
		state = decision.state;
		for (const command of decision.commands) carryOut(session, command);
	};
	const look = (): void => {
		for (const waiter of [...waiters]) if (waiter.holds(state) === true) waiter.done();
	};
	const ticker = setInterval(() => {
		intend({type: 'tick', nowMs: Date.now()});
		look();
	}, tickMs);

	const session = createSession({
		endpoint: typeof endpoint === 'string' ? parseEndpoint(endpoint) : endpoint,
		mode: () => mode,
		access: {codexHome: '/nowhere', ...access},
		clientVersion: '0.0.0',
		environment: environmentOf(hurry),
		onEvent(event) {
			events.push(event);
			try {
				apply(event);
			} catch (error) {
				failure ??= error;
			}
			look();
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
		intend,
		leave() {
			clearInterval(ticker);
			return session.leave();
		},
	};
};
