import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {withKeyTable} from '../../scripts/key-table.ts';
import {applyEvents} from '../../source/app/apply.ts';
import {activeContexts} from '../../source/app/decide.ts';
import type {AppState} from '../../source/app/state.ts';
import {bindings, type Context, contexts, keyLabel, keyName, lookup} from '../../source/keys/bindings.ts';
import {helpLines} from '../../source/keys/help-lines.ts';
import {createInputParser} from '../../source/screen/input.ts';
import {asked, info, liveState, newState, person, press, sharedState, told} from '../app/make.ts';

const driven = liveState(3, {observe: false});

/** A state for each way in which contexts lie over each other. */
const states: Readonly<Record<string, AppState>> = {
	thread: liveState(),
	events: press(liveState(), 'tabEvents'),
	plan: press(liveState(), 'tabPlan'),
	diff: press(liveState(), 'tabDiff'),
	agents: press(liveState(), 'tabAgents'),
	threads: press(liveState(), 'tabThreads'),
	detail: press(liveState(), 'tabEvents', 'open'),
	field: press(liveState(), 'search'),
	filter: press(liveState(), 'tabEvents', 'search'),
	picker: newState({threadId: undefined, threads: [info('A')]}),
	help: press(liveState(), 'help'),
	queue: press(liveState(), 'tabQueue'),
	guests: press(sharedState(person('ada')), 'tabGuests'),
	composer: press(driven, 'compose'),
	card: applyEvents(driven, [told(asked('item/fileChange/requestApproval', {}))]),
	confirm: {
		...driven,
		ui: {...driven.ui, confirming: {kind: 'interrupt', turnId: 'T', name: 'turn 1'}},
	},
};
const chains = Object.entries(states).map(([name, state]) => [name, activeContexts(state)] as const);

/** `inner over outer: key`: where the inner meaning is wanted in place of the outer one. */
const intendedShadows = [
	'card over global: escape',
	'card over global: tab',
	'composer over global: escape',
	'composer over global: tab',
	'detail over global: escape',
	'detail over global: q',
	'field over global: escape',
	'overlay over global: ?',
	'overlay over global: escape',
	'overlay over global: q',
	'picker over global: escape',
	'picker over global: tab',
];

const keysOf = (context: Context): readonly string[] =>
	bindings.filter(binding => binding.context === context).flatMap(binding => binding.keys);

test('no context binds a key twice', () => {
	for (const context of Object.keys(contexts) as Context[]) {
		const keys = keysOf(context);
		expect(keys, context).toEqual([...new Set(keys)]);
	}
});

test('an inner context takes a key from an outer one only where that is intended', () => {
	const found = new Set<string>();
	for (const [, chain] of chains) {
		chain.forEach((inner, index) => {
			for (const outer of chain.slice(index + 1)) {
				for (const key of keysOf(inner))
					if (keysOf(outer).includes(key)) found.add(`${inner} over ${outer}: ${key}`);
			}
		});
	}
	expect([...found].toSorted()).toEqual(intendedShadows);
});

test('every binding is reachable from some state', () => {
	for (const {context, keys, action} of bindings) {
		const isReachable = keys.some(key =>
			chains.some(([, chain]) => chain.includes(context) && lookup(chain, key) === action),
		);
		expect(isReachable, `${context} ${action}`).toBe(true);
	}
});

test('every context that binds anything is active somewhere', () => {
	const active = new Set(chains.flatMap(([, chain]) => chain));
	for (const {context} of bindings) expect(active, context).toContain(context);
});

test('whoever presses what help shows first gets what help says', () => {
	for (const {context, keys, action} of bindings) {
		const [first = ''] = keys;
		const chain = chains.find(([, each]) => each.includes(context))?.[1] ?? [];
		expect(lookup(chain.slice(chain.indexOf(context)), first), `${context} ${first}`).toBe(action);
	}
});

