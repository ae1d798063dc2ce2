/**
 * Markdown messages as rows. Invariants: the source may be hostile, the rows are not; no row is wider than asked;
 * a streamed view equals the whole rendered at once, and a delta costs only the live tail. Called by the item
 * views for agent messages, reasoning and plans.
 */
import type {Token, Tokens} from 'marked';
import {highlightLines, pieceLines} from './highlight.ts';
import {createStyledLines, inlineLines} from './markdown-inline.ts';
import {lexMarkdown} from './markdown-lexer.ts';
import {tableRows} from './markdown-table.ts';
import type {Row, Sgr, Span} from './row.ts';
import {emptyRow} from './row.ts';
import {sanitiseText} from './sanitise.ts';
import {mergeSgr} from './sgr-state.ts';
import {theme} from './style.ts';
import {textWidth} from './width.ts';
import {hardWrapRow, indentRows, wrapRow} from './wrap.ts';

export type MarkdownView = {
	/** Equal to `markdownRows(source, columns)`; rows that did not change keep their identity. */
	rows(source: string, columns: number): readonly Row[];
};

/** What is nested so deep that less than this would be left is drawn without its indent. */
const minColumns = 8;

/** Rows drawn in the room that a prefix leaves, with the prefix before them. */
const prefixed = (columns: number, prefix: Span, first: Span, draw: (columns: number) => Row[]): Row[] => {
	const inner = columns - textWidth(prefix.text);
	return inner < minColumns ? draw(columns) : indentRows(draw(inner), prefix, first);
};

const listRows = (list: Tokens.List, columns: number, sgr: Sgr): Row[] => {
	const start = typeof list.start === 'number' ? list.start : 1;
	return list.items.flatMap((item, index) => {
		const bullet = list.ordered ? `${start + index}. ` : '• ';
		const marker = item.task ? `${bullet}[${item.checked ? 'x' : ' '}] ` : bullet;
		const indent = {text: ' '.repeat(marker.length), sgr: theme.plain};
		const rows = prefixed(columns, indent, {text: marker, sgr: mergeSgr(sgr, theme.muted)}, inner => {
			const drawn = blockRows(item.tokens, inner, sgr);
			return drawn.length > 0 ? drawn : [emptyRow];
		});
		return list.loose && index > 0 ? [emptyRow, ...rows] : rows;
	});
};

const blockRow = (token: Tokens.Generic, columns: number, sgr: Sgr): Row[] => {
	const inner = token.tokens ?? [];
	switch (token.type) {
		case 'space':
		case 'checkbox':
			return [];
		case 'heading': {
			const mark: Span = {text: `${'#'.repeat(token.depth)} `, sgr: theme.muted};
			const [title = emptyRow] = inlineLines(inner, mergeSgr(sgr, theme.heading));
			return wrapRow([mark, ...title], columns, {hang: token.depth + 1});
		}
		case 'code': {
			const indent: Span = {text: '  ', sgr: theme.plain};
			return prefixed(columns, indent, indent, room =>
				highlightLines(token.text, /^\S*/.exec(token.lang ?? '')?.[0]).flatMap(row => hardWrapRow(row, room)),
			);
		}
		case 'blockquote': {
			const bar: Span = {text: '│ ', sgr: theme.border};
			return prefixed(columns, bar, bar, room => blockRows(inner, room, mergeSgr(sgr, theme.muted)));
		}
		case 'list':
			return listRows(token as Tokens.List, columns, sgr);
		case 'table':
			return tableRows(token as Tokens.Table, columns);
		case 'hr':
			return [[{text: '─'.repeat(Math.max(1, columns)), sgr: theme.border}]];
		case 'html': {
			const out = createStyledLines();
			out.push(token.raw.replace(/\n+$/, ''), mergeSgr(sgr, theme.muted));
			return out.lines.flatMap(line => wrapRow(line, columns));
		}
		default: {
			const tokens: readonly Token[] = inner.length > 0 ? inner : [token as Token];
			return inlineLines(tokens, sgr).flatMap(line => wrapRow(line, columns));
		}
	}
};

const endsWithBlankLine = /\n *\n *$/;

/** Blank rows stand where the source has blank lines; a heading always has one before it. */
const needsGap = (token: Token, before: Token | undefined, isAfterSpace: boolean): boolean =>
	before !== undefined && (isAfterSpace || token.type === 'heading' || endsWithBlankLine.test(before.raw));

type Block = {readonly token: Token; readonly hasGap: boolean};

/** The blocks that show something, each with whether a blank row comes before it. */
const blocksOf = (tokens: readonly Token[]): Block[] => {
	const blocks: Block[] = [];
	let isAfterSpace = false;
	for (const token of tokens) {
		if (token.type === 'space') {
			isAfterSpace = true;
			continue;
		}
		blocks.push({token, hasGap: needsGap(token, blocks.at(-1)?.token, isAfterSpace)});
		isAfterSpace = false;
	}
	return blocks;
};

const drawBlock = ({token, hasGap}: Block, columns: number, sgr: Sgr): Row[] => {
	const rows = blockRow(token, columns, sgr);
	return hasGap && rows.length > 0 ? [emptyRow, ...rows] : rows;
};

const blockRows = (tokens: readonly Token[], columns: number, sgr: Sgr): Row[] =>
	blocksOf(tokens).flatMap(block => drawBlock(block, columns, sgr));

const isSameRow = (a: Row, b: Row): boolean =>
	a.length === b.length &&
	a.every((span, index) => span.text === b[index]?.text && span.sgr === b[index]?.sgr);

