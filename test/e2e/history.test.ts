/** A long thread: one page for the first screen, the rest when somebody scrolls there, and nothing moves by itself. */
import {expect, test} from 'vitest';
import type {Scenario} from '../support/harness.ts';
import type {Pty} from '../support/pty.ts';
import type {Tripwire} from '../support/tripwire.ts';
import {startLongThread} from './long-thread.ts';
import {begin, beginTripwire, eventually, openLive, rule, startTurn, threadText} from './support.ts';

const turns = 300;
const size = {columns: 90, rows: 100};

const pagesAsked = (tripwire: Tripwire): ReadonlyArray<unknown> =>
	tripwire.sent().flatMap(({frame}) => (frame?.method === 'thread/turns/list' ? [frame.params?.cursor] : []));

const turnsSeen = (pty: Pty): readonly number[] =>
	threadText(pty).flatMap(line => {
		const number = /^\s+Turn (\d+)$/.exec(line)?.[1];
		return number === undefined ? [] : [Number(number)];
	});

/** The turns in sight once they are one unbroken run that fits: the emulator also shows frames half drawn. */
const unbroken = async (
	pty: Pty,
	fits: (numbers: readonly number[]) => boolean,
): Promise<readonly number[]> => {
	const look = () => turnsSeen(pty);
	await pty.waitFor(() => {
		const numbers = look();
		return numbers.every((number, index) => number === (numbers[0] ?? 0) + index) && fits(numbers);
	});
	return look();
};

/** Percent, from the status line. */
const positionIn = (lines: readonly string[]): number => Number(/(\d+)% ·/.exec(lines.at(-1) ?? '')?.[1]);

const attach = async (
	scenario: Scenario,
	rows: number,
	threadId: string,
	tripwire?: Tripwire,
): Promise<Pty> =>
	openLive(scenario, `Turn ${turns}`, {
		...size,
		rows,
		args: ['--observe', threadId],
		...(tripwire === undefined ? {} : {endpoint: tripwire.endpoint}),
	});

test('300 turns: the first screen takes one page, the top shows turn 1, and every turn is there once', async () => {
	const scenario = await begin();
	const threadId = await startLongThread(scenario, turns);
	const tripwire = await beginTripwire(scenario);
	const jumpseat = await attach(scenario, size.rows, threadId, tripwire);
	expect(tripwire.sentMethods()).toEqual(['initialize', 'initialized', 'thread/read', 'thread/resume']);
	const resumed = await tripwire.waitFor(({frame}) => frame?.result?.initialTurnsPage !== undefined);
	const page = resumed.frame?.result?.initialTurnsPage as {readonly data: readonly unknown[]};
	expect(page.data).toHaveLength(20);

	jumpseat.type('g');
	await jumpseat.waitFor('beginning of the thread');
	await jumpseat.waitFor(() => turnsSeen(jumpseat)[0] === 1);
	// 280 turns before the first page, 20 a page, and no page twice.
	const asked = pagesAsked(tripwire);
	expect(asked).toHaveLength(14);
	expect(new Set(asked).size).toBe(14);

	const seen = [...turnsSeen(jumpseat)];
	while (seen.at(-1) !== turns) {
		const last = seen.at(-1) ?? 0;
		jumpseat.press('page-down');
		const next = await unbroken(
			jumpseat,
			numbers => (numbers[0] ?? turns) <= last + 1 && (numbers.at(-1) ?? 0) > last,
		);
		seen.push(...next.filter(number => number > last));
	}

	expect(seen).toEqual(Array.from({length: turns}, (_, index) => index + 1));
	expect(pagesAsked(tripwire)).toHaveLength(14);
});

test('scrolling up page by page loads what comes into sight, and the key Home goes to turn 1', async () => {
	const scenario = await begin();
	const threadId = await startLongThread(scenario, turns);
	const tripwire = await beginTripwire(scenario);
	const jumpseat = await attach(scenario, 30, threadId, tripwire);
	let top = turnsSeen(jumpseat)[0] ?? 0;
	while (top > 270) {
		const before = top;
		jumpseat.press('page-up');
		// No hole between what was in sight before and what is now.
		const seen = await unbroken(
			jumpseat,
			numbers => (numbers[0] ?? turns) < before && (numbers.at(-1) ?? 0) >= before - 1,
		);
		top = seen[0] ?? 0;
		// At the top of what is loaded there is nothing above until the next page has come: then half is above.
		if (top % 20 === 1) await jumpseat.waitFor(lines => positionIn(lines) > 45);
	}

	expect(pagesAsked(tripwire).length).toBeLessThanOrEqual(2);
	jumpseat.press('home');
	await jumpseat.waitFor('beginning of the thread');
	expect(turnsSeen(jumpseat)[0]).toBe(1);
});

test('scrolled up, the view stays where it is while a message streams, and says what is below', async () => {
	const scenario = await begin([
		rule('Tell me', [
			{
				do: 'message',
				text: [
					'# A story\n\n',
					...Array.from({length: 60}, (_, line) => `Line ${line}.\n\n`),
					{hold: 'end'},
					'The end.',
				],
			},
		]),
	]);
	const threadId = await startLongThread(scenario, 40);
	const jumpseat = await openLive(scenario, 'Turn 40', {...size, rows: 30, args: ['--observe', threadId]});
	jumpseat.press('page-up');
	jumpseat.press('page-up');
	await unbroken(jumpseat, numbers => (numbers.at(-1) ?? turns) < 36);
	await jumpseat.waitFor(/\d+ below/);
	const before = threadText(jumpseat);
	const turn = await startTurn(scenario.pilot.client, threadId, 'Tell me');
	await jumpseat.waitFor('turn ◐');
	await scenario.model.holding('end');
	// The events come in order: once the newest is listed here, all deltas before it have been drawn.
	jumpseat.type('2');
	await jumpseat.waitFor('item/agentMessage/delta');
	jumpseat.type('1');
	await jumpseat.waitFor(/\d+ below/);
	await eventually(jumpseat, () => expect(threadText(jumpseat)).toEqual(before));
	scenario.model.release('end');
	await turn.ended();
	await jumpseat.waitFor('· idle');
	await eventually(jumpseat, () => expect(threadText(jumpseat)).toEqual(before));
	jumpseat.type('G');
	await jumpseat.waitFor('The end.');
	await jumpseat.waitFor(/The end\.\s+── turn completed/);
});
