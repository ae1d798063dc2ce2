/** Every request that the server can make is understood, or said not to be; whatever it holds, nothing throws. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Ask} from '../../source/asks/ask.ts';
import {openCard} from '../../source/asks/card.ts';
import {choicesOf} from '../../source/asks/choices.ts';
import {readAsk} from '../../source/asks/read.ts';
import {serverRequests} from '../../source/protocol/methods.ts';
import {reduce} from '../../source/thread/reduce.ts';
import {initialThreadState} from '../../source/thread/state.ts';
import {readTranscript} from '../support/transcripts.ts';
import {replay} from '../thread/replay.ts';
import {item, thread, turn} from '../view/samples.ts';
import {ask, command, form, methods, permissions, question, questions, request, tool} from './make.ts';

/** The asks of a recorded transcript, each as it was read when it was first made. */
const recorded = (name: string): readonly Ask[] => {
	const asks = new Map<unknown, Ask>();
	let state = initialThreadState;
	for (const event of replay(readTranscript(name)).events) {
		state = reduce(state, event);
		for (const each of state.requests) if (!asks.has(each.id)) asks.set(each.id, readAsk(each, state));
	}
	return [...asks.values()];
};

describe('what the real server asked', () => {
	it.each(['approval-command', 'approval-declined', 'approval-replayed', 'approval-voided'])(
		'the command of %s',
		name => {
			expect(recorded(name)).toMatchObject([
				{
					kind: 'command',
					command: "/bin/bash -c 'printf pushed'",
					details: 'whole',
					cwd: '/home/dev/project',
					reason: 'Pushing needs the network.',
					offers: [{kind: 'accept'}, {kind: 'execPolicy', prefix: ['printf', 'pushed']}],
					notes: [],
				},
			]);
		},
	);

	it.each(['file-change-approval', 'file-change-declined'])('the file change of %s, with its diff', name => {
		expect(recorded(name)).toMatchObject([
			{
				kind: 'fileChange',
				details: {changes: [{path: '/home/dev/outside.txt', kind: {type: 'add'}, diff: 'hello\n'}]},
			},
		]);
	});

	it('the permissions', () => {
		expect(recorded('permissions')).toMatchObject([
			{kind: 'permissions', lines: [{access: 'network'}], reason: 'To read the docs.'},
		]);
	});

	it('the question', () => {
		expect(recorded('question')).toMatchObject([
			{
				kind: 'question',
				isBlocking: false,
				fields: [
					{
						key: 'scope',
						title: 'Scope: Which part shall I fix?',
						input: {type: 'one', other: true, options: [{value: 'The test (Recommended)'}, {value: 'Both'}]},
					},
				],
			},
		]);
	});

	it('the MCP tool, and then its form', () => {
		expect(recorded('mcp-tool').map(each => each.kind)).toEqual(['mcpTool', 'form']);
		expect(recorded('mcp-tool')).toMatchObject([
			{
				serverName: 'weather',
				tool: 'forecast',
				persist: ['session', 'always'],
				params: '{\n  "city": "Oslo"\n}',
			},
			{message: 'Which unit?', fields: [{key: 'unit', required: true, input: {type: 'one'}}]},
		]);
	});
});

