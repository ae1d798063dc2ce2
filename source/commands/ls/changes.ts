/**
 * What notifications do to a list of threads, and what a change of the list is in words: pure. The notifications that
 * count here (`thread/started`, `status/changed`, `closed`, `name/updated`) come to every connection, for every thread,
 * without a subscription (PROTOCOL, "JSON-RPC"). Used by `ls --watch`.
 */
import {decodeThread} from '../../protocol/decode.ts';
import {asRecord} from '../../protocol/fields.ts';
import type {Json, WireThread} from '../../protocol/types.ts';
import {describeThread} from '../../thread/info.ts';
import type {ThreadInfo} from '../../thread/state.ts';
import {threadJson} from '../thread-json.ts';

export type Notice = {readonly method: string; readonly params: Json; readonly atMs: number};

/** What the notification says of a thread; undefined when it is about something else. */
const told = ({method, params}: Notice): WireThread | undefined => {
	const fields = asRecord(params);
	const id = fields?.threadId;
	switch (method) {
		case 'thread/started':
			return decodeThread(fields?.thread);
		case 'thread/status/changed':
			return decodeThread({id, status: fields?.status});
		case 'thread/closed':
			return decodeThread({id, status: {type: 'notLoaded'}});
		case 'thread/name/updated':
			return decodeThread({id, name: fields?.threadName ?? null});
		default:
			return undefined;
	}
};

export type Told = {
	readonly threads: readonly ThreadInfo[];
	/** A thread that is not in the list, or one whose title is not known yet: worth asking for all again. */
	readonly isNews: boolean;
};

export const afterNotice = (threads: readonly ThreadInfo[], notice: Notice): Told => {
	const wire = told(notice);
	if (wire === undefined) return {threads, isNews: false};
	const before = threads.find(({id}) => id === wire.id);
	if (before === undefined) {
		const isWhole = notice.method === 'thread/started';
		return {threads: isWhole ? [describeThread(wire), ...threads] : threads, isNews: !isWhole};
	}
	const after = {
		...describeThread(wire, before),
		updatedAtMs: Math.max(before.updatedAtMs ?? 0, notice.atMs),
	};
	const isNameless = after.name === undefined && after.preview === '';
	return {threads: threads.map(info => (info === before ? after : info)), isNews: isNameless};
};

export type Change = {readonly change: 'listed' | 'started' | 'changed'; readonly info: ThreadInfo};

/** All that a script is told of a thread, but for its age: that alone is no change. */
const essence = (info: ThreadInfo): string => JSON.stringify({...threadJson(info), updatedAtMs: null});

/** `before` undefined: the first list. A thread that left the list (archived, deleted) is not told. */
export const changesBetween = (
	before: readonly ThreadInfo[] | undefined,
	after: readonly ThreadInfo[],
): readonly Change[] => {
	if (before === undefined) return after.map(info => ({change: 'listed', info}));
	const known = new Map(before.map(info => [info.id, info]));
	return after.flatMap((info): readonly Change[] => {
		const old = known.get(info.id);
		if (old === undefined) return [{change: 'started', info}];
		return old === info || essence(old) === essence(info) ? [] : [{change: 'changed', info}];
	});
};
