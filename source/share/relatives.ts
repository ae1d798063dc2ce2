/**
 * Keeps the family whole: asks the server about threads that it does not tell of by itself — sub-agents that were there
 * before the share, and those that an item names. What an item says is no proof; the server's answer is.
 */
import {asRecord} from '../protocol/fields.ts';
import type {Parts} from './parts.ts';
import type {Told} from './upstream.ts';

export type Relatives = {
	readonly hear: (told: Told) => void;
	/** Asks for the sub-agents that there are already. */
	readonly ask: () => void;
	/** Resolves when nothing is being asked: whatever was named before is known then, or is none of ours. */
	readonly settled: () => Promise<void>;
};

/** Threads that were asked about; then the oldest are forgotten, and may be asked about again. */
const mostAsked = 1000;
const pageSize = 100;
const answerWithinMs = 15_000;

export const createRelatives = ({
	upstream,
	family,
}: Pick<Parts, 'family'> & {readonly upstream: Pick<Parts['upstream'], 'forward'>}): Relatives => {
	const asked = new Set<string>();

	const looks = new Set<Promise<void>>();

	const look = (
		method: 'thread/read' | 'thread/list',
		params: {readonly [name: string]: string | number},
	): void => {
		// In the wire order, so that what follows about this thread finds it known.
		const onResult = (raw: unknown): void => {
			const before = new Set(family.ids());
			family.learn(raw);
			for (const threadId of family.ids()) if (!before.has(threadId)) childrenOf(threadId);
		};
		const done = upstream.forward(method, params, {timeoutMs: answerWithinMs, onResult}).then(
			() => void looks.delete(done),
			// A thread that cannot be read is none of ours; an old server that cannot list by parent tells of none.
			() => void looks.delete(done),
		);
		looks.add(done);
	};
	const childrenOf = (parentThreadId: string): void => look('thread/list', {parentThreadId, limit: pageSize});

	return {
		hear(told) {
			if (told.method !== 'item/started' && told.method !== 'item/completed') return;
			if (!family.has(asRecord(told.params)?.threadId)) return;
			for (const threadId of family.unknownIn(told)) {
				if (asked.has(threadId)) continue;
				asked.add(threadId);
				const [oldest] = asked;
				if (asked.size > mostAsked && oldest !== undefined) asked.delete(oldest);
				look('thread/read', {threadId});
			}
		},
		ask: () => childrenOf(family.pinned),
		async settled() {
			// What was learned is asked for children of its own.
			while (looks.size > 0) await Promise.all(looks);
		},
	};
};
