/**
 * A request card as rows: its title for the border, its body whole, what warns, and what each key does. Pure.
 *
 * Invariants: nothing of the body is cut, the caller scrolls it; every text of the server has been revealed and
 * sanitised; no row is wider than `columns`. Called by the screen for the card in front.
 */

import type {Ask} from '../../asks/ask.ts';
import {type Card, type Choice, confirmKey} from '../../asks/card.ts';
import {atLastStep, choicesOf} from '../../asks/choices.ts';
import {revealedLine} from '../../asks/hidden.ts';
import {kindWords} from '../../asks/kind-words.ts';
import {outcomeOf, outcomeWords} from '../../asks/outcome.ts';
import type {ThreadState} from '../../thread/state.ts';
import type {Format} from '../format.ts';
import type {Row, Span} from '../row.ts';
import {theme} from '../style.ts';
import {truncateRow} from '../width.ts';
import {wrapRow} from '../wrap.ts';
import {bodyOf, type CardReader} from './body.ts';
import type {Focus} from './fields-part.ts';
import {ownRows, span} from './text.ts';

export type CardRows = {
	/** One line for the border. */
	readonly head: Row;
	/** Whole; what `showCard()` is told about. */
	readonly body: readonly Row[];
	/** Always on the screen: what each key does, or why there is nothing to press. */
	readonly choices: readonly Row[];
	/** Always on the screen, before the choices. */
	readonly warnings: readonly Row[];
	/** The row of `body` to keep in view, and the cell of the terminal's cursor while text is typed. */
	readonly focus: Focus | undefined;
};

const two = (value: number): string => String(value).padStart(2, '0');

