import {describe, expect, test} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import {activeContexts} from '../../source/app/decide.ts';
import type {AppState} from '../../source/app/state.ts';
import {type Action, bindings} from '../../source/keys/bindings.ts';
import {helpLines} from '../../source/keys/help-lines.ts';
import {rowText} from '../../source/view/row.ts';
import {theme} from '../../source/view/style.ts';
import {command, hydrated, message, notified, turn, turnStarted} from '../thread/make.ts';
import {
	heard,
	info,
	liveState,
	moved,
	newState,
	panes,
	press,
	run,
	startMs,
	told,
	turns,
	type,
	wait,
} from './make.ts';

const shown = (state: AppState): readonly string[] => panes.threadView(state).rows.map(rowText);
const side = (state: AppState): readonly string[] => panes.sideView(state).map(rowText);
const withEvents = (count: number): AppState =>
	applyEvents(
		liveState(),
		Array.from({length: count}, (_, index) => heard(`event/${index + 1}`)),
	);
const marked = (state: AppState): string | undefined => {
	const {eventsCursor: cursor} = state.ui;
	return cursor.kind === 'tail'
		? undefined
		: state.log.entries.find(entry => entry.sequence === cursor.sequence)?.name;
};
const times = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);

describe('scrolling the thread', () => {
	test('it follows the newest row until a person scrolls up, and again once the end is reached', () => {
		const state = liveState(10);
		expect(state.ui.threadScroll).toEqual({kind: 'tail'});
		const up = press(state, 'up');
		expect(up.ui.threadScroll.kind).toBe('anchor');
		expect(shown(up).slice(1)).toEqual(shown(state).slice(0, -1));
		expect(press(up, 'down').ui.threadScroll).toEqual({kind: 'tail'});
	});

	test('a scrolled view stays where it is while rows come in below', () => {
		const up = press(liveState(10), 'pageUp');
		const grown = applyEvents(up, [
			told(turnStarted('T99')),
			told(notified('item/agentMessage/delta', {turnId: 'T99', itemId: 'I', delta: 'new'})),
		]);
		expect(shown(grown)).toEqual(shown(up));
		expect(panes.threadView(grown).hiddenBelow.blocks).toBeGreaterThan(
			panes.threadView(up).hiddenBelow.blocks,
		);
	});

	test('a page keeps one row of the page before', () => {
		const state = liveState(30);
		const up = press(state, 'pageUp');
		expect(shown(up).at(-1)).toBe(shown(state)[0]);
		expect(shown(press(up, 'pageDown'))).toEqual(shown(state));
	});

	test('to the top asks for older pages until the first turn is there, and any movement ends that', () => {
		const state = press(liveState(30), 'top');
		expect(state.ui.seekingTop).toBe(true);
		expect(panes.threadView(state).atTop).toBe(true);
		for (const action of ['down', 'up', 'bottom', 'selectNext', 'pageDown'] as const) {
			expect(press(state, action).ui.seekingTop, action).toBe(false);
		}
	});

	test('to the end follows again', () => {
		expect(press(liveState(30), 'top', 'bottom').ui.threadScroll).toEqual({kind: 'tail'});
	});

	test('the wheel scrolls the pane under it: the thread without taking the focus, the side with it', () => {
		const state = press(liveState(30), 'pageUp', 'tabEvents');
		const over = press(state, {type: 'wheel', pane: 'thread', rows: -3});
		expect(over.ui.focus).toBe('side');
		expect(shown(over)).not.toEqual(shown(state));
		const beside = press(liveState(), {type: 'wheel', pane: 'side', rows: -3});
		expect(beside.ui.focus).toBe('side');
	});

	test('the wheel over help or picker moves these', () => {
		expect(press(liveState(), 'help', {type: 'wheel', pane: 'thread', rows: 3}).ui.helpOffset).toBe(3);
		const picking = newState({threadId: undefined, threads: [info('A'), info('B')]});
		expect(press(picking, {type: 'wheel', pane: 'thread', rows: 1}).ui.picker?.marked).toBe('B');
	});
});

