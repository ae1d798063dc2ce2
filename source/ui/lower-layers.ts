/** The card in front and the composer as layers over the chrome. Pure; called by the attached screen for each picture. */

import {isEditing} from '../app/decision.ts';
import type {Panes} from '../app/panes.ts';
import type {AppState} from '../app/state.ts';
import type {CardView} from '../asks/card.ts';
import type {RpcId} from '../protocol/types.ts';
import type {Pane} from '../screen/compose.ts';
import type {Layout} from '../view/layout.ts';
import type {Row} from '../view/row.ts';
import {rowWidth, truncateRow} from '../view/width.ts';

/** What of which card the picture holds. */
export type Seen = {readonly id: RpcId; readonly view: CardView};
export type LowerLayers = {
	readonly layers: readonly Pane[];
	readonly cursor: {readonly column: number; readonly row: number} | undefined;
	readonly seen: Seen | undefined;
};

export const isWhole = ({rowsTotal, rowsShownTo}: CardView): boolean =>
	rowsTotal > 0 && rowsShownTo >= rowsTotal;

export const noLower: LowerLayers = {layers: [], cursor: undefined, seen: undefined};

/** The card and the composer as layers over the chrome, and where the cursor of whoever types stands. */
export const lowerLayers = (panes: Panes, state: AppState, layout: Layout): LowerLayers => {
	const layers: Pane[] = [];
	let cursor: LowerLayers['cursor'];
	let seen: Seen | undefined;
	const card = panes.cardView(state);
	const front = state.cards.open[0];
	if (
		card !== undefined &&
		front !== undefined &&
		layout.card !== undefined &&
		layout.cardBox !== undefined
	) {
		const {column, row, width} = layout.cardBox;
		const title: Row = [
			{text: ' ', sgr: ''},
			...truncateRow(card.head, Math.max(1, width - 6)),
			{text: ' ', sgr: ''},
		];
		layers.push({rect: {column: column + 2, row, width: rowWidth(title), height: 1}, rows: [title]});
		layers.push({rect: layout.card, rows: card.rows});
		seen = {id: front.ask.id, view: {rowsTotal: card.bodyRows, rowsShownTo: card.offset + card.bodyHeight}};
		if (card.cursor !== undefined && state.ui.holder === 'card')
			cursor = {column: layout.card.column + card.cursor.column, row: layout.card.row + card.cursor.row};
	}
	const written = panes.composerView(state);
	if (written !== undefined && layout.composer !== undefined) {
		layers.push({rect: layout.composer, rows: written.rows});
		if (state.ui.holder === 'composer' && !isEditing(state)) {
			const {column, row} = layout.composer;
			cursor = {column: column + written.cursor.column, row: row + written.cursor.row};
		}
	}
	return {layers, cursor, seen};
};
