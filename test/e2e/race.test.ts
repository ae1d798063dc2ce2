/**
 * Two seats race for the same approvals: the server takes one answer for each, the model is told once, and both seats
 * end with the truth, as far as the server tells it. The 200 are answered by two sessions with the screen's own logic
 * behind them, in one process, where chance is a seed; a few more by two programs in two terminals.
 */
import {existsSync, mkdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import {decide} from '../../source/app/decide.ts';
import type {Intent} from '../../source/app/intents.ts';
import {createPanes} from '../../source/app/panes.ts';
import {type AppState, initialAppState} from '../../source/app/state.ts';
import {createSession} from '../../source/app-server/session.ts';
import {type Card, cardGuardMs} from '../../source/asks/card.ts';
import type {CardPhase} from '../../source/asks/phases.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {createFormat} from '../../source/view/format.ts';
import {realTime} from '../app-server/watcher.ts';
import type {Scenario} from '../support/harness.ts';
import {allAnswers, askFor, command, methods, noCard, size, toldAfter, untilReady} from './ask-scripts.ts';
import {beginTripwire, beginWith, eventually, openLive, rule, say} from './support.ts';

type Key = 'y' | 'n';

type RacingSeat = {
	readonly front: () => Card | undefined;
	readonly open: () => number;
	/** A person who has read the card and presses the key, long after it appeared. */
	readonly press: (key: Key) => void;
	/** What was pressed and left, by request. */
	readonly sent: ReadonlyMap<string, Key>;
	/** How each card that is gone ended, as far as is known now. */
	readonly ended: ReadonlyMap<string, CardPhase>;
};

/** A small generator of numbers in [0, 1): the same seed, the same race. */
const chanceOf = (seed: number) => {
	let state = seed;
	return (): number => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
};

/** A Jumpseat without a terminal. `onChange` is told after every event. */
const takeRacingSeat = async (scenario: Scenario, onChange: () => void): Promise<RacingSeat> => {
	const endpoint = parseEndpoint(scenario.endpoint);
	const panes = createPanes(createFormat({timeZone: 'UTC'}));
	const threadId = scenario.pilot.threadId();
	/** How much later it is for this seat: nobody waits for a guard in here. */
	let laterMs = 0;
	const environment = {...realTime, nowMs: () => Date.now() + laterMs};
	let state: AppState = initialAppState({
		...size,
		observe: false,
		home: undefined,
		nowMs: environment.nowMs(),
		threads: [],
		threadId,
	});
	const sent = new Map<string, Key>();
	const ended = new Map<string, CardPhase>();
	let live = (): void => {};
	const joined = new Promise<void>(resolve => {
		live = resolve;
	});
	const session = createSession({
		endpoint,
		mode: () => 'drive',
		access: {codexHome: scenario.home},
		clientVersion: '0.0.0',
		environment,
		onEvent(event) {
			state = applyEvents({...state, nowMs: environment.nowMs()}, [event]);
			for (const {ask, phase} of state.cards.settled) ended.set(String(ask.id), phase);
			if (state.connection.kind === 'live') live();
			onChange();
		},
	});
	onTestFinished(() => session.leave());
	session.start(threadId);
	await joined;

	const intend = (intent: Intent): void => {
		const decision = decide({...state, nowMs: environment.nowMs()}, intent, panes);
		state = decision.state;
		for (const made of decision.commands)
			if (made.type === 'answer') session.answer(made.requestId, made.result);
	};

	return {
		front: () => state.cards.open[0],
		open: () => state.cards.open.length,
		press(key) {
			const id = state.cards.open[0]?.ask.id;
			if (id === undefined) return;
			laterMs += cardGuardMs;
			intend({type: 'tick', nowMs: environment.nowMs()});
			intend({type: 'sawCard', id, view: {rowsTotal: 1, rowsShownTo: 1}});
			intend({type: 'pressCard', key: {name: key, text: key, ctrl: false, alt: false}});
			sent.set(String(id), key);
		},
		sent,
		ended,
	};
};

const rounds = 10;
const perRound = 20;

test('two seats that answer 200 approvals at random: each is answered once, both show the truth', async () => {
	const seed = Date.now() % 100_000;
	const chance = chanceOf(seed);
	console.info(`The race has the seed ${seed}.`);
	const scenario = await beginWith(['Good morning']);
	const {pilot, model} = scenario;
	const folder = path.join(scenario.workdir, '..', 'done');
	mkdirSync(folder);

	const seats: RacingSeat[] = [];
	const planned = new Set<string>();
	let doneWaiting = (): void => {};
	const keyOf = (): Key => (chance() < 0.5 ? 'y' : 'n');
	const mayPress = (seat: RacingSeat, id: string): boolean =>
		String(seat.front()?.ask.id) === id && seat.front()?.phase === 'pending';
	/** Half of the cards are answered by both seats before either can hear of the other; the rest as chance has it. */
	const consider = (): void => {
		const [left, right] = seats;
		if (left === undefined || right === undefined) return;
		if (left.open() === 0 && right.open() === 0) doneWaiting();
		for (const seat of seats) {
			const id = String(seat.front()?.ask.id);
			if (!mayPress(seat, id) || planned.has(id)) continue;
			if (!seats.every(each => mayPress(each, id))) continue;
			planned.add(id);
			const order = chance() < 0.5 ? [left, right] : [right, left];
			if (chance() < 0.5) {
				for (const each of order) each.press(keyOf());
			} else {
				for (const each of order) {
					const key = keyOf();
					setTimeout(() => {
						if (mayPress(each, id)) each.press(key);
					}, chance() * 4);
				}
			}
		}
	};
	for (const _seat of ['left', 'right']) seats.push(await takeRacingSeat(scenario, consider));
	const [left, right] = seats as [RacingSeat, RacingSeat];

	for (let round = 0; round < rounds; round++) {
		const numbers = Array.from({length: perRound}, (_, index) => round * perRound + index);
		const text = `Race ${round}`;
		const steps = numbers.map(number =>
			command(`printf x >> ${path.join(folder, String(number))}; echo ok-${number}-`),
		);
		model.play({rules: [rule(text, steps, [say('Raced.')])]});
		const turnId = await pilot.say(text);
		await pilot.turnEnded(turnId);
		await new Promise<void>(resolve => {
			doneWaiting = resolve;
			consider();
		});
		expect(toldAfter(scenario, text)).toHaveLength(perRound);
	}

	let contested = 0;
	const requests = pilot.client
		.frames()
		.filter(({method, id}) => method === methods.command && id !== undefined);
	expect(requests).toHaveLength(rounds * perRound);
	const told = JSON.stringify(
		Array.from({length: rounds}, (_, round) => toldAfter(scenario, `Race ${round}`)),
	);
	for (const {id: requestId, params} of requests) {
		const id = String(requestId);
		const number = /ok-(\d+)-/.exec(String(params?.command))?.[1] ?? '';
		const file = path.join(folder, number);
		// Done once or not at all, and the model was told so.
		const applied: Key = existsSync(file) ? 'y' : 'n';
		if (applied === 'y') expect(readFileSync(file, 'utf8')).toBe('x');
		expect(told.includes(`ok-${number}-`)).toBe(applied === 'y');
		const keys = seats.map(seat => seat.sent.get(id));
		expect(keys).toContain(applied);
		if (keys[0] !== keys[1] && !keys.includes(undefined)) contested += 1;
		for (const seat of seats) {
			// With the same answer by both the server does not say whose it took.
			const truth = seat.sent.get(id) === applied ? ['resolvedHere'] : ['resolvedElsewhere'];
			expect(truth, `request ${id}, sent ${keys}, applied ${applied}`).toContain(seat.ended.get(id));
		}
	}
	expect(contested).toBeGreaterThan(0);
	expect([left.open(), right.open()]).toEqual([0, 0]);
	expect(left.ended.size).toBe(rounds * perRound);
	expect(right.ended.size).toBe(rounds * perRound);
	console.info(`${contested} of ${requests.length} were answered differently by both at once.`);
});

test('two terminals that answer the same card at once: the server takes one answer, both say which', async () => {
	const scenario = await beginWith(['Good morning']);
	const tripwire = await beginTripwire(scenario);
	const open = () => openLive(scenario, 'Noted.', {...size, endpoint: tripwire.endpoint, args: []});
	const [left, right] = await Promise.all([open(), open()]);
	for (let round = 0; round < 6; round++) {
		const before = allAnswers(tripwire);
		const word = `round-${round}`;
		const asked = await askFor(scenario, methods.command, command(`echo ${word}-`));
		await Promise.all([left, right].map(seat => untilReady(seat, 'approve? · command', word)));
		const accepts = round % 2 === 0 ? left : right;
		const declines = accepts === left ? right : left;
		for (const seat of round % 3 === 0 ? [accepts, declines] : [declines, accepts])
			seat.type(seat === accepts ? 'y' : 'n');
		expect(await asked.ended()).toBe('completed');
		expect(asked.outputs()).toHaveLength(1);
		const wasDone = asked.told().includes(`\\n${word}-`);
		expect(await asked.itemStatus()).toBe(wasDone ? 'completed' : 'declined');
		const [winner, loser] = wasDone ? [accepts, declines] : [declines, accepts];
		// The turn's end is on the screen, so all that came before it has been heard.
		for (const seat of [left, right]) {
			await seat.waitFor(`turn ${round + 2} · completed`);
			await seat.waitFor(noCard);
		}
		await winner.waitFor(`Answered here: ${wasDone ? 'accept' : 'decline'}.`);
		const answers = allAnswers(tripwire) - before;
		expect([1, 2]).toContain(answers);
		// A key that came after the card was gone went to the panes, and what it did there is said instead.
		if (answers === 2) await loser.waitFor('Somebody else was first: it was answered elsewhere.');
		else await eventually(loser, () => expect(loser.screen().join('\n')).not.toContain('Answered here'));
	}
});
