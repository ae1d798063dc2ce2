/**
 * Ink's terminal, which is none: a stdout that keeps Ink's last frame as rows, and a stdin that hands Ink the keys
 * that the driver did not take. Nothing of it reaches the real terminal, and between renders it costs nothing.
 *
 * Render with `{stdout: output.stream, stdin: input.stream, debug: true, interactive: true, patchConsole: false,
 * exitOnCtrlC: false}`: in debug mode Ink 7.1 writes each render whole and at once, without a throttle of its own,
 * and `interactive` makes it follow 'resize' even where CI is detected. Without debug, frames are captured as well.
 */
import {EventEmitter} from 'node:events';
import {Writable} from 'node:stream';
import {parseStyledRow} from '../view/ansi.ts';
import type {Row} from '../view/row.ts';
import type {Cursor, Size} from './frame.ts';
import {hideCursor} from './sequences.ts';

export type InkOutput = {
	/** For Ink's `stdout` option. */
	readonly stream: NodeJS.WriteStream;
	/** The last frame, top row first; rows that a render did not change keep their identity. */
	rows(): readonly Row[];
	/** Where Ink's `useCursor` put the cursor. Ink says so only when rendering without `debug`. */
	cursor(): Cursor | undefined;
	/** Calls back after each render that changed anything; returns its disposal. */
	onFrame(listener: () => void): () => void;
	/** Ink lays out for this size from now on, and renders at once. */
	resize(size: Size): void;
};

/** What Ink writes around a frame: erasing lines, clearing, cursor visibility, synchronized output, its cursor moves. */
const leading = /^(?:\u001B\[(?:\?[\d;]+[hl]|\d*[ABEFGJK]|H|\d+;\d+H|[23]J))+/;
const cursorAtEnd = /(?:\u001B\[(\d*)A)?\u001B\[(\d*)G\u001B\[\?25h$/;
const trailing = /(?:\u001B\[\?[\d;]+[hl])+$/;

export const createInkOutput = (size: Size): InkOutput => {
	let lines: readonly string[] = [];
	let rows: readonly Row[] = [];
	let cursor: Cursor | undefined;
	const listeners = new Set<() => void>();

	const take = (text: string): void => {
		const [cursorMove, up = '', column = '1'] = cursorAtEnd.exec(text) ?? [];
		const body = text
			.slice(0, text.length - (cursorMove?.length ?? 0))
			.replace(leading, '')
			.replace(trailing, '');
		// A write of control sequences only changes no row: it moves, hides or shows the cursor.
		if (body === '' && cursorMove === undefined && !text.includes(hideCursor)) return;
		const nextLines = body === '' ? lines : body.replace(/\n$/, '').split('\n');
		const nextCursor =
			cursorMove === undefined
				? undefined
				: {
						column: Number(column || 1) - 1,
						row: nextLines.length - Number(up || (cursorMove.includes('A') ? 1 : 0)),
					};
		const isSame =
			nextLines.length === lines.length && nextLines.every((line, index) => line === lines[index]);
		if (isSame && cursor?.column === nextCursor?.column && cursor?.row === nextCursor?.row) return;
		cursor = nextCursor;
		if (!isSame) {
			const known = new Map(lines.map((line, index) => [line, rows[index]]));
			rows = nextLines.map(
				(line, index) => (line === lines[index] ? rows[index] : known.get(line)) ?? parseStyledRow(line),
			);
			lines = nextLines;
		}

		for (const listener of [...listeners]) listener();
	};

	const stream = Object.assign(
		new Writable({
			decodeStrings: false,
			write(chunk, _encoding, done) {
				take(String(chunk));
				done();
			},
		}),
		{
			isTTY: true,
			columns: size.columns,
			rows: size.rows,
			getColorDepth: () => 24,
			hasColors: () => true,
			getWindowSize: (): [number, number] => [stream.columns, stream.rows],
		},
	);

	return {
		// Ink uses only what is here; the rest of a WriteStream would be a terminal.
		stream: stream as unknown as NodeJS.WriteStream,
		rows: () => rows,
		cursor: () => cursor,
		onFrame(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		resize(next) {
			stream.columns = next.columns;
			stream.rows = next.rows;
			stream.emit('resize');
		},
	};
};

export type InkInput = {
	/** For Ink's `stdin` option. */
	readonly stream: NodeJS.ReadStream;
	/**
	 * Hands Ink the raw bytes of one key. Each push is a read of its own, so that keys which arrived together stay
	 * keys; React commits in between. Dropped while no component listens.
	 */
	push(raw: string): void;
	/** Runs the task once Ink has taken every key pushed before: at once when it has. Never dropped. */
	after(task: () => void): void;
};

export const createInkInput = (): InkInput => {
	const queue: Array<string | (() => void)> = [];
	/** A key was just handed over: the next waits until React has committed what that one changed. */
	let isResting = false;

	const stream = Object.assign(new EventEmitter(), {
		isTTY: true,
		setRawMode: () => stream,
		setEncoding: () => stream,
		ref: () => stream,
		unref: () => stream,
		/** Ink reads until null at each 'readable'. */
		read: (): string | null => {
			const [next] = queue;
			if (isResting || typeof next !== 'string') return null;
			isResting = true;
			queue.shift();
			return next;
		},
	});

	const deliver = (): void => {
		isResting = false;
		// Keys typed before a field was there are not meant for it.
		while (typeof queue[0] === 'string' && stream.listenerCount('readable') === 0) queue.shift();
		const [next] = queue;
		if (next === undefined) return;
		setImmediate(deliver);
		if (typeof next === 'string') {
			stream.emit('readable');
			return;
		}
		isResting = true;
		queue.shift();
		// What the task pushes comes before what was pushed after it.
		const later = queue.splice(0);
		try {
			next();
		} finally {
			queue.push(...later);
		}
	};

	return {
		stream: stream as unknown as NodeJS.ReadStream,
		push(raw) {
			queue.push(raw);
			if (!isResting) deliver();
		},
		after(task) {
			if (isResting || queue.length > 0) queue.push(task);
			else task();
		},
	};
};
