/**
 * The Diff pane: all that the current or last turn changed. Pure; kept by the identity of what it was made of,
 * for the pane is asked again with every frame.
 */
import type {Item, ThreadState} from '../thread/state.ts';
import {diffRows, diffStat} from './diff.ts';
import {relativePath} from './format.ts';
import {changeDiff, statSpans} from './items/file-change.ts';
import {headRows, more, muted, paragraph, plain} from './items/item-view.ts';
import {memoiseLast} from './memo.ts';
import {turnName} from './plan.ts';
import {emptyRow, type Row} from './row.ts';
import {theme} from './style.ts';
import {truncateRow} from './width.ts';

/** Rows that are laid out at most. */
const mostRows = 5000;

const bounded = (rows: readonly Row[], columns: number): readonly Row[] =>
	rows.length <= mostRows
		? rows
		: [...rows.slice(0, mostRows), truncateRow([muted(more(rows.length - mostRows, 'line'))], columns)];

const wholeDiff = memoiseLast((diff: string, title: string, columns: number): readonly Row[] => [
	...headRows(muted('±'), [muted(title)], statSpans(diffStat(diff)), columns),
	emptyRow,
	...bounded(diffRows(diff, columns), columns),
]);

/** An older server tells of patches only: one after the other, as they were applied. */
const patches = memoiseLast(
	(
		items: readonly Item[],
		title: string,
		cwd: string | undefined,
		columns: number,
	): readonly Row[] | undefined => {
		const changes = items.flatMap(item =>
			item.content.type === 'fileChange' && item.content.status !== 'declined'
				? (item.content.changes ?? [])
				: [],
		);
		if (changes.length === 0) return undefined;
		const rows = changes.flatMap(change => {
			const diff = changeDiff(change);
			return [
				emptyRow,
				...headRows(
					{text: '✎', sgr: theme.good},
					[plain(relativePath(change.path, cwd), theme.strong)],
					statSpans(diffStat(diff)),
					columns,
				),
				...diffRows(diff, columns),
			];
		});
		return [...paragraph(`${title} · patch by patch`, theme.muted, columns), ...bounded(rows, columns)];
	},
);

const nothing = memoiseLast((words: string, columns: number) => paragraph(words, theme.muted, columns));

/** The turn's own diff, else its file changes, else a sentence. */
export const turnDiffRows = (state: ThreadState, columns: number): readonly Row[] => {
	const width = Math.max(1, columns);
	const turn = state.turns.at(-1);
	if (turn === undefined) return nothing('No turn yet, so no file has changed.', width);
	const title = turnName(state, state.turns.length - 1);
	if (turn.diff !== undefined && turn.diff.trim() !== '') return wholeDiff(turn.diff, title, width);
	const rows = patches(turn.items, title, state.info?.cwd, width);
	if (rows !== undefined) return rows;
	return nothing(
		turn.status === 'inProgress'
			? 'No file has changed in the running turn so far.'
			: 'No file changed in the last turn.',
		width,
	);
};
