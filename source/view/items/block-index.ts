/**
 * All blocks of a thread by number, without a list of them: turns, and where the blocks of each begin. A delta
 * touches the last turn, so the index is taken over from the state before, save for what changed.
 *
 * Invariant: an index that was handed out stays true; arrays are shared between versions only where they agree.
 * Called by `transcript.ts`.
 */
import type {Notice, ThreadState, Turn, TurnId} from '../../thread/state.ts';
import {type Block, countBlocks, turnBlocks, turnKey} from './blocks.ts';

export type BlockIndex = {
	readonly length: number;
	readonly blockAt: (index: number) => Block | undefined;
	/** Position of the turn of a block among the loaded ones, −1 for what stands before the first turn. */
	readonly turnAt: (index: number) => number;
	/** −1 when there is no such block. */
	readonly indexOf: (key: string) => number;
};

const none: readonly never[] = [];

/** Thread notices by the turn that they follow; the key −1 holds those before the first turn. */
const noticesByTurn = (state: ThreadState): ReadonlyMap<number, readonly Notice[]> => {
	const result = new Map<number, Notice[]>();
	let turn = state.turns.length - 1;
	for (const notice of state.notices.toReversed()) {
		// A turn whose begin is unknown claims what came after it.
		while (turn >= 0 && (state.turns[turn]?.startedAtMs ?? 0) > notice.atMs) turn -= 1;
		const list = result.get(turn);
		if (list === undefined) result.set(turn, [notice]);
		else list.unshift(notice);
	}
	return result;
};

/** What stands where, apart from the turns' own blocks. */
type Outline = {
	readonly turns: readonly Turn[];
	readonly head: readonly Block[];
	readonly threadNotices: readonly Notice[];
	readonly noticesByTurn: ReadonlyMap<number, readonly Notice[]>;
};

type Version = Outline & {
	/** `starts[i]`: number of the first block of turn i. May be longer than `turns`: newer versions share it. */
	readonly starts: number[];
	readonly length: number;
};

/** True when thread notices stand where they stood: the same notices, and turns that began when they began. */
const sameNotices = (old: Outline, state: ThreadState): boolean =>
	old.threadNotices === state.notices &&
	(state.notices.length === 0 ||
		(old.turns.length === state.turns.length &&
			old.turns[0]?.id === state.turns[0]?.id &&
			old.turns.at(-1)?.id === state.turns.at(-1)?.id &&
			old.turns.at(-1)?.startedAtMs === state.turns.at(-1)?.startedAtMs));

const headBlocks = (state: ThreadState, notices: readonly Notice[]): readonly Block[] => {
	const {olderCursor} = state;
	const blocks: Block[] = [];
	const first = state.turns[0];
	// The name of the first turn is in the key: when older turns arrive above it, the place of a reader who had
	// scrolled to the top is that turn, not the new top.
	const key = `${first === undefined ? '' : turnKey(first.id)}/top`;
	if (olderCursor !== undefined) blocks.push({key, source: {kind: 'top', olderCursor}, gap: false});
	for (const [index, notice] of notices.entries()) {
		blocks.push({key: `/notice ${notice.atMs} ${index}`, source: {kind: 'notice', notice}, gap: index === 0});
	}
	if (typeof olderCursor !== 'string' && first === undefined && state.info !== undefined) {
		blocks.push({key: '/empty', source: {kind: 'empty'}, gap: true});
	}
	return blocks;
};

/** How many turns at the beginning are the same: the one loop over all turns, and nothing but comparisons. */
const commonLength = (left: readonly Turn[], right: readonly Turn[]): number => {
	const end = Math.min(left.length, right.length);
	if (left === right) return end;
	let index = 0;
	while (index < end && left[index] === right[index]) index += 1;
	return index;
};

/** Fills in where the turns from number `from` on begin, and tells how many blocks there are in all. */
const countFrom = (from: number, starts: number[], outline: Outline): number => {
	let length = from === 0 ? outline.head.length : (starts[from] ?? 0);
	for (let index = from; index < outline.turns.length; index += 1) {
		const turn = outline.turns[index];
		if (turn === undefined) break;
		starts[index] = length;
		length += countBlocks(turn, outline.noticesByTurn.get(index) ?? none);
	}
	return length;
};

