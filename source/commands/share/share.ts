/**
 * `jumpseat share`: lets people into one thread, each in a role, until it ends; or tells a share that runs something.
 */
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';

export const share = async (context: Context, words: readonly string[]): Promise<number> => {
	if (context.options.control) return (await import('./control.ts')).control(context, words);
	throw new CommandError(exitCodes.failed, 'Sharing is not built yet.');
};
