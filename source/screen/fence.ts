/**
 * The fence: a query after each frame that the terminal answers once it has drawn it, so that no more than one
 * frame is ever under way on a slow link. Pure; time comes in with each call. Where no answer comes, nothing waits
 * for one (drain-only); where answers stop, each frame still asks, and the first answer brings the fence back.
 */

export type FenceMode = 'unproven' | 'fenced' | 'drainOnly';

export type Fence = {
	/** Whether the next frame shall end with the query. */
	shouldAsk(): boolean;
	asked(bytes: number, nowMs: number): void;
	answered(nowMs: number): void;
	/** Gives up waiting for answers that are overdue. */
	expire(nowMs: number): void;
	/** Forgets what was asked: somebody else had the terminal since. */
	forget(): void;
	/** Bytes that the terminal has not confirmed and that new frames have to wait for. */
	unconfirmedBytes(): number;
	/** When `expire` will have something to do. */
	deadlineMs(): number | undefined;
	/** Smoothed; undefined before the first answer. */
	roundTripMs(): number | undefined;
	mode(): FenceMode;
};

/** A terminal that has never answered gets a second. */
const firstAnswerMs = 1000;
/** One that has may have a bad moment: a suspended SSH, a slow full repaint. */
const laterAnswerMs = 4000;

export const createFence = (): Fence => {
	let mode: FenceMode = 'unproven';
	let hasAnswered = false;
	let roundTripMs: number | undefined;
	let asked: Array<{readonly bytes: number; readonly atMs: number}> = [];

	const deadlineMs = (): number | undefined => {
		const [oldest] = asked;
		if (!oldest || mode === 'drainOnly') return undefined;
		return oldest.atMs + (hasAnswered ? Math.max(laterAnswerMs, 8 * (roundTripMs ?? 0)) : firstAnswerMs);
	};

	return {
		shouldAsk: () => mode !== 'drainOnly' || (hasAnswered && asked.length === 0),
		asked(bytes, nowMs) {
			asked.push({bytes, atMs: nowMs});
		},
		answered(nowMs) {
			const answer = asked.shift();
			// An answer to a question given up says only that the terminal does answer.
			if (mode === 'drainOnly') asked = [];
			else if (answer) {
				const sample = nowMs - answer.atMs;
				roundTripMs = roundTripMs === undefined ? sample : 0.7 * roundTripMs + 0.3 * sample;
			}

			mode = 'fenced';
			hasAnswered = true;
		},
		expire(nowMs) {
			const deadline = deadlineMs();
			if (deadline === undefined || nowMs < deadline) return;
			mode = 'drainOnly';
			asked = [];
		},
		forget() {
			asked = [];
		},
		unconfirmedBytes: () => (mode === 'drainOnly' ? 0 : asked.reduce((sum, {bytes}) => sum + bytes, 0)),
		deadlineMs,
		roundTripMs: () => roundTripMs,
		mode: () => mode,
	};
};

/** How long to wait between frames of a stream: 30, 15 or 10 a second, the slower the terminal confirms. */
export const streamIntervalMs = (delayMs: number): number => (delayMs <= 50 ? 33 : delayMs <= 150 ? 66 : 100);
