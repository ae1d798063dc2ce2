/**
 * What follows by itself from events, without a person: reading what the stream may have missed, and calling a
 * person who looks elsewhere. Pure: the state before and after a batch, and the batch.
 */
import type {SessionEvent} from '../app-server/session-events.ts';
import {asRecord} from '../protocol/fields.ts';
import {turnsToKeep} from '../thread/page-out.ts';
import {isForPerson, threadTitle} from '../thread/selectors.ts';
import type {ThreadState, Turn} from '../thread/state.ts';
import {sanitiseLine} from '../view/sanitise.ts';
import type {Command} from './commands.ts';
import {readShare} from './decide-share.ts';
import {isOwner, maySpeak} from './seat.ts';
import type {AppState} from './state.ts';

export const followUps = (
	before: AppState,
	after: AppState,
	events: readonly SessionEvent[],
): readonly Command[] => {
	const commands: Command[] = [];
	if (before.threadId === after.threadId) {
		const unknown = unknownTurns(before.thread, after.thread);
		if (unknown > 0) commands.push({type: 'relistTurns', newest: unknown});
		else if (endedInDoubt(before.thread, after.thread) || joinedOnGuess(before, after))
			commands.push({type: 'relistTurns'});
		const call = callFor(before.thread, after.thread);
		if (call !== undefined && !after.ui.focused) commands.push({type: 'callPerson', text: call});
	}
	const keep = hasNewTurn(before, after) && mayLetGo(after) ? turnsToKeep(after.thread) : undefined;
	if (keep !== undefined) commands.push({type: 'pageOut', keep});
	if (wantsQueue(before, after, events)) commands.push({type: 'listQueue'});
	commands.push(...ofShare(before, after, events));
	const heardOfUnknown = events.some(
		event =>
			event.type === 'traffic' &&
			event.traffic.kind === 'notification' &&
			event.traffic.method === 'thread/started',
	);
	if (heardOfUnknown && after.ui.tab === 'threads' && after.ui.focus === 'side')
		commands.push({type: 'listThreads'});
	return commands;
};

/** Its owner is told of doors and invitations, and has a new link at hand. */
const ofShare = (before: AppState, after: AppState, events: readonly SessionEvent[]): readonly Command[] => {
	const commands: Command[] = [];
	if (isOwner(after) && events.some(({type}) => type === 'serverIdentified')) commands.push(readShare);
	const link = after.share?.link;
	if (link !== undefined && link !== before.share?.link) commands.push({type: 'copy', text: link.link});
	return commands;
};

const hasNewTurn = (before: AppState, after: AppState): boolean =>
	after.thread.turns.length > before.thread.turns.length;

/** Old turns are only of use to somebody who looks at them. */
const mayLetGo = ({ui, connection}: AppState): boolean =>
	(connection.kind === 'live' || connection.kind === 'waiting') &&
	ui.threadScroll.kind === 'tail' &&
	ui.search.kind === 'off' &&
	!ui.seekingTop &&
	ui.selectedKey === undefined;

/**
 * The queue is listed when a seat that may write has joined (a message of ours may be in it), when one of ours had no
 * answer (the listing is its look-up), and whenever it changed. Who only watches asks for it by opening the Queue tab.
 */
const wantsQueue = (before: AppState, after: AppState, events: readonly SessionEvent[]): boolean => {
	if (after.queue === 'none' || after.connection.kind !== 'live') return false;
	const isShown = after.ui.tab === 'queue' && after.ui.focus === 'side';
	if (!maySpeak(after) && !isShown) return false;
	const hasJoined = after.joinedAtMs !== before.joinedAtMs;
	const hasChanged = events.some(
		event =>
			event.type === 'threadEvent' &&
			event.threadId === after.threadId &&
			event.event.type === 'notified' &&
			event.event.notification.method === 'thread/queue/changed' &&
			asRecord(event.event.notification.params)?.threadId === after.threadId,
	);
	const isInDoubt = events.some(event => event.type === 'messageUncertain');
	return hasJoined || hasChanged || isInDoubt;
};

/**
 * A turn that we joined in its middle has just ended: what completed between its listing and our subscription is
 * in neither (#47124; measured on 0.150 for the message that began the turn), so the last turns are listed once more.
 */
const endedInDoubt = (before: ThreadState, after: ThreadState): boolean => {
	const turn = lastEnded(before, after);
	if (turn?.itemsIncomplete || turn?.items.some(item => item.missedStart || item.phase === 'cut'))
		return true;
	const {joinedTurnId} = after;
	return hasEnded(after, joinedTurnId) && !hasEnded(before, joinedTurnId);
};

/** As many as a page has. */
const mostAskedAgain = 20;

/**
 * How many turns to list so that the oldest whose end nobody told is among them; asked when a turn ends. Measured: of
 * a turn that a killed server left, lists say `inProgress` while a newer one runs, and how it ended only afterwards.
 */
const unknownTurns = (before: ThreadState, after: ThreadState): number => {
	if (lastEnded(before, after) === undefined) return 0;
	const newest = after.turns.slice(-mostAskedAgain);
	const oldest = newest.findIndex(({status}) => status === 'unknown');
	return oldest < 0 ? 0 : newest.length - oldest;
};

/**
 * Measured: a list that is made just as a turn begins calls it interrupted, without a time; and its end may come before
 * the subscription. Only the newest turns can be meant; a killed server leaves such turns for good.
 */
const joinedOnGuess = (before: AppState, after: AppState): boolean =>
	after.joinedAtMs !== undefined &&
	after.joinedAtMs !== before.joinedAtMs &&
	after.thread.turns
		.slice(-2)
		.some(({status, completedAtMs}) => status === 'interrupted' && completedAtMs === undefined);

const hasEnded = ({turns}: ThreadState, id: string | undefined): boolean => {
	// Asked with every batch: usually there is none, else it is one of the newest.
	const turn = id === undefined ? undefined : turns.findLast(each => each.id === id);
	return turn !== undefined && turn.status !== 'inProgress' && turn.status !== 'unknown';
};

const lastEnded = (before: ThreadState, after: ThreadState): Turn | undefined => {
	const was = before.turns.at(-1);
	if (was?.status !== 'inProgress') return undefined;
	// Not always the last one still: the next turn may have begun in the same batch.
	const is = after.turns.findLast(turn => turn.id === was.id);
	return is === undefined || is.status === 'inProgress' ? undefined : is;
};

/** The words with which a person is called, or undefined when nobody is needed. */
const callFor = (before: ThreadState, after: ThreadState): string | undefined => {
	const title = after.info === undefined ? 'the thread' : sanitiseLine(threadTitle(after.info));
	const known = new Set(before.requests.map(({id}) => id));
	if (after.requests.some(request => isForPerson(request) && !known.has(request.id)))
		return `${title}: waits for a person`;
	const ended = lastEnded(before, after);
	return ended === undefined ? undefined : `${title}: turn ${ended.status}`;
};
