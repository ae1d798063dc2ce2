/**
 * Whether a guest may answer a request of the server with this: only in the role `answer`, only with what the request
 * itself offers. A rule to add to the owner's policy, a permission or a choice that nobody asked for is no answer.
 *
 * Invariant: what goes on is rebuilt from what we understand; a refused answer never reaches the server, not even as an
 * error, which would deny the request for everybody (PROTOCOL). Pure and total; called by the gateway.
 */
import {asArray, asBoolean, asNumber, asRecord, asString, type JsonRecord} from '../protocol/fields.ts';
import {answerFields, answeringModes, type ServerRequestMethod} from '../protocol/methods.ts';
import type {Role} from '../protocol/share.ts';
import type {Json} from '../protocol/types.ts';

export type AnswerVerdict =
	| {readonly ok: true; readonly result: Json}
	| {readonly ok: false; readonly why: string};

/** The request as the guest was shown it. */
export type ShownRequest = {readonly method: string; readonly params: unknown};

type Read = (value: unknown, asked: JsonRecord) => Json | undefined;

/** Equal as JSON, whatever the order of the members. */
const same = (one: unknown, other: unknown): boolean => {
	const [left, right] = [asRecord(one), asRecord(other)];
	if (left !== undefined && right !== undefined) {
		const names = Object.keys(left);
		return (
			names.length === Object.keys(right).length &&
			names.every(name => Object.hasOwn(right, name) && same(left[name], right[name]))
		);
	}
	const [list, otherList] = [asArray(one), asArray(other)];
	if (list !== undefined && otherList !== undefined) {
		return list.length === otherList.length && list.every((each, index) => same(each, otherList[index]));
	}
	return one === other;
};

/** Saying no is always possible. */
const refusals = ['decline', 'cancel'];
const agreements = ['accept', 'acceptForSession'];

const commandDecision: Read = (value, asked) => {
	const offered = asArray(asked.availableDecisions);
	if (typeof value === 'string' && refusals.includes(value)) return value;
	if (offered !== undefined) return offered.find(each => same(each, value)) as Json | undefined;
	if (asked.availableDecisions !== undefined && asked.availableDecisions !== null) return undefined;
	if (typeof value === 'string') return agreements.find(word => word === value);
	const execpolicy_amendment = asked.proposedExecpolicyAmendment as Json;
	if (asArray(execpolicy_amendment) !== undefined) {
		const amended = {acceptWithExecpolicyAmendment: {execpolicy_amendment}};
		if (same(value, amended)) return amended;
	}
	for (const network_policy_amendment of asArray(asked.proposedNetworkPolicyAmendments) ?? []) {
		const amended = {applyNetworkPolicyAmendment: {network_policy_amendment}};
		if (same(value, amended)) return amended as Json;
	}
	return undefined;
};

const words =
	(...allowed: string[]): Read =>
	value =>
		allowed.find(word => word === value);

/** Some of what was asked for; null where there is none. */
const someOf = (value: unknown, asked: unknown): readonly Json[] | null | undefined => {
	if (value === null || value === undefined) return null;
	const all = asArray(asked) ?? [];
	const list = asArray(value)?.map(each => all.find(offered => same(offered, each)) as Json | undefined);
	const known = list?.filter(each => each !== undefined);
	return known !== undefined && known.length === list?.length ? known : undefined;
};

const widens = (entry: unknown): boolean => {
	const access = asRecord(entry)?.access;
	return access === 'read' || access === 'write';
};

const lists: readonly string[] = ['read', 'write', 'entries'];

/** A part of the paths that were asked for, and all that narrows them, whether the guest says it or not. */
const fileSystem = (value: unknown, asked: JsonRecord | undefined): Json | undefined => {
	const given = asRecord(value);
	if (given === undefined || asked === undefined) return undefined;
	const isOther = (name: string): boolean => !lists.includes(name);
	for (const name of Object.keys(given).filter(isOther)) {
		if (!same(given[name] ?? null, asked[name] ?? null)) return undefined;
	}
	const read = someOf(given.read, asked.read);
	const write = someOf(given.write, asked.write);
	const entries = someOf(given.entries, asked.entries);
	if (read === undefined || write === undefined || entries === undefined) return undefined;
	const narrowing = (asArray(asked.entries) ?? []).filter(entry => !widens(entry)) as readonly Json[];
	const all = [...(entries ?? []).filter(widens), ...narrowing];
	const others = Object.entries(asked).filter(([name]) => isOther(name)) as Array<[string, Json]>;
	return {...Object.fromEntries(others), read, write, ...(all.length > 0 && {entries: all})};
};

const permissions: Read = (value, params) => {
	const [given, asked] = [asRecord(value), asRecord(params.permissions)];
	if (given === undefined) return undefined;
	const granted: Array<[string, Json]> = [];
	for (const [name, each] of Object.entries(given)) {
		if (each === null || each === undefined) continue;
		if (name === 'network') {
			const enabled = asRecord(each)?.enabled;
			if (enabled !== true) continue;
			if (asRecord(asked?.network)?.enabled !== true) return undefined;
			granted.push([name, {enabled}]);
		} else if (name === 'fileSystem') {
			const files = fileSystem(each, asRecord(asked?.fileSystem));
			if (files === undefined) return undefined;
			granted.push([name, files]);
		} else return undefined;
	}
	return Object.fromEntries(granted);
};

