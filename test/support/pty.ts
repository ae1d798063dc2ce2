/**
 * A program in a real pseudo-terminal, and a headless emulator that shows what a person would see.
 *
 * Invariants: the emulator answers the queries of the program (cursor position, device status, attributes) as a
 * terminal does; `waitFor` looks again whenever something was drawn, and never sleeps. Used by end-to-end tests,
 * the benchmark and the picture of the README.
 */
import pty from '@lydell/node-pty';
import {Unicode11Addon} from '@xterm/addon-unicode11';
import headless from '@xterm/headless';
import {onProcessEnd} from '../../source/demo/process-end.ts';

export type PtyOptions = {
	readonly columns?: number;
	readonly rows?: number;
	readonly env?: NodeJS.ProcessEnv;
	readonly cwd?: string;
	/** What lies between the program and the emulator; nothing by default. */
	readonly link?: {
		down(text: string, deliver: (text: string) => void): void;
		up(text: string, deliver: (text: string) => void): void;
		attach(reader: {pause(): void; resume(): void}): void;
	};
};

export type StyledCell = {
	readonly text: string;
	/** 0 for the right half of a wide character. */
	readonly width: number;
	/** `default`, `palette:N` or `rgb:RRGGBB`. */
	readonly foreground: string;
	readonly background: string;
	readonly bold: boolean;
	readonly dim: boolean;
	readonly italic: boolean;
	readonly underline: boolean;
	readonly inverse: boolean;
};

const keys = {
	enter: '\r',
	tab: '\t',
	'shift-tab': '\u001B[Z',
	escape: '\u001B',
	backspace: '\u007F',
	delete: '\u001B[3~',
	up: '\u001B[A',
	down: '\u001B[B',
	right: '\u001B[C',
	left: '\u001B[D',
	home: '\u001B[H',
	end: '\u001B[F',
	'page-up': '\u001B[5~',
	'page-down': '\u001B[6~',
	space: ' ',
	'ctrl-a': '\u0001',
	'ctrl-c': '\u0003',
	'ctrl-d': '\u0004',
	'ctrl-l': '\u000C',
	'ctrl-n': '\u000E',
	'ctrl-p': '\u0010',
	'ctrl-r': '\u0012',
	'ctrl-u': '\u0015',
	'ctrl-z': '\u001A',
	'focus-in': '\u001B[I',
	'focus-out': '\u001B[O',
} as const;

export type KeyName = keyof typeof keys;

/** A piece of text anywhere on the screen, a pattern over the whole of it, or any test of the lines. */
export type Sight = string | RegExp | ((lines: readonly string[]) => boolean);

export type Pty = {
	readonly pid: number;
	/** The lines of the screen, trailing blanks cut. */
	screen(): string[];
	/** Every cell with its style. */
	styledScreen(): ReadonlyArray<readonly StyledCell[]>;
	/** Scrollback and screen of the buffer in use, trailing blanks cut. */
	history(): string[];
	cursor(): {readonly column: number; readonly row: number; readonly visible: boolean};
	/** True while the alternate screen is shown. */
	onAlternateScreen(): boolean;
	/** The window title that the program has set last. */
	title(): string;
	/** Everything that the program has written, as it came. */
	output(): string;
	/** Resolves with the screen once it shows this; rejects with the screen after `timeoutMs` (default 10 s) or exit. */
	waitFor(sight: Sight, timeoutMs?: number): Promise<string[]>;
	/** Raw input. */
	type(text: string): void;
	press(name: KeyName): void;
	resize(columns: number, rows: number): void;
	/** Bytes written by the program so far. */
	bytesReceived(): number;
	/** When the last output came, in milliseconds of `performance.now()`. */
	lastOutputAtMs(): number;
	/** Called with every piece of output. Returns the way to stop. */
	onOutput(listener: (text: string) => void): () => void;
	/** Stops reading, as a stalled terminal does; `resume` goes on. */
	pause(): void;
	resume(): void;
	signal(name: NodeJS.Signals): void;
	readonly exit: Promise<{readonly code: number; readonly signal: number | undefined}>;
	/** SIGKILL to the process, if it still runs, and waits for it. */
	kill(): Promise<void>;
};

const colour = (isDefault: boolean, isPalette: boolean, value: number): string => {
	if (isDefault) {
		return 'default';
	}

	return isPalette ? `palette:${value}` : `rgb:${value.toString(16).padStart(6, '0')}`;
};

const sees = (sight: Sight, lines: readonly string[]): boolean => {
	if (typeof sight === 'function') {
		return sight(lines);
	}

	return typeof sight === 'string'
		? lines.some(line => line.includes(sight))
		: new RegExp(sight.source, sight.flags.replaceAll(/[gy]/g, '')).test(lines.join('\n'));
};

