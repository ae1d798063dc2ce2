/** A call of a tool that a client of the server brought along. Called by `views.ts`. */
import {type ItemView, muted, type Of, plain} from './item-view.ts';
import {jsonText, partsText, toolRows} from './tool.ts';

export const dynamicToolCall: ItemView<Of<'dynamicToolCall'>> = {
	tone: 'work',
	text: content =>
		[
			`${content.namespace ? `${content.namespace}.` : ''}${content.tool} ${jsonText(content.arguments ?? {})}`,
			partsText(content.contentItems ?? []),
		]
			.filter(part => part !== '')
			.join('\n'),
	defaultFold: () => 'closed',
	foldable: () => true,
	rows: (content, item, context) =>
		toolRows(
			{
				title: [...(content.namespace ? [muted(`${content.namespace}.`)] : []), plain(content.tool)],
				status: content.success === false ? 'failed' : content.status,
				arguments: content.arguments,
				durationMs: content.durationMs,
				result: partsText(content.contentItems ?? []),
				error: undefined,
			},
			item,
			context,
		),
};
