/** A share of this machine from its owner's side: the shared screen, attaching through it, and going on without it. */
import {expect, onTestFinished, test} from 'vitest';
import {connectRawClient} from '../../source/demo/json-rpc-client.ts';
import {runCli, startCli} from '../support/cli.ts';
import type {Pty} from '../support/pty.ts';
import {joinInPty, openShared, runtimeEnv, startShare} from './share-support.ts';
import {begin, beginStockTui, beginWith, eventually, openJumpseat, rule, say} from './support.ts';

const story = rule('Tell me', [
	{
		do: 'message',
		text: ['Once upon a time ', {hold: 'first'}, 'there was a test ', {hold: 'second'}, 'that passed.'],
	},
]);

const text = (pty: Pty): string => pty.screen().join('\n');

test('attached late through a running share: what streams is whole; without the share it goes on at the server', async () => {
	const scenario = await beginWith(['Good morning'], [story, rule('And then', [say('Nothing.')])]);
	const env = runtimeEnv();
	const share = await startShare(scenario, env);
	const turnId = await scenario.pilot.say('Tell me');
	await scenario.model.holding('first');
	const late = openJumpseat(scenario, {args: [share.threadId], env});
	await late.waitFor('● live');
	await late.waitFor('SHARED');
	await late.waitFor('Once upon a time');
	expect(text(late)).not.toContain('joined in the middle');
	const direct = openJumpseat(scenario, {args: [share.threadId]});
	await direct.waitFor('● live');
	expect(text(direct)).not.toContain('Once upon a time');
	share.kill('SIGTERM');
	await share.ended;
	await late.waitFor(lines => !lines.some(line => line.includes('SHARED')));
	await late.waitFor('● live');
	await late.waitFor('Once upon a time');
	scenario.model.release('first');
	scenario.model.release('second');
	await scenario.pilot.turnEnded(turnId);
	await late.waitFor('Once upon a time there was a test that passed.');
	await late.waitFor('turn 2 · completed');
	late.type('i');
	late.type('And then');
	await late.waitFor('And then');
	late.press('enter');
	await late.waitFor('Nothing.');
});

test('a share that dies without a word is left aside: the seat goes on at the server, and nothing of it stays', async () => {
	const scenario = await beginWith(['Good morning']);
	const env = runtimeEnv();
	const share = await startShare(scenario, env);
	const seat = openJumpseat(scenario, {args: [share.threadId], env});
	await seat.waitFor('SHARED');
	await seat.waitFor('● live');
	share.kill('SIGKILL');
	await share.ended;
	await seat.waitFor(lines => !lines.some(line => line.includes('SHARED')));
	await seat.waitFor('● live');
	await scenario.pilot.play('Still here?');
	await seat.waitFor('Still here?');
});

test('another thread is opened at the server, and the shared one through the share again', async () => {
	const scenario = await begin();
	const other = await scenario.pilot.startThread();
	await scenario.pilot.play('The other one');
	const shared = await scenario.pilot.startThread();
	await scenario.pilot.play('The shared one');
	const env = runtimeEnv();
	await startShare(scenario, env);
	const seat = openJumpseat(scenario, {args: [shared.slice(-12)], env});
	await seat.waitFor('SHARED');
	await seat.waitFor('● live');
	seat.type('i');
	seat.type(`/thread ${other}`);
	await seat.waitFor(`/thread ${other}`);
	seat.press('enter');
	await eventually(seat, () => {
		expect(text(seat)).toContain('The other one');
		expect(text(seat)).toContain('● live');
		expect(text(seat)).not.toContain('SHARED');
	});
	seat.type('i');
	seat.type(`/thread ${shared}`);
	await seat.waitFor(`/thread ${shared}`);
	seat.press('enter');
	await eventually(seat, () => {
		expect(text(seat)).toContain('The shared one');
		expect(text(seat)).toContain('● live');
		expect(text(seat)).toContain('SHARED');
	});
});

test('in a terminal the lines are printed, then the thread is shown; quitting ends the share, and the lines stay', async () => {
	const scenario = await beginWith(['Good morning']);
	const env = runtimeEnv();
	const {owner, links} = await openShared(scenario, env, ['--for', 'Ada', '--role', 'steer']);
	await owner.waitFor('SHARED');
	await owner.waitFor('● live');
	const guest = joinInPty(scenario, {}, [links[0] ?? '']);
	await guest.waitFor('● live');
	await eventually(owner, () => expect(text(owner)).toContain('Ada'));
	owner.type('q');
	expect((await owner.exit).code).toBe(0);
	expect(owner.history().join('')).toContain((links[0] ?? '').slice(0, 40));
	await guest.waitFor(/ended/);
});

