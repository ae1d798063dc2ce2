/**
 * A share as people see it: the owner in the stock TUI at the server, one guest in Jumpseat, one in the stock TUI, and
 * the shared screen beside them. What is said, asked, answered and changed is right on all of them at once.
 */
import {existsSync, mkdirSync} from 'node:fs';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {runCli} from '../support/cli.ts';
import type {Scenario} from '../support/harness.ts';
import {openPty, type Pty} from '../support/pty.ts';
import {allAnswers, command, methods, noCard, untilReady} from './ask-scripts.ts';
import {
	control,
	doorOf,
	openEar,
	seesTimes,
	sendFrom,
	shareInJson,
	stockAsks,
	stockGuest,
	stockWarned,
	textOf,
} from './share-screens-support.ts';
import {joinInPty, openLines, openShared, runtimeEnv, startShare} from './share-support.ts';
import {
	begin,
	beginStockTui,
	beginTripwire,
	beginWith,
	openJumpseat,
	rule,
	say,
	startTurn,
} from './support.ts';

const twoDoors = ['--listen', 'ws://127.0.0.1:0', '--listen', 'unix://'];

const onAll = async (people: readonly Pty[], sight: Parameters<Pty['waitFor']>[0]): Promise<void> => {
	for (const each of people) await each.waitFor(sight);
};

const fileOf = ({workdir}: Scenario, name: string): string => path.join(workdir, '..', name);

test('messages, streams, approvals and who is here, on the screens of an owner, a steering guest and an observing one', async () => {
	const scenario = await beginWith(
		['Good morning'],
		[
			rule('Tell me', [{do: 'message', text: ['Once ', {hold: 'middle'}, 'upon a time.']}]),
			rule('From Ada', [say('Hello, Ada.')]),
			rule('Run one', [command('echo one > ../one.txt')], [say('One was run.')]),
			rule('Run two', [command('echo two > ../two.txt')], [say('Two was run.')]),
		],
	);
	const env = runtimeEnv();
	const owner = await beginStockTui(scenario, {threadId: scenario.pilot.threadId(), rows: 40});
	const {owner: shared} = await openShared(scenario, env, [...twoDoors, '--for', 'Ada', '--role', 'steer']);
	// One comes in by each door.
	const {link: byLoopback = ''} = await control(env, 'invite', 'Bob', 'observe');
	const [bySocket = ''] = /jumpseat\+unix:\/\/\S+#1\.[\w-]+/.exec(shared.output()) ?? [];
	const bob = (await stockGuest(scenario, doorOf(byLoopback))).pty;
	// So low that there is something to scroll.
	const ada = joinInPty(scenario, {}, [bySocket], {rows: 22});
	await ada.waitFor('● live');
	await ada.waitFor('STEER');
	const everybody = [owner.pty, shared, ada, bob];

	// Who is here. The stock client is told when somebody comes.
	await ada.waitFor(/with (Olga, Bob|Bob, Olga)/);
	await shared.waitFor('with Bob, Ada');
	await stockWarned(bob, 'Ada is here (steer).');
	shared.type('8');
	await shared.waitFor(/Olga \(you\) +owner +Jumpseat +live/);
	await shared.waitFor(/Bob +observe +Codex/);
	await shared.waitFor(/Ada +steer +Jumpseat +live/);

	// The owner's message, and the answer while it is on its way.
	await owner.say('Tell me');
	await scenario.model.holding('middle');
	await onAll(everybody, 'Once');
	for (const each of everybody) expect(textOf(each)).not.toContain('upon a time');
	scenario.model.release('middle');
	await onAll(everybody, 'Once upon a time.');

	await ada.waitFor('turn 2 · completed');
	// The guest writes, is seen to, and has a name.
	ada.type('i');
	await ada.waitFor('Enter sends');
	ada.type('From Ada');
	await shared.waitFor(/Ada +steer +Jumpseat +✎ typing/);
	await shared.waitFor('Ada ✎');
	ada.press('enter');
	await onAll(everybody, 'Hello, Ada.');
	for (const each of everybody) await seesTimes(each, 'From Ada', 1);
	for (const seat of [shared, ada]) await seat.waitFor(/▌Ada .*\n.*From Ada/);
	for (const tui of [owner.pty, bob]) await tui.waitFor(/› From Ada/);
	ada.press('escape');
	await ada.waitFor('i write');
	ada.press('page-up');
	await shared.waitFor(/Ada +steer +Jumpseat +↑ scrolled back/);
	ada.press('end');
	await shared.waitFor(/Ada +steer +Jumpseat +live/);

	// The owner answers where he was asked.
	await owner.say('Run one');
	await owner.pty.waitFor(stockAsks('echo one'));
	await ada.waitFor('Your role here is steer: Olga may answer.');
	await shared.waitFor(/waits for an answer/);
	await stockWarned(bob, 'Waits for an answer: ');
	owner.pty.type('y');
	await onAll(everybody, 'One was run.');
	for (const seat of [shared, ada]) {
		await seat.waitFor(noCard);
		await seat.waitFor(/✓ echo one/);
		expect(textOf(seat)).not.toContain('approved by');
	}
	for (const tui of [owner.pty, bob]) await tui.waitFor('Ran echo one');

	// A guest answers, and everybody knows who it was.
	await sendFrom(shared, '/role Ada answer');
	await ada.waitFor('ANSWER');
	await owner.say('Run two');
	await owner.pty.waitFor(stockAsks('echo two'));
	await untilReady(ada, 'echo two');
	if (!/y runs it/.test(textOf(ada))) ada.type('a');
	ada.type('y');
	await onAll(everybody, 'Two was run.');
	for (const seat of [shared, ada]) await seat.waitFor(/✓ echo two .*approved by Ada/);
	await stockWarned(bob, /Ada approved: .*echo two/);
	await owner.pty.waitFor(lines => !stockAsks('echo two')(lines));
	expect(textOf(bob)).not.toContain('You approved');
	await owner.quit();
});

