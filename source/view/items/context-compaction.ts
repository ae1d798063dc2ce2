/** The older part of the context was replaced by a summary: from here on the model no longer has it word by word. */
import {theme} from '../style.ts';
import {headRows, type ItemView, isRunning, muted, type Of} from './item-view.ts';

export const contextCompaction: ItemView<Of<'contextCompaction'>> = {
	tone: 'work',
	text: () => 'context compacted',
	foldable: () => false,
	rows: (_content, item, context) =>
		headRows(
			{text: '≋', sgr: theme.warn},
			[
				muted(
					isRunning(item) ? 'compacting the context' : 'context compacted: older turns are now a summary',
				),
			],
			[],
			context.columns,
		),
};
