/** The card in front: its keys, its scrolling, who has them. Decisions only; pure. Part of `decide.ts`. */
import {type Card, type CardKey, type CardView, frontCard, pressCard, showCard} from '../asks/card.ts';
import type {RpcId} from '../protocol/types.ts';
import {canAnswer, withCards} from './card-focus.ts';
import {changeUi, type Decision, say, stay, withUi} from './decision.ts';
import type {Panes} from './panes.ts';
import {changeCard} from './requests.ts';
import {mayAnswer, refusalOf} from './seat.ts';
import type {AppState} from './state.ts';

const cardInFront = ({cards}: AppState): Card | undefined => cards.open[0];

/** `a`: the card in front takes the keys, guarded as if it had just appeared: `a` held down must not answer it. */
export const holdCard = (state: AppState): Decision => {
	if (!mayAnswer(state)) return stay(say(state, refusalOf(state, 'answer')));
	const front = cardInFront(state);
	if (!canAnswer(front)) return stay(say(state, 'Nothing waits for an answer from here.'));
	if (state.ui.holder === 'card') return stay(state);
	const cards = changeCard(state.cards, front.ask.id, state.nowMs, card => frontCard(card, state.nowMs));
	return changeUi({...state, cards}, {holder: 'card'});
};

export const pressFront = (state: AppState, key: CardKey, panes: Panes): Decision => {
	const front = cardInFront(state);
	if (front === undefined || !mayAnswer(state)) return stay(state);
	if (panes.cardView(state) === undefined)
		return stay(say(state, 'The request does not fit on this screen: make it larger.'));
	const composerHasText = state.composer.editor.text !== '';
	// The card obeys nothing then, not even being left; the panes take the keys back.
	if (composerHasText && key.name === 'escape') return changeUi(state, {holder: 'panes'});
	const {card, result} = pressCard(front, key, {nowMs: state.nowMs, composerHasText});
	const next =
		card === front
			? state
			: withCards(
					state,
					changeCard(state.cards, front.ask.id, state.nowMs, () => card),
				);
	switch (result.kind) {
		case 'none':
			return stay(next);
		case 'refused':
			return stay(say(next, capital(result.why)));
		case 'leave':
			return changeUi(next, {holder: 'panes'});
		case 'answer':
			return {
				state: withUi(next, {holder: 'panes'}),
				commands: [{type: 'answer', requestId: front.ask.id, result: result.answer}],
			};
	}
};

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

/** What was on the screen counts: the answers that need a reader are unlocked by it. */
export const sawFront = (state: AppState, id: RpcId, view: CardView): Decision => {
	const cards = changeCard(state.cards, id, state.nowMs, card => showCard(card, view));
	return stay(cards === state.cards ? state : {...state, cards});
};

export const scrollCard = (state: AppState, panes: Panes, rows: number): Decision => {
	const {bodyRows, bodyHeight} = panes.cardView(state) ?? {bodyRows: 0, bodyHeight: 0};
	const last = Math.max(0, bodyRows - bodyHeight);
	return changeUi(state, {cardOffset: Math.max(0, Math.min(state.ui.cardOffset + rows, last))});
};
