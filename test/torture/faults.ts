/**
 * Faults: our seat behind a network that breaks by a schedule, a pilot that works on, a server that is killed now and
 * then; and when all is quiet, the law (same-state.ts). Part of `npm run torture`; a short form runs in `npm test`.
 *
 * Invariant: a round is made from its seed alone; round N of a run with seed S is the first round of a run with seed
 * S + N. Only the times of day, and so the byte at which something falls, are the machine's.
 */
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type {AppState} from '../../source/app/state.ts';
import {connectionTransitions} from '../../source/app-server/connection-state.ts';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
import {choicesOf} from '../../source/asks/choices.ts';
import {asRecord, asString} from '../../source/protocol/fields.ts';
import {type FaultProxy, startFaultProxy} from '../support/fault-proxy.ts';
import {type Scenario, startScenario} from '../support/harness.ts';
import {type Pilot, startPilot} from './fault-pilot.ts';
import {scheduleOf} from './fault-schedule.ts';
import {type Script, scriptOf} from './fault-script.ts';
import {createRandom} from './random.ts';
import type {Result} from './result.ts';
import {compare, compareWritten} from './same-state.ts';
import {openSeat, type TestSeat} from './seat.ts';

export type FaultOptions = {
	/** No new round begins after that. Default 90. */
	readonly seconds?: number;
	/** At most so many. */
	readonly rounds?: number;
	/** Default: a new one. */
	readonly seed?: number;
	/** Acts of a round, about. Default 4. */
	readonly size?: number;
	/** Rounds at a time, each with a server of its own. Default 3: a round mostly waits. */
	readonly lanes?: number;
	/** Told all that our seat was told in a round whose law does not hold. */
	readonly onFailure?: (seed: number, events: readonly SessionEvent[]) => void;
};

type Counts = Record<string, number>;

const hurry = 10;
const quietWithinMs = 20_000;
const agreeWithinMs = 6000;

const pause = (ms: number): Promise<void> =>
	new Promise(resolve => {
		setTimeout(resolve, ms);
	});

const add = (counts: Counts, name: string, count = 1): void => {
	counts[name] = (counts[name] ?? 0) + count;
};

/** Watches every state of our seat. What it shows unmarked must be the beginning of what really was said. */
const createWitness = () => {
	const shown = new Map<string, Set<string>>();
	const moves: string[] = [];
	const sentIds: string[] = [];
	const answered: string[] = [];
	let frames = 0;
	return {
		moves,
		sentIds,
		answered,
		frames: () => frames,
		see({thread}: AppState, event: SessionEvent): void {
			if (event.type === 'connectionMoved') moves.push(event.connection.kind);
			if (event.type === 'traffic') {
				frames += 1;
				const {traffic} = event;
				const params = traffic.kind === 'sent' ? asRecord(traffic.params) : undefined;
				const id = asString(params?.clientUserMessageId);
				if (id !== undefined) sentIds.push(id);
				return;
			}
			for (const turn of thread.turns.slice(-2)) {
				for (const {id, phase, missedStart, content} of turn.items) {
					if (phase === 'completed' || missedStart || content.type !== 'agentMessage') continue;
					const key = `${turn.id}/${id}`;
					const texts = shown.get(key) ?? new Set();
					texts.add(content.text);
					shown.set(key, texts);
				}
			}
		},
		lies(heard: ReadonlyMap<string, string>): readonly string[] {
			return [...shown].flatMap(([key, texts]) => {
				const truth = heard.get(key);
				const lie = [...texts].find(text => truth !== undefined && !truth.startsWith(text));
				return lie === undefined ? [] : [`${key} was shown without a mark as "${lie.slice(-40)}"`];
			});
		},
	};
};

const forbiddenMoves = (moves: readonly string[]): readonly string[] =>
	moves.flatMap((to, index) => {
		const from = index === 0 ? 'idle' : moves[index - 1];
		const allowed: readonly string[] = connectionTransitions[from as keyof typeof connectionTransitions];
		return allowed.includes(to) ? [] : [`the connection moved from ${from} to ${to}`];
	});

