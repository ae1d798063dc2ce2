/**
 * The agent deals with another agent: what it does, to whom, and how those are. Called by `views.ts`.
 */
import {shortId} from '../../thread/selectors.ts';
import type {Row, Sgr} from '../row.ts';
import {theme} from '../style.ts';
import {truncateRow} from '../width.ts';
import {
	dotted,
	headRows,
	type ItemView,
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
import {foldedText} from './output.ts';
import {wordsOf} from './words.ts';

export const agentStatusSgr = (status: string): Sgr => {
	switch (status) {
		case 'running':
		case 'pendingInit':
			return theme.running;
		case 'completed':
		case 'shutdown':
			return theme.good;
		case 'errored':
		case 'interrupted':
		case 'notFound':
			return theme.bad;
		default:
			return theme.muted;
	}
};

const stateRows = (content: Of<'collabAgentToolCall'>, columns: number): Row[] =>
	Object.entries(content.agentsStates ?? {}).flatMap(([threadId, state]) => {
		if (state === undefined) return [];
		const message = state.message ? [muted(`  ${state.message}`)] : [];
		return [
			truncateRow(
				[
					muted(`${shortId(threadId)}  `),
					plain(wordsOf(state.status), agentStatusSgr(state.status)),
					...message,
				],
				columns,
			),
		];
	});

const foldedLines = 2;

export const collabAgentToolCall: ItemView<Of<'collabAgentToolCall'>> = {
	tone: 'work',
	text: content =>
		[
			`${wordsOf(content.tool)} ${(content.receiverThreadIds ?? []).join(' ')}`.trim(),
			content.prompt ?? '',
			...Object.entries(content.agentsStates ?? {}).map(
				([threadId, state]) => `${threadId} ${state?.status ?? ''} ${state?.message ?? ''}`,
			),
		]
			.filter(line => line !== '')
			.join('\n'),
	defaultFold: () => 'closed',
	foldable: content => (content.prompt ?? '').length > 80,
	rows: (content, item, context) => {
		const outcome = outcomeOf(item, content.status, context);
		const receivers = (content.receiverThreadIds ?? []).map(shortId).join(', ');
		return [
			...headRows(
				outcomeGlyph(outcome),
				[plain(wordsOf(content.tool)), muted(receivers === '' ? '' : `  ${receivers}`)],
				dotted(outcomeWord(outcome, content.status), timeSpan(item, undefined, context)),
				context.columns,
			),
			...underHead(context.columns, inner => [
				...foldedText(
					content.prompt ? paragraph(content.prompt, theme.muted, inner) : [],
					context.fold,
					foldedLines,
				),
				...stateRows(content, inner),
			]),
		];
	},
};
