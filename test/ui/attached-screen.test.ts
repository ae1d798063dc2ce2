import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import {decide} from '../../source/app/decide.ts';
import type {Intent} from '../../source/app/intents.ts';
import {createPanes} from '../../source/app/panes.ts';
import type {AppState} from '../../source/app/state.ts';
import type {ThreadEvent} from '../../source/thread/events.ts';
import {type AttachedScreen, createAttachedScreen} from '../../source/ui/attached-screen.ts';
import {mountChrome} from '../../source/ui/mount.tsx';
import type {LoadInk} from '../../source/ui/overlay.ts';
import {rowText} from '../../source/view/row.ts';
import {textWidth} from '../../source/view/width.ts';
import {format, info, liveState, newState, press, startMs, told} from '../app/make.ts';
import {createFakeClock} from '../screen/fake-terminal.ts';
import {delta, turnStarted} from '../thread/make.ts';
import {createFakeTerminal} from './make.tsx';

const inkRenders = vi.hoisted(() => ({count: 0}));
vi.mock('../../source/ui/mount.tsx', async original => {
	const {mountChrome} = await original<typeof import('../../source/ui/mount.tsx')>();
	return {
		mountChrome(options: Parameters<typeof mountChrome>[0]) {
			const chrome = mountChrome(options);
			return {
				...chrome,
				update(model: Parameters<typeof chrome.update>[0]) {
					inkRenders.count += 1;
					chrome.update(model);
				},
			};
		},
	};
});

const attach = (initial: AppState, loadInk: LoadInk = () => mountChrome) => {
	const clock = createFakeClock();
	const terminal = createFakeTerminal({columns: initial.ui.columns, rows: initial.ui.rows});
	const panes = createPanes(format);
	const intents: Intent[] = [];
	const errors: unknown[] = [];
	let state = initial;
	let drawn = 0;
	const screen: AttachedScreen = createAttachedScreen({
		terminal,
		panes,
		format,
		state: () => state,
		onIntent(intent) {
			intents.push(intent);
			state = decide(state, intent, panes).state;
			screen.changed('input');
		},
		onDrawn: () => {
			drawn += 1;
		},
		loadInk,
		onError: error => errors.push(error),
		newMessageId: () => 'jumpseat:me:1',
		finish: row => row,
		clock,
	});
	screen.changed('input');
	return {
		clock,
		terminal,
		screen,
		errors,
		intents,
		state: () => state,
		drawn: () => drawn,
		/** What the stream brings: the state changes, and the screen is told. */
		stream(...events: ThreadEvent[]) {
			state = applyEvents(
				state,
				events.map(event => told(event)),
			);
			screen.changed('stream', events.length);
		},
		set(next: AppState) {
			state = next;
			screen.changed('input');
		},
		/** Resolves when all that was typed has arrived. */
		async settled() {
			for (let turn = 0; turn < 60; turn += 1) await new Promise(resolve => setImmediate(resolve));
		},
	};
};

let open: Array<{screen: AttachedScreen}> = [];
const begin = (state: AppState, loadInk?: LoadInk) => {
	const attached = attach(state, loadInk);
	open.push(attached);
	return attached;
};
beforeEach(() => {
	open = [];
});
afterEach(() => {
	for (const {screen} of open) screen.dispose();
});