/** The offset in `text` after `count` line breaks of any kind. */
const afterLines = (text: string, count: number): number => {
	const lineBreak = /\r\n?|\n/g;
	for (let seen = 0; seen < count; seen++) lineBreak.exec(text);
	return lineBreak.lastIndex;
};

type SplitFence = {
	readonly head: Block;
	readonly rest: Block;
	readonly lead: string;
	readonly headLines: number;
};

/**
 * A long fence as lines that are final and the rest, which goes on as a fence with the same first line. Cut at a
 * seam of `highlightLines`, where colours start anew anyway.
 */
const splitFence = (block: Block): SplitFence | undefined => {
	const {token} = block;
	if (token.type !== 'code' || token.codeBlockStyle === 'indented') return undefined;
	const lines = (token as Tokens.Code).text.split('\n');
	const headLines = Math.floor((lines.length - 1) / pieceLines) * pieceLines;
	if (headLines === 0) return undefined;
	const part = (from: number, to?: number): Token => ({...token, text: lines.slice(from, to).join('\n')});
	return {
		head: {...block, token: part(0, headLines)},
		rest: {token: part(headLines), hasGap: false},
		lead: token.raw.slice(0, token.raw.indexOf('\n') + 1),
		headLines,
	};
};

const rawOf = (tokens: readonly Token[]): string => tokens.map(token => token.raw).join('');

const countLines = (text: string): number => text.split('\n').length - 1;

type GrowingView = MarkdownView & {
	/** Characters of the source that the next call will look at again. */
	liveLength(): number;
};

/**
 * A view for one message that grows. A block is frozen once another one with a whole first line follows it: then
 * nothing that comes later can reach back into it. A long fence is frozen piece by piece while it is open.
 */
const createGrowingView = (): GrowingView => {
	let width = 0;
	let seen = '';
	let all: readonly Row[] = [];
	/** Source before this is drawn for good, as `frozen`. */
	let frozenLength = 0;
	let frozen: Row[] = [];
	/** Whether the first block after the frozen ones has a blank row before it. */
	let hasGap = false;
	/** The first line of the fence that the frozen source ends in. */
	let lead = '';

	const reset = () => {
		frozenLength = 0;
		frozen = [];
		hasGap = false;
		lead = '';
	};

	/** Freezes `rows`, drawn from the first `lines` lines of the live source (with its lead). */
	const freeze = (
		rows: readonly Row[],
		lines: number,
		next: {readonly lead: string; readonly hasGap: boolean},
	) => {
		frozen = frozen.concat(rows);
		frozenLength += afterLines(seen.slice(frozenLength), lines - countLines(lead));
		lead = next.lead;
		hasGap = next.hasGap;
	};

	/** Draws the live tail and freezes what is final in it. */
	const advance = () => {
		const tokens = lexMarkdown(lead + sanitiseText(seen.slice(frozenLength)));
		const blocks = blocksOf(tokens).map((block, index) => (index === 0 ? {...block, hasGap} : block));
		const previous = all.slice(frozen.length);
		const live: Row[] = [];
		const draw = (block: Block) => {
			for (const row of drawBlock(block, width, theme.plain)) {
				const old = previous[live.length];
				live.push(old && isSameRow(old, row) ? old : row);
			}
		};
		/** Where the rows of each block begin. */
		const starts: number[] = [];
		for (const block of blocks.slice(0, -1)) {
			starts.push(live.length);
			draw(block);
		}
		starts.push(live.length);
		const last = blocks.at(-1);
		const fence = last && splitFence(last);
		if (fence) draw(fence.head);
		const headEnd = live.length;
		if (last) draw(fence ? fence.rest : last);
		all = frozen.concat(live);
		if (!last) return;
		const at = tokens.indexOf(last.token);
		if (fence) {
			const lines = countLines(rawOf(tokens.slice(0, at))) + 1 + fence.headLines;
			freeze(live.slice(0, headEnd), lines, {lead: fence.lead, hasGap: false});
			return;
		}
		// The last block may still reach back, until it has a whole first line; then it is the one before it that may.
		const openAt = rawOf(tokens.slice(at)).includes('\n') ? blocks.length - 1 : blocks.length - 2;
		const open = blocks[openAt];
		const before = open === undefined ? '' : rawOf(tokens.slice(0, tokens.indexOf(open.token)));
		if (open !== undefined && openAt > 0 && before.endsWith('\n'))
			freeze(live.slice(0, starts[openAt]), countLines(before), {lead: '', hasGap: open.hasGap});
	};

	return {
		rows(source, columns) {
			const asked = Math.max(1, columns);
			if (asked === width && source === seen) return all;
			if (asked !== width || !source.startsWith(seen)) reset();
			width = asked;
			seen = source;
			advance();
			return all;
		},
		liveLength: () => seen.length - frozenLength,
	};
};

/** A view for one message: keep it as long as the message grows, and call it with all of the source. */
export const createMarkdownView: () => MarkdownView = createGrowingView;

/** Sources up to this length are lexed at once. */
const wholeLength = 16_000;

/**
 * Rows of a Markdown source, hostile or not, none wider than `columns` (at least 1). A long source is fed in steps,
 * because marked takes time quadratic in the length for some inputs; a step is at least as long as what is not
 * finished yet, so that one endless block does not make it quadratic again.
 */
export const markdownRows = (source: string, columns: number): Row[] => {
	if (source.length <= wholeLength)
		return blockRows(lexMarkdown(sanitiseText(source)), Math.max(1, columns), theme.plain);
	const view = createGrowingView();
	for (let end = wholeLength / 2; end < source.length; end += Math.max(wholeLength / 2, view.liveLength()))
		view.rows(source.slice(0, end), columns);
	return [...view.rows(source, columns)];
};
