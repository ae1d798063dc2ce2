/**
 * Runs clean-up when this process ends: exit, SIGINT, SIGTERM, SIGHUP, an uncaught error.
 *
 * Invariants: clean-up is synchronous, newest first, each at most once, and one that throws does not stop the
 * others. A signal ends the process at once only where nobody else listens for it: the TUI restores its terminal
 * itself and exits, and `exit` then brings us here. If nobody has ended it after a while, it is ended.
 */
type CleanUp = () => void;

const cleanUps = new Set<CleanUp>();

/** Numbers of the signals, for the customary exit code 128 + N. */
const signals = {SIGHUP: 1, SIGINT: 2, SIGTERM: 15} as const;

const politeMs = 5000;

const runAll = (): void => {
	for (const cleanUp of [...cleanUps].reverse()) {
		cleanUps.delete(cleanUp);
		try {
			cleanUp();
		} catch {
			// The process is ending: there is nobody left to tell, and the others must have their turn.
		}
	}
};

const onSignal = (signal: NodeJS.Signals): void => {
	const end = () => {
		runAll();
		process.exit(128 + (signal in signals ? signals[signal as keyof typeof signals] : 0));
	};

	if (process.listenerCount(signal) > 1) {
		// Two that are polite to each other would never end.
		setTimeout(end, politeMs).unref();
	} else {
		end();
	}
};

/** Returns the way to take it back. */
export const onProcessEnd = (cleanUp: CleanUp): (() => void) => {
	if (cleanUps.size === 0) {
		process.on('exit', runAll);
		for (const signal of Object.keys(signals)) {
			process.on(signal as NodeJS.Signals, onSignal);
		}
	}

	cleanUps.add(cleanUp);
	return () => {
		cleanUps.delete(cleanUp);
		if (cleanUps.size === 0) {
			process.off('exit', runAll);
			for (const signal of Object.keys(signals)) {
				process.off(signal as NodeJS.Signals, onSignal);
			}
		}
	};
};
