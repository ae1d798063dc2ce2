/**
 * Every key of Jumpseat, as data: one table, nothing bound elsewhere. Help, the status line and the README are
 * made from it; `lookup()` is all that the program asks of it. Pure.
 */

/** Where a key has its meaning. A lookup asks the innermost context first and `global` last. */
export const contexts = {
	confirm: 'A question asked once more',
	overlay: 'Over everything: help',
	picker: 'Choosing a thread',
	field: 'Typing a search or a filter',
	composer: 'Writing a message',
	card: 'A request that waits (its own keys are on the card)',
	detail: 'An event as JSON',
	thread: 'Thread pane',
	events: 'Events',
	plan: 'Plan',
	diff: 'Diff',
	agents: 'Agents',
	threads: 'Threads',
	queue: 'Queue',
	guests: 'Guests (in a shared thread)',
	side: 'Side pane',
	scroll: 'Any pane',
	global: 'Everywhere',
} as const;

export type Context = keyof typeof contexts;

export type Action =
	| 'quit'
	| 'interrupt'
	| 'suspend'
	| 'repaint'
	| 'help'
	| 'back'
	| 'nextPane'
	| 'nextTab'
	| 'previousTab'
	| 'tabThread'
	| 'tabEvents'
	| 'tabPlan'
	| 'tabDiff'
	| 'tabAgents'
	| 'tabThreads'
	| 'tabQueue'
	| 'tabGuests'
	| 'compose'
	| 'leaveComposer'
	| 'completeOrLeave'
	| 'toggleQueueing'
	| 'holdCard'
	| 'leaveCard'
	| 'confirm'
	| 'refuse'
	| 'queueUp'
	| 'queueDown'
	| 'queueEdit'
	| 'queueDelete'
	| 'queueStart'
	| 'closeLink'
	| 'zoom'
	| 'widen'
	| 'narrow'
	| 'up'
	| 'down'
	| 'pageUp'
	| 'pageDown'
	| 'top'
	| 'bottom'
	| 'selectNext'
	| 'selectPrevious'
	| 'open'
	| 'foldAll'
	| 'search'
	| 'nextMatch'
	| 'previousMatch'
	| 'copy'
	| 'mouse'
	| 'retry'
	| 'submit';

export type Binding = {
	readonly context: Context;
	/** Key names as `keyName()` gives them; the first is the one that help shows. */
	readonly keys: readonly string[];
	readonly action: Action;
	/** What it does, for help and the README. */
	readonly does: string;
};

