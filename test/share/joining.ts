/** What a client holds who joins where somebody else watches, by the reducer: for the laws of what a share passes on. */
import {asRecord, asString, decodeResumeResponse, decodeTurnsPage} from '../../source/protocol/decode.ts';
import type {Json, WireNotification} from '../../source/protocol/types.ts';
import {createInProgress} from '../../source/share/in-progress.ts';
import type {ThreadEvent} from '../../source/thread/events.ts';
import type {Item, ThreadState, Turn} from '../../source/thread/state.ts';
import type {Line} from '../thread/replay.ts';

export const heard = (notification: WireNotification, atMs = 1000): ThreadEvent => ({
	type: 'notified',
	notification,
	atMs,
});

/** What `since` says after these events. */
export const sinceAfter = (events: readonly ThreadEvent[], threadId: string): readonly ThreadEvent[] => {
	const inProgress = createInProgress();
	for (const event of events) {
		if (event.type !== 'notified') continue;
		const {method, params, emittedAtMs} = event.notification;
		inProgress.told(method, params, emittedAtMs);
	}
	return inProgress.since(threadId).map(each => heard(each));
};

const isDeclined = ({content}: Item): boolean =>
	content.type === 'commandExecution' && content.status === 'declined';

const shownItem = ({id, phase, missedStart, progress, content, omittedOutput, startedAtMs}: Item) => ({
	id,
	isCompleted: phase === 'completed',
	missedStart,
	progress,
	content: {...content, startedAtMs: undefined, completedAtMs: undefined},
	omittedOutput,
	...(phase !== 'completed' && {startedAtMs}),
});

/** Of what goes on after its turn, a watcher knows only once it speaks. */
const isInTurn = ({status}: Turn, {phase}: Item): boolean => status === 'inProgress' || phase === 'completed';

/**
 * What is seen of a thread, but for what no list of history has and no share keeps: what a turn's end cut, the plans and
 * diffs of turns that are over, notices, declined commands.
 */
export const shown = (state: ThreadState) => ({
	turns: state.turns.map(turn => ({
		id: turn.id,
		status: turn.status,
		...(turn.status === 'inProgress' && {plan: turn.plan, diff: turn.diff}),
		items: turn.items
			.filter(item => item.phase !== 'cut' && !isDeclined(item) && isInTurn(turn, item))
			.map(shownItem),
	})),
	tokenUsage: state.tokenUsage,
	isClosed: state.closed,
});

/** What goes on after its turn, as whoever has all of it knows it. */
export const lingering = (state: ThreadState, known: ThreadState) => {
	const inBoth = (id: string, item: Item): boolean =>
		known.turns.some(turn => turn.id === id && turn.items.some(each => each.id === item.id));
	return state.turns.flatMap(turn =>
		turn.items.filter(item => !isInTurn(turn, item) && inBoth(turn.id, item)).map(shownItem),
	);
};

type MutableTurn = {id: string; items: Json[]} & {[key: string]: Json};

/** The answer to a `thread/resume` right after these frames, as the server is measured to give it. */
export const joinAfter = (lines: readonly Line[]): ThreadEvent | undefined => {
	let answer: Json | undefined;
	const turns: MutableTurn[] = [];
	const turnOf = (id: string): MutableTurn => {
		const held = turns.find(turn => turn.id === id);
		if (held !== undefined) return held;
		const turn: MutableTurn = {id, items: [], itemsView: 'full', status: 'inProgress'};
		turns.push(turn);
		return turn;
	};
	for (const {dir, frame} of lines) {
		const raw = asRecord(frame) ?? {};
		const result = asRecord(raw.result);
		if (dir !== 'in') continue;
		if (
			answer === undefined &&
			asRecord(result?.thread) !== undefined &&
			'initialTurnsPage' in (result ?? {})
		) {
			answer = raw.result as Json;
			const listed = asRecord(result?.initialTurnsPage)?.data;
			if (Array.isArray(listed)) turns.push(...(structuredClone(listed).toReversed() as MutableTurn[]));
			continue;
		}
		const params = asRecord(raw.params);
		const threadId = asRecord(asRecord(answer)?.thread)?.id;
		if (raw.id !== undefined || params === undefined || params.threadId !== threadId) continue;
		if (raw.method === 'turn/started' || raw.method === 'turn/completed') {
			const told = asRecord(params.turn) as {readonly id: string; readonly rootTurnId?: string};
			// A part of a review, which the real server lists apart while that runs.
			if (told.rootTurnId !== told.id && turns.some(({id}) => id === told.rootTurnId)) continue;
			Object.assign(turnOf(told.id), {...told, items: turnOf(told.id).items, itemsView: 'full'});
		} else if (raw.method === 'item/completed') {
			const {items} = turnOf(asString(params.turnId) ?? '');
			const item = asRecord(params.item);
			const place = items.findIndex(each => asRecord(each)?.id === item?.id);
			if (!(item?.type === 'commandExecution' && item.status === 'declined'))
				items.splice(place < 0 ? items.length : place, 1, params.item as Json);
		}
	}
	const page = {data: turns.toReversed(), nextCursor: null};
	const response = answer && decodeResumeResponse({...asRecord(answer), initialTurnsPage: page});
	const decoded = decodeTurnsPage(page);
	if (!response || !decoded) return undefined;
	return {type: 'hydrated', response, page: decoded, atMs: 1000};
};
