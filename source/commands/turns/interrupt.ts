/**
 * `jumpseat interrupt`: stops the turn that runs, for everybody, and waits until the server says that it ended.
 *
 * Invariant: it is sent once, for the turn that was seen running, and for no other.
 */
import type {AppState} from '../../app/state.ts';
import {interruptTarget, runningTurn, turnName} from '../../composer/aim.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {jsonLine} from '../json-line.ts';
import {type Seat, withSeat} from '../seat.ts';
import {joinedSeat, patienceOf, refuseReadOnly} from '../seat-words.ts';
import {type TurnEnd, turnEnd} from './turn-end.ts';

/** A turn that has just begun gets its name within moments. */
const namedWithinMs = 5000;
/** The server stops the commands of the turn first. */
const endsWithinMs = 60_000;

const refused = (sentence: string): CommandError => new CommandError(exitCodes.refused, sentence);

/** @throws CommandError `refused` when no turn runs, or it ended by itself */
export const interrupt = async (context: Context, wanted: string | undefined): Promise<number> => {
	refuseReadOnly(context, 'interrupted');
	return withSeat(context, wanted, 'drive', async seat => {
		await joinedSeat(seat, patienceOf(context));
		const target = await seat.until('a turn is just starting', targetOf, namedWithinMs);
		if ('why' in target) throw refused(`${target.why} Nothing was interrupted.`);
		const {turnId, turnNumber} = target;
		const {status, turnId: ended} = await stop(seat, turnId);
		const name = turnName(turnNumber).replace(/^t/, 'T');
		if (status !== 'interrupted') throw refused(`${name} ended by itself: it is ${status}.`);
		if (context.options.json) {
			const line = {
				jumpseat: 1,
				type: 'jumpseat/interrupted',
				threadId: seat.threadId,
				turnId: ended,
				status,
			};
			context.stdout.write(jsonLine(line));
		} else if (context.stderr.isTTY) context.stderr.write(`${name} was interrupted.\n`);
		return exitCodes.done;
	});
};

/** Undefined while one runs that has no name yet. */
const targetOf = ({thread, connection}: AppState) => {
	const target = interruptTarget(thread, {
		queue: false,
		observe: false,
		live: connection.kind === 'live',
	});
	const isUnnamed = thread.info?.status.kind === 'active' && runningTurn(thread) === undefined;
	return isUnnamed || connection.kind !== 'live' ? undefined : target;
};

type Stopped = TurnEnd | {readonly kind: 'refused' | 'doubt'; readonly why: string};

const stop = async (seat: Seat, turnId: string): Promise<TurnEnd> => {
	let complaint: string | undefined;
	/** The connection was lost after it was sent, and is back. */
	let isBack = false;
	const letGo = seat.onEvent((event, {connection}) => {
		if (event.type === 'askFailed' && event.what === 'the interrupt') complaint = event.why;
		if (event.type === 'connectionMoved' && complaint !== undefined) isBack ||= connection.kind === 'live';
	});
	seat.session.interrupt(turnId);
	const outcome = ({thread}: AppState): Stopped | undefined => {
		const end = turnEnd(thread, turnId);
		if (end !== undefined || complaint === undefined) return end;
		const isUncertain = complaint.endsWith('not known.');
		if (!isUncertain) return {kind: 'refused', why: complaint};
		return isBack ? {kind: 'doubt', why: complaint} : undefined;
	};
	try {
		const stopped = await seat.until('the turn has not ended', outcome, endsWithinMs);
		if (!('kind' in stopped)) return stopped;
		if (stopped.kind === 'doubt')
			throw new CommandError(
				exitCodes.lost,
				`The turn still runs, and nothing was sent again: ${sanitiseLine(stopped.why)}`,
			);
		throw refusal(stopped.why);
	} finally {
		letGo();
	}
};

const refusal = (why: string): CommandError =>
	/no active turn to interrupt|expected active turn/.test(why)
		? refused('The turn was over already: nothing was interrupted.')
		: new CommandError(exitCodes.failed, `The App Server said no: ${sanitiseLine(why)}`);