const enter = {type: 'key', name: 'enter', text: '', ctrl: false, alt: false, shift: false} as const;

/** What the person in our seat writes; resolves with the texts that went into the composer. */
const write = async (seat: TestSeat, {writings}: Script, name: string): Promise<readonly string[]> => {
	const texts: string[] = [];
	let ids = 0;
	const newId = (): string => {
		ids += 1;
		return `jumpseat:Ada:${name}-${ids}`;
	};
	for (const {afterMs, text, do: what} of writings) {
		await pause(afterMs);
		const {composer, thread} = seat.state();
		if (what === 'interrupt') {
			const running = thread.turns.at(-1);
			if (running?.status === 'inProgress') seat.session.interrupt(running.id);
			continue;
		}
		const wantsQueue = what === 'queue';
		if ((composer.choice === 'queue') !== wantsQueue) seat.intend({type: 'act', action: 'toggleQueueing'});
		// An offered text is taken back first, and sent again by the second Enter.
		seat.intend({type: 'write', input: enter, newId});
		if (seat.state().composer.editor.text === '') {
			seat.intend({type: 'write', input: {type: 'paste', text}, newId});
			texts.push(text);
		}
		seat.intend({type: 'write', input: enter, newId});
	}
	return texts;
};

/** The card in front is answered as soon as it can be, where that is this seat's to do. */
const answer = (seat: TestSeat, answered: Set<unknown>): void => {
	const {cards, connection} = seat.state();
	const [card] = cards.open;
	if (card === undefined || connection.kind !== 'live' || card.phase !== 'pending') return;
	if (card.ask.kind !== 'command' && card.ask.kind !== 'fileChange') return;
	if (answered.has(card)) return;
	answered.add(card);
	const [choice] = choicesOf(card.ask, {...card, seen: true}).filter(({blocked}) => blocked === undefined);
	if (choice !== undefined) seat.session.answer(card.ask.id, choice.answer);
};

const told =
	(scenario: Scenario, from: number) =>
	(text: string): number =>
		Math.max(
			0,
			...scenario.model
				.requests()
				.slice(from)
				.map(
					({input}) =>
						input.filter(item => item.role === 'user' && JSON.stringify(item).includes(text)).length,
				),
		);

type Round = {
	readonly scenario: Scenario;
	readonly seed: number;
	readonly size: number;
	readonly counts: Counts;
	readonly onFailure: FaultOptions['onFailure'];
};

/** The differences that are left when all is quiet. */
const judge = async (
	{scenario, counts}: Round,
	seat: TestSeat,
	pilot: Pilot,
	written: {readonly texts: readonly string[]; readonly sentIds: readonly string[]; readonly from: number},
): Promise<readonly string[]> => {
	const fresh = openSeat(scenario.endpoint, pilot.threadId());
	try {
		await fresh.until('a fresh seat is live', ({connection}) => connection.kind === 'live');
		await fresh.until('it knows the queue', ({queue}) => queue !== 'unread');
		const look = () => {
			const compared = compare(seat.state(), fresh.state());
			const lost = compareWritten(seat.state(), fresh.state(), {
				...written,
				told: told(scenario, written.from),
			});
			return {...compared, differences: [...compared.differences, ...lost]};
		};
		await seat
			.until('they agree', () => look().differences.length === 0, agreeWithinMs)
			.catch(() => undefined);
		const {differences, extras, items} = look();
		add(counts, 'items', items);
		add(counts, 'cut', extras.cut);
		add(counts, 'declined', extras.declined);
		for (const {phase} of seat.state().composer.outbox) add(counts, `message ${phase}`);
		return differences;
	} finally {
		await fresh.leave();
	}
};

