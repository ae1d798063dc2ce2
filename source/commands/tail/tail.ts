/**
 * `jumpseat tail`: a thread as a stream, as text or as JSON Lines, from a chosen place on until it is idle or for
 * ever. Only watches.
 *
 * Invariants: what is asked for comes whole and in order, older turns first; nothing is written before the thread is
 * joined; reading never waits for whoever reads us. What happens to the connection is said on stderr.
 */

import {followUps} from '../../app/follow-ups.ts';
import type {AppState} from '../../app/state.ts';
import type {SessionEvent} from '../../app-server/session-events.ts';
import {currentTurn} from '../../thread/selectors.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {roundTrip} from '../replay.ts';
import {type Seat, settled, withSeat} from '../seat.ts';
import {cannotBeKnown, isIdle, isOwnedElsewhere, type Patience, patienceOf} from '../seat-words.ts';
import {openSink, type Sink, tooSlowSentence} from '../stream-sink.ts';
import {watchForMissedEnd} from '../turns/turn-wait.ts';
import {tellConnection} from './connection.ts';
import {matcherOf} from './glob.ts';
import {createJsonTail} from './json.ts';
import {createTextTail} from './text.ts';
import type {From, Since, TailWriter} from './writer.ts';

type Plan = {
	readonly since: Since;
	/** `turnEnd`: as `idle`, but a turn must have been seen to run. */
	readonly until: 'idle' | 'turnEnd' | 'never';
	readonly patience: Patience;
	readonly makeWriter: (seat: Seat, sink: Sink) => TailWriter;
	readonly keepText: boolean;
};

const pipeColumns = 100;
/** After Ctrl+C: the reader of a pipe has had it, too, or takes the rest at once. */
const flushWithinMs = 1000;

/**
 * @throws CommandError `failed` where `--until idle` is not reached within `--timeout`; `lost` when the connection does
 * not come back, or the reader of standard output is too far behind
 */
export const tail = (context: Context, wanted: string | undefined): Promise<number> => {
	const {json, events, since, until = 'never'} = context.options;
	if (events.length > 0 && !json)
		throw new CommandError(exitCodes.usage, '--events chooses among lines of JSON: say --json as well.');
	const makeWriter = json ? jsonWriter(context) : textWriter(context, since);
	return follow(context, wanted, {since, until, patience: patienceOf(context), makeWriter, keepText: json});
};

/** For the demo: the whole thread as text, until a turn that ran has ended and none runs any more. */
export const streamText = (context: Context, threadId: string): Promise<number> =>
	follow(context, threadId, {
		since: 'start',
		until: 'turnEnd',
		patience: patienceOf(context),
		// Its server is gone with it: there is no command that answers.
		makeWriter: (seat, sink) => textWriter(context, 'start')({...seat, threadWord: undefined}, sink),
		keepText: false,
	});

const textWriter =
	({stdout, env, home}: Context, since: Since): Plan['makeWriter'] =>
	({threadWord}, {write}) =>
		createTextTail({
			write,
			since,
			columns: () => (stdout.isTTY ? stdout.columns || pipeColumns : pipeColumns),
			colour: stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb',
			home,
			threadWord,
		});

const jsonWriter =
	({stdout, options}: Context): Plan['makeWriter'] =>
	({threadId}, {write}) =>
		createJsonTail({
			write,
			threadId,
			isWanted: matcherOf(options.events),
			reader: stdout.isTTY ? 'terminal' : 'pipe',
		});

const follow = async (context: Context, wanted: string | undefined, plan: Plan): Promise<number> => {
	const sink = openSink(context.stdout);
	let isSignalled = false;
	try {
		return await withSeat(context, wanted, 'observe', seat => watch(context, seat, plan, sink), {
			keepText: plan.keepText,
			// Only what has been written may go.
			letsOldTurnsGo: false,
			streams: true,
		});
	} catch (error) {
		isSignalled = error instanceof CommandError && error.exitCode > 128;
		throw error;
	} finally {
		// The process ends with the command, and what it still holds would be lost.
		await Promise.race([sink.flush(), ...(isSignalled ? [pause(context, flushWithinMs)] : [])]);
	}
};

const pause = ({environment}: Context, delayMs: number): Promise<void> =>
	new Promise(resolve => {
		environment.later(delayMs, resolve);
	});