test('a stock TUI that observes says nothing, stops nothing, answers nothing, and learns of no other thread', async () => {
	const scenario = await begin([
		rule('Whisper', [say('Foxtrot is the word.')]),
		rule('Tell me', [{do: 'message', text: ['Once ', {hold: 'middle'}, 'upon a time.']}]),
		rule('Run it', [command('echo one > ../one.txt')], [say('It was run.')]),
	]);
	const {pilot} = scenario;
	const hiddenFolder = fileOf(scenario, 'uniform-place');
	mkdirSync(hiddenFolder);
	const {thread} = await pilot.client.call('thread/start', {cwd: hiddenFolder});
	const hidden = (thread as {readonly id: string}).id;
	await (await startTurn(pilot.client, hidden, 'Whisper Tango')).ended();
	await pilot.client.call('thread/name/set', {threadId: hidden, name: 'Sierra'});
	await pilot.startThread();
	await pilot.play('Good morning');
	const tripwire = await beginTripwire(scenario);
	const env = runtimeEnv();
	const share = await shareInJson({...scenario, endpoint: tripwire.endpoint}, env, [
		...twoDoors,
		'--for',
		'Bob',
	]);
	const {port, token} = doorOf(share.link);
	const ear = await openEar(port);
	const bob = (await stockGuest(scenario, {port: ear.port, token})).pty;
	await share.told('came', {name: 'Bob', role: 'observe', client: 'codex'});

	// He writes.
	bob.type('Let me in');
	await bob.waitFor('Let me in');
	bob.press('enter');
	await bob.waitFor(/Your role here is observe/);
	await share.told('refused', {name: 'Bob', method: 'turn/start'});
	for (const _ of 'Let me in') bob.press('backspace');
	await bob.waitFor('Ask Codex to do anything');

	// He stops what runs.
	const turnId = await pilot.say('Tell me');
	await bob.waitFor('esc to interrupt');
	bob.press('escape');
	await share.told('refused', {name: 'Bob', method: 'turn/interrupt'});
	await (await startTurn(pilot.client, hidden, 'Whisper again: Tango')).ended();
	scenario.model.release('middle');
	await pilot.turnEnded(turnId);
	await bob.waitFor('Once upon a time.');

	// He is not asked; and where he was asked in time, his answer goes nowhere.
	const asking = await pilot.say('Run it');
	const asked = await pilot.asked(methods.command);
	await stockWarned(bob, 'Waits for an answer: ');
	expect(textOf(bob)).not.toContain('Would you like');
	await control(env, 'role', 'Bob', 'answer');
	await bob.waitFor(stockAsks('echo one'));
	await control(env, 'role', 'Bob', 'observe');
	bob.type('y');
	await share.told('answerDropped', {name: 'Bob'});
	await stockWarned(bob, 'Your answer was not passed on.');
	expect(existsSync(fileOf(scenario, 'one.txt'))).toBe(false);
	expect(allAnswers(tripwire)).toBe(0);
	pilot.client.respond(asked.id, {decision: 'accept'});
	await bob.waitFor('It was run.');
	await pilot.turnEnded(asking);

	// He looks for others.
	bob.type('/resume');
	await bob.waitFor(/\/resume +\S/);
	bob.press('enter');
	await bob.waitFor('Resume a previous session');
	await bob.waitFor(/(now|ago) +Good morning/);
	const other = openPty(
		scenario.codex,
		[
			...['resume', '--remote', `ws://127.0.0.1:${ear.port}`],
			...['--remote-auth-token-env', 'JUMPSEAT_TOKEN', hidden],
		],
		{cwd: scenario.workdir, env: {...scenario.env, JUMPSEAT_TOKEN: token}},
	);
	onTestFinished(() => other.kill());
	expect((await other.exit).code).not.toBe(0);

	const secret = /whisper|tango|foxtrot|sierra|uniform/i;
	expect(ear.heard()).toContain('Good morning');
	for (const printed of [bob.output(), ear.heard()]) {
		expect(secret.exec(printed)?.[0]).toBeUndefined();
		expect(printed).not.toContain(hidden);
	}
	expect(secret.exec(other.output())?.[0]).toBeUndefined();
	// To the server went what looks at the thread, and nothing else.
	const looks = /^(initialized?|thread\/(read|resume|list|\w+\/list))$/;
	expect(tripwire.sentMethods().filter(method => !looks.test(method))).toEqual([]);
	expect(tripwire.sent().some(({text}) => text.includes(hidden))).toBe(false);
});

