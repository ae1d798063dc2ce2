/**
 * The contract with the pinned Codex: its generated types are assignable to ours where it speaks, ours to its
 * where we speak, and our tables name exactly the methods that there are. Nothing is started but the generator.
 */
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {decodeItem} from '../../source/protocol/decode.ts';
import {answerFields, outgoing, serverRequests, threadNotifications} from '../../source/protocol/methods.ts';
import type {KnownItemType} from '../../source/protocol/types.ts';
import {assertions, type Contract} from './assertions.ts';
import {generateTypes, type Workspace} from './compile.ts';
import type {Requests, Responses} from './shapes.ts';

/** A table with one entry for each name, so that the type checker knows it is complete. */
const names = <Name extends string>(table: Record<Name, true>): string[] => Object.keys(table);

const contract: Contract = {
	outgoing,
	answerFields,
	serverRequests: Object.keys(serverRequests),
	threadNotifications,
	itemTypes: names<KnownItemType>({
		userMessage: true,
		hookPrompt: true,
		agentMessage: true,
		plan: true,
		reasoning: true,
		commandExecution: true,
		fileChange: true,
		mcpToolCall: true,
		dynamicToolCall: true,
		collabAgentToolCall: true,
		subAgentActivity: true,
		webSearch: true,
		imageView: true,
		imageGeneration: true,
		sleep: true,
		functionCallOutput: true,
		enteredReviewMode: true,
		exitedReviewMode: true,
		contextCompaction: true,
	}),
	responses: names<keyof Responses>({
		ThreadLoadedListResponse: true,
		ThreadListResponse: true,
		ThreadReadResponse: true,
		ThreadResumeResponse: true,
		ThreadTurnsListResponse: true,
		ThreadBackgroundTerminalsListResponse: true,
		ThreadQueueListResponse: true,
		TurnStartResponse: true,
		TurnSteerResponse: true,
		InitializeResponse: true,
	}),
	shownRequests: names<keyof Requests>({
		'item/commandExecution/requestApproval': true,
		'item/fileChange/requestApproval': true,
		'item/permissions/requestApproval': true,
		'item/tool/requestUserInput': true,
		'mcpServer/elicitation/request': true,
		execCommandApproval: true,
		applyPatchApproval: true,
	}),
	assignable: [],
};

describe('the contract with the pinned Codex', () => {
	let workspace: Workspace;

	beforeAll(async () => {
		workspace = await generateTypes();
	}, 60_000);

	afterAll(async () => workspace?.remove());

	const broken = (change: Partial<Contract>): Promise<readonly string[]> =>
		workspace.check(assertions({...contract, ...change}, workspace.modules));

	it('holds', async () => {
		expect(await broken({})).toEqual([]);
	}, 60_000);

	it('is broken by a type of ours that differs from the generated one', async () => {
		const diagnostics = await broken({
			assignable: [
				['Codex.v2.Thread', "Omit<Types.WireThread, 'id'> & {readonly id: number}"],
				['Codex.v2.TurnPlanStep', 'Types.WirePlanStep & {readonly invented: string}'],
				['{threadId: number}', 'Codex.v2.ThreadReadParams'],
			],
		});
		expect(diagnostics).toHaveLength(3);
		expect(diagnostics[0]).toContain("'string' is not assignable to type 'number'");
		expect(diagnostics[1]).toContain('invented');
		expect(diagnostics[2]).toContain("'number' is not assignable to type 'string'");
	}, 60_000);

	it('is broken by a method that we send and the server does not know', async () => {
		const rule = {modes: [], fields: [], repeatable: true} as const;
		const diagnostics = await broken({
			outgoing: {
				...outgoing,
				'thread/invented': {...rule, kind: 'request'},
				invented: {...rule, kind: 'notification'},
			},
		});
		expect(diagnostics.filter(each => each.includes('"thread/invented"'))).not.toEqual([]);
		expect(diagnostics.filter(each => each.includes('"invented"'))).toHaveLength(1);
	}, 60_000);

	it('is broken by a parameter that the method does not take', async () => {
		const rule = outgoing['thread/read'];
		const diagnostics = await broken({
			outgoing: {...outgoing, 'thread/read': {...rule, fields: [...rule.fields, 'inventedField']}},
		});
		expect(diagnostics).toHaveLength(1);
		expect(diagnostics[0]).toContain('"inventedField"');
	}, 60_000);

	it('is broken by an override that a message would carry', async () => {
		const rule = outgoing['turn/start'];
		const diagnostics = await broken({
			outgoing: {...outgoing, 'turn/start': {...rule, fields: rule.fields.filter(each => each !== 'input')}},
		});
		expect(diagnostics).toHaveLength(1);
		expect(diagnostics[0]).toContain('"input"');
	}, 60_000);

	it('is broken by a field of an answer that the server does not know, and by one that is missing', async () => {
		const diagnostics = await broken({
			answerFields: {
				...answerFields,
				'item/fileChange/requestApproval': ['decision', 'invented'],
				'item/permissions/requestApproval': ['permissions'],
			},
		});
		expect(diagnostics).toHaveLength(3);
		expect(diagnostics.filter(each => each.includes('"invented"'))).toHaveLength(2);
		expect(diagnostics.filter(each => each.includes('"scope"'))).toHaveLength(1);
	}, 60_000);

	it('is broken by a server request that one side does not have', async () => {
		const [missing, ...rest] = contract.serverRequests;
		const diagnostics = await broken({serverRequests: [...rest, 'item/invented']});
		expect(diagnostics).toHaveLength(2);
		expect(diagnostics.join('\n')).toContain(`"${missing}"`);
		expect(diagnostics.join('\n')).toContain('"item/invented"');
	}, 60_000);

	it('is broken by a notification that the server does not send', async () => {
		const diagnostics = await broken({threadNotifications: [...threadNotifications, 'thread/invented']});
		expect(diagnostics.join('\n')).toContain('"thread/invented"');
	}, 60_000);

	it('is broken by an item kind that has no view', async () => {
		const diagnostics = await broken({itemTypes: contract.itemTypes.filter(type => type !== 'webSearch')});
		expect(diagnostics).not.toEqual([]);
		expect(diagnostics.join('\n')).toContain('"webSearch"');
	}, 60_000);
});

describe('the table of item kinds', () => {
	it.each(contract.itemTypes)('decodes %s as itself', type => {
		expect(decodeItem({type, id: 'x'})?.type).toBe(type);
	});
});
