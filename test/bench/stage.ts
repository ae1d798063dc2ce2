/**
 * The server's side of the benchmark, in a process of its own so that the terminal that is measured never waits for
 * it: scripted model, real App Server, and the pilot that starts the turns. It does what `stage-client.ts` asks.
 *
 * Invariants: after `reset` the thread is byte for byte the one that `build` made, whatever was streamed since; all
 * is gone when the parent is, however that ends.
 */
import {cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type {RawClient} from '../../source/demo/json-rpc-client.ts';
import {type Scenario, startScenario} from '../support/harness.ts';
import {startTripwire, type Tripwire} from '../support/tripwire.ts';
import {prolong} from './prolong.ts';
import {historyPrompt, notes, prompt, rules, type StreamName} from './scripts.ts';
import type {Played, SentRequest, StageAnswer, StageCall, StageInfo} from './stage-client.ts';

type Built = {readonly scenario: Scenario; readonly threadId: string; pilot: RawClient};

let built: Built | undefined;
let tripwire: Tripwire | undefined;

const theBuilt = (): Built => {
	if (!built) throw new Error('The stage is not built.');
	return built;
};

const savedHome = (scenario: Scenario): string => `${scenario.home}.saved`;

/** Starts the server again on the thread as it was saved, with the pilot as its one client. */
const reset = async (): Promise<void> => {
	const stage = theBuilt();
	const {scenario, threadId} = stage;
	await stage.pilot.close();
	await scenario.server.stop();
	if (existsSync(savedHome(scenario))) {
		rmSync(scenario.home, {recursive: true, force: true, maxRetries: 5});
		cpSync(savedHome(scenario), scenario.home, {recursive: true});
	} else {
		cpSync(scenario.home, savedHome(scenario), {recursive: true});
	}

	await scenario.server.restart();
	stage.pilot = await scenario.connect('pilot');
	await stage.pilot.call('thread/resume', {threadId, excludeTurns: true});
};

/** So many turns are really played; the others are copies of them, one of ten with a command. */
const modelTurns = 21;

/** Writes the recording of the thread out as one of many turns under another id, which it returns. */
const writeLong = ({home}: Scenario, model: string, turns: number): string => {
	const sessions = path.join(home, 'sessions');
	const name = readdirSync(sessions, {recursive: true, encoding: 'utf8'}).find(each => each.includes(model));
	if (name === undefined) throw new Error('The server has recorded nothing.');
	const file = path.join(sessions, name);
	const threadId = model.replace(/.{12}$/, '000000000abc');
	const recorded = readFileSync(file, 'utf8').replaceAll(model, threadId).trimEnd().split('\n');
	writeFileSync(file.replace(model, threadId), `${prolong(recorded, turns).join('\n')}\n`);
	return threadId;
};

const build = async (turns: number): Promise<StageInfo> => {
	const played = Math.min(turns, modelTurns);
	const prompts = [...Array.from({length: played - 1}, (_, index) => index + 1), turns];
	const scenario = await startScenario({rules: rules(prompts)}, {files: {'notes.txt': notes}});
	const {pilot} = scenario;
	const model = await pilot.startThread();
	for (const turn of prompts) await pilot.play(historyPrompt(turn));
	const threadId = turns > played ? writeLong(scenario, model, turns) : model;
	built = {scenario, threadId, pilot: pilot.client};
	await reset();
	const {endpoint, codex, workdir, env} = scenario;
	return {endpoint, codex, workdir, env, threadId};
};

/** Says the prompt and resolves when the turn is over. */
const play = async (name: StreamName): Promise<Played> => {
	const {pilot, threadId} = theBuilt();
	const deltas: Array<readonly [string, number]> = [];
	const stopListening = pilot.onFrame(({method, params, emittedAtMs}) => {
		if (method === 'item/agentMessage/delta' && emittedAtMs !== undefined) {
			deltas.push([String(params?.delta).trim(), emittedAtMs]);
		}
	});
	const {turn} = await pilot.call('turn/start', {
		threadId,
		input: [{type: 'text', text: prompt(name), text_elements: []}],
	});
	const {id} = turn as {readonly id: string};
	await pilot.waitFor(
		({method, params}) =>
			method === 'turn/completed' && (params?.turn as {id?: unknown} | undefined)?.id === id,
	);
	stopListening();
	return {deltas};
};

const sentRequests = (): readonly SentRequest[] =>
	(tripwire?.sent() ?? []).flatMap(({frame, atMs}) =>
		frame?.method !== undefined && frame.id !== undefined ? [{method: frame.method, atMs}] : [],
	);

const handle = async (call: StageCall): Promise<unknown> => {
	switch (call.do) {
		case 'build':
			return build(call.turns);
		case 'reset':
			return reset();
		case 'play':
			return play(call.stream);
		case 'trip':
			tripwire = await startTripwire(theBuilt().scenario);
			return tripwire.endpoint;
		case 'sent': {
			const sent = sentRequests();
			await tripwire?.stop();
			tripwire = undefined;
			return sent;
		}

		case 'stop':
			await tripwire?.stop();
			await built?.scenario.stop();
			return undefined;
	}
};

process.on('message', (raw: {readonly id: number; readonly call: StageCall}) => {
	const answer = (reply: StageAnswer) => process.send?.(reply);
	handle(raw.call).then(
		value => answer({id: raw.id, value}),
		(error: unknown) => answer({id: raw.id, error: error instanceof Error ? error.message : String(error)}),
	);
});
process.on('disconnect', () => process.exit(1));
