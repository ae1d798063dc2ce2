/**
 * One `ssh` as a child process: what the other side says first, its pipes as a Duplex, its words, its end. Called by
 * connect-ssh.ts.
 *
 * Invariants: it never outlives this process — a pipe that closes ends it where no code of ours runs any more — and
 * nothing of it reaches the terminal but the prompts that it was allowed.
 */
import {spawn} from 'node:child_process';
import process from 'node:process';
import {Duplex} from 'node:stream';
import {type Opening, readOpening} from './ssh-command.ts';

export type SshEnd = {
	/** Undefined when a signal ended it, or when it never ran. */
	readonly code: number | undefined;
	/** There is no `ssh` to run, or it may not be run. */
	readonly spawnError: Error | undefined;
};

export type SshProcess = {
	/** What the other side says first; undefined when it ended before that, or says something else at length. */
	readonly opening: Promise<Opening | undefined>;
	/** stdin and stdout as one, once `opening` is there. Its end is the end of ssh. */
	readonly duplex: () => Duplex;
	/** The last of what it wrote to stderr, and before `opening` to stdout; as it came. */
	readonly words: () => {readonly stderr: string; readonly stdout: string};
	/** Resolves once it has ended and all its words are here. */
	readonly ended: Promise<SshEnd>;
	/** Ends it: first by closing its pipes, soon by a signal. Any number of times. */
	readonly end: () => void;
};

const wordsLimit = 8192;
/** Of an rc file that talks. */
const noiseLimitBytes = 64 * 1024;
/** For the proxy there to see the end and for ssh to report it. */
const politeMs = 300;
const patienceMs = 1500;
/** A helper of ssh's may hold stderr open after its end. */
const lastWordsMs = 100;

/** Starts the `ssh` on PATH. With `mayPrompt` it shares our terminal and may ask there; else it has none. */
export const startSsh = (args: readonly string[], {mayPrompt}: {readonly mayPrompt: boolean}): SshProcess => {
	const child = spawn('ssh', args, {
		stdio: ['pipe', 'pipe', 'pipe'],
		// A session of its own has no terminal, whatever ssh or its helpers have in mind.
		detached: !mayPrompt,
	});
	const {stdin, stdout, stderr} = child;
	let stderrText = '';
	let noise = Buffer.alloc(0);
	let isEnding = false;
	stdin.on('error', () => {});
	stdout.on('error', () => {});
	stderr.on('error', () => {});
	stderr.setEncoding('utf8').on('data', (text: string) => {
		stderrText = (stderrText + text).slice(-wordsLimit);
	});

	const killNow = (): void => {
		// A password prompt gives the terminal its echo back on this signal.
		child.kill('SIGTERM');
	};
	process.once('exit', killNow);

	const ended = new Promise<SshEnd>(resolve => {
		child.once('error', spawnError => resolve({code: undefined, spawnError}));
		child.once('exit', code => {
			const tell = (): void => resolve({code: code ?? undefined, spawnError: undefined});
			if (stderr.readableEnded) tell();
			else {
				stderr.once('end', tell);
				setTimeout(tell, lastWordsMs).unref();
			}
		});
	});

	const timers: NodeJS.Timeout[] = [];
	void ended.then(() => {
		process.off('exit', killNow);
		for (const timer of timers) clearTimeout(timer);
		stderr.destroy();
	});

	const end = (): void => {
		if (isEnding) return;
		isEnding = true;
		stdin.destroy();
		stdout.destroy();
		timers.push(
			setTimeout(killNow, politeMs).unref(),
			setTimeout(() => child.kill('SIGKILL'), patienceMs).unref(),
		);
	};

	const opening = new Promise<Opening | undefined>(resolve => {
		const settle = (found: Opening | undefined): void => {
			stdout.off('data', onData);
			stdout.off('close', onClose);
			stdout.pause();
			resolve(found);
		};
		const onClose = (): void => settle(undefined);
		const onData = (chunk: Buffer): void => {
			noise = Buffer.concat([noise, chunk]);
			const found = readOpening(noise);
			if (found !== undefined) {
				const rest = noise.subarray(found.length);
				settle(found.opening);
				if (rest.length > 0) stdout.unshift(rest);
			} else if (noise.length > noiseLimitBytes) settle(undefined);
		};
		stdout.on('data', onData);
		stdout.once('close', onClose);
		child.once('error', onClose);
	});

	return {
		opening,
		duplex: () => joined(stdin, stdout, end),
		words: () => ({stderr: stderrText, stdout: noise.toString('utf8')}),
		ended,
		end,
	};
};

/** Waits for the pipes on both sides, so that a slow reader slows the other end. */
const joined = (
	stdin: NodeJS.WritableStream,
	stdout: NodeJS.ReadableStream,
	onDestroyed: () => void,
): Duplex => {
	const duplex = new Duplex({
		read() {
			stdout.resume();
		},
		write(chunk: Uint8Array, _encoding, done) {
			stdin.write(chunk, done);
		},
		final(done) {
			stdin.end(() => done());
		},
		destroy(error, done) {
			onDestroyed();
			done(error);
		},
	});
	stdout.on('data', (chunk: Uint8Array) => {
		if (!duplex.push(chunk)) stdout.pause();
	});
	let isAtEnd = false;
	stdout.once('end', () => {
		isAtEnd = true;
		duplex.push(null);
	});
	stdout.once('close', () => {
		if (!isAtEnd) duplex.destroy();
	});
	return duplex;
};
