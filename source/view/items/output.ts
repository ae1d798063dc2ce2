/**
 * The text that a tool printed: folded to its last lines, or opened up to a bound. Invariant: what is left out is
 * always said, with its size. A running command hands its parser over from layout to layout (`Live`), so that
 * only what came since is parsed. Called by the views of commands and tools.
 */
import {ansiLines, createAnsiParser} from '../ansi.ts';
import type {Row} from '../row.ts';
import {rowText} from '../row.ts';
import {theme} from '../style.ts';
import {truncateRow} from '../width.ts';
import {hardWrapRow} from '../wrap.ts';
import {behindBar, type Fold, type Live, more, muted} from './item-view.ts';

/** Lines of a folded output. */
export const foldedLines = 5;
/** Lines of an opened one: copying brings the rest. */
export const openedLines = 2000;
/** A running output longer than this is cut to its end before it is parsed, too. */
const liveCharacters = 256 * 1024;
/** Parsing stops mattering beyond this many characters before the end of a folded output. */
const foldedCharacters = 20_000;

type Lines = {
	/** The newest lines, at least as many as are going to be shown. */
	readonly rows: readonly Row[];
	/** Lines before those. */
	readonly before: number;
};

const countLines = (text: string, end: number): number => {
	let count = 0;
	for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
	return count;
};

/** The end of a long text, cut where a line begins: there is no need to parse megabytes to show five lines. */
const endOf = (text: string, wantedLines: number): {text: string; before: number} => {
	if (text.length <= foldedCharacters) return {text, before: 0};
	let at = text.length;
	for (let lines = 0; lines <= wantedLines + 1 && at > 0; lines += 1) at = text.lastIndexOf('\n', at - 1);
	if (at < 0) return {text, before: 0};
	return {text: text.slice(at + 1), before: countLines(text, at + 1)};
};

const fedTailLength = 64;

/** The parser of a growing text, fed with what is new; begins again when the text did not grow by appending. */
const liveLines = (text: string, live: Live): readonly Row[] => {
	let ansi = live.ansi;
	const grew =
		ansi !== undefined &&
		text.length >= ansi.fedLength &&
		text.slice(Math.max(0, ansi.fedLength - fedTailLength), ansi.fedLength) === ansi.fedTail;
	if (ansi === undefined || !grew) {
		ansi = {parser: createAnsiParser(), fedLength: 0, fedTail: ''};
		live.ansi = ansi;
	}
	if (text.length > ansi.fedLength) {
		ansi.parser.push(text.slice(ansi.fedLength));
		ansi.fedLength = text.length;
		ansi.fedTail = text.slice(-fedTailLength);
	}
	return ansi.parser.lines;
};

const isBlank = (row: Row | undefined): boolean => row !== undefined && rowText(row).trim() === '';

const linesOf = (text: string, wantedLines: number, growing: Live | undefined): Lines => {
	const live = text.length > liveCharacters ? undefined : growing;
	const cut = live === undefined ? endOf(text, wantedLines) : {text, before: 0};
	const all = live === undefined ? ansiLines(cut.text) : liveLines(text, live);
	let end = all.length;
	while (end > 0 && isBlank(all[end - 1])) end -= 1;
	const from = Math.max(0, end - wantedLines);
	return {rows: all.slice(from, end), before: cut.before + from};
};

export type OutputLook = {
	readonly fold: Fold;
	readonly columns: number;
	/** Given while the output still grows. */
	readonly live?: Live | undefined;
	/** How much of the middle is not kept (`Item.omittedOutput`), in words: `3.1 MB`. */
	readonly omitted?: string | undefined;
};

/** Rows of an output behind a bar. Folded lines are cut at the edge, opened ones are wrapped. */
export const outputRows = (text: string, look: OutputLook): Row[] => {
	if (text === '') return [];
	const {fold, omitted} = look;
	return behindBar(look.columns, inner => {
		// One line more costs as much as saying that there is one.
		const wanted = (fold === 'open' ? openedLines : foldedLines) + 1;
		const {rows, before} = linesOf(text, wanted, look.live);
		const hidden = before > 0 ? before + 1 : 0;
		const shown = hidden > 0 ? rows.slice(1) : rows;
		const words = [
			...(hidden > 0 ? [more(hidden, 'line')] : []),
			...(omitted === undefined ? [] : [`${omitted} of the middle not kept`]),
		];
		const head: Row[] = words.length > 0 ? [truncateRow([muted(words.join(' · '))], inner)] : [];
		const body =
			fold === 'open'
				? shown.flatMap(row => hardWrapRow(row, inner))
				: shown.map(row => truncateRow(row, inner));
		return [...head, ...body];
	});
};

/** Whether opening it shows more than the folded form does. */
export const outputFoldable = (text: string): boolean => {
	if (text.length > 400) return true;
	const lines = text.split('\n');
	return lines.length > foldedLines + 1 || lines.some(line => line.length > 40);
};

/** Plain prose of a tool, muted, folded to its first lines. */
export const foldedText = (rows: readonly Row[], fold: Fold, lines: number): Row[] => {
	if (fold === 'open' || rows.length <= lines + 1) return [...rows];
	return [...rows.slice(0, lines), [{text: more(rows.length - lines, 'line'), sgr: theme.muted}]];
};