test('the owner changes roles while it runs, removes, invites another, and ends: powers and screens follow at once', async () => {
	const scenario = await beginWith(
		['Good morning'],
		[
			rule('From Ada', [say('Hello, Ada.')]),
			rule('Run it', [command('echo one > ../one.txt')], [say('It was run.')]),
		],
	);
	const env = runtimeEnv();
	const {owner: shared, links} = await openShared(scenario, env, [
		...twoDoors,
		'--for',
		'Ada',
		'--for',
		'Bob',
	]);
	const bob = (await stockGuest(scenario, doorOf(links[1] ?? ''))).pty;
	const ada = joinInPty(scenario, {}, [links[0] ?? '']);
	await ada.waitFor('● live');
	await ada.waitFor('OBSERVE');
	await shared.waitFor('with Bob, Ada');
	ada.type('i');
	await ada.waitFor('Your role here is observe: nothing can be sent; ask Olga.');

	await sendFrom(shared, '/role Ada steer');
	await ada.waitFor('STEER');
	await sendFrom(ada, 'From Ada');
	await ada.waitFor('Hello, Ada.');
	await ada.waitFor('turn 2 · completed');

	// A card that was there before the role was.
	const asking = await scenario.pilot.say('Run it');
	await untilReady(ada, 'Your role here is steer: Olga may answer.');
	ada.press('escape');
	await ada.waitFor('i write');
	await control(env, 'role', 'Ada', 'answer');
	await ada.waitFor('ANSWER');
	await ada.waitFor('a answer');
	ada.type('a');
	await ada.waitFor(lines => !lines.some(line => line.includes('a answer')));
	await untilReady(ada, 'y runs it once');
	// It is taken away in the last moment.
	await control(env, 'role', 'Ada', 'observe');
	await ada.waitFor('Your role here is observe: Olga may answer.');
	ada.type('y');
	expect(existsSync(fileOf(scenario, 'one.txt'))).toBe(false);
	await control(env, 'role', 'Ada', 'answer');
	await ada.waitFor('a answer');
	ada.type('a');
	await ada.waitFor(lines => !lines.some(line => line.includes('a answer')));
	await untilReady(ada, 'y runs it once');
	ada.type('y');
	await scenario.pilot.turnEnded(asking);
	await shared.waitFor(/✓ echo one .*approved by Ada/);

	await sendFrom(shared, '/remove Ada');
	await ada.waitFor('○ removed');
	await ada.waitFor('Olga removed you from the share');
	ada.type('8');
	await ada.waitFor('You are in this share no more.');
	expect(textOf(ada)).not.toContain('i write');
	await shared.waitFor(
		lines =>
			lines.some(line => line.includes('with Bob')) && !lines.some(line => line.includes('with Bob, Ada')),
	);
	await stockWarned(bob, 'Ada left.');
	ada.type('q');
	expect((await ada.exit).code).toBe(0);
	expect(await runCli(['join', '--bridge', links[0] ?? ''])).toMatchObject({code: 4, stdout: ''});

	await sendFrom(shared, '/invite Cleo answer once');
	await shared.waitFor('Link for Cleo');
	await shared.waitFor(/Cleo +answer +once · /);
	const {link} = await control(env, 'invite', 'Dan');
	const dan = joinInPty(scenario, {}, [link ?? '']);
	await dan.waitFor('● live');
	await dan.waitFor('OBSERVE');

	await sendFrom(shared, '/endshare');
	await shared.waitFor('End the share? y sends every guest away');
	shared.type('y');
	await dan.waitFor('Olga ended the share');
	await bob.waitFor(/■ Olga ended the share/);
	await shared.waitFor(lines => !lines.some(line => line.includes('SHARED')));
	await shared.waitFor('● live');
	dan.type('q');
	expect((await dan.exit).code).toBe(0);
	shared.type('q');
	expect((await shared.exit).code).toBe(0);
});

