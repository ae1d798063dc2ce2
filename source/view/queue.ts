/** The Queue pane: what waits for its turn, next first. Pure. */
import type {Row} from './row.ts';
import {sanitiseLine} from './sanitise.ts';
import {theme} from './style.ts';
import {truncateRow} from './width.ts';
import {wrapText} from './wrap.ts';

export type QueueEntry = {
	readonly id: string;
	/** Who queued it, in words. */
	readonly author: string;
	readonly text: string;
	readonly attachments: number;
};

/** One row an entry, with what can be done to it below; in words where there is none. */
export const queueRows = (
	entries: readonly QueueEntry[] | string,
	columns: number,
	marked: string | undefined,
): readonly Row[] => {
	if (typeof entries === 'string') return wrapText(entries, theme.muted, columns);
	return entries.map((entry, at) => {
		const more = entry.attachments > 0 ? ` +${entry.attachments}` : '';
		const isMarked = entry.id === marked;
		return truncateRow(
			[
				{text: isMarked ? '▎' : ' ', sgr: theme.borderFocus},
				{text: `${at + 1}  `, sgr: theme.muted},
				{text: `${sanitiseLine(entry.author)}  `, sgr: theme.you},
				{text: sanitiseLine(entry.text), sgr: isMarked ? theme.strong : theme.plain},
				{text: more, sgr: theme.muted},
			],
			columns,
		);
	});
};
