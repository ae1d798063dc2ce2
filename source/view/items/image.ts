/** Pictures: one that the agent looked at, one that it made. Both are named, not drawn. Called by `views.ts`. */
import {relativePath} from '../format.ts';
import {theme} from '../style.ts';
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

export const imageView: ItemView<Of<'imageView'>> = {
	tone: 'work',
	text: content => content.path,
	foldable: () => false,
	rows: (content, _item, context) =>
		headRows(
			{text: '▣', sgr: theme.good},
			[muted('looked at '), plain(relativePath(content.path, context.cwd))],
			[],
			context.columns,
		),
};

export const imageGeneration: ItemView<Of<'imageGeneration'>> = {
	tone: 'work',
	text: content =>
		[content.revisedPrompt ?? '', content.savedPath ?? ''].filter(part => part !== '').join('\n'),
	defaultFold: () => 'closed',
	foldable: content => (content.revisedPrompt ?? '') !== '',
	rows: (content, item, context) => {
		const outcome = outcomeOf(item, content.status, context);
		const saved = content.savedPath ? [plain(relativePath(content.savedPath, context.cwd))] : [];
		const prompt = content.revisedPrompt ?? '';
		const summary = context.fold === 'closed' && saved.length === 0 ? [muted(prompt)] : saved;
		return [
			...headRows(
				outcomeGlyph(outcome),
				[muted('image '), ...summary],
				dotted(outcomeWord(outcome, content.status), timeSpan(item, undefined, context)),
				context.columns,
			),
			...(context.fold === 'open' && prompt !== ''
				? underHead(context.columns, inner => paragraph(prompt, theme.muted, inner))
				: []),
		];
	},
};
