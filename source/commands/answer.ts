/** `jumpseat answer`. */
import type {Context} from './context.ts';
import {CommandError, exitCodes} from './exit-codes.ts';

export const answer = (_context: Context, _words: readonly string[]): Promise<number> => {
	throw new CommandError(exitCodes.failed, 'Not built yet.');
};
