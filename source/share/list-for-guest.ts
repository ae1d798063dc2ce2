/**
 * `thread/list` for a guest: the threads of the family, filtered as the server would. The server is not asked, since
 * its pages hold the threads of everybody.
 *
 * Pure and total; called by the gateway with threads that are redacted already.
 */
import {asArray, asNumber, asRecord, asString, type JsonRecord} from '../protocol/fields.ts';
import type {Json} from '../protocol/types.ts';
import type {CleanParams} from './rules.ts';

/** Our one page has an end and no cursor. */
const page = (data: readonly Json[]): Json => ({
	data,
	readStates: null,
	nextCursor: null,
	backwardsCursor: null,
});

/** Sections, projects, attachments and the archive are the owner's: a guest finds nothing in them. */
const ownersOnly = ['attachedToThreadId', 'projectId', 'sectionId'];

const sourceKind = (source: unknown): string => {
	if (typeof source === 'string') return source;
	const subAgent = asRecord(source)?.subAgent;
	return subAgent === undefined ? 'unknown' : 'subAgent';
};

/** The server's kinds tell the ways of being a sub-agent apart; we have one word for all. */
const isOfKind = (kinds: readonly unknown[] | undefined, source: unknown): boolean => {
	if (kinds === undefined || kinds.length === 0) return true;
	const kind = sourceKind(source);
	return kinds.some(each => each === kind || (kind === 'subAgent' && asString(each)?.startsWith(kind)));
};

const searched = (term: string | undefined, thread: JsonRecord): boolean =>
	term === undefined ||
	[thread.name, thread.preview].some(text => asString(text)?.toLowerCase().includes(term.toLowerCase()));

const isIn = (cwd: Json | undefined, thread: JsonRecord): boolean =>
	cwd === undefined || cwd === thread.cwd || (asArray(cwd)?.includes(thread.cwd) ?? false);

const sortKeys: Readonly<Record<string, string>> = {
	created_at: 'createdAt',
	updated_at: 'updatedAt',
	recency_at: 'recencyAt',
};

const time = (thread: JsonRecord, key: string): number =>
	asNumber(thread[key]) ?? asNumber(thread.updatedAt) ?? 0;

/** `params` as `judge` cleaned them; `threads` are the family's, as `redactResult` tells them. */
export const listForGuest = (params: CleanParams, threads: readonly Json[]): Json => {
	const isEmpty =
		params.cursor !== undefined ||
		params.archived === true ||
		ownersOnly.some(name => params[name] !== undefined);
	if (isEmpty) return page([]);
	const kinds = asArray(params.sourceKinds);
	const term = asString(params.searchTerm);
	const parents = new Map(
		threads.map(thread => [asString(asRecord(thread)?.id), asString(asRecord(thread)?.parentThreadId)]),
	);
	const descends = (thread: JsonRecord): boolean => {
		const ancestor = asString(params.ancestorThreadId);
		if (ancestor === undefined) return true;
		let above = asString(thread.parentThreadId);
		for (let steps = 0; above !== undefined && steps <= threads.length; steps += 1) {
			if (above === ancestor) return true;
			above = parents.get(above);
		}
		return false;
	};
	const key = sortKeys[asString(params.sortKey) ?? 'created_at'] ?? 'createdAt';
	const sign = params.sortDirection === 'asc' ? 1 : -1;
	const found = threads
		.flatMap(thread => {
			const fields = asRecord(thread);
			return fields === undefined ? [] : [fields];
		})
		.filter(
			thread =>
				(params.parentThreadId === undefined || thread.parentThreadId === params.parentThreadId) &&
				descends(thread) &&
				isOfKind(kinds, thread.source) &&
				isIn(params.cwd, thread) &&
				searched(term, thread),
		)
		.sort((one, other) => sign * (time(one, key) - time(other, key)));
	return page(found.slice(0, asNumber(params.limit) || found.length) as readonly Json[]);
};
