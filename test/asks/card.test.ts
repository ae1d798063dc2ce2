/** The guards of a card: when a key counts, and what it takes until an answer leaves. */
import {describe, expect, it} from 'vitest';
import {frontCard, openCard, pressCard, showCard, updateCard, wantsKey} from '../../source/asks/card.ts';
import {item, thread, turn} from '../view/samples.ts';
import {
	ask,
	calm,
	command,
	form,
	key,
	methods,
	paste,
	permissions,
	press,
	question,
	questions,
	ready,
	tool,
	typed,
} from './make.ts';

const about = ask(methods.command, command({availableDecisions: null, proposedExecpolicyAmendment: ['git']}));
const blind = ask(methods.fileChange, {});

describe('a card that has just appeared', () => {
	it.each(['y', 'a', 'p', 'n', 'c'])('does not hear %s for 750 ms', name => {
		const card = showCard(openCard(about, 1000), {rowsTotal: 1, rowsShownTo: 1});
		const at = (nowMs: number) => pressCard(card, key(name), {nowMs, composerHasText: false}).result.kind;
		expect([at(1000), at(1749), at(Number.NaN), at(1750)]).toEqual([
			'refused',
			'refused',
			'refused',
			'answer',
		]);
	});

	it('hears nothing anew when it comes to the front', () => {
		expect(
			press(frontCard(ready(about), 5000), ['y'], {nowMs: 5749, composerHasText: false}).result.kind,
		).toBe('refused');
	});

	it('has no answer for Enter, the space bar, Tab or Escape', () => {
		for (const name of ['enter', 'space', 'tab', 'escape', 'up', 'Y', 'N']) {
			const {result} = press(ready(about), [name]);
			expect(result.kind).toBe(name === 'escape' ? 'leave' : 'none');
		}
	});
});

describe('while the composer holds text', () => {
	it('no key counts', () => {
		const context = {nowMs: 9000, composerHasText: true};
		for (const name of ['y', 'n', 'c'])
			expect(press(ready(about), [name], context).result.kind).toBe('refused');
		const {card, result} = press(ready(ask(methods.question, questions(question()))), ['right'], context);
		expect(result.kind).toBe('refused');
		expect(card.form?.values[0]?.picked).toBeUndefined();
	});
});

describe('chords', () => {
	it('are never an answer', () => {
		for (const chord of [{ctrl: true}, {alt: true}]) {
			const {card, result} = pressCard(ready(about), {...key('y'), ...chord}, calm);
			expect(result).toEqual({kind: 'none'});
			expect(card.phase).toBe('pending');
		}
	});
});

describe('accepting', () => {
	const unseen = openCard(about, 0);

	it('is off until the whole body has been on the screen', () => {
		const half = showCard(unseen, {rowsTotal: 10, rowsShownTo: 9});
		expect(press(half, ['y']).result).toEqual({kind: 'refused', why: 'read to its end first (PgDn)'});
		expect(press(showCard(half, {rowsTotal: 10, rowsShownTo: 10}), ['y']).result.kind).toBe('answer');
	});

	it('is off while nothing at all was drawn', () => {
		expect(showCard(unseen, {rowsTotal: 0, rowsShownTo: 0}).seen).toBe(false);
		expect(showCard(unseen, {rowsTotal: 1, rowsShownTo: Number.NaN}).seen).toBe(false);
	});

	it('stays on when the window is resized', () => {
		expect(showCard(ready(about), {rowsTotal: 50, rowsShownTo: 3}).seen).toBe(true);
	});

	it('does not keep anybody from declining', () => {
		expect(press(unseen, ['n']).result).toMatchObject({kind: 'answer', answer: {decision: 'decline'}});
		expect(press(unseen, ['c']).result).toMatchObject({kind: 'answer', answer: {decision: 'cancel'}});
	});

	it('happens once', () => {
		const {card} = press(ready(about), ['y']);
		expect(card).toMatchObject({phase: 'answering', sent: {key: 'y', label: 'accept'}});
		expect(press(card, ['y', 'n']).result).toEqual({kind: 'none'});
	});
});

