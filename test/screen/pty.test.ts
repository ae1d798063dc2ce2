/** The driver on a real pseudo-terminal: what a person sees, and what is left when it ended. */
import {fileURLToPath} from 'node:url';
import {spawn} from '@lydell/node-pty';
import {afterEach, expect, test} from 'vitest';
import {createEmulator, type Emulator} from './emulator.ts';

const program = fileURLToPath(new URL('fixtures/terminal-program.ts', import.meta.url));
const command = `before=$(stty -g); "${process.execPath}" --import tsx "${program}"; echo "code $?"; [ "$before" = "$(stty -g)" ] && echo same line || echo other line`;
const closing: Array<() => void> = [];
afterEach(() => {
	for (const close of closing.splice(0)) close();
});

const start = () => {
	const size = {columns: 50, rows: 8};
	const emulator = createEmulator(size);
	const pty = spawn('/bin/sh', ['-c', command], {
		cols: size.columns,
		rows: size.rows,
		env: {...process.env, TERM: 'xterm-256color', TMUX: ''},
	});
	const watchers = new Set<() => void>();
	let hasEnded = false;
	pty.onData(data => {
		emulator.terminal.write(data, () => {
			for (const watch of [...watchers]) watch();
		});
	});
	emulator.terminal.onData(reply => pty.write(reply));
	pty.onExit(() => {
		hasEnded = true;
		for (const watch of [...watchers]) watch();
	});
	closing.push(() => {
		if (!hasEnded) pty.kill('SIGKILL');
		emulator.dispose();
	});
	/** Resolves once the screen is as wished; the test's own time limit is the limit. */
	const until = async (condition: (screen: string) => boolean): Promise<string> =>
		new Promise(resolve => {
			const watch = (): void => {
				const screen = emulator.text().join('\n');
				if (!condition(screen)) return;
				watchers.delete(watch);
				resolve(screen);
			};
			watchers.add(watch);
			watch();
		});
	return {emulator, pty, until};
};

const expectSane = (emulator: Emulator, screen: string): void => {
	const {bracketedPasteMode, sendFocusMode, mouseTrackingMode, wraparoundMode} = emulator.terminal.modes;
	expect({bracketedPasteMode, sendFocusMode, mouseTrackingMode, wraparoundMode}).toEqual({
		bracketedPasteMode: false,
		sendFocusMode: false,
		mouseTrackingMode: 'none',
		wraparoundMode: true,
	});
	expect(emulator.terminal.buffer.active.type).toBe('normal');
	// The line discipline is as it was before.
	expect(screen).toContain('same line');
};

const hasEnded = (screen: string): boolean => /code \d+\n+(?:same|other) line/.test(screen);

test('shows frames, answers keys and a resize, and leaves the terminal as it was with its last line in it', async () => {
	const {emulator, pty, until} = start();
	await until(screen => screen.includes('size 50x8') && screen.includes('fence'));
	expect(emulator.terminal.buffer.active.type).toBe('alternate');
	pty.write('ab');
	await until(screen => screen.includes('typed ab\n') && screen.includes('fence fenced'));
	expect(emulator.cursor()).toEqual({column: 8, row: 1});
	emulator.resize({columns: 60, rows: 10});
	pty.resize(60, 10);
	await until(screen => screen.includes('size 60x10'));
	pty.write('q');
	const screen = await until(hasEnded);
	expect(screen).toContain('the last line\ncode 0');
	expectSane(emulator, screen);
}, 20_000);

test('leaves the terminal as it was when an error is thrown', async () => {
	const {emulator, pty, until} = start();
	await until(screen => screen.includes('fence'));
	emulator.resize({columns: 150, rows: 40});
	pty.resize(150, 40);
	await until(screen => screen.includes('size 150x40'));
	pty.write('!');
	const screen = await until(hasEnded);
	expect(screen).toContain('thrown on purpose');
	expectSane(emulator, screen);
}, 20_000);
