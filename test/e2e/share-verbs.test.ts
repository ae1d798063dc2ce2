/** The verbs of a share, built and run as by people, on the real server: share, join, --control, and what they leave. */
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {runCli, startCli} from '../support/cli.ts';
import {openPty} from '../support/pty.ts';
import {joinInPty, runtimeEnv, startShare} from './share-support.ts';
import {beginWith, personEnv, program, rule, say} from './support.ts';

const story = rule('Tell me', [
	{
		do: 'message',
		text: ['Once upon a time ', {hold: 'first'}, 'there was a test ', {hold: 'second'}, 'that passed.'],
	},
]);

/** What is left of shares in this place. */
const leftIn = (env: NodeJS.ProcessEnv): readonly string[] =>
	readdirSync(path.join(env.XDG_RUNTIME_DIR ?? '', 'jumpseat', 'shares'));

test('shared in a pipe and joined by its link: what streams is seen, what the guest says arrives, and the end is told', async () => {
	const scenario = await beginWith(['Good morning'], [story, rule('From Ada', [say('Hello, Ada.')])]);
	const env = runtimeEnv();
	const turnId = await scenario.pilot.say('Tell me');
	await scenario.model.holding('first');
	const share = await startShare(scenario, env, ['--for', 'Ada', '--role', 'steer']);
	const guest = joinInPty(scenario, {}, [share.links[0] ?? '']);
	await guest.waitFor('● live');
	await guest.waitFor('Good morning');
	scenario.model.release('first');
	await guest.waitFor('there was a test');
	scenario.model.release('second');
	await scenario.pilot.turnEnded(turnId);
	await guest.waitFor('Once upon a time there was a test that passed.');
	guest.type('i');
	guest.type('From Ada');
	await guest.waitFor('From Ada');
	guest.press('enter');
	await guest.waitFor('Hello, Ada.');
	expect(share.stderr()).toMatch(/^\d\d:\d\d Ada came in \(steer, Jumpseat\)\.$/m);
	expect(share.stderr()).toMatch(/^\d\d:\d\d Ada started a turn\.$/m);
	share.kill('SIGTERM');
	expect(await share.ended).toMatchObject({code: 143});
	await guest.waitFor(/ended/);
	expect(leftIn(env)).toEqual([]);
	expect(await runCli(['share', '--control'], {env})).toMatchObject({code: 3});
});

test('the words of a joining process hold no link', async () => {
	const scenario = await beginWith(['Good morning']);
	const env = runtimeEnv();
	const {links} = await startShare(scenario, env);
	const guest = joinInPty(scenario, {}, ['--observe', links[0] ?? '']);
	await guest.waitFor('● live');
	const words = readFileSync(`/proc/${guest.pid}/cmdline`, 'utf8');
	expect(words.replace(/\0+$/, '')).toMatch(/^jumpseat( join)?$/);
});

test('the link is asked for and not shown, or read from a pipe, where the keys then come from the terminal', async () => {
	const scenario = await beginWith(['Good morning']);
	const env = runtimeEnv();
	const {links} = await startShare(scenario, env, ['--for', 'Ada']);
	const asked = joinInPty(scenario, {}, []);
	await asked.waitFor('The link (it is not shown):');
	asked.type(links[0] ?? '');
	asked.press('enter');
	await asked.waitFor('OBSERVE');
	await asked.waitFor('● live');
	expect(asked.output()).not.toContain(links[0]?.split('#')[1]);
	asked.type('q');
	expect((await asked.exit).code).toBe(0);

	const piped = openPty(
		'/bin/sh',
		['-c', 'printf %s "$LINK" | "$0" "$1" join -', process.execPath, program],
		{
			columns: 120,
			rows: 30,
			cwd: scenario.workdir,
			env: {...personEnv(scenario), LINK: links[0]},
		},
	);
	onTestFinished(() => piped.kill());
	await piped.waitFor('OBSERVE');
	await piped.waitFor('● live');
	piped.type('q');
	expect((await piped.exit).code).toBe(0);
});

