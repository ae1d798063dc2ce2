/**
 * The thin rule under a finished turn: its number (when all older turns are known), how it ended, how long it
 * took, whether old history kept no more than its messages; the whole error when it failed. Called by `transcript.ts`.
 */
import {isMessagesOnly} from '../../thread/made-up-ids.ts';
import type {Turn} from '../../thread/state.ts';
import {errorWords} from '../error-words.ts';
import type {Format} from '../format.ts';
import type {Row, Sgr, Span} from '../row.ts';
import {theme} from '../style.ts';
import {rowWidth, truncateRow} from '../width.ts';
import {muted, paragraph, plain, underHead} from './item-view.ts';

const widestRule = 100;

/** `── words ─────────`. */
export const rule = (words: readonly Span[], columns: number, sgr: Sgr = theme.border): Row => {
	const row: Row = [{text: '── ', sgr}, ...words, {text: ' ', sgr: theme.plain}];
	const left = Math.min(columns, widestRule) - rowWidth(row);
	return left > 0 ? [...row, {text: '─'.repeat(left), sgr}] : truncateRow(row, columns);
};

/** How the turn ended, or undefined while it has not. */
const endOf = (turn: Turn): Span | undefined => {
	switch (turn.status) {
		case 'completed':
			return muted('completed');
		case 'interrupted':
			return {text: 'interrupted', sgr: theme.warn};
		case 'failed':
			return {text: 'failed', sgr: theme.bad};
		case 'inProgress':
		case 'unknown':
			return undefined;
	}
};

export const hasEnded = (turn: Turn): boolean => endOf(turn) !== undefined;

/** The server tells the same error twice: when it happens, and with the turn's end. */
const isErrorShown = (turn: Turn): boolean => {
	const last = turn.notices.at(-1);
	return last?.kind === 'error' && last.text === turn.error && last.afterItems >= turn.items.length;
};

/** `turnNumber`: 1 for the first turn of the thread; undefined while that is not known. */
export const turnEndRows = (
	turn: Turn,
	turnNumber: number | undefined,
	columns: number,
	format: Format,
): Row[] => {
	const end = endOf(turn);
	if (end === undefined) return [];
	// The wire tells a turn's times in whole seconds.
	const seconds = ((turn.completedAtMs ?? 0) - (turn.startedAtMs ?? turn.completedAtMs ?? 0)) / 1000;
	const words = [
		muted(turnNumber === undefined ? 'turn ' : `turn ${turnNumber} · `),
		end,
		...(seconds < 1 ? [] : [muted(` · ${format.elapsed(seconds)}`)]),
		...(isMessagesOnly(turn) ? [muted(' · messages only')] : []),
	];
	const error = isErrorShown(turn) ? undefined : turn.error;
	return [
		rule(words, columns),
		...(error === undefined
			? []
			: underHead(columns, inner => paragraph(errorWords(error), theme.bad, inner))),
	];
};

/** The very first line of a thread: whether there is more above it. */
export const topRows = (olderCursor: string | null, columns: number): Row[] =>
	paragraph(
		olderCursor === null ? 'beginning of the thread' : '↑ older turns load as you scroll up',
		theme.muted,
		columns,
	);

/** Says that a turn is known by its summary only (a server that refuses full items). */
export const incompleteRows = (columns: number): Row[] =>
	paragraph('… this server gave only a summary of this turn: items are missing', theme.muted, columns);

/** For a thread without a turn. */
export const emptyThreadRows = (columns: number): Row[] => [
	truncateRow([plain('no turn yet: the first message starts one', theme.muted)], columns),
];
