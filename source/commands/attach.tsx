/**
 * `jumpseat attach`: reaches the server and the thread first — errors belong on stderr, not on a screen — then
 * takes the terminal and keeps the loop: events and intents in, state, pictures and commands out.
 */

import {randomUUID} from 'node:crypto';
import {applyEvents} from '../app/apply.ts';
import {decide} from '../app/decide.ts';
import {toTopOfThread} from '../app/decide-scroll.ts';
import {say} from '../app/decision.ts';
import {followUps} from '../app/follow-ups.ts';
import type {Intent} from '../app/intents.ts';
import {createPanes} from '../app/panes.ts';
import {modeOf, seatName} from '../app/seat.ts';
import {type Share, welcomeComplaint} from '../app/share.ts';
import {initialAppState} from '../app/state.ts';
import {createStore} from '../app/store.ts';
import type {ServerInfo} from '../app-server/connection.ts';
import {createSession, type Session} from '../app-server/session.ts';
import type {SessionEvent} from '../app-server/session-events.ts';
import {signMessage} from '../composer/signature.ts';
import type {Mode} from '../protocol/methods.ts';
import {systemClock} from '../screen/clock.ts';
import {openProcessTerminal} from '../screen/process-terminal.ts';
import {describeThread} from '../thread/info.ts';
import {createAttachedScreen} from '../ui/attached-screen.ts';
import type {MountChrome} from '../ui/mount.tsx';
import {createFormat} from '../view/format.ts';
import {withoutColours} from '../view/monochrome.ts';
import type {Row} from '../view/row.ts';
import type {Viewport} from '../view/viewport.ts';
import {unattended} from './access/access.ts';
import type {Context} from './context.ts';
import {CommandError, exitCodes} from './exit-codes.ts';
import {createHereTeller} from './here.ts';
import {personName} from './person.ts';
import {listenToProcess} from './process-events.ts';
import {ambiguous, findThread, noSuchThread, reachServer} from './reach.ts';
import {requireTerminal} from './require-terminal.ts';
import {createCommandRunner} from './run-commands.ts';
import {createTicker} from './ticker.ts';

export const attach = async (context: Context, wanted: string | undefined): Promise<number> => {
	requireTerminal(context);
	const seat: Seat = {observe: context.observe, share: () => undefined};
	const connection = await reachServer(context, () => modeAt(seat), {showsRequests: true});
	try {
		const {welcome} = connection.server;
		greet(connection.server);
		const {resolution, threads} = await findThread(context, connection, wanted ?? welcome?.threadId);
		if (resolution.kind === 'ambiguous' && wanted !== undefined)
			throw ambiguous(wanted, resolution.candidates);
		if (resolution.kind === 'none' && (wanted !== undefined || threads.length === 0)) {
			throw noSuchThread(wanted, context.endpoint.display);
		}
		const described = resolution.kind === 'found' ? resolution.thread : undefined;
		const isElsewhere = described !== undefined && (await context.route?.(described.id)) !== undefined;
		if (isElsewhere) await connection.close();
		return await runScreen(context, seat, {
			threadId: described?.id,
			threads: threads.map(wire => describeThread(wire)),
			start: session => session.start(described?.id, isElsewhere ? undefined : {connection, described}),
		});
	} catch (error) {
		await connection.close();
		throw error;
	}
};

/** A share that speaks otherwise than this Jumpseat would be misunderstood, or misunderstand. */
const greet = (server: ServerInfo): void => {
	const complaint = server.welcome === undefined ? undefined : welcomeComplaint(server.welcome);
	if (complaint !== undefined) throw new CommandError(exitCodes.failed, complaint);
};

/** `/observe` turns it on, and nothing turns it off again; behind a share its word bounds the rest. */
type Seat = {observe: boolean; share: () => Share | undefined};

const modeAt = ({observe, share}: Seat): Mode => modeOf({observe, share: share()});

type Start = {
	readonly threadId: string | undefined;
	readonly threads: ReturnType<typeof initialAppState>['threads'];
	readonly start: (session: Session) => void;
};

/** A chunk of the build: an upgrade may have taken it away under a seat that was open meanwhile. */
const loadInk = async (): Promise<MountChrome> => {
	try {
		return (await import('../ui/mount.tsx')).mountChrome;
	} catch {
		throw new CommandError(
			exitCodes.failed,
			'A part of Jumpseat is gone, as after an upgrade. Start it again.',
		);
	}
};

