/**
 * The connection breaks at every frame boundary of a send: before our frame leaves, right after it, and before each
 * frame of the server until the message stands in the thread and one more. Whatever the boundary, the message is
 * delivered once, or offered to the person again and then delivered once; and nothing is claimed meanwhile.
 */
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {asArray, asRecord, asString} from '../../source/protocol/fields.ts';
import type {Scenario} from '../support/harness.ts';
import type {Pty} from '../support/pty.ts';
import type {RecordedFrame, Tripwire} from '../support/tripwire.ts';
import {beginWith, rule, say} from './support.ts';
import {beginWatched, compose, openSeat, sentCount, tellsOf, userMessages, write} from './writing.ts';

type Kind = 'start' | 'steer' | 'queue';
/** A number counts the server's frames after ours: that one is lost. */
type Boundary = 'before ours' | 'after ours' | number;

const methods = {start: 'turn/start', steer: 'turn/steer', queue: 'thread/queue/add'} as const;
/** A steer waits for the command to end; one that comes while the agent speaks cuts it short and goes in at once. */
const command = 'until [ -e go ]; do sleep 0.05; done; rm go';
const rules = [
	rule('Task for steer', [{do: 'command', command, yieldMs: 30_000}], [say('It went.')]),
	rule('Task for queue', [{do: 'message', text: ['Working ', {hold: 'task'}, 'on it.']}]),
];

const isUncertain = /delivery unknown|not delivered|sending…|accepted…/;
const hasLine = (lines: readonly string[], pattern: RegExp): boolean =>
	lines.some(line => pattern.test(line));
const isOffered = (lines: readonly string[]): boolean =>
	hasLine(lines, /not delivered: Enter offers it again/);
/** In the Thread pane, under our name, and nothing of it is open any more. */
const isEchoed = (lines: readonly string[], text: string): boolean =>
	!hasLine(lines, isUncertain) &&
	!hasLine(lines, /^ queued {2}/) &&
	lines.some((line, index) => line.includes(text) && /▌Ada/.test(lines[index - 1] ?? ''));

type Cut = {
	/** Resolves when the connection is cut; `atEcho`: the message was told of before. */
	readonly done: Promise<{readonly atEcho: boolean}>;
	/** Resolves when the cut is done, or the answer to our frame has passed. */
	readonly answered: Promise<'cut' | 'answered'>;
};

const promised = <Value>(): {readonly promise: Promise<Value>; readonly resolve: (value: Value) => void} => {
	let resolve: (value: Value) => void = () => {};
	const promise = new Promise<Value>(settle => {
		resolve = settle;
	});
	return {promise, resolve};
};

/** Nobody is let in again until `tripwire.open()`. */
const cutAt = (tripwire: Tripwire, method: string, text: string, boundary: Boundary): Cut => {
	const done = promised<{readonly atEcho: boolean}>();
	const answered = promised<'cut' | 'answered'>();
	let ours: RecordedFrame | undefined;
	let passed = 0;
	let atEcho = false;
	const cut = <Fate extends 'cutBefore' | 'cutAfter'>(fate: Fate): Fate => {
		tripwire.shut();
		tripwire.judge(() => 'pass');
		done.resolve({atEcho});
		answered.resolve('cut');
		return fate;
	};
	tripwire.judge(recorded => {
		const {from, frame} = recorded;
		if (from === 'client' && frame?.method === method) {
			ours = recorded;
			if (boundary === 'before ours') return cut('cutBefore');
			if (boundary === 'after ours') return cut('cutAfter');
			return 'pass';
		}
		if (ours === undefined || from === 'client' || recorded.connection !== ours.connection) return 'pass';
		passed++;
		if (passed === boundary) return cut('cutBefore');
		if (frame?.method === undefined && frame?.id === ours.frame?.id) answered.resolve('answered');
		atEcho ||= frame?.method === 'item/started' && tellsOf(frame, text);
		return 'pass';
	});
	return {done: done.promise, answered: answered.promise};
};

const queuedTexts = async ({pilot}: Scenario): Promise<readonly string[]> => {
	const {data} = await pilot.client.call('thread/queue/list', {threadId: pilot.threadId()});
	return (asArray(data) ?? []).flatMap(entry =>
		(asArray(asRecord(entry)?.input) ?? []).flatMap(part => asString(asRecord(part)?.text) ?? []),
	);
};

type Stage = {readonly scenario: Scenario; readonly tripwire: Tripwire; readonly seat: Pty};
type Outcome = {
	readonly boundary: Boundary;
	readonly outcome: 'delivered' | 'offered';
	readonly atEcho: boolean;
};

