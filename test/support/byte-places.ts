/**
 * Where a byte of one side of a WebSocket connection stands: so that a cut can be aimed at the inside of a frame header
 * or of a multi-byte character, which a cut at any byte seldom hits.
 *
 * Invariant: it looks and never changes; it is fed every byte of its side, once, in order. Called by fault-proxy.ts.
 */

/** What lies on both sides of the gap before a byte. */
export type Place =
	/** The HTTP head: the Upgrade or its answer. */
	| 'upgrade'
	/** Between two frames. */
	| 'boundary'
	| 'header'
	/** Of a text that is not masked: the server's. */
	| 'character'
	| 'payload';

/** Returns the place before each byte of the next chunk. */
export const createPlaces = (): ((chunk: Buffer) => readonly Place[]) => {
	let part: 'upgrade' | 'header' | 'payload' = 'upgrade';
	/** The last four bytes of the head. */
	let tail = 0;
	let header: number[] = [];
	let isMasked = false;
	let payloadLeft = 0;
	let isFirst = true;

	const headerSize = (): number => {
		const [, second = 0] = header;
		const length = second & 0x7f;
		return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + ((second & 0x80) === 0 ? 0 : 4);
	};
	const payloadSize = (): number => {
		const bytes = Buffer.from(header);
		const length = (header[1] ?? 0) & 0x7f;
		if (length === 126) return bytes.readUInt16BE(2);
		return length === 127 ? Number(bytes.readBigUInt64BE(2)) : length;
	};
	const beginFrame = (): void => {
		part = 'header';
		header = [];
	};

	const step = (byte: number): Place => {
		switch (part) {
			case 'upgrade': {
				tail = ((tail << 8) | byte) >>> 0;
				// CR LF CR LF.
				if (tail === 0x0d0a0d0a) beginFrame();
				return 'upgrade';
			}
			case 'header': {
				const place = header.length === 0 ? 'boundary' : 'header';
				header.push(byte);
				if (header.length < 2 || header.length < headerSize()) return place;
				isMasked = ((header[1] ?? 0) & 0x80) !== 0;
				payloadLeft = payloadSize();
				isFirst = true;
				part = 'payload';
				if (payloadLeft === 0) beginFrame();
				return place;
			}
			case 'payload': {
				const isWithin = !isMasked && !isFirst && (byte & 0xc0) === 0x80;
				isFirst = false;
				payloadLeft -= 1;
				if (payloadLeft === 0) beginFrame();
				return isWithin ? 'character' : 'payload';
			}
		}
	};
	return chunk => Array.from(chunk, step);
};
