/**
 * Tells the owner that somebody came to a door with a token that opens nothing, and how often: the first at once, the
 * others together, so that nobody can flood a log. It says neither who nor which token. Made by whoever opens the doors.
 */
import type {Environment} from '../app-server/connection.ts';

export type TurnedAway = {
	readonly note: () => void;
	readonly stop: () => void;
};

const gatherMs = 60_000;

export const createTurnedAway = (
	later: Environment['later'],
	/** One sentence. */
	tell: (sentence: string) => void,
): TurnedAway => {
	let count = 0;
	let cancel: (() => void) | undefined;
	const gather = (): void => {
		cancel = undefined;
		if (count === 0) return;
		const times = count === 1 ? 'once more' : `${count} times more`;
		tell(`Somebody came ${times} with a token that opens nothing.`);
		count = 0;
		cancel = later(gatherMs, gather);
	};
	return {
		note() {
			if (cancel !== undefined) {
				count += 1;
				return;
			}
			tell(
				'Somebody came with a token that opens nothing: a link that has expired or is used up, or a guess.',
			);
			cancel = later(gatherMs, gather);
		},
		stop: () => cancel?.(),
	};
};
