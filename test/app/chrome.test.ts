import {describe, expect, test} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import {type ChromeModel, chromeModel} from '../../source/app/chrome.ts';
import type {AppState} from '../../source/app/state.ts';
import type {ConnectionState} from '../../source/app-server/connection-state.ts';
import type {Json} from '../../source/protocol/types.ts';
import type {ThreadEvent} from '../../source/thread/events.ts';
import {hydrated, notified, turnStarted} from '../thread/make.ts';
import {
	asked,
	format,
	heard,
	info,
	liveState,
	newState,
	panes,
	press,
	startMs,
	told,
	turns,
	type,
} from './make.ts';

const model = (state: AppState): ChromeModel =>
	chromeModel(
		state,
		panes,
		panes.layout(state).thread === undefined ? undefined : panes.threadView(state),
		format,
	);
const words = (list: ChromeModel['state']): string => list.map(({text}) => text).join(' · ');
const at = (connection: ConnectionState, state = liveState()): ChromeModel => model({...state, connection});
const withRequests = (...requests: ThreadEvent[]): AppState =>
	applyEvents(
		liveState(),
		requests.map(request => told(request)),
	);
/** Where the card itself is not to be seen: here behind the help. */
const waiting = (...requests: ThreadEvent[]): string =>
	model(press(withRequests(...requests), 'help')).status.text;

describe('the connection', () => {
	test.each<[ConnectionState, string, string]>([
		[{kind: 'idle'}, '◌ connecting', ''],
		[{kind: 'connecting', attempt: 0}, '◌ connecting', ''],
		[{kind: 'initializing', attempt: 0}, '◌ connecting', ''],
		[{kind: 'hydrating'}, '◌ catching up', ''],
		[{kind: 'live'}, '● live', ''],
		[{kind: 'closed'}, '○ closed', ''],
		[{kind: 'failed', why: 'HTTP 401.'}, '✗ failed', 'r: try again. HTTP 401.'],
		[
			{kind: 'reconnecting', attempt: 2, nextAtMs: startMs + 1500, why: 'It broke.'},
			'○ connection lost',
			'Trying again in 2 s (attempt 2; r: now). It broke.',
		],
		[
			{kind: 'waiting', reason: 'notLoaded'},
			'◌ not loaded',
			'Nobody has this thread open on this server. Jumpseat waits, and joins when somebody does.',
		],
		[
			{kind: 'waiting', reason: 'noTurnYet'},
			'◌ no turn yet',
			'This thread has no turn yet. Jumpseat joins with its first message.',
		],
		[
			{kind: 'waiting', reason: 'ownedElsewhere'},
			'◌ owned by another process — follow only',
			'Another process writes this thread: followed from disk, a moment behind. Nothing can be sent.',
		],
		[{kind: 'waiting', reason: 'noThread'}, '◌ no thread chosen', ''],
	])('%j', (connection, header, status) => {
		const {state, status: said} = at(connection);
		expect(state[0]?.text).toBe(header);
		expect(said.text).toBe(status);
	});

	test('joining without any history is joining, with some it is catching up', () => {
		expect(at({kind: 'hydrating'}, newState()).state[0]?.text).toBe('◌ joining');
	});

	test('the header tells latency, version, odd frames and that we only observe', () => {
		const state = applyEvents(liveState(), [
			{type: 'serverIdentified', server: {version: '0.169.0', codexHome: undefined, platformOs: undefined}},
			{type: 'latencyMeasured', roundTripMs: 2.6},
			{type: 'traffic', traffic: {kind: 'unsolicited', id: 1, atMs: 0, bytes: 0}},
		]);
		expect(words(model(state).state)).toBe('● live 3 ms · codex 0.169 · 1 odd frame · OBSERVE');
		expect(words(model({...state, observe: false, name: 'Ada', oddities: 2, roundTripMs: 0.1}).state)).toBe(
			'● live 1 ms · codex 0.169 · 2 odd frames · as Ada',
		);
	});
});

