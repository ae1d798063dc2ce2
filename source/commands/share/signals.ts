/** The first signal that asks a verb without a screen to end; a second one ends the process as if nobody listened. */
import process from 'node:process';
import {exitCodes, signalExitCodes} from '../exit-codes.ts';

/** Resolves with the exit code that belongs to the signal; nobody listens any more once `until` is aborted. */
export const nextSignal = (until?: AbortSignal): Promise<number> =>
	new Promise(resolve => {
		const stop = (): void => {
			for (const each of signalExitCodes.keys()) process.off(each, onSignal);
		};
		const onSignal = (signal: NodeJS.Signals): void => {
			stop();
			resolve(signalExitCodes.get(signal) ?? exitCodes.failed);
		};
		until?.addEventListener('abort', stop, {once: true});
		for (const each of signalExitCodes.keys()) process.on(each, onSignal);
	});
