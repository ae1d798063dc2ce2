/** `jumpseat completions`: prints the script with which a shell completes the command line. */
import {sanitiseLine} from '../../view/sanitise.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {bashCompletions} from './bash.ts';
import {fishCompletions} from './fish.ts';
import {zshCompletions} from './zsh.ts';

const scripts: Readonly<Record<string, (() => string) | undefined>> = {
	bash: bashCompletions,
	zsh: zshCompletions,
	fish: fishCompletions,
};

/** @throws CommandError `usage`: for this shell there are none. */
export const completions = async ({stdout}: Context, shell: string): Promise<number> => {
	const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
	if (script === undefined) {
		const known = Object.keys(scripts).join(', ');
		throw new CommandError(
			exitCodes.usage,
			`There are completions for ${known}, and none for: ${sanitiseLine(shell)}`,
		);
	}
	stdout.write(`${script()}\n`);
	return exitCodes.done;
};
