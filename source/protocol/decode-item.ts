/**
 * Decodes one item of any kind: the single place where an item on the wire becomes a `WireItem`.
 *
 * Invariants: never throws; a known kind keeps only the fields that we read, a field of the wrong type becomes its
 * safe default; an unknown kind is kept whole under its name. Called by `decodeTurn()` and by `thread/`.
 */
import {
	asArray,
	asBoolean,
	asNumber,
	asRecord,
	asString,
	type JsonRecord,
	listOf,
	orNull,
	present,
} from './fields.ts';
import type {
	Json,
	KnownItem,
	KnownItemType,
	WireCommandAction,
	WireFileChange,
	WireItem,
	WireItemBase,
	WireUserInput,
} from './types.ts';

type Kind<T extends KnownItemType> = Extract<KnownItem, {readonly type: T}>;
type Decoders = {readonly [T in KnownItemType]: (raw: JsonRecord) => Kind<T>};

const text = (value: unknown): string => asString(value) ?? '';

const decodeUserInput = (value: unknown): WireUserInput | undefined => {
	const raw = asRecord(value);
	const type = asString(raw?.type);
	if (raw === undefined || type === undefined) return undefined;
	return present<WireUserInput>({
		type,
		text: asString(raw.text),
		url: asString(raw.url),
		path: asString(raw.path),
		name: asString(raw.name),
	});
};

const decodeChange = (value: unknown): WireFileChange | undefined => {
	const raw = asRecord(value);
	const path = asString(raw?.path);
	if (raw === undefined || path === undefined) return undefined;
	const kind = asRecord(raw.kind);
	// Old servers say the kind as a bare word.
	const kindType = asString(kind?.type) ?? asString(raw.kind);
	return present<WireFileChange>({
		path,
		kind:
			kindType === undefined
				? undefined
				: present<NonNullable<WireFileChange['kind']>>({
						type: kindType,
						move_path: orNull(kind?.move_path, asString),
					}),
		diff: asString(raw.diff),
	});
};

/** The `changes` of a `fileChange` item and of `item/fileChange/patchUpdated`. */
export const decodeChanges = (value: unknown): readonly WireFileChange[] | undefined =>
	listOf(value, decodeChange);

const decodeAction = (value: unknown): WireCommandAction | undefined => {
	const raw = asRecord(value);
	const type = asString(raw?.type);
	if (raw === undefined || type === undefined) return undefined;
	return present<WireCommandAction>({
		type,
		command: asString(raw.command),
		name: asString(raw.name),
		path: orNull(raw.path, asString),
		query: orNull(raw.query, asString),
	});
};

const decodeMcpResult = (value: unknown): Kind<'mcpToolCall'>['result'] | undefined =>
	orNull(value, raw => {
		const result = asRecord(raw);
		if (result === undefined) return undefined;
		return present<NonNullable<Kind<'mcpToolCall'>['result']>>({
			content: asArray(result.content),
			structuredContent: result.structuredContent,
		});
	});

const decodeMessage = (value: unknown): {readonly message: string} | null | undefined =>
	orNull(value, raw => {
		const record = asRecord(raw);
		return record === undefined ? undefined : {message: text(record.message)};
	});

const decodeAgentsStates = (value: unknown): Kind<'collabAgentToolCall'>['agentsStates'] | undefined => {
	const raw = asRecord(value);
	if (raw === undefined) return undefined;
	const states: Array<[string, {readonly status: string; readonly message?: string | null}]> = [];
	for (const [threadId, state] of Object.entries(raw)) {
		const record = asRecord(state);
		const status = asString(record?.status);
		if (record === undefined || status === undefined) continue;
		const message = orNull(record.message, asString);
		states.push([threadId, message === undefined ? {status} : {status, message}]);
	}
	return Object.fromEntries(states);
};

const decodeSearchAction = (value: unknown): Kind<'webSearch'>['action'] | undefined =>
	orNull(value, raw => {
		const action = asRecord(raw);
		const type = asString(action?.type);
		if (action === undefined || type === undefined) return undefined;
		return present<NonNullable<Kind<'webSearch'>['action']>>({
			type,
			query: orNull(action.query, asString),
			queries: orNull(action.queries, queries => listOf(queries, asString)),
			url: orNull(action.url, asString),
			pattern: orNull(action.pattern, asString),
		});
	});

const decodeToolOutput = (value: unknown): {readonly type: string; readonly text?: string} | undefined => {
	const raw = asRecord(value);
	const type = asString(raw?.type);
	if (raw === undefined || type === undefined) return undefined;
	return present<{readonly type: string; readonly text?: string}>({type, text: asString(raw.text)});
};

const decodeFragment = (value: unknown): {readonly text: string} | undefined => {
	const raw = asRecord(value);
	return raw === undefined ? undefined : {text: text(raw.text)};
};