describe('marking, folding, copying', () => {
	test('K marks the lowest item on the screen and goes up, J goes down; both stop at the ends', () => {
		const state = liveState(3);
		expect(press(state, 'selectPrevious').ui.selectedKey).toBe('T3/a3');
		expect(press(state, 'selectPrevious', 'selectPrevious').ui.selectedKey).toBe('T3/u3');
		expect(press(state, 'selectPrevious', 'selectPrevious', 'selectNext').ui.selectedKey).toBe('T3/a3');
		expect(press(state, ...times(30, 'selectPrevious' as const)).ui.selectedKey).toBe('T1/u1');
		expect(
			press(state, ...times(30, 'selectPrevious' as const), ...times(30, 'selectNext' as const)).ui
				.selectedKey,
		).toBe('T3/a3');
	});

	test('J marks the highest on the screen, and a marked item is brought into view', () => {
		const state = liveState(30);
		const down = press(state, 'selectNext');
		expect(panes.threadView(state).blockAtRow).toContain(down.ui.selectedKey);
		const far = press(state, ...times(40, 'selectPrevious' as const));
		expect(panes.threadView(far).blockAtRow).toContain(far.ui.selectedKey);
	});

	const long = Array.from({length: 60}, (_, index) => `line ${index + 1}`).join('\n');
	const withCommand = () =>
		applyEvents(newState(), [
			told(hydrated([turn('T1', [command('C', 'npm test', {aggregatedOutput: long, exitCode: 0})])])),
		]);

	test('Enter unfolds the marked item and folds it again', () => {
		const state = withCommand();
		const before = panes.threadBlocks(state).rowsAt(panes.threadBlocks(state).indexOf('T1/C')).length;
		const height = (next: AppState) =>
			panes.threadBlocks(next).rowsAt(panes.threadBlocks(next).indexOf('T1/C')).length;
		const open = press(state, 'selectPrevious', 'open');
		expect(height(open)).toBeGreaterThan(before);
		expect(height(press(open, 'open'))).toBe(before);
	});

	test('Enter without a mark takes the lowest that can be folded, and marks it', () => {
		expect(press(withCommand(), 'open').ui.selectedKey).toBe('T1/C');
	});

	test('what cannot be folded says so', () => {
		expect(press(liveState(0), 'open').ui.notice?.text).toBe('Nothing to fold here.');
	});

	test('everything is unfolded by one key and goes back by the same', () => {
		const open = press(withCommand(), 'foldAll');
		expect(open.ui.folds.get('T1/C')).toBe('open');
		expect(press(open, 'foldAll').ui.folds.size).toBe(0);
	});

	test('copying gives the source of the marked item, and says how without one', () => {
		expect(run(liveState(), 'selectPrevious', 'copy').commands).toEqual([
			{type: 'copy', text: 'answer 3\n\nwith a second paragraph'},
		]);
		const none = run(liveState(), 'copy');
		expect(none.commands).toEqual([]);
		expect(none.state.ui.notice?.text).toBe('Nothing to copy here: mark an item with J or K.');
	});

	test('in the side pane the event, the agent, the thread or the text of the tab is copied', () => {
		const state = withEvents(3);
		const copied = (...actions: Action[]) => {
			const [copy] = run(state, ...actions, 'copy').commands.filter(({type: kind}) => kind === 'copy');
			return copy?.type === 'copy' ? copy.text : undefined;
		};
		expect(copied('tabEvents')).toContain('"event/3"');
		expect(copied('tabEvents', 'up', 'up')).toContain('"event/2"');
		expect(copied('tabAgents')).toBeUndefined();
		const listed = {...liveState(), threads: [info('A'), info('B')]};
		expect(run(listed, 'tabThreads', 'down', 'copy').commands.at(-1)).toEqual({type: 'copy', text: 'B'});
		const planned = applyEvents(liveState(), [
			told(turnStarted('T9')),
			told(notified('turn/plan/updated', {turnId: 'T9', plan: [{step: 'do it', status: 'pending'}]})),
		]);
		expect(run(planned, 'tabPlan', 'copy').commands).toMatchObject([
			{type: 'copy', text: expect.stringContaining('do it')},
		]);
	});
});

