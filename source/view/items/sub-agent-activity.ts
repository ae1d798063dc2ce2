/** One line for what a sub-agent did; its own thread opens from the Agents pane. Called by `views.ts`. */
import {shortId} from '../../thread/selectors.ts';
import {theme} from '../style.ts';
import {headRows, type ItemView, muted, type Of, plain} from './item-view.ts';
import {wordsOf} from './words.ts';

const nameOf = (content: Of<'subAgentActivity'>): string =>
	content.agentPath || shortId(content.agentThreadId);

export const subAgentActivity: ItemView<Of<'subAgentActivity'>> = {
	tone: 'work',
	text: content => `agent ${nameOf(content)} ${wordsOf(content.kind)} (${content.agentThreadId})`,
	foldable: () => false,
	rows: (content, _item, context) =>
		headRows(
			{text: '⇄', sgr: content.kind === 'interrupted' ? theme.bad : theme.agent},
			[muted('agent '), plain(nameOf(content)), muted(` ${wordsOf(content.kind)}`)],
			[],
			context.columns,
		),
};
