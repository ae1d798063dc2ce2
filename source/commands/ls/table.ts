/**
 * The table of `ls`: pure, threads in, lines out. Invariants: one line a thread, harmless, and none wider than the
 * terminal; in a pipe nothing is cut. Called by `ls` and `ls --watch`.
 */
import {shortId, threadTitle} from '../../thread/selectors.ts';
import type {ThreadInfo, ThreadStatus} from '../../thread/state.ts';
import {createFormat} from '../../view/format.ts';
import {rowText} from '../../view/row.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import {sortThreads} from '../../view/threads.ts';
import {textWidth, truncateRow} from '../../view/width.ts';

export type TableOptions = {
	readonly nowMs: number;
	readonly home: string | undefined;
	/** Of the terminal; undefined where there is none. */
	readonly columns: number | undefined;
};

/** In the order of the table: what waits for a person on top; the short-lived helpers of the stock TUI left out. */
export const inOrder = (threads: readonly ThreadInfo[]): readonly ThreadInfo[] =>
	sortThreads(threads.map(info => ({info, current: false}))).map(({info}) => info);

export const statusWords = (status: ThreadStatus): string => {
	switch (status.kind) {
		case 'active':
			return status.waitingOn === 'nobody' ? 'running' : 'waits for a person';
		case 'idle':
			return 'idle';
		case 'notLoaded':
			return 'stored';
		case 'systemError':
			return 'error';
		case 'unknown':
			return '?';
		case 'other':
			return sanitiseLine(status.name);
	}
};

/** Where there is no room for a sentence. */
const shortStatus = (status: ThreadStatus): string =>
	status.kind === 'active' && status.waitingOn !== 'nobody' ? 'waits' : statusWords(status);

/** From so many columns all of them have room, and so many leave room for the age. */
const wideColumns = 110;
const middleColumns = 60;

const cells = (info: ThreadInfo, {nowMs, home, columns}: TableOptions): readonly string[] => {
	const format = createFormat({});
	const title = sanitiseLine(threadTitle(info));
	const age = info.updatedAtMs === undefined ? '' : format.ago(Math.max(0, nowMs - info.updatedAtMs));
	if (columns === undefined || columns >= wideColumns)
		return [statusWords(info.status), info.id, age, sanitiseLine(format.shortPath(info.cwd, home)), title];
	if (columns >= middleColumns) return [statusWords(info.status), shortId(info.id), age, title];
	return [shortStatus(info.status), shortId(info.id), title];
};

/** At most so many cells; undefined: as it is. */
export const cutLine = (text: string, columns: number | undefined): string =>
	columns === undefined ? text : rowText(truncateRow([{text, sgr: ''}], columns));

const columnGap = '  ';

/** Titles come last, and are what is cut. `threads`: in order. */
export const tableLines = (threads: readonly ThreadInfo[], options: TableOptions): readonly string[] => {
	const rows = threads.map(info => cells(info, options));
	const last = (rows[0]?.length ?? 1) - 1;
	const widths = Array.from({length: last}, (_, column) =>
		Math.max(...rows.map(row => textWidth(row[column] ?? ''))),
	);
	return rows.map(row =>
		cutLine(
			row
				.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - textWidth(cell))))
				.join(columnGap)
				.trimEnd(),
			options.columns,
		),
	);
};
