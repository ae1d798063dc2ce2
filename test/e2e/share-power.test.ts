/**
 * What guests can do to a real thread, by role, and what they learn of the rest of the server: nothing. Counted on the
 * wire between the share and the real App Server.
 */
import {expect, onTestFinished, test} from 'vitest';
import type {Scenario} from '../support/harness.ts';
import {resume, startShare, type TestShare} from '../support/share.ts';
import {valueIn} from '../support/share-guest.ts';
import type {Tripwire} from '../support/tripwire.ts';
import {beginTripwire, beginWith, rule, say} from './support.ts';

const beginShare = async (
	scenario: Scenario,
): Promise<{readonly share: TestShare; readonly tripwire: Tripwire}> => {
	const tripwire = await beginTripwire(scenario);
	const share = await startShare({endpoint: tripwire.endpoint, threadId: scenario.pilot.threadId()});
	onTestFinished(() => share.stop());
	return {share, tripwire};
};

const words = (text: string) => [{type: 'text', text, text_elements: []}];
const story = rule('Tell me', [{do: 'message', text: ['Once ', {hold: 'middle'}, 'upon a time.']}]);
/** The frames that the share sent upstream from now on. */
const since = (tripwire: Tripwire): (() => readonly unknown[]) => {
	const before = tripwire.sent().length;
	return () =>
		tripwire
			.sent()
			.slice(before)
			.map(({frame}) => [frame?.method, frame?.params]);
};

test('a message of a guest is signed with the name of the invitation, whatever it claimed, and brings no setting along', async () => {
	const scenario = await beginWith(['Good morning'], [rule('Hello', [say('Hello yourself.')])]);
	const {share, tripwire} = await beginShare(scenario);
	const ada = await share.sit('ada', 'steer', {clientName: 'codex-tui'});
	const bob = await share.sit('bob', 'observe');
	const sent = since(tripwire);
	const uuid = '6f1c7f0e-1111-4222-8333-444455556666';
	await ada.call('turn/start', {
		threadId: share.threadId,
		input: [
			{type: 'text', text: 'Hello', text_elements: [{byteRange: {start: 0, end: 5}, placeholder: null}]},
		],
		clientUserMessageId: `jumpseat:grace:${uuid}`,
		cwd: '/',
		approvalPolicy: 'never',
		model: 'gpt-6-sol',
		collaborationMode: null,
		sandboxPolicy: {type: 'dangerFullAccess'},
	});
	const message = await bob.waitFor(
		({method, params}) => method === 'item/completed' && valueIn(params, 'item', 'type') === 'userMessage',
	);
	expect(message.params?.item).toMatchObject({clientId: `jumpseat:ada:${uuid}`});
	expect(sent()).toEqual([
		[
			'turn/start',
			{threadId: share.threadId, input: words('Hello'), clientUserMessageId: `jumpseat:ada:${uuid}`},
		],
	]);
	await bob.told('turn/completed');
	// A client that knows nothing of signatures finds its message by the id it gave; one that claimed another's, by the rest of it.
	const own = await ada.waitFor(
		({method, params}) => method === 'item/completed' && valueIn(params, 'item', 'type') === 'userMessage',
	);
	expect(valueIn(own.params, 'item', 'clientId')).toBe(uuid);
	expect(share.news).toContainEqual({type: 'spoke', name: 'ada', how: 'start'});
});

test('who observes cannot speak, stop or answer; who steers can, and each role is live', async () => {
	const scenario = await beginWith(['Good morning'], [story]);
	const {share, tripwire} = await beginShare(scenario);
	const ada = await share.sit('ada', 'observe');
	const turnId = await scenario.pilot.say('Tell me');
	await scenario.model.holding('middle');
	const sent = since(tripwire);
	const {threadId} = share;
	const input = words('Shorter');
	const attempts: ReadonlyArray<readonly [string, object]> = [
		['turn/start', {threadId, input}],
		['turn/steer', {threadId, input, expectedTurnId: turnId}],
		['turn/interrupt', {threadId, turnId}],
		['thread/queue/add', {threadId, input}],
	];
	for (const [method, params] of attempts) expect((await ada.refusal(method, params)).code).toBe(-32_601);
	expect(sent()).toEqual([]);

	share.gateway.setRole('ada', 'steer');
	await ada.waitFor(
		({method, params}) => method === 'jumpseat/presence' && valueIn(params, 'you', 'role') === 'steer',
	);
	await ada.call('turn/steer', {threadId, input, expectedTurnId: turnId});
	await ada.call('turn/interrupt', {threadId, turnId});
	await ada.told('turn/completed');
	expect(sent()).toHaveLength(2);

	share.gateway.setRole('ada', 'observe');
	expect((await ada.refusal('turn/start', {threadId, input})).code).toBe(-32_601);
	expect(sent()).toHaveLength(2);
});

