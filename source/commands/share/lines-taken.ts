/**
 * The time between the join lines and the screen that would cover them: the owner copies the lines and presses Enter.
 * Invariant: the terminal and the signals are as before when it is over. Called by `share` in a terminal.
 */
import readline from 'node:readline';
import {Writable} from 'node:stream';
import type {Context} from '../context.ts';
import {exitCodes} from '../exit-codes.ts';

/** Undefined: the screen is wanted; else the exit code, for the owner goes, or the share has `ended`. `signalled`: its exit code. */
export const linesTaken = async (
	{stdin, stderr}: Pick<Context, 'stdin' | 'stderr'>,
	ended: Promise<unknown>,
	signalled: Promise<number>,
): Promise<number | undefined> => {
	const nowhere = new Writable({write: (_chunk, _encoding, done) => done()});
	const keys = readline.createInterface({input: stdin, output: nowhere, terminal: true, historySize: 0});
	stderr.write('Enter shows the thread, Ctrl+C ends the share.\n');
	const pressed = new Promise<number | undefined>(resolve => {
		keys.once('line', () => resolve(undefined));
		// Ctrl+C and Ctrl+D.
		keys.once('close', () => resolve(exitCodes.interrupted));
	});
	try {
		return await Promise.race([pressed, signalled, ended.then(() => exitCodes.done)]);
	} finally {
		keys.close();
	}
};
