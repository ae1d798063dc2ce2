/** The Agents pane: the sub-agents seen through this thread's items, one or two lines each. Pure. */
import {shortId} from '../thread/selectors.ts';
import type {AgentInfo, ThreadState} from '../thread/state.ts';
import {agentStatusSgr} from './items/collab-agent-tool-call.ts';
import {muted, paragraph, plain} from './items/item-view.ts';
import {wordsOf} from './items/words.ts';
import {memoiseLast} from './memo.ts';
import {inverted} from './restyle.ts';
import type {Row} from './row.ts';
import {theme} from './style.ts';
import {padRow, truncateRow} from './width.ts';

const glyph = (agent: AgentInfo): string => (agent.status === 'running' ? '●' : '○');

/** One row: state, name, what it said last; the thread's id where there is no name. */
const agentRow = (agent: AgentInfo, columns: number): Row =>
	truncateRow(
		[
			{text: `${glyph(agent)} `, sgr: agentStatusSgr(agent.status)},
			plain(agent.label ?? shortId(agent.threadId), theme.strong),
			plain(`  ${wordsOf(agent.status)}`, agentStatusSgr(agent.status)),
			muted(agent.message === undefined ? '' : `  ${agent.message}`),
		],
		columns,
	);

const layOut = memoiseLast(
	(agents: readonly AgentInfo[], width: number, selected: number): readonly Row[] => {
		if (agents.length === 0) {
			return paragraph('No sub-agents: when this thread starts some, they show here.', theme.muted, width);
		}
		return agents.map((agent, index) => {
			const row = agentRow(agent, width);
			return index === selected ? inverted(padRow(row, width)) : row;
		});
	},
);

/** Exactly one row an agent, in the order of the state; `selected` is an index, −1 for none. */
export const agentRows = (state: ThreadState, columns: number, selected: number): readonly Row[] =>
	layOut(state.agents, Math.max(1, columns), selected);
