/**
 * Turns: found, begun, ended, given a plan and a diff.
 *
 * Invariants: turns are oldest first and unique by id; an ended turn does not run again by a late `turn/started`;
 * one that begins while its root runs is a part of that (see parts.ts); one that a signal does not change keeps its
 * identity. Called by reduce.ts and hydrate.ts.
 */
import type {WirePlanStep, WireTurn, WireTurnError} from '../protocol/types.ts';
import {sameJson} from './equal.ts';
import {closeItems, itemFromHistory} from './items.ts';
import {countedAnew} from './made-up-ids.ts';
import {orderByStart} from './order.ts';
import type {ThreadState, Turn, TurnId, TurnStatus} from './state.ts';

export const turnId = (id: string): TurnId => id as TurnId;

/** Wire times ending in `At` are seconds. */
export const secondsToMs = (seconds: number | null | undefined): number | undefined =>
	typeof seconds === 'number' ? seconds * 1000 : undefined;

const statuses: ReadonlySet<string> = new Set(['inProgress', 'completed', 'interrupted', 'failed']);

export const turnStatus = (word: string | undefined): TurnStatus =>
	word !== undefined && statuses.has(word) ? (word as TurnStatus) : 'unknown';

const longestNotice = 20_000;

/** Errors and warnings are read whole, a hundred are kept of each turn, and all are wrapped anew with each picture. */
export const shortNotice = (text: string): string => {
	if (text.length <= longestNotice) return text;
	// Array.from copies: a slice would keep the whole text in memory.
	const kept = Array.from(text.slice(0, longestNotice - 50)).join('');
	return `${kept} … ${text.length - kept.length} characters more`;
};

export const errorText = (error: WireTurnError | null | undefined): string | undefined => {
	if (!error) return undefined;
	const {message, additionalDetails} = error;
	return shortNotice(additionalDetails ? `${message}\n${additionalDetails}` : message);
};

export const emptyTurn = (id: string): Turn => ({
	id: turnId(id),
	status: 'inProgress',
	error: undefined,
	startedAtMs: undefined,
	completedAtMs: undefined,
	items: [],
	plan: undefined,
	diff: undefined,
	notices: [],
	itemsIncomplete: false,
});

/** A turn that an item event names though its start was missed: what came before the event is unknown. */
export const joinedTurn = (id: string): Turn => ({...emptyTurn(id), itemsIncomplete: true});

/** `itemsView` is absent on servers that know no other view than the full one. */
export const isPartial = (wire: WireTurn): boolean =>
	wire.itemsView === 'summary' || wire.itemsView === 'notLoaded';

/** A turn of a list, and the ids of those that were united with it. */
export type ListedTurn = WireTurn & {readonly partIds?: readonly string[]};

/** The root of a turn, where that is not the turn itself. */
export const rootOf = ({id, rootTurnId}: WireTurn): string | undefined =>
	rootTurnId && rootTurnId !== id ? rootTurnId : undefined;

const rootIdOf = (wire: WireTurn): {readonly rootId?: TurnId} => {
	const root = rootOf(wire);
	return root === undefined ? {} : {rootId: turnId(root)};
};

/** A turn out of a list of history. */
export const turnFromHistory = (wire: ListedTurn): Turn => {
	const status = turnStatus(wire.status);
	const seen = new Set<string>();
	const items = countedAnew(wire.items ?? []).filter(item => !seen.has(item.id) && seen.add(item.id));
	return {
		...emptyTurn(wire.id),
		status,
		error: errorText(wire.error),
		startedAtMs: secondsToMs(wire.startedAt),
		completedAtMs: endedAtMs(wire),
		items: orderByStart(
			items.map(item => itemFromHistory(item, status === 'inProgress' ? 'running' : 'over')),
		),
		itemsIncomplete: isPartial(wire),
		...(status === 'inProgress' && rootIdOf(wire)),
		...(wire.partIds && {partIds: wire.partIds.map(turnId)}),
	};
};

/** Turn ids are UUIDv7, which sort by time (the server's own word); false where they are not. */
export const isLater = (left: string, right: string): boolean =>
	isUuid(left) && isUuid(right) && left > right;

const isUuid = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

/**
 * Is an unknown turn one of those that were not paged in? A command in the background may speak for it. Where ids do
 * not tell, an unknown turn counts as new.
 */
const isBeforeOurs = ({turns, olderCursor}: ThreadState, id: string): boolean => {
	const oldest = turns[0];
	return typeof olderCursor === 'string' && oldest !== undefined && isLater(oldest.id, id);
};

/** Who joins in mid-review knows the part, which is listed, before the root, which is not: events then name the root. */
const isOpenPartOf = (state: ThreadState, turn: Turn | undefined, id: string): boolean =>
	turn?.rootId === id &&
	turn.status === 'inProgress' &&
	(state.turns.length === 1 || !isBeforeOurs(state, id));

/** By its id, that of a part, or that of its root. Searched from the end: what changes is the newest. */
const indexOfTurn = (state: ThreadState, id: string): number => {
	const {turns} = state;
	for (let index = turns.length - 1; index >= 0; index -= 1) {
		const turn = turns[index];
		if (turn?.id === id || turn?.partIds?.some(part => part === id) === true) return index;
	}
	return isOpenPartOf(state, turns.at(-1), id) ? turns.length - 1 : -1;
};

