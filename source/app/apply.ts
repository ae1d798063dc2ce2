/**
 * Session events → app state. Pure; takes a whole batch, so that a burst of deltas costs one copy of the log.
 */
import type {Traffic} from '../app-server/connection.ts';
import type {SessionEvent} from '../app-server/session-events.ts';
import {signalCard} from '../asks/card.ts';
import {judgeQueueRefusal} from '../composer/queue.ts';
import {decodeThread, decodeThreadStatus} from '../protocol/decode.ts';
import {asRecord, asString} from '../protocol/fields.ts';
import {decodeAnswered} from '../protocol/share.ts';
import type {Json, RpcId, WireThread} from '../protocol/types.ts';
import {logEvents} from '../thread/event-log.ts';
import {describeThread, threadStatus} from '../thread/info.ts';
import {reduce} from '../thread/reduce.ts';
import {initialThreadState, type ThreadInfo} from '../thread/state.ts';
import {sanitiseLine} from '../view/sanitise.ts';
import {withCards, withVerdict} from './card-focus.ts';
import {describeTraffic} from './describe-traffic.ts';
import {cardsAfter, changeCard, noCards} from './requests.ts';
import {roleMay} from './seat.ts';
import {seated} from './seated.ts';
import {type Share, shareAfter, shareAfterWelcome} from './share.ts';
import type {AppState} from './state.ts';
import {writingAfter} from './writing.ts';

const noticeForMs = 6000;

/** The state after all of `events`, in their order. The same object when nothing changed. */
export const applyEvents = (state: AppState, events: readonly SessionEvent[]): AppState => {
	let next = state;
	const entries: Array<ReturnType<typeof describeTraffic>> = [];
	for (const event of events) {
		if (event.type === 'traffic') {
			const entry = describeTraffic(event.traffic);
			entries.push(isLook(next, entry) ? {...entry, foldKey: 'look'} : entry);
			if (entry.kind === 'oddity') next = {...next, oddities: next.oddities + 1};
			next = hearOfShare(next, event.traffic);
			if (event.traffic.kind === 'notification')
				next = hearOfThreads(next, event.traffic.method, event.traffic.params);
			continue;
		}
		if (event.type === 'connectionMoved') entries.push(describeConnection(event));
		next = writingAfter(applyEvent(next, event), event);
	}
	return entries.length === 0 ? next : {...next, log: logEvents(next.log, entries)};
};

/** A thread that is not live is looked at every second: one line of the log, that counts. */
const isLook = ({connection}: AppState, {name}: ReturnType<typeof describeTraffic>): boolean =>
	connection.kind === 'waiting' && name === 'thread/read';

const applyEvent = (state: AppState, event: Exclude<SessionEvent, {type: 'traffic'}>): AppState => {
	switch (event.type) {
		case 'connectionMoved':
			return {
				...(event.connection.kind === 'failed' ? silenced(state) : state),
				connection: event.connection,
				nowMs: Math.max(state.nowMs, event.atMs),
				joinedAtMs: event.connection.kind === 'live' ? event.atMs : undefined,
			};
		case 'serverIdentified': {
			const {server} = event;
			const share = shareAfterWelcome(state.share, server.welcome);
			const hasLeft = state.share !== undefined && share === undefined;
			return seated({...(hasLeft ? silenced(state) : state), server, share});
		}
		case 'latencyMeasured':
			return {...state, roundTripMs: event.roundTripMs};
		case 'threadEvent': {
			if (event.threadId !== state.threadId) return state;
			const thread = reduce(state.thread, event.event);
			const cards = cardsAfter(state.cards, thread, event.event);
			return thread === state.thread && cards === state.cards ? state : withCards({...state, thread}, cards);
		}
		case 'threadChosen':
			return {
				...state,
				threadId: event.threadId,
				thread: initialThreadState,
				cards: noCards,
				ui: {
					...state.ui,
					holder: state.ui.holder === 'card' ? 'panes' : state.ui.holder,
					confirming: undefined,
					queueMarked: undefined,
					cardOffset: 0,
					threadScroll: {kind: 'tail'},
					selectedKey: undefined,
					folds: new Map(),
					allOpen: false,
					search: {kind: 'off'},
					seekingTop: false,
					picker: undefined,
					planOffset: 0,
					diffOffset: 0,
					agentsSelected: 0,
				},
			};
		case 'threadsListed':
			return {...state, threads: onceEach(event.threads).map(wire => describeThread(wire))};
		case 'askFailed':
			return complain(state, `No luck with ${event.what}: ${judgeQueueRefusal(event.why)}`, event.atMs);
		case 'answerSent':
			return state;
		case 'answerRefused': {
			const {requestId, why, atMs} = event;
			const cards = changeCard(state.cards, requestId, atMs, card => signalCard(card, 'refused', atMs));
			return complain({...state, cards}, `The answer was not sent: ${why}`, atMs);
		}
		case 'messageAccepted':
		case 'messageRefused':
		case 'messageUncertain':
		case 'queueListed':
		case 'queueUnsupported':
			return state;
	}
};

