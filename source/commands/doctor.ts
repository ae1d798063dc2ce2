/** `jumpseat doctor`. */
import type {Context} from './context.ts';
import {CommandError, exitCodes} from './exit-codes.ts';

export const doctor = (_context: Context): Promise<number> => {
	throw new CommandError(exitCodes.failed, 'Not built yet.');
};
