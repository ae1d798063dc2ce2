/** `jumpseat completions`. */
import type {Context} from './context.ts';
import {CommandError, exitCodes} from './exit-codes.ts';

export const completions = (_context: Context, _shell: string): Promise<number> => {
	throw new CommandError(exitCodes.failed, 'Not built yet.');
};
