/** From a verb to the end of the process: what it throws becomes its sentence on stderr and its exit code. */
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

/** Whatever still holds the event loop (a terminal, a timer) must not keep a finished command alive. */
const exit = async (exitCode: number): Promise<never> => {
	process.exitCode = exitCode;
	await closeVanishedTerminals();
	return process.exit();
};

/** `work` resolves with the exit code. */
export const runToEnd = async (work: () => Promise<number>): Promise<never> => {
	// Holds where the event loop runs dry before the work has settled, which it should not.
	process.exitCode = exitCodes.failed;
	/** A reader that went away (`| head`) is no failure of ours. */
	process.stdout.on('error', (error: NodeJS.ErrnoException) => {
		void exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed);
	});
	// Nobody hears us any more: that is all that can be said of it.
	process.stderr.on('error', () => {});
	try {
		return await exit(await work());
	} catch (error) {
		const {lines, exitCode} = explain(error);
		for (const line of lines) process.stderr.write(`${line}\n`);
		return exit(exitCode);
	}
};
