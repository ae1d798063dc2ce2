/** What the Guests pane shows, from the state. Pure; part of `panes.ts`. */
import type {Format} from '../view/format.ts';
import {guestRows} from '../view/guests.ts';
import type {Row} from '../view/row.ts';
import {theme} from '../view/style.ts';
import {wrapText} from '../view/wrap.ts';
import {isOver} from './share-ending.ts';
import type {AppState} from './state.ts';

export const guestsPane = (
	{share, connection, nowMs}: AppState,
	columns: number,
	format: Format,
): readonly Row[] => {
	if (isOver(connection)) return wrapText('You are in this share no more.', theme.muted, columns);
	if (share === undefined) return wrapText('This thread is not shared.', theme.muted, columns);
	const {you, people, described, link} = share;
	return guestRows({youId: you.id, people, described, link, nowMs}, columns, format);
};
