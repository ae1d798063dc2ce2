/**
 * The reducer: one ordered sequence of events — stored history and the live stream alike — becomes the state.
 *
 * Invariants: pure and total — no clock, no I/O, no exception on any event; what an event does not touch keeps its
 * identity, and an event that says nothing returns the very same state. Called by `app/` for every thread event.
 */
import {
	asNumber,
	asRecord,
	asString,
	decodeItem,
	decodePlan,
	decodeSandbox,
	decodeThread,
	decodeThreadStatus,
	decodeTokenUsage,
	decodeTurn,
	decodeTurnError,
	type JsonRecord,
} from '../protocol/decode.ts';
import {type ThreadNotification, threadNotifications} from '../protocol/methods.ts';
import type {WireNotification} from '../protocol/types.ts';
import {hearItem, hearOtherThread, hearStartedThread} from './agents.ts';
import {
	agentMessageDelta,
	commandOutputDelta,
	type Delta,
	mcpProgress,
	patchUpdated,
	planDelta,
	reasoningTextDelta,
	summaryPartAdded,
	summaryTextDelta,
} from './deltas.ts';
import {sameJson} from './equal.ts';
import type {ThreadEvent} from './events.ts';
import {hydrate, prependOlder, relist} from './hydrate.ts';
import {describeOwn, threadStatus, withInfo, withSettings} from './info.ts';
import {applyDelta, completeItem, startItem} from './items.ts';
import {addNotice} from './notices.ts';
import {pageOut} from './page-out.ts';
import {addRequest, resolveRequest} from './requests.ts';
import {nameRunningCommands} from './running-commands.ts';
import type {ThreadState} from './state.ts';
import {
	editTurn,
	emptyTurn,
	endTurn,
	errorText,
	findTurn,
	joinedTurn,
	setDiff,
	setPlan,
	startTurn,
} from './turns.ts';

export {itemTransitions} from './transitions.ts';

/** `heardAtMs`: when the server emitted the notification, else when we received it. */
type Handler = (state: ThreadState, params: JsonRecord, heardAtMs: number) => ThreadState;

const onDelta =
	(read: (params: JsonRecord, state: ThreadState) => Delta | undefined): Handler =>
	(state, params) => {
		const turn = asString(params.turnId);
		const item = asString(params.itemId);
		const delta = read(params, state);
		if (!turn || !item || delta === undefined) return state;
		return editTurn(state, turn, held => applyDelta(held, item, delta), joinedTurn);
	};

const onItem =
	(change: 'started' | 'completed'): Handler =>
	(state, params, heardAtMs) => {
		const turn = asString(params.turnId);
		const item = decodeItem(params.item);
		if (!turn || item === undefined) return state;
		const startedAtMs = asNumber(params.startedAtMs) ?? item.startedAtMs ?? heardAtMs;
		const completedAtMs = asNumber(params.completedAtMs);
		const next = editTurn(
			state,
			turn,
			held =>
				change === 'started'
					? startItem(held, item, startedAtMs)
					: completeItem(held, item, {completedAtMs, heardAtMs}),
			// The turn of a review is announced by no other word, so nothing of it was missed.
			item.type === 'enteredReviewMode' ? emptyTurn : joinedTurn,
		);
		return next === state ? state : hearItem(next, item);
	};

const runningTurnId = (state: ThreadState): string | undefined => {
	const newest = state.turns.at(-1);
	return newest?.status === 'inProgress' ? newest.id : undefined;
};

