/** The life of a card, as its table has it, and as the events of a thread drive it. */
import {describe, expect, it} from 'vitest';
import {type Card, openCard, resolveCard, signalCard, witnessCard} from '../../source/asks/card.ts';
import {type CardPhase, type CardSignal, cardTransitions, isSettled} from '../../source/asks/phases.ts';
import {item, thread, turn} from '../view/samples.ts';
import {ask, command, methods, press, question, questions, ready, typed} from './make.ts';

const about = ask(methods.command, command());
const walk = (...signals: readonly CardSignal[]): CardPhase =>
	signals.reduce((card, signal) => signalCard(card, signal, 0), openCard(about, 0)).phase;

describe('the table', () => {
	it.each<readonly [readonly CardSignal[], CardPhase]>([
		[[], 'pending'],
		[['sent'], 'answering'],
		[['sent', 'resolved'], 'resolvedHere'],
		[['sent', 'refused'], 'pending'],
		[['sent', 'resolved', 'contradicted'], 'resolvedElsewhere'],
		[['resolved'], 'resolvedElsewhere'],
		[['voided'], 'resolvedVoid'],
		[['dropped'], 'unknown'],
		[['dropped', 'replayed'], 'pending'],
		[['dropped', 'resolved'], 'resolvedElsewhere'],
		[['dropped', 'missing'], 'resolvedUnclear'],
		[['dropped', 'replayed', 'missing'], 'pending'],
		[['sent', 'missing'], 'answering'],
		[['sent', 'dropped'], 'unknownSent'],
		[['sent', 'dropped', 'replayed'], 'pending'],
		[['sent', 'dropped', 'missing'], 'resolvedUnclear'],
		[['sent', 'sent'], 'answering'],
		[['dropped', 'sent'], 'unknown'],
	])('%j leads to %s', (signals, phase) => {
		expect(walk(...signals)).toBe(phase);
	});

	it('never leaves what is settled, but to say that it was somebody else', () => {
		for (const [phase, moves] of Object.entries(cardTransitions) as Array<
			[CardPhase, (typeof cardTransitions)[CardPhase]]
		>) {
			if (!isSettled(phase)) continue;
			const targets = Object.values(moves).filter(target => target !== undefined);
			expect(targets).toEqual(phase === 'resolvedHere' ? ['resolvedElsewhere'] : []);
		}
	});

	it('lets only a pending card be answered', () => {
		const answerable = Object.entries(cardTransitions).filter(([, moves]) => moves.sent !== undefined);
		expect(answerable.map(([phase]) => phase)).toEqual(['pending']);
	});
});

describe('what resolves a card', () => {
	const inTurn = (status: 'inProgress' | 'interrupted', outcome?: string) =>
		thread([
			turn(
				'T',
				outcome === undefined ? [] : [item('i', {type: 'commandExecution', command: 'x', status: outcome})],
				{status},
			),
		]);
	const answered = (key: string): Card => press(ready(about), [key]).card;

	it.each<readonly [string, Card, ReturnType<typeof thread>, CardPhase]>([
		['our answer', answered('y'), inTurn('inProgress'), 'resolvedHere'],
		['our answer, with its outcome', answered('y'), inTurn('inProgress', 'completed'), 'resolvedHere'],
		['another answer that was first', answered('y'), inTurn('inProgress', 'declined'), 'resolvedElsewhere'],
		[
			'another answer than our refusal',
			answered('n'),
			inTurn('inProgress', 'completed'),
			'resolvedElsewhere',
		],
		['our cancelling, which ends the turn', answered('c'), inTurn('interrupted', 'declined'), 'resolvedHere'],
		['somebody else', ready(about), inTurn('inProgress'), 'resolvedElsewhere'],
		['the end of its turn', ready(about), inTurn('interrupted'), 'resolvedVoid'],
	])('%s', (_what, card, state, phase) => {
		expect(resolveCard(card, state, 0).phase).toBe(phase);
	});

	it('may be corrected when the outcome comes later', () => {
		const card = resolveCard(answered('y'), inTurn('inProgress'), 0);
		expect(card.phase).toBe('resolvedHere');
		expect(witnessCard(card, inTurn('inProgress', 'declined'), 0).phase).toBe('resolvedElsewhere');
		expect(witnessCard(card, inTurn('inProgress', 'completed'), 0)).toBe(card);
	});

	it('says nothing of one approval among several of an item', () => {
		const sub = ask(methods.command, command({approvalId: 'a'}));
		const card = press(ready(sub), ['y']).card;
		expect(resolveCard(card, inTurn('inProgress', 'declined'), 0).phase).toBe('resolvedHere');
	});
});

describe('a card that is asked again', () => {
	it('ignores keys anew and knows of no answer', () => {
		const sent = press(ready(about), ['y']).card;
		const again = signalCard(signalCard(sent, 'dropped', 5000), 'replayed', 6000);
		expect(again).toMatchObject({phase: 'pending', sent: undefined, readyAtMs: 6750});
	});
});

describe('a secret', () => {
	it('is forgotten as soon as the card is settled, and not before', () => {
		const secret = ask(methods.question, questions(question({isSecret: true, options: null})));
		const sent = press(ready(secret), [...typed('hunter2'), 'enter', 'y']).card;
		expect(sent.phase).toBe('answering');
		expect(JSON.stringify(sent.sent)).not.toContain('hunter2');
		expect(JSON.stringify(signalCard(sent, 'refused', 0).form)).toContain('hunter2');
		expect(JSON.stringify(signalCard(sent, 'resolved', 0))).not.toContain('hunter2');
	});
});
