/**
 * One message from a shell into a thread: the aim is taken from the state as it was read, the server compares, and
 * what became of the message is found out — after a lost connection by its signed id.
 *
 * Invariants: it is sent once or not at all; with the aim that was taken or not at all; what is not known is said to
 * be not known. Called by `send`.
 */
import type {AppState} from '../../app/state.ts';
import {aimOf, refusalReason, runningTurn, type SendAim, turnName} from '../../composer/aim.ts';
import {echoedIn, joinedAnother, type Message, type Submission} from '../../composer/delivery.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {within} from '../replay.ts';
import type {Seat} from '../seat.ts';
import {joinedSeat, type Patience} from '../seat-words.ts';

/** `auto`: steer the running turn, else start one. The others refuse where they cannot be had. */
export type Insists = 'auto' | 'steer' | 'start' | 'queue';

export type Delivered = {
	readonly messageId: string;
	readonly aim: SendAim;
	/** The turn that it went into, as far as the server has said; a queued message has none yet. */
	readonly turnId: string | undefined;
	/** It was to start a turn, and went into one that somebody else had just started. */
	readonly joinedAnother: boolean;
};

/** A turn that has just begun gets its name within moments. */
const namedWithinMs = 5000;
const arrivesWithinMs = 3000;
/** After the reconnect: how long a message may still be taken in by the turn that runs. */
const foundWithinMs = 60_000;

const refused = (sentence: string): CommandError => new CommandError(exitCodes.refused, sentence);

const isJustStarting = ({thread}: AppState): boolean =>
	thread.info?.status.kind === 'active' && runningTurn(thread) === undefined;

/** @throws CommandError `refused`, when what is insisted on cannot be had */
const takeAim = async (seat: Seat, insists: Insists): Promise<SendAim> => {
	if (insists === 'queue') return {kind: 'queue'};
	await within(seat, namedWithinMs, state => !isJustStarting(state) || undefined);
	const {thread, connection} = seat.state();
	const aim = aimOf(thread, 'auto', {queue: false, observe: false, live: connection.kind === 'live'});
	const running = runningTurn(thread);
	if (insists === 'start' && running !== undefined)
		throw refused(
			'A turn is running, and --start was given: nothing was sent. Without an option it goes into the turn, with --queue behind it.',
		);
	if (aim.kind === 'nothing') {
		const instead = running === undefined ? '' : ' --queue puts it behind the turn.';
		throw refused(`Nothing was sent. ${aim.why}${instead}`);
	}
	if (insists === 'steer' && aim.kind !== 'steer')
		throw refused('No turn is running, and --steer was given: nothing was sent.');
	return aim;
};

/** The server's sentences for an aim that was overtaken, or for a turn that cannot be steered (composer/aim.ts). */
const overtaken = /expected active turn id|no active turn to steer|cannot steer a |ActiveTurnNotSteerable/;
/** What a server without `thread/queue/*` says. */
const unknownMethod = /unknown variant|method not found|experimentalApi/i;

/** Why the server, or our own side, did not take a message, as an error for the shell. */
export const refusal = (aim: SendAim, why: string): CommandError => {
	if (overtaken.test(why)) return refused(`${refusalReason(aim, why)} Nothing was sent: try again.`);
	if (aim.kind === 'queue' && unknownMethod.test(why))
		return new CommandError(
			exitCodes.failed,
			'This server has no queue (Codex 0.150 and later has): nothing was sent.',
		);
	return new CommandError(exitCodes.failed, `${refusalReason(aim, why)} Nothing was sent.`);
};

const notKnown = (why: string): CommandError =>
	new CommandError(
		exitCodes.lost,
		`It is not known whether the message arrived, and nothing was sent again: ${sanitiseLine(why)}`,
	);

export const messageIn = ({composer}: AppState, messageId: string): Message | undefined =>
	composer.outbox.find(({id}) => id === messageId);

/** Delivered, not taken, or in doubt; undefined while the server has not answered. */
const answered = (message: Message | undefined): 'delivered' | 'refused' | 'doubt' | undefined => {
	switch (message?.phase) {
		case 'accepted':
		case 'echoed':
			return 'delivered';
		case 'rejected':
		case 'returned':
		case 'withdrawn':
			return 'refused';
		case 'uncertain':
			return 'doubt';
		case 'sending':
		case undefined:
			return undefined;
	}
};

