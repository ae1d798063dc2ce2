/**
 * What a person wrote: a bar, the author, the time, the text as it was typed. Who it was comes from the echo key
 * that Jumpseat signs with (PROTOCOL: `clientId` is the only attribution there is). Called by `views.ts`.
 */
import type {WireUserInput} from '../../protocol/types.ts';
import {authorOf} from '../../thread/selectors.ts';
import type {Item} from '../../thread/state.ts';
import type {Row} from '../row.ts';
import {theme} from '../style.ts';
import {type ItemView, missedRows, type Of, paragraph, plain, underHead} from './item-view.ts';
import {foldedText} from './output.ts';
import {speakerRow} from './speaker.ts';

const inputText = (input: WireUserInput): string => {
	switch (input.type) {
		case 'text':
			return input.text ?? '';
		case 'skill':
			return `$${input.name ?? 'skill'}`;
		case 'mention':
			return `@${input.name ?? input.path ?? 'mention'}`;
		default:
			return `[${input.type}${attachmentName(input)}]`;
	}
};

const attachmentName = (input: WireUserInput): string => {
	if (input.path !== undefined) return ` ${input.path}`;
	if (input.name !== undefined) return ` ${input.name}`;
	// A data URL is the picture itself.
	if (input.url === undefined || input.url.startsWith('data:')) return '';
	return ` ${input.url}`;
};

const text = (content: Of<'userMessage'>): string => (content.content ?? []).map(inputText).join('\n');

const bodyRows = (content: Of<'userMessage'>, columns: number): Row[] =>
	(content.content ?? []).flatMap(input =>
		paragraph(inputText(input), input.type === 'text' ? theme.plain : theme.muted, columns),
	);

const authorName = (item: Item): string => {
	const author = authorOf(item);
	return author.kind === 'jumpseat' ? author.name : 'primary';
};

/** Lines of a long message that is folded. */
const foldedLines = 3;

export const userMessage: ItemView<Of<'userMessage'>> = {
	tone: 'speech',
	text,
	foldable: content => text(content).length > 200 || text(content).split('\n').length > foldedLines,
	rows: (content, item, context) => [
		speakerRow(plain(authorName(item), theme.you), item, context),
		...underHead(context.columns, inner => [
			...missedRows(item, inner),
			...foldedText(bodyRows(content, inner), context.fold, foldedLines),
			...(item.phase === 'cut' ? [[{text: 'cut off', sgr: theme.warn}]] : []),
		]),
	],
};
