/**
 * The text of one stream so far, in bounded memory: the newest `streamLimitChars` stay, and what went is counted.
 *
 * Invariant: what is kept depends on the whole text only up to one chunk, never grows beyond the limit by more than
 * that, and is never cut within a character. Called by in-progress.ts.
 */

/** UTF-16 units; as much as a client keeps of a command's output. */
export const streamLimitChars = 1024 * 1024;
/** Pieces are joined and the beginning is cut after so much that is new: one copy for a chunk, not for each delta. */
const chunkChars = 64 * 1024;
const mostPieces = 1024;

export type StreamedText = {
	readonly append: (text: string) => void;
	/** Kept, UTF-16 units. */
	readonly chars: () => number;
	/** With a sentence in front where the beginning is gone. */
	readonly text: () => string;
};

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

export const createStreamedText = (): StreamedText => {
	let pieces: string[] = [];
	let kept = 0;
	let omitted = 0;

	const join = (): string => {
		let joined = pieces.length === 1 ? (pieces[0] ?? '') : pieces.join('');
		if (joined.length > streamLimitChars) {
			const from = joined.length - streamLimitChars;
			const start = isLowSurrogate(joined.charCodeAt(from)) ? from + 1 : from;
			omitted += start;
			joined = joined.slice(start);
		}
		pieces = [joined];
		kept = joined.length;
		return joined;
	};

	return {
		append(text) {
			pieces.push(text);
			kept += text.length;
			if (kept > streamLimitChars + chunkChars || pieces.length > mostPieces) join();
		},
		chars: () => kept,
		text() {
			const joined = join();
			return omitted === 0
				? joined
				: `[${omitted} characters that came before this are not kept by the share]\n${joined}`;
		},
	};
};
