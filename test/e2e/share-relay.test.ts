/** Two people behind a relay: the built share, relay and join on the real server, and somebody on the way between. */
import {existsSync} from 'node:fs';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {seenIn, startTap, type Tap} from '../share/relay-tap.ts';
import {type RunningCli, runCli, startCli} from '../support/cli.ts';
import type {Scenario} from '../support/harness.ts';
import {command, guardOver, untilReady} from './ask-scripts.ts';
import {joinInPty, runtimeEnv, type ShareInPipe, startShare} from './share-support.ts';
import {beginTripwire, beginWith, rule, say} from './support.ts';

type RunningRelay = RunningCli & {readonly port: number};

const startRelay = async (port = 0): Promise<RunningRelay> => {
	const relay = startCli(['relay', '--listen', `127.0.0.1:${port}`]);
	await relay.wrote('until Ctrl+C.\n');
	const said = /^The relay listens on 127\.0\.0\.1:(\d+), for this machine only \(.*\), until Ctrl\+C\.\n$/;
	expect(relay.stderr()).toMatch(said);
	return {...relay, port: Number(said.exec(relay.stderr())?.[1])};
};

const tapped = async (port: number): Promise<Tap> => {
	const tap = await startTap(port);
	onTestFinished(() => tap.stop());
	return tap;
};

const shareVia = (scenario: Scenario, port: number, ...args: readonly string[]): Promise<ShareInPipe> =>
	startShare(scenario, runtimeEnv(), ['--via', `127.0.0.1:${port}`, ...args]);

test('a session through a relay is seen by nobody on the way, and both sides end when the share does', async () => {
	const scenario = await beginWith(
		['Good morning'],
		[rule('From Ada', [say('The answer is forty-two, Ada.')])],
	);
	const relay = await startRelay();
	const tap = await tapped(relay.port);
	const share = await shareVia(scenario, tap.port, '--for', 'Ada', '--role', 'steer');
	const link = share.links[0] ?? '';
	const [, room = '', token = '', fingerprint = ''] =
		/^jumpseat\+relay:\/\/127\.0\.0\.1:\d+\/(.{43})#1\.(.{43})\.(.{43})$/.exec(link) ?? [];
	expect(fingerprint).not.toBe('');
	const guest = joinInPty(scenario, {}, [link]);
	await guest.waitFor('● live');
	await guest.waitFor('Good morning');
	guest.type('iFrom Ada, who sits behind a NAT');
	await guest.waitFor('behind a NAT');
	guest.press('enter');
	await guest.waitFor('The answer is forty-two, Ada.');
	share.kill('SIGTERM');
	await share.ended;
	await guest.waitFor(/ended/);

	const said = tap.toRelay();
	const all = Buffer.concat([said, tap.fromRelay()]);
	const secrets = [
		'Good morning',
		'behind a NAT',
		'forty-two',
		'jumpseat:Ada',
		'turn/start',
		'HTTP/1.1',
		scenario.pilot.threadId(),
		token,
		fingerprint,
		Buffer.from(fingerprint, 'base64url').toString('hex'),
	];
	expect(all.length).toBeGreaterThan(10_000);
	expect(seenIn(all, secrets)).toEqual([]);
	expect(all.includes(Buffer.from(fingerprint, 'base64url'))).toBe(false);
	// The search can find.
	expect(seenIn(said, [room])).toHaveLength(1);

	relay.kill('SIGTERM');
	const {code, stdout, stderr} = await relay.ended;
	expect({code, stdout}).toEqual({code: 143, stdout: ''});
	// It says where it listens and that it has ended, and nothing of who was here.
	expect(stderr.split('\n')).toHaveLength(3);
	expect(stderr).toMatch(/\nThe relay has ended\.\n$/);
});

