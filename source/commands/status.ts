/** `jumpseat status`. */
import type {Context} from './context.ts';
import {CommandError, exitCodes} from './exit-codes.ts';

export const status = (_context: Context, _wanted: string | undefined): Promise<number> => {
	throw new CommandError(exitCodes.failed, 'Not built yet.');
};
