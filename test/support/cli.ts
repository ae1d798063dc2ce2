/**
 * The built Jumpseat as a shell runs it: words in, exit code and both streams out. Nothing of it outlives its test.
 *
 * For verbs without a terminal; `openJumpseat` (test/e2e/support.ts) is for those with one.
 */
import {spawn} from 'node:child_process';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {onTestFinished} from 'vitest';
import type {Scenario} from './harness.ts';

export const program = fileURLToPath(new URL('../../bin/jumpseat.js', import.meta.url));

/** The environment of a person who knows this home only, in a plain colour terminal. */
export const personEnv = (scenario?: Pick<Scenario, 'env'>): NodeJS.ProcessEnv => {
	const hidden = /^(NO_COLOR|FORCE_COLOR|CI|TMUX|STY|XDG_CONFIG_HOME|JUMPSEAT_.*)$/;
	const env = Object.fromEntries(
		Object.entries(scenario?.env ?? process.env).filter(([name]) => !hidden.test(name)),
	);
	return {...env, TERM: 'xterm-256color', COLORTERM: 'truecolor'};
};

export type Ran = {readonly code: number | null; readonly stdout: string; readonly stderr: string};

export type CliOptions = {
	/** Beside that of a plain person; `undefined` takes a name out. */
	readonly env?: NodeJS.ProcessEnv;
	readonly cwd?: string;
	/** All that it reads; default: nothing, ended at once. */
	readonly stdin?: string | Uint8Array;
};

export type RunningCli = {
	readonly ended: Promise<Ran>;
	/** What came so far. */
	readonly stdout: () => string;
	readonly stderr: () => string;
	/** Resolves once this stands in what it wrote, on either stream; rejects when it ends without. */
	readonly wrote: (text: string) => Promise<void>;
	readonly kill: (signal: NodeJS.Signals) => void;
	/** Stops reading its stdout, as `| head` does. */
	readonly closeStdout: () => void;
};

export const startCli = (args: readonly string[], options: CliOptions = {}): RunningCli => {
	const child = spawn(process.execPath, [program, ...args], {
		cwd: options.cwd ?? process.cwd(),
		env: {...personEnv(), ...options.env},
		stdio: 'pipe',
	});
	let stdout = '';
	let stderr = '';
	const watchers = new Set<() => void>();
	const tell = (): void => {
		for (const watcher of [...watchers]) watcher();
	};
	child.stdout.setEncoding('utf8').on('data', text => {
		stdout += text;
		tell();
	});
	child.stderr.setEncoding('utf8').on('data', text => {
		stderr += text;
		tell();
	});
	// It may end without reading.
	child.stdin.on('error', () => {});
	child.stdin.end(options.stdin ?? '');
	let isOver = false;
	const ended = new Promise<Ran>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', code => {
			isOver = true;
			tell();
			resolve({code, stdout, stderr});
		});
	});
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	return {
		ended,
		stdout: () => stdout,
		stderr: () => stderr,
		wrote: text =>
			new Promise((resolve, reject) => {
				const look = (): void => {
					if (stdout.includes(text) || stderr.includes(text)) resolve();
					else if (isOver) reject(new Error(`It ended without "${text}".\n${stdout}\n${stderr}`));
					else return;
					watchers.delete(look);
				};
				watchers.add(look);
				look();
			}),
		kill: signal => {
			child.kill(signal);
		},
		closeStdout: () => {
			child.stdout.destroy();
		},
	};
};

/** Runs it to its end. */
export const runCli = (args: readonly string[], options?: CliOptions): Promise<Ran> =>
	startCli(args, options).ended;
