/**
 * The state of one thread as this client knows it: pure data, immutable, built by `reduce()` from one ordered
 * sequence of events — stored history and the live stream alike. No clock, no I/O, no React.
 *
 * Invariants: turns are oldest first; an item or turn that an event did not touch keeps its identity; text in
 * here is the server's, raw — it becomes printable only through `view/`.
 */
import type {RpcId, WireItem, WirePlanStep, WireTokenUsage} from '../protocol/types.ts';

declare const brand: unique symbol;
export type ThreadId = string & {readonly [brand]: 'thread'};
export type TurnId = string & {readonly [brand]: 'turn'};
export type ItemId = string & {readonly [brand]: 'item'};

/** `started → streaming → completed | cut`; the table of allowed moves is `itemTransitions` in reduce.ts. */
export type ItemPhase = 'started' | 'streaming' | 'completed' | 'cut';

export type Item = {
	readonly id: ItemId;
	readonly phase: ItemPhase;
	/** True while the beginning is unknown: we joined in its middle. `item/completed` repairs it. */
	readonly missedStart: boolean;
	readonly startedAtMs: number | undefined;
	readonly completedAtMs: number | undefined;
	/** The newest progress line of an MCP tool call. */
	readonly progress: string | undefined;
	/** The wire item with its deltas applied. Streamed command output is in `aggregatedOutput`. */
	readonly content: WireItem;
	/** Present when `aggregatedOutput` was too long to keep whole: `chars` are missing at index `at`. */
	readonly omittedOutput?: OmittedOutput;
};

/** A hole in a command's output that we made to bound memory. UTF-16 units. See output.ts. */
export type OmittedOutput = {readonly at: number; readonly chars: number};

/** What the server said about a running command, to name one whose start was missed. */
export type RunningCommand = {
	readonly itemId: string;
	readonly command: string;
	readonly cwd?: string;
};

/** `unknown`: mentioned by an event, never described. */
export type TurnStatus = 'inProgress' | 'completed' | 'interrupted' | 'failed' | 'unknown';

export type Turn = {
	readonly id: TurnId;
	readonly status: TurnStatus;
	readonly error: string | undefined;
	readonly startedAtMs: number | undefined;
	readonly completedAtMs: number | undefined;
	readonly items: readonly Item[];
	readonly plan:
		| {
				readonly explanation: string | undefined;
				readonly steps: readonly WirePlanStep[];
				/** The stream, which alone tells of plans, had a gap since. */
				readonly mayBeOld?: true;
		  }
		| undefined;
	/** The whole unified diff of the turn so far. */
	readonly diff: string | undefined;
	/** Errors, warnings, reroutes inside the turn, in order. */
	readonly notices: readonly Notice[];
	/** True when only a summary of the items is known (a fallback server). */
	readonly itemsIncomplete: boolean;
	/** Where the work came from, while the turn runs and that is another turn: it may prove to be a part of it. */
	readonly rootId?: TurnId;
	/** Turns of the server that are parts of this one (parts.ts): a review has one. `turn/interrupt` wants the last. */
	readonly partIds?: readonly TurnId[];
};

export type Notice = {
	readonly kind: 'error' | 'retry' | 'warning' | 'rerouted' | 'reverted' | 'compacted';
	readonly text: string;
	readonly atMs: number;
	/** How many items of the turn stood before it. */
	readonly afterItems: number;
};

export type ThreadStatus =
	| {readonly kind: 'unknown'}
	| {readonly kind: 'notLoaded'}
	| {readonly kind: 'idle'}
	| {readonly kind: 'systemError'}
	| {readonly kind: 'active'; readonly waitingOn: 'nobody' | 'approval' | 'userInput'}
	/** A status that does not exist yet. */
	| {readonly kind: 'other'; readonly name: string};

export type ThreadInfo = {
	readonly id: ThreadId;
	readonly name: string | undefined;
	readonly preview: string;
	readonly cwd: string;
	readonly parentThreadId: ThreadId | undefined;
	readonly agentNickname: string | undefined;
	readonly agentRole: string | undefined;
	readonly ephemeral: boolean;
	readonly cliVersion: string | undefined;
	readonly createdAtMs: number | undefined;
	readonly updatedAtMs: number | undefined;
	readonly status: ThreadStatus;
};

export type Settings = {
	readonly model: string | undefined;
	readonly effort: string | undefined;
	/** A word such as `on-request`; `granular` for the object form. */
	readonly approvalPolicy: string | undefined;
	/** `danger-full-access`, `read-only`, `workspace-write`, … */
	readonly sandbox: string | undefined;
};

/** A pending approval or question. Only shown in this version; answering comes with the cards. */
export type PendingRequest = {
	readonly id: RpcId;
	readonly method: string;
	readonly turnId: TurnId | undefined;
	readonly itemId: ItemId | undefined;
	readonly receivedAtMs: number;
	readonly startedAtMs: number | undefined;
	readonly params: unknown;
};

/** A sub-agent seen through this thread's items. */
export type AgentInfo = {
	readonly threadId: ThreadId;
	/** Nickname or path, whatever was said last. */
	readonly label: string | undefined;
	/** `running`, `completed`, … as the server words it. */
	readonly status: string;
	readonly message: string | undefined;
};

export type ThreadState = {
	readonly info: ThreadInfo | undefined;
	readonly settings: Settings;
	/** Oldest first. */
	readonly turns: readonly Turn[];
	/** Cursor of the next older page; null when turn 1 is here; undefined when nothing is known yet. */
	readonly olderCursor: string | null | undefined;
	/** How many turns `olderCursor` leads to; absent while nobody has counted them. */
	readonly olderTurns?: number;
	/** Oldest first. */
	readonly requests: readonly PendingRequest[];
	readonly tokenUsage: WireTokenUsage | undefined;
	readonly agents: readonly AgentInfo[];
	/** Thread-level notices that belong to no turn, newest last, bounded. */
	readonly notices: readonly Notice[];
	/** True from the loss of the connection until the next hydration: what is shown may have holes. */
	readonly stale: boolean;
	/** True once the server closed or unloaded the thread. */
	readonly closed: boolean;
	/**
	 * The turn that ran when we joined: what completed between the server's list and our subscription is in neither
	 * (PROTOCOL), until it is listed once more.
	 */
	readonly joinedTurnId?: TurnId;
	/** The newest answer of `thread/backgroundTerminals/list`; absent until there was one. */
	readonly runningCommands?: readonly RunningCommand[];
};

export const initialThreadState: ThreadState = {
	info: undefined,
	settings: {model: undefined, effort: undefined, approvalPolicy: undefined, sandbox: undefined},
	turns: [],
	olderCursor: undefined,
	requests: [],
	tokenUsage: undefined,
	agents: [],
	notices: [],
	stale: false,
	closed: false,
};
