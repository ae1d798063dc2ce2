/** A review begins, and what it found when it ends. Called by `views.ts`. */
import {markdownRows} from '../markdown.ts';
import {theme} from '../style.ts';
import {headRows, type ItemView, muted, type Of, plain, underHead} from './item-view.ts';
import {foldedText} from './output.ts';

const glyph = {text: '◆', sgr: theme.agent};

export const enteredReviewMode: ItemView<Of<'enteredReviewMode'>> = {
	tone: 'work',
	text: content => content.review,
	foldable: () => false,
	rows: (content, _item, context) =>
		headRows(glyph, [plain('review begins  '), muted(content.review)], [], context.columns),
};

const foldedLines = 8;

export const exitedReviewMode: ItemView<Of<'exitedReviewMode'>> = {
	tone: 'speech',
	text: content => content.review,
	foldable: content => content.review.split('\n').length > foldedLines || content.review.length > 400,
	rows: (content, _item, context) => [
		...headRows(glyph, [plain('review ends')], [], context.columns),
		...underHead(context.columns, inner =>
			foldedText(content.review === '' ? [] : markdownRows(content.review, inner), context.fold, foldedLines),
		),
	],
};