export const createBlockIndex = (): ((state: ThreadState) => BlockIndex) => {
	let version: Version | undefined;
	/** Blocks by turn, with the notices that were counted in. */
	const cache = new WeakMap<Turn, {readonly notices: readonly Notice[]; readonly blocks: readonly Block[]}>();
	/** What was made last: while a turn streams, it is that turn, one event ago. */
	let newest: {readonly turnId: TurnId; readonly blocks: readonly Block[]} | undefined;
	/** Where a turn stands, by key; only a hint, checked on use. */
	const places = {byKey: new Map<string, number>(), builtFor: none as readonly Turn[]};

	const blocksOf = (turn: Turn, notices: readonly Notice[]): readonly Block[] => {
		const known = cache.get(turn);
		if (known !== undefined && known.notices === notices) return known.blocks;
		const blocks = turnBlocks(turn, notices, newest?.turnId === turn.id ? newest.blocks : undefined);
		cache.set(turn, {notices, blocks});
		newest = {turnId: turn.id, blocks};
		return blocks;
	};

	const update = (state: ThreadState): Version => {
		const old = version;
		const {turns} = state;
		const byTurn = old !== undefined && sameNotices(old, state) ? old.noticesByTurn : noticesByTurn(state);
		const head = headBlocks(state, byTurn.get(-1) ?? none);
		const next: Outline = {turns, head, threadNotices: state.notices, noticesByTurn: byTurn};
		// Where what stands between the turns changed, no turn begins where it began.
		if (old === undefined || byTurn !== old.noticesByTurn || head.length !== old.head.length) {
			const starts: number[] = [];
			return {...next, starts, length: countFrom(0, starts, next)};
		}
		const common = commonLength(turns, old.turns);
		if (common === turns.length && common === old.turns.length) {
			return {...next, starts: old.starts, length: old.length};
		}
		// The turn at `common` begins where it began; those behind it move: only then a copy is needed.
		const appends = common >= old.turns.length - 1 && old.starts.length === old.turns.length;
		const starts = appends ? old.starts : old.starts.slice(0, common + 1);
		if (common === old.turns.length) starts[common] = old.length;
		return {...next, starts, length: countFrom(common, starts, next)};
	};

	const placeOf = (key: string, turns: readonly Turn[]): number => {
		const hint = places.byKey.get(key);
		const hinted = hint === undefined ? undefined : turns[hint];
		if (hint !== undefined && hinted !== undefined && turnKey(hinted.id) === key) return hint;
		if (places.builtFor === turns) return -1;
		// Turns are appended far more often than prepended.
		for (let index = turns.length - 1; index >= Math.max(0, turns.length - 8); index -= 1) {
			const turn = turns[index];
			if (turn !== undefined && turnKey(turn.id) === key) return index;
		}
		places.byKey.clear();
		for (const [index, turn] of turns.entries()) places.byKey.set(turnKey(turn.id), index);
		places.builtFor = turns;
		return places.byKey.get(key) ?? -1;
	};

	return state => {
		const current = update(state);
		// Turns that were let go are not held by a hint about their places.
		if (version?.turns[0]?.id !== current.turns[0]?.id) {
			places.byKey.clear();
			places.builtFor = none;
		}
		version = current;
		const {turns, starts, length, head, noticesByTurn: byTurn} = current;
		const blocks = (place: number): readonly Block[] => {
			const turn = turns[place];
			return turn === undefined ? head : blocksOf(turn, byTurn.get(place) ?? none);
		};
		const turnAt = (index: number): number => {
			if (index < head.length) return -1;
			let low = 0;
			let high = turns.length - 1;
			while (low < high) {
				const middle = (low + high + 1) >>> 1;
				if ((starts[middle] ?? 0) <= index) low = middle;
				else high = middle - 1;
			}
			return low;
		};
		return {
			length,
			turnAt,
			blockAt: index => {
				if (index < 0 || index >= length) return undefined;
				const place = turnAt(index);
				return place < 0 ? head[index] : blocks(place)[index - (starts[place] ?? 0)];
			},
			indexOf: key => {
				const inHead = head.findIndex(block => block.key === key);
				if (inHead >= 0) return inHead;
				const slash = key.indexOf('/');
				const place = slash <= 0 ? -1 : placeOf(key.slice(0, slash), turns);
				if (place < 0) return -1;
				const start = starts[place] ?? 0;
				// The former top of the thread: see `headBlocks`.
				if (key.endsWith('/top') && key.length === slash + 4) return start;
				const found = blocks(place).findIndex(block => block.key === key);
				return found < 0 ? -1 : start + found;
			},
		};
	};
};
