/**
 * The part of a card that is on the screen. Invariant: its body keeps a row at least, whatever the answers and the
 * warnings are — what is decided on must be seen. Pure; used by `panes.ts`.
 */
import type {CardRows} from '../view/cards/card.ts';
import type {Area} from '../view/layout.ts';
import type {Row} from '../view/row.ts';

export type CardView = {
	readonly head: Row;
	readonly rows: readonly Row[];
	/** Rows of the body in all, on the screen, and the first one on the screen. */
	readonly bodyRows: number;
	readonly bodyHeight: number;
	readonly offset: number;
	/** In `rows`, while text is typed into the card. */
	readonly cursor: {readonly column: number; readonly row: number} | undefined;
};

/** `wantedOffset`: where the person scrolled to; where text is typed the row of the cursor is kept in view instead. */
export const viewCard = (card: CardRows, {height}: Area, wantedOffset: number): CardView => {
	const choices = card.choices.slice(0, height - 1);
	// Warnings that find no room are read with the body.
	const scrolled = card.warnings.length + choices.length < height ? [] : card.warnings;
	const fixed = scrolled.length === 0 ? [...card.warnings, ...choices] : choices;
	const content = [...scrolled, ...card.body];
	const bodyHeight = height - fixed.length;
	const focusRow = card.focus === undefined ? undefined : card.focus.row + scrolled.length;
	const wanted = focusRow === undefined ? wantedOffset : Math.max(0, focusRow - bodyHeight + 1);
	const offset = Math.min(wanted, Math.max(0, content.length - bodyHeight));
	const body = content.slice(offset, offset + bodyHeight);
	const column = card.focus?.column;
	return {
		head: card.head,
		rows: [...body, ...fixed],
		bodyRows: content.length,
		bodyHeight: body.length,
		offset,
		cursor: column === undefined || focusRow === undefined ? undefined : {column, row: focusRow - offset},
	};
};
