/** The stock Codex TUI as the first client: it starts without prompts, sends what is typed, and can resume. */
import {afterEach, expect, test} from 'vitest';
import {startScenario} from '../support/harness.ts';
import {startStockTui} from '../support/stock-tui.ts';

const cleanUps: Array<() => Promise<void>> = [];
afterEach(async () => {
	for (const cleanUp of cleanUps.splice(0).reverse()) {
		await cleanUp();
	}
});

test('what is typed there is answered there, and a second one resumes the thread', {
	timeout: 60_000,
}, async () => {
	const scenario = await startScenario({
		rules: [{when: 'hello', responses: [[{do: 'message', text: 'hello yourself'}]]}],
	});
	cleanUps.push(scenario.stop);
	const first = await startStockTui(scenario);
	cleanUps.push(first.pty.kill);
	await first.say('hello from the first terminal');
	await first.pty.waitFor('hello yourself');
	const threadId = await first.threadId();
	expect(scenario.model.requests()[0]?.userText).toBe('hello from the first terminal');

	const second = await startStockTui(scenario, {threadId});
	cleanUps.push(second.pty.kill);
	await second.pty.waitFor('hello from the first terminal');
	await second.quit();
	await first.quit();
	expect(await first.pty.exit).toMatchObject({code: 0});
});