test('--control says who is here and invited, invites, gives another role, removes, and ends', async () => {
	const scenario = await beginWith(['Good morning']);
	const env = runtimeEnv();
	const share = await startShare(scenario, env, ['--for', 'Ada', '--for', 'Bob'], 2);
	const control = (...words: readonly string[]) => runCli(['share', '--control', ...words], {env});
	const guest = joinInPty(scenario, {}, [share.links[0] ?? '']);
	await guest.waitFor('OBSERVE');
	const {stdout} = await control();
	expect(stdout).toContain(`Shared: ${share.threadId}`);
	expect(stdout).toMatch(/^Here:\n(?:.*\n)*? {2}Ada · observe · Jumpseat$/m);
	expect(stdout).toMatch(/^ {2}Bob · observe · open · (?:24 h|23 h 59 m) left$/m);

	expect(await control('role', 'Ada', 'answer')).toMatchObject({code: 0, stdout: '', stderr: ''});
	await guest.waitFor('ANSWER');
	const invited = await control('invite', 'Cleo', 'steer', '--once', '--json');
	expect(JSON.parse(invited.stdout)).toMatchObject({
		type: 'jumpseat/invitation',
		name: 'Cleo',
		role: 'steer',
	});
	const shown = JSON.parse((await control('guests', '--json')).stdout);
	expect(shown).toMatchObject({type: 'jumpseat/share', threadId: share.threadId});
	expect(shown.invitations).toContainEqual(
		expect.objectContaining({name: 'Cleo', once: true, state: 'open'}),
	);

	expect(await control('invite', 'Ada')).toMatchObject({
		code: 4,
		stdout: '',
		stderr: expect.stringMatching(/Ada is here or invited/),
	});
	expect(await control('remove', 'Nobody')).toMatchObject({
		code: 4,
		stderr: expect.stringMatching(/Nobody is invited by the name/),
	});
	expect(await control('role', 'Ada')).toMatchObject({
		code: 2,
		stderr: expect.stringMatching(/role NAME ROLE/),
	});
	expect(await control('invite', 'Dan', 'owner')).toMatchObject({
		code: 2,
		stderr: expect.stringMatching(/observe, steer, answer/),
	});
	expect(await runCli(['share', '--control', '--thread', 'ffff'], {env})).toMatchObject({code: 3});

	expect(await control('remove', 'Ada')).toMatchObject({code: 0});
	await guest.waitFor(/removed/);
	expect(await runCli(['join', '--bridge', share.links[0] ?? ''])).toMatchObject({code: 4, stdout: ''});
	expect(await control('end')).toMatchObject({code: 0, stdout: '', stderr: ''});
	expect(await share.ended).toMatchObject({code: 0});
	expect(leftIn(env)).toEqual([]);
});

test('a link that lets in once lets the same guest come back, and nobody else', async () => {
	const scenario = await beginWith(['Good morning']);
	const env = runtimeEnv();
	const share = await startShare(scenario, env, [
		'--once',
		'--role',
		'answer',
		'--listen',
		'ws://127.0.0.1:0',
	]);
	const [link = ''] = share.links;
	const guest = joinInPty(scenario, {}, [link]);
	await guest.waitFor('ANSWER');
	await guest.waitFor('● live');
	const second = await runCli(['join', '--bridge', link]);
	expect(second).toMatchObject({code: 4, stdout: ''});
	expect(second.stderr).toBe(
		'The share did not let you in: the link has expired, was used up or withdrawn, or is wrong. Ask for another.\n',
	);
	// The server goes, and all guests are sent away to come back.
	await scenario.server.restart();
	const opener = await scenario.connect();
	await opener.call('thread/resume', {threadId: share.threadId});
	await guest.waitFor('● live', 30_000);
	expect(share.stderr()).toContain('guest is back');
});

