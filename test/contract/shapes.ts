/**
 * What we read and what we send, as types: the side of the contract that is ours. The contract test proves that
 * what the pinned Codex generates is assignable to `Notifications`, `Requests` and `Responses`, and `Sent` to it.
 * Change it together with the code that reads or sends (`thread/`, `app-server/`).
 */
import type {CodexMethod, ServerRequestMethod, ThreadNotification} from '../../source/protocol/methods.ts';
import type {
	RpcId,
	WireFileChange,
	WireInitializeResponse,
	WireItemBase,
	WirePlanStep,
	WireResumeResponse,
	WireSandbox,
	WireThread,
	WireThreadStatus,
	WireTokenUsage,
	WireTurn,
	WireTurnError,
	WireTurnsPage,
} from '../../source/protocol/types.ts';

type InThread = {readonly threadId: string};
type InTurn = InThread & {readonly turnId: string};
type InItem = InTurn & {readonly itemId: string};
type Delta = InItem & {readonly delta: string};
type ItemEvent = InTurn & {readonly item: WireItemBase & {readonly type: string}};

/** Used in both directions it proves two sets of names equal: an error shows the name that one side lacks. */
type Within<Names, Some extends Names> = Some;

/** Parameters of the notifications that change a thread's state. */
export type Notifications = {
	'thread/started': {readonly thread: WireThread};
	'thread/status/changed': InThread & {readonly status: WireThreadStatus};
	'thread/closed': InThread;
	'thread/name/updated': InThread & {readonly threadName?: string | null};
	'thread/settings/updated': InThread & {
		readonly threadSettings: {
			readonly cwd?: string;
			readonly model?: string;
			readonly effort?: string | null;
			readonly approvalPolicy?: unknown;
			readonly sandboxPolicy?: WireSandbox;
		};
	};
	'thread/tokenUsage/updated': InThread & {readonly tokenUsage: WireTokenUsage};
	'thread/compacted': InTurn;
	'thread/reverted': InThread;
	'turn/started': InThread & {readonly turn: WireTurn};
	'turn/completed': InThread & {readonly turn: WireTurn};
	'turn/diff/updated': InTurn & {readonly diff: string};
	'turn/plan/updated': InTurn & {
		readonly explanation: string | null;
		readonly plan: readonly WirePlanStep[];
	};
	'item/started': ItemEvent & {readonly startedAtMs?: number};
	'item/completed': ItemEvent & {readonly completedAtMs?: number};
	'item/agentMessage/delta': Delta;
	'item/plan/delta': Delta;
	'item/reasoning/summaryTextDelta': Delta & {readonly summaryIndex: number};
	'item/reasoning/summaryPartAdded': InItem & {readonly summaryIndex: number};
	'item/reasoning/textDelta': Delta & {readonly contentIndex: number};
	'item/commandExecution/outputDelta': Delta;
	'item/fileChange/patchUpdated': InItem & {readonly changes: readonly WireFileChange[]};
	'item/mcpToolCall/progress': InItem & {readonly message: string};
	'serverRequest/resolved': InThread & {readonly requestId: RpcId};
	error: InTurn & {readonly error: WireTurnError; readonly willRetry: boolean};
	warning: {readonly threadId?: string | null; readonly message: string};
	'model/rerouted': InTurn & {readonly fromModel: string; readonly toModel: string};
};

/** Parameters of the requests that are for a person, as far as they are shown. */
export type Requests = {
	'item/commandExecution/requestApproval': InItem & {
		readonly command?: string | null;
		readonly cwd?: string | null;
		readonly reason?: string | null;
		readonly startedAtMs?: number;
	};
	'item/fileChange/requestApproval': InItem & {
		readonly reason?: string | null;
		readonly grantRoot?: string | null;
	};
	'item/permissions/requestApproval': InItem & {readonly reason: string | null; readonly cwd: string};
	'item/tool/requestUserInput': InItem & {
		readonly questions: ReadonlyArray<{
			readonly id: string;
			readonly header: string;
			readonly question: string;
			readonly isOther: boolean;
			readonly isSecret: boolean;
		}>;
	};
	/** Only the modes `form` and `url` have a message; a mode that does not exist yet may have anything. */
	'mcpServer/elicitation/request': InThread & {
		readonly serverName: string;
		readonly mode: string;
		readonly message?: string;
	};
	execCommandApproval: {
		readonly conversationId: string;
		readonly command: readonly string[];
		readonly cwd: string;
	};
	applyPatchApproval: {readonly conversationId: string; readonly reason: string | null};
};

type QueuedRow = {
	readonly id: string;
	readonly clientUserMessageId: string | null;
	readonly input: ReadonlyArray<{readonly type: string}>;
};

