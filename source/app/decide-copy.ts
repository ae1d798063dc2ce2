/** What goes to the clipboard. Decisions only; pure. Part of `decide.ts`. */
import {markedThread} from './decide-scroll.ts';
import {type Decision, say, stay} from './decision.ts';
import type {Panes} from './panes.ts';
import type {AppState} from './state.ts';

const copied = (state: AppState, text: string): Decision => ({
	state: say(state, `Copied ${text.length} characters (OSC 52).`),
	commands: [{type: 'copy', text}],
});

/** `/copy`: the agent's newest message. */
export const copyNewest = (state: AppState): Decision => {
	const texts = state.thread.turns.flatMap(turn =>
		turn.items.flatMap(({content}) => (content.type === 'agentMessage' ? [content.text] : [])),
	);
	const text = texts.at(-1);
	if (text === undefined) return stay(say(state, 'The agent has said nothing yet.'));
	return copied(state, text);
};

/** `y`: the marked item, or what the side pane shows. */
export const copyMarked = (state: AppState, panes: Panes): Decision => {
	const isThread = state.ui.focus === 'thread';
	const text = isThread ? copyOfThread(state, panes) : copyOfSide(state, panes);
	if (text === undefined || text === '') {
		const how = isThread ? ': mark an item with J or K' : '';
		return stay(say(state, `Nothing to copy here${how}.`));
	}
	return copied(state, text);
};

const copyOfThread = (state: AppState, panes: Panes): string | undefined => {
	const {selectedKey} = state.ui;
	return selectedKey === undefined ? undefined : panes.plainText(state, selectedKey);
};

const copyOfSide = (state: AppState, panes: Panes): string | undefined => {
	const {tab, detail, eventsCursor, agentsSelected} = state.ui;
	if (tab === 'events') {
		const wanted = detail ?? (eventsCursor.kind === 'at' ? eventsCursor.sequence : undefined);
		const entry =
			wanted === undefined
				? panes.events(state).at(-1)
				: state.log.entries.find(each => each.sequence === wanted);
		return entry === undefined ? undefined : JSON.stringify(entry.payload, undefined, '\t');
	}
	if (tab === 'agents') return state.thread.agents[agentsSelected]?.threadId;
	if (tab === 'threads') return markedThread(state, panes);
	if (tab === 'guests' && state.share?.link !== undefined) return state.share.link.link;
	return panes
		.sideRows(state)
		.map(row => row.map(span => span.text).join(''))
		.join('\n');
};
