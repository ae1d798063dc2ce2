/**
 * The share against the pinned Codex: every method of `ClientRequest` in every role with every parameter that there is
 * and one that there is not, and every member of what a guest is told. What a newer Codex adds is refused and not told
 * until a table here says otherwise.
 */
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {answerFields, serverRequests} from '../../source/protocol/methods.ts';
import {type Role, roles} from '../../source/protocol/share.ts';
import type {Json} from '../../source/protocol/types.ts';
import {createFamily} from '../../source/share/family.ts';
import {judgeAnswer} from '../../source/share/judge-answer.ts';
import {notificationMembers, requestMembers, untold} from '../../source/share/redact-events.ts';
import {resultMembers, threadMembers, turnMembers} from '../../source/share/redact-thread.ts';
import {answersOfOurOwn, judge, type Verdict} from '../../source/share/rules.ts';
import type {Members, Shape} from '../../source/share/shape.ts';
import {generateTypes, type Workspace} from './compile.ts';
import {type Generated, readGenerated} from './generated.ts';

const thread = 'thread-of-the-share';
const family = createFamily(thread);
const invented = 'inventedField';

/** What may stand in each parameter, so that nothing is refused for its value where the parameter is allowed. */
const samples: Readonly<Record<string, Json>> = {
	threadId: thread,
	parentThreadId: thread,
	ancestorThreadId: thread,
	attachedToThreadId: thread,
	input: [{type: 'text', text: 'hello', text_elements: []}],
	clientUserMessageId: 'an-id-of-mine',
	initialTurnsPage: {limit: 5, sortDirection: 'desc', itemsView: 'full'},
	itemsView: 'full',
	sortDirection: 'desc',
	sourceKinds: ['cli'],
	limit: 7,
	excludeTurns: true,
	includeTurns: true,
	useStateDbOnly: true,
	archived: true,
	clientInfo: {name: 'codex-tui', title: 'Codex', version: '0.169.0'},
	capabilities: {experimentalApi: true, requiredHumanApproval: true, optOutNotificationMethods: []},
};
const sample = (name: string): Json => samples[name] ?? 'a-word';
const withSamples = (names: readonly string[]): Record<string, Json> =>
	Object.fromEntries(names.map(name => [name, sample(name)]));

type Allowed = {
	readonly roles: readonly Role[];
	readonly kind: 'forward' | 'local';
	readonly needed: readonly string[];
	readonly optional: readonly string[];
	/** Known, without effect: the call goes through without them. */
	readonly leftOut: readonly string[];
};
const words = (text: string): string[] => text.split(' ').filter(word => word !== '');
const observers = (kind: Allowed['kind'], needed: string, optional = '', leftOut = ''): Allowed => ({
	roles,
	kind,
	needed: words(needed),
	optional: words(optional),
	leftOut: words(leftOut),
});
const speakers = (needed: string, optional = '', leftOut = ''): Allowed => ({
	...observers('forward', needed, optional, leftOut),
	roles: ['steer', 'answer'],
});

