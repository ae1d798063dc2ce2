/**
 * History: pages of turns, newest first on the wire, merged into what the live stream made of the thread.
 *
 * Invariants: no turn twice, and never a silent hole — older turns stay only if the page joins them; else they go
 * and the page's cursor brings them back. Turns that a newer list no longer has go; items that we saw stay in theirs.
 *
 * Debt: a background command that started unseen, in a turn that an older page then brought, and that completed in a
 * second gap, is missing until that turn is paged in anew: nothing hinted at it. Called by reduce.ts.
 */
import type {WireResumeResponse, WireTurn, WireTurnsPage} from '../protocol/types.ts';
import {hearNewTurns, hearOldTurns} from './agents.ts';
import {keepSame} from './equal.ts';
import {describeThread, settingsOf, withInfo} from './info.ts';
import {closeItems, isOpenButWhole, markGap} from './items.ts';
import {mergeItems} from './merge-items.ts';
import {addParts, unite} from './parts.ts';
import {initialThreadState, type ThreadState, type Turn} from './state.ts';
import {isPartial, type ListedTurn, rootOf, sameTurn, turnFromHistory} from './turns.ts';

type Merge = {
	/** `hydrated`: the answer to a subscription, newer than all before it. `relisted`: may be older than the stream. */
	readonly source: 'hydrated' | 'relisted';
	/** Did the stream stop for a while since the state was last whole? */
	readonly stream: 'gap' | 'whole';
};

/** Oldest first, each turn once. */
const oldestFirst = (page: WireTurnsPage): readonly WireTurn[] => {
	const seen = new Set<string>();
	return page.data.filter(turn => !seen.has(turn.id) && seen.add(turn.id)).toReversed();
};

const hasEnded = ({status}: Pick<Turn, 'status'>): boolean => status !== 'inProgress' && status !== 'unknown';

/**
 * Measured on 0.150: a list that is taken just as a turn begins calls it `interrupted`. One that was interrupted has a
 * time when it ended; without it the server guesses from what is stored, and the stream, which had no gap, knows better.
 */
const isPremature = (listed: Turn, held: Turn, {source, stream}: Merge): boolean =>
	source === 'relisted' &&
	stream === 'whole' &&
	held.status === 'inProgress' &&
	listed.status === 'interrupted' &&
	listed.completedAtMs === undefined;

/**
 * What only the stream tells of a turn that ran when it stopped: the plan may have changed since, and is marked; a diff
 * that lacks what came later is dropped, for the file changes, which are listed, have all of it.
 */
const afterGap = ({plan, diff, status}: Turn): Partial<Turn> =>
	hasEnded({status})
		? {plan, diff}
		: {diff: undefined, plan: plan === undefined || plan.mayBeOld ? plan : {...plan, mayBeOld: true}};

const mergeTurn = (wire: ListedTurn, held: Turn | undefined, merge: Merge): Turn => {
	const listed = turnFromHistory(wire);
	if (held === undefined) return listed;
	const knowsLess = listed.status === 'inProgress' ? merge.source === 'relisted' : !hasEnded(listed);
	const isOutrun = hasEnded(held) ? knowsLess : isPremature(listed, held, merge);
	const {status, error, startedAtMs, completedAtMs} = isOutrun ? held : listed;
	const turn = status === 'inProgress' ? 'running' : 'over';
	const isWhole = merge.stream === 'whole';
	const keepsHeld = isPartial(wire) && !held.itemsIncomplete;
	const merged = keepsHeld ? held.items : mergeItems(listed.items, held.items, turn);
	const told = new Set(listed.items.filter(isOpenButWhole).map(({id}) => id));
	const marked = isWhole ? merged : merged.map(item => (told.has(item.id) ? item : markGap(item)));
	const {rootId: _, ...rest} = held;
	const partIds = addParts(held.partIds, listed.partIds);
	const next: Turn = {
		...rest,
		...(isWhole ? {} : afterGap(held)),
		id: listed.id,
		status,
		error,
		startedAtMs: startedAtMs ?? held.startedAtMs,
		completedAtMs: completedAtMs ?? (turn === 'over' ? held.completedAtMs : undefined),
		items: keepSame(held.items, turn === 'over' ? closeItems(marked) : marked),
		itemsIncomplete: listed.itemsIncomplete && held.itemsIncomplete,
		...(turn === 'running' && listed.rootId && {rootId: listed.rootId}),
		...(partIds && {partIds}),
	};
	return sameTurn(held, next) ? held : next;
};

