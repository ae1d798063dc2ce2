/** A long day at the tail of the real thing: old turns are let go without a trace on the screen, and come back. */
import {expect, test} from 'vitest';
import {startLongThread} from './long-thread.ts';
import {begin, beginTripwire, openLive, sawSent, startTurn, threadText} from './support.ts';

const turns = 200;

const topTurn = (lines: readonly string[]): string | undefined =>
	lines.find(line => /^\W+Turn \d+$/.test(line))?.trim();

test('turns that were paged in go with the next turn, the picture stays, and turn 1 comes back', async () => {
	const scenario = await begin();
	const threadId = await startLongThread(scenario, turns);
	const tripwire = await beginTripwire(scenario);
	const pty = await openLive(scenario, `Turn ${turns}`, {
		columns: 90,
		rows: 40,
		args: ['--observe', threadId],
		endpoint: tripwire.endpoint,
	});
	const toTop = async (): Promise<void> => {
		pty.type('g');
		await pty.waitFor('beginning of the thread');
		await pty.waitFor(() => topTurn(threadText(pty)) === 'Turn 1');
	};
	const played = async (number: number): Promise<void> => {
		const turn = await startTurn(scenario.pilot.client, threadId, `Turn ${number}`);
		await turn.ended();
		await pty.waitFor(`turn ${number} · completed`);
	};
	const pages = (view: string): number =>
		tripwire
			.sent()
			.filter(({frame}) => frame?.method === 'thread/turns/list' && frame.params?.itemsView === view).length;

	await toTop();
	// Whoever looks at them keeps them.
	const upHere = await startTurn(scenario.pilot.client, threadId, `Turn ${turns + 1}`);
	await upHere.ended();
	await pty.waitFor(/below/);
	expect(topTurn(threadText(pty))).toBe('Turn 1');
	expect(pages('notLoaded')).toBe(0);

	pty.type('G');
	await pty.waitFor(`turn ${turns + 1} · completed`);
	await played(turns + 2);
	await sawSent(tripwire, 'thread/turns/list');
	await expect.poll(() => pages('notLoaded')).toBe(1);
	await played(turns + 3);
	expect(pages('notLoaded')).toBe(1);

	const before = pages('full');
	// Within what was kept a reader asks for nothing and loses nothing.
	const shown = threadText(pty);
	pty.press('page-up');
	await pty.waitFor(/below/);
	pty.type('G');
	await pty.waitFor(() => threadText(pty).join('\n') === shown.join('\n'));
	expect(pages('full')).toBe(before);

	await toTop();
	expect(pages('full')).toBeGreaterThan(before + 5);
	pty.type('/Turn 77\r');
	await pty.waitFor(() => threadText(pty).some(line => /^\W+Turn 77$/.test(line)));
	pty.type('G');
	await pty.waitFor(`turn ${turns + 3} · completed`);
});