const decoders: Decoders = {
	userMessage: raw =>
		present<Kind<'userMessage'>>({
			type: 'userMessage',
			clientId: orNull(raw.clientId, asString),
			content: listOf(raw.content, decodeUserInput),
		}),
	hookPrompt: raw =>
		present<Kind<'hookPrompt'>>({type: 'hookPrompt', fragments: listOf(raw.fragments, decodeFragment)}),
	agentMessage: raw =>
		present<Kind<'agentMessage'>>({
			type: 'agentMessage',
			text: text(raw.text),
			phase: orNull(raw.phase, asString),
		}),
	plan: raw => ({type: 'plan', text: text(raw.text)}),
	reasoning: raw =>
		present<Kind<'reasoning'>>({
			type: 'reasoning',
			summary: listOf(raw.summary, asString),
			content: listOf(raw.content, asString),
		}),
	commandExecution: raw =>
		present<Kind<'commandExecution'>>({
			type: 'commandExecution',
			command: text(raw.command),
			cwd: asString(raw.cwd),
			source: asString(raw.source),
			status: asString(raw.status),
			commandActions: listOf(raw.commandActions, decodeAction),
			aggregatedOutput: orNull(raw.aggregatedOutput, asString),
			exitCode: orNull(raw.exitCode, asNumber),
			durationMs: orNull(raw.durationMs, asNumber),
		}),
	fileChange: raw =>
		present<Kind<'fileChange'>>({
			type: 'fileChange',
			changes: decodeChanges(raw.changes),
			status: asString(raw.status),
		}),
	mcpToolCall: raw =>
		present<Kind<'mcpToolCall'>>({
			type: 'mcpToolCall',
			server: text(raw.server),
			tool: text(raw.tool),
			status: asString(raw.status),
			arguments: raw.arguments,
			result: decodeMcpResult(raw.result),
			error: decodeMessage(raw.error),
			durationMs: orNull(raw.durationMs, asNumber),
		}),
	dynamicToolCall: raw =>
		present<Kind<'dynamicToolCall'>>({
			type: 'dynamicToolCall',
			tool: text(raw.tool),
			namespace: orNull(raw.namespace, asString),
			status: asString(raw.status),
			arguments: raw.arguments,
			contentItems: orNull(raw.contentItems, items => listOf(items, decodeToolOutput)),
			success: orNull(raw.success, asBoolean),
			durationMs: orNull(raw.durationMs, asNumber),
		}),
	collabAgentToolCall: raw =>
		present<Kind<'collabAgentToolCall'>>({
			type: 'collabAgentToolCall',
			tool: text(raw.tool),
			status: asString(raw.status),
			senderThreadId: asString(raw.senderThreadId),
			receiverThreadIds: listOf(raw.receiverThreadIds, asString),
			prompt: orNull(raw.prompt, asString),
			agentsStates: decodeAgentsStates(raw.agentsStates),
		}),
	subAgentActivity: raw =>
		present<Kind<'subAgentActivity'>>({
			type: 'subAgentActivity',
			kind: text(raw.kind),
			agentThreadId: text(raw.agentThreadId),
			agentPath: asString(raw.agentPath),
		}),
	webSearch: raw =>
		present<Kind<'webSearch'>>({
			type: 'webSearch',
			query: asString(raw.query),
			action: decodeSearchAction(raw.action),
		}),
	imageView: raw => ({type: 'imageView', path: text(raw.path)}),
	imageGeneration: raw =>
		present<Kind<'imageGeneration'>>({
			type: 'imageGeneration',
			status: asString(raw.status),
			revisedPrompt: orNull(raw.revisedPrompt, asString),
			savedPath: orNull(raw.savedPath, asString),
		}),
	sleep: raw => present<Kind<'sleep'>>({type: 'sleep', durationMs: asNumber(raw.durationMs)}),
	functionCallOutput: raw =>
		present<Kind<'functionCallOutput'>>({
			type: 'functionCallOutput',
			name: text(raw.name),
			namespace: orNull(raw.namespace, asString),
			output: raw.output,
		}),
	enteredReviewMode: raw => ({type: 'enteredReviewMode', review: text(raw.review)}),
	exitedReviewMode: raw => ({type: 'exitedReviewMode', review: text(raw.review)}),
	contextCompaction: () => ({type: 'contextCompaction'}),
};

const isKnownType = (type: string): type is KnownItemType => Object.hasOwn(decoders, type);

/** Anything with a non-empty `id` and a `type` is an item; anything else is `undefined`. */
export const decodeItem = (value: unknown): WireItem | undefined => {
	const raw = asRecord(value);
	const id = asString(raw?.id);
	const type = asString(raw?.type);
	if (raw === undefined || id === undefined || id === '' || type === undefined) return undefined;
	const base = present<WireItemBase>({
		id,
		startedAtMs: orNull(raw.startedAtMs, asNumber),
		completedAtMs: orNull(raw.completedAtMs, asNumber),
	});
	if (isKnownType(type)) return {...base, ...decoders[type](raw)};
	return {...base, type: 'unknown', typeName: type, raw: raw as {readonly [key: string]: Json | undefined}};
};
