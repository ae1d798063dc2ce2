/**
 * A model of the server, as measured: it turns a list of arbitrary choices into a valid stream, and knows at every
 * moment what its history would be. Items complete in any order, also after their turn; history lists only what
 * completed, in that order; what is in progress is in no list. Some turns are reviews, with a part that never ends
 * (see source/thread/parts.ts).
 */
import type {Json} from '../../source/protocol/types.ts';
import type {ThreadEvent} from '../../source/thread/events.ts';
import {command, hydrated, message, notified, older, user} from './make.ts';

type Fields = {readonly [key: string]: Json | undefined};
type OpenItem = {
	readonly id: string;
	readonly kind: 'message' | 'command';
	readonly startedAtMs: number;
	text: string;
};
type ServedTurn = {
	readonly id: string;
	status: 'inProgress' | 'completed' | 'interrupted';
	readonly open: OpenItem[];
	readonly done: Fields[];
	items: number;
	/** Of a review. */
	readonly part: {readonly id: string; readonly done: Fields[]} | undefined;
};

export type Moment = {
	/** What the stream says next; several frames only where they belong together. */
	readonly event: ThreadEvent;
	/** What a listing would have said right before it. Oldest first. */
	readonly history: readonly Fields[];
};

export type Choice = {readonly what: number; readonly which: number; readonly text: string};

