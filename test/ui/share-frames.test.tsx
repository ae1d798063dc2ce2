import {describe, expect, test} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import type {AppState} from '../../source/app/state.ts';
import {chromeRows, headerRows, paneRows} from '../../source/ui/chrome-rows.ts';
import {rowText} from '../../source/view/row.ts';
import {rowWidth} from '../../source/view/width.ts';
import {heard, person, present, press, sharedState, told, turns} from '../app/make.ts';
import {hydrated} from '../thread/make.ts';
import {modelOf} from './make.tsx';

const sizes = [
	[40, 12],
	[80, 24],
	[120, 40],
	[200, 60],
] as const;
const olga = person('olga', 'owner');
const ada = person('ada', 'answer');
const many = ['bob', 'carol', 'dave', 'eve', 'frank'].map(name =>
	person(name, 'steer', {typing: name === 'dave'}),
);

const state = (columns: number, rows: number, title = 'fix the login test'): AppState =>
	applyEvents(sharedState(ada, [olga, ...many], {columns, rows}), [
		told(
			hydrated(turns(2), null, {
				thread: {name: title, cwd: '/home/me/app'},
				response: {model: 'gpt-6-sol', reasoningEffort: 'high', approvalPolicy: 'on-request'},
			}),
		),
	]);
const header = (shown: AppState): readonly string[] => headerRows(modelOf(shown)).map(rowText);

describe('the header in a share', () => {
	test.each<[number, number, string]>([
		[40, 12, ''],
		[80, 24, 'with olga, bob, carol, dave ✎, eve, frank'],
		[120, 40, 'with olga, bob, carol, dave ✎, eve, frank'],
		[200, 60, 'with olga, bob, carol, dave ✎, eve, frank'],
	])('%i×%i: the role always, the others where there is room', (columns, rows, company) => {
		const lines = header(state(columns, rows));
		expect(lines[0]).toContain('ANSWER');
		if (company !== '') expect(lines[1]?.trimEnd().endsWith(company), lines[1]).toBe(true);
	});

	test('on a phone they stand in the one line that there is, when its title leaves room', () => {
		expect(header(state(40, 12, 'fix it'))[0]).toMatch(/^ fix it .*● live · ANSWER · \+6 ✎$/);
		expect(header(state(40, 12))[0]).toMatch(/● live · ANSWER$/);
	});

	test.each(sizes)('%i×%i: the company gives way to every word of the others', (columns, rows) => {
		const shown = state(columns, rows);
		const alone: AppState = {...shown, share: undefined};
		const [first = '', second = ''] = header(shown).map(line => line.trimEnd());
		const [, bare = ''] = header(alone).map(line => line.trimEnd());
		expect(second.startsWith(bare)).toBe(true);
		expect(first.length).toBeLessThanOrEqual(columns);
	});
});

describe('the tabs', () => {
	test.each(sizes)(
		'%i×%i: Guests is among them, and what is current is always to be seen',
		(columns, rows) => {
			const shown = press(state(columns, rows), 'tabGuests');
			const bar = rowText(paneRows(modelOf(shown))[0] ?? []);
			expect(bar).toContain('Guests');
			for (const tab of ['tabPlan', 'tabThreads', 'tabEvents'] as const) {
				const label = tab.slice('tab'.length);
				expect(rowText(paneRows(modelOf(press(shown, tab)))[0] ?? [])).toContain(label);
			}
		},
	);

	test('there is none without a share, nor a way there', () => {
		const {share: _share, ...plain} = state(120, 40);
		const alone: AppState = {...plain, share: undefined};
		expect(rowText(paneRows(modelOf(alone))[0] ?? [])).not.toContain('Guests');
		expect(press(alone, 'tabGuests').ui).toMatchObject({
			tab: 'events',
			notice: {text: 'This thread is not shared: `jumpseat share` in a shell begins it.'},
		});
		expect(press(alone, 'tabQueue', 'nextTab').ui.tab).toBe('events');
		expect(press(state(120, 40), 'tabQueue', 'nextTab').ui.tab).toBe('guests');
	});
});

test.each(sizes)('%i×%i: no row is wider than the screen, whoever is here', (columns, rows) => {
	const crowd = Array.from({length: 50}, (_, at) =>
		person(`名前が長い${at}\u001b[2J`, 'observe', {at: 'back'}),
	);
	const shown = applyEvents(state(columns, rows), [present(ada, ...crowd), heard('jumpseat/presence', null)]);
	for (const view of [shown, press(shown, 'tabGuests'), press(shown, 'tabGuests', 'bottom')]) {
		for (const row of chromeRows(modelOf(view))) expect(rowWidth(row)).toBeLessThanOrEqual(columns);
	}
});
