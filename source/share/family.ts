/**
 * Which threads a share is of: the pinned one and its sub-agents, at any depth.
 *
 * Invariant: a thread is in the family only because the server itself said that its parent is (`parentThreadId`); what
 * an item says about a thread is no proof, since the model writes it. Bounded: the members that were learned first go
 * first, the pinned one never. Told and asked by the gateway.
 */
import {asArray, asRecord, asString} from '../protocol/fields.ts';
import type {Json} from '../protocol/types.ts';

export type Family = {
	readonly pinned: string;
	readonly has: (threadId: unknown) => boolean;
	/** The pinned thread first, then in the order of learning. */
	readonly ids: () => readonly string[];
	/** A notification of the server, before it is redacted. */
	readonly hear: (message: {readonly method: string; readonly params: Json}) => void;
	/** An answer of the server that holds threads: `{thread}` or `{data: threads}`. Any other one changes nothing. */
	readonly learn: (result: unknown) => void;
	/**
	 * Threads that an item in this message names and that we do not know: whoever wants them asks the server
	 * (`thread/read`) and lets the family `learn` the answer. 50 ids at most.
	 */
	readonly unknownIn: (message: {readonly params: Json}) => readonly string[];
};

/** All that the rules and the redaction need of a family. */
export type Kin = Pick<Family, 'has'>;

const maxMembers = 2000;
const maxUnknown = 50;

/** Those that an item of a sub-agent's life names. */
const mentioned = (item: unknown): readonly string[] => {
	const fields = asRecord(item);
	switch (fields?.type) {
		case 'subAgentActivity':
			return [asString(fields.agentThreadId) ?? ''];
		case 'collabAgentToolCall':
			return [
				...(asArray(fields.receiverThreadIds) ?? []).flatMap(id => asString(id) ?? []),
				...Object.keys(asRecord(fields.agentsStates) ?? {}),
			];
		default:
			return [];
	}
};

export const createFamily = (pinned: string, limit: number = maxMembers): Family => {
	const members = new Set<string>([pinned]);

	const add = (id: string): void => {
		members.add(id);
		if (members.size <= limit) return;
		for (const oldest of members) {
			if (oldest === pinned) continue;
			members.delete(oldest);
			return;
		}
	};

	/** True when it is new, and ours. */
	const met = (thread: unknown): boolean => {
		const fields = asRecord(thread);
		const id = asString(fields?.id);
		const parent = asString(fields?.parentThreadId);
		if (id === undefined || id === '' || parent === undefined) return false;
		if (members.has(id) || !members.has(parent)) return false;
		add(id);
		return true;
	};

	return {
		pinned,
		has: threadId => typeof threadId === 'string' && members.has(threadId),
		ids: () => [...members],
		hear({method, params}) {
			if (method === 'thread/started') met(asRecord(params)?.thread);
		},
		learn(result) {
			const fields = asRecord(result);
			met(fields?.thread);
			// A list may tell of a grandchild before it tells of the child.
			let open = asArray(fields?.data) ?? [];
			for (let before = -1; before !== open.length; ) {
				before = open.length;
				open = open.filter(thread => !met(thread));
			}
		},
		unknownIn({params}) {
			const named = mentioned(asRecord(params)?.item);
			return [...new Set(named)].filter(id => id !== '' && !members.has(id)).slice(0, maxUnknown);
		},
	};
};
