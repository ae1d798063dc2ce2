/**
 * Waiting for the end of one turn in a seat, and reporting it: final message on stdout, everything else on stderr,
 * the end in the exit code.
 *
 * Invariant: a turn is over when the server said so; where words of it may have been missed, they are read once more
 * before they are printed. Called by `send --wait` and `wait`; `tail` watches for missed ends as well.
 */
import type {AppState} from '../../app/state.ts';
import {turnName} from '../../composer/aim.ts';
import {currentTurn} from '../../thread/selectors.ts';
import {findTurn} from '../../thread/turns.ts';
import {sanitiseText} from '../../view/sanitise.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {jsonLine} from '../json-line.ts';
import {within} from '../replay.ts';
import type {Seat} from '../seat.ts';
import type {Patience} from '../seat-words.ts';
import {endSentence, exitCodeOf, isInDoubt, numberOf, type TurnEnd, turnEnd, turnJson} from './turn-end.ts';

const relistedWithinMs = 5000;
/** The thread's status comes just before the end of its turn. */
const endFollowsWithinMs = 1000;

/** The thread works no more, and the turn's end was not heard: it can be missed by joining meanwhile (#47124). */
const missedEnd = (
	{connection, thread}: AppState,
	turnId: string | undefined = currentTurn(thread)?.id,
): boolean => {
	const status = thread.info?.status.kind;
	return (
		connection.kind === 'live' &&
		(status === 'idle' || status === 'systemError') &&
		turnId !== undefined &&
		findTurn(thread, turnId)?.status === 'inProgress'
	);
};

/** Lists the turns once more when it was missed. Without `turnId`: of whatever turn runs. Returns the end of that. */
export const watchForMissedEnd = ({environment}: Context, seat: Seat, turnId?: string): (() => void) => {
	let cancel: (() => void) | undefined;
	const look = (): void => {
		if (cancel !== undefined || !missedEnd(seat.state(), turnId)) return;
		cancel = environment.later(endFollowsWithinMs, () => {
			cancel = undefined;
			if (missedEnd(seat.state(), turnId)) seat.session.relistTurns();
		});
	};
	look();
	const letGo = seat.onEvent(look);
	return () => {
		cancel?.();
		letGo();
	};
};

/** Lists the last turns once more; gives up quietly, for what is known is printed in any case. */
const readAgain = async (seat: Seat): Promise<void> => {
	if (seat.state().connection.kind !== 'live') return;
	let isRead = false;
	const letGo = seat.onEvent(event => {
		isRead ||=
			(event.type === 'threadEvent' && event.event.type === 'turnsRelisted') || event.type === 'askFailed';
	});
	seat.session.relistTurns();
	try {
		await within(seat, relistedWithinMs, () => isRead || undefined);
	} finally {
		letGo();
	}
};

const nameIn = ({thread}: AppState, turnId: string): string => {
	const turn = findTurn(thread, turnId);
	return turnName(turn === undefined ? undefined : numberOf(thread, turn));
};

/** @throws CommandError `failed` after the timeout, `lost` when the server closes the thread in its middle */
export const untilTurnEnds = async (
	context: Context,
	seat: Seat,
	turnId: string,
	{timeoutMs, sinceMs}: Patience,
): Promise<TurnEnd> => {
	const letGo = watchForMissedEnd(context, seat, turnId);
	try {
		const found = await seat.until(
			`${nameIn(seat.state(), turnId)} still runs`,
			state =>
				turnEnd(state.thread, turnId) ??
				(state.connection.kind === 'waiting' && state.thread.closed ? ('closed' as const) : undefined),
			timeoutMs,
			sinceMs,
		);
		if (found === 'closed')
			throw new CommandError(exitCodes.lost, 'The server closed the thread while its turn was running.');
		if (isInDoubt(seat.state().thread, turnId)) await readAgain(seat);
		return turnEnd(seat.state().thread, turnId) ?? found;
	} finally {
		letGo();
	}
};

/** Prints how it ended; resolves with the exit code. A terminal gets harmless text, a pipe the text as it is. */
export const reportEnd = ({options, stdout, stderr}: Context, threadId: string, end: TurnEnd): number => {
	const sentence = endSentence(end);
	if (options.json) stdout.write(jsonLine(turnJson(threadId, end)));
	else if (end.status === 'completed' && end.message !== undefined) {
		const text = stdout.isTTY ? sanitiseText(end.message) : end.message;
		stdout.write(text.endsWith('\n') ? text : `${text}\n`);
	}
	if (sentence !== undefined) stderr.write(`${sentence}\n`);
	return exitCodeOf(end);
};
