import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import {viewCard} from '../../source/app/card-view.ts';
import {decide} from '../../source/app/decide.ts';
import type {AppState} from '../../source/app/state.ts';
import type {CardKey} from '../../source/asks/card.ts';
import type {Json} from '../../source/protocol/types.ts';
import type {Row} from '../../source/view/row.ts';
import {
	command as commandItem,
	completed,
	disconnected,
	hydrated,
	started,
	turnStarted,
} from '../thread/make.ts';
import {asked, liveState, moved, panes, press, resolved, run, startMs, told, turns, wait} from './make.ts';

const patch = 'item/fileChange/requestApproval';
const shell = 'item/commandExecution/requestApproval';
const commandParams = (command: string, more: {[key: string]: Json} = {}) => ({
	turnId: 'T9',
	itemId: 'i',
	command,
	availableDecisions: ['accept', 'acceptForSession'],
	...more,
});

const driven = applyEvents(liveState(2, {observe: false}), [told(turnStarted('T9'))]);
const key = (name: string): CardKey => ({
	name,
	text: [...name].length === 1 ? name : '',
	ctrl: false,
	alt: false,
});
const hit = (name: string) => ({type: 'pressCard', key: key(name)}) as const;
const ask = (state: AppState, command = 'git push', id: number | string = 0, atMs = state.nowMs): AppState =>
	applyEvents(state, [told(asked(shell, commandParams(command), id, atMs))]);
/** As the screen does after a picture that holds the card whole. */
const seen = (state: AppState): AppState => {
	const id = state.cards.open[0]?.ask.id ?? 0;
	return press(state, {type: 'sawCard', id, view: {rowsTotal: 1, rowsShownTo: 1}});
};
const ready = (state: AppState): AppState => press(seen(state), wait(800, state));
const answersOf = (state: AppState, ...names: string[]) =>
	run(state, ...names.map(hit)).commands.filter(({type}) => type === 'answer');
const idsOf = ({cards}: AppState) => cards.open.map(({ask: {id}}) => id);

describe('who gets the keys', () => {
	test('a card that comes takes them from the panes, and gives them back when it is settled', () => {
		const state = ask(driven);
		expect(state.ui.holder).toBe('card');
		const after = applyEvents(state, [told(resolved(0))]);
		expect(after.ui.holder).toBe('panes');
		expect(after.cards.open).toEqual([]);
		expect(after.ui.notice?.text).toBe('Answered elsewhere.');
	});

	test.each([
		['the composer', press(driven, 'compose'), 'composer'],
		['a search', press(driven, 'search'), 'panes'],
		['the help', press(driven, 'help'), 'panes'],
		[
			'a question asked once more',
			{...driven, ui: {...driven.ui, confirming: {kind: 'interrupt', turnId: 'T9', name: 'turn 3'}} as const},
			'panes',
		],
		['a seat that only watches', {...driven, observe: true}, 'panes'],
	])('none ever takes them from %s', (_what, state, holder) => {
		expect(ask(state).ui.holder).toBe(holder);
		const second = ask(ask(state), 'ls', 1);
		expect(second.ui.holder).toBe(holder);
		expect(applyEvents(second, [told(resolved(0))]).ui.holder).toBe(holder);
	});

	test('a card that is settled while the composer has them leaves them there', () => {
		const state = press(ask(driven), {type: 'pressCard', key: key('escape')}, wait(800, driven), 'compose');
		expect(applyEvents(state, [told(resolved(0))]).ui.holder).toBe('composer');
	});

	test('behind the help no card takes over from another one', () => {
		const state = press(ask(ask(driven), 'ls', 1), 'help');
		expect(state.ui.holder).toBe('card');
		expect(applyEvents(state, [told(resolved(0))]).ui.holder).toBe('panes');
	});

	test('another thread has other cards: the keys go back to the panes', () => {
		const state = applyEvents(ask(driven), [{type: 'threadChosen', threadId: 'B'}]);
		expect(state.ui.holder).toBe('panes');
		expect(state.cards.open).toEqual([]);
	});

	test('a request that is not for us is shown and takes nothing', () => {
		const state = applyEvents(driven, [told(asked('item/tool/call', {turnId: 'T9'}))]);
		expect(idsOf(state)).toEqual([0]);
		expect(state.ui.holder).toBe('panes');
		expect(press(state, 'holdCard').ui.notice?.text).toBe('Nothing waits for an answer from here.');
	});
});

