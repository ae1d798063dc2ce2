/**
 * `jumpseat wait`: blocks until the thread is idle, a turn has ended, something is asked of a person, or a person is
 * needed for whatever reason. Only watches.
 *
 * Invariant: what is not known is waited for — while the connection is away nothing is concluded, and a thread that
 * nobody has open may be opened.
 */
import type {AppState} from '../../app/state.ts';
import {runningTurn} from '../../composer/aim.ts';
import {isWaitingForPerson, statusWord} from '../../thread/selectors.ts';
import type {Turn} from '../../thread/state.ts';
import type {Context} from '../context.ts';
import {exitCodes} from '../exit-codes.ts';
import {jsonLine} from '../json-line.ts';
import {roundTrip, within} from '../replay.ts';
import {requestJson, requestLine, shellChoices, type Waiting} from '../requests/request-words.ts';
import {type Seat, settled, withSeat} from '../seat.ts';
import {
	cannotBeKnown,
	forPerson,
	isIdle,
	isOwnedElsewhere,
	type Patience,
	patienceOf,
	tellRequests,
} from '../seat-words.ts';
import {endSentence, turnEnd} from './turn-end.ts';
import {reportEnd, untilTurnEnds} from './turn-wait.ts';

/** @throws CommandError `failed` after `--timeout`, `lost` when the connection does not come back */
export const wait = (context: Context, wanted: string | undefined): Promise<number> => {
	const patience = patienceOf(context);
	return withSeat(context, wanted, 'observe', async seat => {
		await seat.until('the thread could not be joined', settled, patience.timeoutMs, patience.sinceMs);
		switch (context.options.for) {
			case 'idle':
				return waitForIdle(context, seat, patience);
			case 'turn':
				return waitForTurn(context, seat, patience);
			case 'request':
				return waitForRequest(context, seat, patience);
			case 'attention':
				return waitForAttention(context, seat, patience);
		}
	});
};

const say = ({options, stdout}: Context, object: unknown, words: string): void => {
	stdout.write(options.json ? jsonLine(object) : `${words}\n`);
};

const waitForIdle = async (context: Context, seat: Seat, {timeoutMs, sinceMs}: Patience): Promise<number> => {
	const letGo = tellRequests(context, seat);
	try {
		const state = await seat.until(
			'a turn still runs',
			now => (isOwnedElsewhere(now) || isIdle(now) ? now : undefined),
			timeoutMs,
			sinceMs,
		);
		if (isOwnedElsewhere(state)) throw cannotBeKnown();
		const status = statusWord(state.thread);
		say(context, {jumpseat: 1, type: 'jumpseat/idle', threadId: seat.threadId, status}, status);
		return exitCodes.done;
	} finally {
		letGo();
	}
};

/** Those that are known now, also by their parts: any other is new. */
const idsOf = (turns: readonly Turn[]): ReadonlySet<string> =>
	new Set(turns.flatMap(({id, partIds}) => [id, ...(partIds ?? [])]));

const waitForTurn = async (context: Context, seat: Seat, patience: Patience): Promise<number> => {
	const letGo = tellRequests(context, seat);
	try {
		const before = idsOf(seat.state().thread.turns);
		const turn =
			runningTurn(seat.state().thread) ??
			(await seat.until(
				'no turn has begun',
				({thread}) => thread.turns.find(({id}) => !before.has(id)),
				patience.timeoutMs,
				patience.sinceMs,
			));
		return reportEnd(context, seat.threadId, await untilTurnEnds(context, seat, turn.id, patience));
	} finally {
		letGo();
	}
};

const sayRequests = (context: Context, waiting: readonly Waiting[]): void => {
	for (const {ask, request} of waiting)
		say(context, requestJson(ask, shellChoices(ask), request.params), requestLine(ask, context.home));
};

const asked = (state: AppState): readonly Waiting[] | undefined => {
	const waiting = forPerson(state.thread);
	return waiting.length > 0 && state.connection.kind === 'live' ? waiting : undefined;
};

const waitForRequest = async (
	context: Context,
	seat: Seat,
	{timeoutMs, sinceMs}: Patience,
): Promise<number> => {
	for (;;) {
		await seat.until('nobody was asked for anything', asked, timeoutMs, sinceMs);
		// Several may be pending: they are replayed one after the other.
		await roundTrip(seat);
		const waiting = asked(seat.state());
		if (waiting === undefined) continue;
		sayRequests(context, waiting);
		return exitCodes.done;
	}
};

type Why = 'request' | 'waiting' | 'systemError' | 'failed';

/** The thread's newest turn, its failure, or its status: the reason that a person would want to know first. */
const reasonIn = (state: AppState): Why | undefined => {
	const {thread, connection} = state;
	if (connection.kind !== 'live') return undefined;
	if (asked(state) !== undefined) return 'request';
	if (isWaitingForPerson(thread)) return 'waiting';
	if (thread.turns.at(-1)?.status === 'failed') return 'failed';
	return thread.info?.status.kind === 'systemError' ? 'systemError' : undefined;
};

const otherThan = (status: Why, why: Why | undefined): Why | undefined => (why === status ? undefined : why);

const detailsWithinMs = 1000;

const waitForAttention = async (
	context: Context,
	seat: Seat,
	{timeoutMs, sinceMs}: Patience,
): Promise<number> => {
	let why = await seat.until('nobody was needed', reasonIn, timeoutMs, sinceMs);
	if (why === 'waiting' || why === 'systemError') {
		const status = why;
		// The status comes first; what it waits for, and the turn that failed, right behind it.
		why = (await within(seat, detailsWithinMs, state => otherThan(status, reasonIn(state)))) ?? why;
	}
	if (why === 'request') await roundTrip(seat);
	const {thread} = seat.state();
	const waiting = forPerson(thread);
	const newest = thread.turns.at(-1);
	const end = newest === undefined ? undefined : turnEnd(thread, newest.id);
	const failure = end?.status === 'failed' ? end : undefined;
	const object = {
		jumpseat: 1,
		type: 'jumpseat/attention',
		threadId: seat.threadId,
		why,
		requests: waiting.map(({ask, request}) => requestJson(ask, shellChoices(ask), request.params)),
		turnId: failure?.turnId ?? null,
		error: failure?.error ?? null,
	};
	say(context, object, attentionWords(seat.state(), why, waiting, context.home));
	return exitCodes.done;
};

const attentionWords = (
	{thread}: AppState,
	why: Why,
	[first, ...others]: readonly Waiting[],
	home: string | undefined,
): string => {
	const newest = thread.turns.at(-1);
	const end = newest === undefined ? undefined : turnEnd(thread, newest.id);
	switch (why) {
		case 'request': {
			const more = others.length === 0 ? '' : `  (+${others.length})`;
			return first === undefined ? statusWord(thread) : `${requestLine(first.ask, home)}${more}`;
		}
		case 'waiting':
			return statusWord(thread);
		case 'systemError':
		case 'failed':
			return (end && endSentence(end)) ?? statusWord(thread);
	}
};