/** Starts the program. An unknown command shows as an exit with a code, not as an error. */
export const openPty = (command: string, args: readonly string[], options: PtyOptions = {}): Pty => {
	const columns = options.columns ?? 100;
	const rows = options.rows ?? 30;
	const terminal = new headless.Terminal({cols: columns, rows, scrollback: 5000, allowProposedApi: true});
	terminal.loadAddon(new Unicode11Addon());
	terminal.unicode.activeVersion = '11';
	const child = pty.spawn(command, [...args], {
		cols: columns,
		rows,
		cwd: options.cwd ?? process.cwd(),
		name: 'xterm-256color',
		env: {TERM: 'xterm-256color', COLORTERM: 'truecolor', ...(options.env ?? process.env)},
	});
	const drawn = new Set<() => void>();
	const outputs = new Set<(text: string) => void>();
	let output = '';
	let bytes = 0;
	let lastOutputAtMs = performance.now();
	let title = '';
	let cursorVisible = true;
	let ended: {readonly code: number; readonly signal: number | undefined} | undefined;

	terminal.onTitleChange(text => {
		title = text;
	});
	terminal.parser.registerCsiHandler({prefix: '?', final: 'h'}, parameters => {
		cursorVisible ||= parameters.includes(25);
		return false;
	});
	terminal.parser.registerCsiHandler({prefix: '?', final: 'l'}, parameters => {
		cursorVisible &&= !parameters.includes(25);
		return false;
	});
	// The answers of the emulator to the program: without them a program that asks waits for ever.
	const send = (data: string): void => {
		if (!ended) {
			child.write(data);
		}
	};

	const {link} = options;
	link?.attach({pause: () => child.pause(), resume: () => child.resume()});
	terminal.onData(data => {
		if (link) link.up(data, send);
		else send(data);
	});
	const show = (text: string): void => {
		output += text;
		bytes += Buffer.byteLength(text);
		lastOutputAtMs = performance.now();
		for (const listener of [...outputs]) {
			listener(text);
		}

		terminal.write(text, () => {
			for (const look of [...drawn]) {
				look();
			}
		});
	};

	child.onData(text => {
		if (link) link.down(text, show);
		else show(text);
	});

	const killNow = () => {
		if (!ended) {
			try {
				process.kill(child.pid, 'SIGKILL');
			} catch {
				// Gone between the look and the kill.
			}
		}
	};

	const forget = onProcessEnd(killNow);
	const exit = new Promise<{readonly code: number; readonly signal: number | undefined}>(resolve => {
		child.onExit(({exitCode, signal}) => {
			ended = {code: exitCode, signal: signal || undefined};
			forget();
			// What is still in the emulator's queue belongs to the last screen.
			terminal.write('', () => {
				for (const look of [...drawn]) {
					look();
				}

				resolve({code: exitCode, signal: signal || undefined});
			});
		});
	});

	const lines = (from: number, to: number): string[] => {
		const {active} = terminal.buffer;
		return Array.from(
			{length: to - from},
			(_, row) =>
				active
					.getLine(from + row)
					?.translateToString(true, 0, terminal.cols)
					.trimEnd() ?? '',
		);
	};

	const screen = () => lines(terminal.buffer.active.baseY, terminal.buffer.active.baseY + terminal.rows);

	return {
		pid: child.pid,
		screen,
		history: () => lines(0, terminal.buffer.active.length),
		styledScreen: () =>
			Array.from({length: terminal.rows}, (_, row) => {
				const line = terminal.buffer.active.getLine(terminal.buffer.active.baseY + row);
				return Array.from({length: terminal.cols}, (_, column) => {
					const cell = line?.getCell(column);
					return {
						text: cell?.getChars() || ' ',
						width: cell?.getWidth() ?? 1,
						foreground: colour(
							cell?.isFgDefault() ?? true,
							cell?.isFgPalette() ?? false,
							cell?.getFgColor() ?? 0,
						),
						background: colour(
							cell?.isBgDefault() ?? true,
							cell?.isBgPalette() ?? false,
							cell?.getBgColor() ?? 0,
						),
						bold: Boolean(cell?.isBold()),
						dim: Boolean(cell?.isDim()),
						italic: Boolean(cell?.isItalic()),
						underline: Boolean(cell?.isUnderline()),
						inverse: Boolean(cell?.isInverse()),
					};
				});
			}),
		cursor: () => ({
			column: terminal.buffer.active.cursorX,
			row: terminal.buffer.active.cursorY,
			visible: cursorVisible,
		}),
		onAlternateScreen: () => terminal.buffer.active.type === 'alternate',
		title: () => title,
		output: () => output,
		waitFor: (sight, timeoutMs = 10_000) =>
			new Promise((resolve, reject) => {
				const finish = () => {
					clearTimeout(timer);
					drawn.delete(look);
				};

				const fail = (why: string) => {
					finish();
					reject(new Error(`${why} while waiting for ${String(sight)}\n${screen().join('\n')}`));
				};

				const look = () => {
					const now = screen();
					if (sees(sight, now)) {
						finish();
						resolve(now);
					} else if (ended) {
						fail(`The program ended (code ${ended.code})`);
					}
				};

				const timer = setTimeout(() => fail(`${timeoutMs} ms passed`), timeoutMs);
				drawn.add(look);
				look();
			}),
		type: text => {
			child.write(text);
		},
		press: name => {
			child.write(keys[name]);
		},
		resize: (nextColumns, nextRows) => {
			terminal.resize(nextColumns, nextRows);
			child.resize(nextColumns, nextRows);
		},
		bytesReceived: () => bytes,
		lastOutputAtMs: () => lastOutputAtMs,
		onOutput: listener => {
			outputs.add(listener);
			return () => outputs.delete(listener);
		},
		pause: () => child.pause(),
		resume: () => child.resume(),
		signal: name => {
			process.kill(child.pid, name);
		},
		exit,
		kill: async () => {
			killNow();
			await exit;
		},
	};
};
