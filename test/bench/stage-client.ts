/**
 * The benchmark's hold on `stage.ts`: starts that process and turns its messages into calls.
 *
 * Invariant: the stage never outlives this process; a call is answered or rejected, also when the stage dies.
 */
import {fork} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import type {StreamName} from './scripts.ts';

export type StageInfo = {
	readonly endpoint: string;
	readonly codex: string;
	readonly workdir: string;
	/** The environment in which a client finds this home only. */
	readonly env: NodeJS.ProcessEnv;
	readonly threadId: string;
};

export type Played = {
	/** Each delta without its white space, and the server's `emittedAtMs` (ms since the epoch). */
	readonly deltas: ReadonlyArray<readonly [string, number]>;
};

export type SentRequest = {
	readonly method: string;
	/** Since the epoch. */
	readonly atMs: number;
};

export type StageCall =
	| {readonly do: 'build'; readonly turns: number}
	| {readonly do: 'reset'}
	| {readonly do: 'play'; readonly stream: StreamName}
	| {readonly do: 'trip'}
	| {readonly do: 'sent'}
	| {readonly do: 'stop'};

export type StageAnswer = {readonly id: number; readonly value?: unknown; readonly error?: string};

export type Stage = {
	/** Plays the history; takes a while. */
	build(turns: number): Promise<StageInfo>;
	/** The thread as built, on a fresh server. */
	reset(): Promise<void>;
	/** Resolves when the turn is over on the server. */
	play(stream: StreamName): Promise<Played>;
	/** Puts a recording proxy before the server; resolves with its endpoint. */
	trip(): Promise<string>;
	/** The requests that passed the proxy, in order; removes it. */
	sent(): Promise<readonly SentRequest[]>;
	stop(): Promise<void>;
};

export const startStage = (): Stage => {
	// stdout is for the table alone.
	const child = fork(fileURLToPath(new URL('stage.ts', import.meta.url)), {
		execArgv: ['--import', 'tsx'],
		stdio: ['ignore', 2, 2, 'ipc'],
	});
	const waiting = new Map<number, {resolve: (value: unknown) => void; reject: (error: Error) => void}>();
	let nextId = 1;
	let isGone = false;
	const exited = new Promise<void>(resolve => {
		child.once('exit', () => {
			isGone = true;
			for (const {reject} of waiting.values()) reject(new Error('The stage has ended.'));
			waiting.clear();
			resolve();
		});
	});
	child.on('message', (raw: unknown) => {
		const answer = raw as StageAnswer;
		const call = waiting.get(answer.id);
		waiting.delete(answer.id);
		if (answer.error === undefined) call?.resolve(answer.value);
		else call?.reject(new Error(answer.error));
	});

	const ask = <Value>(call: StageCall): Promise<Value> =>
		new Promise((resolve, reject) => {
			if (isGone) {
				reject(new Error('The stage has ended.'));
				return;
			}

			const id = nextId++;
			waiting.set(id, {resolve: value => resolve(value as Value), reject});
			child.send({id, call});
		});

	return {
		build: turns => ask({do: 'build', turns}),
		reset: () => ask({do: 'reset'}),
		play: stream => ask({do: 'play', stream}),
		trip: () => ask({do: 'trip'}),
		sent: () => ask({do: 'sent'}),
		stop: async () => {
			if (isGone) return;
			await ask({do: 'stop'}).catch(() => undefined);
			child.disconnect();
			await exited;
		},
	};
};