/** Results of what we call. */
export type Responses = {
	ThreadLoadedListResponse: {readonly data: readonly string[]};
	ThreadListResponse: {readonly data: readonly WireThread[]; readonly nextCursor: string | null};
	ThreadReadResponse: {readonly thread: WireThread};
	ThreadResumeResponse: WireResumeResponse;
	ThreadTurnsListResponse: WireTurnsPage;
	ThreadQueueListResponse: {readonly data: readonly QueuedRow[]; readonly nextCursor: string | null};
	TurnStartResponse: {readonly turn: {readonly id: string}};
	TurnSteerResponse: {readonly turnId: string};
	ThreadBackgroundTerminalsListResponse: {
		readonly data: ReadonlyArray<{readonly itemId: string; readonly command: string; readonly cwd: string}>;
	};
	InitializeResponse: WireInitializeResponse;
};

/** Text, and nothing else, is all that a message of ours holds. */
type TextInput = Array<{type: 'text'; text: string; text_elements: []}>;
/** A message has no field beside these three: every other one would stick to the thread. */
type Message = {threadId: string; input: TextInput; clientUserMessageId: string};

/** The parameters that we send: one shape that covers every call of a method. */
export type Sent = {
	initialize: {
		clientInfo: {name: string; title: string; version: string};
		capabilities: {
			experimentalApi: true;
			requestAttestation: false;
			requiredHumanApproval?: true;
			optOutNotificationMethods?: string[];
		};
	};
	'thread/loaded/list': {cursor?: string; limit?: number};
	'thread/list': {
		limit: number;
		cursor?: string;
		sortKey: 'recency_at';
		sortDirection?: 'asc' | 'desc';
		cwd?: string;
		searchTerm?: string;
		parentThreadId?: string;
		useStateDbOnly?: boolean;
	};
	'thread/read': {threadId: string; includeTurns?: boolean};
	'thread/resume': {
		threadId: string;
		excludeTurns: true;
		initialTurnsPage?: {limit: number; sortDirection: 'desc'; itemsView: 'full'};
	};
	'thread/turns/list': {
		threadId: string;
		cursor?: string;
		limit: number;
		sortDirection: 'desc';
		itemsView: 'full' | 'summary';
	};
	'thread/items/list': {
		threadId: string;
		turnId?: string;
		limit?: number;
		sortDirection?: 'asc' | 'desc';
	};
	'thread/backgroundTerminals/list': {threadId: string; cursor?: string; limit?: number};
	'thread/queue/list': {threadId: string; cursor?: string; limit?: number};
	'thread/unsubscribe': {threadId: string};
	'turn/start': Message;
	'turn/steer': Message & {expectedTurnId: string};
	'turn/interrupt': {threadId: string; turnId: string};
	'thread/queue/add': Message;
	'thread/queue/update': {threadId: string; queuedSubmissionId: string; input: TextInput};
	'thread/queue/delete': {threadId: string; queuedSubmissionId: string};
	'thread/queue/reorder': {threadId: string; queuedSubmissionIds: string[]};
	'thread/queue/start': {threadId: string; queuedSubmissionId?: string};
};

type Words = 'accept' | 'acceptForSession' | 'decline' | 'cancel';
type OldWords = 'approved' | 'approved_for_session' | 'abort';

/**
 * The answers that we give, field by field. What the server itself offered or asked for goes back as it came
 * (amendments, permissions); `test/asks/contract.test.ts` proves each answer that a key gives.
 */
export type Answers = {
	'item/commandExecution/requestApproval': {
		decision:
			| Words
			| {acceptWithExecpolicyAmendment: {execpolicy_amendment: string[]}}
			| {applyNetworkPolicyAmendment: {network_policy_amendment: {host: string; action: 'allow' | 'deny'}}};
	};
	'item/fileChange/requestApproval': {decision: Words};
	'item/permissions/requestApproval': {
		permissions: {
			network?: {enabled: true};
			fileSystem?: {read: string[] | null; write: string[] | null};
		};
		scope: 'turn' | 'session';
	};
	'item/tool/requestUserInput': {answers: {[id: string]: {answers: string[]}}};
	'mcpServer/elicitation/request': {
		action: 'accept' | 'decline' | 'cancel';
		content: {[key: string]: string | number | boolean | string[]} | null;
		_meta: {persist: 'session' | 'always'} | null;
	};
	/** Old servers take a bare `denied` too; the generated type is newer than they are. */
	execCommandApproval: {decision: OldWords};
	applyPatchApproval: {decision: OldWords};
};

/** Our own tables and these shapes name the same methods; `tsc` over the project proves it. */
export type SameNames = [
	Within<ThreadNotification, keyof Notifications>,
	Within<keyof Notifications, ThreadNotification>,
	Within<Exclude<CodexMethod, 'initialized'>, keyof Sent>,
	Within<keyof Sent, Exclude<CodexMethod, 'initialized'>>,
	Within<ServerRequestMethod, keyof Requests>,
	Within<keyof Requests, keyof Answers>,
	Within<keyof Answers, keyof Requests>,
];
