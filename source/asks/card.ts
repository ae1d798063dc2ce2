/**
 * A request card as a state machine: what has been on the screen, what is filled in, and what a key does.
 *
 * Invariants: pure; no answer comes from a key in the first 750 ms, nor while the composer holds text, nor before the
 * whole body was on the screen (for a positive one), nor without a second, different key when the details were
 * missed; no answer is preselected; a card answers at most once per time that it is asked. Called by `app/`.
 */
import type {Json} from '../protocol/types.ts';
import type {ThreadState} from '../thread/state.ts';
import type {Ask} from './ask.ts';
import {type Card, type Choice, confirmKey} from './card-state.ts';
import {atLastStep, choicesOf} from './choices.ts';
import {type CardKey, editForm, openForm, toggleAll} from './form.ts';
import {contradicts, outcomeOf} from './outcome.ts';
import {type CardSignal, cardTransitions, isSettled} from './phases.ts';

export {type Card, type Choice, confirmKey, type Sent} from './card-state.ts';
export type {CardKey} from './form.ts';

/** A key that was on its way when the card appeared was meant for something else. */
export const cardGuardMs = 750;
/** One that repeats into the guard is held down or was hit in a hurry: it has to stop for this long first. */
const quietMs = 400;

const fieldsOf = (ask: Ask) =>
	ask.kind === 'permissions' || ask.kind === 'question' || ask.kind === 'form' ? ask.fields : undefined;

/** `nowMs`: when it appears, on the clock that `pressCard` is given. */
export const openCard = (ask: Ask, nowMs: number): Card => {
	const fields = fieldsOf(ask);
	return {
		ask,
		phase: 'pending',
		readyAtMs: nowMs + cardGuardMs,
		seen: false,
		form: fields === undefined ? undefined : openForm(fields),
		confirm: undefined,
		sent: undefined,
	};
};

/** It came to the front of the queue, or before a person's eyes again: keys on their way are not for it. */
export const frontCard = (card: Card, nowMs: number): Card => ({
	...card,
	confirm: undefined,
	readyAtMs: nowMs + cardGuardMs,
});

/** Diffs can be megabytes and keep their identity while nothing changed: only what differs is compared whole. */
const sameAsk = (left: Ask, right: Ask): boolean => {
	const changesOf = (ask: Ask) =>
		ask.kind === 'fileChange' && ask.details !== 'missed' ? ask.details.changes : undefined;
	const isSameDiff = changesOf(left) !== undefined && changesOf(left) === changesOf(right);
	const text = (ask: Ask): string => JSON.stringify(isSameDiff ? {...ask, details: 'same'} : ask);
	return text(left) === text(right);
};

/**
 * The request was read again (its item changed, or it was replayed). The same ask leaves the card as it is; another
 * one has not been seen yet, and what was filled in belonged to the old one.
 */
export const updateCard = (card: Card, ask: Ask, nowMs: number): Card =>
	sameAsk(ask, card.ask) ? card : {...openCard(ask, nowMs), phase: card.phase, sent: card.sent};

/** What of the body is on the screen: rows in all, and the row after the last one shown. */
export type CardView = {readonly rowsTotal: number; readonly rowsShownTo: number};

export const showCard = (card: Card, {rowsTotal, rowsShownTo}: CardView): Card =>
	card.seen || rowsTotal <= 0 || !(rowsShownTo >= rowsTotal) ? card : {...card, seen: true};

export type CardContext = {
	readonly nowMs: number;
	/** Then every key belongs to the composer. */
	readonly composerHasText: boolean;
};

export type Pressed =
	/** Nothing to answer; the same card when the key means nothing here. */
	| {readonly kind: 'none'}
	/** Meant for the card, and not obeyed; `why` is to be shown. */
	| {readonly kind: 'refused'; readonly why: string}
	/** To be sent at once; the card is `answering`. `answer` may hold secrets: it goes to the server only. */
	| {readonly kind: 'answer'; readonly choice: Choice; readonly answer: Json}
	/** The person turns to something else; what is filled in stays. */
	| {readonly kind: 'leave'};

export type PressResult = {readonly card: Card; readonly result: Pressed};

const none: Pressed = {kind: 'none'};
const refused = (why: string): Pressed => ({kind: 'refused', why});

/** What was typed by a single key, with nothing held down; a paste is no key. */
const typedBy = ({name, text, ctrl, alt}: CardKey): string => (ctrl || alt || name === 'paste' ? '' : text);

const choiceOfKey = (card: Card, key: CardKey): Choice | undefined =>
	atLastStep(card) ? choicesOf(card.ask, card).find(choice => choice.key === typedBy(key)) : undefined;

const isSecondKey = (card: Card, key: CardKey): boolean =>
	card.confirm !== undefined && typedBy(key) === confirmKey(card.confirm);