/** The whole of what a guest may do, written a second time and by hand: a slip in the tables shows here. */
const allowed: Readonly<Record<string, Allowed | undefined>> = {
	initialize: observers('local', '', 'clientInfo capabilities'),
	'thread/loaded/list': observers('local', '', 'cursor limit'),
	'thread/list': observers(
		'local',
		'',
		'ancestorThreadId archived attachedToThreadId cursor cwd limit parentThreadId projectId searchTerm sectionId sortDirection sortKey sourceKinds useStateDbOnly',
		'currentAccountOnly excludedThreadIds includeAttachedThreads modelProviders originators',
	),
	'thread/resume': observers(
		'local',
		'threadId',
		'excludeTurns initialTurnsPage',
		'approvalPolicy approvalsReviewer baseInstructions config cwd developerInstructions model modelProvider permissions personality runtimeWorkspaceRoots sandbox serviceTier',
	),
	'thread/unsubscribe': observers('local', 'threadId'),
	'thread/read': observers('forward', 'threadId', 'includeTurns'),
	'thread/turns/list': observers('forward', 'threadId', 'cursor itemsView limit sortDirection'),
	'thread/items/list': observers('forward', 'threadId', 'cursor limit sortDirection turnId'),
	'thread/backgroundTerminals/list': observers('forward', 'threadId', 'cursor limit'),
	'thread/queue/list': observers('forward', 'threadId', 'cursor limit'),
	'turn/start': speakers(
		'threadId input',
		'clientUserMessageId',
		'approvalPolicy approvalsReviewer collaborationMode cwd disabledPluginIds effort environments model multiAgentMode permissions personality responsesapiClientMetadata runtimeWorkspaceRoots sandboxPolicy serviceTier serviceTierForTurn summary turnTrigger',
	),
	'turn/steer': speakers(
		'threadId expectedTurnId input',
		'clientUserMessageId',
		'responsesapiClientMetadata',
	),
	'turn/interrupt': speakers('threadId turnId'),
	'thread/queue/add': speakers('threadId input', 'clientUserMessageId', 'responsesapiClientMetadata'),
};
/** Where the gateway puts an id of its own making. */
const signed: readonly string[] = ['turn/start', 'turn/steer', 'thread/queue/add'];

const judged = (method: string, params: unknown, role: Role): Verdict =>
	judge({method, params}, {role, name: 'ada', makeUuid: () => 'made-uuid'}, family);

/** What an allowed call becomes. */
const through = (method: string, {kind}: Allowed, params: Record<string, Json>): unknown => ({
	kind,
	method,
	params: {
		...params,
		...(signed.includes(method) && {
			clientUserMessageId: `jumpseat:ada:${params.clientUserMessageId === undefined ? 'made-uuid' : 'an-id-of-mine'}`,
		}),
	},
});

