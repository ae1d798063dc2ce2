/**
 * Turns: found, begun, ended, given a plan and a diff.
 *
 * Invariants: turns are oldest first and unique by id; an ended turn does not run again by a late `turn/started`;
 * one that a signal does not change keeps its identity. Called by reduce.ts and hydrate.ts.
 */
import type {WirePlanStep, WireTurn, WireTurnError} from '../protocol/types.ts';
import {sameJson} from './equal.ts';
import {closeItems, itemFromHistory} from './items.ts';
import {orderByStart} from './order.ts';
import type {ThreadState, Turn, TurnId, TurnStatus} from './state.ts';

export const turnId = (id: string): TurnId => id as TurnId;

/** Wire times ending in `At` are seconds. */
export const secondsToMs = (seconds: number | null | undefined): number | undefined =>
	typeof seconds === 'number' ? seconds * 1000 : undefined;

const statuses: ReadonlySet<string> = new Set(['inProgress', 'completed', 'interrupted', 'failed']);

export const turnStatus = (word: string | undefined): TurnStatus =>
	word !== undefined && statuses.has(word) ? (word as TurnStatus) : 'unknown';

export const errorText = (error: WireTurnError | null | undefined): string | undefined => {
	if (!error) return undefined;
	return error.additionalDetails ? `${error.message}\n${error.additionalDetails}` : error.message;
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

/** A turn out of a list of history. */
export const turnFromHistory = (wire: WireTurn): Turn => {
	const status = turnStatus(wire.status);
	const seen = new Set<string>();
	const items = (wire.items ?? []).filter(item => !seen.has(item.id) && seen.add(item.id));
	return {
		...emptyTurn(wire.id),
		status,
		error: errorText(wire.error),
		startedAtMs: secondsToMs(wire.startedAt),
		completedAtMs: secondsToMs(wire.completedAt),
		items: orderByStart(
			items.map(item => itemFromHistory(item, status === 'inProgress' ? 'running' : 'over')),
		),
		itemsIncomplete: isPartial(wire),
	};
};

/** Searched from the end: what changes is the newest, whatever the length of the thread. */
export const indexOfTurn = (turns: readonly Turn[], id: string): number => {
	for (let index = turns.length - 1; index >= 0; index -= 1) if (turns[index]?.id === id) return index;
	return -1;
};

export const findTurn = (state: ThreadState, id: string): Turn | undefined =>
	state.turns[indexOfTurn(state.turns, id)];

const isUuid = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

/**
 * Is an unknown turn one of those that were not paged in? A command in the background may speak for it. Turn ids are
 * UUIDv7, which sort by time; where they are not, an unknown turn counts as new.
 */
const isBeforeOurs = ({turns, olderCursor}: ThreadState, id: string): boolean => {
	const oldest = turns[0];
	if (typeof olderCursor !== 'string' || oldest === undefined) return false;
	return isUuid(id) && isUuid(oldest.id) && id < oldest.id;
};

/** Changes one turn; one that is not held is made by `absent`, if it is new and the edit changes it. */
export const editTurn = (
	state: ThreadState,
	id: string,
	edit: (turn: Turn) => Turn,
	absent?: (id: string) => Turn,
): ThreadState => {
	const index = indexOfTurn(state.turns, id);
	const held = state.turns[index] ?? (isBeforeOurs(state, id) ? undefined : absent?.(id));
	if (held === undefined) return state;
	const edited = edit(held);
	if (edited === held) return state;
	const turns = state.turns.slice();
	turns[index < 0 ? turns.length : index] = edited;
	return {...state, turns};
};

/** `turn/started`. The items in it are a summary or nothing: `item/*` is the truth. */
export const startTurn = (state: ThreadState, wire: WireTurn, heardAtMs: number): ThreadState => {
	const startedAtMs = secondsToMs(wire.startedAt);
	if (findTurn(state, wire.id) === undefined) {
		const started: Turn = {...emptyTurn(wire.id), startedAtMs: startedAtMs ?? heardAtMs};
		return {...state, turns: [...state.turns, started]};
	}
	return editTurn(state, wire.id, turn => {
		if (turn.status !== 'inProgress' && turn.status !== 'unknown') return turn;
		const known = turn.startedAtMs ?? startedAtMs ?? heardAtMs;
		if (turn.status === 'inProgress' && turn.startedAtMs === known) return turn;
		return {...turn, status: 'inProgress', startedAtMs: known};
	});
};

/** `turn/completed`: closes whatever is still open in it. */
export const endTurn = (state: ThreadState, wire: WireTurn, heardAtMs: number): ThreadState => {
	const status =
		wire.status === undefined || wire.status === 'inProgress' ? 'completed' : turnStatus(wire.status);
	const end = (turn: Turn): Turn => {
		const ended: Turn = {
			...turn,
			status,
			error: errorText(wire.error) ?? turn.error,
			startedAtMs: turn.startedAtMs ?? secondsToMs(wire.startedAt),
			completedAtMs: secondsToMs(wire.completedAt) ?? turn.completedAtMs ?? heardAtMs,
			items: closeItems(turn.items),
		};
		return sameTurn(turn, ended) ? turn : ended;
	};
	return editTurn(state, wire.id, end, joinedTurn);
};

/** All fields by identity: a turn that was rebuilt out of the same parts. */
export const sameTurn = (left: Turn, right: Turn): boolean =>
	left.status === right.status &&
	left.error === right.error &&
	left.startedAtMs === right.startedAtMs &&
	left.completedAtMs === right.completedAtMs &&
	left.items === right.items &&
	left.plan === right.plan &&
	left.diff === right.diff &&
	left.notices === right.notices &&
	left.itemsIncomplete === right.itemsIncomplete;

export const setDiff = (state: ThreadState, id: string, diff: string): ThreadState =>
	editTurn(state, id, turn => (turn.diff === diff ? turn : {...turn, diff}), joinedTurn);

export const setPlan = (
	state: ThreadState,
	id: string,
	plan: {readonly explanation: string | undefined; readonly steps: readonly WirePlanStep[]},
): ThreadState =>
	editTurn(state, id, turn => (sameJson(turn.plan, plan) ? turn : {...turn, plan}), joinedTurn);
