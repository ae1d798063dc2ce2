import {describe, expect, test} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import type {AppState} from '../../source/app/state.ts';
import {headerRows, paneRows} from '../../source/ui/chrome-rows.ts';
import {Help} from '../../source/ui/help.tsx';
import {Picker} from '../../source/ui/picker.tsx';
import {rowText} from '../../source/view/row.ts';
import {textWidth} from '../../source/view/width.ts';
import {info, liveState, newState, press, startMs, told, turns, type} from '../app/make.ts';
import {hydrated} from '../thread/make.ts';
import {chromeOf, linesOf, modelOf} from './make.tsx';

const wide = (count = 3): AppState => liveState(count, {columns: 100, rows: 12});
const narrow = (count = 3): AppState => liveState(count, {columns: 40, rows: 12});
const inside = (left: number, right: number): string => `│${' '.repeat(left - 2)}││${' '.repeat(right - 2)}│`;

describe('header', () => {
	const named = (columns: number, rows = 24): AppState =>
		applyEvents(newState({columns, rows}), [
			told(
				hydrated(turns(2), null, {
					thread: {name: 'fix the login test', cwd: '/home/me/app'},
					response: {model: 'gpt-6-sol', approvalPolicy: 'on-request'},
				}),
			),
			{type: 'connectionMoved', connection: {kind: 'live'}, atMs: startMs},
			{type: 'serverIdentified', server: {version: '0.169.0', codexHome: undefined, platformOs: undefined}},
			{type: 'latencyMeasured', roundTripMs: 3},
		]);

	test('wide: title and place at the left, connection, version and mode at the right, settings below', () => {
		const [first, second] = headerRows(modelOf(named(100))).map(rowText);
		expect(first).toBe(` fix the login test · ~/app${' '.repeat(37)}● live 3 ms · codex 0.169 · OBSERVE`);
		expect(second?.trimEnd()).toBe(' gpt-6-sol · on-request · idle');
	});

	test('narrow: what matters stays, and one row is enough on a phone', () => {
		const lines = headerRows(modelOf(named(40, 12))).map(rowText);
		expect(lines).toHaveLength(1);
		expect(lines[0]).toMatch(/^ fix the login.* ● live 3 ms · OBSERVE$/);
	});

	test('a long title is cut, never the state', () => {
		const state = applyEvents(named(100), [
			told({type: 'threadDescribed', thread: {id: 't', name: '長'.repeat(200)}, atMs: 0}),
		]);
		const [line = ''] = headerRows(modelOf(state)).map(rowText);
		expect(line).toContain('…');
		expect(line).toMatch(/● live 3 ms · codex 0\.169 · OBSERVE$/);
		expect(textWidth(line)).toBeLessThanOrEqual(100);
	});
});

describe('panes', () => {
	test('two panes: tabs and positions in aligned borders', () => {
		expect(paneRows(modelOf(wide(30))).map(rowText)).toEqual([
			'╭ Thread ──────────────────────────────────────── follows ─╮╭ Events  Plan  Diff  Agents  Threads ─╮',
			...Array<string>(7).fill(inside(60, 40)),
			'╰──────────────────────────────────────────────────────────╯╰────────────────────────────────── 1 ─╯',
		]);
	});

	test('whatever stands in them, the borders stay rectangles', () => {
		for (const actions of [[], Array(9).fill('widen'), Array(9).fill('narrow')]) {
			for (const filter of ['日本語日本語', 'x'.repeat(200), '👩‍💻 ❤️']) {
				const state = press(wide(30), 'pageUp', ...actions, 'tabEvents', 'search', type(filter));
				const lines = paneRows(modelOf(state)).map(rowText);
				expect(lines).toHaveLength(9);
				for (const line of lines) expect(textWidth(line), line).toBe(100);
				expect(lines[0]).toMatch(/^╭.*╮$/);
				expect(lines.at(-1)).toMatch(/^╰.*╯$/);
			}
		}
	});

	test('zoomed there is one box', () => {
		const lines = paneRows(modelOf(press(wide(30), 'zoom'))).map(rowText);
		expect(lines[0]).toBe(`╭ Thread ${'─'.repeat(80)} follows ─╮`);
		expect(lines[1]).toBe(`│${' '.repeat(98)}│`);
	});

	test('one pane: a bar of all tabs that fits 40 columns, and no border', () => {
		expect(paneRows(modelOf(narrow())).map(rowText)).toEqual([' Thread Events Plan Diff Agents Threads']);
	});
});