export const findTurn = (state: ThreadState, id: string): Turn | undefined =>
	state.turns[indexOfTurn(state, id)];

/** Goes by the name of its root from now on. */
const asRoot = ({rootId: _, ...part}: Turn, id: string): Turn => ({
	...part,
	id: turnId(id),
	partIds: [...(part.partIds ?? []), part.id],
});

/** Changes one turn; one that is not held is made by `absent`, if it is new and the edit changes it. */
export const editTurn = (
	state: ThreadState,
	id: string,
	edit: (turn: Turn) => Turn,
	absent?: (id: string) => Turn,
): ThreadState => {
	const index = indexOfTurn(state, id);
	const found = state.turns[index];
	const named = found?.rootId === id ? asRoot(found, id) : found;
	const held = named ?? (isBeforeOurs(state, id) ? undefined : absent?.(id));
	if (held === undefined) return state;
	const edited = edit(held);
	if (edited === held) return state;
	const turns = state.turns.slice();
	turns[index < 0 ? turns.length : index] = edited;
	return {...state, turns};
};

/** To the millisecond where the server says how long it took: its times of turns are whole seconds. */
const endedAtMs = ({startedAt, completedAt, durationMs}: WireTurn): number | undefined => {
	const startedAtMs = secondsToMs(startedAt);
	const isTimed = startedAtMs !== undefined && typeof durationMs === 'number' && durationMs >= 0;
	return isTimed ? startedAtMs + durationMs : secondsToMs(completedAt);
};

/** The turn that runs, where it is the root of the one that begins. */
const runningRoot = (state: ThreadState, wire: WireTurn): Turn | undefined => {
	const newest = state.turns.at(-1);
	return newest?.status === 'inProgress' && newest.id === rootOf(wire) ? newest : undefined;
};

/** `turn/started`. The items in it are a summary or nothing: `item/*` is the truth. */
export const startTurn = (state: ThreadState, wire: WireTurn, heardAtMs: number): ThreadState => {
	const startedAtMs = secondsToMs(wire.startedAt) ?? heardAtMs;
	const held = findTurn(state, wire.id);
	if (held?.partIds?.some(id => id === wire.id)) return state;
	if (held !== undefined) {
		return editTurn(state, wire.id, turn => {
			if (turn.status !== 'inProgress' && turn.status !== 'unknown') return turn;
			const known = turn.startedAtMs ?? startedAtMs;
			if (turn.status === 'inProgress' && turn.startedAtMs === known) return turn;
			return {...turn, status: 'inProgress', startedAtMs: known};
		});
	}
	const root = runningRoot(state, wire);
	if (root === undefined) {
		const started: Turn = {...emptyTurn(wire.id), startedAtMs, ...rootIdOf(wire)};
		return {...state, turns: [...state.turns, started]};
	}
	return editTurn(state, root.id, turn => ({
		...turn,
		startedAtMs: turn.startedAtMs ?? startedAtMs,
		partIds: [...(turn.partIds ?? []), turnId(wire.id)],
	}));
};

/** `turn/completed`: closes whatever is still open in it. The end of a part is not the end of the whole. */
export const endTurn = (state: ThreadState, wire: WireTurn, heardAtMs: number): ThreadState => {
	const status =
		wire.status === undefined || wire.status === 'inProgress' ? 'completed' : turnStatus(wire.status);
	const end = (turn: Turn): Turn => {
		if (turn.id !== wire.id) return turn;
		const {rootId: _, ...rest} = turn;
		const ended: Turn = {
			...rest,
			status,
			error: errorText(wire.error) ?? turn.error,
			startedAtMs: turn.startedAtMs ?? secondsToMs(wire.startedAt),
			completedAtMs: endedAtMs(wire) ?? turn.completedAtMs ?? heardAtMs,
			items: closeItems(turn.items),
		};
		return sameTurn(turn, ended) ? turn : ended;
	};
	return editTurn(state, wire.id, end, joinedTurn);
};

/** All fields by identity: a turn that was rebuilt out of the same parts. */
export const sameTurn = (left: Turn, right: Turn): boolean =>
	left.id === right.id &&
	left.status === right.status &&
	left.error === right.error &&
	left.startedAtMs === right.startedAtMs &&
	left.completedAtMs === right.completedAtMs &&
	left.items === right.items &&
	left.plan === right.plan &&
	left.diff === right.diff &&
	left.notices === right.notices &&
	left.itemsIncomplete === right.itemsIncomplete &&
	left.rootId === right.rootId &&
	left.partIds === right.partIds;

export const setDiff = (state: ThreadState, id: string, diff: string): ThreadState =>
	editTurn(state, id, turn => (turn.diff === diff ? turn : {...turn, diff}), joinedTurn);

export const setPlan = (
	state: ThreadState,
	id: string,
	plan: {readonly explanation: string | undefined; readonly steps: readonly WirePlanStep[]},
): ThreadState =>
	editTurn(state, id, turn => (sameJson(turn.plan, plan) ? turn : {...turn, plan}), joinedTurn);