test('a guest learns of no other thread, no path of the home and no account, and loads nothing', async () => {
	const scenario = await beginWith(['Good morning'], [rule('Secret', [say('The secret is 42.')])]);
	const {share, tripwire} = await beginShare(scenario);
	const ada = await share.sit('ada', 'answer', {clientName: 'codex-tui'});
	const other = await scenario.pilot.startThread();
	await scenario.pilot.play('Secret');
	for (const method of ['thread/read', 'thread/resume', 'thread/turns/list', 'thread/unsubscribe']) {
		expect((await ada.refusal(method, {threadId: other})).code).toBe(-32_602);
	}
	for (const method of [
		'fs/readFile',
		'command/exec',
		'config/read',
		'account/rateLimits/read',
		'thread/fork',
	]) {
		const {code, message} = await ada.refusal(method, {threadId: share.threadId});
		expect(code).toBe(-32_601);
		expect(message).toContain(method);
	}
	const listed = await ada.call('thread/list', {limit: 50, sortKey: 'recency_at', cwd: null});
	expect((listed.data as ReadonlyArray<{id: string}>).map(({id}) => id)).toEqual([share.threadId]);
	expect((await ada.call('thread/loaded/list')).data).toEqual([share.threadId]);
	expect(await ada.call('account/read', {refreshToken: false})).toMatchObject({account: null});
	expect(tripwire.sentMethods()).not.toContain('account/read');
	await ada.call('thread/read', {threadId: share.threadId, includeTurns: true});
	const heard = JSON.stringify(ada.frames());
	expect(heard).not.toContain(other);
	expect(heard).not.toContain('secret is 42');
	expect(heard).not.toContain(`${scenario.home}/sessions`);
	// Every error names what was asked for, and nothing of the server.
	expect(tripwire.sentMethods().filter(method => method === 'thread/resume')).toHaveLength(2);
});

test('a thread without a turn is waited for as at the server itself, and joined with its first message', async () => {
	const scenario = await beginWith(
		[],
		[rule('Hello', [{do: 'message', text: ['Hello ', {hold: 'joined'}, 'yourself.']}])],
	);
	const {share} = await beginShare(scenario);
	const ada = await share.join('ada', 'steer');
	const {message} = await ada.refusal('thread/resume', {threadId: share.threadId, excludeTurns: true});
	expect(message).toContain('no rollout found');
	const read = await ada.call('thread/read', {threadId: share.threadId});
	expect(read.thread).toMatchObject({id: share.threadId, status: {type: 'idle'}, path: null});
	await scenario.pilot.say('Hello');
	await ada.waitFor(
		({method, params}) =>
			method === 'thread/status/changed' && valueIn(params, 'status', 'type') === 'active',
	);
	// At that moment the share itself is on its way in: the guest waits for it, and is not refused.
	await resume(ada, share.threadId);
	await scenario.model.holding('joined');
	scenario.model.release('joined');
	await ada.told('turn/completed');
});

