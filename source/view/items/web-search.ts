/** What was looked up on the web. Called by `views.ts`. */
import type {Row, Span} from '../row.ts';
import {theme} from '../style.ts';
import {headRows, type ItemView, isRunning, muted, type Of, plain, timeSpan, underHead} from './item-view.ts';
import {wordsOf} from './words.ts';

const queries = (content: Of<'webSearch'>): readonly string[] => {
	const all = content.action?.queries ?? [];
	if (all.length > 0) return all;
	return [content.action?.query ?? content.query ?? ''].filter(query => query !== '');
};

/** `find "x" in` + the page; `open` + the page; `search` + the query; an action that does not exist yet by its name. */
const titleOf = (content: Of<'webSearch'>): Span[] => {
	const {action} = content;
	if (!action) return [muted('search '), plain(queries(content)[0] ?? 'the web')];
	switch (action.type) {
		case 'openPage':
			return [muted('open '), plain(action.url ?? content.query ?? '', theme.link)];
		case 'findInPage':
			return [
				muted('find '),
				plain(action.pattern ?? ''),
				muted(' in '),
				plain(action.url ?? '', theme.link),
			];
		case 'search':
		case 'other':
			return [muted('search '), plain(queries(content)[0] ?? 'the web')];
		default:
			return [muted(`${wordsOf(action.type)} `), plain(queries(content)[0] ?? action.url ?? '')];
	}
};

export const webSearch: ItemView<Of<'webSearch'>> = {
	tone: 'work',
	text: content =>
		[content.action?.type ?? 'search', ...queries(content), content.action?.pattern, content.action?.url]
			.filter(part => typeof part === 'string' && part !== '')
			.join('\n'),
	defaultFold: () => 'closed',
	foldable: content => queries(content).length > 1,
	rows: (content, item, context): Row[] => {
		const rest = queries(content).slice(1);
		const extra = rest.length > 0 && context.fold === 'closed' ? [muted(`  and ${rest.length} more`)] : [];
		return [
			...headRows(
				{text: '⌕', sgr: isRunning(item) ? theme.running : theme.good},
				[...titleOf(content), ...extra],
				isRunning(item) ? [timeSpan(item, undefined, context)] : [],
				context.columns,
			),
			...(context.fold === 'open'
				? rest.flatMap(query =>
						underHead(context.columns, inner => headRows(muted('+'), [plain(query)], [], inner)),
					)
				: []),
		];
	},
};