describe('the guards', () => {
	test('in its first 750 ms no key answers; then the key that says so does, once', () => {
		const state = seen(ask(driven));
		expect(answersOf(state, 'y', 'n', 'c', 'a')).toEqual([]);
		const later = ready(ask(driven));
		const {state: after, commands} = run(later, hit('y'), hit('y'), hit('n'));
		expect(commands).toEqual([{type: 'answer', requestId: 0, result: {decision: 'accept'}}]);
		expect(after.ui.holder).toBe('panes');
		expect(after.cards.open[0]?.phase).toBe('answering');
	});

	test('a text in the composer silences the card, and Esc still leaves it', () => {
		const state = press(
			ready(ask(driven)),
			'compose',
			{type: 'write', input: {type: 'paste', text: 'a draft'}, newId: () => 'm'},
			'leaveComposer',
			'holdCard',
			wait(2000, driven),
		);
		expect(state.ui.holder).toBe('card');
		expect(answersOf(state, 'y', 'n', 'c')).toEqual([]);
		expect(press(state, hit('n')).ui.notice?.text).toMatch(/composer holds text/);
		expect(press(state, hit('escape')).ui.holder).toBe('panes');
	});

	test('nothing positive before its end was on the screen; declining is free', () => {
		const state = press(ask(driven), wait(800, driven));
		expect(answersOf(state, 'y')).toEqual([]);
		expect(answersOf(state, 'n')).toEqual([{type: 'answer', requestId: 0, result: {decision: 'decline'}}]);
	});

	test('`a` held down takes the card and answers nothing', () => {
		let state = press(ready(ask(press(driven, 'compose'))), 'leaveComposer', 'holdCard');
		expect(state.ui.holder).toBe('card');
		for (let ms = 0; ms < 5000; ms += 30) {
			const {state: next, commands} = run(state, wait(30, state), hit('a'));
			expect(commands).toEqual([]);
			state = next;
		}
	});

	test('a card without a place on the screen obeys no key', () => {
		const state = press(ready(ask(driven)), {type: 'resize', columns: 40, rows: 5});
		expect(panes.cardView(state)).toBeUndefined();
		expect(answersOf(state, 'y', 'n', 'c')).toEqual([]);
		expect(press(state, hit('n')).ui.notice?.text).toMatch(/does not fit/);
	});

	test('the next card is guarded anew, from when it comes to the front', () => {
		const two = ready(ask(ask(driven), 'rm -rf build', 1));
		const next = applyEvents(two, [told(resolved(0, two.nowMs))]);
		expect(idsOf(next)).toEqual([1]);
		expect(next.ui.holder).toBe('card');
		expect(answersOf(seen(next), 'y', 'n')).toEqual([]);
		expect(answersOf(ready(next), 'n')).toHaveLength(1);
	});

	test('in observe mode every key is refused, with one reason', () => {
		const state = ready(ask({...driven, observe: true}));
		expect(answersOf(state, 'y', 'n')).toEqual([]);
		expect(press(state, 'holdCard').ui.notice?.text).toBe('Read-only: nothing is answered in observe mode.');
	});

	test('a body that changed has not been seen, and is shown from its beginning', () => {
		const state = ready(ask(driven));
		const scrolled = {...state, ui: {...state.ui, cardOffset: 3}};
		const changed = ask(scrolled, 'git push --force');
		expect(changed.ui.cardOffset).toBe(0);
		expect(changed.cards.open[0]?.seen).toBe(false);
		expect(answersOf(changed, 'y')).toEqual([]);
	});
});

