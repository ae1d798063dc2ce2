/**
 * The cards of a thread's requests: opened when the server asks, kept in step with what it says, settled when it says
 * so — never by ourselves. Pure. Called for every event of the thread; what a key does is in `decide-card.ts`.
 */
import {
	type Card,
	frontCard,
	openCard,
	resolveCard,
	signalCard,
	updateCard,
	witnessCard,
} from '../asks/card.ts';
import {isSettled} from '../asks/phases.ts';
import {readAsk} from '../asks/read.ts';
import {asRecord} from '../protocol/fields.ts';
import type {RpcId} from '../protocol/types.ts';
import type {ThreadEvent} from '../thread/events.ts';
import type {ThreadState} from '../thread/state.ts';

export type Cards = {
	/** Not settled, oldest first: the first is in front. */
	readonly open: readonly Card[];
	/** Settled ones, newest last: their outcome may still correct what was said of them. */
	readonly settled: readonly Card[];
};

export const noCards: Cards = {open: [], settled: []};

/** A corrected author is only of interest for a while. */
const keptSettled = 20;

const same = (left: readonly Card[], right: readonly Card[]): boolean =>
	left.length === right.length && left.every((card, at) => card === right[at]);

/** Moves what is settled out of the open ones; the card that comes to the front is guarded anew. */
const sorted = (before: Cards, cards: readonly Card[], settled: readonly Card[], nowMs: number): Cards => {
	const open = cards.filter(card => !isSettled(card.phase));
	const gone = cards.filter(card => isSettled(card.phase));
	const [first, ...others] = open;
	const isNewFront =
		first !== undefined && before.open[0] !== undefined && first.ask.id !== before.open[0].ask.id;
	const fronted = isNewFront ? [frontCard(first, nowMs), ...others] : open;
	const kept = [...settled, ...gone].slice(-keptSettled);
	if (same(fronted, before.open) && same(kept, before.settled)) return before;
	return {open: fronted, settled: kept};
};

const each = (cards: Cards, nowMs: number, change: (card: Card) => Card): Cards =>
	sorted(cards, cards.open.map(change), cards.settled, nowMs);

export const changeCard = (cards: Cards, id: RpcId, nowMs: number, change: (card: Card) => Card): Cards =>
	each(cards, nowMs, card => (card.ask.id === id ? change(card) : card));

const opened = (cards: Cards, thread: ThreadState, id: RpcId, nowMs: number): Cards => {
	const request = thread.requests.find(each => each.id === id);
	if (request === undefined) return cards;
	const ask = readAsk(request, thread);
	const isKnown = cards.open.some(card => card.ask.id === id && card.ask.method === request.method);
	if (isKnown) {
		return changeCard(cards, id, nowMs, card => updateCard(signalCard(card, 'replayed', nowMs), ask, nowMs));
	}
	const others = cards.open.filter(card => card.ask.id !== id);
	return sorted(cards, [...others, openCard(ask, nowMs)], cards.settled, nowMs);
};

/** The item that a card is about may have been told only now, or have changed; a settled one may tell its outcome. */
const reread = (cards: Cards, thread: ThreadState, nowMs: number): Cards => {
	if (cards.open.length === 0 && cards.settled.length === 0) return cards;
	const open = cards.open.map(card => {
		const request = thread.requests.find(({id}) => id === card.ask.id);
		return request === undefined ? card : updateCard(card, readAsk(request, thread), nowMs);
	});
	const settled = cards.settled.map(card => witnessCard(card, thread, nowMs));
	return sorted(cards, open, same(settled, cards.settled) ? cards.settled : settled, nowMs);
};

/** `thread` is the state after the event. */
export const cardsAfter = (cards: Cards, thread: ThreadState, event: ThreadEvent): Cards => {
	const {atMs} = event;
	switch (event.type) {
		case 'requested':
			return opened(cards, thread, event.request.id, atMs);
		case 'disconnected':
		case 'hydrated':
			// The server asks again, under the old ids, whatever still waits.
			return each(cards, atMs, card => signalCard(card, 'dropped', atMs));
		case 'notified': {
			const {method, params} = event.notification;
			if (method === 'serverRequest/resolved') {
				const id = asRecord(params)?.requestId;
				if (typeof id !== 'number' && typeof id !== 'string') return cards;
				return changeCard(cards, id, atMs, card => resolveCard(card, thread, atMs));
			}
			const isAboutItems = method.startsWith('item/') && !/delta$/i.test(method);
			return isAboutItems || method === 'turn/completed' ? reread(cards, thread, atMs) : cards;
		}
		case 'turnsPagedOut':
			return cards;
		case 'olderTurnsLoaded':
		case 'turnsRelisted':
		case 'threadDescribed':
		case 'runningCommandsListed':
			return reread(cards, thread, atMs);
	}
};

/** A while after the thread was joined again: what the server did not ask again was settled meanwhile. */
export const cardsAfterReplay = (cards: Cards, nowMs: number): Cards =>
	each(cards, nowMs, card => signalCard(card, 'missing', nowMs));
