/**
 * A command: `✓ npm test            exit 0 · 4.2 s` and the end of its output. The shell that wraps it is left
 * away from the line; the requests' cards, where a person decides, show it whole. Called by `views.ts`.
 */

import {unwrapShell} from '../../thread/shell-command.ts';
import type {Item} from '../../thread/state.ts';
import {relativePath} from '../format.ts';
import type {Row, Span} from '../row.ts';
import {theme} from '../style.ts';
import {
	decidedSpans,
	dotted,
	headRows,
	type ItemContext,
	type ItemView,
	isRunning,
	missedRows,
	muted,
	type Of,
	outcomeGlyph,
	outcomeOf,
	outcomeWord,
	paragraph,
	plain,
	timeSpan,
	underHead,
} from './item-view.ts';
import {outputFoldable, outputRows} from './output.ts';

const exitSpan = (content: Of<'commandExecution'>): Span => {
	if (typeof content.exitCode !== 'number') return muted('');
	return plain(`exit ${content.exitCode}`, content.exitCode === 0 ? theme.muted : theme.bad);
};

const sourceSpan = (content: Of<'commandExecution'>): Span =>
	muted(content.source === 'userShell' ? 'typed by hand' : '');

const outcome = (content: Of<'commandExecution'>, item: Item, context: ItemContext): Row[] => {
	const state = outcomeOf(item, content.status, context);
	const exit = exitSpan(content);
	// The exit code says more than the word "failed".
	const word = exit.text !== '' && state === 'bad' ? muted('') : outcomeWord(state, content.status);
	const command = unwrapShell(content.command);
	const lines = command.split('\n').filter(line => line.trim() !== '');
	const title = [plain(lines[0] ?? 'a command'), ...(lines.length > 1 ? [muted(' ⏎ …')] : [])];
	return headRows(
		outcomeGlyph(state),
		context.fold === 'open' && lines.length > 1 ? [plain(lines[0] ?? '')] : title,
		dotted(
			sourceSpan(content),
			...decidedSpans(word, context),
			exit,
			timeSpan(item, content.durationMs, context),
		),
		context.columns,
	);
};

/** What the head line had no room for: the folder when it is another one, the command whole. */
const details = (content: Of<'commandExecution'>, context: ItemContext, columns: number): Row[] => {
	const rows: Row[] = [];
	const elsewhere = content.cwd !== undefined && content.cwd !== context.cwd;
	if (elsewhere) {
		rows.push(...paragraph(`in ${relativePath(content.cwd ?? '', context.cwd)}`, theme.muted, columns));
	}
	const command = unwrapShell(content.command);
	if (command.includes('\n') || command.length > columns / 2) {
		rows.push(...paragraph(command.replace(/\n+$/, ''), theme.code, columns));
	}
	return rows;
};

export const command: ItemView<Of<'commandExecution'>> = {
	tone: 'work',
	text: content => `$ ${unwrapShell(content.command)}\n${content.aggregatedOutput ?? ''}`,
	defaultFold: () => 'closed',
	foldable: content =>
		unwrapShell(content.command).length > 20 || outputFoldable(content.aggregatedOutput ?? ''),
	rows: (content, item, context) => {
		const output = content.aggregatedOutput ?? '';
		return [
			...outcome(content, item, context),
			...(context.fold === 'open'
				? underHead(context.columns, inner => details(content, context, inner))
				: []),
			...underHead(context.columns, inner => missedRows(item, inner)),
			...outputRows(output, {
				fold: context.fold,
				columns: context.columns,
				live: isRunning(item) ? context.live : undefined,
				omitted: item.omittedOutput && context.format.bytes(item.omittedOutput.chars),
			}),
		];
	},
};