describe('what a guest may ask', () => {
	let workspace: Workspace;
	let codex: Generated;

	beforeAll(async () => {
		workspace = await generateTypes();
		codex = readGenerated(workspace.codexFolder);
	}, 60_000);

	afterAll(async () => workspace?.remove());

	const text = (value: string): string => JSON.stringify(value);
	const union = (names: readonly string[]): string =>
		names.length === 0 ? 'never' : names.map(text).join(' | ');
	const same = (names: readonly string[], theirs: string): string[] => [
		`(value: ${union(names)}): ${theirs} => value`,
		`(value: ${theirs}): ${union(names)} => value`,
	];
	/** Diagnostics of the compiler, one for each fact that does not hold. */
	const disproved = (facts: readonly string[]): Promise<readonly string[]> =>
		workspace.check(
			[
				`import type * as Codex from ${text(workspace.modules.codex)};`,
				'export type Params<Message, Method> = Extract<Message, {method: Method}> extends {params?: infer P} ? P : never;',
				'export type Keys<Value> = Value extends unknown ? keyof Value : never;',
				'export type Member<Value, Name> = Value extends unknown ? (Name extends keyof Value ? Value[Name] : never) : never;',
				'export type Element<Value> = Value extends ReadonlyArray<infer Each> ? Each : never;',
				"export type Method = Codex.ClientRequest['method'];",
				...facts.map((fact, index) => `export const fact${index} = ${fact};`),
			].join('\n'),
		);

	it('is read from the generated types without a method or a parameter too few', async () => {
		const requests = codex.messages('ClientRequest');
		expect(requests.length).toBeGreaterThan(180);
		const facts = requests.flatMap(({method, params}) => {
			const members = params === undefined ? [] : codex.members(params);
			return members.length === 0 ? [] : same(members, `Keys<Params<Codex.ClientRequest, ${text(method)}>>`);
		});
		const names = requests.map(({method}) => method);
		expect(await disproved([...same(names, 'Method'), ...facts])).toEqual([]);
	}, 60_000);

	it('is exactly the allow-list, of every method in every role with every parameter', () => {
		let calls = 0;
		const check = (method: string, params: unknown, role: Role, verdict: unknown): void => {
			calls += 1;
			expect(judged(method, params, role), `${role}: ${method} ${JSON.stringify(params)}`).toEqual(verdict);
		};
		const refusal = (code: number, word = '') => ({
			kind: 'refuse',
			code,
			message: expect.stringContaining(word),
		});
		const found = new Set<string>();
		for (const {method, params} of codex.messages('ClientRequest')) {
			const fields = [...(params === undefined ? [] : codex.members(params)), invented];
			const ready = answersOfOurOwn[method];
			const rule = allowed[method];
			for (const role of roles) {
				if (ready !== undefined || rule === undefined || !rule.roles.includes(role)) {
					const verdict = ready === undefined ? refusal(-32601, method) : {kind: 'answer', result: ready};
					for (const each of [undefined, null, {}, withSamples(fields)]) check(method, each, role, verdict);
					for (const field of fields) {
						check(method, {[field]: sample(field)}, role, verdict);
						check(method, {[field]: null}, role, verdict);
					}
					continue;
				}
				found.add(method);
				const base = withSamples(rule.needed);
				check(method, base, role, through(method, rule, base));
				for (const field of fields) {
					const {[field]: _, ...without} = base;
					const isNeeded = rule.needed.includes(field);
					check(
						method,
						{...base, [field]: null},
						role,
						isNeeded ? refusal(-32602, field) : through(method, rule, without),
					);
					const full = {...base, [field]: sample(field)};
					if (isNeeded || rule.optional.includes(field))
						check(method, full, role, through(method, rule, full));
					else if (rule.leftOut.includes(field)) check(method, full, role, through(method, rule, base));
					else check(method, full, role, refusal(-32602, field));
				}
			}
		}
		expect([...found].sort()).toEqual(Object.keys(allowed).sort());
		expect(calls).toBeGreaterThan(4000);
	});

	it('names no parameter that the pinned Codex does not have', () => {
		for (const {method, params} of codex.messages('ClientRequest')) {
			const rule = allowed[method];
			if (rule === undefined || params === undefined) continue;
			expect(codex.members(params), method).toEqual(
				expect.arrayContaining([...rule.needed, ...rule.optional, ...rule.leftOut]),
			);
		}
	});

	it('answers for the server only where the answer has the type that the stock client reads', async () => {
		const types: Readonly<Record<string, string>> = {
			'account/read': 'GetAccountResponse',
			'configRequirements/read': 'ConfigRequirementsReadResponse',
			'model/list': 'ModelListResponse',
			'skills/list': 'SkillsListResponse',
		};
		expect(Object.keys(answersOfOurOwn).sort()).toEqual(Object.keys(types).sort());
		const facts = Object.entries(answersOfOurOwn).map(
			([method, answer]) => `(): Codex.v2.${types[method]} => (${JSON.stringify(answer)})`,
		);
		expect(await disproved(facts)).toEqual([]);
	}, 60_000);

	/** One fact for each level of a table: its names are the server's, and what is blank there has the right type. */
	const factsOf = (table: Members, type: string, dropped: readonly string[] = []): string[] => [
		...same([...Object.keys(table), ...dropped], `Keys<${type}>`),
		...Object.entries(table).flatMap(([name, shape]) => shapeFacts(shape, `Member<${type}, ${text(name)}>`)),
	];
	const shapeFacts = (shape: Shape, type: string): string[] => {
		switch (shape.kind) {
			case 'blank':
				return [`(): ${type} => (${JSON.stringify(shape.value)})`];
			case 'members':
				return factsOf(shape.members, `NonNullable<${type}>`);
			case 'each':
				return shapeFacts(shape.of, `Element<${type}>`);
			case 'pass':
			case 'read':
				return [];
		}
	};

	it('tells a guest of threads, turns and answers only by members that are classified', async () => {
		const responses: Record<keyof typeof resultMembers, string> = {
			'thread/resume': 'ThreadResumeResponse',
			'thread/read': 'ThreadReadResponse',
			'thread/list': 'ThreadListResponse',
			'thread/loaded/list': 'ThreadLoadedListResponse',
			'thread/turns/list': 'ThreadTurnsListResponse',
			'thread/items/list': 'ThreadItemsListResponse',
			'thread/backgroundTerminals/list': 'ThreadBackgroundTerminalsListResponse',
			'thread/queue/list': 'ThreadQueueListResponse',
			'thread/queue/add': 'ThreadQueueAddResponse',
			'thread/unsubscribe': 'ThreadUnsubscribeResponse',
			'turn/start': 'TurnStartResponse',
			'turn/steer': 'TurnSteerResponse',
			'turn/interrupt': 'TurnInterruptResponse',
		};
		// An answer for each call that may be asked, and no other.
		expect(Object.keys(responses).sort()).toEqual(
			Object.keys(allowed)
				.filter(method => method !== 'initialize')
				.sort(),
		);
		const facts = Object.entries(resultMembers).flatMap(([method, table]: [string, Members]) =>
			method === 'turn/interrupt'
				? []
				: factsOf(table, `Codex.v2.${responses[method as keyof typeof responses]}`),
		);
		const whole = [
			...facts,
			...factsOf(threadMembers, 'Codex.v2.Thread'),
			...factsOf(turnMembers, 'Codex.v2.Turn'),
		];
		expect(whole.length).toBeGreaterThan(60);
		expect(await disproved(whole)).toEqual([]);
	}, 60_000);

	it('tells a guest of notifications and requests only by methods and members that are classified', async () => {
		const told = Object.keys(notificationMembers);
		const people = Object.entries(serverRequests).flatMap(([method, whom]) =>
			whom === 'person' ? [method] : [],
		);
		expect(Object.keys(requestMembers).sort()).toEqual(people.sort());
		const facts = [
			...same([...told, ...untold], "Codex.ServerNotification['method']"),
			...Object.entries(notificationMembers).flatMap(([method, table]) =>
				factsOf(table, `Params<Codex.ServerNotification, ${text(method)}>`),
			),
			...Object.entries(requestMembers).flatMap(([method, table]) =>
				factsOf(
					table,
					`Params<Codex.ServerRequest, ${text(method)}>`,
					// Of a mode that is for the owner alone.
					method === 'mcpServer/elicitation/request' ? ['title', 'description', 'challenge'] : [],
				),
			),
		];
		expect(await disproved(facts)).toEqual([]);
	}, 60_000);

	it('is shown by the compiler when a table has a name too many or too few, or a blank of the wrong type', async () => {
		const {path: _, ...short} = threadMembers;
		const wrong: Members = {...short, [invented]: {kind: 'pass'}, name: {kind: 'blank', value: 7}};
		const diagnostics = (await disproved(factsOf(wrong, 'Codex.v2.Thread'))).join('\n');
		expect(diagnostics).toContain(`"${invented}"`);
		expect(diagnostics).toContain('"path"');
		expect(diagnostics).toContain("'number' is not assignable");
	}, 60_000);

	it('lets nobody answer what is not for a person, and nobody without the role answer anything', () => {
		for (const {method} of codex.messages('ServerRequest')) {
			for (const role of roles) {
				for (const answer of [{}, {decision: 'decline'}, {action: 'decline', content: null, _meta: null}]) {
					const {ok} = judgeAnswer({method, params: {}}, answer, role);
					if (role !== 'answer' || !Object.hasOwn(answerFields, method)) expect(ok, method).toBe(false);
				}
			}
		}
	});
});