/** A part that a page brings, into its root that an earlier page brought. */
const takeIn = (root: Turn, wire: ListedTurn): Turn => {
	const part = turnFromHistory(wire);
	const merged = mergeItems(part.items, root.items, root.status === 'inProgress' ? 'running' : 'over');
	const partIds = addParts(root.partIds, [part.id, ...(part.partIds ?? [])]);
	const next: Turn = {
		...root,
		startedAtMs: root.startedAtMs ?? part.startedAtMs,
		items: keepSame(root.items, merged),
		itemsIncomplete: root.itemsIncomplete || part.itemsIncomplete,
		...(partIds && {partIds}),
	};
	return sameTurn(root, next) ? root : next;
};

/** One with a newer turn behind it is over, whatever the server says of it: measured, it says so of parts. */
const settleListed = (wire: ListedTurn): ListedTurn =>
	wire.status === 'inProgress' ? {...wire, status: 'unknown'} : wire;

/** By id, and by the ids of the parts. */
const placesOf = (turns: readonly Turn[]): ReadonlyMap<string, number> =>
	new Map(turns.flatMap(({id, partIds}, index) => [id, ...(partIds ?? [])].map(name => [name, index])));

/** A thread runs one turn at a time: one with a newer turn behind it is over, though we did not hear how. */
const settleOlder = (turn: Turn, {stream}: Merge): Turn => {
	if (turn.status !== 'inProgress') return turn;
	const items = stream === 'whole' ? turn.items : turn.items.map(markGap);
	return {...turn, status: 'unknown', items: closeItems(items)};
};

/** Commands go on after their turn: over a gap, one may have completed in a turn that the page does not reach. */
const mayHaveGoneOn = ({items}: Turn): boolean =>
	items.some(item => item.content.type === 'commandExecution' && item.phase !== 'completed');

/** Of the turns before the page those that can be trusted: after a gap, none before one that may have gone on. */
const keepOlder = (older: readonly Turn[], merge: Merge): readonly Turn[] => {
	const isWhole = merge.stream === 'whole';
	const trusted = isWhole ? older : older.slice(older.findLastIndex(mayHaveGoneOn) + 1);
	return trusted.map(turn => settleOlder(turn, merge));
};

/** Turns that we hold and that are newer than the page: real only if the page may have been made before them. */
const keepNewer = (newer: readonly Turn[], joins: boolean, {source, stream}: Merge): readonly Turn[] => {
	if (stream === 'whole') return joins ? newer : newer.filter(turn => turn.status === 'inProgress');
	return source === 'relisted' ? newer.filter(turn => turn.status === 'inProgress') : [];
};

/** A review whose part the page does not reach, though we were away while it ran: only older pages tell what it did. */
const isSplit = (wire: ListedTurn, held: Turn, {stream}: Merge): boolean =>
	stream === 'gap' &&
	!hasEnded(held) &&
	wire.partIds === undefined &&
	(held.partIds !== undefined || wire.items?.some(({type}) => type === 'enteredReviewMode') === true);

/** The newest turn runs, and we have not been there all the time. */
const joinedIn = (
	before: ThreadState,
	newest: Turn | undefined,
	{source}: Merge,
): Pick<ThreadState, 'joinedTurnId'> => {
	if (newest?.status !== 'inProgress') return {};
	const isNew = source === 'hydrated' || !before.turns.some(({id}) => id === newest.id);
	return isNew ? {joinedTurnId: newest.id} : {};
};

