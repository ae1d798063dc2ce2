/** A call of an MCP server's tool, with its newest progress line while it runs. Called by `views.ts`. */
import {theme} from '../style.ts';
import {type ItemView, muted, type Of, plain} from './item-view.ts';
import {jsonText, partsText, toolRows} from './tool.ts';

const result = (content: Of<'mcpToolCall'>): string => {
	const parts = partsText(content.result?.content ?? []);
	if (parts !== '') return parts;
	const structured = content.result?.structuredContent;
	return structured === undefined || structured === null ? '' : jsonText(structured);
};

export const mcpToolCall: ItemView<Of<'mcpToolCall'>> = {
	tone: 'work',
	text: content =>
		[
			`${content.server}.${content.tool} ${jsonText(content.arguments ?? {})}`,
			content.error?.message ?? '',
			result(content),
		]
			.filter(part => part !== '')
			.join('\n'),
	defaultFold: () => 'closed',
	foldable: () => true,
	rows: (content, item, context) =>
		toolRows(
			{
				title: [plain(content.server, theme.muted), muted('.'), plain(content.tool)],
				status: content.error ? (content.status ?? 'failed') : content.status,
				arguments: content.arguments,
				durationMs: content.durationMs,
				result: result(content),
				error: content.error?.message,
			},
			item,
			context,
		),
};