test('a relay that ends and comes back is told to the owner, and the guest comes back by himself', async () => {
	const scenario = await beginWith(['Good morning'], [rule('Meanwhile', [say('Said meanwhile.')])]);
	const relay = await startRelay();
	const share = await shareVia(scenario, relay.port, '--for', 'Ada');
	const guest = joinInPty(scenario, {}, [share.links[0] ?? '']);
	await guest.waitFor('● live');
	relay.kill('SIGTERM');
	await relay.ended;
	await guest.waitFor(lines => !lines.join('\n').includes('● live'));
	await share.wrote('is asked again.');
	await scenario.pilot.play('Meanwhile');
	await startRelay(relay.port);
	await share.wrote('is back: guests can come in through it again.');
	await guest.waitFor('● live');
	await guest.waitFor('Said meanwhile.');
	expect(share.stderr().match(/relay:\/\//g)).toHaveLength(2);
});

test('an answer that is changed on the way reaches nobody, and the guest is told', async () => {
	const text = 'touch done-by-guest';
	const scenario = await beginWith(['Good morning'], [rule('Do it', [command(text)], [say('It is done.')])]);
	const tripwire = await beginTripwire(scenario);
	const relay = await startRelay();
	const tap = await tapped(relay.port);
	const share = await startShare({...scenario, endpoint: tripwire.endpoint}, runtimeEnv(), [
		'--via',
		`127.0.0.1:${tap.port}`,
		'--role',
		'answer',
		'--for',
		'Ada',
	]);
	const guest = joinInPty(scenario, {}, [share.links[0] ?? '']);
	await guest.waitFor('● live');
	const turnId = await scenario.pilot.say('Do it');
	const done = path.join(scenario.workdir, 'done-by-guest');
	await untilReady(guest, 'touch done-by-guest');
	tap.tamper('guest');
	guest.type('y');
	await guest.waitFor('connection lost');
	await guest.waitFor('was ended: what came was not what');
	const answers = () => tripwire.sentMethods().filter(method => /answer/.test(method));
	expect(answers()).toEqual([]);
	tap.tamper(undefined);
	// Whether the answer had arrived is for the server to say: it still asks.
	await guest.waitFor('● live');
	await untilReady(guest, 'touch done-by-guest');
	expect(existsSync(done)).toBe(false);
	expect(answers()).toEqual([]);
	// The keys were given back when the line was lost.
	guest.type('a');
	await guardOver();
	guest.type('y');
	await scenario.pilot.turnEnded(turnId);
	expect(existsSync(done)).toBe(true);
	expect(answers()).toEqual(['answer']);
});

test('a link with another fingerprint never comes in', async () => {
	const scenario = await beginWith(['Good morning']);
	const relay = await startRelay();
	const share = await shareVia(scenario, relay.port, '--for', 'Ada');
	const wrong = (share.links[0] ?? '').replace(/[^.]{43}$/, Buffer.alloc(32, 7).toString('base64url'));
	const guest = joinInPty(scenario, {}, [wrong]);
	const {code} = await guest.exit;
	expect(code).not.toBe(0);
	expect(guest.output()).toMatch(
		/^What answers at relay:.* is not the share that made the link: .*Nothing was said to it\.\r\n$/,
	);
	expect(share.stderr()).not.toMatch(/came in/);
});

test('a relay that cannot listen, or is not there, is one sentence', async () => {
	const relay = await startRelay();
	expect(await runCli(['relay', '--listen', `127.0.0.1:${relay.port}`])).toEqual({
		code: 1,
		stdout: '',
		stderr: `127.0.0.1:${relay.port} is taken: something else listens there.\n`,
	});
	expect(await runCli(['relay', '--listen', 'nonsense'])).toEqual({
		code: 2,
		stdout: '',
		stderr: '--listen wants HOST:PORT (port 0: any), and got: nonsense\n',
	});
	relay.kill('SIGINT');
	expect(await relay.ended).toMatchObject({code: 130});
	const scenario = await beginWith(['Good morning']);
	const alone = await runCli(
		['share', scenario.pilot.threadId(), '--connect', scenario.endpoint, '--via', `127.0.0.1:${relay.port}`],
		{env: runtimeEnv()},
	);
	expect(alone).toMatchObject({code: 3, stdout: ''});
	expect(alone.stderr).toMatch(/^No relay answers at relay:\/\/127\.0\.0\.1:\d+: nothing listens there\./m);
});
