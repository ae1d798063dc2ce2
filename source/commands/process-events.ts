/**
 * What the process may be told while the screen is up: signals, a continue, its end, an error that nobody caught.
 * Every listener is given back: the signals' last, once everything else is. Used by `attach.tsx`.
 */
import process from 'node:process';
import {exitCodes} from './exit-codes.ts';

export type ProcessListener = {
	/** A signal that asks us to go; `exitCode` is 128 and its number, but 130 for Ctrl+C. */
	readonly onEnd: (exitCode: number) => void;
	/** Asked to stop for a while, by somebody else than the keyboard: Node would stop with the screen still taken. */
	readonly onSuspend: () => void;
	readonly onContinue: () => void;
	/** The process ends now: only what is synchronous is done. */
	readonly onExit: () => void;
	readonly onError: (error: unknown) => void;
};

export type ProcessEvents = {
	/** Listens to nothing but signals any more. */
	readonly letGo: () => void;
	/**
	 * Only once everything is given back: a listener of Ink's (signal-exit) raises the signal again, and so ends
	 * the process on the spot, where it finds that nobody else listens any more.
	 */
	readonly ignoreSignals: () => void;
};

const codes: ReadonlyMap<NodeJS.Signals, number> = new Map([
	['SIGTERM', 143],
	['SIGHUP', 129],
	['SIGINT', exitCodes.interrupted],
	['SIGQUIT', 131],
]);

export const listenToProcess = ({
	onEnd,
	onSuspend,
	onContinue,
	onExit,
	onError,
}: ProcessListener): ProcessEvents => {
	const onSignal = (signal: NodeJS.Signals): void => onEnd(codes.get(signal) ?? exitCodes.failed);
	for (const signal of codes.keys()) process.on(signal, onSignal);
	process.on('SIGTSTP', onSuspend);
	process.on('SIGCONT', onContinue);
	process.on('exit', onExit);
	process.on('uncaughtException', onError);
	process.on('unhandledRejection', onError);
	return {
		letGo() {
			process.off('SIGTSTP', onSuspend);
			process.off('SIGCONT', onContinue);
			process.off('uncaughtException', onError);
			process.off('unhandledRejection', onError);
		},
		ignoreSignals() {
			for (const signal of codes.keys()) process.off(signal, onSignal);
		},
	};
};