describe('searching', () => {
	test('matches follow what is typed, from the newest', () => {
		const state = press(liveState(3), 'search', type('question'));
		expect(state.ui.search).toMatchObject({
			kind: 'editing',
			query: 'question',
			match: {key: 'T3/u3', ordinal: 0},
		});
		expect(press(state, type('question 2')).ui.search).toMatchObject({match: {key: 'T2/u2'}});
		expect(press(state, type('')).ui.search).toMatchObject({match: undefined});
	});

	test('n and N go around the ends; Up and Down do the same while typing', () => {
		const kept = press(liveState(3), 'search', type('question'), 'submit');
		const at = (...actions: Action[]) => {
			const {search} = press(kept, ...actions).ui;
			return search.kind === 'off' ? undefined : search.match?.key;
		};
		expect(at()).toBe('T3/u3');
		expect(at('nextMatch')).toBe('T1/u1');
		expect(at('previousMatch')).toBe('T2/u2');
		expect(at('previousMatch', 'previousMatch', 'previousMatch')).toBe('T3/u3');
		const typing = press(liveState(3), 'search', type('question'), 'previousMatch');
		expect(typing.ui.search).toMatchObject({kind: 'editing', match: {key: 'T2/u2'}});
	});

	test('a match is brought into view and marked', () => {
		const state = press(liveState(30), 'search', type('question 2'), 'submit', 'nextMatch');
		expect(state.ui.selectedKey).toBe('T2/u2');
		expect(panes.threadView(state).blockAtRow).toContain('T2/u2');
	});

	test('what is not there says how far it was looked for', () => {
		const whole = press(liveState(3), 'search', type('xyzzy'), 'submit');
		expect(whole.ui.notice?.text).toBe('"xyzzy" is not in this thread.');
		const part = applyEvents(newState(), [told(hydrated(turns(3), 'older'))]);
		expect(press(part, 'search', type('xyzzy'), 'submit').ui.notice?.text).toBe(
			'"xyzzy" is not in the 3 turns loaded so far; g loads the rest.',
		);
	});

	/** The marked text on the screen, `[current]` and `others`, with the row it stands in. */
	const marksIn = (state: AppState) =>
		panes.threadView(state).rows.flatMap(row =>
			row.flatMap(({text, sgr}) => {
				const line = rowText(row).replace('▎', '').trim();
				if (sgr === theme.matchCurrent) return [`[${text}] ${line}`];
				return sgr === theme.match ? [`${text} ${line}`] : [];
			}),
		);
	const currentIn = (state: AppState) => marksIn(state).filter(mark => mark.startsWith('['));
	const longText = Array.from({length: 90}, (_, at) => (at % 40 === 0 ? `needle ${at}` : `line ${at}`));
	const withItems = (...items: Parameters<typeof turn>[1]) =>
		applyEvents(newState(), [moved({kind: 'live'}), told(hydrated([...turns(2), turn('L', items)]))]);

	test('every occurrence in one long message is gone to, one at a time', () => {
		const state = withItems(message('m', longText.join('\n\n')));
		let found = press(state, 'search', type('needle'), 'submit');
		for (const line of ['needle 80', 'needle 40', 'needle 0', 'needle 80']) {
			expect(currentIn(found)).toEqual([`[needle] ${line}`]);
			found = press(found, 'previousMatch');
		}
		expect(currentIn(press(found, 'nextMatch', 'nextMatch'))).toEqual(['[needle] needle 0']);
	});

	test('two in one line are told apart', () => {
		const state = press(withItems(message('m', 'race and race')), 'search', type('race'));
		expect(marksIn(state)).toEqual(['race race and race', '[race] race and race']);
		expect(marksIn(press(state, 'previousMatch'))).toEqual(['[race] race and race', 'race race and race']);
	});

	test('one in folded output opens its item, and no other; the end that a fold shows does not', () => {
		const aggregatedOutput = longText.join('\n');
		const state = withItems(
			command('c', 'run', {aggregatedOutput}),
			command('d', 'other', {aggregatedOutput: longText.slice(1, 30).join('\n')}),
		);
		const found = press(state, 'search', type('needle 4'), 'submit');
		expect(currentIn(found)).toHaveLength(1);
		expect(found.ui.folds).toEqual(new Map([['L/c', 'open']]));
		const shown = press(state, 'search', type('line 89'), 'submit');
		expect(currentIn(shown)).toHaveLength(1);
		expect(shown.ui.folds.size).toBe(0);
	});

	test('what a search opened while it was typed is folded again when it goes elsewhere or is dropped', () => {
		const state = withItems(
			message('m', 'a needle 4 before'),
			command('c', 'run', {aggregatedOutput: longText.join('\n')}),
		);
		const typing = press(state, 'search', type('needle 4'));
		expect(typing.ui.folds.get('L/c')).toBe('open');
		expect(press(typing, 'back').ui.folds.get('L/c')).toBe('closed');
		expect(press(typing, type('question')).ui.folds.get('L/c')).toBe('closed');
		expect(press(typing, 'previousMatch').ui.folds.get('L/c')).toBe('closed');
		expect(press(typing, 'submit', 'previousMatch').ui.folds.get('L/c')).toBe('open');
		expect(press(typing, 'submit', 'back').ui.folds.get('L/c')).toBe('open');
	});

	test('text that comes later is found from both sides', () => {
		const waiting = press(liveState(3), 'search', type('late'), 'submit');
		const came = applyEvents(waiting, [
			told(
				hydrated([
					...turns(3),
					turn('T4', [
						{type: 'agentMessage', id: 'x', text: 'late 1'},
						{type: 'agentMessage', id: 'y', text: 'late 2'},
					]),
				]),
			),
		]);
		expect(press(came, 'nextMatch').ui.search).toMatchObject({match: {key: 'T4/x'}});
		expect(press(came, 'previousMatch').ui.search).toMatchObject({match: {key: 'T4/y'}});
	});

	test('n without a search says what to do; an empty query ends the search', () => {
		expect(press(liveState(), 'nextMatch').ui.notice?.text).toBe('Search with / first.');
		expect(press(liveState(), 'search', 'submit').ui.search).toEqual({kind: 'off'});
	});

	test('what is typed when no field is open goes nowhere', () => {
		const state = liveState();
		expect(press(state, type('x'))).toBe(state);
	});

	test('where nothing can be searched it says so', () => {
		expect(press(liveState(), 'tabPlan', 'search').ui.notice?.text).toBe(
			'Search works in Thread, the filter in Events.',
		);
	});
});

