/**
 * The Thread pane's content: a thread's state as a list of blocks whose rows are made when they are asked for.
 *
 * Invariants: a delta costs the turn it belongs to, whatever the length of the thread; a block that did not
 * change hands out the same rows; a row that did not change keeps its identity. The caches are bounded. Called
 * by the Thread pane on every frame, with `viewport()`.
 */
import {turnsBefore} from '../thread/page-out.ts';
import type {Item, ThreadState, Turn, TurnId} from '../thread/state.ts';
import type {Format} from './format.ts';
import {type BlockIndex, createBlockIndex} from './items/block-index.ts';
import {
	type Block,
	type BlockSource,
	defaultFoldOf,
	identityOf,
	turnBlocks,
	turnKey,
} from './items/blocks.ts';
import {type Fold, type ItemContext, isRunning, type Live} from './items/item-view.ts';
import {noticeRows} from './items/notice.ts';
import {emptyThreadRows, incompleteRows, topRows, turnEndRows} from './items/turn-end.ts';
import {planCopy, turnPlanRows} from './items/turn-plan.ts';
import {viewOf} from './items/views.ts';
import {reuseRows} from './reuse.ts';
import type {Row, Span} from './row.ts';
import {emptyRow} from './row.ts';
import {sanitiseText} from './sanitise.ts';
import {theme} from './style.ts';
import type {BlockList} from './viewport.ts';
import {truncateRow} from './width.ts';

export type TranscriptView = {
	/** Width of the pane's inside, at least 1. */
	readonly columns: number;
	/** By block key; what is not in it has its default. */
	readonly folds: ReadonlyMap<string, Fold>;
	readonly selectedKey: string | undefined;
	/** Whole seconds since the epoch; only items that run depend on it. */
	readonly nowSeconds: number;
	/** Who decided about an item, in words, by its id; known behind a share only. */
	readonly decided?: ReadonlyMap<string, string>;
};

export type Transcript = {
	readonly list: (state: ThreadState, view: TranscriptView) => BlockList;
};

/** Blocks whose rows are kept, and how many rows of theirs: 1–5 KB each, with all that hangs on them. */
const mostEntries = 2000;
const mostRows = 4000;
/** More blocks than one picture holds. */
const mostAsked = 200;

type Entry = {
	readonly identity: unknown;
	readonly gap: boolean;
	readonly columns: number;
	readonly fold: Fold;
	readonly selected: boolean;
	readonly waiting: boolean;
	/** Undefined unless the rows depend on the time. */
	readonly seconds: number | undefined;
	readonly turnNumber: number | undefined;
	readonly cwd: string | undefined;
	readonly decided: string | undefined;
	/** The rows as the view made them, and with the edge and the gap that the transcript adds. */
	readonly inner: readonly Row[];
	readonly rows: readonly Row[];
	readonly live: Live;
};

type Wanted = Omit<Entry, 'inner' | 'rows' | 'live'>;

const isCurrent = (entry: Entry, wanted: Wanted): boolean =>
	entry.identity === wanted.identity &&
	entry.gap === wanted.gap &&
	entry.columns === wanted.columns &&
	entry.fold === wanted.fold &&
	entry.selected === wanted.selected &&
	entry.waiting === wanted.waiting &&
	entry.seconds === wanted.seconds &&
	entry.turnNumber === wanted.turnNumber &&
	entry.cwd === wanted.cwd &&
	entry.decided === wanted.decided;

const gutter: Span = {text: ' ', sgr: theme.plain};
const selectedGutter: Span = {text: '▎', sgr: theme.borderFocus};
/** A pane this narrow has no cell to give away. */
const narrowestGutter = 12;

const sourceRows = (source: BlockSource, wanted: Wanted, context: ItemContext): readonly Row[] => {
	const {columns, format} = context;
	switch (source.kind) {
		case 'item':
			return source.viewed.rows(context);
		case 'plan':
			return turnPlanRows(source.plan, wanted.fold, columns);
		case 'notice':
			return noticeRows(source.notice, columns);
		case 'incomplete':
			return incompleteRows(columns);
		case 'end':
			return turnEndRows(source.turn, wanted.turnNumber, columns, format);
		case 'top':
			return topRows(source.olderCursor, columns);
		case 'empty':
			return emptyThreadRows(columns);
	}
};

/** Puts the gutter before each row; a row that was there before keeps its identity. */
const framed = (inner: readonly Row[], wanted: Wanted, known: Entry | undefined): readonly Row[] => {
	const edge = wanted.selected ? selectedGutter : gutter;
	const frame = (row: Row): Row => {
		const bare = wanted.columns < narrowestGutter || (row.length === 0 && !wanted.selected);
		return truncateRow(bare ? row : [edge, ...row], wanted.columns);
	};
	const gap = wanted.gap ? 1 : 0;
	const alike =
		known !== undefined &&
		known.columns === wanted.columns &&
		known.selected === wanted.selected &&
		known.gap === wanted.gap;
	// Before anything is measured: hundreds of rows of a long message did not change since the last frame.
	const rows = inner.map((row, index) => {
		const before = alike && known.inner[index] === row ? known.rows[index + gap] : undefined;
		return before ?? frame(row);
	});
	if (wanted.gap) rows.unshift(emptyRow);
	return reuseRows(known?.rows, rows);
};

