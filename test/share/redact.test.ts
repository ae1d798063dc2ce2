import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Json} from '../../source/protocol/types.ts';
import {createFamily} from '../../source/share/family.ts';
import {listForGuest} from '../../source/share/list-for-guest.ts';
import {redactNotification, redactRequest, redactResult} from '../../source/share/redact.ts';
import {notificationMembers, requestMembers, untold} from '../../source/share/redact-events.ts';
import {resultMembers} from '../../source/share/redact-thread.ts';

const family = createFamily('mine');
family.learn({thread: {id: 'sub', parentThreadId: 'mine'}});

const thread = (more: object = {}) => ({
	id: 'mine',
	sessionId: 'mine',
	forkedFromId: 'other',
	attachedToThreadId: 'other',
	parentThreadId: null,
	preview: 'hello',
	name: 'Fix it',
	path: '/home/owner/.codex/sessions/rollout.jsonl',
	cwd: '/srv/project',
	environments: [{environmentId: 'e', cwd: '/', runtimeWorkspaceRoots: ['/home/owner']}],
	gitInfo: {sha: 'abc', branch: 'main', originUrl: 'https://token@example.org/x.git'},
	source: {subAgent: {thread_spawn: {parent_thread_id: 'other', depth: 1}}},
	section: {id: 's', name: 'Clients'},
	inventedField: 'x',
	status: {type: 'idle'},
	turns: [],
	...more,
});

describe('what a guest is told of a thread', () => {
	it('is what the thread shows, with the rest blank or gone', () => {
		expect(redactResult('thread/read', {thread: thread(), readState: {revision: 'r'}}, family)).toEqual({
			thread: {
				id: 'mine',
				sessionId: 'mine',
				forkedFromId: null,
				attachedToThreadId: null,
				parentThreadId: null,
				preview: 'hello',
				name: 'Fix it',
				path: null,
				cwd: '/srv/project',
				environments: [],
				gitInfo: {sha: 'abc', branch: 'main', originUrl: null},
				source: 'unknown',
				section: null,
				status: {type: 'idle'},
				turns: [],
			},
			readState: null,
		});
	});

	it('names a sub-agent with its parent, and not the tree that the shared thread itself hangs in', () => {
		const source = {subAgent: {thread_spawn: {parent_thread_id: 'mine', depth: 1}}};
		const told = redactResult(
			'thread/read',
			{thread: thread({id: 'sub', sessionId: 'above', parentThreadId: 'mine', source})},
			family,
		);
		expect(told).toMatchObject({thread: {id: 'sub', sessionId: 'sub', parentThreadId: 'mine', source}});
	});

	it('is nothing when it is another thread', () => {
		const other = thread({id: 'other', preview: 'secret'});
		expect(redactResult('thread/read', {thread: other}, family)).toEqual({});
		expect(redactResult('thread/list', {data: [other, thread()], nextCursor: 'c'}, family)).toMatchObject({
			data: [{id: 'mine'}],
			nextCursor: null,
		});
		expect(redactResult('thread/loaded/list', {data: ['other', 'mine', 7]}, family)).toEqual({
			data: ['mine'],
		});
	});

	it('holds no settings of the owner', () => {
		const told = redactResult(
			'thread/resume',
			{
				thread: thread(),
				instructionSources: ['/home/owner/.codex/AGENTS.md'],
				runtimeWorkspaceRoots: ['/srv'],
				serviceTier: 'priority',
				sandbox: {type: 'workspaceWrite', writableRoots: ['/home/owner'], networkAccess: false},
				collaborationMode: {
					mode: 'default',
					settings: {model: 'm', reasoning_effort: null, developer_instructions: 'secret'},
				},
				initialTurnsPage: null,
				userEmail: 'owner@example.org',
			},
			family,
		);
		expect(told).toMatchObject({
			instructionSources: [],
			runtimeWorkspaceRoots: [],
			serviceTier: null,
			sandbox: {type: 'workspaceWrite', writableRoots: [], networkAccess: false},
			collaborationMode: {mode: 'default', settings: {model: 'm', developer_instructions: null}},
			initialTurnsPage: null,
		});
		expect(told).not.toHaveProperty('userEmail');
	});

	it('holds its items as they are, of any kind there will be, but for what no screen shows', () => {
		const items = [
			{id: 'a', type: 'agentMessage', text: 'hi', memoryCitation: {entries: [], threadIds: ['other']}},
			{id: 'b', type: 'agentMessage', text: 'hi', memoryCitation: null},
			{id: 'c', type: 'kindOfTomorrow', anything: {at: ['all']}},
		];
		expect(redactResult('thread/turns/list', {data: [{id: 't', items}], nextCursor: null}, family)).toEqual({
			data: [{id: 't', items: [{...items[0], memoryCitation: null}, items[1], items[2]]}],
			nextCursor: null,
		});
	});

	it('is nothing for a call that no guest may make', () => {
		for (const method of ['account/read', 'fs/readFile', 'constructor', 'thread/queue/update'])
			expect(redactResult(method, {secret: 1}, family)).toEqual({});
		expect(redactResult('turn/interrupt', {secret: 1}, family)).toEqual({});
	});
});