const mergeNewest = (state: ThreadState, page: WireTurnsPage, merge: Merge): ThreadState => {
	const united = unite(oldestFirst(page), state.turns);
	const listed = united.map((wire, index) => (index === united.length - 1 ? wire : settleListed(wire)));
	const indexes = placesOf(state.turns);
	const listedIds = new Set<string>(listed.flatMap(({id, partIds}) => [id, ...(partIds ?? [])]));
	const isUnlisted = (turn: Turn): boolean => !listedIds.has(turn.id);
	const placeOf = ({id, partIds}: ListedTurn): number | undefined =>
		[id, ...(partIds ?? [])].map(name => indexes.get(name)).find(index => index !== undefined);

	const oldest = listed[0];
	const first = oldest === undefined ? undefined : placeOf(oldest);
	const joint = first === undefined ? undefined : state.turns[first];
	const joins = oldest !== undefined && joint !== undefined && !isSplit(oldest, joint, merge);
	const joined = joins ? state.turns.slice(0, first).filter(isUnlisted) : [];
	const older = keepOlder(joined, merge);
	const last = Math.max(-1, ...listed.map(turn => placeOf(turn) ?? -1));
	const newer = keepNewer(state.turns.slice(last + 1).filter(isUnlisted), last >= 0, merge);

	const fresh = listed.map(wire => {
		const index = placeOf(wire);
		return mergeTurn(wire, index === undefined ? undefined : state.turns[index], merge);
	});
	// Where some of the older turns went, the page's own cursor brings them back; the rest is not doubled.
	const keepsCursor = older.length > 0 && older.length === joined.length && state.olderCursor !== undefined;
	const {olderTurns, ...rest} = state;
	const merged: ThreadState = {
		...rest,
		...(keepsCursor && olderTurns !== undefined ? {olderTurns} : {}),
		turns: keepSame(state.turns, [...older, ...fresh, ...newer]),
		olderCursor: keepsCursor ? state.olderCursor : (page.nextCursor ?? null),
		stale: false,
		...joinedIn(state, fresh.at(-1), merge),
	};
	return hearNewTurns(merged, fresh);
};

/** An old server may answer a subscription without turns; they come as `turnsRelisted` right after. */
const tellsTurns = (response: WireResumeResponse, page: WireTurnsPage): boolean =>
	page.data.length > 0 || (response.initialTurnsPage !== undefined && response.initialTurnsPage !== null);

/**
 * A subscription began. Metadata and settings are replaced, requests start anew (the server replays the pending
 * ones), and the page is merged.
 */
export const hydrate = (
	before: ThreadState,
	response: WireResumeResponse,
	page: WireTurnsPage,
): ThreadState => {
	const isOther = before.info !== undefined && before.info.id !== response.thread.id;
	const held = isOther ? initialThreadState : before;
	// An unloaded thread may have been run by another process meanwhile: that is a gap, too.
	const stream = held.stale || held.closed ? 'gap' : 'whole';
	const {runningCommands: _outdated, ...rest} = held;
	const described = withInfo(
		{
			...rest,
			settings: settingsOf(response, held.settings),
			requests: [],
			closed: false,
		},
		describeThread(response.thread, held.info),
	);
	if (tellsTurns(response, page)) return mergeNewest(described, page, {source: 'hydrated', stream});
	return {...described, stale: stream === 'gap' && held.turns.length > 0};
};

/** The newest turns listed again. An empty list says something only when we doubt what we hold. */
export const relist = (state: ThreadState, page: WireTurnsPage): ThreadState => {
	if (page.data.length === 0 && !state.stale) return state;
	return mergeNewest(state, page, {source: 'relisted', stream: state.stale ? 'gap' : 'whole'});
};

/** A page before the oldest turn that we hold. Turns that we hold already stay ours, unless we had a summary only. */
export const prependOlder = (state: ThreadState, page: WireTurnsPage): ThreadState => {
	const listed = unite(oldestFirst(page), []);
	const indexes = placesOf(state.turns);
	const held = state.turns.slice();
	const overlap = listed.findIndex(({id}) => held[indexes.get(id) ?? -1]?.id === id);
	const before = (overlap < 0 ? listed : listed.slice(0, overlap)).map(settleListed);
	const older: ListedTurn[] = [];
	for (const wire of before) {
		const index = indexes.get(rootOf(wire) ?? '');
		const root = index === undefined ? undefined : held[index];
		if (index === undefined || root === undefined) older.push(wire);
		else held[index] = takeIn(root, wire);
	}
	for (const wire of listed) {
		const index = indexes.get(wire.id);
		const turn = index === undefined ? undefined : held[index];
		if (index === undefined || turn?.id !== wire.id || !turn.itemsIncomplete || isPartial(wire)) continue;
		held[index] = mergeTurn(wire, turn, {source: 'relisted', stream: 'whole'});
	}
	const prepended = older.map(turnFromHistory);
	const turns = keepSame(state.turns, [...prepended, ...held]);
	const olderCursor = page.nextCursor ?? null;
	if (turns === state.turns && olderCursor === state.olderCursor) return state;
	const {olderTurns, ...rest} = state;
	const counted = olderTurns === undefined ? {} : {olderTurns: Math.max(0, olderTurns - prepended.length)};
	return hearOldTurns({...rest, ...counted, turns, olderCursor}, before.map(turnFromHistory));
};
