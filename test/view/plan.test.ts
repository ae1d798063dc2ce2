import {expect, test} from 'vitest';
import {planRows} from '../../source/view/plan.ts';
import {item, lines, message, thread, turn} from './samples.ts';

const plan = {
	explanation: undefined,
	steps: [
		{step: 'look around', status: 'completed'},
		{step: 'mend what is broken there', status: 'inProgress'},
	],
};

test('the plan of the running turn', () => {
	expect(lines(planRows(thread([turn('A', []), turn('B', [], {plan})]), 24))).toEqual([
		'turn 2 · the running',
		'turn · 1 of 2 done',
		'',
		'✓ look around',
		'▸ mend what is broken',
		'  there',
	]);
});

test('an older plan says how old it is; the number only when it is known', () => {
	const turns = [turn('A', [], {plan}), turn('B', [], {status: 'completed'})];
	expect(lines(planRows(thread(turns), 60))[0]).toBe('turn 1 · 1 turn ago · 1 of 2 done');
	expect(lines(planRows(thread(turns, {olderCursor: 'x'}), 60))[0]).toBe('1 turn ago · 1 of 2 done');
});

test('a plan of which the stream may have missed a change says so', () => {
	const old = {...plan, mayBeOld: true as const};
	expect(lines(planRows(thread([turn('A', [], {plan: old})]), 90))[0]).toMatch(
		/1 of 2 done · as of before the connection was lost$/,
	);
});

test('a plan in words stands in when there is no checklist', () => {
	const words = item('p', {type: 'plan', text: '**First** this.'});
	expect(
		lines(planRows(thread([turn('A', [message('u', 'go'), words], {status: 'completed'})]), 60)),
	).toEqual(['turn 1 · the last turn', '', 'First this.']);
});

test('without a plan it says no more than we know: one may have been made before we joined', () => {
	expect(lines(planRows(thread([]), 60))).toEqual([
		'No plan seen. A checklist made before Jumpseat joined is not',
		'kept by the server; the next plan shows here.',
	]);
});

test('a frame without news gets the same rows', () => {
	const turns = [turn('A', [], {plan})];
	const first = planRows(thread(turns), 40);
	expect(planRows(thread([{...turns[0], items: [message('u', 'x')]} as never]), 40)).toBe(first);
	expect(planRows(thread(turns), 41)).not.toBe(first);
});
