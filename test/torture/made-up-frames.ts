/**
 * What the real server was never recorded saying, with every field that Jumpseat reads (`source/protocol/types.ts`):
 * all kinds of items, all kinds of requests, the rarer notifications, a queue, a list of threads. Written by hand, in
 * the shape of a recording; hostile text then goes into each of its fields.
 */
import type {Recorded, WireFrame} from './memory-server.ts';

const threadId = '00000000-0000-7000-8000-000000000002';
const turnId = '00000000-0000-7000-8000-000000000099';
const about = {threadId, turnId};

const diff = '@@ -1,2 +1,2 @@ function one()\n-old line\n+new line\n same\n';

const items: readonly WireFrame[] = [
	{
		type: 'userMessage',
		clientId: 'jumpseat:kim:1',
		content: [
			{type: 'text', text: 'look at this'},
			{type: 'image', url: 'https://host.example/picture.png'},
			{type: 'localImage', path: '/home/dev/picture.png'},
			{type: 'skill', name: 'a skill', path: '/skills/one'},
			{type: 'mention', name: 'a mention', path: '/mentions/one'},
			{type: 'a kind of input', text: 'some text'},
		],
	},
	{type: 'hookPrompt', fragments: [{text: 'a hook said'}]},
	{type: 'agentMessage', text: '# Head\n\n- **bold** `code`\n\n```ts\nconst a = 1;\n```\n', phase: 'final'},
	{type: 'plan', text: 'first, then second'},
	{type: 'reasoning', summary: ['thinking of one'], content: ['and another']},
	{
		type: 'commandExecution',
		command: "/bin/bash -lc 'npm test'",
		cwd: '/home/dev/project',
		source: 'agent',
		status: 'failed',
		commandActions: [{type: 'read', command: 'cat one', name: 'one', path: '/one', query: 'words'}],
		aggregatedOutput: 'line one\n\u001b[32mgreen\u001b[0m\nline two\n',
		exitCode: 1,
		durationMs: 1200,
	},
	{
		type: 'commandExecution',
		command: 'ls',
		source: 'userShell',
		status: 'a status of commands',
		aggregatedOutput: 'alone',
		exitCode: 0,
	},
	{
		type: 'fileChange',
		status: 'completed',
		changes: [
			{path: '/home/dev/one.ts', kind: {type: 'update', move_path: '/home/dev/two.ts'}, diff},
			{path: '/home/dev/new.ts', kind: {type: 'add'}, diff: 'the whole content\n'},
			{path: '/home/dev/gone.ts', kind: {type: 'delete'}, diff: 'what it was\n'},
			{path: '/home/dev/odd.ts', kind: {type: 'a kind of change'}, diff: 'odd'},
		],
	},
	{
		type: 'mcpToolCall',
		server: 'a server',
		tool: 'a tool',
		status: 'completed',
		arguments: {place: 'Berlin', 'a key': ['one', {deep: 'two'}]},
		result: {content: [{type: 'text', text: 'a result'}], structuredContent: {warm: 'yes'}},
		error: null,
		durationMs: 5,
	},
	{type: 'mcpToolCall', server: 's', tool: 't', status: 'failed', error: {message: 'it failed so'}},
	{
		type: 'dynamicToolCall',
		tool: 'dynamic tool',
		namespace: 'its namespace',
		status: 'completed',
		arguments: 'as text',
		contentItems: [{type: 'inputText', text: 'dynamic text'}],
		success: true,
	},
	{
		type: 'collabAgentToolCall',
		tool: 'spawnAgent',
		status: 'completed',
		senderThreadId: threadId,
		receiverThreadIds: ['00000000-0000-7000-8000-000000000007'],
		prompt: 'do this for me',
		agentsStates: {'00000000-0000-7000-8000-000000000007': {status: 'running', message: 'at it'}},
	},
	{
		type: 'subAgentActivity',
		kind: 'started',
		agentThreadId: '00000000-0000-7000-8000-000000000008',
		agentPath: '/root/helper',
	},
	{type: 'webSearch', query: 'how to', action: {type: 'search', query: 'how', queries: ['this', 'that']}},
	{type: 'webSearch', query: 'page', action: {type: 'openPage', url: 'https://host.example/page'}},
	{
		type: 'webSearch',
		query: 'find',
		action: {type: 'findInPage', url: 'https://host.example/find', pattern: 'needle'},
	},
	{
		type: 'webSearch',
		query: 'q',
		action: {type: 'an action', query: 'odd query', url: 'odd url', pattern: 'odd'},
	},
	{type: 'imageView', path: '/home/dev/seen.png'},
	{type: 'imageGeneration', status: 'completed', revisedPrompt: 'a red fox', savedPath: '/home/dev/fox.png'},
	{type: 'sleep', durationMs: 1000},
	{type: 'functionCallOutput', name: 'a function', namespace: 'its space', output: {any: 'thing'}},
	{type: 'enteredReviewMode', review: 'the changes'},
	{type: 'exitedReviewMode', review: 'they are fine'},
	{type: 'contextCompaction'},
	{
		type: 'a kind that does not exist yet',
		title: 'its title',
		nested: {text: 'its text', list: ['of', 'texts']},
	},
];