describe('the thread', () => {
	test('title, place and settings', () => {
		const event = hydrated(turns(2), null, {
			thread: {name: 'fix the login test', cwd: '/home/me/src/app'},
			response: {
				model: 'gpt-6-sol',
				reasoningEffort: 'high',
				approvalPolicy: 'on-request',
				sandbox: {type: 'dangerFullAccess'},
			},
		});
		const {title, place, details} = model(
			applyEvents(newState(), [
				told(event),
				{type: 'connectionMoved', connection: {kind: 'live'}, atMs: startMs},
			]),
		);
		expect(title).toBe('fix the login test');
		expect(place).toBe('~/src/app');
		expect(words(details)).toBe('gpt-6-sol high · on-request · danger-full-access · idle');
		expect(details[2]?.tone).toBe('warn');
	});

	test('before anything is known there is only our name', () => {
		expect(model(newState())).toMatchObject({title: 'jumpseat', place: '', details: []});
	});

	test('the running turn has its number, where it is known, and its time', () => {
		const running = (cursor: string | null) =>
			words(
				model({
					...applyEvents(newState(), [told(hydrated(turns(6), cursor)), told(turnStarted('T7'))]),
					nowMs: 5000 + 34_000,
				}).details,
			);
		expect(running(null)).toMatch(/turn 7 ◐ 34/);
		expect(running('older')).toMatch(/turn ◐ 34/);
	});

	test('the context is a percentage', () => {
		const state = applyEvents(liveState(), [
			told(
				notified('thread/tokenUsage/updated', {
					tokenUsage: {total: {totalTokens: 900}, last: {totalTokens: 420}, modelContextWindow: 1000},
				}),
			),
		]);
		expect(words(model(state).details)).toContain('ctx 42%');
	});

	test('what the server says is harmless in every word', () => {
		const evil = '\u001B]0;gotcha\u0007\u001B[31mred\u202E\nnext';
		const state = applyEvents(
			newState({threads: [info('A', {name: evil, cwd: evil})], threadId: undefined}),
			[
				told(
					hydrated(turns(1), null, {
						thread: {name: evil, cwd: evil},
						response: {model: evil, approvalPolicy: evil},
					}),
				),
				{type: 'serverIdentified', server: {version: evil, codexHome: evil, platformOs: evil}},
				told(asked('item/commandExecution/requestApproval', {command: evil})),
				{type: 'connectionMoved', connection: {kind: 'failed', why: evil}, atMs: startMs},
			],
		);
		for (const each of [
			state,
			{...state, threadId: 't'},
			{...state, connection: {kind: 'live'} as const},
			press(state, type(evil)),
		]) {
			const {field: _typed, ...rest} = model(each);
			expect(JSON.stringify(rest)).not.toMatch(/\\u001b|\\u0007|\\n|\u202E|[\u0080-\u009F]/i);
		}
	});
});

describe('what waits for a person', () => {
	test.each<[string, {[key: string]: Json}, string]>([
		[
			'item/commandExecution/requestApproval',
			{command: 'git push', reason: 'needs the network'},
			'⚑ approve? git push',
		],
		['item/commandExecution/requestApproval', {reason: 'needs the network'}, '⚑ approve? needs the network'],
		['item/commandExecution/requestApproval', {command: "/bin/bash -lc 'git push'"}, '⚑ approve? git push ·'],
		['execCommandApproval', {command: ['git', 'push'], conversationId: 't'}, '⚑ approve? git push'],
		['item/fileChange/requestApproval', {}, '⚑ approve a file change?'],
		['item/permissions/requestApproval', {reason: 'fetch'}, '⚑ grant permissions? fetch'],
		['item/tool/requestUserInput', {questions: []}, '⚑ a question'],
		['mcpServer/elicitation/request', {message: 'Which city?'}, '⚑ an MCP server asks Which city?'],
		['brand/new', {}, '⚑ brand/new'],
		['constructor', {command: {}}, '⚑ constructor'],
		['__proto__', {}, '⚑ __proto__'],
	])('%s %j', (method, params, said) => {
		expect(waiting(asked(method, params))).toMatch(said);
		expect(waiting(asked(method, params))).toMatch(/ · asked .*8.* ago$/);
	});

	test('a card that is to be seen says it by itself; where it finds no room, the status line does', () => {
		const state = withRequests(asked('brand/new', {}));
		expect(model(state).status.text).toBe('');
		const small = press(state, {type: 'resize', columns: 120, rows: 9});
		expect(model(small).layout.cardBox).toBeUndefined();
		expect(model(small).status.text).toMatch(/^⚑ brand\/new/);
	});

	test('several are counted, and what a person can answer comes before what only the owner can', () => {
		const owner = asked('item/tool/call', {}, 1);
		const first = asked('item/commandExecution/requestApproval', {command: 'one'}, 2);
		expect(
			waiting(owner, first, asked('item/commandExecution/requestApproval', {command: 'two'}, 3)),
		).toMatch(/^⚑ approve\? one \(\+2\)/);
		expect(waiting(owner)).toMatch(/^⚑ item\/tool\/call/);
	});

	test('a passing word comes first, the connection second', () => {
		const state = applyEvents(liveState(), [told(asked('brand/new', {}))]);
		expect(at({kind: 'failed', why: 'x'}, state).status.text).toBe('r: try again. x');
		expect(model(press({...state, connection: {kind: 'failed', why: 'x'}}, 'nextMatch')).status.text).toBe(
			'Search with / first.',
		);
	});
});