const runScreen = (context: Context, seat: Seat, {threadId, threads, start}: Start): Promise<number> => {
	const {environment} = context;
	const terminal = openProcessTerminal();
	const size = terminal.size();
	const format = createFormat({});
	const panes = createPanes(format);
	const store = createStore(
		initialAppState({
			...size,
			observe: context.observe,
			home: context.home,
			nowMs: environment.nowMs(),
			threads,
			threadId,
		}),
	);
	seat.share = () => store.get().share;

	return new Promise((resolve, reject) => {
		let isOver = false;
		let queue: SessionEvent[] = [];

		const flush = (): void => {
			const events = queue;
			queue = [];
			if (events.length === 0 || isOver) return;
			if (events.some(({type}) => type !== 'latencyMeasured')) ticker.stir();
			const before = store.get();
			const after = applyEvents({...before, nowMs: environment.nowMs()}, events);
			store.set(after);
			run(followUps(before, after, events));
			if (after.ui.seekingTop) store.set(toTopOfThread(store.get(), panes));
			screen.changed('stream', events.length);
			here.look();
		};

		const session = createSession({
			endpoint: context.endpoint,
			mode: () => modeAt(seat),
			// The screen is taken: from here on ssh may ask nobody.
			access: unattended(context.access),
			accept: context.accept,
			clientVersion: context.version,
			showsRequests: true,
			environment,
			...(context.route !== undefined && {route: context.route}),
			onEvent(event) {
				context.log?.tell(event);
				if (event.type === 'serverIdentified') guarded(() => greet(event.server))();
				if (queue.push(event) === 1) setImmediate(guarded(flush));
			},
		});

		const here = createHereTeller(session, store.get, environment);

		const run = createCommandRunner({
			session,
			terminal,
			store,
			cwd: context.cwd,
			quit: exitCode => finish(exitCode),
			watchOnly() {
				seat.observe = true;
			},
			changed: () => screen.changed('stream'),
		});

		/** After each picture: what it shows of the top decides whether older turns are wanted. */
		const onDrawn = (view: Viewport | undefined): void => {
			const {thread, ui, connection} = store.get();
			const {olderCursor} = thread;
			const canRead = connection.kind === 'live' || connection.kind === 'waiting';
			if (!canRead || typeof olderCursor !== 'string') {
				if (ui.seekingTop && olderCursor === null)
					store.set({...store.get(), ui: {...ui, seekingTop: false}});
				return;
			}
			if (view?.atTop || ui.seekingTop) session.loadOlder(olderCursor);
		};

		const onIntent = (intent: Intent): void => {
			const decision = decide({...store.get(), nowMs: environment.nowMs()}, intent, panes);
			store.set(decision.state);
			run(decision.commands);
			ticker.stir();
			here.look();
			if (!isOver) screen.changed('input');
		};

		/** Gives back the terminal and the seat, then settles; only the first ending counts. */
		const end = (lastRows: () => readonly Row[], settle: () => void): void => {
			if (isOver) return;
			isOver = true;
			dispose();
			void Promise.all([terminal.leave(lastRows()), session.leave()])
				.finally(processEvents.ignoreSignals)
				.then(settle, reject);
		};

		const finish = (exitCode: number): void => end(screen.lastRows, () => resolve(exitCode));

		/** The terminal first, then the truth: an error that dies with the alternate screen helps nobody. */
		const fail = (error: unknown): void =>
			end(
				() => [],
				() => reject(error),
			);

		const guarded = (work: () => void) => () => {
			try {
				work();
			} catch (error) {
				fail(error);
			}
		};

		const screen = createAttachedScreen({
			terminal,
			panes,
			format,
			state: store.get,
			onIntent: intent => guarded(() => onIntent(intent))(),
			onDrawn,
			newMessageId: () => signMessage(seatName(store.get()) ?? context.name ?? '', randomUUID()),
			loadInk,
			onError: fail,
			finish: context.env.NO_COLOR ? withoutColours : (row: Row) => row,
			clock: systemClock,
		});

		const ticker = createTicker(systemClock, since => {
			guarded(() => {
				const before = store.get();
				const {state} = decide(before, {type: 'tick', nowMs: environment.nowMs()}, panes);
				store.set(state);
				// After the last of many events, too: a count that is drawn once a second may lag behind.
				if (since === 'stirred' || showsTime(before) || before.ui.notice !== state.ui.notice)
					screen.changed('stream');
			})();
			return showsTime(store.get()) ? 'showsTime' : 'timeless';
		});
		const showsTime = ({thread, connection, ui}: ReturnType<typeof store.get>): boolean =>
			connection.kind === 'reconnecting' ||
			ui.notice !== undefined ||
			thread.requests.length > 0 ||
			thread.turns.at(-1)?.status === 'inProgress';

		const processEvents = listenToProcess({
			onEnd: exitCode => finish(exitCode),
			onSuspend: () => run([{type: 'suspend'}]),
			onContinue: () => terminal.resume(),
			onExit: () => terminal.leaveSync(),
			onError: error => fail(error),
		});
		const dispose = (): void => {
			here.stop();
			ticker.stop();
			screen.dispose();
			processEvents.letGo();
		};
		terminal.onGone(() => finish(129));
		context.log?.onStopped(sentence => {
			store.set(say(store.get(), sentence));
			screen.changed('stream');
		});

		terminal.enter();
		start(session);
		guarded(() => screen.changed('input'))();
		// Asking git takes a process: after the first picture, and not at all for a seat that signs nothing.
		if (context.observe) return;
		void personName(context.name, context.cwd).then(name => {
			store.set({...store.get(), name});
			screen.changed('stream');
		});
	});
};
