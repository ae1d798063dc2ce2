/**
 * How a turn ended, for a shell: its final message, its exit code, its line of JSON and its sentence.
 *
 * Invariant: pure; nothing is made up — a turn whose end was not heard of has none. The texts are the server's, raw.
 * Called by `send --wait` and `wait`.
 */
import {turnName} from '../../composer/aim.ts';
import type {ThreadState, Turn, TurnStatus} from '../../thread/state.ts';
import {findTurn} from '../../thread/turns.ts';
import {errorWords} from '../../view/error-words.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import {exitCodes} from '../exit-codes.ts';

export type TurnEnd = {
	readonly turnId: string;
	/** From 1; undefined while older turns are not loaded. */
	readonly turnNumber: number | undefined;
	/** `unknown`: it is over, and nobody heard how. */
	readonly status: Exclude<TurnStatus, 'inProgress'>;
	readonly error: string | undefined;
	/** The last thing that the agent said in it: Markdown, raw. */
	readonly message: string | undefined;
};

/** The last message of the agent; of a review that said nothing else, what it found. */
export const finalMessage = ({items}: Turn): string | undefined => {
	for (const {content} of items.toReversed()) {
		if (content.type === 'agentMessage' && content.text !== '') return content.text;
		if (content.type === 'exitedReviewMode' && content.review !== '') return content.review;
	}
	return undefined;
};

/** The turn's number, from 1; undefined while older turns are not loaded. */
export const numberOf = ({turns, olderCursor}: ThreadState, turn: Turn): number | undefined =>
	olderCursor === null ? turns.indexOf(turn) + 1 : undefined;

/** Undefined while it runs, or when nothing is known of it. `id` may be that of a part (thread/parts.ts). */
export const turnEnd = (thread: ThreadState, id: string): TurnEnd | undefined => {
	const turn = findTurn(thread, id);
	if (turn === undefined || turn.status === 'inProgress') return undefined;
	return {
		turnId: turn.id,
		turnNumber: numberOf(thread, turn),
		status: turn.status,
		error: turn.error,
		message: finalMessage(turn),
	};
};

/** Whether its last words may be missing: what completes while a turn is joined is in neither list nor stream. */
export const isInDoubt = (thread: ThreadState, id: string): boolean => {
	const turn = findTurn(thread, id);
	return (
		turn !== undefined &&
		(turn.itemsIncomplete ||
			turn.status === 'unknown' ||
			turn.items.some(({missedStart, phase}) => missedStart || phase === 'cut'))
	);
};

export const exitCodeOf = ({status}: TurnEnd): number => {
	switch (status) {
		case 'completed':
			return exitCodes.done;
		case 'interrupted':
			return exitCodes.interrupted;
		case 'failed':
		case 'unknown':
			return exitCodes.failed;
	}
};

/** One line for stderr; undefined when all went well. */
export const endSentence = ({status, error, turnNumber}: TurnEnd): string | undefined => {
	const name = turnName(turnNumber).replace(/^t/, 'T');
	switch (status) {
		case 'completed':
			return undefined;
		case 'interrupted':
			return `${name} was interrupted.`;
		case 'failed':
			return error === undefined ? `${name} failed.` : `${name} failed: ${sanitiseLine(errorWords(error))}`;
		case 'unknown':
			return `${name} is over, and how it ended is not known.`;
	}
};

/** A line of `--json`. */
export const turnJson = (threadId: string, {turnId, status, error, message}: TurnEnd) => ({
	jumpseat: 1,
	type: 'jumpseat/turn',
	threadId,
	turnId,
	status,
	error: error ?? null,
	message: message ?? null,
});