export const createTranscript = (format: Format): Transcript => {
	const indexOf = createBlockIndex();
	/** Least recently used first. */
	const entries = new Map<string, Entry>();
	let rowsKept = 0;
	let oldestTurnId: TurnId | undefined;

	const drop = (key: string): void => {
		rowsKept -= entries.get(key)?.rows.length ?? 0;
		entries.delete(key);
	};
	const keep = (key: string, entry: Entry): void => {
		drop(key);
		entries.set(key, entry);
		rowsKept += entry.rows.length;
		for (const [oldest, {seconds}] of entries) {
			if (oldest === key || (entries.size <= mostEntries && rowsKept <= mostRows)) break;
			// What runs is drawn anew with each delta, by what it keeps here: a message longer than all that is kept, too.
			if (seconds === undefined) drop(oldest);
		}
	};

	/** An entry holds its item, and so the whole output of it: what the thread lets go goes here as well. */
	const forgetGone = ({turns}: ThreadState): void => {
		if (turns[0]?.id === oldestTurnId) return;
		oldestTurnId = turns[0]?.id;
		const held = new Set(turns.map(({id}) => turnKey(id)));
		for (const key of [...entries.keys()]) {
			const slash = key.indexOf('/');
			if (slash > 0 && !held.has(key.slice(0, slash))) drop(key);
		}
	};

	const rowsOf = (block: Block, wanted: Wanted): readonly Row[] => {
		const known = entries.get(block.key);
		if (known !== undefined && isCurrent(known, wanted)) {
			keep(block.key, known);
			return known.rows;
		}
		const running = block.source.kind === 'item' && isRunning(block.source.item);
		const live = running && known !== undefined ? known.live : {};
		const context: ItemContext = {
			columns: Math.max(1, wanted.columns - (wanted.columns >= narrowestGutter ? 1 : 0)),
			fold: wanted.fold,
			nowSeconds: wanted.seconds ?? 0,
			format,
			cwd: wanted.cwd,
			waiting: wanted.waiting,
			decided: wanted.decided,
			live,
		};
		const inner = sourceRows(block.source, wanted, context);
		const rows = framed(inner, wanted, known);
		keep(block.key, {...wanted, inner, rows, live});
		return rows;
	};

	const list = (state: ThreadState, view: TranscriptView): BlockList => {
		forgetGone(state);
		const index: BlockIndex = indexOf(state);
		const waitingItems = new Set(state.requests.map(request => request.itemId));
		const columns = Math.max(1, Math.floor(view.columns));
		const before = turnsBefore(state);
		/** A picture asks for the same few blocks many times over, to find out where it begins and ends. */
		const asked = new Map<number, readonly Row[]>();
		const rowsAt = (at: number): readonly Row[] => {
			const known = asked.get(at);
			if (known !== undefined) return known;
			const rows = makeRows(at);
			if (asked.size >= mostAsked) asked.clear();
			asked.set(at, rows);
			return rows;
		};
		const makeRows = (at: number): readonly Row[] => {
			const block = index.blockAt(at);
			if (block === undefined) return [];
			const {source} = block;
			const item = source.kind === 'item' ? source.item : undefined;
			return rowsOf(block, {
				identity: identityOf(source),
				gap: block.gap && at > 0,
				columns,
				fold: view.folds.get(block.key) ?? defaultFoldOf(source),
				selected: view.selectedKey === block.key,
				waiting: item !== undefined && isRunning(item) && waitingItems.has(item.id),
				seconds: item !== undefined && isRunning(item) ? view.nowSeconds : undefined,
				turnNumber: before !== undefined && source.kind === 'end' ? before + index.turnAt(at) + 1 : undefined,
				cwd: state.info?.cwd,
				decided: item === undefined ? undefined : view.decided?.get(item.id),
			});
		};
		return {
			length: index.length,
			keyAt: at => index.blockAt(at)?.key ?? '',
			indexOf: index.indexOf,
			rowsAt,
		};
	};
	return {list};
};

const findTurn = (state: ThreadState, key: string): Turn | undefined => {
	const slash = key.indexOf('/');
	return slash <= 0 ? undefined : state.turns.findLast(turn => turnKey(turn.id) === key.slice(0, slash));
};

const findSource = (state: ThreadState, key: string): BlockSource | undefined => {
	const turn = findTurn(state, key);
	if (turn === undefined) return undefined;
	return turnBlocks(turn, [], undefined).find(block => block.key === key)?.source;
};

/** Control characters never leave by the clipboard: pasted into a shell they would be typed. Tabs may stay. */
const harmless = (text: string): string => text.split('\t').map(sanitiseText).join('\t');

/** What copying a block gives: the message's source, the command with its output, the diff. */
export const plainText = (state: ThreadState, key: string): string | undefined => {
	const source = findSource(state, key);
	switch (source?.kind) {
		case 'item':
			return harmless(source.viewed.text());
		case 'plan':
			return harmless(planCopy(source.plan));
		case 'notice':
			return harmless(source.notice.text);
		case 'end':
			return source.turn.error === undefined ? undefined : harmless(source.turn.error);
		case 'incomplete':
		case 'top':
		case 'empty':
		case undefined:
			return undefined;
	}
};

/** Whether folding or unfolding the block changes what it shows. */
export const foldable = (state: ThreadState, key: string): boolean => {
	const source = findSource(state, key);
	return source?.kind === 'plan' || (source?.kind === 'item' && source.viewed.foldable());
};

/** How an item is shown until somebody folds or unfolds it. */
export const defaultFold = (item: Item): Fold => viewOf(item).defaultFold;

/** The same by block key; what is no item is open. */
export const defaultFoldAt = (state: ThreadState, key: string): Fold => {
	const source = findSource(state, key);
	return source === undefined ? 'open' : defaultFoldOf(source);
};
