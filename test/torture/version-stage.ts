/**
 * The world of one check of version-suite.ts: a real server of some version, a scripted model, a pilot whose thread has
 * had one turn, and seats of ours; all of it goes when the check ends.
 *
 * A thread may have been made by an older server than the one that runs it: such a thread keeps its old kind of history.
 */
import {startAppServer} from '../../source/demo/app-server.ts';
import {codexEnv} from '../../source/demo/codex-home.ts';
import {makePilot} from '../../source/demo/pilot.ts';
import type {Rule} from '../../source/demo/script.ts';
import {type Scenario, startScenario} from '../support/harness.ts';
import {startTripwire, type Tripwire} from '../support/tripwire.ts';
import {openSeat, type TestSeat} from './seat.ts';

/** The parts of a check's world; all of it goes when the check ends. */
export type Stage = {
	readonly scenario: Scenario;
	readonly threadId: string;
	readonly tripwire: Tripwire;
	/** Ours, through the proxy; resolves when it is live. */
	readonly seat: () => Promise<TestSeat>;
	/** One that attaches now, read-only, past the proxy. */
	readonly fresh: () => Promise<TestSeat>;
};

const rules: readonly Rule[] = [
	{
		when: 'Work',
		responses: [
			[
				{do: 'message', text: 'I will look.'},
				{do: 'command', command: 'printf one'},
			],
			[{do: 'message', text: ['Half of it ', {hold: 'middle'}, 'and all of it.']}],
		],
	},
	{when: 'Tell', responses: [[{do: 'message', text: ['Once upon ', {hold: 'middle'}, 'a time.']}]]},
	{
		when: 'Ask first',
		responses: [
			[{do: 'command', command: 'printf allowed', justification: 'It leaves the sandbox.'}],
			[{do: 'message', text: 'It was allowed.'}],
		],
	},
	{when: 'Mind the gap', responses: [[{do: 'message', text: 'I mind it.'}]]},
	{when: 'Begin', responses: [[{do: 'message', text: 'Begun.'}]]},
	{when: 'Later', responses: [[{do: 'message', text: 'Now it is later.'}]]},
	{when: 'Go on', responses: [[{do: 'message', text: 'Here we are again.'}]]},
];

/** Programs; the pinned Codex where nothing is said. */
export type Programs = {
	readonly codex?: string | undefined;
	/** Makes the thread and plays its first turn, and is gone before the other one starts. */
	readonly madeBy?: string | undefined;
};

type Undo = Array<() => Promise<void>>;

/** The scenario with the first turn played. */
const begin = async ({codex, madeBy}: Programs, undo: Undo): Promise<Scenario> => {
	const first = madeBy ?? codex;
	const scenario = await startScenario({rules}, first === undefined ? {} : {codex: first});
	undo.push(() => scenario.stop());
	const threadId = await scenario.pilot.startThread();
	await scenario.pilot.play('Hello');
	if (madeBy === undefined || codex === undefined) return scenario;
	const {home, workdir, socketPath} = scenario;
	await scenario.server.stop();
	const env = codexEnv(process.env, codex, home);
	const server = await startAppServer({codex, env, cwd: workdir, listen: {socketPath}});
	undo.push(() => server.stop());
	const client = await scenario.connect('pilot');
	await client.call('thread/resume', {threadId, excludeTurns: true});
	return {...scenario, server, env, codex, pilot: makePilot(client, workdir, threadId)};
};

/** Rejects when a part does not start; `undo` is filled as far as it came, and is to be run from its end. */
export const openStage = async (programs: Programs, undo: Undo): Promise<Stage> => {
	const scenario = await begin(programs, undo);
	const tripwire = await startTripwire(scenario);
	undo.push(() => tripwire.stop());
	const threadId = scenario.pilot.threadId();
	const open = async (endpoint: string, mode: 'drive' | 'observe'): Promise<TestSeat> => {
		const seat = openSeat(endpoint, threadId, mode);
		undo.push(() => seat.leave());
		await seat.until('it is live', ({connection}) => connection.kind === 'live');
		await seat.until('the history is there', ({thread}) => thread.turns.length > 0);
		return seat;
	};
	return {
		scenario,
		threadId,
		tripwire,
		seat: () => open(tripwire.endpoint, 'drive'),
		fresh: () => open(scenario.endpoint, 'observe'),
	};
};
