/**
 * A monkey at the keyboard while cards come and go: whatever it hits, an answer leaves only through its guarded key
 * sequence. The oracle beside it knows the guards and nothing of the code.
 */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Ask} from '../../source/asks/ask.ts';
import {type Card, type CardKey, openCard, pressCard, showCard, signalCard} from '../../source/asks/card.ts';
import {ask, command, form, key, methods, permissions, question, questions, tool} from './make.ts';

const asks: readonly Ask[] = [
	ask(methods.command, command()),
	ask(methods.command, command({availableDecisions: null, proposedExecpolicyAmendment: ['git']})),
	ask(methods.command, command({command: null})),
	ask(methods.fileChange, {}),
	ask(methods.legacyCommand, {command: ['ls']}),
	ask(methods.permissions, permissions()),
	ask(
		methods.question,
		questions(question(), question({id: 'b', isOther: true}), question({id: 'c', options: null})),
	),
	ask(methods.elicitation, form({a: {type: 'string'}, b: {type: 'boolean'}}, ['a'])),
	ask(methods.elicitation, form({})),
	ask(methods.elicitation, tool()),
	ask(methods.elicitation, {serverName: 'x', mode: 'url', message: 'm', url: 'https://a.b'}),
	ask('item/tool/call', {}),
	ask('item/future', {}),
	ask(methods.question, questions()),
];

/** Small and deterministic: the same seed hits the same keys. */
const random = (seed: number) => {
	let state = seed >>> 0;
	return (below: number): number => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
};

const names = [
	...'yapncxhYNCAP123 !qz',
	'enter',
	'up',
	'down',
	'left',
	'right',
	'space',
	'backspace',
	'delete',
	'escape',
	'tab',
	'home',
	'end',
	'pageup',
	'pagedown',
	'f1',
];

const isPositive = ({ask: {kind}}: Card, text: string): boolean =>
	!['n', 'c'].includes(text) && !(kind === 'command' && text === 'x');

/** What must hold for this key to have been allowed to answer, told from the history of the keys alone. */
const mayAnswer = (
	card: Card,
	hit: CardKey,
	before: CardKey | undefined,
	nowMs: number,
	composerHasText: boolean,
): boolean => {
	const isBlind =
		(card.ask.kind === 'command' || card.ask.kind === 'fileChange') && card.ask.details === 'missed';
	const isForm = card.ask.kind === 'question' || card.ask.kind === 'form';
	const lastStep = !isForm || (card.form !== undefined && card.form.at === card.form.values.length);
	const positive = isPositive(card, hit.text);
	return (
		card.phase === 'pending' &&
		card.ask.kind !== 'shown' &&
		nowMs >= card.readyAtMs &&
		!composerHasText &&
		!hit.ctrl &&
		!hit.alt &&
		hit.name !== 'paste' &&
		[...hit.text].length === 1 &&
		lastStep &&
		(!positive || card.seen) &&
		(!positive || !isBlind || (before?.text.toUpperCase() === hit.text && before.text !== hit.text))
	);
};

const play = (seed: number, hits: number): {readonly answers: number; readonly refusals: number} => {
	const next = random(seed);
	let nowMs = 0;
	let card: Card | undefined;
	let before: CardKey | undefined;
	let answers = 0;
	let refusals = 0;
	for (let count = 0; count < hits; count += 1) {
		nowMs += next(400);
		if (card === undefined || next(40) === 0) {
			const about = asks[next(asks.length)];
			if (about === undefined) throw new Error('there is no such ask');
			card = openCard(about, nowMs);
			before = undefined;
		}
		if (next(3) === 0) card = showCard(card, {rowsTotal: 10, rowsShownTo: next(12)});
		if (next(100) === 0) card = signalCard(card, 'dropped', nowMs);
		if (next(30) === 0) card = signalCard(card, 'replayed', nowMs);
		const name = names[next(names.length)] ?? 'y';
		const plain: CardKey = next(20) === 0 ? {...key('paste'), name: 'paste', text: name} : key(name);
		const hit = {...plain, ctrl: next(15) === 0, alt: next(15) === 0};
		const composerHasText = next(10) === 0;
		const {card: after, result} = pressCard(card, hit, {nowMs, composerHasText});
		const isAllowed = mayAnswer(card, hit, before, nowMs, composerHasText);
		if (result.kind === 'answer') {
			answers += 1;
			if (!isAllowed) throw new Error(`key ${JSON.stringify(hit)} answered ${JSON.stringify(card)}`);
			expect(after.phase).toBe('answering');
			expect(result.answer).not.toBeNull();
		} else if (result.kind === 'refused') refusals += 1;
		if (result.kind !== 'answer' && card.phase === 'pending') expect(after.phase).toBe('pending');
		before = hit;
		card = after;
	}
	return {answers, refusals};
};

describe('a monkey', () => {
	it('of 20,000 keys answers through the guards only, and does get through them', () => {
		const {answers, refusals} = play(20_000, 20_000);
		expect(answers).toBeGreaterThan(100);
		expect(refusals).toBeGreaterThan(1000);
	});

	it('is not lucky with any other seed', () => {
		fc.assert(
			fc.property(fc.integer({min: 0, max: 2 ** 31}), seed => {
				play(seed, 400);
			}),
			{numRuns: 50},
		);
	});
});

describe('a key that is held down', () => {
	it.each(asks.map((about, index) => [index, about.kind, about] as const))(
		'when the card appears answers nothing, however long: %i, a %s',
		(_index, _kind, about) => {
			for (const name of names) {
				let card = showCard(openCard(about, 0), {rowsTotal: 1, rowsShownTo: 1});
				const results = Array.from({length: 60}, (_each, index) => {
					const pressed = pressCard(card, key(name), {nowMs: index * 30, composerHasText: false});
					card = pressed.card;
					return pressed.result.kind;
				});
				// It can repeat into the time when keys count: then it answers once, and never what was not seen.
				expect(results.slice(0, 25)).not.toContain('answer');
				const isBlind =
					(about.kind === 'command' || about.kind === 'fileChange') && about.details === 'missed';
				const most = isBlind && isPositive(card, key(name).text) ? 0 : 1;
				expect(results.filter(kind => kind === 'answer').length).toBeLessThanOrEqual(most);
			}
		},
	);
});
