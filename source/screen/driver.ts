/**
 * The terminal driver: the only place that writes to the terminal and reads from it. It keeps the newest frame,
 * sends one at a time behind a fence, never blocks the event loop, and whatever happens puts the terminal back as it
 * was. The composition root makes one; everything that draws hands it frames.
 */
import {Buffer} from 'node:buffer';
import type {Row} from '../view/row.ts';
import {type Capabilities, capabilitiesFrom, withReply} from './capabilities.ts';
import {type Painted, paintFrame} from './compositor.ts';
import {createFence, streamIntervalMs} from './fence.ts';
import type {Frame, Size} from './frame.ts';
import type {InputEvent} from './input.ts';
import {createKeyboard} from './keyboard.ts';
import {asLines} from './last-lines.ts';
import {createListeners} from './listeners.ts';
import * as sequences from './sequences.ts';
import type {Terminal, TerminalOptions, Urgency} from './terminal.ts';

export type {Terminal, TerminalOptions, TerminalStats, Urgency} from './terminal.ts';

/** While this many bytes are unconfirmed, even the answer to a key waits: it would only queue up behind them. */
const mostUnconfirmedBytes = 2048;
const leavePatienceMs = 300;

type State = 'outside' | 'inside' | 'leaving' | 'suspended' | 'left' | 'gone';