const startTask = async ({scenario, seat}: Stage, kind: Kind, text: string): Promise<void> => {
	if (kind === 'start') return;
	await scenario.pilot.say(`Task for ${text}`);
	if (kind === 'queue') await scenario.model.holding('task');
	// `●`: it runs.
	else await seat.waitFor(lines => hasLine(lines, /steer turn \d+ ▸/) && hasLine(lines, /● until \[ -e go/));
};

const endTask = ({scenario}: Stage, kind: Kind): void => {
	if (kind === 'queue') scenario.model.release('task');
	if (kind === 'steer') writeFileSync(path.join(scenario.workdir, 'go'), '');
};

/**
 * What got through is settled on the server's side before anybody looks: whoever connects now comes after it, and a
 * thread that runs nothing has nothing more to tell.
 */
const settled = async ({scenario}: Stage, kind: Kind): Promise<void> => {
	const client = await scenario.connect();
	const threadId = scenario.pilot.threadId();
	const status = async () => {
		const {thread} = await client.call('thread/read', {threadId});
		return asRecord(asRecord(thread)?.status)?.type;
	};
	if (kind === 'start') await expect.poll(status, {timeout: 10_000}).toBe('idle');
	await client.close();
};

const play = async (stage: Stage, kind: Kind, boundary: Boundary): Promise<Outcome> => {
	const {scenario, tripwire, seat} = stage;
	const {pilot} = scenario;
	const text = `${kind} cut ${boundary}.`;
	await startTask(stage, kind, text);
	await write(seat, text, kind === 'steer' ? /steer turn \d+ ▸/ : `${kind} ▸`);
	const cut = cutAt(tripwire, methods[kind], text, boundary);
	seat.press('enter');
	const isHeld = kind !== 'start' && (await cut.answered) === 'cut';
	if (!isHeld) endTask(stage, kind);
	const {atEcho} = await cut.done;

	await seat.waitFor('○ connection lost');
	if (!atEcho) await seat.waitFor(/delivery unknown: looked up after the reconnect {2}/);
	await settled(stage, kind);
	const isQueued = (await queuedTexts(scenario)).includes(text);
	tripwire.open();
	await seat.waitFor('● live');
	if (isHeld) {
		await seat.waitFor(isQueued ? /^ queued {2}/m : /it may still come/);
		endTask(stage, kind);
	}

	const shown = await seat.waitFor(lines => isOffered(lines) || isEchoed(lines, text));
	const outcome = isOffered(shown) ? 'offered' : 'delivered';
	if (outcome === 'offered') {
		expect(await userMessages(pilot.client, pilot.threadId())).not.toContain(text);
		expect(await queuedTexts(scenario)).toEqual([]);
		seat.press('enter');
		await seat.waitFor(lines => lines.some(line => line.includes(`▸ ${text}`)));
		seat.press('enter');
		await seat.waitFor(lines => isEchoed(lines, text));
	}

	await seat.waitFor(/· idle$/m);
	const stands = (await userMessages(pilot.client, pilot.threadId())).filter(each => each === text);
	expect(stands).toEqual([text]);
	expect(await queuedTexts(scenario)).toEqual([]);
	return {boundary, outcome, atEcho};
};

for (const kind of ['start', 'steer', 'queue'] as const) {
	test(`a ${kind} whose connection breaks at any frame is delivered once, or offered again and then delivered once`, async () => {
		const scenario = await beginWith(['Good morning'], rules);
		const tripwire = await beginWatched(scenario);
		const seat = await openSeat(scenario, tripwire, 'Good morning');
		const stage = {scenario, tripwire, seat};
		seat.type('i');
		await seat.waitFor('Enter sends');
		if (kind === 'queue') seat.type('\u0014');
		const outcomes: Outcome[] = [];
		for (const boundary of ['before ours', 'after ours'] as const)
			outcomes.push(await play(stage, kind, boundary));
		for (let number = 1; outcomes.at(-1)?.atEcho === false; number++)
			outcomes.push(await play(stage, kind, number));

		console.info(`${kind}: ${outcomes.map(({boundary, outcome}) => `${boundary} → ${outcome}`).join(', ')}`);
		expect(outcomes[0]?.outcome).toBe('offered');
		expect(outcomes.slice(2).map(({outcome}) => outcome)).not.toContain('offered');
		expect(outcomes.length).toBeGreaterThan(4);
		// Once for each message, and once more for each that was offered: never by itself.
		const offered = outcomes.filter(({outcome}) => outcome === 'offered').length;
		const sent = Object.values(methods).reduce((sum, method) => sum + sentCount(tripwire, method), 0);
		expect(sent).toBe(outcomes.length + offered);
		// A connection that breaks again and again is tried more and more slowly: up to 5 s a boundary.
	}, 180_000);
}

test('a draft survives a lost connection and a refusal to send into it', async () => {
	const scenario = await beginWith(['Good morning']);
	const tripwire = await beginWatched(scenario);
	const seat = await openSeat(scenario, tripwire, 'Good morning');
	await compose(seat, 'half a thou', 'start ▸');
	tripwire.shut();
	tripwire.cut();
	await seat.waitFor('○ connection lost');
	seat.type('ght');
	await seat.waitFor(/nothing ▸ half a thought/);
	seat.press('enter');
	await seat.waitFor('There is no live connection; your text stays here.');
	await seat.waitFor(/nothing ▸ half a thought/);
	tripwire.open();
	await seat.waitFor(/start ▸ half a thought/);
	expect(sentCount(tripwire, 'turn/start')).toBe(0);
	// What Enter does has changed since it was pressed: it says so first.
	seat.press('enter');
	await seat.waitFor('Enter now starts a new turn.');
	expect(sentCount(tripwire, 'turn/start')).toBe(0);
	seat.press('enter');
	await seat.waitFor(lines => isEchoed(lines, 'half a thought'));
	expect(sentCount(tripwire, 'turn/start')).toBe(1);
});
