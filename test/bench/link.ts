/**
 * A slow line between a program and its terminal, as ssh over a phone is one: so many bytes a second downwards, half
 * a round trip of delay each way, and a buffer — of sshd and the kernels — that takes what the program writes.
 *
 * Invariants: nothing is lost or reordered; what is under way never exceeds the buffer by more than one read.
 */
import {Buffer} from 'node:buffer';

export type Link = {
	/** Output of the program, towards the terminal. */
	down(text: string, deliver: (text: string) => void): void;
	/** Keys and answers of the terminal, towards the program. */
	up(text: string, deliver: (text: string) => void): void;
	/** How reading from the program is stopped while the buffer is full, and taken up again. */
	attach(reader: {pause(): void; resume(): void}): void;
	close(): void;
};

export type LinkOptions = {
	readonly bytesPerSecond: number;
	readonly roundTripMs: number;
	readonly bufferBytes: number;
};

const tickMs = 5;
/** Characters are handed over in pieces of about this many bytes: what crosses the line in one tick. */
const pieceOf = (text: string, bytes: number): string => {
	let end = 0;
	for (let taken = 0; end < text.length && taken < bytes; ) {
		const char = String.fromCodePoint(text.codePointAt(end) ?? 0);
		taken += Buffer.byteLength(char);
		end += char.length;
	}

	return text.slice(0, end);
};

export const createLink = ({bytesPerSecond, roundTripMs, bufferBytes}: LinkOptions): Link => {
	const delayMs = roundTripMs / 2;
	let reader: Parameters<Link['attach']>[0] | undefined;
	let buffer = '';
	let isPaused = false;
	let credit = 0;
	let lastMs = performance.now();
	let deliverDown = (_text: string): void => {};

	const timer = setInterval(() => {
		const nowMs = performance.now();
		credit = buffer === '' ? 0 : credit + ((nowMs - lastMs) * bytesPerSecond) / 1000;
		lastMs = nowMs;
		if (credit < 1) return;
		const piece = pieceOf(buffer, Math.floor(credit));
		credit -= Buffer.byteLength(piece);
		buffer = buffer.slice(piece.length);
		setTimeout(() => deliverDown(piece), delayMs);
		if (isPaused && buffer.length < bufferBytes) {
			isPaused = false;
			reader?.resume();
		}
	}, tickMs);

	return {
		down(text, deliver) {
			deliverDown = deliver;
			buffer += text;
			if (buffer.length < bufferBytes || isPaused) return;
			isPaused = true;
			reader?.pause();
		},
		up(text, deliver) {
			setTimeout(() => deliver(text), delayMs);
		},
		attach(next) {
			reader = next;
		},
		close() {
			clearInterval(timer);
		},
	};
};
