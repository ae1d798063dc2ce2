/** A kind that does not exist yet: its name, and its JSON when opened (PROTOCOL: show them by name, never fail). */
import {jsonLine, jsonRows} from '../json.ts';
import {theme} from '../style.ts';
import {behindBar, headRows, type ItemView, muted, type Of, plain} from './item-view.ts';
import {jsonText} from './tool.ts';

export const unknownItem: ItemView<Of<'unknown'>> = {
	tone: 'work',
	text: content => `${content.typeName}\n${jsonText(content.raw)}`,
	defaultFold: () => 'closed',
	foldable: () => true,
	rows: (content, _item, context) => {
		const short = context.fold === 'closed' ? [muted(`  ${jsonLine(content.raw)}`)] : [];
		return [
			...headRows({text: '◇', sgr: theme.muted}, [plain(content.typeName), ...short], [], context.columns),
			...(context.fold === 'open' ? behindBar(context.columns, inner => jsonRows(content.raw, inner)) : []),
		];
	},
};