const playRound = async (round: Round): Promise<readonly string[]> => {
	const {scenario, seed, size, counts} = round;
	const random = createRandom(seed);
	const name = `r${seed}`;
	const script = scriptOf(random.fork('script'), name, size);
	const schedule = scheduleOf(random.fork('schedule'));
	scenario.model.play({rules: script.rules});
	const from = scenario.model.requests().length;
	const pilot = await startPilot(scenario);
	const restarts: Array<Promise<void>> = [];
	let proxy: FaultProxy | undefined;
	let seat: TestSeat | undefined;
	let answering: NodeJS.Timeout | undefined;
	try {
		proxy = await startFaultProxy({
			socketPath: scenario.socketPath,
			schedule: connection => schedule[connection] ?? [],
			onRestart: () => restarts.push(pilot.restart()),
		});
		const witness = createWitness();
		const ours = openSeat(proxy.endpoint, pilot.threadId(), 'drive', {hurry, onState: witness.see});
		seat = ours;
		const answered = new Set<unknown>();
		answering = setInterval(() => answer(ours, answered), 40);
		const [texts] = await Promise.all([write(ours, script, name), pilot.play(script.acts)]);
		proxy.heal();
		await Promise.all(restarts);
		await pilot.quiet(quietWithinMs);
		await ours.until('our seat is live', ({connection}) => connection.kind === 'live');
		await pilot.quiet(quietWithinMs);
		const differences = await judge(round, ours, pilot, {texts, sentIds: witness.sentIds, from});
		add(counts, 'rounds');
		add(counts, 'frames', witness.frames());
		add(counts, 'connections', proxy.connections());
		add(counts, 'turns', ours.state().thread.turns.length);
		add(counts, 'messages', texts.length);
		for (const {kind, place} of proxy.happened()) {
			add(counts, 'faults');
			add(counts, kind);
			add(counts, `at ${place}`);
		}
		const failures = [...differences, ...witness.lies(pilot.heard()), ...forbiddenMoves(witness.moves)];
		if (failures.length > 0) round.onFailure?.(seed, ours.events());
		return failures;
	} catch (error) {
		round.onFailure?.(seed, seat?.events() ?? []);
		throw error;
	} finally {
		clearInterval(answering);
		await Promise.allSettled(restarts);
		await seat?.leave();
		await proxy?.stop();
		await pilot.stop();
	}
};

/** A line on `report` for each round. Rejects only when no server can be started. */
export const faults = async (
	report: (line: string) => void,
	{seconds = 90, rounds = Number.POSITIVE_INFINITY, seed, size = 4, lanes = 3, onFailure}: FaultOptions = {},
): Promise<Result> => {
	const first = seed ?? Math.floor(Math.random() * 1_000_000);
	const deadline = performance.now() + seconds * 1000;
	const counts: Counts = {rounds: 0, faults: 0, frames: 0};
	const failures: string[] = [];
	let next = 0;
	const lane = async (): Promise<void> => {
		const scenario = await startScenario({rules: []});
		try {
			while (next < rounds && performance.now() < deadline) {
				const mine = first + next;
				next += 1;
				const differences = await playRound({scenario, seed: mine, size, counts, onFailure}).catch(
					(error: unknown) => [error instanceof Error ? error.message : String(error)],
				);
				for (const each of differences) failures.push(`faults, seed ${mine}: ${each}`);
				const outcome = differences.length === 0 ? 'holds' : `FAILED: ${differences.join(' · ')}`;
				report(`faults · seed ${mine} · ${outcome}`);
			}
		} finally {
			await scenario.stop();
		}
	};
	await Promise.all(Array.from({length: Math.min(lanes, rounds)}, lane));
	return {name: 'faults', counts, failures};
};

// `tsx test/torture/faults.ts SEED [ROUNDS [FOLDER]]` plays rounds again; what a failed one heard goes to the folder.
if (process.argv[1]?.endsWith('faults.ts')) {
	const [seed, rounds] = process.argv.slice(2, 4).map(Number);
	const folder = process.argv[4];
	const result = await faults(line => console.info(line), {
		...(seed === undefined ? {} : {seed}),
		...(rounds === undefined ? {} : {rounds, seconds: 600}),
		...(folder === undefined
			? {}
			: {
					onFailure: (failed, events) =>
						writeFileSync(
							path.join(folder, `faults-${failed}.jsonl`),
							events.map(event => `${JSON.stringify(event)}\n`).join(''),
						),
				}),
	});
	console.info(JSON.stringify(result.counts));
	process.exitCode = result.failures.length === 0 ? 0 : 1;
}