test('a sub-agent of the thread can be looked at, as long as it is loaded, and is left behind the last guest', async () => {
	const tool = (name: string, args: Readonly<Record<string, unknown>>) =>
		[{do: 'tool', namespace: 'collaboration', name, arguments: args}] as const;
	const scenario = await beginWith(
		['Good morning'],
		[
			rule('Count the words', [{do: 'message', text: ['There are ', {hold: 'counting'}, '3 words.']}]),
			rule(
				'Ask a helper',
				tool('spawn_agent', {task_name: 'count_words', message: 'Count the words', fork_turns: 'none'}),
				tool('wait_agent', {timeout_ms: 10_000}),
				[say('The helper says: 3 words.')],
			),
		],
	);
	const {share, tripwire} = await beginShare(scenario);
	const ada = await share.sit('ada', 'observe');
	const bob = await share.sit('bob', 'observe');
	const turnId = await scenario.pilot.say('Ask a helper');
	const named = await ada.waitFor(
		({method, params}) => method === 'item/started' && valueIn(params, 'item', 'type') === 'subAgentActivity',
	);
	const agent = String(valueIn(named.params, 'item', 'agentThreadId'));
	expect((await ada.call('thread/read', {threadId: agent})).thread).toMatchObject({
		parentThreadId: share.threadId,
	});
	await scenario.model.holding('counting');
	await resume(ada, agent);
	await resume(bob, agent);
	scenario.model.release('counting');
	await ada.waitFor(({method, params}) => method === 'turn/completed' && params?.threadId === agent);
	expect(JSON.stringify(ada.frames())).toContain('3 words.');
	await scenario.pilot.turnEnded(turnId);
	const listed = await ada.call('thread/list', {parentThreadId: share.threadId});
	expect((listed.data as ReadonlyArray<{id: string}>).map(({id}) => id)).toEqual([agent]);
	await ada.call('thread/unsubscribe', {threadId: agent});
	expect(tripwire.sentMethods()).not.toContain('thread/unsubscribe');
	await bob.close();
	await tripwire.waitFor(
		({frame}) => frame?.method === 'thread/unsubscribe' && frame.params?.threadId === agent,
	);
});

test('the owner’s own seat sees and does what it would without a share, and rules the share', async () => {
	const scenario = await beginWith(['Good morning'], [rule('Hello', [say('Hello yourself.')])]);
	const {share, tripwire} = await beginShare(scenario);
	const owner = await share.owner();
	expect(owner.initialized.jumpseat).toMatchObject({
		protocol: 1,
		threadId: share.threadId,
		you: {name: 'grace', role: 'owner'},
	});
	const response = await resume(owner, share.threadId);
	expect((response.thread as {path: unknown}).path).toEqual(expect.any(String));
	const {link} = await owner.call('jumpseat/share/invite', {name: 'ada', role: 'observe'});
	const ada = await share.enter(String(link).slice('link:'.length));
	expect((await ada.refusal('jumpseat/share/read')).code).toBe(-32_601);
	expect((await ada.refusal('jumpseat/share/end')).code).toBe(-32_601);
	await owner.call('jumpseat/share/role', {name: 'ada', role: 'steer'});
	const {people} = await owner.call('jumpseat/share/read');
	expect(people).toMatchObject([
		{name: 'grace', role: 'owner'},
		{name: 'ada', role: 'steer'},
	]);
	expect((await owner.refusal('jumpseat/share/role', {name: 'nobody', role: 'steer'})).message).toContain(
		'nobody',
	);
	expect((await owner.refusal('jumpseat/share/invite', {name: 'ada', role: 'steer'})).message).toContain(
		'ada',
	);
	expect((await owner.refusal('jumpseat/share/invite', {name: 'eve', role: 'owner'})).code).toBe(-32_602);
	expect((await owner.refusal('command/exec', {command: ['id']})).code).toBe(-32_601);
	await owner.call('turn/start', {
		threadId: share.threadId,
		input: words('Hello'),
		clientUserMessageId: 'jumpseat:grace:own-id-of-mine',
	});
	await owner.told('turn/completed');
	expect(JSON.stringify(tripwire.sent())).toContain('jumpseat:grace:own-id-of-mine');
	await owner.call('jumpseat/share/remove', {name: 'ada'});
	expect((await ada.closed).code).toBe(4001);
	await owner.call('jumpseat/share/end');
	expect(share.ends).toEqual(['grace ended the share.']);
	await share.gateway.end('Over.');
	expect((await owner.closed).code).toBe(4002);
});