describe('a file change', () => {
	const change = {path: '/a', kind: {type: 'update'}, diff: '@@ -1 +1 @@\n-a\n+b\n'};
	const held = (over: object = {}, missedStart = false) =>
		thread([turn('T', [item('i', {type: 'fileChange', changes: [{...change, ...over}]}, {missedStart})])]);
	const details = (state: ReturnType<typeof thread>) => {
		const found = ask(methods.fileChange, {threadId: 't'}, state);
		return found.kind === 'fileChange' ? found.details : undefined;
	};

	it('has its diff from the item', () => expect(details(held())).toEqual({changes: [change]}));
	it.each([
		['the item was never announced', thread([turn('T', [])])],
		['the item began before we joined', held({}, true)],
		['the item is of another kind', thread([turn('T', [item('i', {type: 'plan', text: ''})])])],
		['the item has no changes', thread([turn('T', [item('i', {type: 'fileChange', changes: []})])])],
		['a change has no diff', held({diff: ''})],
		[
			'the item is in another turn',
			thread([turn('U', [item('i', {type: 'fileChange', changes: [change]})])]),
		],
	])('was missed when %s', (_why, state) => expect(details(state)).toBe('missed'));

	it('of an old server brings its diff along', () => {
		const files = {
			'/a': {type: 'add', content: 'x\n'},
			'/b': {type: 'update', unified_diff: '@@', move_path: '/c'},
		};
		expect(ask(methods.legacyPatch, {conversationId: 't', callId: 'i', fileChanges: files})).toMatchObject({
			kind: 'fileChange',
			dialect: 'legacy',
			details: {
				changes: [
					{path: '/a', diff: 'x\n'},
					{path: '/b', kind: {type: 'update', move_path: '/c'}},
				],
			},
		});
	});
});

describe('a command', () => {
	it('that the request does not name comes from its item', () => {
		const state = thread([turn('T', [item('i', {type: 'commandExecution', command: 'ls', cwd: '/x'})])]);
		const params = command({command: null, cwd: null});
		expect(ask(methods.command, params, state)).toMatchObject({command: 'ls', cwd: '/x', details: 'whole'});
		expect(ask(methods.command, params)).toMatchObject({command: undefined, details: 'missed'});
	});

	it('inside another one, or input to one, never passes for the whole', () => {
		const state = thread([turn('T', [item('i', {type: 'commandExecution', command: 'ls'})])]);
		expect(ask(methods.command, command({command: null, approvalId: 'a'}), state)).toMatchObject({
			details: 'missed',
		});
		expect(ask(methods.command, command({command: null, kind: 'writeStdin'}), state)).toMatchObject({
			action: 'writeStdin',
			details: 'missed',
		});
	});

	it('may be about a host only', () => {
		const network = {host: 'example.org', protocol: 'https'};
		expect(ask(methods.command, command({command: null, networkApprovalContext: network}))).toMatchObject({
			network,
			details: 'whole',
		});
	});

	it('of an old server shows where each of its words ends', () => {
		const params = {
			conversationId: 't',
			callId: 'i',
			command: ['rm', '-rf', "it's here", ''],
			cwd: '/x',
			parsedCmd: [],
		};
		expect(ask(methods.legacyCommand, params)).toMatchObject({command: "rm -rf 'it'\\''s here' ''"});
	});

	it('offers what the server lists, and only what it knows how to say', () => {
		const exec = {acceptWithExecpolicyAmendment: {execpolicy_amendment: ['git', 'push']}};
		const wider = {acceptWithExecpolicyAmendment: {execpolicy_amendment: ['git'], everywhere: true}};
		const listed = [
			'accept',
			exec,
			'acceptForEver',
			wider,
			{acceptWithExecpolicyAmendment: {execpolicy_amendment: [1]}},
			'decline',
		];
		expect(ask(methods.command, command({availableDecisions: listed}))).toMatchObject({
			offers: [{kind: 'accept'}, {kind: 'execPolicy', answer: exec}],
			notes: ['it offers 3 more that this version does not know'],
		});
		expect(ask(methods.command, command({availableDecisions: []}))).toMatchObject({offers: []});
		expect(ask(methods.command, command({availableDecisions: 7}))).toMatchObject({offers: []});
	});

	it('of a server that lists nothing offers what it proposes', () => {
		const params = command({
			availableDecisions: null,
			proposedExecpolicyAmendment: ['git'],
			proposedNetworkPolicyAmendments: [
				{host: 'a.b', action: 'allow'},
				{host: '', action: 'allow'},
			],
		});
		const found = ask(methods.command, params);
		expect(found.kind === 'command' && found.offers.map(offer => offer.kind)).toEqual([
			'accept',
			'acceptForSession',
			'execPolicy',
			'networkPolicy',
		]);
	});
});

