/**
 * `jumpseat send`: a message into the running turn, or as a new one, or into the queue; with `--wait`, until the turn
 * that it went into has ended. Refuses rather than guesses (deliver.ts); answers nothing and starts nothing else.
 */
import {randomUUID} from 'node:crypto';
import type {AppState} from '../../app/state.ts';
import {runningTurn} from '../../composer/aim.ts';
import {echoedIn, type Message} from '../../composer/delivery.ts';
import {signMessage} from '../../composer/signature.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {jsonLine} from '../json-line.ts';
import {personName} from '../person.ts';
import {type Seat, withSeat} from '../seat.ts';
import {type Patience, patienceOf, refuseReadOnly, tellRequests} from '../seat-words.ts';
import {
	arrivesLate,
	type Delivered,
	deliver,
	deliveredSentence,
	followQueue,
	type Insists,
	messageIn,
} from './deliver.ts';
import {messageText} from './message-text.ts';
import {exitCodeOf, type TurnEnd, turnEnd, turnJson} from './turn-end.ts';
import {reportEnd, untilTurnEnds} from './turn-wait.ts';

/** @throws CommandError; see `exitCodes` */
export const send = async (context: Context, words: readonly string[]): Promise<number> => {
	const {options} = context;
	const insists = insistsOn(options);
	refuseReadOnly(context, 'sent');
	const [wanted, word = ''] = words.length > 1 ? words : [undefined, words[0]];
	const text = await messageText(word, context.stdin);
	const id = signMessage(await personName(context.name, context.cwd), randomUUID());
	const patience = patienceOf(context);
	return withSeat(context, wanted, 'drive', async seat => {
		const delivered = await deliver(seat, {id, text, insists}, patience);
		reportDelivery(context, seat.threadId, delivered);
		return options.wait ? waitFor(context, seat, delivered, patience) : exitCodes.done;
	});
};

const insistsOn = ({queue, start, steer}: Context['options']): Insists => {
	if (Number(queue) + Number(start) + Number(steer) > 1)
		throw new CommandError(exitCodes.usage, 'Only one of --queue, --start and --steer can be had.');
	return queue ? 'queue' : start ? 'start' : steer ? 'steer' : 'auto';
};

const reportDelivery = ({options, stdout, stderr}: Context, threadId: string, delivered: Delivered): void => {
	const {aim, turnId, messageId, joinedAnother} = delivered;
	if (options.json) {
		const line = {
			jumpseat: 1,
			type: 'jumpseat/sent',
			aim: aim.kind,
			joinedAnother,
			threadId,
			turnId: turnId ?? null,
			messageId,
		};
		stdout.write(jsonLine(line));
	} else if (stderr.isTTY || joinedAnother) stderr.write(`${deliveredSentence(delivered)}\n`);
};

/** What a message that was delivered comes to: a turn that has it, or none ever will. */
type Fate =
	| {readonly kind: 'in'; readonly turnId: string}
	/** Its turn ended first. */
	| {readonly kind: 'unread'; readonly turnId: string}
	| {readonly kind: 'gone'; readonly message: Message};

const fateOf = (state: AppState, delivered: Delivered): Fate | undefined => {
	const {thread} = state;
	const {messageId, aim} = delivered;
	const message = messageIn(state, messageId);
	const turnId = echoedIn(thread, messageId);
	if (turnId !== undefined) return {kind: 'in', turnId};
	if (message === undefined) return undefined;
	// A steer that was accepted vanishes when its turn ends before the model's next request (PROTOCOL).
	const aimed = aim.kind === 'queue' ? undefined : (message.turnId ?? delivered.turnId);
	const isKnown = message.phase === 'accepted' || message.lookup === 'absent';
	if (aimed !== undefined && isKnown && !thread.stale && turnEnd(thread, aimed) !== undefined)
		return {kind: 'unread', turnId: aimed};
	const isLost = message.lookup === 'absent' || message.lookup === 'impossible';
	return message.phase === 'uncertain' && isLost ? {kind: 'gone', message} : undefined;
};

/** The queue stands still after an interrupted turn, until somebody starts it: a person should know. */
const tellParked = ({stderr}: Context, seat: Seat, messageId: string): (() => void) => {
	let isTold = false;
	return seat.onEvent((_event, {thread, queue, connection}) => {
		const isParked =
			connection.kind === 'live' &&
			runningTurn(thread) === undefined &&
			thread.turns.at(-1)?.status === 'interrupted' &&
			typeof queue !== 'string' &&
			queue.some(({clientUserMessageId}) => clientUserMessageId === messageId);
		if (isTold || !isParked) return;
		isTold = true;
		stderr.write('The turn before it was interrupted, and the queue waits until somebody goes on.\n');
	});
};

const waitFor = async (
	context: Context,
	seat: Seat,
	delivered: Delivered,
	patience: Patience,
): Promise<number> => {
	const {messageId, aim} = delivered;
	const {timeoutMs, sinceMs} = patience;
	const letGo = [
		tellRequests(context, seat),
		...(aim.kind === 'queue' ? [followQueue(seat), tellParked(context, seat, messageId)] : []),
	];
	try {
		const waitsFor = aim.kind === 'queue' ? 'the message is still queued' : 'the turn still runs';
		const settled = () => seat.until(waitsFor, state => fateOf(state, delivered), timeoutMs, sinceMs);
		const first = await settled();
		const fate = first.kind === 'gone' && (await arrivesLate(seat, messageId)) ? await settled() : first;
		if (fate.kind === 'gone') throw gone(delivered, fate.message);
		const end = await untilTurnEnds(context, seat, fate.turnId, patience);
		return fate.kind === 'in' ? reportEnd(context, seat.threadId, end) : reportUnread(context, seat, end);
	} finally {
		for (const each of letGo) each();
	}
};

/** Then the final message is no answer to it. */
const reportUnread = ({options, stdout}: Context, {threadId}: Seat, end: TurnEnd): never => {
	if (options.json) stdout.write(jsonLine(turnJson(threadId, end)));
	const how = end.status === 'interrupted' ? 'was interrupted' : 'ended';
	throw new CommandError(
		exitCodeOf(end) || exitCodes.failed,
		`The turn ${how} before the agent read the message.`,
	);
};

const gone = ({aim}: Delivered, {why}: Message): CommandError =>
	aim.kind === 'queue'
		? new CommandError(exitCodes.failed, 'The message left the queue without a turn: somebody removed it.')
		: new CommandError(
				exitCodes.lost,
				`The message is not in the thread, and nothing was sent again: ${why ?? 'it was lost.'}`,
			);