const watch = async (context: Context, seat: Seat, plan: Plan, sink: Sink): Promise<number> => {
	const {environment} = context;
	const {since, until, patience} = plan;
	const {timeoutMs, sinceMs} = patience;
	const history = readHistory(seat, since, plan.makeWriter(seat, sink));
	const letGo = tellConnection(context, seat, {saysWhyItWaits: until === 'never'});
	const stopWatching = watchForMissedEnd(context, seat);
	let hasRun = false;
	const isOver = (state: AppState): 'over' | 'unknown' | undefined => {
		// The thread's status comes before the end of its turn, which belongs to the stream.
		const isRunning = currentTurn(state.thread) !== undefined;
		hasRun ||= isRunning;
		if (until === 'never' || !history.isWhole()) return undefined;
		if (isOwnedElsewhere(state)) return 'unknown';
		return isIdle(state) && !isRunning && (until === 'idle' || hasRun) ? 'over' : undefined;
	};
	let cancelTimeout = (): void => {};
	const timeIsUp = new Promise<void>(resolve => {
		if (until !== 'never' || timeoutMs === undefined) return;
		cancelTimeout = environment.later(Math.max(0, sinceMs + timeoutMs - environment.nowMs()), resolve);
	});
	const tooSlow = sink.tooSlow.then(() => {
		context.stderr.write(`${tooSlowSentence}\n`);
		// It is said already: what waits is still handed over, however long that takes.
		throw new CommandError(exitCodes.lost, '');
	});
	try {
		const over = seat.until('a turn still runs', isOver, until === 'never' ? undefined : timeoutMs, sinceMs);
		const how = await Promise.race([over, timeIsUp, history.failed, tooSlow]);
		if (how === 'unknown') throw cannotBeKnown();
		return exitCodes.done;
	} finally {
		stopWatching();
		cancelTimeout();
		letGo();
		history.letGo();
	}
};

/** What came by the stream: only a joined thread has one. */
const isStream = (event: SessionEvent): boolean =>
	event.type === 'threadEvent' && event.event.type === 'notified';

type History = {
	/** All that is asked for was read and written, and nothing is being read again. */
	readonly isWhole: () => boolean;
	readonly failed: Promise<never>;
	readonly letGo: () => void;
};

/** Reads the older turns that are asked for, at each join, and tells the writer once they are there. */
const readHistory = (seat: Seat, since: Since, writer: TailWriter): History => {
	let from: From = {since};
	let isJoined = false;
	/** A turn that we joined in its middle has ended: its last words may be in no list that we have yet (#47124). */
	let isInDoubt = false;
	let before = seat.state();
	let fail = (_error: CommandError): void => {};
	const failed = new Promise<never>((_resolve, reject) => {
		fail = reject;
	});

	/** The page before which something that is asked for may stand. */
	const missingPage = ({thread}: AppState): string | undefined => {
		const {turns, olderCursor} = thread;
		if (typeof olderCursor !== 'string') return undefined;
		if ('since' in from) return from.since === 'start' ? olderCursor : undefined;
		const {newestTurnId} = from;
		return newestTurnId === undefined || turns.some(({id}) => id === newestTurnId) ? undefined : olderCursor;
	};

	const afterReplay = async (): Promise<void> => {
		await roundTrip(seat);
		if (settled(seat.state()) === 'live') writer.onReplayed(seat.state());
	};

	const proceed = (state: AppState): void => {
		if (isJoined || isInDoubt || settled(state) === undefined) return;
		const page = missingPage(state);
		if (page !== undefined) {
			seat.session.loadOlder(page);
			return;
		}
		isJoined = true;
		writer.onJoined(state, from);
		if ('newestTurnId' in from && settled(state) === 'live') afterReplay().catch(() => {});
	};

	const onEvent = (event: SessionEvent, state: AppState): void => {
		if (isJoined && settled(state) === undefined) {
			isJoined = false;
			// A live thread that is joined anew was reverted: the newest turn may be gone, and is not looked for.
			const isReverted = before.connection.kind === 'live' && state.connection.kind === 'hydrating';
			from = {newestTurnId: isReverted ? undefined : before.thread.turns.at(-1)?.id};
		}
		if (event.type === 'connectionMoved' && event.connection.kind !== 'live') isInDoubt = false;
		if (event.type === 'askFailed') {
			if (!isJoined && !isInDoubt)
				fail(new CommandError(exitCodes.failed, `Older turns could not be read: ${sanitiseLine(event.why)}`));
			isInDoubt = false;
		}
		if (event.type === 'threadEvent' && event.event.type === 'turnsRelisted') isInDoubt = false;
		const due = isStream(event) ? followUps(before, state, [event]) : [];
		if (due.some(({type}) => type === 'relistTurns')) {
			isInDoubt = true;
			seat.session.relistTurns();
		}
		// What is written is needed no more, and a stream may go on for days.
		const old = due.find(({type}) => type === 'pageOut');
		if (old?.type === 'pageOut' && isJoined && !isInDoubt) seat.session.pageOut(old.keep);
		before = state;
		writer.onEvent(event, state, isJoined && !isInDoubt ? 'whole' : 'partial');
		proceed(state);
	};

	const letGo = seat.onEvent(onEvent);
	proceed(before);
	return {isWhole: () => isJoined && !isInDoubt, failed, letGo};
};
