import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	asNumber,
	asRecord,
	asString,
	decodeItem,
	decodeLoadedList,
	decodePlan,
	decodeResumeResponse,
	decodeThread,
	decodeThreadList,
	decodeTokenUsage,
	decodeTurn,
	decodeTurnsPage,
} from '../../source/protocol/decode.ts';

const kinds = [
	'userMessage',
	'hookPrompt',
	'agentMessage',
	'plan',
	'reasoning',
	'commandExecution',
	'fileChange',
	'mcpToolCall',
	'dynamicToolCall',
	'collabAgentToolCall',
	'subAgentActivity',
	'webSearch',
	'imageView',
	'imageGeneration',
	'sleep',
	'functionCallOutput',
	'enteredReviewMode',
	'exitedReviewMode',
	'contextCompaction',
] as const;

/** Every field that any kind has. */
const fieldNames = [
	'text',
	'content',
	'summary',
	'changes',
	'command',
	'status',
	'commandActions',
	'aggregatedOutput',
	'exitCode',
	'result',
	'error',
	'arguments',
	'contentItems',
	'agentsStates',
	'receiverThreadIds',
	'action',
	'fragments',
	'clientId',
	'output',
	'durationMs',
	'startedAtMs',
];

describe('an item', () => {
	test('needs an id and a type, and nothing else', () => {
		for (const raw of [
			null,
			1,
			'x',
			[],
			{},
			{id: 'a'},
			{type: 'plan'},
			{id: '', type: 'plan'},
			{id: 1, type: 'plan'},
		]) {
			expect(decodeItem(raw)).toBeUndefined();
		}
		for (const type of kinds) expect(decodeItem({id: 'a', type})).toMatchObject({id: 'a', type});
	});

	test('of an unknown kind is kept whole under its name', () => {
		const raw = {id: 'a', type: 'hologram', startedAtMs: 5, beams: [1, {deep: true}]};
		expect(decodeItem(raw)).toEqual({id: 'a', type: 'unknown', typeName: 'hologram', startedAtMs: 5, raw});
		for (const typeName of ['unknown', 'toString', '__proto__', 'constructor', '']) {
			expect(decodeItem({id: 'a', type: typeName})).toMatchObject({type: 'unknown', typeName});
		}
	});

	test('keeps what is right and drops what is wrong, field by field', () => {
		expect(
			decodeItem({
				id: 'c',
				type: 'commandExecution',
				command: 7,
				cwd: '/app',
				status: null,
				aggregatedOutput: null,
				exitCode: '1',
				durationMs: 12,
				commandActions: [{type: 'read', path: 'a', query: 3}, 'rubbish', {}],
				pluginId: 'not ours to read',
			}),
		).toEqual({
			id: 'c',
			type: 'commandExecution',
			command: '',
			cwd: '/app',
			aggregatedOutput: null,
			durationMs: 12,
			commandActions: [{type: 'read', path: 'a'}],
		});
	});

	test('of a file change understands the kind as an object and, of old servers, as a word', () => {
		const kind = {type: 'update', move_path: null};
		expect(
			decodeItem({
				id: 'f',
				type: 'fileChange',
				changes: [{path: 'a', kind, diff: '@@'}, {path: 'b', kind: 'add'}, {kind}],
			}),
		).toMatchObject({
			changes: [
				{path: 'a', kind, diff: '@@'},
				{path: 'b', kind: {type: 'add'}},
			],
		});
	});

	test('of a tool call keeps arguments and results as they are', () => {
		const call = {
			id: 'm',
			type: 'mcpToolCall',
			server: 's',
			tool: 't',
			arguments: {deep: [1]},
			result: {content: [{type: 'text', text: 'x'}], structuredContent: {a: 1}, _meta: null},
			error: {message: 'no'},
		};
		const {result, ...rest} = call;
		const {_meta, ...kept} = result;
		expect(decodeItem(call)).toEqual({...rest, result: kept});
	});

	test('of an agent call keeps only states that say something', () => {
		const states = {a: {status: 'running', message: null}, b: {message: 'x'}, c: 'running'};
		const raw = {id: 'x', type: 'collabAgentToolCall', tool: 'wait', agentsStates: states};
		expect(decodeItem(raw)).toMatchObject({agentsStates: {a: {status: 'running', message: null}}});
	});

	test('decoded twice is decoded once', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...kinds),
				fc.dictionary(fc.constantFrom(...fieldNames), fc.jsonValue({maxDepth: 4})),
				(type, fields) => {
					const item = decodeItem({...fields, id: 'a', type});
					expect(item).toMatchObject({id: 'a', type});
					expect(decodeItem(item)).toEqual(item);
				},
			),
			{numRuns: 1000},
		);
	});
});

