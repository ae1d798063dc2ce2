/**
 * Standard output for a stream that nobody may slow down: the server cuts off a client that does not read (PROTOCOL),
 * so a reader that stalls makes us hold text, never wait. What is held is bounded.
 *
 * Invariants: text leaves in order and whole; once more than the limit waits, nothing more is taken and `tooSlow`
 * says so. Called by `tail` and `ls --watch`.
 */
import {systemClock} from '../screen/clock.ts';
import {createOutlet, openWithoutBlocking, type TerminalOutput} from '../screen/outlet.ts';

export type Sink = {
	readonly write: (text: string) => void;
	/** Resolves once the reader, or the kernel for it, has everything. */
	readonly flush: () => Promise<void>;
	/** Resolves when the reader is too far behind. */
	readonly tooSlow: Promise<void>;
};

export const mostWaitingBytes = 64 * 1024 * 1024;

/** What a person is told then; nothing is written after what waits already. */
export const tooSlowSentence = `Whoever reads this stream is too slow: ${mostWaitingBytes / 1024 / 1024} MB wait for it, and nothing follows them.`;

/** A pipe takes text without blocking; Node would block on a terminal that was stopped (Ctrl+S). */
export const openSink = (stdout: NodeJS.WriteStream, limitBytes: number = mostWaitingBytes): Sink => {
	const {write, flush, waitingBytes} = stdout.isTTY ? overTerminal(stdout) : overStream(stdout);
	let tellTooSlow = (): void => {};
	let isFull = false;
	const tooSlow = new Promise<void>(resolve => {
		tellTooSlow = resolve;
	});
	return {
		write(text) {
			if (isFull) return;
			write(text);
			if (waitingBytes() <= limitBytes) return;
			isFull = true;
			tellTooSlow();
		},
		flush,
		tooSlow,
	};
};

type Way = Pick<Sink, 'write' | 'flush'> & {readonly waitingBytes: () => number};

const overStream = (stdout: NodeJS.WriteStream): Way => ({
	write: text => void stdout.write(text),
	flush: () =>
		new Promise(resolve => {
			stdout.write('', () => resolve());
		}),
	waitingBytes: () => stdout.writableLength,
});

const overTerminal = (stdout: NodeJS.WriteStream): Way => {
	const outlet: TerminalOutput = createOutlet({
		descriptor: openWithoutBlocking('fd' in stdout && typeof stdout.fd === 'number' ? stdout.fd : 1),
		clock: systemClock,
		size: () => ({columns: stdout.columns, rows: stdout.rows}),
		onResize: () => () => {},
	});
	let waiting = '';
	let waitingBytes = 0;
	let onIdle: Array<() => void> = [];
	let isWriting = false;
	const next = (): void => {
		if (waiting === '') {
			isWriting = false;
			for (const idle of onIdle.splice(0)) idle();
			return;
		}
		isWriting = true;
		const [text, bytes] = [waiting, waitingBytes];
		waiting = '';
		outlet.write(text, error => {
			waitingBytes -= bytes;
			// The composition root ends a command whose terminal is gone.
			if (error === undefined) next();
			else stdout.destroy(error);
		});
	};
	return {
		write(text) {
			waiting += text;
			waitingBytes += Buffer.byteLength(text);
			if (!isWriting) next();
		},
		flush: () =>
			new Promise(resolve => {
				if (!isWriting) resolve();
				else onIdle = [...onIdle, resolve];
			}),
		waitingBytes: () => waitingBytes,
	};
};
