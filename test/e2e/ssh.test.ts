/**
 * The built program over a real sshd on loopback: it attaches, writes and answers there, comes back when ssh is
 * killed, shows ssh's own words when ssh fails, and leaves no ssh behind, however it ends.
 */
import {spawnSync} from 'node:child_process';
import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, type TestContext, test} from 'vitest';
import {runCli} from '../support/cli.ts';
import type {Scenario} from '../support/harness.ts';
import type {Pty} from '../support/pty.ts';
import {type Sshd, startSshd} from '../support/sshd.ts';
import {askFor, cardHas, command, guardOver, methods, noCard} from './ask-scripts.ts';
import {begin, beginTripwire, isAlive, openJumpseat, rule, say, threadText, untilGone} from './support.ts';
import {compose, sentCount, userMessages, write} from './writing.ts';

const beginSshd = async ({skip}: TestContext): Promise<Sshd> => {
	const sshd = await startSshd();
	if (typeof sshd === 'string') return skip(sshd);
	onTestFinished(() => sshd.stop());
	return sshd;
};

/** What a person has who knows the host, and a folder for temporary files that must be empty in the end. */
const envOf = (sshd: Sshd, scenario?: Scenario) => {
	const temporary = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-e2e-'));
	onTestFinished(() => rmSync(temporary, {recursive: true, force: true}));
	const env = {
		PATH: [sshd.bin, scenario?.env.PATH ?? process.env.PATH].join(path.delimiter),
		TMPDIR: temporary,
		SSH_AUTH_SOCK: '',
	};
	return {env, temporary};
};

const withCodex = ({codex, home}: Scenario) => ({
	env: {PATH: [path.dirname(codex), '/usr/bin', '/bin'].join(path.delimiter), CODEX_HOME: home},
});

/** The daemon's socket is where Codex puts it. */
const linkDaemon = (scenario: Scenario): void => {
	const control = path.join(scenario.home, 'app-server-control');
	mkdirSync(control, {recursive: true});
	symlinkSync(scenario.socketPath, path.join(control, 'app-server-control.sock'));
};

const lastClient = (sshd: Sshd): number => sshd.clients().at(-1) ?? -1;

/** Kills the ssh that carries the connection; resolves when another one does. */
const killSsh = async (sshd: Sshd, jumpseat: Pty): Promise<void> => {
	const killed = lastClient(sshd);
	process.kill(killed, 'SIGKILL');
	await jumpseat.waitFor('○ connection lost');
	await jumpseat.waitFor('● live', 20_000);
	expect(lastClient(sshd)).not.toBe(killed);
};

const expectNothingLeft = async (sshd: Sshd, temporary: string): Promise<void> => {
	for (const pid of sshd.clients()) await untilGone(pid);
	expect(readdirSync(temporary)).toEqual([]);
};

const size = {columns: 90, rows: 50};

