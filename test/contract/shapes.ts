/**
 * What we read and what we send, as types: the side of the contract that is ours. The contract test proves that
 * what the pinned Codex generates is assignable to `Notifications`, `Requests` and `Responses`, and `Sent` to it.
 * Change it together with the code that reads or sends (`thread/`, `app-server/`).
 */
import type {OutgoingMethod, ServerRequestMethod, ThreadNotification} from '../../source/protocol/methods.ts';
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

/** Results of what we call. */
export type Responses = {
	ThreadLoadedListResponse: {readonly data: readonly string[]};
	ThreadListResponse: {readonly data: readonly WireThread[]; readonly nextCursor: string | null};
	ThreadReadResponse: {readonly thread: WireThread};
	ThreadResumeResponse: WireResumeResponse;
	ThreadTurnsListResponse: WireTurnsPage;
	ThreadBackgroundTerminalsListResponse: {
		readonly data: ReadonlyArray<{readonly itemId: string; readonly command: string; readonly cwd: string}>;
	};
	InitializeResponse: WireInitializeResponse;
};

/** The parameters that we send: one shape that covers every call of a method. */
export type Sent = {
	initialize: {
		clientInfo: {name: string; title: string; version: string};
		capabilities: {experimentalApi: true; requestAttestation: false; optOutNotificationMethods?: string[]};
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
};

/** Our own tables and these shapes name the same methods; `tsc` over the project proves it. */
export type SameNames = [
	Within<ThreadNotification, keyof Notifications>,
	Within<keyof Notifications, ThreadNotification>,
	Within<Exclude<OutgoingMethod, 'initialized'>, keyof Sent>,
	Within<keyof Sent, Exclude<OutgoingMethod, 'initialized'>>,
	Within<ServerRequestMethod, keyof Requests>,
];