/** The form after the key, or undefined when there is none or the key means nothing in it. */
const filledIn = (card: Card, key: CardKey): Card | undefined => {
	const fields = fieldsOf(card.ask);
	if (fields === undefined || card.form === undefined) return undefined;
	const isPermissions = card.ask.kind === 'permissions';
	if (isPermissions && typedBy(key) === 'a') return {...card, form: toggleAll(fields, card.form)};
	const form = editForm(fields, card.form, key, isPermissions ? fields.length - 1 : fields.length);
	return form === undefined ? undefined : {...card, form};
};

/** Whether the card has a use for the key; every other one is for whatever else is on the screen. */
export const wantsKey = (card: Card, key: CardKey): boolean =>
	card.phase === 'pending' &&
	card.ask.kind !== 'shown' &&
	(key.name === 'escape' ||
		isSecondKey(card, key) ||
		(key.name === 'enter' && card.form !== undefined) ||
		choiceOfKey(card, key) !== undefined ||
		filledIn(card, key) !== undefined);

const take = (card: Card, choice: Choice): PressResult => {
	const {key, label, effect, kind} = choice;
	return {
		card: {...card, phase: 'answering', confirm: undefined, sent: {key, label, effect, kind}},
		result: {kind: 'answer', choice, answer: choice.answer},
	};
};

const press = (card: Card, key: CardKey): PressResult => {
	if (card.confirm !== undefined) {
		const open = {...card, confirm: undefined};
		const choice = choicesOf(card.ask, card).find(each => each.key === card.confirm);
		if (isSecondKey(card, key) && choice !== undefined && choice.blocked === undefined)
			return take(open, choice);
		return key.name === 'escape' ? {card: open, result: none} : press(open, key);
	}
	if (key.name === 'escape') return {card, result: {kind: 'leave'}};
	const choice = choiceOfKey(card, key);
	if (choice !== undefined) {
		if (choice.blocked !== undefined) return {card, result: refused(choice.blocked)};
		if (!choice.guarded) return take(card, choice);
		return {
			card: {...card, confirm: choice.key},
			result: refused(
				`you have not seen what it is about: ${confirmKey(choice.key)} (not ${choice.key}) to ${choice.label} all the same`,
			),
		};
	}
	const next = filledIn(card, key);
	if (next !== undefined) return {card: next, result: none};
	if (key.name === 'enter' && card.form !== undefined)
		return {card, result: refused('Enter sends nothing: press the key of an answer')};
	return {card, result: none};
};

export const pressCard = (card: Card, key: CardKey, context: CardContext): PressResult => {
	if (!wantsKey(card, key)) {
		// A key for something else withdraws the first half of a confirmation.
		const left = card.confirm === undefined ? card : {...card, confirm: undefined};
		return {card: left, result: none};
	}
	const isEscape = key.name === 'escape';
	if (context.composerHasText)
		return {
			card,
			result: isEscape ? none : refused('the composer holds text: its keys are not for the card'),
		};
	if (!(context.nowMs >= card.readyAtMs)) {
		if (isEscape) return {card, result: none};
		const readyAtMs = Math.max(card.readyAtMs, context.nowMs + quietMs);
		return {card: {...card, readyAtMs}, result: refused('the card has only just appeared: wait a moment')};
	}
	return press(card, key);
};

/** What was typed as a secret is not kept longer than it may be needed again. */
const withoutSecrets = (card: Card): Card => {
	const fields = fieldsOf(card.ask);
	if (card.form === undefined || !fields?.some(({secret}) => secret)) return card;
	const values = card.form.values.map((value, index) =>
		fields[index]?.secret === true ? {...value, text: '', cursor: 0} : value,
	);
	return {...card, form: {...card.form, values}};
};

/** Moves the card by the table; a signal that means nothing leaves it as it is. */
export const signalCard = (card: Card, signal: CardSignal, nowMs: number): Card => {
	const phase = cardTransitions[card.phase][signal];
	if (phase === undefined) return card;
	const moved = {...card, phase, confirm: undefined};
	if (isSettled(phase)) return withoutSecrets(moved);
	// Answerable again: as for a card that has just appeared, keys on their way are not for it.
	return phase === 'pending' ? {...moved, sent: undefined, readyAtMs: nowMs + cardGuardMs} : moved;
};

/** `serverRequest/resolved` came. Who it was follows from what we sent and whether the turn is over. */
export const resolveCard = (card: Card, thread: ThreadState, nowMs: number): Card => {
	const {turnId} = card.ask;
	const turn = turnId === undefined ? undefined : thread.turns.find(each => each.id === turnId);
	const isOver = turn !== undefined && turn.status !== 'inProgress' && turn.status !== 'unknown';
	const isOurs = card.sent !== undefined;
	return witnessCard(signalCard(card, isOver && !isOurs ? 'voided' : 'resolved', nowMs), thread, nowMs);
};

/** The item tells what was decided, often later: an outcome that is not ours was somebody else's. */
export const witnessCard = (card: Card, thread: ThreadState, nowMs: number): Card =>
	isSettled(card.phase) && card.sent !== undefined && contradicts(card.sent, outcomeOf(card.ask, thread))
		? signalCard(card, 'contradicted', nowMs)
		: card;
