/** From a verb to the end of the process: what it throws becomes its sentence on stderr and its exit code. */
import process from 'node:process';
import {exitCodes, explain} from './exit-codes.ts';

/** `work` resolves with the exit code. */
export const runToEnd = async (work: () => Promise<number>): Promise<never> => {
	/** A reader that went away (`| head`) is no failure of ours. */
	process.stdout.on('error', (error: NodeJS.ErrnoException) => {
		process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed);
	});
	try {
		process.exitCode = await work();
	} catch (error) {
		const {lines, exitCode} = explain(error);
		for (const line of lines) process.stderr.write(`${line}\n`);
		process.exitCode = exitCode;
	}
	// Whatever still holds the event loop (a terminal, a timer) must not keep a finished command alive.
	return process.exit();
};
