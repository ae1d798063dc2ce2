/** What is written here and what became of it: the composer in its situation, moved by what the session tells. Pure. */
import type {SessionEvent} from '../app-server/session-events.ts';
import {type Composer, heard, type Situation} from '../composer/composer.ts';
import {mayConcern, type OutboxEvent} from '../composer/delivery.ts';
import {decodeQueue, type QueuedMessage} from '../composer/queue.ts';
import type {Queue} from './queue-state.ts';
import {isOwner, maySpeak, refusalOf} from './seat.ts';
import {type AppState, isOwnedElsewhere} from './state.ts';

/** Cells on each side of the composer. */
const margins = 2;

export const situationOf = (state: AppState): Situation => ({
	thread: state.thread,
	capabilities: {
		queue: state.queue !== 'none',
		observe: !maySpeak(state),
		whyReadOnly: state.share === undefined ? undefined : refusalOf(state, 'speak'),
		live: state.connection.kind === 'live',
		ownedElsewhere: isOwnedElsewhere(state.connection),
	},
	columns: Math.max(1, state.ui.columns - margins),
	share: state.share === undefined ? undefined : isOwner(state) ? 'owner' : 'guest',
});

const hear = (state: AppState, event: OutboxEvent): AppState => {
	const composer: Composer = heard(state.composer, event, situationOf(state));
	return composer === state.composer ? state : {...state, composer};
};

const listed = (queue: Queue): readonly QueuedMessage[] | null | undefined =>
	queue === 'unread' ? undefined : queue === 'none' ? null : queue;

/** What is written here, a while later. */
export const writingLater = (state: AppState): AppState =>
	hear(state, {type: 'waited', thread: state.thread, nowMs: state.nowMs});

/** `state` is the state after the event, but for the composer and the queue. */
export const writingAfter = (state: AppState, event: SessionEvent): AppState => {
	switch (event.type) {
		case 'messageAccepted':
			return hear(state, {type: 'accepted', messageId: event.messageId, turnId: event.turnId});
		case 'messageRefused':
			return hear(state, {type: 'refused', messageId: event.messageId, why: event.why});
		case 'messageUncertain': {
			const uncertain = hear(state, {type: 'uncertain', messageId: event.messageId, why: event.why});
			// While live nothing was missed: without a queue to list, the thread itself is the look-up.
			return state.connection.kind === 'live' && state.queue === 'none'
				? hear(uncertain, {type: 'rehydrated', thread: state.thread, queue: null})
				: uncertain;
		}
		case 'queueListed': {
			if (event.threadId !== state.threadId) return state;
			const queue = decodeQueue(event.entries);
			return hear({...state, queue}, {type: 'queueListed', thread: state.thread, queue, atMs: event.atMs});
		}
		case 'queueUnsupported':
			return hear({...state, queue: 'none'}, {type: 'rehydrated', thread: state.thread, queue: null});
		case 'threadChosen':
			return hear({...state, queue: 'unread'}, {type: 'connectionLost'});
		case 'threadEvent': {
			if (event.threadId !== state.threadId) return state;
			if (event.event.type === 'disconnected')
				return hear({...state, queue: state.queue === 'none' ? 'none' : 'unread'}, {type: 'connectionLost'});
			if (event.event.type === 'hydrated')
				return hear(state, {type: 'rehydrated', thread: state.thread, queue: listed(state.queue)});
			return mayConcern(event.event) ? hear(state, {type: 'threadChanged', thread: state.thread}) : state;
		}
		case 'connectionMoved':
			return event.connection.kind === 'failed'
				? hear(state, {type: 'lookupFailed', why: 'The connection failed for good.'})
				: state;
		case 'traffic':
		case 'serverIdentified':
		case 'latencyMeasured':
		case 'threadsListed':
		case 'answerSent':
		case 'answerRefused':
		case 'askFailed':
			return state;
	}
};
