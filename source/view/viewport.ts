/**
 * The window onto a list of blocks that is too long to lay out: which rows a pane shows, and how scrolling moves
 * it. Pure. Only the blocks on the screen (and those a scroll passes over) are ever asked for their rows.
 *
 * Invariants: an anchored view shows the same rows after blocks are appended or prepended; a view at the tail
 * always shows the newest row. Called by the panes with the list that `transcript.ts` makes.
 */
import type {Row} from './row.ts';

export type BlockList = {
	readonly length: number;
	keyAt(index: number): string;
	rowsAt(index: number): readonly Row[];
	/** −1 when there is no such block. */
	indexOf(key: string): number;
};

/**
 * How a view has followed the tail so far: its top edge, kept for as long as the newest row fits below it, and by how
 * many rows it moves up when that no longer does. A pane that moves by one row is a pane to write anew; one that
 * moves by many has room for what comes next, and stands still for who reads it.
 */
export type Following = {readonly key: string; readonly offset: number; readonly stride: number};

export type Scroll =
	/** Without `following` the newest row is the lowest of the pane. */
	| {readonly kind: 'tail'; readonly following?: Following}
	| {
			readonly kind: 'anchor';
			/** The block at the top edge. */
			readonly key: string;
			/** Rows of that block hidden above the top edge; never negative. */
			readonly offset: number;
			/** Where the block stood when it was last seen: what to show should it vanish. */
			readonly near?: number;
	  };

export type Viewport = {
	/** At most `height` rows; fewer when the whole list is shorter, or the newest row has room below it. */
	readonly rows: readonly Row[];
	/** The block that each row belongs to. */
	readonly blockAtRow: ReadonlyArray<string | undefined>;
	/** Rows of the first block that are hidden above the top edge. */
	readonly topOffset: number;
	readonly atTop: boolean;
	readonly atTail: boolean;
	/** Blocks with at least one row below the bottom edge. */
	readonly hiddenBelow: {readonly blocks: number};
	/** 0 at the top, 1 at the tail, in between by block index and fraction of a block. */
	readonly position: number;
	/** The same view, pinned to what is now at its top edge. Keep this one. */
	readonly scroll: Scroll;
};

export const tail: Scroll = {kind: 'tail'};

/** A place in the list: row `offset` of block `index`. */
type Place = {readonly index: number; readonly offset: number};

const start: Place = {index: 0, offset: 0};

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** The place `rows` rows above `from`, and how many rows could not be gone because the list begins there. */
const walkUp = (list: BlockList, from: Place, rows: number): {place: Place; left: number} => {
	let {index, offset} = from;
	let left = rows;
	while (left > offset) {
		if (index === 0) return {place: start, left: left - offset};
		left -= offset;
		index -= 1;
		offset = list.rowsAt(index).length;
	}
	return {place: {index, offset: offset - left}, left: 0};
};

/** The place `rows` rows below `from`; the end of the list is `{index: length, offset: 0}`. */
const walkDown = (list: BlockList, from: Place, rows: number): {place: Place; left: number} => {
	let {index, offset} = from;
	let left = rows;
	while (index < list.length) {
		const rest = list.rowsAt(index).length - offset;
		if (rest > left) return {place: {index, offset: offset + left}, left: 0};
		left -= rest;
		index += 1;
		offset = 0;
	}
	return {place: {index, offset}, left};
};

const upFromEnd = (list: BlockList, rows: number): Place =>
	walkUp(list, {index: list.length, offset: 0}, rows).place;

/** How much of a pane may be empty below the newest row before it is filled from above again. */
const mostEmpty = 0.75;