/** Sortable by time, as the real ones are. */
const turnIdOf = (index: number): string => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`;

export const serve = (
	choices: readonly Choice[],
): {readonly moments: readonly Moment[]; readonly end: readonly Fields[]} => {
	const turns: ServedTurn[] = [];
	const moments: Moment[] = [];
	let nowMs = 1_000_000;
	let ids = 0;
	const nextId = (): string => {
		ids += 1;
		return turnIdOf(ids);
	};

	const history = (): readonly Fields[] => {
		const isActive = turns.at(-1)?.status === 'inProgress';
		return turns.flatMap(({id, status, done, part}, index) => {
			const listed = {itemsView: 'full', rootTurnId: id, startedAt: 100 + index};
			const whole = {
				...listed,
				id,
				status,
				completedAt: status === 'inProgress' ? null : 200 + index,
				items: done.slice(),
			};
			if (part === undefined) return [whole];
			const unended = isActive ? 'inProgress' : 'interrupted';
			const listedPart = {
				...listed,
				id: part.id,
				status: unended,
				completedAt: null,
				items: part.done.slice(),
			};
			return status === 'inProgress' ? [listedPart] : [listedPart, whole];
		});
	};
	const say = (event: ThreadEvent, change: () => void): void => {
		moments.push({event, history: history()});
		change();
	};
	const contentOf = ({id, kind, text, startedAtMs}: OpenItem, isDone: boolean): Fields => ({
		...(kind === 'message'
			? message(id, text)
			: command(id, `run ${id}`, {aggregatedOutput: text, status: isDone ? 'completed' : 'inProgress'})),
		startedAtMs,
		completedAtMs: isDone ? nowMs : null,
	});

	/** An item that is there at once. */
	const tell = (turnId: string, item: Fields, list: () => Fields[]): void => {
		const times = {startedAtMs: nowMs, completedAtMs: nowMs};
		say(notified('item/started', {turnId, item: {...item, ...times, completedAtMs: null}}), () => undefined);
		say(notified('item/completed', {turnId, item: {...item, ...times}, completedAtMs: nowMs}), () => {
			list().push({...item, ...times});
		});
		nowMs += 1;
	};
	const review = (): void => {
		const part = {id: '', done: [] as Fields[]};
		const turn: ServedTurn = {id: nextId(), status: 'inProgress', open: [], done: [], items: 0, part};
		const startedAt = 100 + turns.length;
		tell(turn.id, {type: 'enteredReviewMode', id: 'entered', review: 'x'}, () => turn.done);
		part.id = nextId();
		const started = {id: part.id, rootTurnId: turn.id, status: 'inProgress', items: [], startedAt};
		say(notified('turn/started', {turn: started}), () => turns.push(turn));
		tell(turn.id, user('asked', 'review it'), () => part.done);
	};

	const end = (turn: ServedTurn, status: 'interrupted' | 'completed'): void => {
		const index = turns.length - 1;
		if (turn.part !== undefined) {
			tell(turn.id, {type: 'exitedReviewMode', id: 'exited', review: 'x'}, () => turn.done);
		}
		const ended = {id: turn.id, status, items: [], startedAt: 100 + index, completedAt: 200 + index};
		say(notified('turn/completed', {turn: ended}), () => {
			turn.status = status;
			// A message is cut for good; a command goes on in the background, unless it was a review's.
			const goesOn = ({kind}: OpenItem) => kind === 'command' && turn.part === undefined;
			turn.open.splice(0, Infinity, ...turn.open.filter(goesOn));
		});
	};

	for (const {what, which, text} of choices) {
		nowMs += 1;
		const running = turns.at(-1)?.status === 'inProgress' ? turns.at(-1) : undefined;
		const talking = turns.filter(turn => turn.open.length > 0);
		const speaker = talking[which % Math.max(1, talking.length)];
		const item = speaker?.open[which % Math.max(1, speaker.open.length)];
		if (running === undefined && what % 5 < 2 && which % 3 === 2) {
			review();
		} else if (running === undefined && what % 5 < 2) {
			const index = turns.length;
			const turn: ServedTurn = {
				id: nextId(),
				status: 'inProgress',
				open: [],
				done: [],
				items: 0,
				part: undefined,
			};
			const params = {turn: {id: turn.id, status: 'inProgress', items: [], startedAt: 100 + index}};
			say(notified('turn/started', params), () => turns.push(turn));
		} else if (running !== undefined && what % 5 === 0) {
			end(running, which % 3 === 0 ? 'interrupted' : 'completed');
		} else if (running !== undefined && what % 5 === 1) {
			// Ids repeat from turn to turn, as those made by models do.
			running.items += 1;
			const kind = which % 2 === 0 ? 'message' : 'command';
			const started: OpenItem = {id: `${kind}-${running.items}`, kind, startedAtMs: nowMs, text: ''};
			say(notified('item/started', {turnId: running.id, item: contentOf(started, false)}), () =>
				running.open.push(started),
			);
		} else if (speaker !== undefined && item !== undefined && what % 5 < 4) {
			const method =
				item.kind === 'message' ? 'item/agentMessage/delta' : 'item/commandExecution/outputDelta';
			say(notified(method, {turnId: speaker.id, itemId: item.id, delta: text}), () => {
				item.text += text;
			});
		} else if (speaker !== undefined && item !== undefined) {
			const content = contentOf(item, true);
			say(notified('item/completed', {turnId: speaker.id, item: content, completedAtMs: nowMs}), () => {
				speaker.open.splice(speaker.open.indexOf(item), 1);
				(speaker.part ?? speaker).done.push(content);
			});
		}
	}
	// No list has all of a review that runs: the root comes when it is over.
	const last = turns.at(-1);
	if (last?.status === 'inProgress' && last.part !== undefined) end(last, 'completed');
	return {moments, end: history()};
};

/** A subscription that brings the newest `limit` turns. A cursor is the index of the oldest turn that was sent. */
export const subscribed = (history: readonly Fields[], limit: number): ThreadEvent => {
	const from = Math.max(0, history.length - limit);
	return hydrated(history.slice(from), from > 0 ? String(from) : null);
};

/** The page before `cursor`. */
export const pageBefore = (history: readonly Fields[], cursor: string, limit: number): ThreadEvent => {
	const to = Number(cursor);
	const from = Math.max(0, to - limit);
	return older(history.slice(from, to), from > 0 ? String(from) : null);
};