export const bindings: readonly Binding[] = [
	{context: 'confirm', keys: ['y'], action: 'confirm', does: 'do it; any other key does not'},

	{
		context: 'composer',
		keys: ['escape'],
		action: 'leaveComposer',
		does: 'back to the panes; the draft stays',
	},
	{
		context: 'composer',
		keys: ['tab'],
		action: 'completeOrLeave',
		does: 'complete a / command, else the panes',
	},
	{
		context: 'composer',
		keys: ['ctrl+t'],
		action: 'toggleQueueing',
		does: 'queue the message, or start and steer again',
	},

	{
		context: 'card',
		keys: ['tab', 'escape'],
		action: 'leaveCard',
		does: 'the panes; the card goes on waiting',
	},
	{context: 'card', keys: ['up'], action: 'up', does: 'scroll the card up'},
	{context: 'card', keys: ['down'], action: 'down', does: 'scroll the card down'},
	{context: 'card', keys: ['pageup'], action: 'pageUp', does: 'a page of it up'},
	{context: 'card', keys: ['pagedown', 'space'], action: 'pageDown', does: 'a page of it down'},
	{context: 'card', keys: ['home'], action: 'top', does: 'its beginning'},
	{context: 'card', keys: ['end'], action: 'bottom', does: 'its end'},

	{context: 'overlay', keys: ['escape', '?', 'q', 'enter'], action: 'back', does: 'close'},
	{context: 'overlay', keys: ['up', 'k'], action: 'up', does: 'scroll up'},
	{context: 'overlay', keys: ['down', 'j'], action: 'down', does: 'scroll down'},
	{context: 'overlay', keys: ['pageup', 'ctrl+b', 'b'], action: 'pageUp', does: 'up one page'},
	{context: 'overlay', keys: ['pagedown', 'ctrl+f', 'space'], action: 'pageDown', does: 'down one page'},

	{context: 'picker', keys: ['enter'], action: 'submit', does: 'open the marked thread'},
	{context: 'picker', keys: ['up', 'ctrl+p'], action: 'up', does: 'mark the thread above'},
	{context: 'picker', keys: ['down', 'ctrl+n', 'tab'], action: 'down', does: 'mark the thread below'},
	{context: 'picker', keys: ['escape'], action: 'back', does: 'clear the filter, then quit'},

	{context: 'field', keys: ['enter'], action: 'submit', does: 'keep the search or filter'},
	{context: 'field', keys: ['escape'], action: 'back', does: 'drop it'},
	{context: 'field', keys: ['up'], action: 'previousMatch', does: 'previous match, or event'},
	{context: 'field', keys: ['down'], action: 'nextMatch', does: 'next match, or event'},

	{context: 'detail', keys: ['escape', 'enter', 'q'], action: 'back', does: 'back to the events'},

	{context: 'thread', keys: ['enter'], action: 'open', does: 'fold or unfold the marked item'},
	{context: 'thread', keys: ['J', 'shift+down', ']'], action: 'selectNext', does: 'mark the next item'},
	{context: 'thread', keys: ['K', 'shift+up', '['], action: 'selectPrevious', does: 'mark the previous item'},
	{context: 'thread', keys: ['o'], action: 'foldAll', does: 'unfold or fold everything'},
	{context: 'thread', keys: ['n'], action: 'nextMatch', does: 'next match of the search'},
	{context: 'thread', keys: ['N'], action: 'previousMatch', does: 'previous match of the search'},

	{context: 'events', keys: ['enter'], action: 'open', does: 'show the marked event as JSON'},
	{context: 'agents', keys: ['enter'], action: 'open', does: "open the marked agent's thread"},
	{context: 'threads', keys: ['enter'], action: 'open', does: 'switch to the marked thread'},

	{context: 'queue', keys: ['e', 'enter'], action: 'queueEdit', does: 'edit the marked message'},
	{context: 'queue', keys: ['K', 'shift+up', '['], action: 'queueUp', does: 'move it up'},
	{context: 'queue', keys: ['J', 'shift+down', ']'], action: 'queueDown', does: 'move it down'},
	{context: 'queue', keys: ['d', 'delete'], action: 'queueDelete', does: 'remove it (asks once more)'},
	{context: 'queue', keys: ['s'], action: 'queueStart', does: 'run a queue that is parked'},

	{context: 'guests', keys: ['x'], action: 'closeLink', does: 'put the newest link away (y copies it)'},

	{context: 'side', keys: ['right', 'l'], action: 'nextTab', does: 'next tab'},
	{context: 'side', keys: ['left', 'h'], action: 'previousTab', does: 'previous tab'},

	{context: 'scroll', keys: ['up', 'k'], action: 'up', does: 'up one row'},
	{context: 'scroll', keys: ['down', 'j'], action: 'down', does: 'down one row'},
	{context: 'scroll', keys: ['pageup', 'ctrl+b', 'b'], action: 'pageUp', does: 'up one page'},
	{context: 'scroll', keys: ['pagedown', 'ctrl+f', 'space'], action: 'pageDown', does: 'down one page'},
	{context: 'scroll', keys: ['home', 'g'], action: 'top', does: 'to the top (older turns load)'},
	{context: 'scroll', keys: ['end', 'G', 'f'], action: 'bottom', does: 'to the end, and follow it'},
	{context: 'scroll', keys: ['/'], action: 'search', does: 'search the thread, or filter the events'},
	{
		context: 'scroll',
		keys: ['y'],
		action: 'copy',
		does: 'copy the marked item (through the terminal, OSC 52)',
	},

	{context: 'global', keys: ['tab', 'shift+tab'], action: 'nextPane', does: 'the other pane'},
	{context: 'global', keys: ['1'], action: 'tabThread', does: 'Thread'},
	{context: 'global', keys: ['2'], action: 'tabEvents', does: 'Events'},
	{context: 'global', keys: ['3'], action: 'tabPlan', does: 'Plan'},
	{context: 'global', keys: ['4'], action: 'tabDiff', does: 'Diff'},
	{context: 'global', keys: ['5'], action: 'tabAgents', does: 'Agents'},
	{context: 'global', keys: ['6'], action: 'tabThreads', does: 'Threads'},
	{context: 'global', keys: ['7'], action: 'tabQueue', does: 'Queue'},
	{context: 'global', keys: ['8'], action: 'tabGuests', does: 'Guests, in a shared thread'},
	{context: 'global', keys: ['i'], action: 'compose', does: 'write a message'},
	{context: 'global', keys: ['a'], action: 'holdCard', does: 'give the keys to the request that waits'},
	{context: 'global', keys: ['z'], action: 'zoom', does: 'give the pane the whole width'},
	{context: 'global', keys: ['>', '+'], action: 'widen', does: 'widen the Thread pane'},
	{context: 'global', keys: ['<', '-'], action: 'narrow', does: 'narrow the Thread pane'},
	{context: 'global', keys: ['escape'], action: 'back', does: 'back: end the search, unmark, leave an agent'},
	{
		context: 'global',
		keys: ['m'],
		action: 'mouse',
		does: 'mouse wheel on or off (off: the terminal selects text)',
	},
	{context: 'global', keys: ['r'], action: 'retry', does: 'reconnect now'},
	{context: 'global', keys: ['?', 'f1'], action: 'help', does: 'the keys'},
	{context: 'global', keys: ['ctrl+l'], action: 'repaint', does: 'draw everything again'},
	{context: 'global', keys: ['ctrl+z'], action: 'suspend', does: 'suspend'},
	{context: 'global', keys: ['q'], action: 'quit', does: 'quit'},
	{context: 'global', keys: ['ctrl+c'], action: 'interrupt', does: 'quit, pressed twice'},
];

