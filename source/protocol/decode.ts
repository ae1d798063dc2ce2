/**
 * Decodes what the App Server sends into the wire types: the one place where unknown JSON becomes typed.
 *
 * Invariants: nothing throws on any JSON; a field of the wrong type is left out or set to its safe default, so a
 * newer or older server costs a detail and never the view; `undefined` only when the thing itself is missing.
 * Called by `app-server/` for responses and by `thread/` for items and turns in notifications. Deltas are read by
 * hand in `thread/deltas.ts`: they are the hot path.
 */
import {decodeItem} from './decode-item.ts';
import {asBoolean, asNumber, asRecord, asString, listOf, orNull, present} from './fields.ts';
import type {
	WirePlanStep,
	WireResumeResponse,
	WireSandbox,
	WireThread,
	WireThreadStatus,
	WireTokenUsage,
	WireTurn,
	WireTurnError,
	WireTurnsPage,
} from './types.ts';

export {decodeChanges, decodeItem} from './decode-item.ts';
export {asArray, asBoolean, asNumber, asRecord, asString, type JsonRecord} from './fields.ts';

export const decodeThreadStatus = (value: unknown): WireThreadStatus | undefined => {
	const raw = asRecord(value);
	const type = asString(raw?.type);
	if (raw === undefined || type === undefined) return undefined;
	return present<WireThreadStatus>({type, activeFlags: listOf(raw.activeFlags, asString)});
};

export const decodeTurnError = (value: unknown): WireTurnError | undefined => {
	const raw = asRecord(value);
	if (raw === undefined) return undefined;
	return present<WireTurnError>({
		message: asString(raw.message) ?? '',
		additionalDetails: orNull(raw.additionalDetails, asString),
	});
};

/** Anything with a non-empty `id`. */
export const decodeTurn = (value: unknown): WireTurn | undefined => {
	const raw = asRecord(value);
	const id = asString(raw?.id);
	if (raw === undefined || id === undefined || id === '') return undefined;
	return present<WireTurn>({
		id,
		rootTurnId: orNull(raw.rootTurnId, asString),
		items: listOf(raw.items, decodeItem),
		itemsView: asString(raw.itemsView),
		status: asString(raw.status),
		error: orNull(raw.error, decodeTurnError),
		startedAt: orNull(raw.startedAt, asNumber),
		completedAt: orNull(raw.completedAt, asNumber),
		durationMs: orNull(raw.durationMs, asNumber),
	});
};

/** Anything with a non-empty `id`. */
export const decodeThread = (value: unknown): WireThread | undefined => {
	const raw = asRecord(value);
	const id = asString(raw?.id);
	if (raw === undefined || id === undefined || id === '') return undefined;
	return present<WireThread>({
		id,
		preview: asString(raw.preview),
		name: orNull(raw.name, asString),
		ephemeral: asBoolean(raw.ephemeral),
		parentThreadId: orNull(raw.parentThreadId, asString),
		agentNickname: orNull(raw.agentNickname, asString),
		agentRole: orNull(raw.agentRole, asString),
		model: orNull(raw.model, asString),
		reasoningEffort: orNull(raw.reasoningEffort, asString),
		createdAt: asNumber(raw.createdAt),
		updatedAt: asNumber(raw.updatedAt),
		recencyAt: orNull(raw.recencyAt, asNumber),
		status: decodeThreadStatus(raw.status),
		cwd: asString(raw.cwd),
		cliVersion: asString(raw.cliVersion),
		historyMode: asString(raw.historyMode),
		turns: listOf(raw.turns, decodeTurn),
	});
};

/** A page of turns in the order of the wire. `undefined` when there is no `data` list at all. */
export const decodeTurnsPage = (value: unknown): WireTurnsPage | undefined => {
	const raw = asRecord(value);
	const data = listOf(raw?.data, decodeTurn);
	if (raw === undefined || data === undefined) return undefined;
	return present<WireTurnsPage>({data, nextCursor: orNull(raw.nextCursor, asString)});
};

export const decodeSandbox = (value: unknown): WireSandbox | undefined => {
	const raw = asRecord(value);
	// Old servers say the sandbox as a bare word.
	const type = asString(raw?.type) ?? asString(value);
	if (type === undefined) return undefined;
	return present<WireSandbox>({
		type,
		networkAccess: asBoolean(raw?.networkAccess) ?? asString(raw?.networkAccess),
	});
};

/** The response to `thread/resume`. `undefined` when it names no thread. */
export const decodeResumeResponse = (value: unknown): WireResumeResponse | undefined => {
	const raw = asRecord(value);
	const thread = decodeThread(raw?.thread);
	if (raw === undefined || thread === undefined) return undefined;
	return present<WireResumeResponse>({
		thread,
		model: asString(raw.model),
		cwd: asString(raw.cwd),
		approvalPolicy: raw.approvalPolicy,
		sandbox: decodeSandbox(raw.sandbox),
		reasoningEffort: orNull(raw.reasoningEffort, asString),
		initialTurnsPage: orNull(raw.initialTurnsPage, decodeTurnsPage),
	});
};

/** The response to `thread/list`. An unreadable one is an empty last page. */
export const decodeThreadList = (
	value: unknown,
): {readonly data: readonly WireThread[]; readonly nextCursor: string | null} => {
	const raw = asRecord(value);
	return {data: listOf(raw?.data, decodeThread) ?? [], nextCursor: asString(raw?.nextCursor) ?? null};
};

/** The response to `thread/loaded/list`: ids of the threads in the server's memory. */
export const decodeLoadedList = (value: unknown): readonly string[] =>
	listOf(asRecord(value)?.data, asString) ?? [];

const totalTokens = (value: unknown): number | undefined => asNumber(asRecord(value)?.totalTokens);

/** `tokenUsage` of `thread/tokenUsage/updated`. `undefined` when neither sum is there. */
export const decodeTokenUsage = (value: unknown): WireTokenUsage | undefined => {
	const raw = asRecord(value);
	const total = totalTokens(raw?.total);
	const last = totalTokens(raw?.last);
	if (raw === undefined || (total === undefined && last === undefined)) return undefined;
	return present<WireTokenUsage>({
		total: {totalTokens: total ?? last ?? 0},
		last: {totalTokens: last ?? 0},
		modelContextWindow: orNull(raw.modelContextWindow, asNumber),
	});
};

/** The `plan` of `turn/plan/updated`. */
export const decodePlan = (value: unknown): readonly WirePlanStep[] | undefined =>
	listOf(value, element => {
		const raw = asRecord(element);
		const step = asString(raw?.step);
		return step === undefined ? undefined : {step, status: asString(raw?.status) ?? 'pending'};
	});