const answers: Read = (value, asked) => {
	const given = asRecord(value);
	if (given === undefined) return undefined;
	const ids = (asArray(asked.questions) ?? []).map(question => asRecord(question)?.id);
	const read: Array<[string, Json]> = [];
	for (const [id, each] of Object.entries(given)) {
		const list = asArray(asRecord(each)?.answers);
		if (!ids.includes(id) || list === undefined || list.some(text => typeof text !== 'string')) {
			return undefined;
		}
		read.push([id, {answers: list as readonly Json[]}]);
	}
	return Object.fromEntries(read);
};

const plain = (value: unknown): Json | undefined => {
	const simple = asString(value) ?? asBoolean(value) ?? asNumber(value);
	if (simple !== undefined) return simple;
	const list = asArray(value);
	return list?.every(each => typeof each === 'string') ? (list as Json) : undefined;
};

/** The filled-in form: one field deep, by the names that were asked for. */
const content: Read = (value, asked) => {
	if (value === null) return null;
	const given = asRecord(value);
	if (given === undefined) return undefined;
	const known = asRecord(asRecord(asked.requestedSchema)?.properties) ?? {};
	const read: Array<[string, Json]> = [];
	for (const [name, each] of Object.entries(given)) {
		if (each === null) continue;
		const told = Object.hasOwn(known, name) ? plain(each) : undefined;
		if (told === undefined) return undefined;
		read.push([name, told]);
	}
	return Object.fromEntries(read);
};

/** How long an approval holds, if that was offered; nothing else. */
const meta: Read = (value, asked) => {
	if (value === null) return null;
	const given = asRecord(value);
	if (given === undefined) return undefined;
	const offered = asRecord(asked._meta)?.persist;
	const persist = given.persist ?? null;
	if (Object.keys(given).some(name => name !== 'persist')) return undefined;
	if (persist === null) return null;
	const fits = typeof persist === 'string' && (persist === offered || asArray(offered)?.includes(persist));
	return fits ? {persist} : undefined;
};

const fileDecision = words(...agreements, ...refusals);
const oldDecision = words('approved', 'approved_for_session', 'denied', 'abort');

/** One reader for each field that `answerFields` has. */
const readers: Readonly<Partial<Record<ServerRequestMethod, Readonly<Record<string, Read>>>>> = {
	'item/commandExecution/requestApproval': {decision: commandDecision},
	'item/fileChange/requestApproval': {decision: fileDecision},
	'item/permissions/requestApproval': {permissions, scope: words('turn', 'session')},
	'item/tool/requestUserInput': {answers},
	'mcpServer/elicitation/request': {action: words('accept', 'decline', 'cancel'), content, _meta: meta},
	execCommandApproval: {decision: oldDecision},
	applyPatchApproval: {decision: oldDecision},
};

/** Fields that the stock client adds and that change nothing where they say no. */
const idle: Readonly<Record<string, readonly unknown[] | undefined>> = {strictAutoReview: [false, null]};

const no = (why: string): AnswerVerdict => ({ok: false, why});

/** Whether somebody may be shown this request who is not the owner: one kind asks for a proof that it is he. */
export const isForGuests = ({params}: ShownRequest): boolean =>
	asRecord(params)?.mode !== 'openai/userVerification';

/** `answer` is the `result` of the guest's response; an error of a guest does not come here: it is dropped. */
export const judgeAnswer = (request: ShownRequest, answer: unknown, role: Role): AnswerVerdict => {
	if (!answeringModes.includes(role)) return no(`Your role here is ${role}: it does not answer requests.`);
	const method = request.method as ServerRequestMethod;
	const fields = Object.hasOwn(answerFields, method) ? answerFields[method] : undefined;
	const read = readers[method];
	if (fields === undefined || read === undefined || !isForGuests(request))
		return no('This request is not for a guest to answer.');
	const given = asRecord(answer);
	if (given === undefined) return no('The answer is not an object.');
	const asked = asRecord(request.params) ?? {};
	const kept: Array<[string, Json]> = [];
	for (const [name, value] of Object.entries(given)) {
		if (!fields.includes(name)) {
			if (value === undefined || (Object.hasOwn(idle, name) && idle[name]?.includes(value))) continue;
			return no(`The answer may not say ${JSON.stringify(name.slice(0, 80))}.`);
		}
		const told = Object.hasOwn(read, name) ? read[name]?.(value, asked) : undefined;
		if (told === undefined) return no(`The answer's "${name}" is not what was offered.`);
		kept.push([name, told]);
	}
	const [first] = fields;
	if (first !== undefined && !kept.some(([name]) => name === first))
		return no(`The answer has no "${first}".`);
	return {ok: true, result: Object.fromEntries(kept)};
};