test('what is wrong with a link, an address or a share is one sentence with its exit code', async () => {
	const scenario = await beginWith(['Good morning']);
	const env = runtimeEnv();
	const refused = async (args: readonly string[], stdin?: string) => {
		const {code, stdout, stderr} = await runCli(args, {env, ...(stdin !== undefined && {stdin})});
		expect(stdout, args.join(' ')).toBe('');
		expect(stderr.trimEnd().split('\n'), stderr).toHaveLength(1);
		return `${code} ${stderr.trimEnd()}`;
	};
	const share = await startShare(scenario, env, ['--expires', '1s', '--listen', 'wss://127.0.0.1:0']);
	const [link = ''] = share.links;
	const {origin, token, print} =
		/^(?<origin>\S+)#1\.(?<token>[\w-]+)\.(?<print>[\w-]+)$/.exec(link)?.groups ?? {};
	const otherPrint = Buffer.alloc(32, 7).toString('base64url');
	const otherToken = Buffer.alloc(32, 7).toString('base64url');
	const letIn = 'The share did not let you in: the link has expired, was used up';

	expect(await refused(['join', '-'], 'ws://127.0.0.1:1')).toMatch(/^2 That is the address of a server/);
	expect(await refused(['join', '-'], '')).toMatch(/^2 There is no link/);
	expect(await refused(['join', `${origin}#2.${token}.${print}`])).toMatch(/^2 .*newer Jumpseat/);
	expect(await refused(['join', `${origin}#1.${token}`])).toMatch(/^2 .*fingerprint is not whole/);
	expect(await refused(['join', '--bridge', `${origin}#1.${otherToken}.${print}`])).toContain(`4 ${letIn}`);
	expect(await refused(['join', '--bridge', `${origin}#1.${token}.${otherPrint}`])).toMatch(
		/^3 What answers at wss:\/\/127\.0\.0\.1:\d+ is not the share that made the link/,
	);
	expect(await refused(['join', '--bridge', `jumpseat+ws://127.0.0.1:1#1.${token}`])).toMatch(
		/^3 Nobody shares anything at ws:\/\/127\.0\.0\.1:1 now/,
	);
	expect(
		await refused(['join', '--bridge', '-'], `jumpseat+unix://${scenario.socketPath}#1.${otherToken}`),
	).toMatch(/^3 What answers at unix:\S+ is no share/);
	expect(await refused(['join', '--connect', 'unix://', link])).toMatch(/^2 .*leave --connect out/);
	expect(await refused(['share', share.threadId, '--connect', scenario.endpoint])).toMatch(
		/^4 .*shared from here/,
	);
	expect(await refused(['share', '--listen', 'ws://0.0.0.0:0'])).toMatch(/^2 .*not encrypted/);
	const doubled = ['share', share.threadId, '--connect', scenario.endpoint, '--for', 'Ada', '--for', 'ada'];
	const elsewhere = runtimeEnv();
	expect(await runCli(doubled, {env: elsewhere})).toEqual({
		code: 2,
		stdout: '',
		stderr: 'ada is here or invited already: choose another name, or remove that one.\n',
	});
	expect(leftIn(elsewhere)).toEqual([]);
	expect(await refused(['share', '--group', 'no-such-group'])).toMatch(/^2 There is no group/);
	await new Promise(resolve => setTimeout(resolve, 1000));
	expect(await refused(['join', '--bridge', link])).toContain(`4 ${letIn}`);
	share.kill('SIGINT');
	expect(await share.ended).toMatchObject({code: 130});
	expect(await refused(['join', '--bridge', link])).toMatch(/^3 Nobody shares anything/);
});

test('with --json all is lines of JSON, and what the owner asks by --control is nobody who comes', async () => {
	const scenario = await beginWith(['Good morning']);
	const env = runtimeEnv();
	const threadId = scenario.pilot.threadId();
	const running = startCli(['share', threadId, '--connect', scenario.endpoint, '--name', 'Olga', '--json'], {
		env: {...personEnv(scenario), ...env},
	});
	await running.wrote('"jumpseat/invitation"');
	await running.wrote('}\n');
	const guests = await runCli(['share', '--control', '--json'], {env});
	expect(JSON.parse(guests.stdout)).toMatchObject({type: 'jumpseat/share', people: []});
	const [, link = ''] = /"link":"([^"]+)"/.exec(running.stdout()) ?? [];
	const guest = joinInPty(scenario, {}, [link]);
	await guest.waitFor('OBSERVE');
	await running.wrote('jumpseat/share/came');
	expect(await runCli(['share', '--control', 'end'], {env})).toMatchObject({code: 0});
	const {code, stdout, stderr} = await running.ended;
	expect(code).toBe(0);
	expect(stderr).toBe('');
	const lines = stdout
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line));
	expect(lines.map(({type}) => type)).toEqual([
		'jumpseat/share',
		'jumpseat/invitation',
		'jumpseat/share/came',
		'jumpseat/share/ended',
	]);
	expect(lines[2]).toMatchObject({name: 'guest', role: 'observe', client: 'jumpseat'});
	await guest.waitFor(/ended/);
});

test('a group may open its socket, and the folder goes with the share', async () => {
	const scenario = await beginWith(['Good morning']);
	const env = runtimeEnv();
	const gid = process.getgid?.() ?? 0;
	const share = await startShare(scenario, env, ['--group', `${gid}`]);
	const [, socketPath = ''] = /^jumpseat\+unix:\/\/([^#]+)#/.exec(share.links[0] ?? '') ?? [];
	const [folder, socket] = [statSync(path.dirname(socketPath)), statSync(socketPath)];
	expect([folder.mode & 0o777, folder.gid]).toEqual([0o710, gid]);
	expect([socket.mode & 0o777, socket.gid]).toEqual([0o660, gid]);
	share.kill('SIGTERM');
	await share.ended;
	expect(existsSync(path.dirname(socketPath))).toBe(false);

	// Killed, it removes nothing itself: whoever finds it dead does.
	const killed = await startShare(scenario, env, ['--group', `${gid}`]);
	const [, left = ''] = /^jumpseat\+unix:\/\/([^#]+)#/.exec(killed.links[0] ?? '') ?? [];
	killed.kill('SIGKILL');
	await killed.ended;
	expect(existsSync(left)).toBe(true);
	expect(await runCli(['share', '--control'], {env})).toMatchObject({code: 3});
	expect(existsSync(path.dirname(left))).toBe(false);
});
