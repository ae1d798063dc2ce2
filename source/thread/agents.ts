/**
 * Sub-agents as this thread's items and the notifications about their threads tell of them.
 *
 * Invariants: one entry per thread id, in the order of first mention, `maxAgents` at most: then those that are done go,
 * the oldest first; an agent is known only because an item of this thread or its own `parentThreadId` says so. Called by reduce.ts and hydrate.ts.
 */
import {decodeThreadStatus} from '../protocol/decode.ts';
import {asString, type JsonRecord} from '../protocol/fields.ts';
import type {WireItem, WireThread} from '../protocol/types.ts';
import {threadId, threadStatus} from './info.ts';
import type {AgentInfo, ThreadState, ThreadStatus, Turn} from './state.ts';

type AgentNews = {readonly label?: string | undefined; readonly status?: string; readonly message?: string};

const saidOf = (content: WireItem): ReadonlyArray<readonly [string, AgentNews]> => {
	if (content.type === 'subAgentActivity') {
		if (content.agentThreadId === '') return [];
		const runs = content.kind === 'started' || content.kind === 'interacted';
		return [[content.agentThreadId, {label: content.agentPath, status: runs ? 'running' : content.kind}]];
	}
	if (content.type !== 'collabAgentToolCall') return [];
	const states = content.agentsStates ?? {};
	const mentioned = new Set([...(content.receiverThreadIds ?? []), ...Object.keys(states)]);
	return [...mentioned].map(id => {
		const told = Object.hasOwn(states, id) ? states[id] : undefined;
		if (told === undefined) return [id, {}] as const;
		return [id, {status: told.status, ...(told.message && {message: told.message})}] as const;
	});
};

const withAgent = (agents: readonly AgentInfo[], id: string, news: AgentNews): readonly AgentInfo[] => {
	const held = agents.find(agent => agent.threadId === id);
	const next: AgentInfo = {
		threadId: threadId(id),
		label: news.label ?? held?.label,
		status: news.status ?? held?.status ?? 'unknown',
		message: news.message ?? held?.message,
	};
	if (held === undefined) return [...agents, next];
	if (held.label === next.label && held.status === next.status && held.message === next.message)
		return agents;
	return agents.map(agent => (agent === held ? next : agent));
};

export const maxAgents = 300;

/** A thread of many days has thousands of agents behind it. */
const bounded = (agents: readonly AgentInfo[]): readonly AgentInfo[] => {
	let surplus = agents.length - maxAgents;
	if (surplus <= 0) return agents;
	const open = agents.filter(({status}) => {
		if (surplus === 0 || !isDone(status)) return true;
		surplus -= 1;
		return false;
	});
	return open.slice(-maxAgents);
};

const put = (state: ThreadState, agents: readonly AgentInfo[]): ThreadState =>
	agents === state.agents ? state : {...state, agents: bounded(agents)};

/** What an item says about agents, when it is one that does. */
export const hearItem = (state: ThreadState, content: WireItem): ThreadState =>
	put(
		state,
		saidOf(content).reduce((agents, [id, news]) => withAgent(agents, id, news), state.agents),
	);

const mentionedIn = (turns: readonly Turn[], start: readonly AgentInfo[]): readonly AgentInfo[] => {
	let agents = start;
	for (const turn of turns) {
		for (const {content} of turn.items) {
			for (const [id, news] of saidOf(content)) agents = withAgent(agents, id, news);
		}
	}
	return agents;
};

/** Newest turns listed anew: their word is the last one. */
export const hearNewTurns = (state: ThreadState, turns: readonly Turn[]): ThreadState =>
	put(state, mentionedIn(turns, state.agents));

/** Older turns paged in: they only introduce agents that we did not know. */
export const hearOldTurns = (state: ThreadState, turns: readonly Turn[]): ThreadState => {
	const known = new Set(state.agents.map(agent => agent.threadId));
	const found = mentionedIn(turns, []).filter(agent => !known.has(agent.threadId));
	return found.length === 0 ? state : put(state, [...found, ...state.agents]);
};

/** Statuses that an agent does not leave because its thread went quiet. */
const final: ReadonlySet<string> = new Set(['completed', 'interrupted', 'errored', 'shutdown', 'notFound']);

const isDone = (status: string): boolean => final.has(status) || status === 'notLoaded' || status === 'idle';

const wordFor = (status: ThreadStatus, before: string): string => {
	switch (status.kind) {
		case 'active':
			return status.waitingOn === 'nobody' ? 'running' : `waiting on ${status.waitingOn}`;
		case 'idle':
		case 'notLoaded':
			return final.has(before) ? before : status.kind;
		case 'systemError':
			return 'systemError';
		case 'other':
			return status.name;
		case 'unknown':
			return before;
	}
};

/** A notification about another thread: heard only when that thread is an agent of ours. */
export const hearOtherThread = (
	state: ThreadState,
	method: string,
	other: string,
	params: JsonRecord,
): ThreadState => {
	const held = state.agents.find(agent => agent.threadId === other);
	if (held === undefined) return state;
	switch (method) {
		case 'thread/status/changed': {
			const status = wordFor(threadStatus(decodeThreadStatus(params.status)), held.status);
			return put(state, withAgent(state.agents, other, {status}));
		}
		case 'thread/closed':
			return put(state, withAgent(state.agents, other, {status: wordFor({kind: 'notLoaded'}, held.status)}));
		case 'thread/name/updated':
			return put(state, withAgent(state.agents, other, {label: asString(params.threadName)}));
		default:
			return state;
	}
};

/** `thread/started` of a thread that names ours as its parent. */
export const hearStartedThread = (state: ThreadState, thread: WireThread): ThreadState => {
	if (state.info === undefined || thread.parentThreadId !== state.info.id || thread.ephemeral) return state;
	const before = state.agents.find(agent => agent.threadId === thread.id)?.status ?? 'unknown';
	const label = thread.agentNickname ?? thread.name ?? undefined;
	const status = wordFor(threadStatus(thread.status), before);
	return put(state, withAgent(state.agents, thread.id, {label, status}));
};