/** What was said before is not what to know now. */
const silenced = (state: AppState): AppState => ({...state, ui: {...state.ui, notice: undefined}});

const complain = (state: AppState, text: string, atMs: number): AppState => ({
	...state,
	ui: {...state.ui, notice: {text, untilMs: atMs + noticeForMs, bad: true}},
});

const describeConnection = (
	event: Extract<SessionEvent, {type: 'connectionMoved'}>,
): ReturnType<typeof describeTraffic> => {
	const {connection} = event;
	const detail =
		connection.kind === 'reconnecting' || connection.kind === 'failed'
			? connection.why
			: connection.kind === 'waiting'
				? connection.reason
				: '';
	return {
		kind: 'connection',
		atMs: event.atMs,
		emittedAtMs: undefined,
		name: connection.kind,
		detail,
		bytes: 0,
		payload: connection,
		foldKey: undefined,
	};
};

/** The item that a request is about: its card knows, also once it is settled. */
const itemOf =
	({cards}: AppState) =>
	(requestId: RpcId): string | undefined =>
		[...cards.settled, ...cards.open].findLast(({ask}) => ask.id === requestId)?.ask.itemId;

/** What a person should know at once: that the role is another one, that a new link is at hand. */
const shareNotice = (before: Share, after: Share): string | undefined => {
	const {role} = after.you;
	if (role !== before.you.role) return `Your role is ${role} now: you may ${roleMay[role]}.`;
	return after.link === undefined || after.link === before.link
		? undefined
		: `The link for ${sanitiseLine(after.link.name)} is copied (OSC 52), and shown until x puts it away.`;
};

const hearOfShare = (state: AppState, traffic: Traffic): AppState => {
	if (state.share === undefined) return state;
	const share = shareAfter(state.share, traffic, itemOf(state));
	if (share === state.share) return state;
	const moved = seated({...state, share});
	const text = shareNotice(state.share, share);
	const next =
		text === undefined
			? moved
			: {...moved, ui: {...moved.ui, notice: {text, untilMs: traffic.atMs + noticeForMs, bad: false}}};
	const answered = traffic.kind === 'notification' ? decodeAnswered(traffic.params) : undefined;
	return share.verdicts === state.share.verdicts || answered === undefined
		? next
		: withVerdict(next, answered.requestId);
};

/** A server that makes threads all day long is listed anew by whoever wants the old ones. */
const mostThreads = 500;

/** Every connection hears of every thread (PROTOCOL): this keeps the Threads pane live without asking. */
const hearOfThreads = (state: AppState, method: string, params: Json): AppState => {
	if (!method.startsWith('thread/')) return state;
	const fields = asRecord(params);
	if (method === 'thread/started') {
		const started = decodeThread(fields?.thread);
		if (started === undefined) return state;
		return withThread(state, describeThread(started, knownThread(state, started.id)));
	}
	const known = knownThread(state, fields?.threadId);
	if (known === undefined) return state;
	switch (method) {
		case 'thread/status/changed': {
			const status = decodeThreadStatus(fields?.status);
			return status === undefined ? state : withThread(state, {...known, status: threadStatus(status)});
		}
		case 'thread/closed':
			// What was never stored is gone, and the stock client makes such a thread for every title.
			return known.ephemeral && known.id !== state.threadId
				? {...state, threads: state.threads.filter(thread => thread !== known)}
				: withThread(state, {...known, status: {kind: 'notLoaded'}});
		case 'thread/name/updated':
			return withThread(state, {...known, name: asString(fields?.threadName)});
		default:
			return state;
	}
};

/** A thread may move to another page between two requests: then the list has it twice. */
const onceEach = (threads: readonly WireThread[]): readonly WireThread[] => [
	...new Map(threads.map(thread => [thread.id, thread])).values(),
];

const knownThread = (state: AppState, id: unknown): ThreadInfo | undefined =>
	state.threads.find(thread => thread.id === id);

const withThread = (state: AppState, info: ThreadInfo): AppState => {
	const threads =
		knownThread(state, info.id) === undefined
			? [info, ...state.threads].filter(({id}, at) => at < mostThreads || id === state.threadId)
			: state.threads.map(thread => (thread.id === info.id ? info : thread));
	return {...state, threads};
};
