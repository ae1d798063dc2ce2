/**
 * What the model says of its thinking: muted, folded to the headlines of its summary. Most of it is hidden by the
 * provider: a finished item without a word of text is left out. Called by `views.ts`.
 */
import type {Item} from '../../thread/state.ts';
import {markdownRows} from '../markdown.ts';
import {dimmed} from '../restyle.ts';
import {theme} from '../style.ts';
import {headRows, type ItemView, isRunning, muted, type Of, timeSpan, underHead} from './item-view.ts';

const parts = (content: Of<'reasoning'>): string[] =>
	[...(content.summary ?? []), ...(content.content ?? [])].filter(part => part.trim() !== '');

/** Summaries begin with their headline in bold: `**Looking at the tests**`; text may follow on the same line. */
const headline = (part: string): string => {
	const first = part.trim().split('\n', 1)[0] ?? '';
	return (/^\*\*(.+?)\*\*/.exec(first)?.[1] ?? first)
		.replace(/^#+\s*/, '')
		.replace(/\*\*/g, '')
		.trim();
};

/** More than its headline, which is all that the folded item shows. */
const saysMore = (part: string): boolean => /\n|^\*\*.+?\*\*\s*\S/.test(part.trim());

const headlines = (content: Of<'reasoning'>): string[] => {
	const summary = (content.summary ?? []).filter(part => part.trim() !== '');
	return (summary.length > 0 ? summary : parts(content)).map(headline);
};

/** Most thinking is hidden by the provider: without a word of text, only one that runs is shown. */
export const hasNothingToShow = (content: Of<'reasoning'>, item: Item): boolean =>
	!isRunning(item) && parts(content).length === 0;

export const reasoning: ItemView<Of<'reasoning'>> = {
	tone: 'work',
	text: content => parts(content).join('\n\n'),
	defaultFold: () => 'closed',
	foldable: content => parts(content).some(saysMore),
	rows: (content, item, context) => {
		const lines = headlines(content);
		const title = isRunning(item) ? (lines.at(-1) ?? 'thinking') : lines.join(' · ');
		const time = isRunning(item) ? [timeSpan(item, undefined, context)] : [];
		const glyph = {text: '∴', sgr: theme.muted};
		if (context.fold === 'closed') return headRows(glyph, [muted(title)], time, context.columns);
		return [
			...headRows(glyph, [muted('reasoning')], time, context.columns),
			...underHead(context.columns, inner => markdownRows(parts(content).join('\n\n'), inner).map(dimmed)),
		];
	},
};