const index = new Map(
	bindings.flatMap(binding =>
		binding.keys.map(key => [`${binding.context} ${key}`, binding.action] as const),
	),
);

/** The action of a key in the innermost of `where` that binds it. */
export const lookup = (where: readonly Context[], key: string): Action | undefined => {
	for (const context of where) {
		const action = index.get(`${context} ${key}`);
		if (action !== undefined) return action;
	}
	return undefined;
};

export type KeyPress = {
	/** `a`, `A`, `/`, `up`, `enter`, `escape`, `pageup`, `f1`, … */
	readonly name: string;
	readonly ctrl: boolean;
	readonly alt: boolean;
	readonly shift: boolean;
};

/** `ctrl+l`, `shift+tab`, `G`: a letter's shift is in the letter itself. */
export const keyName = ({name, ctrl, alt, shift}: KeyPress): string => {
	const plain = name === ' ' ? 'space' : name;
	const shown = shift && [...plain].length > 1;
	return `${ctrl ? 'ctrl+' : ''}${alt ? 'alt+' : ''}${shown ? 'shift+' : ''}${plain}`;
};

const symbols: Readonly<Record<string, string>> = {
	up: '↑',
	down: '↓',
	left: '←',
	right: '→',
	enter: 'Enter',
	escape: 'Esc',
	tab: 'Tab',
	space: 'Space',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
	ctrl: 'Ctrl',
	shift: 'Shift',
	alt: 'Alt',
	f1: 'F1',
};

/** A key as people write it: `Ctrl+L`, `Shift+Tab`, `↑`. */
export const keyLabel = (key: string): string =>
	key === '+'
		? key
		: key
				.split('+')
				.map(
					(part, position, all) =>
						symbols[part] ?? (all.length > 1 && position === all.length - 1 ? part.toUpperCase() : part),
				)
				.join('+');
