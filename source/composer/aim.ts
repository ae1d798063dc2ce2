/**
 * What Enter will do, and to which turn; and what to tell the person when that is no longer what they saw.
 *
 * Invariant: a message goes out with the aim that its writer saw, or not at all: nothing is turned into something else
 * silently. Pure; called for the composer's label, at Enter, and when the server refuses.
 */

import {turnsBefore} from '../thread/page-out.ts';
import {currentTurn} from '../thread/selectors.ts';
import type {ThreadState, Turn, TurnId} from '../thread/state.ts';
import {sanitiseLine} from '../view/sanitise.ts';
import {tooLong} from './clean.ts';

export type SendAim =
	| {readonly kind: 'start'}
	| {
			readonly kind: 'steer';
			readonly turnId: TurnId;
			/** From 1; undefined while older turns are not loaded. */
			readonly turnNumber: number | undefined;
	  }
	| {readonly kind: 'queue'};

/** `why` is a whole sentence. */
export type Aim = SendAim | {readonly kind: 'nothing'; readonly why: string};

/** `auto` steers the running turn, or starts one. */
export type AimChoice = 'auto' | 'queue';

export type Capabilities = {
	/** The server knows `thread/queue/*`. */
	readonly queue: boolean;
	/** Nothing can be sent from here. */
	readonly observe: boolean;
	/** Why, where it is not for the person's own choice: a whole sentence. */
	readonly whyReadOnly?: string | undefined;
	/** The connection is live and the thread is joined. */
	readonly live: boolean;
	/** Another process holds the thread: it is followed from disk. Default: no. */
	readonly ownedElsewhere?: boolean;
};

const nothing = (why: string): Aim => ({kind: 'nothing', why});

const isReview = ({items}: Turn): boolean =>
	items.findLast(({content: {type}}) => type === 'enteredReviewMode' || type === 'exitedReviewMode')?.content
		.type === 'enteredReviewMode';

/**
 * A turn that only compacts holds nothing else; an ordinary turn that compacts on its way can be steered. A review
 * comes as two turns (thread/parts.ts), which may not be known as one yet, so all that seem to run are asked.
 */
const unsteerable = (thread: ThreadState, turn: Turn): 'review' | 'compaction' | undefined => {
	if (thread.turns.some(each => each.status === 'inProgress' && isReview(each))) return 'review';
	const [first] = turn.items;
	const onlyCompacts =
		first !== undefined && turn.items.every(({content}) => content.type === 'contextCompaction');
	return onlyCompacts && !turn.itemsIncomplete ? 'compaction' : undefined;
};

const cannotSteer = {
	review: 'A review is running; it cannot be steered.',
	compaction: 'The context is being compacted; that cannot be steered.',
} as const;

/** The thread's own word counts more than a turn that was never reported as ended. */
export const runningTurn = (thread: ThreadState): Turn | undefined => {
	const kind = thread.info?.status.kind;
	return kind === 'idle' || kind === 'systemError' || thread.closed ? undefined : currentTurn(thread);
};

const numberOf = (thread: ThreadState, turn: Turn): number | undefined => {
	const before = turnsBefore(thread);
	return before === undefined ? undefined : before + thread.turns.indexOf(turn) + 1;
};

const closedReason = (thread: ThreadState, capabilities: Capabilities): string | undefined => {
	const {observe, whyReadOnly, live, ownedElsewhere = false} = capabilities;
	if (observe) return whyReadOnly ?? 'Read-only: jumpseat was started with --observe, or /observe was given.';
	if (ownedElsewhere)
		return 'Another process owns the thread: it can only be followed. Your text stays here.';
	if (!live || thread.stale) return 'There is no live connection; your text stays here.';
	if (thread.info === undefined) return 'The thread is not read yet.';
	if (thread.closed) return 'The thread is closed: the server does not hold it any more.';
	return undefined;
};

/** Measured: 0.147 knows no `thread/queue/*`, 0.148 does. */
export const noQueue = 'This server has no queue (Codex 0.148 and later has).';

/** What Enter does now. */
export const aimOf = (thread: ThreadState, choice: AimChoice, capabilities: Capabilities): Aim => {
	const closed = closedReason(thread, capabilities);
	if (closed !== undefined) return nothing(closed);
	if (choice === 'queue') return capabilities.queue ? {kind: 'queue'} : nothing(noQueue);
	const turn = runningTurn(thread);
	if (turn === undefined)
		return thread.info?.status.kind === 'active'
			? nothing('A turn is just starting; which one is not known yet.')
			: {kind: 'start'};
	const obstacle = unsteerable(thread, turn);
	if (obstacle === undefined) return {kind: 'steer', turnId: turn.id, turnNumber: numberOf(thread, turn)};
	const instead = capabilities.queue ? ' It can be queued.' : '';
	return nothing(`${cannotSteer[obstacle]}${instead}`);
};

