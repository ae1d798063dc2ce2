/**
 * What of a thread, its turns, its items and its settings a guest is told. Paths of the owner's home, what the server
 * was started with, the account and other threads are left blank; what the thread itself shows is not.
 *
 * Invariant: every member that the pinned Codex has is named here (`test/contract/share.test.ts`), and a new one is not
 * told. Used by the tables of answers and notifications.
 */
import {asRecord, asString} from '../protocol/fields.ts';
import type {Json} from '../protocol/types.ts';
import {blank, each, kinId, type Members, members, pass, read, type Shape, shaped} from './shape.ts';

/**
 * Items are what the thread shows, of any kind there will be: they pass, but for what no screen shows of them. The
 * citations of a memory name files of the owner's home and other threads.
 */
const unshown: Readonly<Record<string, readonly string[] | undefined>> = {
	agentMessage: ['memoryCitation'],
	commandExecution: ['scriptPath', 'pluginId'],
};

export const itemShape: Shape = read(value => {
	const item = asRecord(value);
	const type = asString(item?.type);
	if (item === undefined || type === undefined) return undefined;
	const hidden = (Object.hasOwn(unshown, type) ? unshown[type] : undefined)?.filter(
		name => item[name] !== undefined && item[name] !== null,
	);
	if (hidden === undefined || hidden.length === 0) return item as Json;
	return {...(item as {[name: string]: Json}), ...Object.fromEntries(hidden.map(name => [name, null]))};
});

export const errorMembers: Members = {
	message: pass,
	codexErrorInfo: pass,
	additionalDetails: pass,
	misalignment: blank(null),
};

export const turnMembers: Members = {
	id: pass,
	/** Jumpseat finds by it that two turns are one. */
	rootTurnId: pass,
	items: each(itemShape),
	itemsView: pass,
	status: pass,
	error: members(errorMembers),
	startedAt: pass,
	completedAt: pass,
	durationMs: pass,
};
export const turnShape = members(turnMembers);

/** A word, or for a sub-agent an object that names its parent. */
const sourceShape = read((value, kin): Json => {
	if (typeof value === 'string') return value;
	const subAgent = asRecord(value)?.subAgent;
	if (typeof subAgent === 'string') return {subAgent};
	const spawned = asRecord(asRecord(subAgent)?.thread_spawn);
	return spawned !== undefined && kin.has(spawned.parent_thread_id) ? (value as Json) : 'unknown';
});

export const threadMembers: Members = {
	id: pass,
	environments: blank([]),
	extra: blank(null),
	/** Of the root of the tree: made the thread's own where that is none of ours. */
	sessionId: kinId,
	forkedFromId: kinId,
	attachedToThreadId: kinId,
	parentThreadId: kinId,
	preview: pass,
	ephemeral: pass,
	section: blank(null),
	sectionEnteredAt: blank(null),
	projectId: blank(null),
	historyMode: pass,
	modelProvider: pass,
	model: pass,
	reasoningEffort: pass,
	createdAt: pass,
	updatedAt: pass,
	recencyAt: pass,
	status: pass,
	path: blank(null),
	/** Every command that the thread shows says it. */
	cwd: pass,
	cliVersion: pass,
	originator: blank(null),
	source: sourceShape,
	canAcceptDirectInput: pass,
	threadSource: blank(null),
	agentNickname: pass,
	agentRole: pass,
	gitInfo: members({sha: pass, branch: pass, originUrl: blank(null)}),
	name: pass,
	daybreakEnabled: blank(null),
	turns: each(turnShape),
};

/** A thread of the family; any other is dropped. */
export const threadShape: Shape = read((value, kin) => {
	const id = asRecord(value)?.id;
	if (!kin.has(id)) return undefined;
	const told = asRecord(shaped(members(threadMembers), value, kin));
	return told === undefined
		? undefined
		: ({...told, ...(told.sessionId === null && {sessionId: id})} as Json);
});

const collaborationShape = members({
	mode: pass,
	settings: members({model: pass, reasoning_effort: pass, developer_instructions: blank(null)}),
});

const sandboxShape = members({
	type: pass,
	writableRoots: blank([]),
	networkAccess: pass,
	excludeTmpdirEnvVar: pass,
	excludeSlashTmp: pass,
});

export const settingsMembers: Members = {
	disabledPluginIds: blank([]),
	cwd: pass,
	environments: blank([]),
	approvalPolicy: pass,
	approvalsReviewer: pass,
	sandboxPolicy: sandboxShape,
	activePermissionProfile: blank(null),
	model: pass,
	modelProvider: pass,
	serviceTier: blank(null),
	effort: pass,
	summary: pass,
	collaborationMode: collaborationShape,
	multiAgentMode: pass,
	personality: blank(null),
};

const pageMembers: Members = {data: each(turnShape), nextCursor: pass, backwardsCursor: pass};
const queuedMembers: Members = {
	id: pass,
	input: pass,
	clientUserMessageId: pass,
	responsesapiClientMetadata: blank(null),
};

/** What of the answer to each call a guest is told. An answer that is not here is told as nothing. */
export const resultMembers = {
	'thread/resume': {
		thread: threadShape,
		model: pass,
		modelProvider: pass,
		serviceTier: blank(null),
		disabledPluginIds: blank([]),
		cwd: pass,
		runtimeWorkspaceRoots: blank([]),
		instructionSources: blank([]),
		approvalPolicy: pass,
		approvalsReviewer: pass,
		sandbox: sandboxShape,
		activePermissionProfile: blank(null),
		reasoningEffort: pass,
		collaborationMode: collaborationShape,
		multiAgentMode: pass,
		initialTurnsPage: members(pageMembers),
		turnsBackwardsCursor: pass,
		itemsBackwardsCursor: pass,
	},
	'thread/read': {thread: threadShape, readState: blank(null)},
	'thread/list': {
		data: each(threadShape),
		readStates: blank(null),
		nextCursor: blank(null),
		backwardsCursor: blank(null),
	},
	'thread/loaded/list': {
		data: each(read((value, kin) => (kin.has(value) ? (value as string) : undefined))),
		nextCursor: blank(null),
	},
	'thread/turns/list': pageMembers,
	'thread/items/list': {
		data: each(
			members({
				turnId: pass,
				item: itemShape,
				outputDeferred: pass,
				startedAtMs: pass,
				completedAtMs: pass,
			}),
		),
		nextCursor: pass,
		backwardsCursor: pass,
	},
	'thread/backgroundTerminals/list': {
		data: each(
			members({
				itemId: pass,
				processId: pass,
				command: pass,
				cwd: pass,
				osPid: blank(null),
				cpuPercent: pass,
				rssKb: pass,
			}),
		),
		nextCursor: pass,
	},
	'thread/queue/list': {data: each(members(queuedMembers)), nextCursor: pass},
	'thread/queue/add': {queuedSubmission: members(queuedMembers)},
	'thread/unsubscribe': {status: pass},
	'turn/start': {turn: turnShape},
	'turn/steer': {turnId: pass},
	'turn/interrupt': {},
} as const satisfies Readonly<Record<string, Members>>;
