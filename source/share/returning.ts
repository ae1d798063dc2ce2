/**
 * Guests who were sent away by a lost server and told to come back: no news when they do, news when they do not. Held
 * by gateway.ts.
 */
import type {Environment} from '../app-server/connection.ts';

export type Returning = {
	readonly expect: (name: string) => void;
	readonly isExpected: (name: string) => boolean;
	/** True: he was expected. */
	readonly came: (name: string) => boolean;
	/** The server is back: from now on it is time to come. */
	readonly begin: () => void;
	readonly stop: () => void;
};

/** A client that comes back by itself is here long before. */
const comeBackWithinMs = 30_000;

export const createReturning = (
	later: Environment['later'],
	onMissing: (name: string) => void,
): Returning => {
	const expected = new Set<string>();
	let cancel: (() => void) | undefined;
	return {
		expect: name => void expected.add(name),
		isExpected: name => expected.has(name),
		came: name => expected.delete(name),
		begin() {
			cancel?.();
			cancel = later(comeBackWithinMs, () => {
				for (const name of expected) onMissing(name);
				expected.clear();
			});
		},
		stop: () => cancel?.(),
	};
};
