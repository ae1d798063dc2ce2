/**
 * What a guest may ask of the server: an allow-list by role, method and field, which is the table of what we send
 * ourselves (`protocol/methods.ts`), each parameter rebuilt from what we understand.
 *
 * Invariant: nothing is forwarded that is not listed, whatever a guest sends; never an exception. Pure, but for the id
 * that the caller makes. Called by the gateway for every call of a guest; the owner's own seat does not come here.
 */
import {rpcCodes} from '../json-rpc/errors.ts';
import {asRecord, asString} from '../protocol/fields.ts';
import {type CodexMethod, type OutgoingRule, outgoing} from '../protocol/methods.ts';
import type {Role} from '../protocol/share.ts';
import type {Json} from '../protocol/types.ts';
import {parseSignature, signMessage} from '../thread/signature.ts';
import type {Kin} from './family.ts';
import {readers} from './fields.ts';
import {leftOut} from './left-out.ts';

export {judgeAnswer} from './judge-answer.ts';

export type CleanParams = {readonly [name: string]: Json};

/** What the gateway answers itself, since the answer is about this guest or this share. */
export const localMethods = [
	'initialize',
	'thread/resume',
	'thread/unsubscribe',
	'thread/list',
	'thread/loaded/list',
] as const;
export type LocalMethod = (typeof localMethods)[number];

export type Verdict =
	/** A JSON-RPC error for the guest. */
	| {readonly kind: 'refuse'; readonly code: number; readonly message: string}
	/** The answer, made here: the server is not asked. */
	| {readonly kind: 'answer'; readonly result: Json}
	| {readonly kind: 'forward'; readonly method: CodexMethod; readonly params: CleanParams}
	| {readonly kind: 'local'; readonly method: LocalMethod; readonly params: CleanParams};

export type Call = {readonly method: string; readonly params: unknown};
/** `makeUuid` is for a message whose sender gave it no usable id. */
export type Guest = {readonly role: Role; readonly name: string; readonly makeUuid: () => string};

/**
 * What the stock client asks for at its start and cannot do without (measured, 0.169): it gets nothing, and the
 * server, which would tell of the account, the settings and the skills, is not asked.
 */
export const answersOfOurOwn: Readonly<Record<string, Json>> = {
	'account/read': {account: null, userId: null, requiresOpenaiAuth: false, workspaceRouting: null},
	'configRequirements/read': {requirements: null, supportsIndependentSpeedModes: null},
	'model/list': {data: [], nextCursor: null},
	'skills/list': {data: []},
};

/** Filters of `thread/list` that a server knows and we never send: the gateway lists by them itself. */
export const listFilters: readonly string[] = [
	'ancestorThreadId',
	'archived',
	'attachedToThreadId',
	'projectId',
	'sectionId',
	'sourceKinds',
];

/** Without it the call makes no sense. */
const needed: Readonly<Partial<Record<CodexMethod, readonly string[]>>> = {
	'turn/start': ['input'],
	'turn/steer': ['input', 'expectedTurnId'],
	'turn/interrupt': ['turnId'],
	'thread/queue/add': ['input'],
};

const refuse = (code: number, message: string): Verdict => ({kind: 'refuse', code, message});

/** Somebody else's word in a sentence of ours. */
const named = (word: string): string => JSON.stringify(word.slice(0, 80));

const ruleOf = (method: string): OutgoingRule | undefined =>
	Object.hasOwn(outgoing, method) ? outgoing[method as CodexMethod] : undefined;

const isLocal = (method: CodexMethod): method is LocalMethod => localMethods.some(each => each === method);

const allowedFields = (method: CodexMethod): readonly string[] => [
	...outgoing[method].fields,
	...(method === 'thread/list' ? listFilters : []),
];

/** The words of the refusal where the field is one of these. */
const wanted: Readonly<Record<string, string>> = {
	threadId: 'a guest sees the shared thread and its sub-agents only',
	parentThreadId: 'a guest sees the shared thread and its sub-agents only',
	ancestorThreadId: 'a guest sees the shared thread and its sub-agents only',
	attachedToThreadId: 'a guest sees the shared thread and its sub-agents only',
	input: 'a guest sends text only',
};

type Cleaned = {readonly params: CleanParams} | {readonly refusal: Verdict};

const clean = (method: CodexMethod, raw: unknown, kin: Kin): Cleaned => {
	const fields = raw === undefined || raw === null ? {} : asRecord(raw);
	if (fields === undefined)
		return {refusal: refuse(rpcCodes.badParams, `${method}: the parameters are not an object.`)};
	const allowed = allowedFields(method);
	const kept: Array<[string, Json]> = [];
	for (const [name, value] of Object.entries(fields)) {
		if (value === null || value === undefined) continue;
		if (!allowed.includes(name)) {
			if (leftOut[method]?.includes(name)) continue;
			return {refusal: refuse(rpcCodes.badParams, `${method}: a guest may not set ${named(name)}.`)};
		}
		const read = readers[name]?.(value, kin);
		if (read === undefined) {
			const why = wanted[name] ?? 'this is not what may stand there';
			return {refusal: refuse(rpcCodes.badParams, `${method}: ${named(name)}: ${why}.`)};
		}
		kept.push([name, read]);
	}
	const params = Object.fromEntries(kept);
	const missing = [...(allowed.includes('threadId') ? ['threadId'] : []), ...(needed[method] ?? [])].find(
		name => !Object.hasOwn(params, name),
	);
	return missing === undefined
		? {params}
		: {refusal: refuse(rpcCodes.badParams, `${method}: ${named(missing)} is missing.`)};
};

const ownId = /^[\w-]{8,64}$/;

/** In the name of the invitation, whatever the guest called himself; his own id stays in it, so that he finds it. */
const signedBy = ({name, makeUuid}: Guest, claimed: unknown): string => {
	const id = asString(claimed);
	const own = parseSignature(id)?.uuid ?? id;
	return signMessage(name, own !== undefined && ownId.test(own) ? own : makeUuid());
};

/** What becomes of a request of a guest. */
export const judge = (call: Call, guest: Guest, kin: Kin): Verdict => {
	const {method, params: raw} = call;
	if (typeof method !== 'string') return refuse(rpcCodes.noMethod, 'A call needs a method.');
	const ready = Object.hasOwn(answersOfOurOwn, method) ? answersOfOurOwn[method] : undefined;
	if (ready !== undefined) return {kind: 'answer', result: ready};
	const rule = ruleOf(method);
	const known = method as CodexMethod;
	if (rule === undefined || rule.kind !== 'request' || rule.modes.every(mode => mode === 'drive')) {
		return refuse(rpcCodes.noMethod, `A guest may not call ${named(method)}.`);
	}
	if (!rule.modes.includes(guest.role)) {
		return refuse(
			rpcCodes.noMethod,
			`Your role here is ${guest.role}: nothing can be sent (${method}). Ask the owner of the share.`,
		);
	}
	const cleaned = clean(known, raw, kin);
	if ('refusal' in cleaned) return cleaned.refusal;
	const {params} = cleaned;
	if (isLocal(known)) return {kind: 'local', method: known, params};
	const signed = rule.fields.includes('clientUserMessageId')
		? {...params, clientUserMessageId: signedBy(guest, params.clientUserMessageId)}
		: params;
	return {kind: 'forward', method: known, params: signed};
};
