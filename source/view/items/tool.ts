/**
 * What the views of tool calls share: the head `✓ server.tool  {"arguments": …}   4.2 s`, the result folded to
 * its first lines. Called by the views of MCP, dynamic and other tools.
 */
import type {Item} from '../../thread/state.ts';
import {jsonLine, jsonRows} from '../json.ts';
import type {Row, Span} from '../row.ts';
import {sanitiseText} from '../sanitise.ts';
import {theme} from '../style.ts';
import {
	behindBar,
	decidedSpans,
	dotted,
	headRows,
	type ItemContext,
	isRunning,
	missedRows,
	muted,
	outcomeGlyph,
	outcomeOf,
	outcomeWord,
	paragraph,
	timeSpan,
	underHead,
} from './item-view.ts';
import {foldedText} from './output.ts';

const foldedLines = 3;

/** JSON for copying: what cannot be written as JSON is named by its type. */
export const jsonText = (value: unknown): string => JSON.stringify(value, undefined, 2) ?? typeof value;

/** The text in a list of content parts; parts without text are named by their type. */
export const partsText = (parts: readonly unknown[]): string =>
	parts
		.map(part => {
			if (typeof part === 'string') return part;
			if (typeof part !== 'object' || part === null) return jsonText(part);
			if ('text' in part && typeof part.text === 'string') return part.text;
			if ('type' in part && typeof part.type === 'string') return `[${part.type}]`;
			return jsonText(part);
		})
		.join('\n');

export type ToolCall = {
	readonly title: readonly Span[];
	readonly status: string | undefined;
	readonly arguments: unknown;
	readonly durationMs: number | null | undefined;
	/** Empty when there is none yet. */
	readonly result: string;
	readonly error: string | undefined;
};

const hasArguments = (value: unknown): boolean =>
	value !== undefined && value !== null && !(typeof value === 'object' && Object.keys(value).length === 0);

export const toolRows = (call: ToolCall, item: Item, context: ItemContext): Row[] => {
	const {columns, fold} = context;
	const outcome = outcomeOf(item, call.status, context);
	const shortArguments = fold === 'closed' && hasArguments(call.arguments);
	const head = headRows(
		outcomeGlyph(outcome),
		[...call.title, ...(shortArguments ? [muted(`  ${jsonLine(call.arguments)}`)] : [])],
		dotted(
			...decidedSpans(outcomeWord(outcome, call.status), context),
			timeSpan(item, call.durationMs, context),
		),
		columns,
	);
	return [
		...head,
		...(fold === 'open' && hasArguments(call.arguments)
			? underHead(columns, inner => jsonRows(call.arguments, inner))
			: []),
		...underHead(columns, inner => missedRows(item, inner)),
		...(isRunning(item) && item.progress !== undefined
			? underHead(columns, inner => paragraph(item.progress ?? '', theme.running, inner))
			: []),
		...(call.result === ''
			? []
			: behindBar(columns, inner =>
					foldedText(paragraph(sanitiseText(call.result).trimEnd(), theme.muted, inner), fold, foldedLines),
				)),
		...(call.error === undefined
			? []
			: underHead(columns, inner => paragraph(call.error ?? '', theme.bad, inner))),
	];
};
