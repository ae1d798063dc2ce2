/**
 * What stands below the panes, as rows: the card in front and the composer. Cached by what they are made of, because
 * the layout asks for their heights before anything is drawn. Pure apart from that cache; used by `panes.ts`.
 */
import type {Card} from '../asks/card.ts';
import {isSettled} from '../composer/delivery.ts';
import {presentComposer} from '../composer/present.ts';
import type {ThreadState} from '../thread/state.ts';
import {type CardRows, cardRows} from '../view/cards/card.ts';
import {type ComposerRows, composerRows} from '../view/composer.ts';
import type {Format} from '../view/format.ts';
import type {Row} from '../view/row.ts';
import {theme} from '../view/style.ts';
import {textWidth, truncateRow} from '../view/width.ts';
import {mayAnswer, maySpeak, whoAnswers} from './seat.ts';
import type {AppState} from './state.ts';
import {situationOf} from './writing.ts';

export type Lower = {
	/** Undefined when nothing waits. */
	readonly card: (state: AppState) => CardRows | undefined;
	/** Undefined while nothing is written and nothing is on its way. */
	readonly composer: (state: AppState, maxRows: number) => ComposerRows | undefined;
};

/** Borders and the margins inside them. */
const cardMargins = 4;

type CachedCard = {
	readonly card: Card;
	readonly thread: ThreadState;
	readonly columns: number;
	readonly second: number;
	readonly reader: 'answers' | 'reads';
	readonly rows: CardRows;
};

/** Instead of keys that would do nothing. */
const readOnlyRows = (state: AppState, columns: number): readonly Row[] => {
	const [whole, short] = whoAnswers(state);
	const text = textWidth(whole) <= columns ? whole : short;
	return [truncateRow([{text, sgr: theme.muted}], columns)];
};

export const createLower = (format: Format): Lower => {
	let cached: CachedCard | undefined;

	const card = (state: AppState): CardRows | undefined => {
		const [front] = state.cards.open;
		if (front === undefined) return undefined;
		const columns = Math.max(1, state.ui.columns - cardMargins);
		const second = Math.floor(state.nowMs / 1000);
		const reader = mayAnswer(state) ? 'answers' : 'reads';
		const isCurrent =
			cached?.card === front &&
			cached.thread.requests === state.thread.requests &&
			cached.columns === columns &&
			cached.second === second &&
			cached.reader === reader;
		if (!isCurrent || cached === undefined) {
			const rows = cardRows(front, state.thread, columns, format, state.nowMs, reader);
			cached = {card: front, thread: state.thread, columns, second, reader, rows};
		}
		return reader === 'answers' ? cached.rows : {...cached.rows, choices: readOnlyRows(state, columns)};
	};

	let written:
		| {readonly state: AppState; readonly maxRows: number; readonly rows: ComposerRows | undefined}
		| undefined;
	const composer = (state: AppState, maxRows: number): ComposerRows | undefined => {
		if (written?.state !== state || written.maxRows !== maxRows)
			written = {state, maxRows, rows: writtenRows(state, maxRows)};
		return written.rows;
	};

	const writtenRows = (state: AppState, maxRows: number): ComposerRows | undefined => {
		const isFocused = state.ui.holder === 'composer';
		const {editor, outbox, notice} = state.composer;
		const isAtRest = !isFocused && editor.text === '' && notice === undefined && outbox.every(isSettled);
		if (!maySpeak(state) || isAtRest) return undefined;
		const situation = situationOf(state);
		const presented = presentComposer(state.composer, situation, isFocused ? 'focused' : 'elsewhere');
		const shown =
			state.ui.editing === undefined
				? presented
				: {...presented, label: 'edit queued ▸ ', tone: 'queue' as const};
		return composerRows(shown, situation.columns, maxRows);
	};

	return {card, composer};
};