test('over ssh it streams, steers and answers, and comes back when ssh is killed, with nothing doubled', async context => {
	const sshd = await beginSshd(context);
	const scenario = await begin([
		rule('Work on it', [{do: 'message', text: ['Working ', {hold: 'work'}, 'on it.']}]),
		rule('keep the old API', [say('The old API stays.')]),
	]);
	await scenario.pilot.startThread();
	const tripwire = await beginTripwire(scenario);
	// Noise of an rc file goes before everything, on both pipes.
	sshd.login({...withCodex(scenario), before: 'echo Welcome; printf "no newline"; echo careful >&2'});
	const {env, temporary} = envOf(sshd, scenario);
	await scenario.pilot.play('Good morning');
	const jumpseat = openJumpseat(scenario, {
		...size,
		env,
		endpoint: `ssh://${sshd.host}${tripwire.endpoint.slice('unix://'.length)}`,
		args: ['--name', 'Ada'],
	});
	await jumpseat.waitFor('● live', 20_000);
	const turnId = await scenario.pilot.say('Work on it');
	await scenario.model.holding('work');
	await jumpseat.waitFor('Working');

	await compose(jumpseat, 'keep the old API', 'steer turn 2 ▸');
	jumpseat.press('enter');
	await jumpseat.waitFor('▌Ada');
	scenario.model.release('work');
	await jumpseat.waitFor('The old API stays.');
	await scenario.pilot.turnEnded(turnId);
	await jumpseat.waitFor('turn 2 · completed');
	jumpseat.press('escape');

	const asked = await askFor(scenario, methods.command, command('printf hello'));
	await jumpseat.waitFor(cardHas('approve? · command', 'printf hello'));
	await killSsh(sshd, jumpseat);
	// The same request again, once.
	await jumpseat.waitFor(cardHas('approve? · command', 'printf hello'));
	await guardOver();
	jumpseat.type('y');
	await jumpseat.waitFor(noCard);
	expect(await asked.ended()).toBe('completed');
	expect(asked.told()).toMatch(/code 0.*hello/);

	scenario.model.play({
		rules: [
			rule('Tell me', [{do: 'message', text: ['Once upon a time ', {hold: 'tale'}, 'there was a test.']}]),
		],
	});
	const tale = await scenario.pilot.say('Tell me');
	await scenario.model.holding('tale');
	await jumpseat.waitFor('Once upon a time');
	await killSsh(sshd, jumpseat);
	scenario.model.release('tale');
	await scenario.pilot.turnEnded(tale);
	await jumpseat.waitFor('there was a test.');
	await jumpseat.waitFor('turn 4 · completed');
	const shown = threadText(jumpseat).join('\n');
	for (const text of ['keep the old API', 'The old API stays.', 'Once upon a time']) {
		expect(shown.split(text)).toHaveLength(2);
	}
	expect(sentCount(tripwire, 'turn/steer')).toBe(1);
	expect(await userMessages(scenario.pilot.client, scenario.pilot.threadId())).toHaveLength(5);

	jumpseat.type('q');
	expect((await jumpseat.exit).code).toBe(0);
	await expectNothingLeft(sshd, temporary);
});

test('without codex on the other side its socket is forwarded, and found by itself', async context => {
	const sshd = await beginSshd(context);
	const scenario = await begin([rule('Tell me', [say('A tale.')])]);
	await scenario.pilot.startThread();
	await scenario.pilot.play('Good morning');
	linkDaemon(scenario);
	sshd.login({env: {CODEX_HOME: scenario.home}, before: 'echo Welcome'});
	const {env, temporary} = envOf(sshd, scenario);
	const jumpseat = openJumpseat(scenario, {...size, env, endpoint: `ssh://${sshd.host}`, args: []});
	await jumpseat.waitFor('● live', 20_000);
	// The connection needs its name no more.
	expect(readdirSync(temporary)).toEqual([]);
	await killSsh(sshd, jumpseat);
	jumpseat.type('i');
	await write(jumpseat, 'Tell me', 'start ▸');
	jumpseat.press('enter');
	await jumpseat.waitFor('A tale.');
	expect(threadText(jumpseat).join('\n').split('Good morning')).toHaveLength(2);

	// Nothing of ours can run after this, and ssh ends all the same.
	const carrier = lastClient(sshd);
	expect(isAlive(carrier)).toBe(true);
	jumpseat.signal('SIGKILL');
	await expectNothingLeft(sshd, temporary);
});

test('ssh asks the person before the screen is taken, and nobody afterwards', async context => {
	const sshd = await beginSshd(context);
	const scenario = await begin();
	await scenario.pilot.startThread();
	await scenario.pilot.play('Good morning');
	sshd.login(withCodex(scenario));
	const key = path.join(sshd.folder, 'user_key');
	spawnSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', key]);
	const known = path.join(sshd.folder, 'known_hosts');
	renameSync(known, `${known}.before`);
	const {env, temporary} = envOf(sshd, scenario);
	const jumpseat = openJumpseat(scenario, {
		columns: 120,
		env,
		endpoint: `ssh://${sshd.host}${scenario.socketPath}`,
		args: [],
	});
	await jumpseat.waitFor(/Are you sure you want to continue connecting/);
	expect(jumpseat.onAlternateScreen()).toBe(false);
	jumpseat.type('yes\r');
	await jumpseat.waitFor(/Enter passphrase for key/);
	jumpseat.type('open sesame\r');
	await jumpseat.waitFor('● live', 20_000);
	expect(readFileSync(known, 'utf8')).toContain('ssh-ed25519');

	process.kill(lastClient(sshd), 'SIGKILL');
	await jumpseat.waitFor('Permission denied (publickey)', 20_000);
	expect(jumpseat.onAlternateScreen()).toBe(true);
	expect(jumpseat.output().split('Enter passphrase')).toHaveLength(2);
	jumpseat.type('q');
	await jumpseat.exit;
	await expectNothingLeft(sshd, temporary);
});

