/**
 * What a recorded scenario works with: the pilot at the first terminal, and one watcher whose frames are recorded.
 *
 * Invariant: the watcher attaches as the product does (initialize, resume without turns but with a first page),
 * and it answers nothing. Scenarios wait for frames and holds, never for time.
 */
import type {Frame, RawClient} from '../../../source/demo/json-rpc-client.ts';
import {connectRawClient} from '../../../source/demo/json-rpc-client.ts';
import type {Response, Rule} from '../../../source/demo/script.ts';
import type {Pilot, Scenario, ScenarioOptions} from '../harness.ts';

export type TranscriptLine = {readonly dir: 'in' | 'out'; readonly frame: Frame};

export type Stage = {
	readonly scenario: Scenario;
	readonly pilot: Pilot;
	/** Attaches the watcher, once. */
	watch(): Promise<RawClient>;
	/** The watcher's connection. Throws before `watch()`. */
	watcher(): RawClient;
	/** Resolves when the watcher and the pilot have seen the end of this turn. */
	ended(turnId: string): Promise<void>;
};

export type Recording = {
	readonly rules: readonly Rule[];
	readonly options?: (folder: string) => ScenarioOptions;
	/** Does the watching and the playing. What the watcher sees from `watch()` on is the transcript. */
	play(stage: Stage): Promise<void>;
};

export const rule = (when: string, ...responses: readonly Response[]): Rule => ({when, responses});

/** A first turn, because a thread without one cannot be resumed (PROTOCOL.md, Threads). */
export const greeting = rule('Good morning', [{do: 'message', text: 'Good morning. What shall we do?'}]);

export const textInput = (text: string) => [{type: 'text', text, text_elements: []}];

/** The turn id of a `turn/completed`, `item/…` or `turn/started` frame. */
export const turnIdOf = (frame: Frame): string | undefined => {
	const turn = frame.params?.turn as {id?: string} | undefined;
	return turn?.id ?? (frame.params?.turnId as string | undefined);
};

export const isTurnEnd =
	(turnId: string) =>
	(frame: Frame): boolean =>
		frame.method === 'turn/completed' && turnIdOf(frame) === turnId;

/** The item type of an `item/started` or `item/completed` frame. */
export const itemTypeOf = (frame: Frame): string | undefined =>
	(frame.params?.item as {type?: string} | undefined)?.type;

/** The text of any delta frame. */
export const deltaOf = (frame: Frame): string =>
	typeof frame.params?.delta === 'string' ? frame.params.delta : '';

export const makeStage = (scenario: Scenario, lines: TranscriptLine[]): Stage => {
	let client: RawClient | undefined;
	const {pilot} = scenario;
	const watcher = (): RawClient => {
		if (!client) {
			throw new Error('The watcher is not attached.');
		}

		return client;
	};

	return {
		scenario,
		pilot,
		watch: async () => {
			client = await connectRawClient({
				endpoint: scenario.endpoint,
				clientName: 'jumpseat',
				onFrame: (frame, dir) => {
					lines.push({dir, frame});
				},
			});
			// The server says this by itself at about this time: waiting for it gives every run the same order.
			await client.waitFor(frame => frame.method === 'remoteControl/status/changed');
			await client.call('thread/resume', {
				threadId: pilot.threadId(),
				excludeTurns: true,
				initialTurnsPage: {limit: 20, itemsView: 'full', sortDirection: 'desc'},
			});
			// The last of what comes with the response, except for replayed requests.
			await client.waitFor(frame => frame.method === 'thread/goal/cleared');
			return client;
		},
		watcher,
		ended: async turnId => {
			await pilot.turnEnded(turnId);
			await watcher().waitFor(isTurnEnd(turnId));
		},
	};
};

/** The usual beginning: one short turn, then the watcher attaches. */
export const greetAndWatch = async ({pilot, watch}: Stage): Promise<void> => {
	await pilot.startThread();
	await pilot.play('Good morning');
	await watch();
};

/** Greets, watches, and plays one turn to its end. */
export const playOne =
	(text: string) =>
	async (stage: Stage): Promise<void> => {
		await greetAndWatch(stage);
		await stage.ended(await stage.pilot.say(text));
	};