const withId = (item: WireFrame, index: number): WireFrame => ({
	...item,
	id: `made-up-${index}`,
	startedAtMs: 1_800_000_001_000,
	completedAtMs: 1_800_000_002_000,
});

const note = (method: string, params: WireFrame): WireFrame => ({
	method,
	params,
	emittedAtMs: 1_800_000_003_000,
});

const request = (id: number | string, method: string, params: WireFrame): WireFrame => ({
	id,
	method,
	params: {...about, itemId: 'made-up-5', startedAtMs: 1_800_000_004_000, ...params},
});

const permissions = {
	network: {enabled: true},
	fileSystem: {
		read: ['/home/dev/read'],
		write: ['/home/dev/write'],
		entries: [
			{path: {type: 'path', path: '/home/dev/entry'}, access: 'write'},
			{path: {type: 'glob_pattern', pattern: '/home/**/*.key'}, access: 'deny'},
			{path: {type: 'special', value: {kind: 'a special place'}}, access: 'read'},
		],
	},
};

const requests: readonly WireFrame[] = [
	request(100, 'item/commandExecution/requestApproval', {
		kind: 'command',
		reason: 'needs the network',
		command: "/bin/bash -lc 'git push'",
		cwd: '/home/dev/project',
		commandActions: [{type: 'unknown', command: 'git push'}],
		networkApprovalContext: {host: 'host.example', protocol: 'https'},
		proposedExecpolicyAmendment: ['git', 'push'],
		proposedNetworkPolicyAmendments: [{host: 'other.example', action: 'allow'}],
		additionalPermissions: permissions,
		availableDecisions: ['accept', 'acceptForSession', 'decline', 'a decision', 'cancel'],
	}),
	request(101, 'item/commandExecution/requestApproval', {
		kind: 'writeStdin',
		command: 'yes',
		approvalId: 'one',
	}),
	request(102, 'item/fileChange/requestApproval', {
		itemId: 'made-up-7',
		reason: 'why so',
		grantRoot: '/home/root',
	}),
	request(103, 'item/permissions/requestApproval', {permissions, reason: 'wants more', cwd: '/home/dev'}),
	request('a name as id', 'item/tool/requestUserInput', {
		isBlocking: true,
		questions: [
			{
				id: 'first',
				header: 'A header',
				question: 'Which one?',
				isOther: true,
				isSecret: false,
				options: [
					{label: 'This one', description: 'because of this'},
					{label: 'That one', description: 'because of that'},
				],
			},
			{id: 'second', header: 'Secret', question: 'The word?', isOther: false, isSecret: true, options: null},
		],
	}),
	request(105, 'mcpServer/elicitation/request', {
		serverName: 'asking server',
		mode: 'form',
		message: 'fill this in',
		_meta: null,
		requestedSchema: {
			type: 'object',
			required: ['name'],
			properties: {
				name: {type: 'string', title: 'A name', description: 'of whom', default: 'Kim', format: 'email'},
				colour: {type: 'string', enum: ['red', 'green'], enumNames: ['Red', 'Green']},
				size: {
					type: 'string',
					oneOf: [
						{const: 's', title: 'Small'},
						{const: 'l', title: 'Large'},
					],
				},
				many: {
					type: 'array',
					items: {
						anyOf: [
							{const: 'x', title: 'Ex'},
							{const: 'y', title: 'Why'},
						],
					},
				},
				count: {type: 'integer', title: 'How many', minimum: 1, maximum: 9},
				sure: {type: 'boolean', title: 'Sure?', default: false},
			},
		},
	}),
	request(106, 'mcpServer/elicitation/request', {
		serverName: 'url server',
		mode: 'url',
		message: 'open this',
		url: 'https://host.example/login',
		elicitationId: 'e1',
	}),
	request(107, 'mcpServer/elicitation/request', {
		serverName: 'tool server',
		mode: 'form',
		message: 'may it run?',
		requestedSchema: {type: 'object', properties: {}},
		_meta: {
			codex_approval_kind: 'mcp_tool_call',
			persist: ['session', 'always'],
			tool_name: 'dangerous',
			tool_title: 'Dangerous tool',
			tool_description: 'it does things',
			tool_params: {path: '/home/dev', force: 'yes'},
		},
	}),
	request(108, 'execCommandApproval', {
		conversationId: threadId,
		command: ['bash', '-lc', 'legacy command'],
		cwd: '/home/legacy',
		reason: 'legacy reason',
	}),
	request(109, 'applyPatchApproval', {
		conversationId: threadId,
		fileChanges: {
			'/home/legacy/a': {type: 'add', content: 'legacy content'},
			'/home/legacy/b': {type: 'update', unified_diff: diff, move_path: '/home/legacy/c'},
		},
		reason: 'legacy patch',
		grantRoot: '/home/legacy',
	}),
	request(110, 'item/tool/call', {tool: 'client tool', arguments: {a: 'b'}}),
	request(111, 'a request that does not exist yet', {text: 'its text', nested: {more: 'text'}}),
];