/** `00:08 ago`; from an hour on, in words. Clocks that disagree make it `00:00`. */
const waited = (ms: number, format: Format): string => {
	if (ms >= 3_600_000) return format.ago(ms);
	const seconds = Number.isFinite(ms) ? Math.max(0, Math.floor(ms / 1000)) : 0;
	return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)} ago`;
};

const asksFor = (ask: Ask): string => {
	switch (ask.kind) {
		case 'question':
		case 'form':
			return 'answer?';
		case 'shown':
			return 'not for us';
		case 'command':
		case 'fileChange':
		case 'permissions':
		case 'url':
		case 'mcpTool':
			return 'approve?';
	}
};

const phaseSpan = (card: Card): Span => {
	const label = card.sent?.label ?? '';
	switch (card.phase) {
		case 'pending':
			return span(asksFor(card.ask), card.ask.kind === 'shown' ? theme.muted : theme.warn);
		case 'answering':
			return span(`answering… ${label}`, theme.running);
		case 'unknown':
			return span('connection lost', theme.warn);
		case 'unknownSent':
			return span(`connection lost, sent: ${label}`, theme.warn);
		case 'resolvedHere':
			return span(`answered here: ${label}`, theme.good);
		case 'resolvedElsewhere':
			return span('answered elsewhere', theme.good);
		case 'resolvedVoid':
			return span('void', theme.muted);
		case 'resolvedUnclear':
			return span('no longer asked', theme.muted);
	}
};

type Clock = {readonly format: Format; readonly nowMs: number};

const headRow = (card: Card, thread: ThreadState, columns: number, {format, nowMs}: Clock): Row => {
	const {requests} = thread;
	const place = requests.findIndex(request => request.id === card.ask.id);
	const words = [kindWords(card.ask), `asked ${waited(nowMs - card.ask.askedAtMs, format)}`];
	if (place >= 0) words.push(`${place + 1} of ${requests.length}`);
	else if (requests.length > 0) words.push(`${requests.length} more`);
	return truncateRow([phaseSpan(card), span(` · ${words.join(' · ')}`, theme.plain)], columns);
};

/** Longer effects are cut in the row of choices; the body has what they allow, whole. */
const longestEffect = 120;

/** A phone has no room for sentences: there the name of the answer stands, and the body keeps the rows. */
const sentenceFrom = 60;

const shortWords = ({label, effect}: Choice): string =>
	/ends the turn/.test(effect) ? `${label}, ends the turn` : label;

const fullWords = ({effect}: Choice): string => {
	const letters = [...effect];
	return letters.length > longestEffect
		? `${letters.slice(0, longestEffect).join('')}… (whole above)`
		: effect;
};

const choiceSpans = (choice: Choice, columns: number): Row => {
	const {key, kind, blocked} = choice;
	const isOff = blocked !== undefined;
	const words = columns < sentenceFrom ? shortWords(choice) : fullWords(choice);
	const keySgr = isOff ? theme.muted : kind === 'positive' ? theme.good : theme.bad;
	return [span(key, keySgr), span(` ${words}`, isOff ? theme.muted : theme.plain)];
};

const joined = (items: readonly Row[]): Row =>
	items.flatMap((item, index) => (index === 0 ? item : [span(' · ', theme.muted), ...item]));

const hint = (text: string, columns: number): readonly Row[] => ownRows(text, theme.muted, columns);

const fillingHint = (ask: Ask): string =>
	ask.kind === 'permissions'
		? '↑↓ line · space choose · a all · Esc leave'
		: '↑↓ or Enter next field · ←→ space choose · Esc leave · nothing is sent before the last step';

const settledWords = (card: Card, thread: ThreadState): string => {
	const outcome = outcomeWords[outcomeOf(card.ask, thread)];
	const after = outcome === '' ? '' : ` — ${outcome}`;
	switch (card.phase) {
		case 'answering':
			return 'Sent; waiting for the server to say that it counts.';
		case 'unknown':
			return 'It may be answered again when the connection is back and it is still asked.';
		case 'unknownSent':
			return 'Whether the answer arrived is not known; after the reconnect the server asks again if it did not.';
		case 'resolvedHere':
			return `Answered here${after}.`;
		case 'resolvedElsewhere':
			return `Answered elsewhere${after}.`;
		case 'resolvedVoid':
			return 'Its turn is over: nobody has to answer any more.';
		case 'resolvedUnclear':
			return `Settled while the connection was lost; the server does not say by whom${after}.`;
		case 'pending':
			return '';
	}
};

const choiceRows = (card: Card, thread: ThreadState, columns: number): readonly Row[] => {
	if (card.phase !== 'pending') return hint(settledWords(card, thread), columns);
	if (card.ask.kind === 'shown') return hint('Shown only. Esc leave', columns);
	const choices = choicesOf(card.ask, card);
	const waiting = choices.find(({key}) => key === card.confirm);
	if (waiting !== undefined) {
		const second = confirmKey(waiting.key);
		return ownRows(
			`${second} ${waiting.effect}, without your having seen what it is about · any other key: no`,
			theme.warn,
			columns,
		);
	}
	if (!atLastStep(card)) return hint(fillingHint(card.ask), columns);
	const off = choices.find(({blocked, kind}) => blocked !== undefined && kind === 'positive')?.blocked;
	const offKeys = choices.filter(({blocked}) => blocked !== undefined).map(({key}) => key);
	return [
		...wrapRow(joined(choices.map(choice => choiceSpans(choice, columns))), columns, {hang: 2}),
		...(off === undefined ? [] : ownRows(`${offKeys.join(', ')}: ${off}`, theme.warn, columns)),
		...(card.form === undefined ? [] : hint(fillingHint(card.ask), columns)),
	];
};

const warningRows = (
	card: Card,
	warnings: readonly string[],
	columns: number,
	reader: CardReader,
): readonly Row[] => {
	const isBlind = reader === 'answers' && choicesOf(card.ask, card).some(({guarded}) => guarded);
	const sentences = [
		...(isBlind ? ['its details were missed: to accept it asks twice'] : []),
		...card.ask.notes.map(revealedLine),
		...warnings,
	];
	return sentences.flatMap(sentence => ownRows(sentence, theme.warn, columns, span('! ', theme.hidden)));
};

/** Behind a row that is full the cursor stands on its last cell. */
const within = (focus: Focus | undefined, rows: number, columns: number): Focus | undefined => {
	if (focus === undefined) return undefined;
	const row = Math.min(focus.row, rows - 1);
	if (focus.column === undefined) return {row, column: undefined};
	return {row, column: row < focus.row ? columns - 1 : Math.min(focus.column, columns - 1)};
};

/** `nowMs`: ms since the epoch, for how long it has been asked. */
export const cardRows = (
	card: Card,
	thread: ThreadState,
	columns: number,
	format: Format,
	nowMs: number,
	reader: CardReader = 'answers',
): CardRows => {
	const width = Math.max(1, columns);
	const body = bodyOf(card.ask, card.form, card.phase, width, thread.info?.cwd, reader);
	return {
		head: headRow(card, thread, width, {format, nowMs}),
		body: body.rows,
		choices: choiceRows(card, thread, width),
		warnings: warningRows(card, body.warnings, width, reader),
		focus: within(body.focus, body.rows.length, width),
	};
};
