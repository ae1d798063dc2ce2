/**
 * The fence: a query after each frame that the terminal answers once it has drawn it, so that frames never queue up
 * on a slow link: the next one goes when the last has been answered, or, on a line with a long delay, when it should
 * have left the line. Pure; time comes in with each call. Where no answer comes, nothing waits for one (drain-only);
 * where answers stop, each frame still asks, and the first answer brings the fence back.
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
	/**
	 * When the next frame of a stream may follow: 0 where nothing is under way; on a long line once what is under way
	 * should have left it, as long as the answers keep coming when they are expected; else Infinity.
	 */
	clearAtMs(nowMs: number): number;
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

/**
 * From this delay on a line is long: to wait for each answer would leave it empty for most of the time. Below, the
 * answer is there before the next frame is due.
 */
const longLineMs = 40;
/** The shortest round trip is believed a little less with every answer: a line can become longer. */
const forgetfulness = 1.01;
/** How much of the measured time is kept from answer to answer. */
const memory = 0.8;
/** An answer later than expected by this part of the delay says that the line is slower than we believe. */
const patience = 0.5;
/** Frames on a long line: one leaves it while the answer to the other comes. More would only queue, did we err. */
const mostFrames = 2;

/** What the answers say of the line: its delay without any load, and how long a byte takes. */
const createLine = () => {
	let delayMs = Number.POSITIVE_INFINITY;
	let busyMs = 0;
	let bytesSent = 0;
	let lastAnswerMs = 0;
	return {
		delayMs: () => delayMs,
		transmitMs: (bytes: number) => (bytesSent === 0 ? 0 : (bytes * busyMs) / bytesSent),
		answered(bytes: number, atMs: number, nowMs: number): void {
			delayMs = Math.min(delayMs * forgetfulness, nowMs - atMs);
			busyMs = memory * busyMs + Math.max(0, nowMs - Math.max(lastAnswerMs, atMs + delayMs));
			bytesSent = memory * bytesSent + bytes;
			lastAnswerMs = nowMs;
		},
	};
};

export const createFence = (): Fence => {
	const line = createLine();
	/** When all that was sent should have left the line. */
	let leftAtMs = 0;
	let mode: FenceMode = 'unproven';
	let hasAnswered = false;
	let roundTripMs: number | undefined;
	let asked: Array<{readonly bytes: number; readonly atMs: number; readonly leftAtMs: number}> = [];

	const deadlineMs = (): number | undefined => {
		const [oldest] = asked;
		if (!oldest || mode === 'drainOnly') return undefined;
		return oldest.atMs + (hasAnswered ? Math.max(laterAnswerMs, 8 * (roundTripMs ?? 0)) : firstAnswerMs);
	};

	const unconfirmedBytes = (): number =>
		mode === 'drainOnly' ? 0 : asked.reduce((sum, {bytes}) => sum + bytes, 0);

	return {
		shouldAsk: () => mode !== 'drainOnly' || (hasAnswered && asked.length === 0),
		asked(bytes, nowMs) {
			leftAtMs = Math.max(leftAtMs, nowMs) + line.transmitMs(bytes);
			asked.push({bytes, atMs: nowMs, leftAtMs});
		},
		answered(nowMs) {
			const answer = asked.shift();
			// An answer to a question given up says only that the terminal does answer.
			if (mode === 'drainOnly') asked = [];
			else if (answer) {
				const sample = nowMs - answer.atMs;
				line.answered(answer.bytes, answer.atMs, nowMs);
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
		unconfirmedBytes,
		clearAtMs(nowMs) {
			const [oldest] = asked;
			if (!oldest || mode === 'drainOnly') return 0;
			const delayMs = line.delayMs();
			const isLong = delayMs >= longLineMs && delayMs <= laterAnswerMs;
			const isOverdue = nowMs > oldest.leftAtMs + (1 + patience) * delayMs;
			const mayFollow = mode === 'fenced' && isLong && !isOverdue && asked.length < mostFrames;
			return mayFollow ? leftAtMs : Number.POSITIVE_INFINITY;
		},
		deadlineMs,
		roundTripMs: () => roundTripMs,
		mode: () => mode,
	};
};

/** How long to wait between frames of a stream: 30, 15 or 10 a second, the slower the terminal confirms. */
export const streamIntervalMs = (delayMs: number): number => (delayMs <= 50 ? 33 : delayMs <= 150 ? 66 : 100);
