/** The main job: what a person types into the stock TUI appears here, soon, and causes nothing at the model. */
import {expect, test} from 'vitest';
import type {Frame} from '../../source/demo/json-rpc-client.ts';
import type {Scenario} from '../support/harness.ts';
import type {Pty} from '../support/pty.ts';
import type {StockTui} from '../support/stock-tui.ts';
import {begin, beginStockTui, eventually, openJumpseat, openLive, rule, say} from './support.ts';

const numbers = Array.from({length: 20}, (_, index) => String(index + 1).padStart(2, '0'));
const message = (number: string) => `Message ${number}, please`;
const answer = (number: string) => `Answer ${number}.`;
/** The stock TUI asks for a title of the thread; a good one ends the matter, whoever watches. */
const title = rule('Generate a concise', [say('{"title": "Answer messages"}')]);
const rules = [title, ...numbers.map(number => rule(message(number), [say(answer(number))]))];

const nowMs = (): number => performance.timeOrigin + performance.now();

const textOf = ({params}: Frame): string => {
	const item = params?.item as {text?: unknown; content?: ReadonlyArray<{text?: unknown}>} | undefined;
	return String(item?.text ?? item?.content?.[0]?.text ?? '');
};

/** A second subscriber beside Jumpseat, that knows when the server has said what. */
const clockOf = async (scenario: Scenario) => {
	const client = await scenario.connect('clock');
	const {data} = await client.call('thread/loaded/list');
	await client.call('thread/resume', {threadId: (data as string[])[0], excludeTurns: true});
	return {
		emittedAtMs: (text: string): number => {
			const frame = client
				.frames()
				.find(each => each.method === 'item/completed' && textOf(each).includes(text));
			return frame?.emittedAtMs ?? Number.NaN;
		},
		turnsEnded: (count: number) =>
			client.waitFor(() => client.frames().filter(({method}) => method === 'turn/completed').length >= count),
	};
};

const quantile = (values: readonly number[], part: number): number =>
	values.toSorted((left, right) => left - right)[Math.floor((values.length - 1) * part)] ?? Number.NaN;

/** A model sees the same messages of the person, however often a client looks on. */
const asked = (scenario: Scenario): readonly string[] =>
	scenario.model
		.requests()
		.map(({userText}) => userText)
		.toSorted();

const sayAll = async (scenario: Scenario, tui: StockTui): Promise<void> => {
	for (const number of numbers) {
		await tui.say(message(number));
		await tui.pty.waitFor(answer(number));
		await titled(scenario);
	}
};

/** Its own extra turn is over: from now on it asks the model for answers only. */
const titled = (scenario: Scenario): Promise<unknown> =>
	scenario.pilot.client.waitFor(({method}) => method === 'thread/name/updated');

const seenAt = async (pty: Pty, text: string): Promise<number> => {
	await pty.waitFor(text);
	return nowMs();
};

test('20 messages typed into the stock TUI and their answers appear, and the model is asked as often as without us', async ({
	task,
}) => {
	const watched = await begin(rules);
	const alone = await begin(rules);
	const [tui, control] = [await beginStockTui(watched), await beginStockTui(alone)];

	// A thread without a turn cannot be joined yet: it waits, and joins with the first message.
	const jumpseat = await openWaiting(watched);
	const delaysMs: number[] = [];
	await tui.say(message('01'));
	await jumpseat.waitFor(answer('01'));
	await jumpseat.waitFor('● live');
	const clock = await clockOf(watched);
	await tui.pty.waitFor(answer('01'));
	await titled(watched);
	for (const [index, number] of numbers.slice(1).entries()) {
		const sights = [message(number), answer(number)];
		const seen = Promise.all(sights.map(text => seenAt(jumpseat, text)));
		await tui.say(message(number));
		const times = await seen;
		await clock.turnsEnded(index + 1);
		delaysMs.push(...sights.map((text, which) => (times[which] ?? Number.NaN) - clock.emittedAtMs(text)));
	}

	await sayAll(alone, control);
	expect(asked(watched)).toEqual(asked(alone));
	expect(asked(watched)).toHaveLength(numbers.length + 1);

	// Everything is there, once and in order: a tall terminal shows it whole.
	jumpseat.resize(120, 200);
	await jumpseat.waitFor(message('01'));
	await jumpseat.waitFor(answer('20'));
	await eventually(jumpseat, () => {
		const lines = jumpseat.screen().map(line => line.slice(0, 70));
		const found = [...lines.join('\n').matchAll(/Message \d\d, please|Answer \d\d\./g)].map(([text]) => text);
		expect(found).toEqual(numbers.flatMap(number => [message(number), answer(number)]));
	});

	expect(delaysMs.every(Number.isFinite)).toBe(true);
	const measured = {
		samples: delaysMs.length,
		medianMs: Math.round(quantile(delaysMs, 0.5)),
		p95Ms: Math.round(quantile(delaysMs, 0.95)),
		worstMs: Math.round(Math.max(...delaysMs)),
	};
	Object.assign(task.meta, {emittedToScreen: measured});
	console.info(`From the server's emittedAtMs to the screen: ${JSON.stringify(measured)}`);
});

/** In observe mode, on a thread of the stock TUI that has no turn yet. */
const openWaiting = async (scenario: Scenario): Promise<Pty> => {
	const jumpseat = openJumpseat(scenario);
	await jumpseat.waitFor('no turn yet');
	return jumpseat;
};

test('a jump seat that comes and goes while the stock TUI works is not noticed by it', async () => {
	const scenario = await begin(rules);
	const tui = await beginStockTui(scenario);
	await tui.say(message('01'));
	await tui.pty.waitFor(answer('01'));
	for (const number of ['02', '03', '04']) {
		const jumpseat = await openLive(scenario, answer('01'));
		await tui.say(message(number));
		await tui.pty.waitFor(answer(number));
		await jumpseat.waitFor(answer(number));
		jumpseat.type('q');
		expect((await jumpseat.exit).code).toBe(0);
	}

	expect(tui.pty.screen().join('\n')).not.toMatch(/error|disconnected|another client/i);
	await tui.quit();
});