describe('permissions', () => {
	const read = (fileSystem: unknown, network: unknown = null, more: object = {}) =>
		ask(methods.permissions, permissions({permissions: {network, fileSystem, ...more}}));

	it('that the server says twice are one line', () => {
		const found = ask(methods.permissions, permissions());
		expect(found.kind === 'permissions' && found.lines.map(line => [line.access, line.target])).toEqual([
			['network', ''],
			['read', '/etc'],
			['write', '/var/lib'],
		]);
	});

	it('name special places in words', () => {
		const places = [
			{type: 'special', value: {kind: 'root'}},
			{type: 'special', value: {kind: 'project_roots', subpath: 'src'}},
			{type: 'glob_pattern', pattern: '**/*.ts'},
		];
		expect(
			read({read: null, write: null, entries: places.map(path => ({path, access: 'read'}))}),
		).toMatchObject({
			lines: [
				{target: 'the whole file system'},
				{target: 'the folders of the project, in src'},
				{target: 'whatever matches **/*.ts'},
			],
		});
	});

	it.each([
		[
			'an access of an unknown kind',
			{read: ['/a'], write: null, entries: [{path: {type: 'path', path: '/b'}, access: 'exec'}]},
		],
		['a field that is not known', {read: ['/a'], write: null, exec: ['/b']}],
		['entries that cannot be read', {read: ['/a'], write: null, entries: 'all'}],
	])('with %s cannot be granted, for a grant could be wider than it looks', (_what, fileSystem) => {
		expect(read(fileSystem, {enabled: true})).toMatchObject({
			lines: [{access: 'network'}],
			notes: [expect.any(String)],
		});
	});

	it('of a kind that is not known are left out, and said to be', () => {
		expect(read(null, {enabled: true}, {camera: {}})).toMatchObject({
			lines: [{access: 'network'}],
			notes: ['it also asks for camera, which is not known; it is not granted'],
		});
		expect(read(null, {enabled: true, hosts: ['a']})).toMatchObject({lines: []});
	});
});

describe('a form', () => {
	const input = (schema: object) => {
		const found = ask(methods.elicitation, form({x: schema}, ['x']));
		return found.kind === 'form' ? found.fields[0]?.input : found.kind;
	};

	it.each<readonly [object, object]>([
		[
			{type: 'string', minLength: 2, maxLength: 5, format: 'email', default: 'a@b'},
			{type: 'text', minLength: 2, maxLength: 5, format: 'email', initial: 'a@b'},
		],
		[
			{type: 'string', format: 'hostname'},
			{type: 'text', format: undefined},
		],
		[
			{type: 'number', minimum: -1, maximum: 1.5, default: 0},
			{type: 'number', whole: false, minimum: -1, maximum: 1.5, initial: '0'},
		],
		[{type: 'integer'}, {type: 'number', whole: true, initial: ''}],
		[
			{type: 'boolean', default: false},
			{type: 'boolean', initial: false},
		],
		[{type: 'boolean'}, {type: 'boolean', initial: undefined}],
		[
			{type: 'string', enum: ['a', 'b'], default: 'b'},
			{type: 'one', options: [{value: 'a', title: 'a'}, {value: 'b'}], initial: 1},
		],
		[
			{type: 'string', enum: ['a'], enumNames: ['Ah']},
			{type: 'one', options: [{value: 'a', title: 'Ah', description: 'a'}]},
		],
		[
			{type: 'string', oneOf: [{const: 'a', title: 'Ah'}]},
			{type: 'one', options: [{value: 'a', title: 'Ah'}]},
		],
		[
			{type: 'array', items: {type: 'string', enum: ['a', 'b']}, minItems: 1, maxItems: 2, default: ['b']},
			{type: 'many', minItems: 1, maxItems: 2, initial: [1]},
		],
		[
			{type: 'array', items: {anyOf: [{const: 'a', title: 'Ah'}]}},
			{type: 'many', options: [{value: 'a', title: 'Ah'}]},
		],
	])('understands %j', (schema, expected) => expect(input(schema)).toMatchObject(expected));

	it.each([
		{type: 'object'},
		{type: 'array', items: {type: 'number'}},
		{type: 'string', enum: [1]},
		{type: 'string', enum: []},
		'text',
		null,
	])('cannot be answered when it requires %j', schema =>
		expect(ask(methods.elicitation, form({x: schema}, ['x']))).toMatchObject({
			kind: 'shown',
			why: 'unreadable',
		}),
	);

	it('leaves out an optional field of an unknown kind, and says so', () => {
		expect(ask(methods.elicitation, form({x: {type: 'object'}, y: {type: 'boolean'}}))).toMatchObject({
			kind: 'form',
			fields: [{key: 'y'}],
			notes: ['the field x is of a kind that is not known; it is left out'],
		});
	});

	it('cannot be answered when it requires a field that it does not describe', () => {
		expect(ask(methods.elicitation, form({}, ['toString']))).toMatchObject({why: 'unreadable'});
	});
});

