/**
 * What the agent says, as Markdown. While it streams, one Markdown view per item works on the tail only, and rows
 * that did not change keep their identity through the indentation. Called by `views.ts`.
 */
import type {Item} from '../../thread/state.ts';
import {createMarkdownView, markdownRows} from '../markdown.ts';
import type {Row} from '../row.ts';
import {theme} from '../style.ts';
import {rowWidth} from '../width.ts';
import {
	bodyColumns,
	type ItemContext,
	type ItemView,
	indentRow,
	isRunning,
	missedRows,
	type Of,
	underHead,
} from './item-view.ts';
import {foldedText} from './output.ts';
import {speakerRow} from './speaker.ts';

/** In the plain style of the text before it: nothing to switch on and off with each word. */
const cursor = {text: '▍', sgr: theme.plain};

/** The rows of a growing text, indented; only those that the Markdown view made anew are made anew here. */
const liveRows = (source: string, context: ItemContext): readonly Row[] => {
	const {live, columns} = context;
	live.markdown ??= createMarkdownView();
	const markdown = live.markdown;
	const known = live.indented?.columns === columns ? live.indented : undefined;
	const inner = bodyColumns(columns);
	const fresh = markdown.rows(source, inner).slice();
	const rows = fresh.map((row, index) => {
		const before = known?.source[index] === row ? known.rows[index] : undefined;
		return before ?? (inner === columns ? row : indentRow(row));
	});
	live.indented = {columns, source: fresh, rows};
	return rows;
};

/** Shows that more is coming, where the last row has a cell left for it. */
const withCursor = (rows: readonly Row[], columns: number): readonly Row[] => {
	const last = rows.at(-1);
	if (last === undefined || rowWidth(last) >= columns) return rows;
	return rows.with(-1, [...last, cursor]);
};

const foldedLines = 2;

const bodyRows = (source: string, item: Item, context: ItemContext): readonly Row[] => {
	const {columns, live} = context;
	if (context.fold === 'closed') {
		return underHead(columns, inner => {
			if (!isRunning(item)) return foldedText(markdownRows(source, inner), 'closed', foldedLines);
			live.markdown ??= createMarkdownView();
			return foldedText(live.markdown.rows(source, inner), 'closed', foldedLines);
		});
	}
	if (isRunning(item)) return withCursor(liveRows(source, context), columns);
	return underHead(columns, inner => markdownRows(source, inner));
};

export const agentMessage: ItemView<Of<'agentMessage'>> = {
	tone: 'speech',
	text: content => content.text,
	foldable: content => content.text.length > 200 || content.text.split('\n').length > foldedLines,
	rows(content, item, context) {
		const {columns} = context;
		const head: readonly Row[] = [speakerRow({text: 'agent', sgr: theme.agent}, item, context)];
		// Not by `...`, which costs twenty times as much an element: a message may have thousands of rows.
		return head.concat(
			underHead(columns, inner => missedRows(item, inner)),
			bodyRows(content.text, item, context),
			item.phase === 'cut' ? underHead(columns, () => [[{text: 'cut off', sgr: theme.warn}]]) : [],
		);
	},
};
