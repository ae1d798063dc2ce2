/** `status` and `ls --watch` of the built program, against the real App Server, and inside a real tmux. */
import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {runCli} from '../support/cli.ts';
import {openPty} from '../support/pty.ts';
import {begin, openJumpseat, personEnv, program, rule} from './support.ts';

const pushes = rule('push', [{do: 'command', command: 'git push', justification: 'It needs the network.'}]);

const name = (threadId: string, text: string) => ['thread/name/set', {threadId, name: text}] as const;

test('who waits is first, then who idles; a thread without a turn counts', async () => {
	const scenario = await begin([pushes]);
	const {pilot, endpoint} = scenario;
	const first = await pilot.startThread();
	await pilot.play('hello');
	await pilot.client.call(...name(first, 'write the docs'));
	await pilot.startThread();
	const waiting = await pilot.startThread();
	await pilot.say('push it');
	await pilot.asked('item/commandExecution/requestApproval');
	await pilot.client.call(...name(waiting, 'the push'));

	const run = (...args: string[]) => runCli(['status', '--connect', endpoint, ...args]);
	expect(await run()).toEqual({code: 0, stdout: '1 waiting: the push · 2 idle\n', stderr: ''});
	expect((await run('the push')).stdout).toBe('waiting for approval: the push\n');
	expect((await run('--format', '{symbol}{waiting? {needs}}: {id}')).stdout).toBe(`? approval: ${waiting}\n`);
	expect(JSON.parse((await run('--json')).stdout)).toMatchObject({
		waiting: 1,
		idle: 2,
		thread: {id: waiting},
	});
	expect(await run('no such thread')).toMatchObject({code: 3, stdout: ''});
	expect(await run('--format', '{nope}')).toMatchObject({code: 2, stdout: ''});
});

test('no server is exit code 3, one line on stderr and nothing on stdout', async () => {
	const {code, stdout, stderr} = await runCli(['status', '--connect', 'unix:///nowhere/at/all.sock']);
	expect({code, stdout}).toEqual({code: 3, stdout: ''});
	expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('compiled code that was kept and broke is not used', async () => {
	const scenario = await begin();
	const cache = mkdtempSync(path.join(tmpdir(), 'jumpseat-cache-'));
	onTestFinished(() => rmSync(cache, {recursive: true, force: true}));
	const run = () => runCli(['status', '--connect', scenario.endpoint], {env: {XDG_CACHE_HOME: cache}});
	const calm = {code: 0, stdout: '\n', stderr: ''};
	expect(await run()).toEqual(calm);
	execFileSync('sh', [
		'-c',
		'for file in "$0"/jumpseat/status*; do [ ! -f "$file" ] || printf x >> "$file"; done',
		cache,
	]);
	expect(await run()).toEqual(calm);
	expect(await run()).toEqual(calm);
});

const hasTmux = spawnSync('tmux', ['-V']).status === 0;

test.skipIf(!hasTmux)('in tmux a hostile name neither styles nor runs anything', async () => {
	const scenario = await begin();
	const {pilot} = scenario;
	const threadId = await pilot.startThread();
	await pilot.play('hello');
	const folder = mkdtempSync(path.join(tmpdir(), 'js-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	const loot = path.join(folder, 'x');
	await pilot.client.call(...name(threadId, `#(touch ${loot})#[fg=red]#S#{pid}`));

	const socket = `jumpseat-${process.pid}`;
	const command = [process.execPath, program, 'status', '--connect', scenario.endpoint, '--format'];
	const config = path.join(folder, 'tmux.conf');
	writeFileSync(
		config,
		[
			'set -g status-interval 1',
			'set -g status-right-length 200',
			`set -g status-right "#(${command.join(' ')} '#[bold]{live}#[default] {title}')"`,
		].join('\n'),
	);
	const pty = openPty('tmux', ['-L', socket, '-f', config, 'new-session', 'cat'], {
		columns: 120,
		rows: 6,
		cwd: folder,
		env: personEnv(scenario),
	});
	onTestFinished(async () => {
		spawnSync('tmux', ['-L', socket, 'kill-server']);
		await pty.kill();
	});
	await pty.waitFor(lines =>
		lines.some(line => line.trimEnd().endsWith(`1 ＃(touch ${loot})＃[fg=red]＃S＃{pid}`)),
	);
	expect(existsSync(loot)).toBe(false);
});

test('ls --watch draws the table again in place and leaves the terminal as it was', async () => {
	const scenario = await begin();
	const {pilot, endpoint} = scenario;
	await pilot.startThread();
	await pilot.play('hello');
	const pty = openJumpseat(scenario, {args: ['ls', '--watch'], columns: 60, rows: 8, endpoint});
	await pty.waitFor('hello');
	const second = await pilot.startThread();
	await pilot.play('another one');
	await pilot.client.call(...name(second, `a long name ${'x'.repeat(100)}`));
	await pty.waitFor(lines => lines.some(line => /^idle .*a long name x+…$/.test(line.trimEnd())));
	await pty.waitFor(lines => lines.filter(line => line.includes('hello')).length === 1);
	pty.type('\u0003');
	expect(await pty.exit).toMatchObject({code: 130});
});