describe('a response', () => {
	test('without what it is for is undefined', () => {
		expect(decodeTurn({items: []})).toBeUndefined();
		expect(decodeThread({preview: 'x'})).toBeUndefined();
		expect(decodeResumeResponse({thread: {}})).toBeUndefined();
		expect(decodeTurnsPage({nextCursor: 'x'})).toBeUndefined();
		expect(decodeTokenUsage({modelContextWindow: 3})).toBeUndefined();
		expect(decodePlan('x')).toBeUndefined();
	});

	test('with one rotten element keeps the others', () => {
		const page = decodeTurnsPage({
			data: [{id: 'T1', items: [{id: 'a', type: 'plan', text: 'x'}, {type: 'plan'}, null]}, 7, {}],
			nextCursor: 3,
		});
		expect(page).toEqual({data: [{id: 'T1', items: [{id: 'a', type: 'plan', text: 'x'}]}]});
	});

	test('of a list is an empty last page when it cannot be read', () => {
		expect(decodeThreadList('rubbish')).toEqual({data: [], nextCursor: null});
		expect(decodeThreadList({data: [{id: 't'}, {}], nextCursor: 'n'})).toEqual({
			data: [{id: 't'}],
			nextCursor: 'n',
		});
		expect(decodeLoadedList({data: ['a', 1, 'b']})).toEqual(['a', 'b']);
		expect(decodeLoadedList(null)).toEqual([]);
	});

	test('to a subscription brings thread, settings and first page', () => {
		expect(
			decodeResumeResponse({
				thread: {id: 't', status: {type: 'active', activeFlags: ['waitingOnApproval', 3]}},
				model: 'gpt',
				approvalPolicy: {granular: {rules: true}},
				sandbox: {type: 'workspaceWrite', networkAccess: false, writableRoots: []},
				reasoningEffort: null,
				initialTurnsPage: {data: [], nextCursor: null},
			}),
		).toEqual({
			thread: {id: 't', status: {type: 'active', activeFlags: ['waitingOnApproval']}},
			model: 'gpt',
			approvalPolicy: {granular: {rules: true}},
			sandbox: {type: 'workspaceWrite', networkAccess: false},
			reasoningEffort: null,
			initialTurnsPage: {data: [], nextCursor: null},
		});
	});
});

test('nothing throws on any JSON, nor on what is not even JSON', () => {
	const decoders = [
		decodeItem,
		decodeTurn,
		decodeThread,
		decodeResumeResponse,
		decodeTurnsPage,
		decodeThreadList,
		decodeLoadedList,
		decodeTokenUsage,
		decodePlan,
	];
	fc.assert(
		fc.property(fc.oneof(fc.jsonValue(), fc.anything()), value => {
			for (const decode of decoders) decode(value);
			for (const decode of decoders)
				decode({id: 'a', type: 'reasoning', thread: value, data: value, items: value});
		}),
		{numRuns: 1000},
	);
});

test('a field is read only when it has the right type', () => {
	expect([asString('x'), asString(1), asString(null)]).toEqual(['x', undefined, undefined]);
	expect([asNumber(0), asNumber('0'), asNumber(Number.POSITIVE_INFINITY)]).toEqual([0, undefined, undefined]);
	expect([asRecord({}), asRecord([]), asRecord(null)]).toEqual([{}, undefined, undefined]);
});
