/** What the real server says of two threads, and what is left of it for a guest of one of them. */
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {Frame, RawClient} from '../../source/demo/json-rpc-client.ts';
import type {Json} from '../../source/protocol/types.ts';
import {createFamily, type Family} from '../../source/share/family.ts';
import {listForGuest} from '../../source/share/list-for-guest.ts';
import {redactNotification, redactRequest, redactResult} from '../../source/share/redact.ts';
import {judge} from '../../source/share/rules.ts';
import {generateTypes, type Workspace} from '../contract/compile.ts';
import {type Scenario, startScenario} from '../support/harness.ts';

const secret = 'xylophone';
const spawn = (name: string, args: Record<string, unknown>) =>
	[{do: 'tool', namespace: 'collaboration', name, arguments: args}] as const;
const say = (text: string) => [{do: 'message', text}] as const;

type Told = {readonly method: string; readonly result: Json};

describe('a real thread beside a secret one', () => {
	let scenario: Scenario;
	let workspace: Workspace;
	let client: RawClient;
	let family: Family;
	let mine: string;
	let other: string;
	let otherTurn: string;
	const heard: Frame[] = [];
	/** What items named before the server had told of it. */
	const named: string[] = [];

	beforeAll(async () => {
		workspace = await generateTypes();
		scenario = await startScenario({
			rules: [
				{when: 'Count the words', responses: [say('Three words.')]},
				{
					when: 'Ask a helper',
					responses: [
						spawn('spawn_agent', {task_name: 'count', message: 'Count the words', fork_turns: 'none'}),
						spawn('wait_agent', {timeout_ms: 10_000}),
						say('The helper says: three.'),
					],
				},
				{
					when: 'Run it',
					responses: [[{do: 'command', command: 'echo ran', justification: 'Needed.'}], say('It ran.')],
				},
				{when: secret, responses: [say(`The ${secret} plays.`)]},
			],
		});
		client = await scenario.connect('gateway');
		client.onFrame((frame, direction) => {
			if (direction === 'in' && frame.method !== undefined) heard.push(frame);
		});
		const {pilot} = scenario;
		other = await pilot.startThread();
		otherTurn = await pilot.play(`Tell the ${secret}`);
		await pilot.client.call('thread/name/set', {threadId: other, name: `Named ${secret}`});
		mine = await pilot.startThread();
		family = createFamily(mine);
		await pilot.play('Good morning');
		for (const threadId of [other, mine]) await client.call('thread/resume', {threadId, excludeTurns: true});
		await pilot.client.call('thread/name/set', {threadId: mine, name: 'The shared one'});
		await pilot.play('Ask a helper');
		const turnId = await pilot.say('Run it');
		const asked = await pilot.asked('item/commandExecution/requestApproval');
		pilot.client.respond(asked.id, {decision: 'accept'});
		await pilot.turnEnded(turnId);
		// The other one goes on while we listen.
		await pilot.client.call('turn/start', {
			threadId: other,
			input: [{type: 'text', text: `Again the ${secret}`, text_elements: []}],
		});
		await client.waitFor(frame => frame.method === 'turn/completed' && frame.params?.threadId === other);
		for (const {method = '', params} of heard) {
			const message = {method, params: (params ?? null) as Json};
			family.hear(message);
			for (const threadId of family.unknownIn(message)) {
				named.push(threadId);
				family.learn(await client.call('thread/read', {threadId}));
			}
		}
	}, 60_000);

	afterAll(async () => {
		await scenario?.stop();
		await workspace?.remove();
	});

	/** Nothing of the owner's home, of where threads are kept, or of the other thread. */
	const leaks = (told: unknown): readonly string[] => {
		const text = JSON.stringify(told);
		return [scenario.home, 'rollout-', '.jsonl', secret, other, otherTurn].filter(each =>
			text.includes(each),
		);
	};

	const answers = async (): Promise<readonly Told[]> => {
		const told: Told[] = [];
		const ask = async (method: string, params: Record<string, unknown>): Promise<void> => {
			const result = await client.call(method, params);
			told.push({method, result: redactResult(method, result, family)});
		};
		await ask('thread/list', {limit: 50});
		await ask('thread/loaded/list', {});
		for (const threadId of family.ids()) {
			await ask('thread/read', {threadId});
			await ask('thread/resume', {
				threadId,
				excludeTurns: true,
				initialTurnsPage: {limit: 50, itemsView: 'full', sortDirection: 'desc'},
			});
			await ask('thread/turns/list', {threadId, limit: 50, itemsView: 'full'});
			await ask('thread/items/list', {threadId, limit: 50});
			await ask('thread/queue/list', {threadId});
			await ask('thread/backgroundTerminals/list', {threadId});
		}
		return told;
	};

	it('is told without a word of the secret one, of the home folder, or of where threads are kept', async () => {
		const told = await answers();
		for (const {method, result} of told) expect(leaks(result), method).toEqual([]);
		// The same words are in what the server said: the check can fail.
		const raw = await client.call('thread/list', {limit: 50});
		expect(leaks(raw)).toEqual(expect.arrayContaining([scenario.home, secret, other]));
		const text = JSON.stringify(told);
		for (const shown of [
			'The shared one',
			'Good morning',
			'The helper says: three.',
			'Three words.',
			scenario.workdir,
		])
			expect(text).toContain(shown);
	}, 30_000);

	it('knows its sub-agent as one of the family, and the secret one not', async () => {
		expect(family.ids()).toEqual([mine, named[0]]);
		expect(named).toHaveLength(1);
		expect(family.has(other)).toBe(false);
		// It is in no list but that of its parent.
		const again = createFamily(mine);
		again.learn(await client.call('thread/list', {limit: 50}));
		expect(again.ids()).toEqual([mine]);
		again.learn(await client.call('thread/list', {limit: 50, parentThreadId: mine}));
		expect(again.ids()).toEqual(family.ids());
		const list = listForGuest({parentThreadId: mine}, [{id: family.ids()[1] ?? '', parentThreadId: mine}]);
		expect(list).toMatchObject({data: [{id: family.ids()[1]}]});
	});

	it('is told in the types that the stock client reads', async () => {
		const types: Readonly<Record<string, string>> = {
			'thread/list': 'ThreadListResponse',
			'thread/loaded/list': 'ThreadLoadedListResponse',
			'thread/read': 'ThreadReadResponse',
			'thread/resume': 'ThreadResumeResponse',
			'thread/turns/list': 'ThreadTurnsListResponse',
			'thread/items/list': 'ThreadItemsListResponse',
			'thread/queue/list': 'ThreadQueueListResponse',
			'thread/backgroundTerminals/list': 'ThreadBackgroundTerminalsListResponse',
		};
		const told = await answers();
		const notified = heard.flatMap(({id, method = '', params}) => {
			const kept = id === undefined ? redactNotification({method, params}, family) : undefined;
			return kept === undefined ? [] : [{method, params: kept}];
		});
		const source = [
			`import type * as Codex from ${JSON.stringify(workspace.modules.codex)};`,
			...told.map(
				({method, result}, index) =>
					`export const answer${index}: Codex.v2.${types[method]} = ${JSON.stringify(result)};`,
			),
			...notified.map(
				(each, index) => `export const told${index}: Codex.ServerNotification = ${JSON.stringify(each)};`,
			),
		].join('\n');
		expect(await workspace.check(source)).toEqual([]);
	}, 60_000);

	it('is heard by a guest, and the secret one is not', () => {
		const kept = heard.flatMap(({id, method = '', params}) => {
			const told =
				id === undefined
					? redactNotification({method, params}, family)
					: redactRequest({method, params}, family);
			return told === undefined ? [] : [{method, told}];
		});
		for (const {method, told} of kept) expect(leaks(told), method).toEqual([]);
		const methods = new Set(kept.map(({method}) => method));
		for (const method of [
			'thread/started',
			'thread/name/updated',
			'turn/started',
			'turn/completed',
			'item/started',
			'item/completed',
			'item/agentMessage/delta',
			'thread/tokenUsage/updated',
			'item/commandExecution/requestApproval',
			'serverRequest/resolved',
		])
			expect([...methods]).toContain(method);
		expect(leaks(heard)).toEqual(expect.arrayContaining([secret, other]));
	});

	it('gives nothing of the secret one to a guest who knows its ids', async () => {
		const {nextCursor, backwardsCursor} = await client.call('thread/items/list', {threadId: other, limit: 1});
		const guest = {role: 'answer' as const, name: 'mallory', makeUuid: () => 'made-uuid'};
		const attempts: ReadonlyArray<readonly [string, Record<string, unknown>]> = [
			['thread/read', {threadId: other, includeTurns: true}],
			['thread/items/list', {threadId: mine, cursor: nextCursor}],
			['thread/turns/list', {threadId: mine, cursor: backwardsCursor, itemsView: 'full'}],
			['thread/items/list', {threadId: mine, turnId: otherTurn}],
			['turn/interrupt', {threadId: mine, turnId: otherTurn}],
			['turn/steer', {threadId: mine, expectedTurnId: otherTurn, input: [{type: 'text', text: 'x'}]}],
			['thread/items/list', {threadId: mine, cursor: '7'}],
		];
		for (const [method, params] of attempts) {
			const verdict = judge({method, params}, guest, family);
			if (verdict.kind === 'refuse') continue;
			if (verdict.kind !== 'forward') throw new Error(`${method} is ${verdict.kind}`);
			const told = await client.call(verdict.method, verdict.params).then(
				result => redactResult(method, result, family),
				(error: Error) => error.message,
			);
			// A refusal may say the guest's own words back.
			expect(
				leaks(told).filter(each => each !== otherTurn && each !== other),
				method,
			).toEqual([]);
		}
		// The server itself holds to the thread that a cursor is of.
		await expect(client.call('thread/items/list', {threadId: mine, cursor: nextCursor})).rejects.toThrow(
			'cursor',
		);
	}, 30_000);
});