describe('typing in a field', () => {
	const queryOf = ({ui}: AppState) => (ui.search.kind === 'off' ? undefined : ui.search.query);

	test.each([
		['keys one by one', ['/', 'h', 'i'], 'hi'],
		['a word in one read', ['/', 'hello'], 'hello'],
		['the key that opens the field and the word in one read', ['/hello'], 'hello'],
		['letters that are keys elsewhere', ['/', 'qjk?1zm'], 'qjk?1zm'],
		['a backspace among them', ['/', 'helx\u007Flo'], 'hello'],
		['an arrow among them', ['/', 'ab\u001B[Dc'], 'acb'],
		['wide characters', ['/', '日本'], '日本'],
		['half of an emoji does not stay', ['/', 'a😀\u007F'], 'a'],
		['a paste', ['/', '\u001B[200~two\nlines\u001B[31m\u001B[201~'], 'two lines'],
		['a paste between letters', ['/', 'a\u001B[200~bc\u001B[201~d'], 'abcd'],
		['control keys are no text', ['/', 'a\u0001\u0005\u0015b'], 'ab'],
	])('%s', async (_what, reads, query) => {
		const attached = begin(liveState());
		for (const read of reads) attached.terminal.type(read);
		await attached.settled();
		expect(queryOf(attached.state())).toBe(query);
		expect(attached.terminal.lines.at(-1)).toContain(`search ▸ ${query}`);
	});

	test('Enter in the same read as the word comes after the word', async () => {
		const attached = begin(liveState());
		attached.terminal.type('/question 2\r');
		await attached.settled();
		expect(attached.state().ui.search).toEqual({
			kind: 'kept',
			query: 'question 2',
			match: {key: 'T2/u2', ordinal: 0},
		});
	});

	test('what is typed behind that Enter are keys again', async () => {
		const attached = begin(liveState());
		attached.terminal.type('/question\rN?');
		await attached.settled();
		expect(attached.state().ui).toMatchObject({help: true, search: {kind: 'kept', match: {key: 'T2/u2'}}});
	});

	test('Escape in the same read drops what was typed before it', async () => {
		const attached = begin(liveState());
		attached.terminal.type('/abc');
		attached.terminal.send({
			type: 'key',
			name: 'escape',
			ctrl: false,
			alt: false,
			shift: false,
			text: '',
			raw: '\u001B',
		});
		await attached.settled();
		expect(attached.state().ui.search).toEqual({kind: 'off'});
	});

	test('what is typed while Ink loads is kept, in its order, and what throws there is told', async () => {
		let arrive = (): void => {};
		const arrival = new Promise<void>(resolve => {
			arrive = resolve;
		});
		const attached = begin(liveState(), () => arrival.then(() => mountChrome));
		attached.terminal.type('/question 2');
		attached.terminal.type('\r');
		expect(queryOf(attached.state())).toBe('');
		arrive();
		await arrival;
		await attached.settled();
		expect(attached.state().ui.search).toMatchObject({kind: 'kept', query: 'question 2'});
		const gone = begin(liveState(), () => Promise.reject(new Error('gone')));
		gone.terminal.type('?');
		await gone.settled();
		expect(gone.errors).toEqual([new Error('gone')]);
	});

	test('the picker filters and opens in one read, too', async () => {
		const attached = begin(
			newState({threadId: undefined, threads: [info('A', {name: 'one'}), info('B', {name: 'two'})]}),
		);
		attached.terminal.type('two\r');
		await attached.settled();
		expect(attached.intents.at(-1)).toEqual({type: 'act', action: 'submit'});
		expect(attached.state().ui.picker?.filter).toBe('two');
	});

	test('with help over it a field gets nothing', async () => {
		const attached = begin(press(liveState(), 'search', {type: 'editField', text: 'abc'}));
		attached.terminal.type('\u001BOP');
		attached.terminal.type('j');
		await attached.settled();
		expect(attached.state().ui).toMatchObject({help: true, helpOffset: 1, search: {query: 'abc'}});
	});

	test('without a field a paste goes nowhere', async () => {
		const attached = begin(liveState());
		attached.terminal.type('\u001B[200~q\u001B[201~');
		await attached.settled();
		expect(attached.intents).toEqual([]);
	});
});

