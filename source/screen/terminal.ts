/**
 * What the rest of the program may do with the terminal. The driver is the only implementation.
 */
import type {Row} from '../view/row.ts';
import type {Clock} from './clock.ts';
import type {FenceMode} from './fence.ts';
import type {Frame, Size} from './frame.ts';
import type {InputEvent} from './input.ts';
import type {TerminalInput} from './keyboard.ts';
import type {TerminalOutput} from './outlet.ts';

export type TerminalOptions = {
	readonly input: TerminalInput;
	readonly output: TerminalOutput;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly clock: Clock;
};

/** `input`: a person waits for it, paint at once. `stream`: at most 30 a second, fewer on a slow link. */
export type Urgency = 'input' | 'stream';

export type TerminalStats = {
	readonly bytesWritten: number;
	readonly frames: number;
	/** Frames that a newer one replaced before they were painted. */
	readonly framesSkipped: number;
	readonly fenceRoundTripMs: number | undefined;
	readonly fence: FenceMode;
	readonly synchronized: boolean;
};

export type Terminal = {
	size(): Size;
	/** Takes the screen: alternate screen, raw mode, no autowrap, bracketed paste, focus reports, no cursor. */
	enter(): void;
	/** Gives the screen back and leaves the lines in the normal one. Waits a moment for answers under way. Idempotent. */
	leave(lastLines?: readonly Row[]): Promise<void>;
	/** The same at once, for exit and signal handlers; best effort within a third of a second. Idempotent. */
	leaveSync(lastLines?: readonly Row[]): void;
	/** Shows a frame, or a newer one instead. A frame of another size than the terminal's is not painted. */
	show(frame: Frame, urgency: Urgency): void;
	/** Forgets what the terminal shows and paints all of it: Ctrl+L. Focus and resize do so by themselves. */
	repaint(): void;
	onInput(listener: (event: InputEvent) => void): () => void;
	onResize(listener: (size: Size) => void): () => void;
	/** The terminal is gone: closed, or its connection lost. Nothing can be shown or read any more. */
	onGone(listener: () => void): () => void;
	setTitle(text: string): void;
	bell(): void;
	/** A desktop notification, where the terminal knows OSC 9. */
	notify(text: string): void;
	/** Sends text to the clipboard by OSC 52. Terminals refuse long ones, so those are not sent. */
	copy(text: string): 'sent' | 'tooLarge';
	/** Off leaves selecting and the wheel to the terminal. */
	setMouse(mouse: 'off' | 'wheel'): void;
	/**
	 * Gives the screen back before the process stops, once no answer is due any more. Resolves with false where the
	 * terminal was not ours to give, or was left meanwhile. `resume` takes it again, also when we were stopped unasked.
	 */
	suspend(): Promise<boolean>;
	resume(): void;
	stats(): TerminalStats;
};
