/**
 * What a guest is told of what the server says: answers, notifications and requests, each cut down to an allow-list.
 *
 * Invariant: nothing about a thread outside the family, and no member that the tables do not name. Pure and total;
 * called by the gateway for every frame on its way down. The owner's own seat gets everything, and never comes here.
 */
import {asRecord} from '../protocol/fields.ts';
import type {Json} from '../protocol/types.ts';
import type {Kin} from './family.ts';
import {isForGuests} from './judge-answer.ts';
import {notificationMembers, requestMembers} from './redact-events.ts';
import {resultMembers} from './redact-thread.ts';
import {type Members, members, shaped} from './shape.ts';

type Message = {readonly method: string; readonly params: unknown};

const tableOf = (
	tables: Readonly<Record<string, Members | undefined>>,
	method: string,
): Members | undefined => (Object.hasOwn(tables, method) ? tables[method] : undefined);

/** The `result` of a call that `judge` let through. Of any other, and of a malformed answer, it is `{}`. */
export const redactResult = (method: string, result: unknown, kin: Kin): Json => {
	const table = tableOf(resultMembers, method);
	return (table === undefined ? undefined : shaped(members(table), result, kin)) ?? {};
};

const threadOf = (params: unknown): unknown => {
	const fields = asRecord(params);
	return fields?.threadId ?? fields?.conversationId ?? asRecord(fields?.thread)?.id;
};

const toldOf = (
	tables: Readonly<Record<string, Members | undefined>>,
	{method, params}: Message,
	kin: Kin,
): Json | undefined => {
	const table = tableOf(tables, method);
	return table === undefined || !kin.has(threadOf(params)) ? undefined : shaped(members(table), params, kin);
};

/** The `params` of a notification; undefined when it is not for guests. The family hears of it before. */
export const redactNotification = (message: Message, kin: Kin): Json | undefined =>
	toldOf(notificationMembers, message, kin);

/** The `params` of a request of the server; undefined when it is not for a guest to see. */
export const redactRequest = (message: Message, kin: Kin): Json | undefined =>
	isForGuests(message) ? toldOf(requestMembers, message, kin) : undefined;