const tailTop = (list: BlockList, height: number, following: Following | undefined): Place => {
	const index = following === undefined ? -1 : list.indexOf(following.key);
	if (following === undefined || index < 0 || following.offset > list.rowsAt(index).length)
		return upFromEnd(list, height);
	const top: Place = {index, offset: following.offset};
	const {place: bottom, left} = walkDown(list, top, height);
	if (bottom.index >= list.length) return left > height * mostEmpty ? upFromEnd(list, height) : top;
	// What came at once may take more than the room that a stride makes: then nothing is gained by leaving any.
	const isWithinStride = walkDown(list, bottom, following.stride).place.index >= list.length;
	return upFromEnd(list, isWithinStride ? height - following.stride : height);
};

/** The top edge of a view, before it is known whether the list goes on for a whole pane below it. */
const wantedTop = (list: BlockList, scroll: Scroll, height: number): Place => {
	if (list.length === 0) return start;
	if (scroll.kind === 'tail') return tailTop(list, height, scroll.following);
	const found = list.indexOf(scroll.key);
	if (found >= 0) {
		const last = Math.max(0, list.rowsAt(found).length - 1);
		return {index: found, offset: clamp(scroll.offset, 0, last)};
	}
	if (scroll.near === undefined) return upFromEnd(list, height);
	return {index: clamp(scroll.near, 0, list.length - 1), offset: 0};
};

/** True when every row from `top` on fits into `height`. */
const reachesEnd = (list: BlockList, top: Place, height: number): boolean => {
	const {place} = walkDown(list, top, height);
	return place.index >= list.length;
};

/** The top edge really shown: a pane is never left half empty while there are rows above. */
const shownTop = (list: BlockList, scroll: Scroll, height: number): Place => {
	const top = wantedTop(list, scroll, height);
	if (scroll.kind === 'tail') return top;
	const {left} = walkDown(list, top, height);
	return left > 0 ? walkUp(list, top, left).place : top;
};

const anchorAt = (list: BlockList, place: Place): Scroll => {
	if (place.index >= list.length) return tail;
	return {kind: 'anchor', key: list.keyAt(place.index), offset: place.offset, near: place.index};
};

/** The same way of following, with what is now the top edge. */
const followingFrom = (list: BlockList, scroll: Scroll & {kind: 'tail'}, {index, offset}: Place): Scroll =>
	scroll.following === undefined || index >= list.length
		? scroll
		: {kind: 'tail', following: {...scroll.following, key: list.keyAt(index), offset}};

const nothing: Viewport = {
	rows: [],
	blockAtRow: [],
	topOffset: 0,
	atTop: true,
	atTail: true,
	hiddenBelow: {blocks: 0},
	position: 1,
	scroll: tail,
};

/** Lays out what a pane of `height` rows shows. */
export const viewport = (list: BlockList, scroll: Scroll, height: number): Viewport => {
	if (list.length === 0 || height <= 0) return {...nothing, scroll};
	const top = shownTop(list, scroll, height);
	const rows: Row[] = [];
	const blockAtRow: string[] = [];
	let {index, offset} = top;
	while (index < list.length) {
		const block = list.rowsAt(index);
		if (offset < block.length && rows.length === height) break;
		const key = list.keyAt(index);
		const end = Math.min(block.length, offset + height - rows.length);
		for (const row of block.slice(offset, end)) {
			rows.push(row);
			blockAtRow.push(key);
		}
		if (end < block.length) {
			offset = end;
			break;
		}
		index += 1;
		offset = 0;
	}
	const above =
		top.index + top.offset / Math.max(1, list.rowsAt(Math.min(top.index, list.length - 1)).length);
	const below =
		index >= list.length ? 0 : list.length - index - offset / Math.max(1, list.rowsAt(index).length);
	return {
		rows,
		blockAtRow,
		topOffset: top.offset,
		atTop: above === 0,
		atTail: below === 0,
		hiddenBelow: {blocks: list.length - index},
		position: below === 0 ? 1 : above / (above + below),
		scroll: scroll.kind === 'tail' ? followingFrom(list, scroll, top) : anchorAt(list, top),
	};
};

/**
 * Moves a view by `rows` (negative: up). Reaching the end turns into following the tail, from a full pane; a move
 * that changes nothing returns a view of the same kind.
 */
