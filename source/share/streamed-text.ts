/**
 * The text of one stream so far, in bounded memory: the newest `streamLimitChars` stay, and what went is counted.
 *
 * Invariant: `text` depends on the whole text only, never on how it came in pieces, and begins with a whole character;
 * little more than the limit is ever held. Called by in-progress.ts.
 */

/** UTF-16 units. With the sentence in front it is no more than a client keeps of a command's output. */
export const streamLimitChars = 1024 * 1024 - 256;

/** Pieces become chunks of about so much; chunks go as a whole, so that nothing is copied for each delta. */
const chunkChars = 16 * 1024;
const mostPieces = 1024;

export type StreamedText = {
	readonly append: (text: string) => void;
	/** Held, UTF-16 units. */
	readonly chars: () => number;
	/** With a sentence in front where the beginning is gone. */
	readonly text: () => string;
};

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** The newest of it, as much as may stay. */
const newestOf = (text: string): string => {
	if (text.length <= streamLimitChars) return text;
	const from = text.length - streamLimitChars;
	return text.slice(isLowSurrogate(text.charCodeAt(from)) ? from + 1 : from);
};

export const createStreamedText = (): StreamedText => {
	let chunks: string[] = [];
	let pieces: string[] = [];
	let pieceChars = 0;
	let held = 0;
	let told = 0;

	const endChunk = (): void => {
		chunks.push(newestOf(pieces.join('')));
		held += (chunks.at(-1)?.length ?? 0) - pieceChars;
		pieces = [];
		pieceChars = 0;
		let gone = 0;
		for (const chunk of chunks) {
			if (held - chunk.length < streamLimitChars) break;
			held -= chunk.length;
			gone += 1;
		}
		if (gone > 0) chunks = chunks.slice(gone);
	};

	return {
		append(text) {
			pieces.push(text);
			pieceChars += text.length;
			held += text.length;
			told += text.length;
			if (pieceChars >= chunkChars || pieces.length >= mostPieces) endChunk();
		},
		chars: () => held,
		text() {
			const kept = newestOf([...chunks, ...pieces].join(''));
			const omitted = told - kept.length;
			return omitted === 0
				? kept
				: `[${omitted} characters that came before this are not kept by the share]\n${kept}`;
		},
	};
};
