/**
 * The two programs that are compared: how each is started on a thread, and how it shows that it took a key.
 *
 * Invariant: both get the same pseudo-terminal, the same environment and the same server.
 */
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import type {StageInfo} from './stage-client.ts';

export type KeyProbe = {
	readonly key: string;
	/** Whether the screen shows that the key has been taken. */
	readonly shown: (lines: readonly string[]) => boolean;
};

export type Seat = {
	readonly name: 'jumpseat' | 'stock';
	start(info: StageInfo, endpoint: string): {readonly command: string; readonly args: readonly string[]};
	/** The `number`th key, from 0, of those that are pressed while a stream runs. */
	probe(number: number): KeyProbe;
};

const program = fileURLToPath(new URL('../../bin/jumpseat.js', import.meta.url));

/** Two tabs beside the thread, so that the stream stays on the screen and what the key does is drawn as well. */
const tabs = [
	{key: '3', sight: 'No plan'},
	{key: '5', sight: 'No sub-agents'},
] as const;

export const jumpseat: Seat = {
	name: 'jumpseat',
	start: ({threadId}, endpoint) => ({
		command: process.execPath,
		args: [...jumpseatNodeArgs(), program, '--connect', endpoint, threadId],
	}),
	probe(number) {
		const {key, sight} = tabs[number % 2 === 0 ? 0 : 1];
		return {key, shown: lines => lines.some(line => line.includes(sight))};
	},
};

/** For profiles: `JUMPSEAT_BENCH_NODE_ARGS="--cpu-prof --cpu-prof-dir=DIR"`. */
const jumpseatNodeArgs = (): readonly string[] =>
	(process.env.JUMPSEAT_BENCH_NODE_ARGS ?? '').split(' ').filter(argument => argument !== '');

/** The prompt of its composer. */
const composerPrompt = '›';
const letters = 'abcdefghijklmnopqrstuvwxyz';

export const stock: Seat = {
	name: 'stock',
	start: ({codex, threadId}, endpoint) => ({
		command: codex,
		args: ['resume', '--remote', endpoint, threadId],
	}),
	probe(number) {
		const typed = Array.from({length: number + 1}, (_, index) => letters[index % letters.length]).join('');
		return {
			key: typed.slice(-1),
			shown: lines => lines.findLast(line => line.startsWith(composerPrompt))?.includes(typed) ?? false,
		};
	},
};

/** The environment of a person in a plain colour terminal, who knows this home only. */
export const personEnv = ({env}: StageInfo): NodeJS.ProcessEnv => {
	const hidden =
		/^(NO_COLOR|FORCE_COLOR|CI|TMUX|STY|NODE_OPTIONS|NODE_ENV|XDG_CONFIG_HOME|JUMPSEAT_.*|npm_.*)$/;
	return Object.fromEntries(Object.entries(env).filter(([name]) => !hidden.test(name)));
};