describe('events', () => {
	test('up stands on the newest, further up on older ones, down past the newest follows again', () => {
		const state = press(withEvents(50), 'tabEvents');
		expect(state.ui.eventsCursor).toEqual({kind: 'tail'});
		expect(marked(press(state, 'up'))).toBe('event/50');
		expect(marked(press(state, 'up', 'up'))).toBe('event/49');
		expect(press(state, 'up', 'up', 'down', 'down').ui.eventsCursor).toEqual({kind: 'tail'});
		expect(marked(press(state, 'top'))).toBe('live');
		expect(press(state, 'top', 'bottom').ui.eventsCursor).toEqual({kind: 'tail'});
	});

	test('a standing cursor keeps its event and its window while more come in', () => {
		const state = press(withEvents(50), 'tabEvents', 'up', 'up', 'up');
		const more = applyEvents(state, times(30, heard('noise')));
		expect(marked(more)).toBe(marked(state));
		expect(side(more)).toEqual(side(state));
	});

	test('an event that the bound has dropped is left for the oldest there is', () => {
		const state = press(withEvents(3), 'tabEvents', 'top');
		const flooded = applyEvents(
			state,
			Array.from({length: 6000}, (_, index) => heard(`noise/${index}`)),
		);
		expect(() => side(flooded)).not.toThrow();
		expect(marked(press(flooded, 'down'))).toMatch(/^noise\/\d+$/);
	});

	test('the filter narrows while it is typed; Up and Down walk what is left', () => {
		const state = press(withEvents(20), 'tabEvents', 'search', type('event/1'));
		expect(panes.events(state).map(({name}) => name)).toEqual([
			'event/1',
			...Array.from({length: 10}, (_, index) => `event/${index + 10}`),
		]);
		expect(marked(press(state, 'previousMatch'))).toBe('event/19');
		const kept = press(state, 'submit');
		expect(kept.ui).toMatchObject({editingFilter: false, eventsFilter: 'event/1'});
		expect(press(kept, 'back').ui.eventsFilter).toBe('');
		expect(press(state, 'back').ui).toMatchObject({editingFilter: false, eventsFilter: ''});
	});

	test('Enter shows the marked event, or the newest, as JSON; q or Esc goes back', () => {
		const state = press(withEvents(5), 'tabEvents');
		expect(side(press(state, 'open')).join('\n')).toContain('event/5');
		const detail = press(state, 'up', 'up', 'open');
		expect(side(detail).join('\n')).toContain('event/4');
		expect(activeContexts(detail)[0]).toBe('detail');
		expect(press(detail, 'back').ui.detail).toBeUndefined();
		expect(press(detail, ...times(50, 'down' as const)).ui.detailOffset).toBe(0);
	});

	test('an event that is not kept any more says so', () => {
		const detail = press(withEvents(5), 'tabEvents', 'open');
		const flooded = applyEvents(
			detail,
			Array.from({length: 6000}, (_, index) => heard(`noise/${index}`)),
		);
		expect(side(flooded)).toEqual(['This event is no longer kept.']);
	});

	test('without any event nothing can go wrong', () => {
		const state = press(newState(), 'tabEvents');
		for (const action of ['up', 'down', 'top', 'bottom', 'pageUp', 'open', 'copy'] as const) {
			expect(press(state, action).ui.eventsCursor, action).toEqual({kind: 'tail'});
		}
	});
});

