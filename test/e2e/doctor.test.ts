/** `jumpseat doctor` as a person and a script run it, on a real server, on its daemon's address and on nothing. */
import {mkdirSync, symlinkSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {runCli} from '../support/cli.ts';
import {openPty} from '../support/pty.ts';
import {
	begin,
	beginTripwire,
	beginWith,
	leftTerminal,
	personEnv,
	program,
	rule,
	saneTerminal,
	say,
} from './support.ts';

type Line = {
	readonly check: string;
	readonly level: string;
	readonly says: string;
	readonly fix: string | null;
};

const parse = (stdout: string): readonly Line[] =>
	stdout
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line) as Line);

test('a real server: all is well, and it is only read from', async () => {
	const scenario = await beginWith(['Hello'], [rule('Hello', [say('Hello to you.')])]);
	const tripwire = await beginTripwire(scenario);
	const env = {...personEnv(scenario), PATH: `${path.dirname(scenario.codex)}:${process.env.PATH}`};
	const ran = await runCli(['doctor', '--json', '--connect', tripwire.endpoint], {env});
	expect(ran).toMatchObject({code: 0, stderr: ''});
	const lines = parse(ran.stdout);
	const says = Object.fromEntries(lines.map(line => [line.check, line.says]));
	expect(lines.filter(({level}) => level !== 'ok')).toEqual([]);
	expect(says.server).toMatch(/^Codex \d+\.\d+\.\d+.*, answers in \d+ ms$/);
	expect(says.codex).toContain('the same as the server');
	expect(says.threads).toBe('1 live, nobody waits for a person');
	expect(says.endpoint).toContain('from --connect');
	expect(new Set(tripwire.sentMethods())).toEqual(
		new Set([
			'initialize',
			'initialized',
			'thread/loaded/list',
			'thread/turns/list',
			'thread/queue/list',
			'thread/backgroundTerminals/list',
			'thread/list',
		]),
	);
});

test('a waiting approval is counted', async () => {
	const asks = {do: 'command', command: 'true', justification: 'why not'} as const;
	const scenario = await begin([rule('Ask', [asks], [say('Done.')])]);
	const threadId = await scenario.pilot.startThread();
	await scenario.pilot.client.call('turn/start', {
		threadId,
		input: [{type: 'text', text: 'Ask', text_elements: []}],
	});
	await scenario.pilot.client.waitFor(({method}) => method === 'item/commandExecution/requestApproval');
	const {stdout} = await runCli(['doctor', '--json', '-c', scenario.endpoint], {
		env: personEnv(scenario),
	});
	expect(parse(stdout).find(({check}) => check === 'threads')?.says).toBe('1 live, 1 waits for a person');
});

test('in a terminal it is asked too, and left as it was', async () => {
	const scenario = await begin();
	const control = path.join(scenario.home, 'app-server-control');
	mkdirSync(control, {recursive: true});
	symlinkSync(scenario.socketPath, path.join(control, 'app-server-control.sock'));
	const pty = openPty(process.execPath, [program, 'doctor'], {
		columns: 40,
		rows: 60,
		cwd: scenario.workdir,
		env: {...personEnv(scenario), LANG: 'C.UTF-8', LC_ALL: ''},
	});
	onTestFinished(() => pty.kill());
	expect(await pty.exit).toMatchObject({code: 0});
	const lines = pty.screen();
	for (const check of ['endpoint', 'socket', 'server', 'terminal', 'answers', 'locale'])
		expect(lines, check).toContainEqual(expect.stringMatching(new RegExp(`^✓ ${check} `)));
	expect(lines.join('\n')).toMatch(/✓ terminal {2}xterm-256color, 40×60/);
	expect(await leftTerminal(pty, {columns: 40, rows: 60})).toEqual(saneTerminal);
});

test('no server: exit code 3, the way to start one, nothing on stderr', async () => {
	const home = '/nonexistent/home';
	const env = {...personEnv(), HOME: home, CODEX_HOME: '', PATH: path.dirname(process.execPath)};
	const {code, stdout, stderr} = await runCli(['doctor'], {env});
	expect({code, stderr}).toEqual({code: 3, stderr: ''});
	expect(stdout).toContain('✗ server');
	expect(stdout).toContain('→ Start `codex` in another terminal');
	expect(stdout).not.toContain('\u001B');
});
