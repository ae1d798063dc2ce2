/** What a hook put into the conversation: one line, and the text when opened. Called by `views.ts`. */
import {theme} from '../style.ts';
import {headRows, type ItemView, muted, type Of, paragraph, plain, underHead} from './item-view.ts';

const text = (content: Of<'hookPrompt'>): string =>
	(content.fragments ?? []).map(fragment => fragment.text).join('\n');

export const hookPrompt: ItemView<Of<'hookPrompt'>> = {
	tone: 'work',
	text,
	defaultFold: () => 'closed',
	foldable: content => text(content) !== '',
	rows: (content, _item, context) => {
		const glyph = {text: '↪', sgr: theme.muted};
		const source = text(content);
		if (context.fold === 'closed') {
			return headRows(glyph, [plain('hook  '), muted(source)], [], context.columns);
		}
		return [
			...headRows(glyph, [plain('hook')], [], context.columns),
			...underHead(context.columns, inner => paragraph(source, theme.muted, inner)),
		];
	},
};
