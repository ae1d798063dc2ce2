/** Every answer of every choice is one that the pinned Codex takes, by the types that it generates itself. */
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {Ask} from '../../source/asks/ask.ts';
import {choicesOf} from '../../source/asks/choices.ts';
import {generateTypes, type Workspace} from '../contract/compile.ts';
import {ask, command, form, methods, permissions, press, question, questions, ready, tool} from './make.ts';

const offers = [
	'accept',
	'acceptForSession',
	{acceptWithExecpolicyAmendment: {execpolicy_amendment: ['git', 'push']}},
	{applyNetworkPolicyAmendment: {network_policy_amendment: {host: 'a.b', action: 'allow'}}},
	{applyNetworkPolicyAmendment: {network_policy_amendment: {host: 'a.b', action: 'deny'}}},
];
const narrowed = {
	network: {enabled: true},
	fileSystem: {
		read: ['/a'],
		write: null,
		entries: [
			{path: {type: 'special', value: {kind: 'tmpdir'}}, access: 'write'},
			{path: {type: 'glob_pattern', pattern: '**/.env'}, access: 'deny'},
		],
		globScanMaxDepth: 3,
	},
};

/** The type of the response, the ask, and the keys that fill it in. */
const cases: ReadonlyArray<readonly [string, Ask, readonly string[]]> = [
	[
		'v2.CommandExecutionRequestApprovalResponse',
		ask(methods.command, command({availableDecisions: offers})),
		[],
	],
	['v2.FileChangeRequestApprovalResponse', ask(methods.fileChange, {}), []],
	['v2.PermissionsRequestApprovalResponse', ask(methods.permissions, permissions()), ['a']],
	[
		'v2.PermissionsRequestApprovalResponse',
		ask(methods.permissions, permissions({permissions: narrowed})),
		['down', 'space', 'up'],
	],
	[
		'v2.PermissionsRequestApprovalResponse',
		ask(methods.permissions, permissions({permissions: narrowed})),
		['a', 'up'],
	],
	['v2.ToolRequestUserInputResponse', ask(methods.question, questions(question())), ['right', 'enter']],
	[
		'v2.McpServerElicitationRequestResponse',
		ask(methods.elicitation, form({a: {type: 'boolean'}})),
		['right', 'enter'],
	],
	['v2.McpServerElicitationRequestResponse', ask(methods.elicitation, tool()), []],
	[
		'v2.McpServerElicitationRequestResponse',
		ask(methods.elicitation, {serverName: 'x', mode: 'url', message: 'm', url: 'https://a.b'}),
		[],
	],
	['codex.ExecCommandApprovalResponse', ask(methods.legacyCommand, {command: ['ls']}), []],
	[
		'codex.ApplyPatchApprovalResponse',
		ask(methods.legacyPatch, {fileChanges: {a: {type: 'add', content: ''}}}),
		[],
	],
];

const answers = cases.flatMap(([type, about, keys]) => {
	const {card} = press(ready(about), keys);
	return choicesOf(about, card).map(choice => ({type, choice}));
});

describe('the answers', () => {
	let workspace: Workspace;
	beforeAll(async () => {
		workspace = await generateTypes();
	}, 60_000);
	afterAll(async () => {
		await workspace?.remove();
	});

	/** The diagnostics of each line, so that one that does not fit names itself. */
	const check = async (list: ReadonlyArray<readonly [string, unknown]>): Promise<readonly string[]> =>
		workspace.check(
			[
				`import type * as codex from ${JSON.stringify(workspace.modules.codex)};`,
				'import type {v2} from "./codex/index";',
				...list.map(
					([type, answer], index) => `export const answer${index}: ${type} = ${JSON.stringify(answer)};`,
				),
			].join('\n'),
		);

	it('can all be given', () => {
		expect(answers.filter(({choice}) => choice.blocked !== undefined)).toEqual([]);
		expect(answers.length).toBeGreaterThan(30);
	});

	it('fit the types of the pinned Codex', async () => {
		// Servers that make the old requests take the bare word; the generated type is newer than they are.
		const fitting = answers.filter(({choice}) => JSON.stringify(choice.answer) !== '{"decision":"denied"}');
		expect(answers.length - fitting.length).toBe(2);
		expect(await check(fitting.map(({type, choice}) => [type, choice.answer]))).toEqual([]);
	}, 60_000);

	it('would be found out if they did not', async () => {
		const wrong = await check([
			['v2.CommandExecutionRequestApprovalResponse', {decision: 'approved'}],
			['v2.PermissionsRequestApprovalResponse', {permissions: {}}],
			['v2.ToolRequestUserInputResponse', {answers: {a: 'b'}}],
			['v2.McpServerElicitationRequestResponse', {action: 'accept'}],
			['codex.ApplyPatchApprovalResponse', {decision: 'accept'}],
		]);
		const lines = wrong.flatMap(each => /^assertions\.ts\((\d+),/.exec(each)?.[1] ?? []);
		expect([...new Set(lines)].toSorted()).toEqual(['3', '4', '5', '6', '7']);
	}, 60_000);
});