describe('a lost connection', () => {
	const dropped = (state: AppState) =>
		applyEvents(state, [
			told(disconnected),
			moved({kind: 'reconnecting', attempt: 1, nextAtMs: startMs, why: 'x'}),
		]);
	const rejoined = (state: AppState, ...again: ReturnType<typeof asked>[]) =>
		applyEvents(state, [
			told(hydrated(turns(2))),
			...again.map(each => told(each)),
			{type: 'connectionMoved', connection: {kind: 'live'}, atMs: state.nowMs},
		]);

	test('what is asked again waits again, guarded anew, with what was filled in', () => {
		const state = ready(ask(driven));
		const lost = dropped(state);
		expect(lost.cards.open[0]?.phase).toBe('unknown');
		expect(answersOf(lost, 'n')).toEqual([]);
		const back = rejoined(lost, asked(shell, commandParams('git push'), 0, state.nowMs));
		expect(back.cards.open.map(({phase}) => phase)).toEqual(['pending']);
		expect(answersOf(back, 'n')).toEqual([]);
		expect(answersOf(ready(back), 'y')).toHaveLength(1);
	});

	test('what is not asked again was settled meanwhile, and nobody says how', () => {
		const back = rejoined(dropped(ask(ready(ask(driven)), 'ls', 1)));
		const after = press(back, wait(2000, back));
		expect(after.cards.open).toHaveLength(2);
		const later = press(after, wait(2000, after));
		expect(later.cards.open).toEqual([]);
		expect(later.cards.settled.map(({phase}) => phase)).toEqual(['resolvedUnclear', 'resolvedUnclear']);
		expect(later.ui.holder).toBe('panes');
	});

	test('an answer on its way is answered again only if the server asks again', () => {
		const sent = press(ready(ask(driven)), hit('y'));
		expect(dropped(sent).cards.open[0]?.phase).toBe('unknownSent');
		const back = rejoined(dropped(sent), asked(shell, commandParams('git push'), 0, sent.nowMs));
		expect(back.cards.open[0]).toMatchObject({phase: 'pending', sent: undefined});
	});

	test('a server that starts anew counts from 0 again: another request under an old id is another card', () => {
		const lost = dropped(ready(ask(driven)));
		const back = rejoined(lost, asked(shell, commandParams('rm -rf /'), 0, lost.nowMs));
		expect(back.cards.open).toHaveLength(1);
		expect(back.cards.open[0]).toMatchObject({seen: false, phase: 'pending'});
		expect(answersOf(press(back, wait(800, back)), 'y')).toEqual([]);
		const other = rejoined(lost, asked(patch, {turnId: 'T9', itemId: 'gone'}, 0, lost.nowMs));
		expect(other.cards.open.map(({ask: {kind}}) => kind)).toEqual(['fileChange']);
		expect(other.ui.cardOffset).toBe(0);
	});
});

describe('the truth after an answer', () => {
	const sent = press(ready(ask(driven)), hit('y'));

	test('ours, until the item tells that it was not', () => {
		const here = applyEvents(sent, [told(resolved(0))]);
		expect(here.ui.notice?.text).toBe('Answered here: accept.');
		const item = commandItem('i', 'git push', {status: 'declined'});
		const told_ = applyEvents(here, [told(started(item, 'T9')), told(completed(item, 'T9'))]);
		expect(told_.cards.settled[0]?.phase).toBe('resolvedElsewhere');
		expect(told_.ui.notice?.text).toBe('Somebody else was first: it was answered elsewhere.');
	});

	test('an answer that never left can be given again', () => {
		const state = applyEvents(sent, [{type: 'answerRefused', requestId: 0, why: 'no.', atMs: sent.nowMs}]);
		expect(state.cards.open[0]?.phase).toBe('pending');
		expect(state.ui.notice).toMatchObject({text: 'The answer was not sent: no.', bad: true});
	});

	test('what was typed into an answer stays out of Events', () => {
		const state = applyEvents(driven, [
			{
				type: 'traffic',
				traffic: {
					kind: 'sent',
					method: 'answer',
					id: 4,
					params: {answers: {q: {answers: ['hunter2']}}},
					bytes: 9,
					atMs: startMs,
				},
			},
			{
				type: 'traffic',
				traffic: {
					kind: 'sent',
					method: 'answer',
					id: 5,
					params: {action: 'accept', content: {pin: 'hunter2'}, _meta: null},
					bytes: 9,
					atMs: startMs,
				},
			},
		]);
		const logged = state.log.entries.slice(-2);
		expect(logged.map(({name, detail}) => `${name} ${detail}`)).toEqual([
			'answer to request #4',
			'answer to request #5',
		]);
		expect(JSON.stringify(logged)).not.toContain('hunter2');
		expect(JSON.stringify(logged)).toContain('"action":"accept"');
	});
});