const notes: readonly WireFrame[] = [
	note('turn/started', {
		threadId,
		turn: {id: turnId, status: 'inProgress', items: [], startedAt: 1_800_000_000},
	}),
	note('thread/name/updated', {threadId, threadName: 'a new name'}),
	note('thread/settings/updated', {
		threadId,
		threadSettings: {
			model: 'a model',
			reasoningEffort: 'an effort',
			effort: 'an effort',
			approvalPolicy: 'a policy',
			sandboxPolicy: {type: 'a sandbox'},
			sandbox: {type: 'a sandbox'},
			cwd: '/home/elsewhere',
		},
	}),
	...items.flatMap((item, index) => [
		note('item/started', {...about, item: {...withId(item, index), completedAtMs: null}}),
		note('item/completed', {...about, item: withId(item, index)}),
	]),
	note('item/started', {...about, item: {type: 'agentMessage', id: 'streams', text: ''}}),
	note('item/agentMessage/delta', {...about, itemId: 'streams', delta: 'a delta of a message'}),
	note('item/started', {
		...about,
		item: {type: 'commandExecution', id: 'runs', command: 'make', status: 'inProgress'},
	}),
	note('item/commandExecution/outputDelta', {...about, itemId: 'runs', delta: 'a delta of output\n'}),
	note('item/started', {...about, item: {type: 'reasoning', id: 'thinks', summary: [], content: []}}),
	note('item/reasoning/summaryTextDelta', {...about, itemId: 'thinks', summaryIndex: 0, delta: 'a summary'}),
	note('item/reasoning/textDelta', {...about, itemId: 'thinks', contentIndex: 0, delta: 'a thought'}),
	note('item/started', {...about, item: {type: 'plan', id: 'plans', text: ''}}),
	note('item/plan/delta', {...about, itemId: 'plans', delta: 'a delta of a plan'}),
	note('item/started', {
		...about,
		item: {type: 'mcpToolCall', id: 'calls', server: 's', tool: 't', status: 'inProgress'},
	}),
	note('item/mcpToolCall/progress', {...about, itemId: 'calls', message: 'half of it'}),
	note('item/started', {
		...about,
		item: {type: 'fileChange', id: 'patches', changes: [], status: 'inProgress'},
	}),
	note('item/fileChange/patchUpdated', {
		...about,
		itemId: 'patches',
		changes: [{path: '/home/dev/patched', kind: {type: 'update'}, diff}],
	}),
	note('turn/diff/updated', {...about, diff: `diff --git a/one b/one\n--- a/one\n+++ b/one\n${diff}`}),
	note('turn/plan/updated', {
		...about,
		explanation: 'why this plan',
		plan: [
			{step: 'the first step', status: 'completed'},
			{step: 'the second step', status: 'a status of steps'},
		],
	}),
	note('warning', {threadId, message: 'a warning'}),
	note('model/rerouted', {...about, fromModel: 'one model', toModel: 'another model', reason: 'a reason'}),
	note('error', {...about, error: {message: 'an error', additionalDetails: 'its details'}, willRetry: true}),
	note('thread/compacted', about),
	note('a notification that does not exist yet', {threadId, text: 'its text', message: 'its message'}),
	note('thread/started', {
		thread: {
			id: '00000000-0000-7000-8000-000000000007',
			name: 'another thread',
			preview: 'its preview',
			cwd: '/home/other',
			parentThreadId: threadId,
			agentNickname: 'a nickname',
			agentRole: 'a role',
			model: 'its model',
			status: {type: 'active', activeFlags: ['waitingOnApproval', 'a flag']},
			updatedAt: 1_800_000_000,
		},
	}),
	note('thread/status/changed', {threadId, status: {type: 'a status of threads', activeFlags: ['a flag']}}),
	note('thread/queue/changed', {threadId}),
	...requests,
	note('turn/completed', {
		threadId,
		turn: {id: turnId, status: 'failed', error: {message: 'the turn failed', additionalDetails: 'because'}},
	}),
];