describe('panes and tabs', () => {
	test('each number shows its tab and takes the focus', () => {
		const tabs = ['tabEvents', 'tabPlan', 'tabDiff', 'tabAgents', 'tabThreads'] as const;
		expect(tabs.map(tab => press(liveState(), tab).ui.tab)).toEqual([
			'events',
			'plan',
			'diff',
			'agents',
			'threads',
		]);
		for (const tab of tabs) expect(press(liveState(), tab).ui.focus).toBe('side');
		expect(press(liveState(), 'tabPlan', 'tabThread').ui).toMatchObject({focus: 'thread', tab: 'plan'});
	});

	test('the tabs go around', () => {
		const at = (...actions: Action[]) => press(liveState(), 'tabEvents', ...actions).ui.tab;
		expect(at('nextTab')).toBe('plan');
		expect(at('previousTab')).toBe('queue');
		expect(at(...times(6, 'nextTab' as const))).toBe('events');
	});

	test('looking at the threads asks for them', () => {
		expect(run(liveState(), 'tabThreads').commands).toEqual([{type: 'listThreads'}]);
		expect(run(liveState(), 'tabAgents', 'nextTab').commands).toEqual([{type: 'listThreads'}]);
	});

	test('the split stays between a fifth and four fifths', () => {
		expect(press(liveState(), ...times(30, 'widen' as const)).ui.split).toBe(80);
		expect(press(liveState(), ...times(30, 'narrow' as const)).ui.split).toBe(20);
	});

	test('zoom gives the focused pane the whole width, and takes it back', () => {
		const zoomed = press(liveState(), 'zoom');
		expect(panes.layout(zoomed)).toMatchObject({sideBox: undefined, threadBox: {width: 120}});
		expect(panes.layout(press(zoomed, 'nextPane'))).toMatchObject({
			threadBox: undefined,
			sideBox: {width: 120},
		});
		expect(panes.layout(press(zoomed, 'zoom')).sideBox).toBeDefined();
	});

	test('offsets stay inside what there is to show', () => {
		const diff = Array.from({length: 100}, (_, index) => `+line ${index}`).join('\n');
		const state = applyEvents(liveState(), [
			told(turnStarted('T9')),
			told(
				notified('turn/diff/updated', {turnId: 'T9', diff: `--- a/x\n+++ b/x\n@@ -0,0 +1,100 @@\n${diff}\n`}),
			),
		]);
		const end = press(state, 'tabDiff', 'bottom');
		expect(end.ui.diffOffset).toBe(panes.sideRows(end).length - panes.sideHeight(end));
		expect(side(end)).toHaveLength(panes.sideHeight(end));
		expect(press(end, 'top').ui.diffOffset).toBe(0);
		expect(press(end, ...times(200, 'down' as const), 'up').ui.diffOffset).toBe(end.ui.diffOffset - 1);
	});

	test('a shorter text is never scrolled out of its pane', () => {
		const state = applyEvents(liveState(), [
			told(turnStarted('T9')),
			told(
				notified('turn/plan/updated', {turnId: 'T9', plan: times(80, {step: 'do it', status: 'pending'})}),
			),
		]);
		const end = press(state, 'tabPlan', 'bottom');
		const shorter = applyEvents(end, [
			told(notified('turn/plan/updated', {turnId: 'T9', plan: [{step: 'all of it', status: 'pending'}]})),
		]);
		expect(side(shorter).join('\n')).toContain('all of it');
	});
});

