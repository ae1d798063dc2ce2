/**
 * The whole diff of a file change, with hidden characters made visible before it is laid out. Kept by the identity of
 * the changes: a card is drawn again with every frame, and a diff can be long. Called by `body.ts`.
 */
import {revealHidden} from '../../asks/hidden.ts';
import type {WireFileChange} from '../../protocol/types.ts';
import {contentAsDiff, diffRows, diffStat} from '../diff.ts';
import {relativePath} from '../format.ts';
import {statSpans} from '../items/file-change.ts';
import {memoiseLast} from '../memo.ts';
import {emptyRow, type Row, type Span} from '../row.ts';
import {theme} from '../style.ts';
import {wrapRow} from '../wrap.ts';
import {exactPart, joinParts, named, type Part, span} from './text.ts';

/** As it would be applied: a new or a deleted file is its bare content (PROTOCOL.md), whatever that looks like. */
const diffOf = ({kind, diff = ''}: WireFileChange): string =>
	kind?.type === 'add' || kind?.type === 'delete' ? contentAsDiff(diff, kind.type) : diff;

const tokens = /(‹[^‹›]{1,30}›)/;

/** `revealHidden` writes what it found as ‹…›; a diff is styled by its lines, so the look comes afterwards. */
const markTokens = (row: Row): Row =>
	row.some(({text}) => text.includes('‹'))
		? row.flatMap(({text, sgr}) =>
				text
					.split(tokens)
					.filter(part => part !== '')
					.map((part): Span => ({text: part, sgr: tokens.test(part) ? theme.hidden : sgr})),
			)
		: row;

const kindWords = (change: WireFileChange): string => {
	const moved = change.kind?.move_path;
	switch (change.kind?.type) {
		case 'add':
			return change.diff === '' ? 'new, empty' : 'new';
		case 'delete':
			return 'deleted';
		default:
			return moved !== undefined && moved !== null && change.diff === '' ? 'moved, not changed' : '';
	}
};

/** A path with `..` in it is shown as it is: its shortened form could be taken for another one. */
const shown = (path: string, cwd: string | undefined): string =>
	path.split('/').includes('..') ? path : relativePath(path, cwd);

const changePart = (change: WireFileChange, cwd: string | undefined, columns: number): Part => {
	const diff = diffOf(change);
	const revealed = revealHidden(diff, 'code');
	const moved = change.kind?.move_path;
	const path = `${shown(change.path, cwd)}${typeof moved === 'string' ? ` → ${shown(moved, cwd)}` : ''}`;
	const head = exactPart(path, theme.strong, columns, span('✎ ', theme.running));
	const words = kindWords(change);
	const stat: Row = [
		...statSpans(diffStat(diff)),
		...(words === ''
			? []
			: [span(diffStat(diff).added + diffStat(diff).removed > 0 ? `  ${words}` : words, theme.muted)]),
	];
	const safe = revealed.shown.map(piece => (piece.kind === 'break' ? '\n' : piece.text)).join('');
	const rows = [
		...head.rows,
		...(stat.length > 0 ? wrapRow(stat, columns) : []),
		...diffRows(safe, columns).map(markTokens),
	];
	return {
		rows,
		warnings: [...head.warnings, ...named('in the file', {rows: [], warnings: revealed.warnings}).warnings],
	};
};

export const changesPart = memoiseLast(
	(changes: readonly WireFileChange[], cwd: string | undefined, columns: number): Part =>
		joinParts(
			changes.flatMap((change, index) => [
				...(index === 0 ? [] : [{rows: [emptyRow], warnings: []}]),
				changePart(change, cwd, columns),
			]),
		),
);
