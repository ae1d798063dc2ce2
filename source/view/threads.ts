/** The Threads pane: what can be switched to, what waits for a person on top. Pure. */
import {threadTitle} from '../thread/selectors.ts';
import type {ThreadInfo, ThreadStatus} from '../thread/state.ts';
import type {Format} from './format.ts';
import {headRows, muted, paragraph, plain} from './items/item-view.ts';
import {inverted} from './restyle.ts';
import type {Row, Sgr, Span} from './row.ts';
import {theme} from './style.ts';
import {padRow, truncateRow} from './width.ts';

export type ThreadListEntry = {
	readonly info: ThreadInfo;
	/** The thread that is open in this Jumpseat. */
	readonly current: boolean;
};

/** Lower comes first. */
const urgency = (status: ThreadStatus): number => {
	switch (status.kind) {
		case 'active':
			return status.waitingOn === 'nobody' ? 1 : 0;
		case 'systemError':
		case 'other':
		case 'idle':
			return 2;
		case 'unknown':
		case 'notLoaded':
			return 3;
	}
};

const recency = (info: ThreadInfo): number => info.updatedAtMs ?? info.createdAtMs ?? 0;

/**
 * Waiting for a person, working, live, stored; the newest first among equals. Ephemeral threads (the stock TUI
 * makes one to find a title) are left out, unless one is open.
 */
export const sortThreads = (entries: readonly ThreadListEntry[]): readonly ThreadListEntry[] =>
	entries
		.filter(entry => entry.current || !entry.info.ephemeral)
		.toSorted(
			(left, right) =>
				urgency(left.info.status) - urgency(right.info.status) || recency(right.info) - recency(left.info),
		);

const statusLook = (
	status: ThreadStatus,
): {readonly glyph: string; readonly word: string; readonly sgr: Sgr} => {
	switch (status.kind) {
		case 'active':
			if (status.waitingOn === 'approval') return {glyph: '?', word: 'waits for approval', sgr: theme.warn};
			if (status.waitingOn === 'userInput') return {glyph: '?', word: 'waits for an answer', sgr: theme.warn};
			return {glyph: '●', word: 'working', sgr: theme.running};
		case 'idle':
			return {glyph: '●', word: 'idle', sgr: theme.good};
		case 'systemError':
			return {glyph: '✗', word: 'system error', sgr: theme.bad};
		case 'other':
			return {glyph: '◇', word: status.name, sgr: theme.muted};
		case 'notLoaded':
			return {glyph: '○', word: 'stored', sgr: theme.muted};
		case 'unknown':
			return {glyph: '○', word: '', sgr: theme.muted};
	}
};

const threadRow = (entry: ThreadListEntry, columns: number, format: Format): Row => {
	const {info, current} = entry;
	const look = statusLook(info.status);
	const outcome: Span[] = [plain(look.word, look.sgr)];
	if (info.updatedAtMs !== undefined && columns >= 50) {
		outcome.push(muted(`${look.word === '' ? '' : '  '}${format.stamp(info.updatedAtMs)}`));
	}
	const title = [
		plain(threadTitle(info), current ? theme.strong : theme.plain),
		muted(current ? '  here' : ''),
		muted(info.cwd === '' || columns < 70 ? '' : `  ${info.cwd}`),
	];
	// One row each, so that row n is entry n: the second row of a narrow head is left away.
	return truncateRow(headRows({text: look.glyph, sgr: look.sgr}, title, outcome, columns)[0] ?? [], columns);
};

/** Exactly one row an entry, in the order given; `selected` is an index, −1 for none. */
export const threadRows = (
	entries: readonly ThreadListEntry[],
	columns: number,
	selected: number,
	format: Format,
): readonly Row[] => {
	const width = Math.max(1, columns);
	if (entries.length === 0) return paragraph('No threads on this server yet.', theme.muted, width);
	return entries.map((entry, index) => {
		const row = threadRow(entry, width, format);
		return index === selected ? inverted(padRow(row, width)) : row;
	});
};