const handlers: {readonly [Method in ThreadNotification]: Handler} = {
	'thread/started'(state, params) {
		const thread = decodeThread(params.thread);
		if (thread === undefined || state.info === undefined) return state;
		return thread.id === state.info.id ? describeOwn(state, thread) : hearStartedThread(state, thread);
	},
	'thread/status/changed'(state, params) {
		const status = decodeThreadStatus(params.status);
		if (state.info === undefined || status === undefined) return state;
		return withInfo(state, {...state.info, status: threadStatus(status)});
	},
	'thread/closed': state => (state.closed ? state : {...state, closed: true}),
	'thread/name/updated'(state, params) {
		const name = asString(params.threadName);
		return state.info === undefined ? state : withInfo(state, {...state.info, name});
	},
	'thread/settings/updated'(state, params) {
		const settings = asRecord(params.threadSettings);
		return settings === undefined
			? state
			: withSettings(state, settings, decodeSandbox(settings.sandboxPolicy));
	},
	'thread/tokenUsage/updated'(state, params) {
		const tokenUsage = decodeTokenUsage(params.tokenUsage);
		return tokenUsage === undefined || sameJson(tokenUsage, state.tokenUsage)
			? state
			: {...state, tokenUsage};
	},
	'thread/compacted'(state, params, atMs) {
		const turn = asString(params.turnId) ?? runningTurnId(state);
		// Newer servers tell the same by an item, which has a view of its own.
		const items = turn === undefined ? undefined : findTurn(state, turn)?.items;
		if (items?.some(item => item.content.type === 'contextCompaction')) return state;
		return addNotice(state, {kind: 'compacted', text: 'The context was compacted.', atMs}, turn);
	},
	// History changed under us: what we hold is in doubt until the session has subscribed or listed again.
	'thread/reverted': (state, _params, atMs) =>
		addNotice(
			{...state, stale: true},
			{kind: 'reverted', text: 'The thread was reverted to an earlier turn.', atMs},
			undefined,
		),
	'turn/started'(state, params, heardAtMs) {
		const turn = decodeTurn(params.turn);
		return turn === undefined ? state : startTurn(state, turn, heardAtMs);
	},
	'turn/completed'(state, params, heardAtMs) {
		const turn = decodeTurn(params.turn);
		return turn === undefined ? state : endTurn(state, turn, heardAtMs);
	},
	'turn/diff/updated'(state, params) {
		const turn = asString(params.turnId);
		const diff = asString(params.diff);
		return !turn || diff === undefined ? state : setDiff(state, turn, diff);
	},
	'turn/plan/updated'(state, params) {
		const turn = asString(params.turnId);
		const steps = decodePlan(params.plan);
		if (!turn || steps === undefined) return state;
		return setPlan(state, turn, {explanation: asString(params.explanation), steps});
	},
	'item/started': onItem('started'),
	'item/completed': onItem('completed'),
	'item/agentMessage/delta': onDelta(agentMessageDelta),
	'item/plan/delta': onDelta(planDelta),
	'item/reasoning/summaryTextDelta': onDelta(summaryTextDelta),
	'item/reasoning/summaryPartAdded': onDelta(summaryPartAdded),
	'item/reasoning/textDelta': onDelta(reasoningTextDelta),
	'item/commandExecution/outputDelta': onDelta((params, state) =>
		commandOutputDelta(params, state.runningCommands),
	),
	'item/fileChange/patchUpdated': onDelta(patchUpdated),
	'item/mcpToolCall/progress': onDelta(mcpProgress),
	'serverRequest/resolved'(state, params) {
		const id = asString(params.requestId) ?? asNumber(params.requestId);
		return id === undefined ? state : resolveRequest(state, id);
	},
	error(state, params, atMs) {
		const text = errorText(decodeTurnError(params.error));
		if (text === undefined) return state;
		const kind = params.willRetry === true ? 'retry' : 'error';
		return addNotice(state, {kind, text, atMs}, asString(params.turnId));
	},
	warning(state, params, atMs) {
		const text = asString(params.message);
		return text === undefined ? state : addNotice(state, {kind: 'warning', text, atMs}, runningTurnId(state));
	},
	'model/rerouted'(state, params, atMs) {
		const to = asString(params.toModel);
		if (to === undefined) return state;
		const reason = asString(params.reason);
		const from = asString(params.fromModel) ?? 'the model';
		const text = `Rerouted from ${from} to ${to}${reason === undefined ? '' : `: ${reason}`}`;
		return addNotice(state, {kind: 'rerouted', text, atMs}, asString(params.turnId));
	},
};

const isThreadNotification = (method: string): method is ThreadNotification =>
	Object.hasOwn(handlers, method) && threadNotifications.includes(method as ThreadNotification);

/** Which thread a notification is about: its `threadId`, `undefined` when it names none. */
const notify = (
	state: ThreadState,
	{method, params, emittedAtMs}: WireNotification,
	atMs: number,
): ThreadState => {
	const record = asRecord(params);
	if (record === undefined || !isThreadNotification(method)) return state;
	const heardAtMs = emittedAtMs ?? atMs;
	if (method === 'thread/started') return handlers[method](state, record, heardAtMs);
	const threadId = asString(record.threadId);
	if (threadId === undefined) {
		// A warning to everybody; all else without a thread is not for a thread's state.
		return method === 'warning' ? handlers.warning(state, record, heardAtMs) : state;
	}
	if (threadId !== state.info?.id) return hearOtherThread(state, method, threadId, record);
	return handlers[method](state, record, heardAtMs);
};

export const reduce = (state: ThreadState, event: ThreadEvent): ThreadState => {
	switch (event.type) {
		case 'hydrated':
			return hydrate(state, event.response, event.page);
		case 'olderTurnsLoaded':
			return prependOlder(state, event.page);
		case 'turnsPagedOut':
			return pageOut(state, event.page);
		case 'turnsRelisted':
			return relist(state, event.page);
		case 'threadDescribed':
			return describeOwn(state, event.thread);
		case 'runningCommandsListed':
			return nameRunningCommands(state, event.commands);
		case 'notified':
			return notify(state, event.notification, event.atMs);
		case 'requested':
			return addRequest(state, event.request, event.atMs);
		case 'disconnected':
			return state.stale ? state : {...state, stale: true};
		default:
			return ignored(state, event);
	}
};

/** Every event has its case (else this does not compile); one from a newer version changes nothing. */
const ignored = (state: ThreadState, _event: never): ThreadState => state;
