/**
 * The owner's own seat in the share: what only he may ask of it, and his calls to the server, which pass as they would
 * without a share, within the family of the thread.
 */
import {GateError, permit} from '../app-server/gate.ts';
import {rpcCodes} from '../json-rpc/errors.ts';
import {asNumber, asRecord, asString} from '../protocol/fields.ts';
import {type CodexMethod, outgoing} from '../protocol/methods.ts';
import {type Invited, isRole, type Role, type ShareDescription} from '../protocol/share.ts';
import type {Json} from '../protocol/types.ts';
import type {Family} from './family.ts';
import type {Call} from './guest.ts';
import type {CleanParams, Verdict} from './rules.ts';
import {localMethods} from './rules.ts';

/** What the owner may do with his share; each throws an error whose message is a sentence. */
export type Control = {
	readonly describe: () => ShareDescription;
	readonly invite: (wanted: {name: string; role: Role; expiresInMs?: number; once?: boolean}) => Invited;
	readonly setRole: (name: string, role: Role) => void;
	readonly remove: (name: string) => void;
	readonly end: () => void;
};

class ParamsError extends Error {}

const needed = <Value>(value: Value | undefined, name: string): Value => {
	if (value === undefined) throw new ParamsError(`"${name}" is missing or not what may stand there.`);
	return value;
};
const roleIn = (value: unknown): Role => needed(isRole(value) ? value : undefined, 'role');
const nameIn = (value: unknown): string => needed(asString(value), 'name');

const controlled = (call: Call, control: Control): Json => {
	const fields = asRecord(call.params) ?? {};
	switch (call.method) {
		case 'jumpseat/share/read':
			return control.describe();
		case 'jumpseat/share/invite': {
			const expiresInMs = asNumber(fields.expiresInMs);
			return control.invite({
				name: nameIn(fields.name),
				role: roleIn(fields.role),
				...(expiresInMs !== undefined && {expiresInMs}),
				once: fields.once === true,
			});
		}
		case 'jumpseat/share/role':
			control.setRole(nameIn(fields.name), roleIn(fields.role));
			return {};
		case 'jumpseat/share/remove':
			control.remove(nameIn(fields.name));
			return {};
		case 'jumpseat/share/end':
			control.end();
			return {};
		default:
			throw new ParamsError(`A share has no ${JSON.stringify(call.method.slice(0, 80))}.`);
	}
};

/** Reads, which load and touch nothing: the owner's list of threads asks them of others, too. */
const anyThread: readonly string[] = [
	'thread/list',
	'thread/loaded/list',
	'thread/read',
	'thread/turns/list',
	'thread/items/list',
];
/** What depends on the connection is the share's; lists are the server's. */
const local = localMethods.filter(method => !anyThread.includes(method));

const withoutNulls = (params: Json): CleanParams =>
	Object.fromEntries(
		Object.entries(asRecord(params) ?? {}).filter(([, value]) => value !== null && value !== undefined),
	) as CleanParams;

/** What becomes of a call of the owner's seat. */
export const judgeOwner = (call: Call, family: Family, control: Control): Verdict => {
	const {method} = call;
	if (method.startsWith('jumpseat/')) {
		try {
			return {kind: 'answer', result: controlled(call, control)};
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			return {
				kind: 'refuse',
				code: error instanceof ParamsError ? rpcCodes.badParams : rpcCodes.internal,
				message,
			};
		}
	}
	const params = withoutNulls(call.params);
	try {
		permit('drive', {method, params});
	} catch (error) {
		if (!(error instanceof GateError)) throw error;
		return {kind: 'refuse', code: rpcCodes.noMethod, message: error.message};
	}
	const known = method as CodexMethod;
	if (outgoing[known].kind !== 'request')
		return {kind: 'refuse', code: rpcCodes.noMethod, message: 'That is no request.'};
	if (params.threadId !== undefined && !family.has(params.threadId) && !anyThread.includes(method)) {
		return {
			kind: 'refuse',
			code: rpcCodes.badParams,
			message: 'This share is of one thread: attach to the server itself for the others.',
		};
	}
	const localMethod = local.find(each => each === method);
	return localMethod === undefined
		? {kind: 'forward', method: known, params}
		: {kind: 'local', method: localMethod, params};
};
