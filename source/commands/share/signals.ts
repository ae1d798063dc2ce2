/** The first signal that asks a verb without a screen to end; a second one ends the process as if nobody listened. */
import process from 'node:process';
import {exitCodes, signalExitCodes} from '../exit-codes.ts';

/** Resolves with the exit code that belongs to the signal. */
export const nextSignal = (): Promise<number> =>
	new Promise(resolve => {
		const onSignal = (signal: NodeJS.Signals): void => {
			for (const each of signalExitCodes.keys()) process.off(each, onSignal);
			resolve(signalExitCodes.get(signal) ?? exitCodes.failed);
		};
		for (const each of signalExitCodes.keys()) process.on(each, onSignal);
	});