export const createTerminal = ({input, output, env, clock}: TerminalOptions): Terminal => {
	const inputs = createListeners<InputEvent>();
	const resizes = createListeners<Size>();
	const gone = createListeners<undefined>();
	const fence = createFence();

	let state: State = 'outside';
	let capabilities: Capabilities = capabilitiesFrom(env);
	/** What the terminal shows once all that was written has been drawn; undefined where we cannot know. */
	let shown: Frame | undefined;
	let cursorAt: Painted['at'];
	let newest: Frame | undefined;
	let waiting: Urgency | undefined;
	/** Control sequences that wait for the write under way. */
	let queued = '';
	let isWriting = false;
	let drainMs = 0;
	let nextStreamAtMs = 0;
	let stopWaking: (() => void) | undefined;
	let onQuiet: (() => void) | undefined;
	let stopWatchingSize: (() => void) | undefined;
	let mouse: 'off' | 'wheel' = 'off';
	let title: string | undefined;
	let knowsFocus = false;
	let bytesWritten = 0;
	let frames = 0;
	let framesSkipped = 0;

	const isQuiet = (): boolean => !isWriting && fence.unconfirmedBytes() === 0;

	const write = (bytes: string): void => {
		isWriting = true;
		bytesWritten += Buffer.byteLength(bytes);
		const startedAtMs = clock.nowMs();
		output.write(bytes, error => {
			isWriting = false;
			if (error) {
				lose('output');
				return;
			}
			drainMs = 0.7 * drainMs + 0.3 * (clock.nowMs() - startedAtMs);
			pump();
		});
	};

	/** When the newest frame may be painted: 0 for now, Infinity for not before something happens. */
	const paintAtMs = (urgency: Urgency): number => {
		const unconfirmed = fence.unconfirmedBytes();
		const isCongested = unconfirmed > mostUnconfirmedBytes && fence.mode() === 'fenced';
		if (urgency === 'input') return isCongested ? Number.POSITIVE_INFINITY : 0;
		return Math.max(nextStreamAtMs, fence.clearAtMs(clock.nowMs()));
	};

	const paintNewest = (frame: Frame): void => {
		waiting = undefined;
		const nowMs = clock.nowMs();
		const {bytes, at} = paintFrame(shown, frame, {...capabilities, at: cursorAt});
		shown = frame;
		cursorAt = at;
		if (bytes === '') return;
		frames++;
		nextStreamAtMs = nowMs + streamIntervalMs(Math.max(fence.roundTripMs() ?? 0, drainMs));
		const asks = fence.shouldAsk();
		if (asks) fence.asked(Buffer.byteLength(bytes), nowMs);
		write(asks ? bytes + sequences.fenceQuery : bytes);
	};

	/** Does the next thing that can be done; called whenever anything changed. */
	const pump = (): void => {
		stopWaking?.();
		stopWaking = undefined;
		if (isWriting || (state !== 'inside' && state !== 'leaving')) return;
		const nowMs = clock.nowMs();
		fence.expire(nowMs);
		if (queued !== '') {
			const bytes = queued;
			queued = '';
			write(bytes);
			return;
		}

		if (isQuiet()) onQuiet?.();
		const size = output.size();
		const isFitting = newest?.size.columns === size.columns && newest.size.rows === size.rows;
		if (state !== 'inside' || !newest || !waiting || !isFitting) return;
		const atMs = paintAtMs(waiting);
		if (atMs <= nowMs) {
			paintNewest(newest);
			return;
		}
		const wakeAtMs = Math.min(atMs, fence.deadlineMs() ?? Number.POSITIVE_INFINITY);
		if (Number.isFinite(wakeAtMs)) stopWaking = clock.setTimeout(pump, Math.max(1, wakeAtMs - nowMs));
	};

	const send = (bytes: string): void => {
		if (state !== 'inside') return;
		queued += bytes;
		pump();
	};

	const repaint = (): void => {
		shown = undefined;
		if (newest) waiting = 'input';
		pump();
	};

	/** tmux tells who has the focus as soon as it is asked, or, with `focus-events off`, never: then nobody is known to look. */
	const assumeUnseen = (): void => {
		if (capabilities.tmux && !knowsFocus) inputs.emit({type: 'focus', focused: false});
	};

	const onEvent = (event: InputEvent): void => {
		if (event.type === 'reply' && event.kind === 'fence') {
			fence.answered(clock.nowMs());
			pump();
			return;
		}

		if (state !== 'inside') return;
		if (event.type === 'reply' && (event.kind === 'mode' || event.kind === 'version')) {
			capabilities = withReply(capabilities, event.raw);
			if (event.kind === 'version') assumeUnseen();
			return;
		}

		// Whoever had the screen meanwhile may have left something on it.
		knowsFocus ||= event.type === 'focus';
		if (event.type === 'focus' && event.focused) repaint();
		inputs.emit(event);
	};

	const keyboard = createKeyboard({
		input,
		clock,
		onEvent,
		onGone: () => lose('input'),
		extraPatienceMs: () => fence.roundTripMs() ?? 0,
	});

	const stop = (next: State): void => {
		state = next;
		queued = '';
		stopWaking?.();
		stopWatchingSize?.();
		stopWaking = undefined;
		stopWatchingSize = undefined;
		shown = undefined;
		keyboard.close();
	};

	const lose = (broken: 'input' | 'output'): void => {
		if (state === 'gone' || state === 'left') return;
		// What we only read from may not be all of it: what is written to may stand, and be somebody's.
		if (broken === 'input' && (state === 'inside' || state === 'leaving')) giveBack('gone', []);
		else stop('gone');
		onQuiet?.();
		gone.emit(undefined);
	};

	const begin = (): void => {
		if (state === 'gone' || state === 'left' || state === 'leaving') return;
		// Stopped unasked and continued, the title that was there before still lies on the stack.
		const pushTitle = state === 'inside' ? '' : sequences.pushTitle;
		state = 'inside';
		fence.forget();
		keyboard.open();
		stopWatchingSize ??= output.onResize(() => {
			repaint();
			resizes.emit(output.size());
		});
		const extras =
			(mouse === 'wheel' ? sequences.wheelOn : '') +
			(title === undefined ? '' : pushTitle + sequences.windowTitle(title));
		const asks = sequences.synchronizedQuery + (capabilities.mayBeTmux ? sequences.versionQuery : '');
		queued += sequences.enterScreen + asks + extras;
		repaint();
		knowsFocus = false;
		assumeUnseen();
	};

	const giveBack = (next: State, lastLines: readonly Row[]): void => {
		const cut = isWriting ? sequences.abortSequence : '';
		isWriting = false;
		const extras =
			(mouse === 'wheel' ? sequences.wheelOff : '') + (title === undefined ? '' : sequences.popTitle);
		const bytes = cut + extras + sequences.leaveScreen + asLines(lastLines);
		bytesWritten += Buffer.byteLength(bytes);
		output.writeSync(bytes);
		stop(next);
	};

	const leaveSync = (lastLines: readonly Row[] = []): void => {
		if (state === 'inside' || state === 'leaving') giveBack('left', lastLines);
		else if (state === 'suspended') state = 'left';
	};

	/** Resolves once nothing is being written and no answer is due, which would end up as text in the shell. */
	const quiet = async (): Promise<void> =>
		new Promise(resolve => {
			const cancel = clock.setTimeout(() => onQuiet?.(), leavePatienceMs);
			onQuiet = () => {
				cancel();
				onQuiet = undefined;
				resolve();
			};
			pump();
		});

	return {
		size: () => output.size(),
		enter: begin,
		async leave(lastLines = []) {
			if (state === 'inside') {
				state = 'leaving';
				await quiet();
			}

			leaveSync(lastLines);
		},
		leaveSync,
		show(frame, urgency) {
			if (waiting) framesSkipped++;
			newest = frame;
			waiting = waiting === 'input' ? 'input' : urgency;
			pump();
		},
		repaint,
		onInput: inputs.add,
		onResize: resizes.add,
		onGone: listener => gone.add(listener),
		setTitle(text) {
			const next = text.slice(0, sequences.longestTitle);
			if (next === title) return;
			const push = title === undefined ? sequences.pushTitle : '';
			title = next;
			send(push + sequences.windowTitle(next));
		},
		bell() {
			send(sequences.ringBell);
		},
		notify(text) {
			send(sequences.desktopNotification(text.slice(0, sequences.longestNotification), capabilities));
		},
		copy(text) {
			if (4 * Math.ceil(Buffer.byteLength(text) / 3) > sequences.longestClipboard) return 'tooLarge';
			send(sequences.setClipboard(text, capabilities));
			return 'sent';
		},
		setMouse(next) {
			if (next === mouse) return;
			mouse = next;
			send(next === 'wheel' ? sequences.wheelOn : sequences.wheelOff);
		},
		async suspend() {
			if (state !== 'inside') return false;
			state = 'leaving';
			await quiet();
			if (state !== 'leaving') return false;
			giveBack('suspended', []);
			return true;
		},
		resume: begin,
		stats: () => ({
			bytesWritten,
			frames,
			framesSkipped,
			fenceRoundTripMs: fence.roundTripMs(),
			fence: fence.mode(),
			synchronized: capabilities.synchronized,
		}),
	};
};
