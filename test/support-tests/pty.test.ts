/** The pseudo-terminal and the emulator behind it. */
import {afterEach, expect, test} from 'vitest';
import {openPty, type Pty} from '../support/pty.ts';

const open: Pty[] = [];
afterEach(async () => {
	for (const pty of open.splice(0)) {
		await pty.kill();
	}
});

const run = (
	code: string,
	...options: Parameters<typeof openPty> extends [unknown, unknown, ...infer R] ? R : never
) => {
	const pty = openPty(process.execPath, ['-e', code], ...options);
	open.push(pty);
	return pty;
};

test('it shows what is drawn, and with which style', async () => {
	const pty = run("process.stdout.write('\\x1b[1;31mred\\x1b[0m 日本'); setTimeout(() => {}, 60000)", {
		columns: 20,
		rows: 4,
	});
	await pty.waitFor('red 日本');
	expect(pty.screen()).toEqual(['red 日本', '', '', '']);
	const [row] = pty.styledScreen();
	expect(row?.[0]).toMatchObject({text: 'r', bold: true, foreground: 'palette:1'});
	expect(row?.slice(4, 8).map(cell => cell.width)).toEqual([2, 0, 2, 0]);
});

test('the emulator answers a device status query', async () => {
	const pty = run(
		"process.stdin.setRawMode(true); process.stdin.on('data', d => console.log(JSON.stringify(String(d)))); process.stdout.write('\\x1b[5n')",
	);
	await pty.waitFor('[0n');
});

test('keys and text arrive, and a new size is seen', async () => {
	const pty = run(
		"process.stdin.setRawMode(true); process.stdin.on('data', d => console.log(JSON.stringify(String(d)))); process.stdout.on('resize', () => console.log(process.stdout.columns + 'x' + process.stdout.rows)); console.log('ready')",
	);
	await pty.waitFor('ready');
	pty.type('hey');
	await pty.waitFor('"hey"');
	pty.press('page-up');
	await pty.waitFor('[5~');
	pty.resize(61, 17);
	await pty.waitFor(/61x17/);
});

test('the exit code is told, and waiting for what never came fails with the screen', async () => {
	const pty = run("console.log('last words'); process.exitCode = 7");
	await expect(pty.waitFor('something else')).rejects.toThrow(/last words/);
	expect(await pty.exit).toEqual({code: 7, signal: undefined});
});