/**
 * Which turn `/interrupt` would stop; a sentence when there is none. Of a review the server wants the second turn, by
 * which no item goes (thread/parts.ts).
 */
export const interruptTarget = (
	thread: ThreadState,
	capabilities: Capabilities,
): {readonly turnId: TurnId; readonly turnNumber: number | undefined} | {readonly why: string} => {
	const closed = closedReason(thread, capabilities);
	if (closed !== undefined) return {why: closed};
	const turn = runningTurn(thread);
	return turn === undefined
		? {why: 'No turn is running.'}
		: {turnId: turn.partIds?.at(-1) ?? turn.id, turnNumber: numberOf(thread, turn)};
};

/** The number of a turn may become known later; it is the same turn. */
export const sameAim = (a: Aim, b: Aim): boolean =>
	a.kind === b.kind && (a.kind !== 'steer' || b.kind !== 'steer' || a.turnId === b.turnId);

export const turnName = (turnNumber: number | undefined): string =>
	turnNumber === undefined ? 'the turn' : `turn ${turnNumber}`;

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** The composer's label. */
export const aimLabel = (aim: Aim): string => {
	switch (aim.kind) {
		case 'start':
			return 'start ▸ ';
		case 'steer':
			return aim.turnNumber === undefined ? 'steer ▸ ' : `steer turn ${aim.turnNumber} ▸ `;
		case 'queue':
			return 'queue ▸ ';
		case 'nothing':
			return 'nothing ▸ ';
	}
};

/** The new choice in words. */
export const aimSentence = (aim: Aim): string => {
	switch (aim.kind) {
		case 'start':
			return 'Enter now starts a new turn.';
		case 'steer':
			return aim.turnNumber === undefined
				? 'Enter now steers the running turn.'
				: `Enter now steers turn ${aim.turnNumber}.`;
		case 'queue':
			return 'Enter now queues it.';
		case 'nothing':
			return aim.why;
	}
};

const overSentence = (seen: Aim, now: Aim): string => {
	if (seen.kind === 'steer') {
		const name = capital(turnName(seen.turnNumber));
		return now.kind === 'steer' ? `${name} is over, and another one runs.` : `${name} is over.`;
	}
	return seen.kind === 'start' && now.kind === 'steer' ? 'A turn has started meanwhile.' : '';
};

/** At Enter: why the text is not sent yet; undefined when Enter does what the person saw. */
export const judgeChange = (seen: Aim, now: Aim): string | undefined => {
	if (now.kind === 'nothing') return now.why;
	return sameAim(seen, now) ? undefined : `${overSentence(seen, now)} ${aimSentence(now)}`.trim();
};

/** Why a message was not taken, in a sentence; `why` as in `judgeRefusal`. */
export const refusalReason = (aim: SendAim, why: string): string => {
	const name = aim.kind === 'steer' ? capital(turnName(aim.turnNumber)) : 'The turn';
	if (/expected active turn id/.test(why)) return `${name} is over, and another one runs.`;
	if (/no active turn to steer/.test(why)) return `${name} is over.`;
	const [, steered, joined] =
		/cannot steer a (\w+) turn|ActiveTurnNotSteerable \{ turn_kind: (\w+)/.exec(why) ?? [];
	const kind = (steered ?? joined)?.toLowerCase();
	if (kind === 'review') return cannotSteer.review;
	if (kind === 'compact') return cannotSteer.compaction;
	if (kind !== undefined) return `A ${kind} turn is running; it cannot be steered.`;
	if (/exceeds the maximum length/.test(why)) return capital(tooLong('the message'));
	if (/overloaded/i.test(why)) return 'The server is busy and did not take it.';
	const said = sanitiseLine(why).trim();
	return said === ''
		? 'The server refused it.'
		: `It was not taken: ${/[.!?…]$/.test(said) ? said : `${said}.`}`;
};

/**
 * Why a message was not taken, and what Enter does now. `why` is the server's sentence or our own; those of 0.169 for
 * steering are known (PROTOCOL, "Steering"), others are quoted.
 */
export const judgeRefusal = (aim: SendAim, why: string, now: Aim): string => {
	const reason = refusalReason(aim, why);
	const choice = aimSentence(now);
	return reason.includes(choice) || choice.includes(reason) ? choice : `${reason} ${choice}`;
};