const thread = {
	id: threadId,
	name: 'the name of it',
	preview: 'a preview',
	cwd: '/home/dev/project',
	model: 'gpt-6-sol',
	reasoningEffort: 'high',
	agentNickname: 'nick',
	agentRole: 'explorer',
	cliVersion: '0.169.0',
	status: {type: 'active', activeFlags: ['waitingOnUserInput']},
	createdAt: 1_800_000_000,
	updatedAt: 1_800_000_000,
};

const turns = {
	data: [
		{
			id: 'an older turn',
			status: 'failed',
			itemsView: 'full',
			error: {message: 'the older turn failed', additionalDetails: 'details of that'},
			items: items.map((item, index) => ({...withId(item, index), id: `older-${index}`})),
		},
	],
	nextCursor: null,
};

export const madeUpFrames = (): Recorded => ({
	name: 'made-up',
	said: notes,
	results: new Map<string, readonly unknown[]>([
		[
			'initialize',
			[{userAgent: 'pilot/0.169.0 (Linux) x', codexHome: '/home/dev/.codex', platformOs: 'linux'}],
		],
		[
			'thread/resume',
			[
				{
					thread,
					model: 'gpt-6-sol',
					cwd: '/home/dev/project',
					approvalPolicy: 'on-request',
					sandbox: {type: 'workspaceWrite', networkAccess: 'restricted'},
					reasoningEffort: 'high',
					initialTurnsPage: turns,
				},
			],
		],
		['thread/turns/list', [turns]],
		['thread/read', [{thread}]],
		[
			'thread/list',
			[{data: [thread, {...thread, id: '00000000-0000-7000-8000-000000000009'}], nextCursor: null}],
		],
		['thread/loaded/list', [{data: [threadId], nextCursor: null}]],
		[
			'thread/backgroundTerminals/list',
			[{data: [{itemId: 'runs', command: 'a running command', cwd: '/home/run', processId: '7'}]}],
		],
		[
			'thread/queue/list',
			[
				{
					data: [
						{
							id: 'queued-1',
							queuedSubmissionId: 'queued-1',
							clientUserMessageId: 'jumpseat:a queueing person:1',
							input: [
								{type: 'text', text: 'a queued message'},
								{type: 'localImage', path: '/home/dev/queued.png'},
							],
						},
					],
					nextCursor: null,
				},
			],
		],
		['turn/steer', [{turnId}]],
	]),
});