describe('opening threads', () => {
	const listed = {
		...liveState(),
		threads: [
			info('A', {status: {type: 'idle'}, updatedAt: 2}),
			info('B', {status: {type: 'idle'}, updatedAt: 1}),
		],
	};

	test('Enter opens the marked thread and remembers the way back', () => {
		const opened = run(listed, 'tabThreads', 'down', 'open');
		expect(opened.commands.at(-1)).toEqual({type: 'openThread', threadId: 'B'});
		expect(opened.state.trail).toEqual(['t']);
		expect(opened.state.ui.focus).toBe('thread');
		const there = applyEvents(opened.state, [{type: 'threadChosen', threadId: 'B'}]);
		const back = run(there, 'back');
		expect(back.commands).toEqual([{type: 'openThread', threadId: 't'}]);
		expect(back.state.trail).toEqual([]);
	});

	test('the mark stays on its thread when the list is sorted anew', () => {
		const onB = press(listed, 'tabThreads', 'down');
		const resorted = applyEvents(onB, [
			heard('thread/status/changed', {threadId: 'B', status: {type: 'active', activeFlags: []}}),
		]);
		expect(panes.threads(resorted).map(({id}) => id)).toEqual(['B', 'A']);
		expect(run(resorted, 'open').commands).toEqual([{type: 'openThread', threadId: 'B'}]);
	});

	test('the open thread itself is only looked at', () => {
		const here = {...listed, threads: [info('t')]};
		const opened = run(here, 'tabThreads', 'open');
		expect(opened.commands).toEqual([{type: 'listThreads'}]);
		expect(opened.state.ui.focus).toBe('thread');
	});

	test('a sub-agent opens from Agents', () => {
		const agents = applyEvents(liveState(), [
			told(turnStarted('T9')),
			told(
				notified('item/completed', {
					turnId: 'T9',
					item: {
						type: 'collabAgentToolCall',
						id: 'c',
						tool: 'spawnAgent',
						status: 'completed',
						receiverThreadIds: ['S1', 'S2'],
						agentsStates: {S1: {status: 'running'}, S2: {status: 'running'}},
					},
				}),
			),
		]);
		expect(agents.thread.agents.map(({threadId}) => threadId)).toEqual(['S1', 'S2']);
		expect(run(agents, 'tabAgents', 'down', 'down', 'open').commands).toEqual([
			{type: 'openThread', threadId: 'S2'},
		]);
	});

	test('nothing marked opens nothing', () => {
		expect(run(liveState(), 'tabThreads', 'open').commands).toEqual([{type: 'listThreads'}]);
		expect(run(liveState(), 'tabAgents', 'open').commands).toEqual([]);
	});
});

describe('going back and leaving', () => {
	test('Esc does one thing at a time, from the inside out', () => {
		const busy = press(
			{...withEvents(30), trail: ['before']},
			'search',
			type('question'),
			'submit',
			'zoom',
			'tabEvents',
			'search',
			type('event'),
			'submit',
			'up',
			'open',
			'help',
		);
		const said: string[] = [];
		let state = busy;
		for (let press = 0; press < 12; press += 1) {
			const next = run(state, 'back');
			const {ui} = next.state;
			said.push(
				[
					ui.help && 'help',
					ui.detail !== undefined && 'detail',
					ui.search.kind !== 'off' && 'search',
					ui.eventsFilter !== '' && 'filter',
					ui.eventsCursor.kind === 'at' && 'cursor',
					ui.selectedKey !== undefined && 'mark',
					next.state.trail.length > 0 && 'trail',
					ui.zoomed && 'zoom',
				]
					.filter(Boolean)
					.join(' '),
			);
			state = next.state;
		}
		expect(said).toEqual([
			'detail search filter cursor mark trail zoom',
			'search filter cursor mark trail zoom',
			'filter cursor mark trail zoom',
			'cursor mark trail zoom',
			'mark trail zoom',
			'trail zoom',
			'zoom',
			'',
			'',
			'',
			'',
			'',
		]);
	});

	test('Esc at last goes to the end of a scrolled thread, and then does nothing', () => {
		const up = press(liveState(30), 'pageUp');
		const back = press(up, 'back');
		expect(back.ui.threadScroll).toEqual({kind: 'tail'});
		expect(run(back, 'back')).toEqual({state: back, commands: []});
	});

	test('Esc in another tab does not touch what Events has set up', () => {
		const state = press(withEvents(30), 'tabEvents', 'up', 'tabPlan');
		expect(press(state, 'back').ui.eventsCursor.kind).toBe('at');
	});

	test('Ctrl+C quits when it is pressed twice within two seconds', () => {
		const once = run(liveState(), 'interrupt');
		expect(once.commands).toEqual([]);
		expect(once.state.ui.notice?.text).toBe('Press Ctrl+C again to quit. The turn goes on either way.');
		expect(run(once.state, wait(1999, once.state), 'interrupt').commands).toEqual([
			{type: 'quit', exitCode: 130},
		]);
		const late = run(once.state, wait(2000, once.state), 'interrupt');
		expect(late.commands).toEqual([]);
		expect(run(late.state, 'interrupt').commands).toEqual([{type: 'quit', exitCode: 130}]);
	});

	test('q quits with 0, and with 5 when the connection is lost', () => {
		const code = (connection: AppState['connection']) => run({...liveState(), connection}, 'quit').commands;
		expect(code({kind: 'live'})).toEqual([{type: 'quit', exitCode: 0}]);
		expect(code({kind: 'waiting', reason: 'notLoaded'})).toEqual([{type: 'quit', exitCode: 0}]);
		expect(code({kind: 'failed', why: ''})).toEqual([{type: 'quit', exitCode: 5}]);
		expect(code({kind: 'reconnecting', attempt: 1, nextAtMs: 0, why: ''})).toEqual([
			{type: 'quit', exitCode: 5},
		]);
	});
});