export const scrollBy = (list: BlockList, scroll: Scroll, height: number, rows: number): Scroll => {
	if (list.length === 0 || height <= 0 || rows === 0) return scroll;
	const top = shownTop(list, scroll, height);
	if (rows < 0) {
		// Room below the newest row is filled by the same movement, which then goes up by one row at least.
		const {left: empty} = walkDown(list, top, height);
		const {place} = walkUp(list, top, Math.max(-rows, empty + 1));
		const moved = place.index !== top.index || place.offset !== top.offset;
		return moved || scroll.kind === 'anchor' ? anchorAt(list, place) : scroll;
	}
	if (scroll.kind === 'tail') return scroll;
	const {place} = walkDown(list, top, rows);
	return reachesEnd(list, place, height) ? {...tail} : anchorAt(list, place);
};

const topFor = (
	list: BlockList,
	index: number,
	height: number,
	align: 'top' | 'centre' | 'nearest',
	scroll: Scroll,
): Place | undefined => {
	const size = list.rowsAt(index).length;
	const block: Place = {index, offset: 0};
	if (align === 'top' || size >= height) {
		return align === 'nearest' && isShown(list, index, height, scroll) ? undefined : block;
	}
	if (align === 'centre') return walkUp(list, block, Math.floor((height - size) / 2)).place;
	if (isShown(list, index, height, scroll)) return undefined;
	const top = shownTop(list, scroll, height);
	if (index < top.index || (index === top.index && top.offset > 0)) return block;
	return walkUp(list, {index: index + 1, offset: 0}, height).place;
};

/** Whether the block is on the screen: whole, or, when it is taller than the pane, filling it. */
const isShown = (list: BlockList, index: number, height: number, scroll: Scroll): boolean => {
	const top = shownTop(list, scroll, height);
	const {place: bottom} = walkDown(list, top, height);
	const begins = top.index < index || (top.index === index && top.offset === 0);
	const ends = bottom.index > index;
	if (begins && ends) return true;
	return list.rowsAt(index).length >= height && top.index === index && !ends;
};

/**
 * Brings a block into view: its first row at the top edge, the block in the middle, or by the least movement.
 * `nearest` leaves the view alone when the block is shown already, and follows the tail once it reaches the end.
 * An unknown key changes nothing.
 */
export const scrollTo = (
	list: BlockList,
	key: string,
	height: number,
	align: 'top' | 'centre' | 'nearest',
	scroll: Scroll,
): Scroll => {
	const index = list.indexOf(key);
	if (index < 0 || height <= 0) return scroll;
	const top = topFor(list, index, height, align, scroll);
	if (top === undefined) return scroll;
	if (align === 'nearest' && reachesEnd(list, top, height)) return {...tail};
	return anchorAt(list, top);
};

/**
 * Brings one row of a block into view: with its whole block where that fits, else in the middle. Leaves the view
 * alone when the row is shown already. `row` is an index in the block's rows.
 */
export const scrollToRow = (
	list: BlockList,
	place: {readonly key: string; readonly row: number},
	height: number,
	scroll: Scroll,
): Scroll => {
	const index = list.indexOf(place.key);
	if (index < 0 || height <= 0) return scroll;
	const size = list.rowsAt(index).length;
	if (size <= height) return scrollTo(list, place.key, height, 'nearest', scroll);
	const row = clamp(place.row, 0, size - 1);
	const top = shownTop(list, scroll, height);
	const {place: bottom} = walkDown(list, top, height);
	const isBelowTop = top.index < index || (top.index === index && top.offset <= row);
	const isAboveBottom = bottom.index > index || (bottom.index === index && row < bottom.offset);
	if (isBelowTop && isAboveBottom) return scroll;
	const wanted = walkUp(list, {index, offset: row}, Math.floor(height / 2)).place;
	return reachesEnd(list, wanted, height) ? {...tail} : anchorAt(list, wanted);
};
