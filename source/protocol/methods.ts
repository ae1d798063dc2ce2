/**
 * The method tables: what we may send and in which mode, what the server may send and what we do with it.
 *
 * `outgoing` is the allow-list that the gate (`app-server/gate.ts`) enforces at the one place where frames leave
 * the process; nothing that is not in it can be sent. Its fields are checked too: a parameter that is not named
 * here never leaves. `test/contract` proves the tables complete against the pinned Codex.
 */

/**
 * What a seat may do. `drive` is our own seat at a server. The other three are also the roles of a guest in a shared
 * thread (`share/`), where the gateway holds to the same table: `steer` may speak, `answer` may also answer requests.
 */
export type Mode = 'observe' | 'steer' | 'answer' | 'drive';

export type OutgoingRule = {
	readonly kind: 'request' | 'notification';
	/** The modes that may send it. */
	readonly modes: readonly Mode[];
	/** Top-level parameter names that may be present; no other ever is. */
	readonly fields: readonly string[];
	/** True when sending it twice changes nothing: such a call may be retried on overload. */
	readonly repeatable: boolean;
};

const everyMode: readonly Mode[] = ['observe', 'steer', 'answer', 'drive'];

const read = (...fields: string[]): OutgoingRule => ({
	kind: 'request',
	modes: everyMode,
	fields,
	repeatable: true,
});

/** Changes something: only a person's act sends it, and never twice by itself. */
const change = (...fields: string[]): OutgoingRule => ({
	kind: 'request',
	modes: ['drive'],
	fields,
	repeatable: false,
});

/** A change that is open to whoever may speak in the thread. */
const speak = (...fields: string[]): OutgoingRule => ({
	...change(...fields),
	modes: ['steer', 'answer', 'drive'],
});

export const outgoing = {
	initialize: {
		kind: 'request',
		modes: everyMode,
		fields: ['clientInfo', 'capabilities'],
		repeatable: false,
	},
	initialized: {kind: 'notification', modes: everyMode, fields: [], repeatable: false},
	'thread/loaded/list': read('cursor', 'limit'),
	'thread/list': read(
		'limit',
		'cursor',
		'sortKey',
		'sortDirection',
		'cwd',
		'searchTerm',
		'parentThreadId',
		'useStateDbOnly',
	),
	'thread/read': read('threadId', 'includeTurns'),
	'thread/resume': read('threadId', 'excludeTurns', 'initialTurnsPage'),
	'thread/turns/list': read('threadId', 'cursor', 'limit', 'sortDirection', 'itemsView'),
	'thread/items/list': read('threadId', 'turnId', 'cursor', 'limit', 'sortDirection'),
	'thread/backgroundTerminals/list': read('threadId', 'cursor', 'limit'),
	'thread/queue/list': read('threadId', 'cursor', 'limit'),
	'thread/unsubscribe': read('threadId'),
	'turn/start': speak('threadId', 'input', 'clientUserMessageId'),
	'turn/steer': speak('threadId', 'expectedTurnId', 'input', 'clientUserMessageId'),
	'turn/interrupt': speak('threadId', 'turnId'),
	'thread/queue/add': speak('threadId', 'input', 'clientUserMessageId'),
	'thread/queue/update': change('threadId', 'queuedSubmissionId', 'input'),
	'thread/queue/delete': change('threadId', 'queuedSubmissionId'),
	'thread/queue/reorder': change('threadId', 'queuedSubmissionIds'),
	'thread/queue/start': change('threadId', 'queuedSubmissionId'),
} as const satisfies Record<string, OutgoingRule>;

export type CodexMethod = keyof typeof outgoing;

/** What we may say to a share (`protocol/share.ts`), beside what a server understands. */
export const outgoingToShare = {
	'jumpseat/here': {kind: 'notification', modes: everyMode, fields: ['at', 'typing'], repeatable: true},
	'jumpseat/share/read': read(),
	'jumpseat/share/invite': change('name', 'role', 'expiresInMs', 'once'),
	'jumpseat/share/role': change('name', 'role'),
	'jumpseat/share/remove': change('name'),
	'jumpseat/share/end': change(),
} as const satisfies Record<string, OutgoingRule>;

export type OutgoingMethod = CodexMethod | keyof typeof outgoingToShare;

/** Everything that the gate knows. */
export const outgoingRules: Readonly<Record<OutgoingMethod, OutgoingRule>> = {
	...outgoing,
	...outgoingToShare,
};

/** Who may answer the requests of the server. */
export const answeringModes: readonly Mode[] = ['answer', 'drive'];

/**
 * Notifications that change a thread's state, and what the reducer does with them. Every other one is shown in
 * Events by name and changes nothing.
 */
export const threadNotifications = [
	'thread/started',
	'thread/status/changed',
	'thread/closed',
	'thread/name/updated',
	'thread/settings/updated',
	'thread/tokenUsage/updated',
	'thread/compacted',
	'thread/reverted',
	'turn/started',
	'turn/completed',
	'turn/diff/updated',
	'turn/plan/updated',
	'item/started',
	'item/completed',
	'item/agentMessage/delta',
	'item/plan/delta',
	'item/reasoning/summaryTextDelta',
	'item/reasoning/summaryPartAdded',
	'item/reasoning/textDelta',
	'item/commandExecution/outputDelta',
	'item/fileChange/patchUpdated',
	'item/mcpToolCall/progress',
	'serverRequest/resolved',
	'error',
	'warning',
	'model/rerouted',
] as const;

export type ThreadNotification = (typeof threadNotifications)[number];

/**
 * What streams while an item is made and is told again, whole, at its end: silenced on the connections of verbs that
 * show nothing of it (PROTOCOL, "JSON-RPC": `optOutNotificationMethods`).
 */
export const streamedNotifications = [
	'item/agentMessage/delta',
	'item/plan/delta',
	'item/reasoning/summaryTextDelta',
	'item/reasoning/summaryPartAdded',
	'item/reasoning/textDelta',
	'item/commandExecution/outputDelta',
	'item/mcpToolCall/progress',
	'turn/diff/updated',
	'thread/tokenUsage/updated',
] as const satisfies readonly ThreadNotification[];

/** The kinds of server request, and whom they are for. `owner`: never ours to answer, only shown. */
export const serverRequests = {
	'item/commandExecution/requestApproval': 'person',
	'item/fileChange/requestApproval': 'person',
	'item/permissions/requestApproval': 'person',
	'item/tool/requestUserInput': 'person',
	'mcpServer/elicitation/request': 'person',
	execCommandApproval: 'person',
	applyPatchApproval: 'person',
	'item/tool/call': 'owner',
	'attestation/generate': 'owner',
	'account/chatgptAuthTokens/refresh': 'owner',
	'currentTime/read': 'owner',
} as const satisfies Record<string, 'person' | 'owner'>;

export type ServerRequestMethod = keyof typeof serverRequests;

/** The fields that an answer to each kind may have; a kind that is not here is never answered. */
export const answerFields: Readonly<Partial<Record<ServerRequestMethod, readonly string[]>>> = {
	'item/commandExecution/requestApproval': ['decision'],
	'item/fileChange/requestApproval': ['decision'],
	'item/permissions/requestApproval': ['permissions', 'scope'],
	'item/tool/requestUserInput': ['answers'],
	'mcpServer/elicitation/request': ['action', 'content', '_meta'],
	execCommandApproval: ['decision'],
	applyPatchApproval: ['decision'],
};
