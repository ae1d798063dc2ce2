/** What came back from a function that has no item of its own. Called by `views.ts`. */
import {theme} from '../style.ts';
import {headRows, type ItemView, muted, type Of, plain} from './item-view.ts';
import {outputFoldable, outputRows} from './output.ts';
import {jsonText, partsText} from './tool.ts';

const output = (content: Of<'functionCallOutput'>): string => {
	if (content.output === undefined || content.output === null) return '';
	if (typeof content.output === 'string') return content.output;
	return Array.isArray(content.output) ? partsText(content.output) : jsonText(content.output);
};

export const functionCallOutput: ItemView<Of<'functionCallOutput'>> = {
	tone: 'work',
	text: content => `${content.name}\n${output(content)}`,
	defaultFold: () => 'closed',
	foldable: content => outputFoldable(output(content)),
	rows: (content, _item, context) => [
		...headRows(
			{text: '↩', sgr: theme.muted},
			[...(content.namespace ? [muted(`${content.namespace}.`)] : []), plain(content.name)],
			[],
			context.columns,
		),
		...outputRows(output(content), {fold: context.fold, columns: context.columns}),
	],
};
