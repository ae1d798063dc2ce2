import {mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {writeExport} from '../../source/commands/export-file.ts';

let cwd: string;
beforeEach(() => {
	cwd = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-export-'));
});
afterEach(() => rmSync(cwd, {recursive: true, force: true}));

test('a thread goes into a new file of the directory, named after it, for this user only', () => {
	const target = path.join(cwd, 'codex-thread-T.md');
	expect(writeExport({cwd}, 'T', {file: undefined, text: '# x\n'})).toBe(
		`Written: codex-thread-T.md in ${cwd}`,
	);
	expect(readFileSync(target, 'utf8')).toBe('# x\n');
	expect(statSync(target).mode & 0o777).toBe(0o600);
});

test('a file that is there already is left alone', () => {
	const target = path.join(cwd, 'mine.md');
	writeFileSync(target, 'mine');
	expect(writeExport({cwd}, 'T', {file: 'mine.md', text: 'x'})).toBe(
		'mine.md is there already: give another name.',
	);
	expect(readFileSync(target, 'utf8')).toBe('mine');
});

test('what cannot be written is told, not thrown', () => {
	expect(writeExport({cwd}, 'T', {file: 'no/such/folder.md', text: 'x'})).toMatch(
		/^Not written: no\/such.*ENOENT/,
	);
});
