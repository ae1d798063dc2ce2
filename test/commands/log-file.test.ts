/** The file of a log: which files it takes, what a cut line becomes, and that a disk that fails is told once. */
import {
	chmodSync,
	closeSync,
	linkSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {beforeEach, describe, expect, onTestFinished, test} from 'vitest';
import {createLogWriter, endsInLine, openLogFile} from '../../source/commands/log/log-file.ts';

let folder = '';

beforeEach(() => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-log-'));
	const made = folder;
	onTestFinished(() => rmSync(made, {recursive: true, force: true}));
});

const line = '{"jumpseat":1,"type":"log/begin"}\n';

const open = (file: string, uid?: number): number => {
	const descriptor = openLogFile(file, uid);
	onTestFinished(() => closeSync(descriptor));
	return descriptor;
};

test('a new file is for its owner only, whatever the umask', () => {
	const before = process.umask(0);
	onTestFinished(() => void process.umask(before));
	const file = path.join(folder, 'log');
	open(file);
	expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a log of ours and an empty file are continued', async () => {
	for (const [name, text] of [
		['ours', line],
		['empty', ''],
	] as const) {
		const file = path.join(folder, name);
		writeFileSync(file, text, {mode: 0o600});
		const writer = createLogWriter(open(file), () => expect.unreachable());
		writer.write(line);
		await writer.flush();
		expect(readFileSync(file, 'utf8')).toBe(text + line);
	}
});

describe('refused', () => {
	const ways: ReadonlyArray<readonly [what: string, make: (file: string) => void, says: RegExp]> = [
		['a file of something else', file => writeFileSync(file, 'ssh-ed25519 AAAA', {mode: 0o600}), /no log/],
		['a file that others may open', file => writeFileSync(file, line, {mode: 0o640}), /chmod 600/],
		['a folder', file => mkdirSync(file), /folder|regular/],
		['a symlink', file => symlinkSync(path.join(folder, 'elsewhere'), file), /symlink/],
		[
			'a symlink to a log of ours',
			file => {
				writeFileSync(path.join(folder, 'ours'), line, {mode: 0o600});
				symlinkSync(path.join(folder, 'ours'), file);
			},
			/symlink/,
		],
		[
			'another name of a file of something else',
			file => {
				writeFileSync(path.join(folder, 'keys'), 'ssh-ed25519 AAAA', {mode: 0o600});
				linkSync(path.join(folder, 'keys'), file);
			},
			/no log/,
		],
	];
	test.each(ways)('%s', (_what, make, says) => {
		const file = path.join(folder, 'log');
		make(file);
		expect(() => openLogFile(file)).toThrow(says);
	});

	test('a device, a folder that is not there, and a file of another user', () => {
		expect(() => openLogFile('/dev/full')).toThrow(/not a regular file/);
		expect(() => openLogFile(path.join(folder, 'no', 'log'))).toThrow(/folder does not exist/);
		const file = path.join(folder, 'log');
		writeFileSync(file, line, {mode: 0o600});
		expect(() => openLogFile(file, (process.getuid?.() ?? 0) + 1)).toThrow(/another user/);
		chmodSync(file, 0o600);
	});
});

test('what a full disk has cut is known as cut', () => {
	const file = path.join(folder, 'log');
	writeFileSync(file, `${line}{"jumpseat":1,"ty`, {mode: 0o600});
	expect(endsInLine(open(file))).toBe(false);
	writeFileSync(file, line);
	expect(endsInLine(open(file))).toBe(true);
});

test('a full disk is told once, and later lines go nowhere', async () => {
	const descriptor = openSync('/dev/full', 'w');
	onTestFinished(() => closeSync(descriptor));
	const told: string[] = [];
	const writer = createLogWriter(descriptor, why => told.push(why));
	for (let count = 0; count < 100; count += 1) writer.write(line);
	await writer.flush();
	writer.write(line);
	await writer.flush();
	writer.flushSync();
	expect(told).toEqual(['the disk is full']);
});
