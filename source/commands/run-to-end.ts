/**
 * From a verb to the end of the process: what it throws becomes its sentence on stderr and its exit code.
 *
 * Invariant: the process ends with 0 only when all of its standard output was taken, or its reader went away.
 */
import fs from 'node:fs';
import process from 'node:process';
import {exitCodes, explain} from './exit-codes.ts';

/**
 * Node puts the modes of a terminal back as it exits, and aborts with a stack trace (and a core file, which would hold
 * a token) where the terminal has vanished meanwhile. It leaves alone what is closed.
 */
const closeVanishedTerminals = async (): Promise<void> => {
	for (const descriptor of [0, 1, 2]) {
		try {
			if (!fs.fstatSync(descriptor).isCharacterDevice()) continue;
			const {default: tty} = await import('node:tty');
			if (!tty.isatty(descriptor)) fs.closeSync(descriptor);
		} catch {
			// It is closed already.
		}
	}
};

/** After a signal: whoever reads has had it too, or takes the rest at once. */
const flushWithinMs = 1000;

/** A pipe takes text as its reader does, and what still waits for that would be lost with the process. */
const handedOver = (exitCode: number): Promise<void> =>
	new Promise(resolve => {
		const {stdout} = process;
		if (stdout.isTTY) {
			resolve();
			return;
		}
		// Where it fails, the stream says so by itself.
		stdout.write('', error => {
			if (!error) resolve();
		});
		if (exitCode > 128) setTimeout(resolve, flushWithinMs);
	});

/** Whatever still holds the event loop (a terminal, a timer) must not keep a finished command alive. */
const exit = async (exitCode: number): Promise<never> => {
	process.exitCode = exitCode;
	await closeVanishedTerminals();
	return process.exit();
};

const onLostOutput = (error: NodeJS.ErrnoException): void => {
	// A reader that went away (`| head`) is no failure of ours.
	const isReaderGone = error.code === 'EPIPE';
	if (!isReaderGone) process.stderr.write(`Standard output cannot be written: ${error.message}\n`);
	void exit(isReaderGone ? exitCodes.done : exitCodes.failed);
};

const codeOf = async (work: () => Promise<number>): Promise<number> => {
	try {
		return await work();
	} catch (error) {
		const {lines, exitCode} = explain(error);
		for (const line of lines) process.stderr.write(`${line}\n`);
		return exitCode;
	}
};

/** `work` resolves with the exit code. */
export const runToEnd = async (work: () => Promise<number>): Promise<never> => {
	// Holds where the event loop runs dry before the work has settled, which it should not.
	process.exitCode = exitCodes.failed;
	process.stdout.once('error', onLostOutput).on('error', () => {});
	// Nobody hears us any more: that is all that can be said of it.
	process.stderr.on('error', () => {});
	const exitCode = await codeOf(work);
	await handedOver(exitCode);
	return exit(exitCode);
};
