/**
 * What a server request asks, as a person has to understand it: one type for each row of PROTOCOL.md's table.
 *
 * Invariant: everything in here is data that `readAsk()` made from JSON of any kind; text is the server's, raw — it
 * becomes printable only through `view/cards/`. Imported by everything in this folder.
 */
import type {Json, RpcId, WireFileChange} from '../protocol/types.ts';
import type {ItemId, TurnId} from '../thread/state.ts';
import type {Field} from './field.ts';

export type AskBase = {
	readonly id: RpcId;
	readonly method: string;
	readonly turnId: TurnId | undefined;
	readonly itemId: ItemId | undefined;
	/** Ms since the epoch: when the server began to ask, else when we heard of it. */
	readonly askedAtMs: number;
	readonly reason: string | undefined;
	/** Whatever in the request could not be understood, in words of ours. */
	readonly notes: readonly string[];
};

/** A decision that the server offers; `decline` and `cancel` need no offer. */
export type Offer =
	| {readonly kind: 'accept'}
	| {readonly kind: 'acceptForSession'}
	/** `answer` is the decision as it must be sent back: the offer itself. */
	| {readonly kind: 'execPolicy'; readonly prefix: readonly string[]; readonly answer: Json}
	| {
			readonly kind: 'networkPolicy';
			readonly host: string;
			readonly action: 'allow' | 'deny';
			readonly answer: Json;
	  };

/** `legacy`: `execCommandApproval` and `applyPatchApproval` of old servers, which answer with other words. */
export type Dialect = 'item' | 'legacy';

/** One thing that may be granted or not. `target` is a path, a pattern or a special place, raw. */
export type PermissionLine = {
	readonly access: 'network' | 'read' | 'write';
	readonly target: string;
	/** Where it came from, to be put back there when it is granted. */
	readonly sources: ReadonlyArray<{readonly list: 'read' | 'write' | 'entries'; readonly value: Json}>;
};

export type CommandAsk = AskBase & {
	readonly kind: 'command';
	readonly dialect: Dialect;
	/** `command | humanCommand | writeStdin`, or one that does not exist yet. */
	readonly action: string;
	/** Undefined when the server names none: then `details` is `missed`, unless it is all about the network. */
	readonly command: string | undefined;
	readonly details: 'whole' | 'missed';
	readonly cwd: string | undefined;
	readonly network: {readonly host: string; readonly protocol: string | undefined} | undefined;
	/** Set when several approvals share an item: a command inside a script, or input to a running one. */
	readonly approvalId: string | undefined;
	readonly additional: readonly PermissionLine[];
	readonly offers: readonly Offer[];
};

export type FileChangeAsk = AskBase & {
	readonly kind: 'fileChange';
	readonly dialect: Dialect;
	/** `missed`: the request does not carry its diff, and the item that does began before we joined. */
	readonly details: {readonly changes: readonly WireFileChange[]} | 'missed';
	readonly grantRoot: string | undefined;
};

export type PermissionsAsk = AskBase & {
	readonly kind: 'permissions';
	readonly cwd: string | undefined;
	readonly lines: readonly PermissionLine[];
	/** Entries that forbid: they go with every grant of file access, else it would be wider than what was asked. */
	readonly forbidden: ReadonlyArray<{readonly target: string; readonly value: Json}>;
	/** What else `fileSystem` held that must go with a grant: `globScanMaxDepth`. */
	readonly extras: {readonly [key: string]: Json};
	/** One field a line, then the scope. */
	readonly fields: readonly Field[];
};

export type QuestionAsk = AskBase & {
	readonly kind: 'question';
	/** False: it may wait, by the server's word. The turn waits for it all the same (measured on 0.169). */
	readonly isBlocking: boolean;
	readonly fields: readonly Field[];
};

export type FormAsk = AskBase & {
	readonly kind: 'form';
	readonly serverName: string;
	readonly message: string;
	readonly fields: readonly Field[];
};

export type UrlAsk = AskBase & {
	readonly kind: 'url';
	readonly serverName: string;
	readonly message: string;
	readonly url: string;
	/** The host that the address leads to; undefined when it cannot be told. */
	readonly host: string | undefined;
};

/** The approval of an MCP tool, which comes as an elicitation. */
export type ToolAsk = AskBase & {
	readonly kind: 'mcpTool';
	readonly serverName: string;
	readonly message: string;
	readonly tool: string | undefined;
	readonly description: string | undefined;
	/** The arguments as JSON text of many lines; undefined when there are none. */
	readonly params: string | undefined;
	readonly persist: ReadonlyArray<'session' | 'always'>;
};

/** Shown by name and left to others. Nothing is ever sent for it. */
export type ShownAsk = AskBase & {
	readonly kind: 'shown';
	/** `owner`: for the program that owns the thread. `firstClient`: needs what only the first client has. */
	readonly why: 'owner' | 'firstClient' | 'unknown' | 'unreadable';
	readonly params: unknown;
};

export type Ask =
	| CommandAsk
	| FileChangeAsk
	| PermissionsAsk
	| QuestionAsk
	| FormAsk
	| UrlAsk
	| ToolAsk
	| ShownAsk;

export type AskKind = Ask['kind'];

/** Whether a person decides without having seen what it is about. */
export const isBlind = (ask: Ask): boolean =>
	(ask.kind === 'command' || ask.kind === 'fileChange') && ask.details === 'missed';