describe('what is only shown', () => {
	const shown = (method: string, params: unknown) => {
		const about = ask(method, params);
		expect(choicesOf(about, openCard(about, 0))).toEqual([]);
		return about.kind === 'shown' ? about.why : about.kind;
	};

	it.each(Object.entries(serverRequests).filter(([, whom]) => whom === 'owner'))(
		'%s, which is for the %s',
		method => {
			expect(shown(method, {threadId: 't'})).toBe('owner');
		},
	);

	it.each(['item/future/requestApproval', 'toString', '__proto__', ''])(
		'%j, which does not exist yet',
		method => {
			expect(shown(method, {threadId: 't'})).toBe('unknown');
		},
	);

	it.each(['openai/form', 'openaiForm', 'openai/userVerification'])('an elicitation of mode %s', mode => {
		expect(shown(methods.elicitation, {threadId: 't', serverName: 'x', mode, title: 'y'})).toBe(
			'firstClient',
		);
	});

	it.each<readonly [string, string, unknown]>([
		['a command that is no text', methods.command, command({command: ['ls']})],
		['a host that is no text', methods.command, command({networkApprovalContext: {host: 1}})],
		['an old command without words', methods.legacyCommand, {command: []}],
		[
			'an old patch with a change of an unknown kind',
			methods.legacyPatch,
			{fileChanges: {a: {type: 'copy'}}},
		],
		['permissions without any', methods.permissions, {}],
		['no questions', methods.question, questions()],
		['two questions of one id', methods.question, questions(question(), question())],
		['a question without an id', methods.question, questions(question({id: 1}))],
		['a form without a schema', methods.elicitation, form({}, [], {requestedSchema: 1})],
		['an address that is none', methods.elicitation, {serverName: 'x', mode: 'url', message: '', url: 1}],
		[
			'the approval of a tool that wants fields',
			methods.elicitation,
			{...tool(), requestedSchema: {type: 'object', properties: {a: {type: 'boolean'}}}},
		],
		['no parameters', methods.command, null],
	])('%s', (_what, method, params) => {
		const about = ask(method, params);
		expect(about.kind === 'shown' ? about.why : 'missed').toMatch(/unreadable|missed/);
	});
});

describe('any JSON', () => {
	const kinds = Object.values(methods);
	const samples: readonly object[] = [
		command(),
		permissions(),
		questions(question()),
		form({x: {type: 'string'}}, ['x']),
		tool(),
	];
	const json = fc.jsonValue({maxDepth: 3});
	/** A request that is nearly right: some of its fields replaced by anything. */
	const nearly = fc
		.tuple(
			fc.constantFrom(...samples),
			fc.dictionary(fc.constantFrom(...samples.flatMap(Object.keys)), json, {maxKeys: 4}),
		)
		.map(([sample, other]) => ({...sample, ...other}));

	it('is read without an exception, and the same twice', () => {
		fc.assert(
			fc.property(fc.constantFrom(...kinds), fc.oneof(json, nearly), (method, params) => {
				const about = readAsk(request(method, params), initialThreadState);
				expect(readAsk(request(method, params), initialThreadState)).toEqual(about);
				for (const choice of choicesOf(about, openCard(about, 0)))
					expect(choice.kind === 'negative' || choice.blocked !== undefined).toBe(true);
			}),
			{numRuns: 500},
		);
	});
});
