/**
 * A patch: one line a file with what it adds and removes, the diff below. A short diff is open from the start, a
 * long one waits to be opened. Called by `views.ts` and, for a turn without a diff of its own, by `turn-diff.ts`.
 */
import type {WireFileChange} from '../../protocol/types.ts';
import {contentAsDiff, diffRows, diffStat} from '../diff.ts';
import {relativePath} from '../format.ts';
import type {Row, Span} from '../row.ts';
import {theme} from '../style.ts';
import {
	behindBar,
	decidedSpans,
	dotted,
	headRows,
	type ItemContext,
	type ItemView,
	missedRows,
	more,
	muted,
	type Of,
	outcomeOf,
	outcomeWord,
	plain,
	underHead,
} from './item-view.ts';

/** Diffs with at most this many changed lines are open from the start. */
const shortDiffLines = 16;
/** Rows of one opened diff; the Diff pane and copying have the rest. */
const openedRows = 1500;

const isBare = (change: WireFileChange): change is WireFileChange & {kind: {type: 'add' | 'delete'}} =>
	(change.kind?.type === 'add' || change.kind?.type === 'delete') && !/^@@ /m.test(change.diff ?? '');

/** The change as a unified diff (PROTOCOL: adds and deletes bring the bare content). */
export const changeDiff = (change: WireFileChange): string =>
	isBare(change) ? contentAsDiff(change.diff ?? '', change.kind.type) : (change.diff ?? '');

/** `+12 −3`, without the side that is zero. */
export const statSpans = (stat: {readonly added: number; readonly removed: number}): Span[] => {
	const spans: Span[] = [];
	if (stat.added > 0) spans.push({text: `+${stat.added}`, sgr: theme.added});
	if (stat.added > 0 && stat.removed > 0) spans.push({text: ' ', sgr: theme.plain});
	if (stat.removed > 0) spans.push({text: `−${stat.removed}`, sgr: theme.removed});
	return spans;
};

const pathSpans = (change: WireFileChange, cwd: string | undefined): Span[] => {
	const spans = [plain(relativePath(change.path, cwd))];
	const moved = change.kind?.move_path;
	if (typeof moved === 'string' && moved !== '') spans.push(muted(' → '), plain(relativePath(moved, cwd)));
	if (change.kind?.type === 'add') spans.push(muted('  new'));
	if (change.kind?.type === 'delete') spans.push(muted('  deleted'));
	return spans;
};

const changeRows = (
	change: WireFileChange,
	words: readonly Span[],
	glyph: Span,
	context: ItemContext,
): Row[] => {
	const diff = changeDiff(change);
	const stat = statSpans(diffStat(diff));
	const outcome = dotted(...words);
	const gap: Span[] = stat.length > 0 && outcome.length > 0 ? [muted(' · ')] : [];
	const head = headRows(
		glyph,
		pathSpans(change, context.cwd),
		[...outcome, ...gap, ...stat],
		context.columns,
	);
	if (context.fold === 'closed' || diff === '') return head;
	return [...head, ...behindBar(context.columns, inner => boundedDiff(diff, inner))];
};

const boundedDiff = (diff: string, columns: number): Row[] => {
	const rows = diffRows(diff, columns);
	if (rows.length <= openedRows) return rows;
	return [...rows.slice(0, openedRows), [muted(more(rows.length - openedRows, 'line'))]];
};

const changedLines = (content: Of<'fileChange'>): number =>
	(content.changes ?? []).reduce((sum, change) => {
		const stat = diffStat(changeDiff(change));
		return sum + stat.added + stat.removed;
	}, 0);

export const fileChange: ItemView<Of<'fileChange'>> = {
	tone: 'work',
	text: content =>
		(content.changes ?? [])
			.map(
				change => `--- ${change.path}\n+++ ${change.kind?.move_path ?? change.path}\n${changeDiff(change)}`,
			)
			.join('\n'),
	defaultFold: content => (changedLines(content) <= shortDiffLines ? 'open' : 'closed'),
	foldable: content => (content.changes ?? []).some(change => (change.diff ?? '') !== ''),
	rows: (content, item, context) => {
		const state = outcomeOf(item, content.status, context);
		const word =
			state === 'running' ? {text: 'writing', sgr: theme.running} : outcomeWord(state, content.status);
		const words = decidedSpans(word, context);
		const bad = state === 'bad' || state === 'cut';
		const glyph = {text: '✎', sgr: bad ? theme.bad : state === 'good' ? theme.good : theme.running};
		const changes = content.changes ?? [];
		const missed = underHead(context.columns, inner => missedRows(item, inner));
		if (changes.length === 0) {
			return [...headRows(glyph, [plain('file changes')], dotted(...words), context.columns), ...missed];
		}
		// Said once for all files of the patch.
		return [
			...changes.flatMap((change, at) => changeRows(change, at === 0 ? words : [word], glyph, context)),
			...missed,
		];
	},
};