describe('the rest', () => {
	test('what the rim does is only asked for', () => {
		const state = liveState();
		expect(run(state, 'suspend', 'repaint', 'retry').commands).toEqual([
			{type: 'suspend'},
			{type: 'repaint'},
			{type: 'retry'},
		]);
	});

	test('the mouse goes on and off', () => {
		const on = run(liveState(), 'mouse');
		expect(on.commands).toEqual([{type: 'setMouse', wheel: true}]);
		expect(run(on.state, 'mouse').commands).toEqual([{type: 'setMouse', wheel: false}]);
	});

	test('a notice passes', () => {
		const state = press(liveState(), 'mouse');
		expect(press(state, wait(3999, state)).ui.notice).toBeDefined();
		expect(press(state, wait(4000, state)).ui.notice).toBeUndefined();
		expect(press(state, wait(4000, state)).nowMs).toBe(startMs + 4000);
	});

	test('help scrolls to its last line and not beyond', () => {
		const end = press(liveState(), 'help', ...times(200, 'down' as const));
		expect(end.ui.helpOffset).toBe(helpLines().length - panes.helpHeight(end));
		expect(press(end, 'up').ui.helpOffset).toBe(end.ui.helpOffset - 1);
		expect(press(end, 'back', 'help').ui.helpOffset).toBe(0);
		expect(press(end, ...times(9, 'pageUp' as const)).ui.helpOffset).toBe(0);
	});

	test('with help over an open field the keys are those of help', () => {
		const state = press(liveState(), 'search', 'help');
		expect(activeContexts(state)).toEqual(['overlay', 'global']);
		expect(press(state, 'back').ui.search.kind).toBe('editing');
	});

	test('resizing keeps what was at the top edge', () => {
		const up = press(liveState(30), 'pageUp', 'pageUp');
		const key = panes.threadView(up).blockAtRow[0];
		const narrow = press(up, {type: 'resize', columns: 50, rows: 20});
		expect(panes.threadView(narrow).blockAtRow[0]).toBe(key);
	});

	test('every action has an effect or a word in some context, and none throws in any', () => {
		const states: readonly AppState[] = [
			liveState(30),
			withEvents(30),
			newState({threadId: undefined, threads: [info('A')]}),
			newState({threadId: undefined}),
			newState(),
			press(liveState(30), 'search', type('question')),
			press(withEvents(30), 'tabEvents', 'search', type('event')),
			press(withEvents(30), 'tabEvents', 'up', 'open'),
			press(liveState(30), 'pageUp', 'help'),
			...(['tabPlan', 'tabDiff', 'tabAgents', 'tabThreads'] as const).map(tab => press(liveState(), tab)),
			press(liveState(30, {columns: 40, rows: 12}), 'pageUp'),
		];
		for (const action of new Set(bindings.map(binding => binding.action))) {
			const effects = states.filter(state => {
				const decision = run(state, action);
				return decision.state !== state || decision.commands.length > 0;
			});
			expect(effects.length, action).toBeGreaterThan(0);
		}
	});
});