test('leaving, help, going back and Ctrl+C work everywhere', () => {
	for (const [name, chain] of chains) {
		// Whatever is no `y` is a no there.
		if (name === 'confirm') continue;
		expect(lookup(chain, 'ctrl+c'), name).toBe('interrupt');
		expect(['back', 'leaveComposer', 'leaveCard'], name).toContain(lookup(chain, 'escape'));
		expect(['help', 'back'], name).toContain(lookup(chain, 'f1') ?? lookup(chain, '?'));
	}
});

test('an unbound key means nothing, also one named like a member of Object', () => {
	for (const key of ['x', 'ctrl+x', 'constructor', '__proto__', 'toString', '']) {
		expect(lookup(['thread', 'scroll', 'global'], key)).toBeUndefined();
	}
});

describe('the name of a key', () => {
	const named = (name: string, more: {ctrl?: boolean; alt?: boolean; shift?: boolean} = {}) =>
		keyName({name, ctrl: false, alt: false, shift: false, ...more});

	test.each([
		[named('a'), 'a'],
		[named('G', {shift: true}), 'G'],
		[named(' '), 'space'],
		[named('tab', {shift: true}), 'shift+tab'],
		[named('l', {ctrl: true}), 'ctrl+l'],
		[named('up', {ctrl: true, alt: true, shift: true}), 'ctrl+alt+shift+up'],
		[named('é', {shift: true}), 'é'],
	])('%s', (name, wanted) => {
		expect(name).toBe(wanted);
	});

	test('every bound key is one that a terminal can send', () => {
		const bytes: Readonly<Record<string, string>> = {
			up: '\u001B[A',
			down: '\u001B[B',
			right: '\u001B[C',
			left: '\u001B[D',
			home: '\u001B[H',
			end: '\u001B[F',
			pageup: '\u001B[5~',
			pagedown: '\u001B[6~',
			enter: '\r',
			tab: '\t',
			space: ' ',
			f1: '\u001BOP',
			delete: '\u001B[3~',
			'shift+tab': '\u001B[Z',
			'shift+up': '\u001B[1;2A',
			'shift+down': '\u001B[1;2B',
		};
		for (const key of bindings.flatMap(binding => binding.keys)) {
			const control = /^ctrl\+([a-z])$/.exec(key)?.[1];
			const sent =
				control === undefined ? (bytes[key] ?? key) : String.fromCharCode(control.charCodeAt(0) - 96);
			const parser = createInputParser();
			const events = key === 'escape' ? [...parser.push('\u001B'), ...parser.flush()] : parser.push(sent);
			expect(
				events.map(event => (event.type === 'key' ? keyName(event) : event.type)),
				key,
			).toEqual([key]);
		}
	});
});

test('the label of a key is as people write it', () => {
	expect(
		['ctrl+l', 'shift+tab', 'up', '+', 'G', 'pageup', 'f1', 'space', '?', 'shift+up'].map(keyLabel),
	).toEqual(['Ctrl+L', 'Shift+Tab', '↑', '+', 'G', 'PgUp', 'F1', 'Space', '?', 'Shift+↑']);
});

describe('the lines of help', () => {
	const lines = helpLines();

	test('they show every binding once, under the heading of its context', () => {
		expect(lines.filter(({heading}) => !heading)).toHaveLength(bindings.length);
		expect(new Set(lines.map(({id}) => id)).size).toBe(lines.length);
		let context = '';
		for (const line of lines) {
			if (line.heading) context = line.id;
			else expect(line.id).toMatch(new RegExp(`^${context} `));
		}
	});

	test('every heading has keys under it', () => {
		lines.forEach((line, index) => {
			if (line.heading) expect(lines[index + 1]?.heading, line.does).toBe(false);
		});
	});

	test('they are the same each time, and short enough for a narrow terminal', () => {
		expect(helpLines()).toEqual(lines);
		for (const {keys, does} of lines) {
			expect([...keys].length, keys).toBeLessThanOrEqual(20);
			expect([...does].length, does).toBeLessThanOrEqual(54);
		}
	});
});

test('the README shows this table; `npm run documents` renews it', () => {
	const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
	expect(withKeyTable(readme)).toBe(readme);
});