test('the stock TUI comes in through a bridge, over TLS, and is a guest of its invitation', async () => {
	const scenario = await beginWith(['Good morning'], [rule('From the bridge', [say('Hello, bridge.')])]);
	const env = runtimeEnv();
	const share = await startShare(scenario, env, [
		...['--for', 'Ada', '--role', 'steer', '--listen', 'wss://127.0.0.1:0'],
	]);
	const bridge = startCli(['join', '--bridge', '-'], {env, stdin: share.links[0] ?? ''});
	await bridge.wrote('codex resume --remote');
	const [, endpoint = '', threadId = ''] =
		/^codex resume --remote (unix:\S+) (\S+)$/m.exec(bridge.stdout()) ?? [];
	expect(threadId).toBe(share.threadId);
	const tui = await beginStockTui({...scenario, endpoint}, {threadId});
	await tui.pty.waitFor('Good morning');
	await tui.say('From the bridge');
	await tui.pty.waitFor('Hello, bridge.');
	expect(share.stderr()).toMatch(/Ada came in \(steer, the Codex TUI\)\.$/m);
	expect(share.stderr()).toMatch(/Ada started a turn\.$/m);
	share.kill('SIGTERM');
	await share.ended;
	expect(await bridge.ended).toMatchObject({code: 0});
	expect(bridge.stderr()).toContain('The share has ended.');
});

test('the shared screen stays in its share when the server starts anew under it', async () => {
	const scenario = await beginWith(['Good morning']);
	const env = runtimeEnv();
	const {owner} = await openShared(scenario, env);
	await owner.waitFor('SHARED');
	await scenario.server.restart();
	const opener = await scenario.connect();
	await opener.call('thread/resume', {threadId: scenario.pilot.threadId()});
	await eventually(owner, () => {
		expect(text(owner)).toContain('SHARED');
		expect(text(owner)).toContain('● live');
	});
});

test('a share that is stopped holds nobody up: the seat goes to the server', async () => {
	const scenario = await beginWith(['Good morning']);
	const env = runtimeEnv();
	const share = await startShare(scenario, env);
	share.kill('SIGSTOP');
	const seat = openJumpseat(scenario, {args: [share.threadId], env});
	await seat.waitFor('● live');
	expect(text(seat)).not.toContain('SHARED');
	share.kill('SIGCONT');
});

test('a thread that closes ends its share: one sentence for the owner and one for the guest', async () => {
	const scenario = await beginWith(['Good morning']);
	const env = runtimeEnv();
	const share = await startShare(scenario, env, ['--for', 'Ada']);
	const guest = joinInPty(scenario, {}, [share.links[0] ?? '']);
	await guest.waitFor('● live');
	await scenario.pilot.client.call('thread/archive', {threadId: share.threadId});
	expect(await share.ended).toMatchObject({code: 0});
	expect(share.stderr()).toContain('The thread was closed on the server');
	await guest.waitFor('share ended');
});

test('whoever is removed behind a bridge is told, and so is the bridge', async () => {
	const scenario = await beginWith(['Good morning']);
	const env = runtimeEnv();
	const share = await startShare(scenario, env, ['--for', 'Ada', '--once']);
	const bridge = startCli(['join', '--bridge', '-'], {env, stdin: share.links[0] ?? ''});
	await bridge.wrote('codex resume --remote');
	const [, endpoint = ''] = /--remote (unix:\S+)/.exec(bridge.stdout()) ?? [];
	const client = await connectRawClient({endpoint, clientName: 'codex-tui'});
	onTestFinished(() => client.close());
	const {thread} = await client.call('thread/read', {threadId: share.threadId});
	expect(thread).toMatchObject({id: share.threadId});
	await expect(client.call('config/read', {})).rejects.toThrow(/may not call "config\/read/);
	expect(await runCli(['share', '--control', 'remove', 'Ada'], {env})).toMatchObject({code: 0});
	expect(await bridge.ended).toMatchObject({code: 4});
	expect(bridge.stderr()).toContain('removed you');
});