test('what a thread, a message or a command says reaches the terminals of a share as text only', async () => {
	const reversed = '\u202Egpj.exe\u202C';
	const hostile = `\u001B]0;owned\u0007\u001B]52;c;b3duZWQ=\u0007\u001B[2J\u001B[31mred\u009B31m${reversed}`;
	const scenario = await beginWith(
		['Good morning'],
		[
			rule('Say it', [say(`First ${hostile} last.`)]),
			rule(
				'Print it',
				[command(`printf 'begin \\033]0;owned\\007\\033[2J\\342\\200\\256end\\n' # ${hostile}`)],
				[say('It was printed.')],
			),
		],
	);
	const {pilot} = scenario;
	await pilot.client.call('thread/name/set', {threadId: pilot.threadId(), name: `Title ${hostile}`});
	const env = runtimeEnv();
	const share = await startShare(scenario, env, [...twoDoors, '--for', 'Ada', '--role', 'answer']);
	const ada = joinInPty(scenario, {}, [share.links[0] ?? '']);
	await ada.waitFor('● live');
	const shared = openJumpseat(scenario, {args: [share.threadId], env});
	await shared.waitFor('SHARED');
	await pilot.play(`Say it ${hostile}`);
	for (const seat of [ada, shared]) await seat.waitFor(/First .*last\./);
	const turnId = await pilot.say('Print it');
	await untilReady(ada, 'printf');
	ada.type('y');
	await pilot.turnEnded(turnId);
	for (const seat of [ada, shared]) await seat.waitFor('It was printed.');
	// A guest's own words, on their way to the others.
	ada.type('i');
	await ada.waitFor('Enter sends');
	ada.type(`\u001B[200~Mine ${reversed} too\u001B[201~`);
	await ada.waitFor(/Mine .*too/);
	ada.press('enter');
	await shared.waitFor(/▌Ada .*\n.*Mine .*too/);
	await share.wrote('Ada approved');
	const written = [ada.output(), shared.output(), share.stdout(), share.stderr()];
	for (const text of written) {
		expect(text).not.toMatch(
			/owned\u0007|\]52;c;b3duZWQ=|\u001B\[2J\u001B\[31mred|[\u202A-\u202E\u2066-\u2069\u0080-\u009F]/u,
		);
	}
	for (const seat of [ada, shared]) expect(seat.title()).not.toContain('\u001B');
});

test.each([
	['Ctrl+C', 130, (owner: Pty) => owner.press('ctrl-c')],
	['SIGTERM', 143, (owner: Pty) => owner.signal('SIGTERM')],
] as const)(
	'before the screen it is told in lines who comes, and %s ends the share',
	async (_, code, end) => {
		const scenario = await beginWith(['Good morning']);
		const {owner, links} = await openLines(scenario, runtimeEnv(), ['--for', 'Ada']);
		const ada = joinInPty(scenario, {}, [links[0] ?? '']);
		await ada.waitFor('● live');
		await owner.waitFor(/Ada came in \(observe, Jumpseat\)\.$/m);
		expect(owner.onAlternateScreen()).toBe(false);
		end(owner);
		expect((await owner.exit).code).toBe(code);
		await ada.waitFor('Olga ended the share');
	},
);
