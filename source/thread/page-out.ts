/**
 * Letting old turns go: a seat that follows a thread for a day holds its newest turns, and the cursor that brings the
 * others back. Pure. Called by reduce.ts, and by whoever numbers turns.
 */
import type {WireTurnsPage} from '../protocol/types.ts';
import type {ThreadState, Turn} from './state.ts';

/** How many turns stand before the oldest that we hold, where that is known. */
export const turnsBefore = ({olderCursor, olderTurns}: ThreadState): number | undefined =>
	olderCursor === null ? 0 : olderTurns;

/**
 * Drops the turns before those of `page`, a list of the newest ones: its cursor leads to exactly what is dropped.
 * A page that we cannot find our place in, or that has nothing before it, changes nothing.
 */
export const pageOut = (state: ThreadState, page: WireTurnsPage): ThreadState => {
	const cursor = page.nextCursor;
	const oldest = page.data.at(-1)?.id;
	const at = state.turns.findIndex(({id}) => id === oldest);
	if (state.stale || !cursor || at < 1) return state;
	const {olderTurns: _, ...rest} = state;
	const before = turnsBefore(state);
	return {
		...rest,
		turns: state.turns.slice(at),
		olderCursor: cursor,
		...(before === undefined ? {} : {olderTurns: before + at}),
	};
};

/** What is held at most, and what is left of it then: scrolling back a little asks for nothing. */
export type HoldLimits = {
	readonly turns: number;
	readonly keptTurns: number;
	/** Characters of all text in the turns. */
	readonly chars: number;
	readonly keptChars: number;
};

export const holdLimits: HoldLimits = {
	turns: 150,
	keptTurns: 60,
	chars: 48 * 1024 * 1024,
	keptChars: 24 * 1024 * 1024,
};

/** The newest turn, and one before it for whoever looks up. */
const leastKept = 2;
const deepest = 12;

const charsIn = (value: unknown, depth = 0): number => {
	if (typeof value === 'string') return value.length;
	if (typeof value !== 'object' || value === null || depth > deepest) return 0;
	let chars = 0;
	for (const each of Object.values(value)) chars += charsIn(each, depth + 1);
	return chars;
};

const weighed = new WeakMap<Turn, number>();

const weigh = (turn: Turn): number => {
	const known = weighed.get(turn);
	if (known !== undefined) return known;
	const chars = charsIn(turn);
	weighed.set(turn, chars);
	return chars;
};

/** How many of the newest turns to keep, once there are too many or too much is in them; else undefined. */
export const turnsToKeep = ({turns}: ThreadState, limits: HoldLimits = holdLimits): number | undefined => {
	const chars = turns.reduce((sum, turn) => sum + weigh(turn), 0);
	if (turns.length <= limits.turns && chars <= limits.chars) return undefined;
	let kept = 0;
	let keptChars = 0;
	for (const turn of turns.toReversed().slice(0, limits.keptTurns)) {
		keptChars += weigh(turn);
		if (kept >= leastKept && keptChars > limits.keptChars) break;
		kept += 1;
	}
	return kept < turns.length ? kept : undefined;
};
