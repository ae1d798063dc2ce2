/** The head line of everything that somebody says: a bar in the speaker's colour, the name, the time. */
import type {Item} from '../../thread/state.ts';
import type {Row, Span} from '../row.ts';
import {truncateRow} from '../width.ts';
import {type ItemContext, muted} from './item-view.ts';

/** `▌you  12:03`. The time is when it began, else when it was complete; left out when neither is known. */
export const speakerRow = (name: Span, item: Item, context: ItemContext): Row => {
	const atMs = item.startedAtMs ?? item.completedAtMs;
	const time = atMs === undefined ? [] : [muted(`  ${context.format.clock(atMs)}`)];
	return truncateRow([{text: '▌', sgr: name.sgr}, name, ...time], context.columns);
};
