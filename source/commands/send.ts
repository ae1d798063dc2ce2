/** `jumpseat send`. */
import type {Context} from './context.ts';
import {CommandError, exitCodes} from './exit-codes.ts';

export const send = (_context: Context, _words: readonly string[]): Promise<number> => {
	throw new CommandError(exitCodes.failed, 'Not built yet.');
};