/** After the doubt: looked up by its id. It may still come while the turn runs. */
const lookedUp = (message: Message | undefined): 'delivered' | 'refused' | 'absent' | undefined => {
	const answer = answered(message);
	if (answer !== 'doubt') return answer;
	return message?.lookup === 'absent' || message?.lookup === 'impossible' ? 'absent' : undefined;
};

/** A message that waits in the queue is found only there: it is listed after every reconnect. */
export const followQueue = (seat: Seat): (() => void) =>
	seat.onEvent(event => {
		const isChanged =
			event.type === 'threadEvent' &&
			event.event.type === 'notified' &&
			/^(thread\/queue\/changed|turn\/completed)$/.test(event.event.notification.method);
		const isBack = event.type === 'connectionMoved' && event.connection.kind === 'live';
		if (isChanged || isBack) seat.session.listQueue();
	});

/**
 * Measured on 0.169: a message that leaves the queue is for a moment neither there nor in the thread, which is idle
 * still; and what was sent before a cut may be taken in after the reconnect. So what is absent is waited for.
 */
export const arrivesLate = async (seat: Seat, messageId: string): Promise<boolean> =>
	(await within(seat, arrivesWithinMs, state =>
		messageIn(state, messageId)?.phase === 'uncertain' ? undefined : true,
	)) === true;

/** Once it is sent, giving up tells nothing about it. */
const inDoubt = (error: unknown): never => {
	const hasGivenUp =
		error instanceof CommandError &&
		(error.exitCode === exitCodes.lost || error.exitCode === exitCodes.failed);
	throw hasGivenUp ? notKnown(error.message) : error;
};

const settle = async (seat: Seat, {id, aim}: Submission, patience: Patience): Promise<void> => {
	const {timeoutMs, sinceMs} = patience;
	const why = () => messageIn(seat.state(), id)?.why;
	const answer = await seat
		.until('the server has not answered', state => answered(messageIn(state, id)), timeoutMs, sinceMs)
		.catch(inDoubt);
	if (answer === 'refused') throw refusal(aim, why() ?? '');
	if (answer === 'delivered') return;
	const look = (state: AppState) => lookedUp(messageIn(state, id));
	const what = 'the message was not found';
	const found = await (timeoutMs === undefined
		? seat.until(what, look, foundWithinMs)
		: seat.until(what, look, timeoutMs, sinceMs)
	).catch(inDoubt);
	if (found === 'refused') throw refusal(aim, why() ?? '');
	if (found === 'absent' && !(await arrivesLate(seat, id).catch(inDoubt)))
		throw notKnown(why() ?? 'it is not in the thread.');
};

/**
 * Resolves as soon as the server has the message.
 *
 * @throws CommandError `refused` for an aim that cannot be had or was overtaken; `lost` when it is not known whether
 * the message arrived
 */
export const deliver = async (
	seat: Seat,
	message: {readonly id: string; readonly text: string; readonly insists: Insists},
	patience: Patience,
): Promise<Delivered> => {
	const {id, text, insists} = message;
	await joinedSeat(seat, patience);
	const aim = await takeAim(seat, insists);
	const submission: Submission = {id, threadId: seat.threadId, text, aim};
	const letGo = aim.kind === 'queue' ? followQueue(seat) : undefined;
	seat.send(submission);
	try {
		await settle(seat, submission, patience);
	} finally {
		letGo?.();
	}
	const {thread} = seat.state();
	const sent = messageIn(seat.state(), id);
	return {
		messageId: id,
		aim,
		turnId: echoedIn(thread, id) ?? sent?.turnId ?? (aim.kind === 'steer' ? aim.turnId : undefined),
		joinedAnother: joinedAnother(thread, submission),
	};
};

/** One line for a person. */
export const deliveredSentence = ({aim, joinedAnother: isJoined}: Delivered): string => {
	switch (aim.kind) {
		case 'steer':
			return `Sent into ${turnName(aim.turnNumber)}.`;
		case 'start':
			return isJoined ? 'Sent into a turn that somebody had just started.' : 'Started a turn.';
		case 'queue':
			return 'Queued.';
	}
};
