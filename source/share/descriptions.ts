/**
 * What the server says of each thread of the family, for lists: asked once for all guests, and known for a few seconds,
 * or until the server tells of a change. So that a list of a hundred threads, which a guest may ask for as often as he
 * likes, costs the server a hundred reads now and then and not each time. Held by joins.ts.
 */
import type {Environment} from '../app-server/connection.ts';
import type {Json} from '../protocol/types.ts';
import {threadOf} from './requests.ts';

export type Descriptions = {
	/** The answer to `thread/read`, unredacted; undefined: it cannot be read now. Never rejects. */
	readonly of: (threadId: string) => Promise<unknown>;
	/** Every notification of the server. */
	readonly hear: (told: {readonly method: string; readonly params: Json}) => void;
	/** The connection is lost: nothing is known any more. */
	readonly forget: () => void;
	/** For tests. */
	readonly size: () => number;
};

/** What changes without a word, such as the time of the last change, is as old at most. */
export const knownForMs = 5000;
/** More than one list tells. */
const mostKnown = 500;

/** Whatever a list tells of; a guest cannot cause them but by what he says in the thread, which is bounded. */
const changes: ReadonlySet<string> = new Set([
	'thread/status/changed',
	'thread/name/updated',
	'thread/archived',
	'thread/unarchived',
	'thread/deleted',
	'thread/closed',
	'thread/reverted',
]);

export const createDescriptions = (
	{nowMs}: Pick<Environment, 'nowMs'>,
	read: (threadId: string) => Promise<unknown>,
): Descriptions => {
	const known = new Map<string, {readonly atMs: number; readonly said: Promise<unknown>}>();
	return {
		of(threadId) {
			const held = known.get(threadId);
			if (held !== undefined && Math.abs(nowMs() - held.atMs) < knownForMs) return held.said;
			// Gone since, or not stored yet.
			const said = read(threadId).catch(() => undefined);
			known.delete(threadId);
			known.set(threadId, {atMs: nowMs(), said});
			const [oldest] = known.keys();
			if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
			return said;
		},
		hear({method, params}) {
			const threadId = changes.has(method) ? threadOf(params) : undefined;
			if (threadId !== undefined) known.delete(threadId);
		},
		forget: () => known.clear(),
		size: () => known.size,
	};
};