describe('the part of a card that is on the screen', () => {
	const rows = (name: string, count: number): Row[] =>
		Array.from({length: count}, (_, index) => [{text: `${name}${index}`, sgr: ''}]);
	const text = (list: readonly Row[]) => list.map(row => row.map(span => span.text).join(''));
	const view = (counts: {body: number; warnings: number; choices: number}, height: number, offset = 0) =>
		viewCard(
			{
				head: [],
				body: rows('body', counts.body),
				warnings: rows('warning', counts.warnings),
				choices: rows('choice', counts.choices),
				focus: undefined,
			},
			{column: 0, row: 0, width: 36, height},
			offset,
		);

	test('the body keeps a row, and warnings without room scroll with it instead of being lost', () => {
		expect(text(view({body: 3, warnings: 2, choices: 9}, 4).rows)).toEqual([
			'warning0',
			'choice0',
			'choice1',
			'choice2',
		]);
		expect(text(view({body: 3, warnings: 2, choices: 1}, 4).rows)).toEqual([
			'body0',
			'warning0',
			'warning1',
			'choice0',
		]);
		expect(text(view({body: 3, warnings: 2, choices: 9}, 1).rows)).toEqual(['warning0']);
	});

	test('whatever it holds, it fills its place and no more, and every row of it can be scrolled to', () => {
		const count = fc.integer({min: 0, max: 12});
		fc.assert(
			fc.property(
				fc.record({body: fc.integer({min: 1, max: 30}), warnings: count, choices: count}),
				fc.integer({min: 1, max: 20}),
				(counts, height) => {
					const found = new Set<string>();
					for (let offset = 0; offset < 45; offset += 1) {
						const part = view(counts, height, offset);
						expect(part.rows.length).toBeLessThanOrEqual(height);
						expect(part.bodyHeight).toBeGreaterThanOrEqual(1);
						expect(part.offset + part.bodyHeight).toBeLessThanOrEqual(part.bodyRows);
						for (const line of text(part.rows)) found.add(line);
					}
					for (let at = 0; at < counts.body; at += 1) expect(found).toContain(`body${at}`);
					for (let at = 0; at < counts.warnings; at += 1) expect(found).toContain(`warning${at}`);
				},
			),
		);
	});

	test('on 40×12 a long command can be read to its end, and only its end unlocks it', () => {
		const state = press(ask(driven, `echo ${'word '.repeat(200)}end`), {
			type: 'resize',
			columns: 40,
			rows: 12,
		});
		const first = panes.cardView(state);
		expect(first?.bodyHeight).toBeGreaterThanOrEqual(1);
		expect((first?.offset ?? 0) + (first?.bodyHeight ?? 0)).toBeLessThan(first?.bodyRows ?? 0);
		const last = panes.cardView(press(state, 'bottom'));
		expect((last?.offset ?? 0) + (last?.bodyHeight ?? 0)).toBe(last?.bodyRows);
		expect(panes.cardView(press(state, 'bottom', 'down', 'down'))?.offset).toBe(last?.offset);
		expect(panes.cardView(press(state, 'bottom', 'top'))?.offset).toBe(0);
	});
});

test('whatever comes in whatever order: no id is open twice, settled cards do not come back, and who has the keys is right', () => {
	const id = fc.integer({min: 0, max: 3});
	const step = fc.oneof(
		fc
			.tuple(id, fc.constantFrom(shell, patch, 'item/tool/call'))
			.map(([which, method]) => ({does: 'ask', which, method}) as const),
		id.map(which => ({does: 'resolve', which}) as const),
		fc
			.constantFrom(
				'drop',
				'join',
				'tick',
				'compose',
				'leaveComposer',
				'search',
				'back',
				'help',
				'holdCard',
				'y',
				'n',
			)
			.map(does => ({does}) as const),
	);
	fc.assert(
		fc.property(fc.array(step, {maxLength: 50}), steps => {
			let state = driven;
			for (const each of steps) {
				const before = state;
				switch (each.does) {
					case 'ask':
						state = applyEvents(state, [
							told(asked(each.method, commandParams('x'), each.which, state.nowMs)),
						]);
						break;
					case 'resolve':
						state = applyEvents(state, [told(resolved(each.which, state.nowMs))]);
						expect(idsOf(state)).not.toContain(each.which);
						break;
					case 'drop':
						state = applyEvents(state, [told(disconnected)]);
						break;
					case 'join':
						state = applyEvents(state, [
							told(hydrated(turns(2))),
							{type: 'connectionMoved', connection: {kind: 'live'}, atMs: state.nowMs},
						]);
						break;
					case 'tick':
						state = decide(state, wait(900, state), panes).state;
						break;
					case 'y':
					case 'n':
						state = decide(state, hit(each.does), panes).state;
						break;
					default:
						state = decide(state, {type: 'act', action: each.does}, panes).state;
				}
				expect(new Set(idsOf(state)).size).toBe(state.cards.open.length);
				if (state.ui.holder === 'card') expect(state.cards.open.length).toBeGreaterThan(0);
				if (each.does === 'ask' || each.does === 'resolve') {
					const {holder, help, search} = before.ui;
					if (holder === 'composer') expect(state.ui.holder).toBe('composer');
					if (holder === 'panes' && (help || search.kind === 'editing'))
						expect(state.ui.holder).toBe('panes');
				}
			}
		}),
		{numRuns: 200},
	);
});
