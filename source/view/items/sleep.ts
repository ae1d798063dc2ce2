/** The agent waits on purpose. Called by `views.ts`. */
import {theme} from '../style.ts';
import {headRows, type ItemView, isRunning, muted, type Of, timeSpan} from './item-view.ts';

export const sleep: ItemView<Of<'sleep'>> = {
	tone: 'work',
	text: content => (content.durationMs === undefined ? 'sleep' : `sleep ${content.durationMs} ms`),
	foldable: () => false,
	rows: (content, item, context) => {
		const running = isRunning(item);
		const length = content.durationMs === undefined ? '' : ` ${context.format.duration(content.durationMs)}`;
		return headRows(
			{text: '◔', sgr: running ? theme.running : theme.muted},
			[muted(`${running ? 'sleeps' : item.phase === 'cut' ? 'sleep cut off,' : 'slept'}${length}`)],
			running ? [timeSpan(item, undefined, context)] : [],
			context.columns,
		);
	},
};
