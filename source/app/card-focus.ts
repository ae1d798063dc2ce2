/**
 * Who gets the keys when cards come and go. A card takes them only from the panes: never from the composer or an open
 * field, and when it is settled it gives them back. Its first 750 ms ignore every key (`asks/card.ts`). Pure.
 */
import type {Card} from '../asks/card.ts';
import {kindWords} from '../asks/kind-words.ts';
import type {RpcId} from '../protocol/types.ts';
import {unwrapShell} from '../thread/shell-command.ts';
import {chromeLine} from './chrome-line.ts';
import {isEditing} from './decision.ts';
import type {Cards} from './requests.ts';
import {mayAnswer} from './seat.ts';
import type {AppState} from './state.ts';

const noticeForMs = 6000;

export const canAnswer = (card: Card | undefined): card is Card =>
	card !== undefined && card.ask.kind !== 'shown';

/** What was asked, in a few words. */
const subject = ({ask}: Card): string =>
	ask.kind === 'command' && ask.command !== undefined ? unwrapShell(ask.command) : kindWords(ask);

/** Behind a share it is known who answered; of what we answered ourselves we know more. */
const verdictSentence = ({share}: AppState, card: Card): string | undefined => {
	const verdict = share?.verdicts.get(card.ask.id);
	if (share === undefined || verdict === undefined) return undefined;
	if (verdict.by === share.you.name && card.sent !== undefined) return undefined;
	return chromeLine(`${verdict.by} ${verdict.decision}: ${subject(card)}`);
};

/** The share told who answered a request whose end has been told already. */
export const withVerdict = (state: AppState, requestId: RpcId): AppState => {
	const card = state.cards.settled.findLast(({ask}) => ask.id === requestId);
	const text = card === undefined ? undefined : verdictSentence(state, card);
	return text === undefined
		? state
		: {...state, ui: {...state.ui, notice: {text, untilMs: state.nowMs + noticeForMs, bad: false}}};
};

const settledWords = (state: AppState, card: Card): string => {
	const told = verdictSentence(state, card);
	if (told !== undefined) return told;
	switch (card.phase) {
		case 'resolvedHere':
			return `Answered here: ${card.sent?.label ?? ''}.`;
		case 'resolvedElsewhere':
			return card.sent === undefined
				? 'Answered elsewhere.'
				: 'Somebody else was first: it was answered elsewhere.';
		case 'resolvedVoid':
			return 'The turn is over: the request needs no answer any more.';
		case 'resolvedUnclear':
			return 'A request was settled while the connection was lost; the server does not say how.';
		case 'pending':
		case 'answering':
		case 'unknown':
		case 'unknownSent':
			return '';
	}
};

/** The first card that changed its end: newly settled, or settled otherwise than was thought. */
const newlySettled = (before: Cards, after: Cards): Card | undefined =>
	after.settled.findLast(card => {
		const was = before.settled.find(
			each => each.ask.id === card.ask.id && each.ask.method === card.ask.method,
		);
		return was?.phase !== card.phase;
	});

export const withCards = (state: AppState, cards: Cards): AppState => {
	if (cards === state.cards) return state;
	const front = cards.open[0];
	const before = state.cards.open[0];
	const settled = newlySettled(state.cards, cards);
	const {ui} = state;
	const isNewFront = !isSameRequest(front, before);
	// Another body: what of it has been scrolled past was something else.
	const cardOffset = front?.ask === before?.ask ? ui.cardOffset : 0;
	const notice =
		settled === undefined
			? ui.notice
			: {text: settledWords(state, settled), untilMs: state.nowMs + noticeForMs, bad: false};
	return {...state, cards, ui: {...ui, holder: holderOf(state, front, {isNewFront}), notice, cardOffset}};
};

/** Ids start anew with the server: only with its method does one name a request. */
const isSameRequest = (left: Card | undefined, right: Card | undefined): boolean =>
	left?.ask.id === right?.ask.id && left?.ask.method === right?.ask.method;

/** A new card takes the keys only where a person sees it come, and where they are not meant for something else. */
const holderOf = (
	state: AppState,
	front: Card | undefined,
	{isNewFront}: {readonly isNewFront: boolean},
): AppState['ui']['holder'] => {
	const {holder, help, confirming} = state.ui;
	if (holder === 'composer') return 'composer';
	if (!mayAnswer(state) || !canAnswer(front)) return 'panes';
	if (!isNewFront) return holder;
	return isEditing(state) || help || confirming !== undefined ? 'panes' : 'card';
};