describe('drawing', () => {
	test('the first picture has everything in it', () => {
		const {terminal} = begin(liveState(3));
		expect(terminal.shown).toHaveLength(1);
		const {lines} = terminal;
		expect(lines).toHaveLength(30);
		expect(lines[0]).toMatch(/^ hello · \/app .*● live · OBSERVE$/);
		expect(lines.join('\n')).toContain('answer 3');
		expect(lines.join('\n')).toMatch(/│ .*live +│$/m);
		expect(terminal.titles).toEqual(['hello · jumpseat']);
	});

	test('the rows of a pane lie exactly inside its border', () => {
		const {terminal, state} = begin(liveState(30));
		const {thread, side} = createPanes(format).layout(state());
		const frame = terminal.shown.at(-1)?.frame;
		for (const row of frame?.rows ?? []) expect(textWidth(rowText(row))).toBeLessThanOrEqual(120);
		for (let index = 0; index < (thread?.height ?? 0); index += 1) {
			const text = rowText(frame?.rows[(thread?.row ?? 0) + index] ?? []);
			const cells = [...text];
			expect(cells[0]).toBe('│');
			expect(cells[(thread?.width ?? 0) + 3]).toBe('│');
			expect(cells[(side?.column ?? 0) - 2]).toBe('│');
			expect(cells.at(-1)).toBe('│');
		}
	});

	test('a burst of the stream is one picture in 33 ms', () => {
		const attached = begin(liveState());
		const before = attached.terminal.shown.length;
		attached.stream(turnStarted('T9'));
		for (let index = 0; index < 500; index += 1) attached.stream(delta('I', `word ${index} `, 'T9'));
		attached.clock.advance(32);
		expect(attached.terminal.shown.length - before).toBe(0);
		attached.clock.advance(1);
		expect(attached.terminal.shown.length - before).toBe(1);
		expect(attached.terminal.shown.at(-1)?.urgency).toBe('stream');
		expect(attached.terminal.lines.join('\n')).toContain('word 499');
		attached.clock.advance(1000);
		expect(attached.terminal.shown.length - before).toBe(1);
	});

	test('a steady stream is thirty pictures a second, no more', () => {
		const attached = begin(liveState());
		attached.stream(turnStarted('T9'));
		const before = attached.terminal.shown.length;
		for (let ms = 0; ms < 990; ms += 1) {
			attached.stream(delta('I', 'x', 'T9'));
			attached.clock.advance(1);
		}
		expect(attached.terminal.shown.length - before).toBeLessThanOrEqual(30);
		expect(attached.terminal.shown.length - before).toBeGreaterThanOrEqual(29);
	});

	test('a trickle is ten pictures a second, and loses nothing', () => {
		const attached = begin(liveState());
		attached.stream(turnStarted('T9'));
		attached.clock.advance(100);
		const before = attached.terminal.shown.length;
		for (let index = 0; index < 20; index += 1) {
			attached.stream(delta('I', `word ${index} `, 'T9'));
			attached.clock.advance(50);
		}
		attached.clock.advance(100);
		expect(attached.terminal.shown.length - before).toBeLessThanOrEqual(11);
		expect(attached.terminal.lines.join('\n')).toContain('word 19');
	});

	test('what makes a trickle a flood is not left waiting', () => {
		const attached = begin(liveState());
		attached.stream(turnStarted('T9'));
		attached.clock.advance(100);
		attached.stream(delta('I', 'one', 'T9'));
		const before = attached.terminal.shown.length;
		attached.stream(...Array.from({length: 20}, () => delta('I', ' more', 'T9')));
		attached.clock.advance(33);
		expect(attached.terminal.shown.length - before).toBe(1);
	});

	test('a lonely change after a pause is drawn at once', () => {
		const attached = begin(liveState());
		attached.clock.advance(500);
		const before = attached.terminal.shown.length;
		attached.stream(turnStarted('T9'));
		attached.clock.advance(0);
		expect(attached.terminal.shown.length - before).toBe(1);
	});

	test('a key is drawn at once and takes a waiting picture with it', () => {
		const attached = begin(liveState());
		attached.stream(turnStarted('T9'));
		const before = attached.terminal.shown.length;
		attached.terminal.type('?');
		expect(attached.terminal.shown.at(-1)?.urgency).toBe('input');
		const after = attached.terminal.shown.length;
		expect(after).toBeGreaterThan(before);
		attached.clock.advance(1000);
		expect(attached.terminal.shown.length).toBe(after);
	});

	test('Ink renders what is interactive, and never for a delta or a clock', () => {
		const attached = begin(liveState(3));
		attached.stream(turnStarted('T9'), delta('I', 'first', 'T9'));
		attached.clock.advance(100);
		const [pictures, renders] = [attached.terminal.shown.length, inkRenders.count];
		for (let index = 0; index < 20; index += 1) {
			attached.stream(delta('I', `word ${index} `, 'T9'));
			attached.clock.advance(100);
		}
		expect(attached.terminal.shown.length - pictures).toBe(20);
		expect(inkRenders.count - renders).toBe(0);
		attached.terminal.type('K');
		expect(inkRenders.count - renders).toBe(0);
		attached.terminal.type('\t');
		expect(inkRenders.count - renders).toBe(0);
		attached.terminal.type('?');
		expect(inkRenders.count - renders).toBe(1);
		attached.terminal.type('?');
		expect(inkRenders.count - renders).toBe(2);
	});

	test('the title of the window tells what goes on', () => {
		const attached = begin(liveState());
		attached.stream(turnStarted('T9'));
		attached.clock.advance(100);
		attached.stream({
			type: 'requested',
			request: {id: 0, method: 'execCommandApproval', params: {conversationId: 't'}},
			atMs: startMs,
		});
		attached.clock.advance(100);
		expect(attached.terminal.titles).toEqual([
			'hello · jumpseat',
			'◐ hello · jumpseat',
			'⚑ hello · jumpseat',
		]);
	});

	test('a resize is answered with a picture of that size', () => {
		const attached = begin(liveState(30));
		for (const size of [
			{columns: 40, rows: 12},
			{columns: 300, rows: 100},
			{columns: 100, rows: 24},
		]) {
			attached.terminal.resize(size);
			expect(attached.terminal.shown.at(-1)?.frame.size).toEqual(size);
			expect(attached.terminal.lines).toHaveLength(size.rows);
			expect(attached.terminal.lines.at(-1)).toMatch(/keys$/);
		}
	});

	test('help and picker cover the panes', () => {
		const attached = begin(liveState(30));
		attached.terminal.type('?');
		expect(attached.terminal.lines.join('\n')).not.toContain('answer');
		expect(attached.screen.shownThread()).toBeUndefined();
		attached.terminal.type('q');
		expect(attached.terminal.lines.join('\n')).toContain('answer');
		expect(attached.screen.shownThread()).toBeDefined();
	});

	test('what throws while a picture is made is told, and the next one is drawn', () => {
		const attached = begin(liveState());
		const good = attached.state();
		const broken = new Proxy(good, {
			get: (target, key) => {
				if (key === 'thread') throw new Error('broken');
				return Reflect.get(target, key);
			},
		});
		expect(() => attached.set(broken)).toThrow('broken');
		attached.set(good);
		expect(attached.terminal.lines.at(-1)).toMatch(/keys$/);
	});

	test('after the end nothing is drawn and nothing is heard', () => {
		const attached = begin(liveState());
		attached.stream(turnStarted('T9'));
		attached.screen.dispose();
		const before = attached.terminal.shown.length;
		attached.clock.advance(1000);
		attached.terminal.type('q');
		attached.terminal.resize({columns: 50, rows: 20});
		attached.screen.changed('input');
		expect(attached.terminal.shown.length).toBe(before);
		expect(attached.intents).toEqual([]);
	});
});

describe('wheel, focus, last lines', () => {
	test('the wheel goes to the pane under it', () => {
		const attached = begin(liveState(30));
		attached.terminal.send({type: 'mouse', action: 'wheelUp', column: 5, row: 5});
		attached.terminal.send({type: 'mouse', action: 'wheelDown', column: 100, row: 5});
		attached.terminal.send({type: 'mouse', action: 'press', column: 5, row: 5});
		attached.terminal.send({type: 'focus', focused: false});
		attached.terminal.send({type: 'reply', kind: 'mode', raw: ''});
		expect(attached.intents).toEqual([
			{type: 'wheel', pane: 'thread', rows: -3},
			{type: 'wheel', pane: 'side', rows: 3},
			{type: 'noteFocus', focused: false},
		]);
	});

	test('the last lines are the end of the thread, wherever the person was', () => {
		const attached = begin(press(liveState(30), 'top'));
		const lines = attached.screen.lastRows().map(rowText);
		expect(lines.length).toBeLessThanOrEqual(27);
		expect(lines.join('\n')).toContain('answer 30');
	});

	test('without a thread there are none', () => {
		expect(begin(newState({threadId: undefined})).screen.lastRows()).toEqual([]);
	});
});