describe('what a guest hears', () => {
	it('is about the threads of the share only', () => {
		const status = (threadId: unknown) =>
			redactNotification(
				{method: 'thread/status/changed', params: {threadId, status: {type: 'idle'}, x: 1}},
				family,
			);
		expect(status('mine')).toEqual({threadId: 'mine', status: {type: 'idle'}});
		expect(status('sub')).toEqual({threadId: 'sub', status: {type: 'idle'}});
		for (const other of ['other', null, undefined, 7, {}]) expect(status(other)).toBeUndefined();
		const started = (id: string) =>
			redactNotification({method: 'thread/started', params: {thread: thread({id})}}, family);
		expect(started('sub')).toMatchObject({thread: {id: 'sub', path: null}});
		expect(started('other')).toBeUndefined();
		expect(
			redactNotification(
				{method: 'thread/started', params: {threadId: 'mine', thread: thread({id: 'other'})}},
				family,
			),
		).toEqual({});
	});

	it('is no warning or error that belongs to no thread, and nothing that is not listed', () => {
		for (const method of ['warning', 'error']) {
			const params = {message: 'm', error: {message: 'm', misalignment: {}}, willRetry: false};
			expect(redactNotification({method, params}, family)).toBeUndefined();
			expect(redactNotification({method, params: {...params, threadId: null}}, family)).toBeUndefined();
			expect(redactNotification({method, params: {...params, threadId: 'mine'}}, family)).toBeDefined();
		}
		for (const method of [...untold, 'thread/tomorrow', 'constructor'])
			expect(redactNotification({method, params: {threadId: 'mine'}}, family)).toBeUndefined();
	});

	it('holds the deltas of the thread as they are', () => {
		const params = {threadId: 'mine', turnId: 't', itemId: 'i', delta: ' hé\u0000'};
		expect(redactNotification({method: 'item/agentMessage/delta', params}, family)).toEqual(params);
	});

	it('is a request of the thread that is for a person, not one for the owner', () => {
		const params = {threadId: 'mine', turnId: 't', itemId: 'i', environmentId: 'e', command: 'ls'};
		const method = 'item/commandExecution/requestApproval';
		expect(redactRequest({method, params}, family)).toEqual({...params, environmentId: null});
		expect(redactRequest({method, params: {...params, threadId: 'other'}}, family)).toBeUndefined();
		expect(redactRequest({method: 'execCommandApproval', params: {conversationId: 'mine'}}, family)).toEqual({
			conversationId: 'mine',
		});
		for (const owners of ['item/tool/call', 'account/chatgptAuthTokens/refresh', 'currentTime/read'])
			expect(redactRequest({method: owners, params}, family)).toBeUndefined();
		const elicited = {threadId: 'mine', mode: 'openai/userVerification', challenge: 'c'};
		expect(
			redactRequest({method: 'mcpServer/elicitation/request', params: elicited}, family),
		).toBeUndefined();
	});

	it('is never an exception, whatever the server says', () => {
		const methods = [
			...Object.keys(resultMembers),
			...Object.keys(notificationMembers),
			...Object.keys(requestMembers),
		];
		const params = fc.oneof(
			fc.anything(),
			fc.record({
				threadId: fc.constant('mine'),
				thread: fc.anything(),
				turn: fc.anything(),
				data: fc.anything(),
			}),
		);
		fc.assert(
			fc.property(fc.constantFrom(...methods), params, (method, value) => {
				redactResult(method, value, family);
				redactNotification({method, params: value}, family);
				redactRequest({method, params: value}, family);
			}),
			{numRuns: 1000},
		);
	});
});

describe('the list of threads for a guest', () => {
	const threads = [
		{id: 'mine', name: 'Fix it', preview: 'p', source: 'cli', cwd: '/a', createdAt: 1, recencyAt: 9},
		{
			id: 'sub',
			parentThreadId: 'mine',
			name: null,
			preview: 'Count words',
			source: {subAgent: 'review'},
			cwd: '/b',
			createdAt: 2,
			recencyAt: 5,
		},
		{id: 'deep', parentThreadId: 'sub', preview: '', source: {subAgent: {}}, cwd: '/b', createdAt: 3},
	] as readonly Json[];
	const ids = (params: {readonly [name: string]: Json}) =>
		(listForGuest(params, threads) as {data: Array<{id: string}>}).data.map(({id}) => id);

	it('is one page of the family', () => {
		expect(listForGuest({}, [])).toEqual({
			data: [],
			readStates: null,
			nextCursor: null,
			backwardsCursor: null,
		});
		expect(ids({})).toEqual(['deep', 'sub', 'mine']);
		expect(ids({cursor: 'x'})).toEqual([]);
		expect(ids({limit: 2, sortDirection: 'asc'})).toEqual(['mine', 'sub']);
		expect(ids({limit: 0})).toHaveLength(3);
		expect(ids({sortKey: 'recency_at'})).toEqual(['mine', 'sub', 'deep']);
	});

	it('is filtered as the server would', () => {
		expect(ids({parentThreadId: 'mine'})).toEqual(['sub']);
		expect(ids({ancestorThreadId: 'mine'})).toEqual(['deep', 'sub']);
		expect(ids({searchTerm: 'COUNT'})).toEqual(['sub']);
		expect(ids({cwd: '/a'})).toEqual(['mine']);
		expect(ids({cwd: ['/b', '/c']})).toEqual(['deep', 'sub']);
		expect(ids({sourceKinds: []})).toHaveLength(3);
		expect(ids({sourceKinds: ['cli']})).toEqual(['mine']);
		expect(ids({sourceKinds: ['subAgentThreadSpawn']})).toEqual(['deep', 'sub']);
		expect(ids({sourceKinds: ['exec', 'appServer']})).toEqual([]);
	});

	it('is empty for what is the owner\u2019s own order of things', () => {
		for (const params of [{sectionId: 's'}, {projectId: 'p'}, {attachedToThreadId: 'mine'}, {archived: true}])
			expect(ids(params)).toEqual([]);
	});
});
