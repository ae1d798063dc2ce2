/**
 * Live threads → what a status bar says of them: how many wait, run and idle, and the one to look at first. Pure.
 *
 * Invariant: the words of the server in it can neither style nor run anything in the tmux, shell or prompt that shows
 * them (`inert`). Used by `status`.
 */
import {threadTitle} from '../../thread/selectors.ts';
import type {ThreadInfo, ThreadStatus} from '../../thread/state.ts';
import {createFormat} from '../../view/format.ts';
import {rowText} from '../../view/row.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import {truncateRow} from '../../view/width.ts';

type Condition = 'waiting' | 'error' | 'running' | 'idle' | 'stored';

export type Summary = {
	readonly counts: Readonly<Record<Condition, number>>;
	/** What needs a person, else what is in trouble, runs, idles; the newest among equals. */
	readonly first: ThreadInfo | undefined;
};

/** Most urgent first. */
const conditions: readonly Condition[] = ['waiting', 'error', 'running', 'idle', 'stored'];

const conditionOf = (status: ThreadStatus): Condition => {
	switch (status.kind) {
		case 'active':
			return status.waitingOn === 'nobody' ? 'running' : 'waiting';
		case 'systemError':
			return 'error';
		case 'idle':
		case 'other':
			return 'idle';
		case 'notLoaded':
		case 'unknown':
			return 'stored';
	}
};

const rank = ({status}: ThreadInfo): number => conditions.indexOf(conditionOf(status));

const recency = ({updatedAtMs, createdAtMs}: ThreadInfo): number => updatedAtMs ?? createdAtMs ?? 0;

/** `threads`: those that a person may mean, no helpers or sub-agents. */
export const summarise = (threads: readonly ThreadInfo[]): Summary => {
	const counts = {waiting: 0, error: 0, running: 0, idle: 0, stored: 0};
	for (const {status} of threads) counts[conditionOf(status)] += 1;
	const [first] = threads.toSorted(
		(left, right) => rank(left) - rank(right) || recency(right) - recency(left),
	);
	return {counts, first};
};

/** Enough to know a thread by; a preview can be a whole page. */
const titleColumns = 50;

/** What tmux, shells and prompts expand, unless what follows makes it harmless: `#12`, `100 %`, `5 $ each`. */
const expanded = /#(?![\d ])|[%$](?! )|[`\\]/g;
/** From U+0021 to its fullwidth twin, U+FF01. */
const twinDistance = 0xfee0;

/**
 * Text of the server for a bar or a prompt: one harmless line in which what they expand (`#(…)`, `#[…]`, `%F{…}`,
 * `$(…)`, backquotes) became its fullwidth twin. Doubling it would hold for one expansion only, and how often
 * a line is expanded depends on who shows it: tmux expands the output of `#()` once more, a shell its `PS1`.
 */
export const inert = (text: string): string =>
	sanitiseLine(text)
		.trim()
		.replace(expanded, sign => String.fromCharCode(sign.charCodeAt(0) + twinDistance));

const titleOf = (info: ThreadInfo): string =>
	rowText(truncateRow([{text: inert(threadTitle(info)), sgr: ''}], titleColumns)).trimEnd();

const needsOf = (status: ThreadStatus): string => {
	if (status.kind !== 'active' || status.waitingOn === 'nobody') return '';
	return status.waitingOn === 'approval' ? 'approval' : 'answer';
};

const symbols: Readonly<Record<Condition, string>> = {
	waiting: '?',
	error: '✗',
	running: '●',
	idle: '○',
	stored: '·',
};

/** The words of a template and what they stand for; the help lists these names. */
export const wordNames = [
	'waiting',
	'error',
	'running',
	'idle',
	'live',
	'more',
	'title',
	'status',
	'needs',
	'symbol',
	'id',
	'cwd',
] as const;

export type Words = Readonly<Record<(typeof wordNames)[number], string>>;

/** Counts of nothing are `0`; words about the first thread are empty where there is none. */
export const wordsOf = ({counts, first}: Summary, home: string | undefined): Words => {
	const condition = first && conditionOf(first.status);
	const live = counts.waiting + counts.error + counts.running + counts.idle;
	return {
		waiting: String(counts.waiting),
		error: String(counts.error),
		running: String(counts.running),
		idle: String(counts.idle),
		live: String(live),
		more: String(condition === undefined ? 0 : counts[condition] - 1),
		title: first === undefined ? '' : titleOf(first),
		status: condition ?? '',
		needs: first === undefined ? '' : needsOf(first.status),
		symbol: condition === undefined ? '' : symbols[condition],
		id: first === undefined ? '' : inert(first.id),
		cwd: first === undefined ? '' : inert(createFormat({}).shortPath(first.cwd, home)),
	};
};

/**
 * `2 waiting: fix the flaky login test +1 · 1 running · 3 idle`. What merely idles has no title, and where nothing is
 * live the line is empty: a bar that has nothing to say is calm.
 */
export const summaryLine = ({counts, first}: Summary): string => {
	const condition = first && conditionOf(first.status);
	return conditions
		.filter(each => each !== 'stored' && counts[each] > 0)
		.map(each => {
			const count = `${counts[each]} ${each}`;
			if (each !== condition || each === 'idle' || first === undefined) return count;
			const more = counts[each] > 1 ? ` +${counts[each] - 1}` : '';
			return `${count}: ${titleOf(first)}${more}`;
		})
		.join(' · ');
};

/** Of one thread that was asked for: `waiting for approval: fix the flaky login test`. */
export const threadLine = (info: ThreadInfo): string => {
	const needs = needsOf(info.status);
	return `${conditionOf(info.status)}${needs === '' ? '' : ` for ${needs}`}: ${titleOf(info)}`;
};
