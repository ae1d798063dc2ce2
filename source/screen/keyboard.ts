/**
 * The reading half of the driver: bytes from stdin in whatever pieces, through the parser, to events; and the little
 * patience that a lone Escape, a cut sequence or an unended paste needs. Called by the driver only.
 */
import type {Buffer} from 'node:buffer';
import {StringDecoder} from 'node:string_decoder';
import type {Clock} from './clock.ts';
import {createInputParser, type InputEvent} from './input.ts';

/** The part of `process.stdin` that is used. */
export type TerminalInput = {
	setRawMode?(raw: boolean): unknown;
	on(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
	on(event: 'end' | 'close' | 'error', listener: () => void): unknown;
	off(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
	off(event: 'end' | 'close', listener: () => void): unknown;
	resume(): unknown;
	pause(): unknown;
};

export type Keyboard = {
	/** Raw mode on, reading. */
	open(): void;
	/** Raw mode off, not reading; may be opened again. */
	close(): void;
};

export type KeyboardOptions = {
	readonly input: TerminalInput;
	readonly clock: Clock;
	readonly onEvent: (event: InputEvent) => void;
	readonly onGone: () => void;
	/** How long a sequence may take to arrive, beyond the usual, on this link. */
	readonly extraPatienceMs: () => number;
};

const sequencePatienceMs = 50;
const longestSequencePatienceMs = 300;
const pastePatienceMs = 2000;

export const createKeyboard = ({
	input,
	clock,
	onEvent,
	onGone,
	extraPatienceMs,
}: KeyboardOptions): Keyboard => {
	const decoder = new StringDecoder('utf8');
	const parser = createInputParser();
	let stopWaiting: (() => void) | undefined;
	let isOpen = false;

	const deliver = (events: readonly InputEvent[]): void => {
		for (const event of events) onEvent(event);
	};

	const onData = (chunk: Buffer | string): void => {
		stopWaiting?.();
		stopWaiting = undefined;
		const events = parser.push(typeof chunk === 'string' ? chunk : decoder.write(chunk));
		if (parser.open !== 'nothing') {
			const sequenceMs = Math.min(sequencePatienceMs + extraPatienceMs(), longestSequencePatienceMs);
			stopWaiting = clock.setTimeout(
				() => deliver(parser.flush()),
				parser.open === 'paste' ? pastePatienceMs : sequenceMs,
			);
		}

		deliver(events);
	};

	// Stays for good: an error that nobody listens to would end the process before the terminal is restored.
	input.on('error', onGone);

	return {
		open() {
			input.setRawMode?.(true);
			if (!isOpen) {
				input.on('data', onData);
				for (const event of ['end', 'close'] as const) input.on(event, onGone);
			}

			isOpen = true;
			input.resume();
		},
		close() {
			if (!isOpen) return;
			isOpen = false;
			stopWaiting?.();
			stopWaiting = undefined;
			parser.flush();
			input.off('data', onData);
			for (const event of ['end', 'close'] as const) input.off(event, onGone);
			try {
				input.setRawMode?.(false);
			} catch {
				// The terminal is gone; it needs no mode any more.
			}

			input.pause();
		},
	};
};
