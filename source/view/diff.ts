/**
 * Unified diffs as rows: file header, hunks, a gutter with line numbers, real `+` and `-` signs (so that it reads
 * without colours), and the changed words of a changed line marked. Invariant: sanitised, and no row wider than
 * asked. Called by the Diff pane, the file change view and the approval card.
 *
 * Facts: a `fileChange` of kind `update` carries a unified diff (with or without file headers), `add` and `delete`
 * carry the bare content (PROTOCOL.md); `turn/diff/updated` is a whole git-style diff.
 */
import {diffWordsWithSpace} from 'diff';
import {type DiffFile, type DiffHunk, type DiffLine, parseUnifiedDiff} from './diff-parse.ts';
import type {Row, Sgr, Span} from './row.ts';
import {emptyRow} from './row.ts';
import {sanitiseLine, sanitiseText} from './sanitise.ts';
import {mergeSgr} from './sgr-state.ts';
import {theme} from './style.ts';
import {hardWrapRow, indentRows, wrapRow} from './wrap.ts';

export {type DiffFile, type DiffHunk, type DiffLine, parseUnifiedDiff} from './diff-parse.ts';

/** Below this many columns for the text the gutter is left out. */
const minTextColumns = 16;

/** Word comparison is quadratic: longer lines, longer runs of changed lines and less alike ones go without. */
const maxComparedLength = 400;
const maxComparedLines = 40;
const maxEdits = 40;

/** Emphasis says something only while most of a line stayed. */
const minSharedPart = 0.4;

const emphasised = (sgr: Sgr): Sgr => mergeSgr(sgr, mergeSgr(theme.strong, theme.selected));

const cleanText = (text: string): string => sanitiseText(text.replace(/[\r\n]/g, ' '));

/** Sanitised spans without the empty ones. */
const spansOf = (...parts: readonly (readonly [text: string, sgr: Sgr])[]): Row =>
	parts.map(([text, sgr]) => ({text: sanitiseLine(text), sgr})).filter(span => span.text !== '');

type Drawn = {readonly line: DiffLine; readonly spans: readonly Span[]};

const signs: Record<DiffLine['kind'], string> = {add: '+', remove: '-', context: ' ', note: ' '};
const looks: Record<DiffLine['kind'], Sgr> = {
	add: theme.added,
	remove: theme.removed,
	context: theme.plain,
	note: theme.muted,
};

const plainLine = (line: DiffLine): Drawn => ({
	line,
	spans: [{text: cleanText(line.text), sgr: looks[line.kind]}].filter(span => span.text !== ''),
});

/** A removed and an added line drawn with what differs between them, if they are alike enough. */
const comparePair = (removed: DiffLine, added: DiffLine): readonly [Drawn, Drawn] => {
	const before = cleanText(removed.text);
	const after = cleanText(added.text);
	const plain = [plainLine(removed), plainLine(added)] as const;
	if (before.length > maxComparedLength || after.length > maxComparedLength) return plain;
	const parts = diffWordsWithSpace(before, after, {maxEditLength: maxEdits});
	if (!parts) return plain;
	const shared = parts.reduce(
		(sum, part) => (part.added || part.removed ? sum : sum + part.value.trim().length),
		0,
	);
	if (shared < minSharedPart * Math.max(before.trim().length, after.trim().length)) return plain;
	const side = (line: DiffLine, other: 'added' | 'removed'): Drawn => ({
		line,
		spans: parts
			.filter(part => !part[other])
			.map(part => ({
				text: part.value,
				sgr: part.added || part.removed ? emphasised(looks[line.kind]) : looks[line.kind],
			})),
	});
	return [side(removed, 'added'), side(added, 'removed')];
};

/**
 * Runs of removed lines followed by as many added ones are compared line by line; of a longer run of removed lines
 * the last ones are. Every line is looked at once: a new file is one run, and can be very long.
 */
const drawLines = (lines: readonly DiffLine[]): Drawn[] => {
	const drawn: Drawn[] = [];
	let at = 0;
	const run = (kind: DiffLine['kind'], from: number): number => {
		let end = from;
		while (lines[end]?.kind === kind) end++;
		return end;
	};
	const drawPlain = (to: number): void => {
		for (; at < to; at++) {
			const line = lines[at];
			if (line) drawn.push(plainLine(line));
		}
	};
	while (at < lines.length) {
		const removedEnd = run('remove', at);
		if (removedEnd === at) {
			drawPlain(at + 1);
			continue;
		}
		const addedEnd = run('add', removedEnd);
		const count = addedEnd - removedEnd;
		const areCompared = count > 0 && count <= maxComparedLines && count <= removedEnd - at;
		drawPlain(areCompared ? removedEnd - count : removedEnd);
		if (!areCompared) continue;
		const added = lines.slice(removedEnd, addedEnd);
		const pairs = lines.slice(at, removedEnd).map((line, index) => comparePair(line, added[index] ?? line));
		drawn.push(...pairs.map(pair => pair[0]), ...pairs.map(pair => pair[1]));
		at = addedEnd;
	}
	return drawn;
};