describe('details that were missed', () => {
	it('make it ask a second time, with another key', () => {
		const first = press(ready(blind), ['y']);
		expect(first.result).toMatchObject({kind: 'refused', why: expect.stringContaining('Y (not y)')});
		expect(press(first.card, ['y', 'y', 'y']).result.kind).toBe('refused');
		expect(press(first.card, ['Y']).result).toMatchObject({kind: 'answer', answer: {decision: 'accept'}});
	});

	it('any other key withdraws the first one', () => {
		const {card} = press(ready(blind), ['y', 'up']);
		expect(card.confirm).toBeUndefined();
		expect(press(card, ['Y']).result).toEqual({kind: 'none'});
		expect(press(ready(blind), ['y', 'escape']).result).toEqual({kind: 'none'});
		expect(press(ready(blind), ['a', 'Y']).result).toEqual({kind: 'none'});
	});

	it('do not keep anybody from declining with one key', () => {
		expect(press(ready(blind), ['n']).result.kind).toBe('answer');
		expect(press(ready(blind), ['y', 'n']).result.kind).toBe('answer');
	});

	it('are not asked about when they are there', () => {
		expect(press(ready(about), ['y']).result.kind).toBe('answer');
	});
});

describe('a request that changed under the card', () => {
	const change = {path: '/a', kind: {type: 'update'}, diff: '@@ -1 +1 @@\n-a\n+b\n'};
	const state = (diff: string) =>
		thread([turn('T', [item('i', {type: 'fileChange', changes: [{...change, diff}]})])]);
	const card = ready(ask(methods.fileChange, {}, state(change.diff)));

	it('has not been seen, and ignores keys anew', () => {
		const changed = updateCard(card, ask(methods.fileChange, {}, state('@@ -1 +1 @@\n-a\n+evil\n')), 5000);
		expect(changed).toMatchObject({seen: false, readyAtMs: 5750});
	});

	it('is the same card when nothing changed', () => {
		expect(updateCard(card, ask(methods.fileChange, {}, state(change.diff)), 5000)).toBe(card);
	});
});

describe('filling in', () => {
	const both = ask(methods.question, questions(question({options: null}), question({id: 'b'})));

	it('takes letters as text, and as answers only on the last step', () => {
		const {card, result} = press(ready(both), [...typed('yes nc')]);
		expect(result).toEqual({kind: 'none'});
		expect(card.form?.values[0]?.text).toBe('yes nc');
		expect(press(card, ['enter', 'y', 'n', 'c']).result).toEqual({kind: 'none'});
		expect(press(card, ['enter', 'right', 'enter', 'y']).result.kind).toBe('answer');
	});

	it('is not sent by Enter, however often it is pressed', () => {
		const {card, result} = press(ready(both), ['x', 'enter', 'right', ...Array<string>(20).fill('enter')]);
		expect(result).toEqual({kind: 'refused', why: 'Enter sends nothing: press the key of an answer'});
		expect(card.phase).toBe('pending');
	});

	it('says what is missing instead of sending', () => {
		expect(press(ready(both), ['down', 'down', 'y']).result).toEqual({
			kind: 'refused',
			why: '“Scope: Which part?” needs an answer',
		});
	});

	it('edits whole graphemes', () => {
		const of = (...keys: Parameters<typeof press>[1]) => press(ready(both), keys).card.form?.values[0];
		expect(of(paste('a👩‍💻é'), 'backspace', 'backspace')).toMatchObject({text: 'a', cursor: 1});
		expect(of(paste('你👍🏽b'), 'left', 'left', 'x')).toMatchObject({text: '你x👍🏽b', cursor: 2});
		expect(of(paste('ab'), 'home', 'delete', 'end', 'c')).toMatchObject({text: 'bc', cursor: 2});
		expect(of(...typed('one two'), {...key('w'), ctrl: true})).toMatchObject({text: 'one '});
		expect(of(...typed('one'), {...key('u'), ctrl: true})).toMatchObject({text: ''});
		expect(of('e', paste('\u0301'))).toMatchObject({text: 'e\u0301', cursor: 2});
	});

	it('keeps control characters out, and makes one line of a paste', () => {
		const {card} = press(ready(both), [paste('a\r\nb\tc\u001b[31m\u0007\n')]);
		expect(card.form?.values[0]?.text).toBe('a b c[31m');
	});

	it('pastes into text only: a paste is never an answer', () => {
		const {card, result} = press(ready(about), [paste('y')]);
		expect(result).toEqual({kind: 'none'});
		expect(card.phase).toBe('pending');
		expect(press(ready(both), ['x', 'down', 'right', 'down', paste('y')]).card.phase).toBe('pending');
	});

	it.each<readonly [object, string, string | undefined]>([
		[{type: 'string', minLength: 3}, 'ab', 'needs at least 3 characters'],
		[{type: 'string', maxLength: 1}, '👍b', 'has room for 1 character'],
		[{type: 'string', maxLength: 1}, '👍', undefined],
		[{type: 'string', format: 'email'}, 'nobody', 'must be an e-mail address'],
		[{type: 'string', format: 'email'}, 'a@b', undefined],
		[{type: 'string', format: 'uri'}, 'example.org', 'must be an address such as https://example.org/'],
		[{type: 'string', format: 'uri'}, 'mailto:a@b', undefined],
		[{type: 'string', format: 'date'}, '2026-02-29', 'must be a date such as 2026-11-30'],
		[{type: 'string', format: 'date'}, '2028-02-29', undefined],
		[{type: 'string', format: 'date-time'}, '2026-02-28', 'must be a time such as 2026-11-30T12:00:00Z'],
		[{type: 'string', format: 'date-time'}, '2026-02-28T23:59:60+01:00', undefined],
		[{type: 'number'}, '1,5', 'must be a number'],
		[{type: 'number'}, '1e999', 'must be a number'],
		[{type: 'integer'}, '1.5', 'must be a whole number'],
		[{type: 'integer'}, '9007199254740993', 'must be a whole number'],
		[{type: 'number', minimum: 2}, '1', 'must be at least 2'],
		[{type: 'number', maximum: 2}, '3', 'must be at most 2'],
	])('checks %j against %s', (schema, text, problem) => {
		const one = ask(methods.elicitation, form({x: schema}, ['x']));
		const {result} = press(ready(one), [paste(text), 'enter', 'y']);
		expect(result).toMatchObject(
			problem === undefined ? {kind: 'answer'} : {kind: 'refused', why: `“x” ${problem}`},
		);
	});

	it('checks how many are chosen', () => {
		const many = ask(
			methods.elicitation,
			form({x: {type: 'array', items: {type: 'string', enum: ['a', 'b', 'c']}, minItems: 2, maxItems: 2}}, [
				'x',
			]),
		);
		const why = (...keys: readonly string[]) => press(ready(many), [...keys, 'down', 'y']).result;
		expect(why()).toMatchObject({why: '“x” needs a choice'});
		expect(why('1')).toMatchObject({why: '“x” choose at least 2'});
		expect(why('1', '2', '3')).toMatchObject({why: '“x” choose at most 2'});
		expect(why('space', 'right', 'space')).toMatchObject({
			kind: 'answer',
			answer: {content: {x: ['a', 'b']}},
		});
	});

	it('keeps what was filled in when the person leaves', () => {
		const {card, result} = press(ready(both), ['h', 'i', 'escape']);
		expect(result).toEqual({kind: 'leave'});
		expect(card.form?.values[0]?.text).toBe('hi');
	});
});

