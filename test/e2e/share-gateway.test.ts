/** A share of a real thread on the real App Server, with guests that are played frame by frame. */
import {existsSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import type {Frame} from '../../source/demo/json-rpc-client.ts';
import type {Scenario} from '../support/harness.ts';
import {type Joined, resume, startShare, type TestShare} from '../support/share.ts';
import type {Tripwire} from '../support/tripwire.ts';
import {command, fileOutside, methods} from './ask-scripts.ts';
import {beginTripwire, beginWith, rule, say} from './support.ts';

const story = rule('Tell me', [
	{
		do: 'message',
		text: ['Once upon a time ', {hold: 'first'}, 'there was a test ', {hold: 'second'}, 'that passed.'],
	},
]);

/** A share of the scenario's thread behind a tripwire; gone when the test is over. */
const beginShare = async (
	scenario: Scenario,
): Promise<{readonly share: TestShare; readonly tripwire: Tripwire}> => {
	const tripwire = await beginTripwire(scenario);
	const share = await startShare({endpoint: tripwire.endpoint, threadId: scenario.pilot.threadId()});
	onTestFinished(() => share.stop());
	return {share, tripwire};
};

const isDelta = ({method}: Frame): boolean => method === 'item/agentMessage/delta';
const deltas = (guest: Joined): string =>
	guest
		.frames()
		.filter(isDelta)
		.map(({params}) => String(params?.delta))
		.join('');
const methodsOf = (guest: Joined): readonly string[] => guest.frames().flatMap(({method}) => method ?? []);

/** Everything that is open upstream has been answered: what is sent later stands behind it. */
const settle = async (guest: Joined, share: TestShare): Promise<void> => {
	await guest.call('thread/read', {threadId: share.threadId});
};

test('a guest who joins in the middle of a message has all of it at once, in order, and the rest as it comes', async () => {
	const scenario = await beginWith(['Good morning'], [story]);
	const {share} = await beginShare(scenario);
	const first = await share.sit('ada', 'observe');
	const turnId = await scenario.pilot.say('Tell me');
	await first.waitFor(isDelta);
	await scenario.model.holding('first');
	await settle(first, share);
	const late = await share.sit('bob', 'observe');
	scenario.model.release('first');
	scenario.model.release('second');
	await scenario.pilot.turnEnded(turnId);
	for (const guest of [first, late]) {
		await guest.told('turn/completed');
		expect(deltas(guest)).toBe('Once upon a time there was a test that passed.');
	}
	const told = methodsOf(late);
	expect(told.indexOf('item/started')).toBeLessThan(told.indexOf('item/agentMessage/delta'));
	// Once what was, in one piece, and behind the answer to the resume.
	const answered = late.frames().findIndex(({result}) => result?.thread !== undefined);
	expect(late.frames().findIndex(isDelta)).toBeGreaterThan(answered);
	expect(late.frames().find(isDelta)?.params?.delta).toBe('Once upon a time ');
});

const isStartOf =
	(type: string) =>
	({method, params}: Frame): boolean =>
		method === 'item/started' && (params?.item as {type?: unknown} | undefined)?.type === type;

test('a guest who joins in the middle of a command has it, and what it has printed, at once', async () => {
	// What a command prints in its first moment, the server tells nobody before its end.
	const text = 'sleep 0.5; echo early; while [ ! -e go ]; do sleep 0.05; done; echo late';
	const scenario = await beginWith(
		['Good morning'],
		[rule('Run it', [{do: 'command', command: text}], [say('It ran.')])],
	);
	const {share} = await beginShare(scenario);
	const first = await share.sit('ada', 'observe');
	const turnId = await scenario.pilot.say('Run it');
	await first.told('item/commandExecution/outputDelta');
	const late = await share.sit('bob', 'observe');
	const begun = await late.waitFor(isStartOf('commandExecution'));
	expect(begun.params?.item).toMatchObject({status: 'inProgress'});
	expect((await late.told('item/commandExecution/outputDelta')).params?.delta).toBe('early\n');
	writeFileSync(path.join(scenario.workdir, 'go'), '');
	await scenario.pilot.turnEnded(turnId);
	await late.told('turn/completed');
	expect(methodsOf(late).filter(method => method === 'turn/completed')).toHaveLength(1);
});

test('a guest who joins while a change of files waits for an answer is shown it with its diff, in this order', async () => {
	const scenario = await beginWith(
		['Good morning'],
		[rule('Write it', [fileOutside('outside.txt', 'one', 'two')], [say('Written.')])],
	);
	const {share, tripwire} = await beginShare(scenario);
	const first = await share.sit('ada', 'observe');
	await scenario.pilot.say('Write it');
	await first.told(methods.fileChange);
	const late = await share.sit('bob', 'answer');
	const asked = await late.told(methods.fileChange);
	const frames = late.frames();
	const begun = frames.findIndex(isStartOf('fileChange'));
	expect(JSON.stringify(frames[begun]?.params)).toContain('two');
	expect(begun).toBeLessThan(frames.indexOf(asked));
	expect(frames.filter(({method}) => method === methods.fileChange)).toHaveLength(1);
	// The server replays it to the share for every guest who joins: nobody hears of that twice.
	expect(first.frames().filter(({method}) => method === methods.fileChange)).toHaveLength(1);
	late.respond(asked.id ?? -1, {decision: 'accept'});
	await late.told('turn/completed');
	expect(answersIn(tripwire)).toEqual([{decision: 'accept'}]);
	expect(existsSync(path.join(scenario.workdir, '..', 'outside.txt'))).toBe(true);
});

/** The results of all answers that went to the server. */
const answersIn = (tripwire: Tripwire): readonly unknown[] =>
	tripwire.sent().flatMap(({frame}) => (frame?.method === undefined ? [frame?.result ?? frame?.error] : []));

const askTwice = rule('Ask me', [command('echo one')], [command('echo two')], [say('Both.')]);

test('of many answers one goes to the server: the first that may, and never an error', async () => {
	const scenario = await beginWith(['Good morning'], [askTwice]);
	const {share, tripwire} = await beginShare(scenario);
	const watcher = await share.sit('wendy', 'observe');
	const stock = await share.sit('stan', 'observe', {clientName: 'codex-tui'});
	const ada = await share.sit('ada', 'answer');
	const bob = await share.sit('bob', 'answer');
	const stranger = await share.join('stranger', 'answer');
	const turnId = await scenario.pilot.say('Ask me');
	const asked = await ada.told(methods.command);
	await bob.told(methods.command);
	await watcher.told(methods.command);
	const id = asked.id ?? -1;
	// None of these may reach the server.
	watcher.respond(id, {decision: 'decline'});
	watcher.respondError(id, 'no');
	ada.respondError(id, 'no');
	ada.respond(id, {decision: 'acceptForEver'});
	ada.respond(id, {decision: {acceptWithExecpolicyAmendment: {execpolicy_amendment: ['rm']}}});
	ada.respond(String(id), {decision: 'accept'});
	ada.respond(0, {decision: 'accept'});
	stranger.respond(id, {decision: 'decline'});
	stock.respond(id, {decision: 'decline'});
	for (const guest of [watcher, stock, ada, stranger]) await settle(guest, share);
	expect(answersIn(tripwire)).toEqual([]);
	// At the same time.
	ada.respond(id, {decision: 'accept'});
	bob.respond(id, {decision: 'decline'});
	await ada.told('jumpseat/answered');
	const next = await ada.waitFor(frame => frame.method === methods.command && frame.id !== id);
	expect(answersIn(tripwire)).toHaveLength(1);
	const [answer] = answersIn(tripwire);
	const winner = JSON.stringify(answer) === JSON.stringify({decision: 'accept'}) ? 'ada' : 'bob';
	for (const guest of [ada, bob]) {
		const frames = guest.frames();
		const answered = await guest.told('jumpseat/answered');
		expect(answered.params).toMatchObject({requestId: id, by: winner, answer});
		const resolved = await guest.told('serverRequest/resolved');
		expect(resolved.params).toEqual({threadId: share.threadId, requestId: id});
		expect(frames.indexOf(answered)).toBeLessThan(frames.indexOf(resolved));
	}
	// Another client would take the request for a question to its own person.
	expect(methodsOf(stock)).not.toContain(methods.command);
	const said = await stock.waitFor(
		({method, params}) => method === 'warning' && /^(ada|bob) .*echo one/u.test(String(params?.message)),
	);
	expect(said.params?.message).toMatch(/^(ada approved|bob declined): .*echo one/u);
	// Whoever was late has been told so, and settled is settled.
	bob.respond(id, {decision: 'decline'});
	ada.respond(id, {decision: 'decline'});
	ada.respond(next.id ?? -1, {decision: 'accept'});
	await scenario.pilot.turnEnded(turnId);
	expect(answersIn(tripwire)).toHaveLength(2);
	expect(tripwire.sentMethods()).not.toContain('error answer');
	expect(share.news.filter(({type}) => type === 'answered')).toHaveLength(2);
});

test('an answer of the owner at the server itself is nobody’s among the guests', async () => {
	const scenario = await beginWith(['Good morning'], [askTwice]);
	const {share, tripwire} = await beginShare(scenario);
	const ada = await share.sit('ada', 'answer');
	await scenario.pilot.say('Ask me');
	const {id} = await scenario.pilot.asked(methods.command);
	const asked = await ada.told(methods.command);
	scenario.pilot.client.respond(id, {decision: 'accept'});
	await ada.told('serverRequest/resolved');
	ada.respond(asked.id ?? -1, {decision: 'decline'});
	await ada.told('warning');
	expect(methodsOf(ada)).not.toContain('jumpseat/answered');
	expect(answersIn(tripwire)).toEqual([]);
});

test('the server is killed and another one comes: guests come back and have everything, and an old answer hits nothing', async () => {
	const scenario = await beginWith(['Good morning'], [askTwice]);
	const {share, tripwire} = await beginShare(scenario);
	const token = share.invite('ada', 'answer');
	const before = await share.enter(token);
	await resume(before, share.threadId);
	await scenario.pilot.say('Ask me');
	const old = await before.told(methods.command);
	await scenario.server.kill('SIGKILL');
	expect((await before.closed).code).toBe(1012);
	// Nobody is let in to nowhere: the handshake waits for the server.
	const coming = share.enter(token);
	await scenario.server.restart();
	const after = await coming;
	const client = await scenario.connect('resumer');
	await client.call('thread/resume', {threadId: share.threadId, excludeTurns: true});
	await share.heard('upstreamBack');
	const response = await resume(after, share.threadId);
	const page = response.initialTurnsPage as {readonly data: readonly unknown[]};
	expect(page.data).toHaveLength(2);
	// The new server counts from 0 again; the old id is nobody's.
	after.respond(old.id ?? -1, {decision: 'accept'});
	await client.call('turn/start', {
		threadId: share.threadId,
		input: [{type: 'text', text: 'Ask me', text_elements: []}],
	});
	const fresh = await after.told(methods.command);
	expect(fresh.id).not.toBe(old.id);
	after.respond(old.id ?? -1, {decision: 'accept'});
	await settle(after, share);
	expect(answersIn(tripwire)).toEqual([]);
	after.respond(fresh.id ?? -1, {decision: 'decline'});
	await after.told('serverRequest/resolved');
	expect(answersIn(tripwire)).toEqual([{decision: 'decline'}]);
	expect(share.news.map(({type}) => type)).toEqual(
		expect.arrayContaining(['upstreamLost', 'upstreamBack', 'came', 'answered']),
	);
	expect(share.news.filter(({type}) => type === 'left')).toEqual([]);
});

test('the line to the server breaks while it waits for an answer: the same request comes back under the same id, once', async () => {
	const scenario = await beginWith(['Good morning'], [askTwice]);
	const {share, tripwire} = await beginShare(scenario);
	const token = share.invite('ada', 'answer');
	const before = await share.enter(token);
	await resume(before, share.threadId);
	await scenario.pilot.say('Ask me');
	const first = await before.told(methods.command);
	// The answer leaves, and never arrives.
	tripwire.judge(({from, frame}) =>
		from === 'client' && frame?.id === 0 && frame.result !== undefined ? 'cutBefore' : 'pass',
	);
	before.respond(first.id ?? -1, {decision: 'accept'});
	expect((await before.closed).code).toBe(1012);
	tripwire.judge(() => 'pass');
	const after = await share.enter(token);
	await resume(after, share.threadId);
	const again = await after.told(methods.command);
	expect(again).toEqual(first);
	after.respond(again.id ?? -1, {decision: 'accept'});
	expect((await after.told('jumpseat/answered')).params).toMatchObject({requestId: first.id, by: 'ada'});
	const next = await after.waitFor(frame => frame.method === methods.command && frame.id !== first.id);
	expect(answersIn(tripwire)).toHaveLength(2);
	after.respond(next.id ?? -1, {decision: 'decline'});
	await after.told('turn/completed');
	expect(after.frames().filter(({method}) => method === methods.command)).toHaveLength(2);
});