const hunkRows = (hunk: DiffHunk, columns: number, digits: number): Row[] => {
	const place = `@@ -${hunk.oldStart} +${hunk.newStart} @@`;
	const heading = spansOf([place, theme.hunk], [hunk.heading && ` ${hunk.heading}`, theme.muted]);
	const gutterColumns = 2 * digits + 2;
	const hasGutter = columns - gutterColumns - 1 >= minTextColumns;
	const room = Math.max(1, columns - 1 - (hasGutter ? gutterColumns : 0));
	const hasSign = columns > 1;
	const number = (value: number | undefined): string =>
		(value === undefined ? '' : String(value)).padStart(digits);
	const rows = drawLines(hunk.lines).flatMap(({line, spans}) => {
		const sgr = looks[line.kind];
		const sign = signs[line.kind];
		const signed = hasSign
			? indentRows(hardWrapRow(spans, room), {text: ' ', sgr: theme.plain}, {text: sign, sgr})
			: hardWrapRow(spans, room);
		if (!hasGutter) return signed;
		const gutter = `${number(line.oldLine)} ${number(line.newLine)} `;
		return indentRows(
			signed,
			{text: ' '.repeat(gutterColumns), sgr: theme.muted},
			{text: gutter, sgr: theme.muted},
		);
	});
	return [...wrapRow(heading, columns, {hang: 2}), ...rows];
};

const titleOf = ({oldPath, newPath}: DiffFile): string | undefined => {
	if (oldPath !== undefined && newPath !== undefined && oldPath !== newPath) return `${oldPath} → ${newPath}`;
	return newPath ?? oldPath;
};

const stateOf = ({oldPath, newPath, hunks}: DiffFile): string => {
	if (hunks.length === 0 || (oldPath === undefined) === (newPath === undefined)) return '';
	return oldPath === undefined ? ' (new)' : ' (deleted)';
};

const fileRows = (file: DiffFile, columns: number): Row[] => {
	const title = titleOf(file);
	const header =
		title === undefined ? [] : wrapRow(spansOf([title, theme.strong], [stateOf(file), theme.muted]), columns);
	const notes = file.notes.flatMap(text => wrapRow(spansOf([text, theme.muted]), columns));
	const last = file.hunks.reduce(
		(most, hunk) =>
			hunk.lines.reduce((max, line) => Math.max(max, line.oldLine ?? 0, line.newLine ?? 0), most),
		0,
	);
	const digits = String(last).length;
	return [...header, ...notes, ...file.hunks.flatMap(hunk => hunkRows(hunk, columns, digits))];
};

/** Rows of a diff, none wider than `columns` (at least 1), files apart by a blank row. What is no diff is shown as text. */
export const diffRows = (diff: string, columns: number): Row[] => {
	const width = Math.max(1, columns);
	const files = parseUnifiedDiff(diff);
	if (files.length === 0)
		return diff === ''
			? []
			: cleanLines(diff).flatMap(text => hardWrapRow(spansOf([text, theme.plain]), width));
	return files.flatMap((file, index) => [...(index === 0 ? [] : [emptyRow]), ...fileRows(file, width)]);
};

const cleanLines = (text: string): string[] => sanitiseText(text).replace(/\n$/, '').split('\n');

/** Lines added and removed in all files of a diff. */
export const diffStat = (diff: string): {readonly added: number; readonly removed: number} => {
	let added = 0;
	let removed = 0;
	for (const file of parseUnifiedDiff(diff))
		for (const hunk of file.hunks)
			for (const line of hunk.lines) {
				if (line.kind === 'add') added++;
				else if (line.kind === 'remove') removed++;
			}
	return {added, removed};
};

/** The bare content of an added or deleted file as a diff of one hunk without a file header; `''` if it is empty. */
export const contentAsDiff = (content: string, kind: 'add' | 'delete'): string => {
	if (content === '') return '';
	const sign = kind === 'add' ? '+' : '-';
	const lines = content.replace(/\n$/, '').split('\n');
	const header = kind === 'add' ? `@@ -0,0 +1,${lines.length} @@` : `@@ -1,${lines.length} +0,0 @@`;
	return `${[header, ...lines.map(line => sign + line)].join('\n')}\n`;
};