describe('status', () => {
	const status = (state: AppState): string => chromeOf(state).at(-1) ?? '';

	test('hints at the right, words at the left', () => {
		expect(status(wide())).toMatch(/^ +tab panes · \/ search · q quits · \? keys$/);
		expect(status(press(wide(), 'nextMatch'))).toMatch(/^ Search with \/ first\. {2,}tab panes/);
	});

	test('narrow: the position stands here', () => {
		expect(status(press(narrow(30), 'pageUp'))).toMatch(/^ +\d+% · \d+ below · \? keys$/);
	});

	test('an open field has its label, its hint while empty, and the end of what is typed', () => {
		expect(status(press(wide(), 'search'))).toMatch(/^ search ▸ in the turns loaded so far {2,}/);
		expect(status(press(wide(), 'search', type('abc')))).toMatch(/^ search ▸ abc {2,}/);
		const long = status(press(narrow(), 'search', type('the quick brown fox jumps over the lazy dog')));
		expect(long).toMatch(/^ search ▸ ….*lazy dog/);
	});

	test('it is one line, however long the words', () => {
		const lost = {...wide(), connection: {kind: 'failed' as const, why: 'why '.repeat(100)}};
		expect(status(lost)).toMatch(/^ r: try again\. why .*…$/);
		expect(textWidth(status(lost))).toBeLessThanOrEqual(100);
	});
});

describe('help', () => {
	test('a heading, then keys and what they do', () => {
		const lines = linesOf(<Help offset={0} columns={100} rows={8} />);
		expect(lines).toHaveLength(8);
		expect(lines[1]).toBe(`│ Everywhere${' '.repeat(87)}│`);
		expect(lines[2]).toBe(`│   Tab Shift+Tab        the other pane${' '.repeat(60)}│`);
	});

	test('narrow: the first key, and room for what it does', () => {
		expect(linesOf(<Help offset={0} columns={40} rows={8} />)[2]).toBe(
			`│   Tab      the other pane${' '.repeat(12)}│`,
		);
	});

	test('it scrolls, and never past its end', () => {
		const end = linesOf(<Help offset={9999} columns={100} rows={8} />);
		expect(end.filter(line => line.trim() === `│${' '.repeat(98)}│`)).toEqual([]);
		expect(linesOf(<Help offset={1} columns={100} rows={8} />)[1]).toContain('the other pane');
	});
});

describe('picker', () => {
	const rows = [
		{id: '019a0000-aaaa-7000', title: 'fix 日本', detail: '~/app · 1 m ago', live: true, waiting: false},
		{id: 'B', title: 'x'.repeat(200), detail: '~/b', live: true, waiting: true},
		{id: 'C', title: 'old', detail: '~/c', live: false, waiting: false},
	];

	test('one row a thread: state, title, place and id', () => {
		const lines = linesOf(<Picker picker={{rows, selected: 0}} columns={100} rows={7} />);
		expect(lines).toHaveLength(7);
		expect(lines[2]).toMatch(/^│ ● fix 日本 ~\/app · 1 m ago · 019a0000-aaaa +│$/);
		expect(lines[3]).toMatch(/^│ ⚑ x+… ~\/b · B │$/);
		expect(lines[4]).toMatch(/^│ ○ old ~\/c · C +│$/);
		for (const line of lines) expect(textWidth(line)).toBe(100);
	});

	test('the marked row is always among those shown', () => {
		const many = Array.from({length: 50}, (_, index) => ({
			...rows[2],
			id: `id${index}`,
			title: `title ${index}`,
			detail: '',
			live: true,
			waiting: false,
		}));
		for (const selected of [0, 25, 49]) {
			const lines = linesOf(<Picker picker={{rows: many, selected}} columns={100} rows={8} />);
			expect(lines.join('\n')).toContain(`title ${selected} `);
			expect(lines).toHaveLength(8);
		}
	});

	test('nothing fits, in a small terminal too', () => {
		const lines = linesOf(<Picker picker={{rows: [], selected: 0}} columns={40} rows={6} />);
		expect(lines[2]).toBe(`│ No thread fits.${' '.repeat(22)}│`);
	});
});

describe('the whole chrome', () => {
	const states: Readonly<Record<string, (size: {columns: number; rows: number}) => AppState>> = {
		live: size => liveState(30, size),
		scrolled: size => press(liveState(30, size), 'pageUp'),
		help: size => press(liveState(3, size), 'help'),
		search: size => press(liveState(3, size), 'search', type('日本'.repeat(90))),
		picker: size =>
			newState({...size, threadId: undefined, threads: [info('A', {name: '長'.repeat(99)}), info('B')]}),
		lost: size => ({
			...liveState(3, size),
			connection: {kind: 'reconnecting', attempt: 1, nextAtMs: startMs, why: 'x'.repeat(300)},
		}),
	};
	const sizes = [
		[40, 12],
		[60, 20],
		[99, 30],
		[100, 24],
		[100, 100],
	] as const;

	test.each(Object.keys(states))('%s fills exactly the terminal, at any size', name => {
		for (const [columns, rows] of sizes) {
			const lines = chromeOf((states[name] ?? liveState)({columns, rows} as never));
			expect(lines.length, `${columns}×${rows}`).toBe(rows);
			for (const line of lines)
				expect(textWidth(line), `${columns}×${rows}: ${line}`).toBeLessThanOrEqual(columns);
		}
	});
});
