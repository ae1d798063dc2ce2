/**
 * A monkey at the keyboard while cards come and go: whatever it hits, an answer leaves only through its guarded key
 * sequence. The oracle beside it knows the guards and nothing of the code.
 */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Ask} from '../../source/asks/ask.ts';
import {
	type Card,
	type CardContext,
	type CardKey,
	openCard,
	pressCard,
	showCard,
	signalCard,
} from '../../source/asks/card.ts';
import {ask, command, form, key, methods, paste, permissions, question, questions, tool} from './make.ts';

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

/** What a person could see and did, kept beside the card and without asking it. */
type Witness = {appearedAtMs: number; seenWhole: boolean; before: CardKey | undefined; answered: boolean};

const mayAnswer = (card: Card, hit: CardKey, context: CardContext, witness: Witness): boolean => {
	const isBlind =
		(card.ask.kind === 'command' || card.ask.kind === 'fileChange') && card.ask.details === 'missed';
	const isForm = card.ask.kind === 'question' || card.ask.kind === 'form';
	const isOnLastStep = !isForm || (card.form !== undefined && card.form.at === card.form.values.length);
	const first = witness.before?.text ?? '';
	const isConfirmed = first !== hit.text && first.toUpperCase() === hit.text;
	return (
		!witness.answered &&
		card.ask.kind !== 'shown' &&
		context.nowMs - witness.appearedAtMs >= 750 &&
		!context.composerHasText &&
		!hit.ctrl &&
		!hit.alt &&
		hit.name !== 'paste' &&
		[...hit.text].length === 1 &&
		isOnLastStep &&
		(!isPositive(card, hit.text) || (witness.seenWhole && (!isBlind || isConfirmed)))
	);
};

const play = (seed: number, hits: number): {readonly answers: number; readonly refusals: number} => {
	const next = random(seed);
	let nowMs = 0;
	let card: Card | undefined;
	let witness: Witness = {appearedAtMs: 0, seenWhole: false, before: undefined, answered: false};
	let answers = 0;
	let refusals = 0;
	for (let count = 0; count < hits; count += 1) {
		nowMs += next(400);
		if (card === undefined || next(40) === 0) {
			const about = asks[next(asks.length)];
			if (about === undefined) throw new Error('there is no such ask');
			card = openCard(about, nowMs);
			witness = {appearedAtMs: nowMs, seenWhole: false, before: undefined, answered: false};
		}
		if (next(3) === 0) {
			const rowsShownTo = next(12);
			card = showCard(card, {rowsTotal: 10, rowsShownTo});
			if (rowsShownTo >= 10) witness.seenWhole = true;
		}
		if (next(100) === 0) card = signalCard(card, 'dropped', nowMs);
		if (next(30) === 0) {
			const wasLost = card.phase === 'unknown' || card.phase === 'unknownSent';
			card = signalCard(card, 'replayed', nowMs);
			if (wasLost) witness = {...witness, appearedAtMs: nowMs, answered: false};
		}
		const name = names[next(names.length)] ?? 'y';
		const plain: CardKey = next(20) === 0 ? paste(name) : key(name);
		const hit = {...plain, ctrl: next(15) === 0, alt: next(15) === 0};
		const context = {nowMs, composerHasText: next(10) === 0};
		const {card: after, result} = pressCard(card, hit, context);
		if (result.kind === 'answer') {
			answers += 1;
			if (!mayAnswer(card, hit, context, witness))
				throw new Error(`key ${JSON.stringify(hit)} answered ${JSON.stringify(card)}`);
			expect(after.phase).toBe('answering');
			expect(result.answer).not.toBeNull();
			witness.answered = true;
		} else {
			if (result.kind === 'refused') refusals += 1;
			expect(after.phase).toBe(card.phase);
		}
		witness.before = hit;
		card = after;
	}
	return {answers, refusals};
};

describe('a monkey', () => {
	it('of 20,000 keys answers through the guards only, and does get through them', () => {
		const {answers, refusals} = play(20_000, 20_000);
		expect(answers).toBeGreaterThan(100);
		expect(refusals).toBeGreaterThan(300);
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
		'when the card appears answers nothing, however long it is held: %i, a %s',
		(_index, _kind, about) => {
			for (const name of names) {
				let card = showCard(openCard(about, 0), {rowsTotal: 1, rowsShownTo: 1});
				const results = Array.from({length: 60}, (_each, index) => {
					const pressed = pressCard(card, key(name), {nowMs: index * 30, composerHasText: false});
					card = pressed.card;
					return pressed.result.kind;
				});
				expect(results).not.toContain('answer');
			}
		},
	);
});
