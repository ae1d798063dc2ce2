/**
 * The recipes of the README, typed as they stand there: in a real tmux, over a real sshd that has the name that the
 * README gives it, and by two on one thread.
 */
import {spawnSync} from 'node:child_process';
import {
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, type TestContext, test} from 'vitest';
import type {Scenario} from '../support/harness.ts';
import {openPty, type Pty} from '../support/pty.ts';
import {startSshd} from '../support/sshd.ts';
import {beginWith, openLive, personEnv, program} from './support.ts';
import {compose} from './writing.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** A folder with a `jumpseat` in it, for PATH. */
const makeBin = (): string => {
	const bin = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-bin-'));
	onTestFinished(() => rmSync(bin, {recursive: true, force: true}));
	const text = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`;
	writeFileSync(path.join(bin, 'jumpseat'), text, {mode: 0o755});
	return bin;
};

/** The server of the scenario is where Codex puts its daemon. */
const linkDaemon = ({home, socketPath}: Scenario): void => {
	const control = path.join(home, 'app-server-control');
	mkdirSync(control, {recursive: true});
	symlinkSync(socketPath, path.join(control, 'app-server-control.sock'));
};

/** A machine that is called devbox, with Codex, its daemon and a Jumpseat on it; the variables of whoever knows it. */
const beginDevbox = async (scenario: Scenario, {skip}: TestContext): Promise<NodeJS.ProcessEnv> => {
	const sshd = await startSshd();
	if (typeof sshd === 'string') return skip(sshd);
	onTestFinished(() => sshd.stop());
	sshd.configure(['Host devbox']);
	linkDaemon(scenario);
	const bin = makeBin();
	mkdirSync(path.join(sshd.home, 'bin'));
	symlinkSync(scenario.codex, path.join(sshd.home, 'bin', 'codex'));
	const {PATH, CODEX_HOME: _home, ...env} = personEnv(scenario);
	sshd.login({
		env: {
			PATH: [bin, path.dirname(scenario.codex), '/usr/local/bin:/usr/bin:/bin'].join(path.delimiter),
			CODEX_HOME: scenario.home,
			TERM: 'xterm-256color',
			LANG: 'C.UTF-8',
		},
	});
	return {...env, PATH: [sshd.bin, bin, PATH].join(path.delimiter), SSH_AUTH_SOCK: ''};
};

/** A line of the README, typed into a shell. */
const type = (line: string, scenario: Scenario, env: NodeJS.ProcessEnv): Pty => {
	expect(readme).toContain(line);
	const pty = openPty('/bin/sh', ['-c', line], {columns: 100, rows: 30, cwd: scenario.workdir, env});
	onTestFinished(() => pty.kill());
	return pty;
};

test('over ssh: run there, or the screen here; what one of a pair says, the other reads with the name', async context => {
	const scenario = await beginWith(['Good morning']);
	const env = await beginDevbox(scenario, context);
	const there = type('ssh -t devbox jumpseat', scenario, env);
	await there.waitFor('● live', 20_000);
	const here = type('jumpseat --connect ssh://devbox --name Ada', scenario, env);
	await here.waitFor('● live', 20_000);
	const other = type("jumpseat --connect ssh://devbox --remote-command '~/bin/codex'", scenario, env);
	await other.waitFor('● live', 20_000);
	const local = await openLive(scenario, 'Good morning', {args: ['--observe']});

	await compose(here, 'Good evening', 'start ▸');
	here.press('enter');
	for (const seat of [there, here, other, local]) {
		await seat.waitFor('▌Ada');
		await seat.waitFor('Good evening');
	}
	there.type('q');
	expect((await there.exit).code).toBe(0);
});

const tmuxVersion = /[\d.]+/.exec(spawnSync('tmux', ['-V'], {encoding: 'utf8'}).stdout ?? '')?.[0] ?? '0';
const hasTmux = Number.parseFloat(tmuxVersion) >= 3.3;

test.skipIf(!hasTmux)(
	'in tmux: who waits stands in the status line, and a key opens the pane (skipped without tmux 3.3)',
	async () => {
		const scenario = await beginWith(['Good morning']);
		linkDaemon(scenario);
		const folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'jst-'));
		const configuration = path.join(folder, 'tmux.conf');
		writeFileSync(configuration, /```tmux\n(.*?)```/s.exec(readme)?.[1] ?? '');
		const {PATH, ...person} = personEnv(scenario);
		const env = {
			...person,
			PATH: [makeBin(), PATH].join(path.delimiter),
			CODEX_HOME: scenario.home,
			TMUX_TMPDIR: folder,
			ENV: '',
		};
		const place = {columns: 160, rows: 40, cwd: scenario.workdir, env};
		const outside = openPty('tmux', ['-u', '-f', configuration, 'new-session', 'sh'], place);
		onTestFinished(async () => {
			spawnSync('tmux', ['kill-server'], {env});
			await outside.kill();
			rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 20});
		});
		await outside.waitFor(/^[#$]/m);
		await outside.waitFor('1 idle', 20_000);
		outside.type('\u0002J');
		await outside.waitFor('● live', 20_000);
		await outside.waitFor('OBSERVE');
		const said = spawnSync('tmux', ['show-options', '-g', 'allow-passthrough'], {env, encoding: 'utf8'});
		expect(said.stdout).toBe('allow-passthrough on\n');
	},
);
