/**
 * Writes the assertions about the generated types as TypeScript: one line a fact, so that a diagnostic of the
 * compiler names the fact that does not hold. Pure; the contract test compiles the result.
 */
import type {OutgoingRule} from '../../source/protocol/methods.ts';

export type Contract = {
	readonly outgoing: Readonly<Record<string, OutgoingRule>>;
	readonly serverRequests: readonly string[];
	readonly threadNotifications: readonly string[];
	/** Kinds of item that have a view of their own. */
	readonly itemTypes: readonly string[];
	/** Names of the generated response types that `shapes.ts` has a shape for. */
	readonly responses: readonly string[];
	/** Requests that `shapes.ts` has a shape for. */
	readonly shownRequests: readonly string[];
	/** The fields that the gate lets through in an answer to each kind of request. */
	readonly answerFields: Readonly<Record<string, readonly string[]>>;
	/** More `[from, to]` pairs of type expressions: the first must be assignable to the second. */
	readonly assignable: ReadonlyArray<readonly [from: string, to: string]>;
};

/** Specifiers to import from, as seen from the assertion file. */
export type Modules = {readonly codex: string; readonly types: string; readonly shapes: string};

/** Pairs that hold whatever the tables say. `Codex` is the server's side, `Types` and `Shapes` are ours. */
export const wirePairs: Contract['assignable'] = [
	['Codex.v2.Thread', 'Types.WireThread'],
	['Codex.v2.ThreadStatus', 'Types.WireThreadStatus'],
	['Codex.v2.Turn', 'Types.WireTurn'],
	['Codex.v2.TurnError', 'Types.WireTurnError'],
	['Codex.v2.TurnsPage', 'Types.WireTurnsPage'],
	['Codex.v2.UserInput', 'Types.WireUserInput'],
	['Codex.v2.FileUpdateChange', 'Types.WireFileChange'],
	['Codex.v2.CommandAction', 'Types.WireCommandAction'],
	['Codex.v2.SandboxPolicy', 'Types.WireSandbox'],
	['Codex.v2.ThreadTokenUsage', 'Types.WireTokenUsage'],
	['Codex.v2.TurnPlanStep', 'Types.WirePlanStep'],
	['Codex.v2.ThreadItem', 'Types.RawItem'],
	['Codex.RequestId', 'Types.RpcId'],
];

const text = (value: string): string => JSON.stringify(value);
const union = (values: readonly string[]): string =>
	values.length === 0 ? 'never' : values.map(text).join(' | ');

/** A function that compiles only when a value of `from` may stand where `to` is wanted. */
const fits = (from: string, to: string): string => `export const _ = (value: ${from}): ${to} => value;`;

/** Both directions: a name too few and a name too many are each an error that shows the name. */
const sameNames = (ours: readonly string[], theirs: string): string[] => [
	fits(union(ours), theirs),
	fits(theirs, union(ours)),
];

const outgoingLines = (method: string, {kind, fields}: OutgoingRule): string[] => {
	if (kind === 'notification') {
		return [fits(text(method), "Codex.ClientNotification['method']")];
	}
	const params = `Params<Codex.ClientRequest, ${text(method)}>`;
	return [
		fits(text(method), "Codex.ClientRequest['method']"),
		...fields.map(field => fits(text(field), `Keys<${params}>`)),
		fits(`Shapes.Sent[${text(method)}]`, params),
		fits(`keyof Shapes.Sent[${text(method)}]`, union(fields)),
	];
};

/** A response of the server's schema for each request that is answered; it names them by another rule. */
const answerTypes: Readonly<Record<string, string>> = {
	'item/commandExecution/requestApproval': 'Codex.v2.CommandExecutionRequestApprovalResponse',
	'item/fileChange/requestApproval': 'Codex.v2.FileChangeRequestApprovalResponse',
	'item/permissions/requestApproval': 'Codex.v2.PermissionsRequestApprovalResponse',
	'item/tool/requestUserInput': 'Codex.v2.ToolRequestUserInputResponse',
	'mcpServer/elicitation/request': 'Codex.v2.McpServerElicitationRequestResponse',
	execCommandApproval: 'Codex.ExecCommandApprovalResponse',
	applyPatchApproval: 'Codex.ApplyPatchApprovalResponse',
};

/** Exactly these fields are ours to send, each is one that the server knows, and what we put there fits. */
const answerLines = ([method, fields]: readonly [string, readonly string[]]): string[] => {
	const theirs = answerTypes[method] ?? 'never';
	const ours = `Shapes.Answers[${text(method)}]`;
	return [fits(ours, theirs), fits(union(fields), `Keys<${theirs}>`), ...sameNames(fields, `keyof ${ours}`)];
};

/** The text of a module without imports besides types; it type-checks exactly when the contract holds. */
export const assertions = (contract: Contract, modules: Modules): string => {
	const facts = [
		...[...wirePairs, ...contract.assignable].map(([from, to]) => fits(from, to)),
		...contract.responses.map(name => fits(`Response<${text(name)}>`, `Shapes.Responses[${text(name)}]`)),
		...Object.entries(contract.outgoing).flatMap(([method, rule]) => outgoingLines(method, rule)),
		...Object.entries(contract.answerFields).flatMap(answerLines),
		...sameNames(contract.serverRequests, "Codex.ServerRequest['method']"),
		...contract.shownRequests.map(method =>
			fits(`Params<Codex.ServerRequest, ${text(method)}>`, `Shapes.Requests[${text(method)}]`),
		),
		...contract.threadNotifications.flatMap(method => [
			fits(text(method), "Codex.ServerNotification['method']"),
			fits(`Params<Codex.ServerNotification, ${text(method)}>`, `Shapes.Notifications[${text(method)}]`),
		]),
		...sameNames(contract.itemTypes, "Codex.v2.ThreadItem['type']"),
		...sameNames(contract.itemTypes, 'Types.KnownItemType'),
		...contract.itemTypes.map(type =>
			fits(
				`Kind<Codex.v2.ThreadItem, ${text(type)}>`,
				`Types.WireItemBase & Kind<Types.KnownItem, ${text(type)}>`,
			),
		),
	];
	return [
		`import type * as Codex from ${text(modules.codex)};`,
		`import type * as Types from ${text(modules.types)};`,
		`import type * as Shapes from ${text(modules.shapes)};`,
		'type Params<Message, Method> = Extract<Message, {method: Method}> extends {params: infer P} ? P : never;',
		'type Keys<Value> = Value extends unknown ? keyof Value : never;',
		'type Kind<Item, Type> = Extract<Item, {type: Type}>;',
		'type Response<Name> = Name extends keyof Generated ? Generated[Name] : never;',
		`type Generated = {${contract.responses.map(name => `${name}: ${name === 'InitializeResponse' ? 'Codex' : 'Codex.v2'}.${name}`).join('; ')}};`,
		...facts.map((fact, index) => fact.replace('const _', `const fact${index}`)),
		'',
	].join('\n');
};