test('Ctrl+C at a prompt of ssh ends all, and leaves nothing', async context => {
	const sshd = await beginSshd(context);
	const key = path.join(sshd.folder, 'user_key');
	spawnSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', key]);
	// No codex there: the second ssh, which forwards, asks again.
	const scenario = await begin();
	linkDaemon(scenario);
	sshd.login({env: {CODEX_HOME: scenario.home}});
	const {env, temporary} = envOf(sshd, scenario);
	const jumpseat = openJumpseat(scenario, {env, endpoint: `ssh://${sshd.host}`, args: []});
	await jumpseat.waitFor(/Enter passphrase for key/);
	jumpseat.type('open sesame\r');
	await jumpseat.waitFor(lines => lines.filter(line => line.includes('Enter passphrase')).length === 2);
	expect(readdirSync(temporary)).toHaveLength(1);
	jumpseat.press('ctrl-c');
	const {code, signal} = await jumpseat.exit;
	expect(signal === 2 || code === 130).toBe(true);
	await expectNothingLeft(sshd, temporary);
});

test("what ssh refuses is told in ssh's own words, on one line, with the exit code for it", async context => {
	const sshd = await beginSshd(context);
	const {env, temporary} = envOf(sshd);
	const ls = async (endpoint: string, options: readonly string[] = []) => {
		const {code, stdout, stderr} = await runCli(['ls', '--connect', endpoint, ...options], {env});
		expect(stdout).toBe('');
		expect(stderr.trimEnd().split('\n')).toHaveLength(1);
		return `${code} ${stderr}`;
	};
	// Whoever runs the tests at a terminal is not asked.
	const quietly = (...lines: readonly string[]): void => sshd.configure(['BatchMode yes', ...lines]);
	quietly();
	expect(await ls('ssh://no-such-host.invalid')).toMatch(
		/^3 .*Could not resolve hostname no-such-host\.invalid/,
	);
	expect(await ls(`ssh://nobody@${sshd.host}`)).toMatch(/^4 .*Permission denied \(publickey\)/);
	quietly('UserKnownHostsFile /dev/null');
	expect(await ls(`ssh://${sshd.host}`)).toMatch(/^3 .*Host key verification failed/);
	const other = path.join(sshd.folder, 'other_hosts');
	const [, , , publicKey] =
		spawnSync('ssh-keygen', ['-y', '-f', path.join(sshd.folder, 'user_key')], {
			encoding: 'utf8',
		}).stdout.match(/^((\S+) (\S+))/) ?? [];
	writeFileSync(other, `[127.0.0.1]:${sshd.port} ssh-ed25519 ${publicKey}\n`);
	quietly(`UserKnownHostsFile ${other}`);
	expect(await ls(`ssh://${sshd.host}`)).toMatch(/^3 .*host key has changed: Offending .*other_hosts:1/);
	quietly();
	expect(await ls(`ssh://${sshd.host}`)).toMatch(
		/^3 .*no socket .*app-server-control\.sock.*--remote-command/,
	);
	expect(await ls(`ssh://${sshd.host}`, ['--remote-command', '/opt/no/codex'])).toMatch(
		/^2 .*cannot run `\/opt\/no\/codex`.*--remote-command/,
	);
	await expectNothingLeft(sshd, temporary);
});
