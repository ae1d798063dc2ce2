/**
 * Repeats a read that an overloaded server turned away. Only for calls that may be sent twice: a change is
 * never re-sent blindly. Chance and time come from outside. Called by app-server/.
 */
import {RpcError} from './errors.ts';

export type RetryOptions = {
	/** Calls at most, the first included. */
	readonly attempts: number;
	/** The wait before the second call; it doubles from call to call, and up to half of it is left to chance. */
	readonly baseDelayMs: number;
	/** In [0, 1). */
	readonly random: () => number;
	readonly sleep: (delayMs: number) => Promise<void>;
};

/** @throws what `call` throws: at once, unless the server was overloaded and there are attempts left */
export const withRetry = async <Result>(
	call: () => Promise<Result>,
	{attempts, baseDelayMs, random, sleep}: RetryOptions,
): Promise<Result> => {
	for (let attempt = 1; ; attempt++) {
		try {
			return await call();
		} catch (error) {
			const isOverloaded = error instanceof RpcError && error.kind === 'overloaded';
			if (!isOverloaded || attempt >= attempts) throw error;
			// Clients that were turned away together must not come back together.
			await sleep(baseDelayMs * 2 ** (attempt - 1) * (0.5 + random() / 2));
		}
	}
};