describe('positions, tabs, fields, hints', () => {
	test('the thread follows, or tells where it stands and what is below', () => {
		expect(model(liveState(30)).threadPosition).toBe('follows');
		expect(model(liveState(1)).threadPosition).toBe('');
		expect(model(press(liveState(30), 'pageUp')).threadPosition).toMatch(/^\d+% · \d+ below$/);
		expect(model(press(liveState(30), 'top')).threadPosition).toMatch(/^0% · /);
	});

	test('events are counted, with the filter and what was dropped', () => {
		const state = applyEvents(liveState(), [heard('a/b'), heard('a/c')]);
		expect(model(state).sidePosition).toBe('3');
		expect(model(press(state, 'tabEvents', 'search', type('a/c'))).sidePosition).toBe('/a/c · 1');
		expect(model({...state, log: {...state.log, dropped: 7}}).sidePosition).toBe('3 · 7 dropped');
	});

	test("the tabs of two panes are the side pane's; one pane has the thread among them", () => {
		const labels = (state: AppState) =>
			model(state)
				.tabs.map(({label, current}) => (current ? `[${label}]` : label))
				.join(' ');
		expect(labels(liveState())).toBe('[Events] Plan Diff Agents Threads');
		expect(labels(liveState(1, {columns: 60}))).toBe('[Thread] Events Plan Diff Agents Threads');
		expect(labels(press(liveState(1, {columns: 60}), 'tabDiff'))).toBe(
			'Thread Events Plan [Diff] Agents Threads',
		);
	});

	test('each field has its label, and the picker its own', () => {
		const field = (state: AppState) => model(state).field;
		expect(field(liveState())).toBeUndefined();
		expect(field(press(liveState(), 'search', type('x')))).toMatchObject({label: 'search ▸ ', value: 'x'});
		expect(field(press(liveState(), 'tabEvents', 'search'))).toMatchObject({label: 'filter ▸ ', value: ''});
		expect(field(newState({threadId: undefined}))).toMatchObject({label: 'thread ▸ ', value: ''});
	});

	test('a search says which match of how many: beside its field while it is typed, then in the Thread pane', () => {
		const typing = press(liveState(3), 'search', type('question'), 'previousMatch');
		expect(model(typing).hints).toBe('2 of 3 · ↑↓ match · Enter keeps · Esc drops');
		expect(model({...typing, ui: {...typing.ui, columns: 50}}).hints).toBe('2 of 3');
		expect(model(typing).threadPosition).not.toContain('of 3');
		const kept = press(typing, 'submit');
		expect(model(kept).threadPosition).toMatch(/^2 of 3/);
		expect(model(press(kept, 'nextMatch')).threadPosition).toMatch(/^3 of 3/);
		expect(model(press(kept, 'back')).threadPosition).not.toContain('of');
		expect(model(press(typing, type('xyzzy'))).hints).toMatch(/^no match · /);
	});

	test('hints give way to what the person should know', () => {
		const lost: ConnectionState = {
			kind: 'reconnecting',
			attempt: 1,
			nextAtMs: startMs,
			why: 'It broke, and this is why, in many words that need all the room.',
		};
		expect(model(liveState()).hints).toBe('tab panes · / search · q quits · ? keys');
		expect(at(lost).hints).toBe('');
		expect(model(press({...liveState(), connection: lost}, 'search')).hints).toBe(
			'↑↓ match · Enter keeps · Esc drops',
		);
		expect(model(liveState(1, {columns: 50})).hints).toBe('? keys');
		expect(at(lost, liveState(1, {columns: 50})).hints).toBe('');
		expect(model(press(liveState(1, {columns: 50}), 'help')).hints).toBe('Esc closes');
		expect(model(press(liveState(), 'help')).hints).toBe('↑↓ scroll · Esc closes');
	});

	test('the picker has a row for each choice and the mark inside them', () => {
		const state = newState({
			threadId: undefined,
			threads: [
				info('A', {
					name: 'one',
					cwd: '/home/me/a',
					status: {type: 'active', activeFlags: ['waitingOnApproval']},
					updatedAt: startMs / 1000 - 60,
				}),
				info('B', {name: 'two', status: {type: 'notLoaded'}}),
			],
		});
		const {picker} = model(press(state, 'down'));
		expect(picker?.selected).toBe(1);
		expect(picker?.rows).toMatchObject([
			{id: 'A', title: 'one', detail: expect.stringContaining('~/a · '), live: true, waiting: true},
			{id: 'B', title: 'two', live: false, waiting: false},
		]);
		expect(model(press(state, 'down', type('one'))).picker?.selected).toBe(0);
		expect(model(press(state, type('xyzzy'))).picker).toEqual({rows: [], selected: 0});
	});
});
