/** Whether there is a terminal that the screen can be drawn on; asked before anything is connected. */
import {smallest} from '../view/layout.ts';
import type {Context} from './context.ts';
import {CommandError, exitCodes} from './exit-codes.ts';

/** @throws CommandError with a sentence that says what is missing. */
export const requireTerminal = ({stdin, stdout, env}: Context): void => {
	if (!stdin.isTTY || !stdout.isTTY) {
		throw new CommandError(
			exitCodes.usage,
			'Attaching needs a terminal for input and output. `jumpseat ls` works in a pipe.',
		);
	}
	if (env.TERM === 'dumb') {
		throw new CommandError(
			exitCodes.usage,
			'Attaching needs a terminal that can move its cursor, and TERM says "dumb".',
		);
	}
	const {columns, rows} = stdout;
	if (columns > 0 && (columns < smallest.columns || rows < smallest.rows)) {
		throw new CommandError(
			exitCodes.failed,
			`This terminal is too small: ${columns}×${rows}, and Jumpseat needs ${smallest.columns}×${smallest.rows}.`,
		);
	}
};