describe('permissions', () => {
	it('are granted only once something is chosen and the card was read', () => {
		const card = ready(ask(methods.permissions, permissions()));
		expect(press(card, ['y']).result).toMatchObject({
			kind: 'refused',
			why: expect.stringContaining('nothing is chosen'),
		});
		expect(press(card, ['space', 'y']).result.kind).toBe('answer');
		expect(press({...card, seen: false}, ['space', 'y']).result).toMatchObject({
			kind: 'refused',
			why: expect.stringContaining('to its end'),
		});
		expect(press(card, ['n']).result.kind).toBe('answer');
	});
});

describe('keys that a card has no use for', () => {
	it('are left to the rest of the screen', () => {
		const wants = (card: Parameters<typeof wantsKey>[0]) =>
			['y', 'n', 'a', 'up', 'space', 'enter', 'tab', 'pagedown', 'q', 'Y', 'escape'].filter(name =>
				wantsKey(card, key(name)),
			);
		expect(wants(ready(ask(methods.command, command())))).toEqual(['y', 'n', 'escape']);
		expect(wants(ready(ask(methods.permissions, permissions())))).toEqual([
			'y',
			'n',
			'a',
			'up',
			'space',
			'enter',
			'escape',
		]);
		expect(wants(press(ready(blind), ['y']).card)).toEqual(['y', 'n', 'a', 'Y', 'escape']);
		expect(wants(press(ready(about), ['y']).card)).toEqual([]);
		expect(wants(openCard(ask('item/tool/call', {}), 0))).toEqual([]);
	});

	it('come back with the same card, so that nothing is drawn anew', () => {
		const card = ready(ask(methods.elicitation, tool()));
		expect(press(card, ['pagedown']).card).toBe(card);
	});
});
