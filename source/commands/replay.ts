/**
 * Waits until a seat knows what is pending in its thread. The server replays pending requests right after the join
 * (PROTOCOL); measured on 0.169: always before its answer to the next read, in 100 of 100 joins. So one cheap read is
 * asked, and its answer is the end of the replay — and where the server still says that it waits for a person and has
 * asked nothing, that is waited for as well.
 *
 * Called by the verbs that look for requests.
 */
import type {AppState} from '../app/state.ts';
import type {SessionEvent} from '../app-server/session-events.ts';
import {CommandError, exitCodes} from './exit-codes.ts';
import {type Seat, settled} from './seat.ts';

/** Where the server says that it waits, and asks nothing. */
const owedWithinMs = 3000;

/** What `look` finds within the time, or undefined. Rejects as `until` does for everything but the time. */
export const within = async <Found>(
	seat: Seat,
	timeoutMs: number,
	look: (state: AppState) => Found | undefined,
): Promise<Found | undefined> => {
	try {
		return await seat.until('', look, timeoutMs);
	} catch (error) {
		if (error instanceof CommandError && error.exitCode === exitCodes.failed) return undefined;
		throw error;
	}
};

const isAnswerOfRead = ({type}: SessionEvent): boolean =>
	type === 'queueListed' || type === 'queueUnsupported' || type === 'askFailed';

/** One read and its answer: whatever the server said before is in the state then. Also over when the thread is lost. */
export const roundTrip = async (seat: Seat): Promise<void> => {
	let isBack = false;
	const stop = seat.onEvent(event => {
		if (isAnswerOfRead(event)) isBack = true;
	});
	try {
		if (seat.state().connection.kind === 'live') seat.session.listQueue();
		await seat.until('an answer of the server', state =>
			isBack || state.connection.kind !== 'live' ? true : undefined,
		);
	} finally {
		stop();
	}
};

const isOwed = ({thread}: AppState): boolean =>
	thread.requests.length === 0 &&
	thread.info?.status.kind === 'active' &&
	thread.info.status.waitingOn !== 'nobody';

/**
 * `live`: all that is pending is in the state. `waiting`: the thread cannot be joined, as its connection state says.
 *
 * @throws CommandError as `Seat.until`; `failed` when the server waits for a person and does not say for what.
 */
export const whenReplayed = async (seat: Seat): Promise<'live' | 'waiting'> => {
	for (;;) {
		const where = await seat.until('joining the thread', settled);
		if (where === 'waiting') return where;
		await roundTrip(seat);
		if (seat.state().connection.kind !== 'live') continue;
		const isSaid = await within(seat, owedWithinMs, state =>
			!isOwed(state) || state.connection.kind !== 'live' ? true : undefined,
		);
		if (isSaid === undefined)
			throw new CommandError(
				exitCodes.failed,
				'The server says that the thread waits for a person, but has not said for what. Try again.',
			);
		if (seat.state().connection.kind === 'live') return 'live';
	}
};

/** Why nothing can be known of the requests of a thread that is not joined, and what to do. */
export const whyNotJoined = ({connection}: AppState): string => {
	const reason = connection.kind === 'waiting' ? connection.reason : 'noThread';
	switch (reason) {
		case 'notLoaded':
			return 'Nobody has the thread open, so it asks for nothing.';
		case 'noTurnYet':
			return 'The thread has no turn yet, so it asks for nothing.';
		case 'ownedElsewhere':
			return 'Another process owns the thread, and its requests go there only: answer them there.';
		case 'noThread':
			return 'There is no thread.';
	}
};
