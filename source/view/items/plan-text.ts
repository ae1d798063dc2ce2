/** A plan that the agent wrote as Markdown (an item of its own; the checklist is `turn-plan.ts`). */
import {markdownRows} from '../markdown.ts';
import {theme} from '../style.ts';
import {type ItemView, missedRows, type Of, underHead} from './item-view.ts';
import {foldedText} from './output.ts';
import {speakerRow} from './speaker.ts';

const foldedLines = 3;

export const planText: ItemView<Of<'plan'>> = {
	tone: 'speech',
	text: content => content.text,
	foldable: content => content.text.split('\n').length > foldedLines,
	rows: (content, item, context) => [
		speakerRow({text: 'plan', sgr: theme.agent}, item, context),
		...underHead(context.columns, inner => [
			...missedRows(item, inner),
			...foldedText(markdownRows(content.text, inner), context.fold, foldedLines),
			...(item.phase === 'cut' ? [[{text: 'cut off', sgr: theme.warn}]] : []),
		]),
	],
};
