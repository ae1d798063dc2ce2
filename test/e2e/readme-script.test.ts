/**
 * The script of the README that posts what waits for a person, as it stands there: run by a plain shell against the
 * real server, with `jumpseat` and the poster on its path.
 */
import {spawn, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {runCli} from '../support/cli.ts';
import {askFor, command, methods} from './ask-scripts.ts';
import {beginWith, personEnv, program} from './support.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const script = /<!-- watch\.sh:.*?-->\s+```sh\n(.*?)```/s.exec(readme)?.[1] ?? '';

type Folder = {
	readonly file: string;
	readonly env: NodeJS.ProcessEnv;
	/** What was posted, a line each. */
	readonly posts: () => readonly string[];
	/** How often `jumpseat` was called. */
	readonly calls: () => number;
};

const makeFolder = (): Folder => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-readme-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	const at = (name: string): string => path.join(folder, name);
	const lines = (name: string): readonly string[] =>
		existsSync(at(name)) ? readFileSync(at(name), 'utf8').split('\n').slice(0, -1) : [];
	writeFileSync(at('watch.sh'), script, {mode: 0o755});
	const call = `echo "$*" >>'${at('calls')}'\nexec '${process.execPath}' '${program}' "$@"\n`;
	writeFileSync(at('jumpseat'), `#!/bin/sh\n${call}`, {mode: 0o755});
	writeFileSync(at('post.sh'), `#!/bin/sh\nprintf '%s\\n' "$1" >>'${at('posts')}'\n`, {mode: 0o755});
	const {PATH, ...env} = personEnv();
	return {
		file: at('watch.sh'),
		env: {...env, PATH: `${folder}${path.delimiter}${PATH}`, POST: at('post.sh')},
		posts: () => lines('posts'),
		calls: () => lines('calls').length,
	};
};

/** Does any process of this group still run? */
const hasGroup = (pid: number): boolean => {
	try {
		return process.kill(-pid, 0);
	} catch {
		return false;
	}
};

const soon = {timeout: 20_000};

test('a request is posted once, the next one again, and Ctrl+C ends it with nothing left', async () => {
	const scenario = await beginWith(['Good morning']);
	const {file, env, posts, calls} = makeFolder();
	// In a group of its own, as a job of a terminal.
	const child = spawn(file, ['--connect', scenario.endpoint], {env, detached: true, stdio: 'ignore'});
	const ended = new Promise(resolve => {
		child.once('close', (code, signal) => resolve({code, signal}));
	});
	const {pid = 0} = child;
	onTestFinished(() => {
		if (hasGroup(pid)) process.kill(-pid, 'SIGKILL');
	});

	for (const count of [1, 2]) {
		// The same words both times: what tells them apart is that one was asked after the other.
		const asked = await askFor(scenario, methods.command, command('printf hello'));
		await expect.poll(posts, soon).toHaveLength(count);
		expect(posts().at(-1)).toMatch(new RegExp(`^${asked.id}  command  .*printf hello`));
		// It looks again while that waits.
		const before = calls();
		await expect.poll(calls, soon).toBeGreaterThanOrEqual(before + 2);
		expect(posts()).toHaveLength(count);
		expect(await runCli(['answer', 'accept', '--connect', scenario.endpoint])).toMatchObject({code: 0});
		expect(await asked.ended()).toBe('completed');
	}

	process.kill(-pid, 'SIGINT');
	expect(await ended).toMatchObject({signal: 'SIGINT'});
	await expect.poll(() => hasGroup(pid), soon).toBe(false);
	expect(posts()).toHaveLength(2);
});

test('without a server it ends with the exit code and the words of jumpseat', () => {
	const {file, env, posts} = makeFolder();
	const ran = spawnSync(file, ['-c', 'unix:///nowhere/at/all.sock'], {env, encoding: 'utf8'});
	expect(ran).toMatchObject({status: 3, stdout: ''});
	expect(ran.stderr).toMatch(/^No Codex App Server answers[^\n]*\n$/);
	expect(posts()).toEqual([]);
});

test('it is short, and plain for every shell', context => {
	expect(script.trimEnd().split('\n')).toHaveLength(15);
	const {file} = makeFolder();
	expect(spawnSync('sh', ['-n', file]).status).toBe(0);
	if (spawnSync('shellcheck', ['--version']).status !== 0)
		context.skip('there is no shellcheck on this machine');
	const {status, stdout} = spawnSync('shellcheck', ['-s', 'sh', file], {encoding: 'utf8'});
	expect(stdout).toBe('');
	expect(status).toBe(0);
});
