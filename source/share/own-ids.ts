/**
 * A guest's own messages with the ids that his client gave them, for a client that is no Jumpseat: the stock one waits
 * for its own id to come back, shows the message as not yet sent until then, and sends it again on Escape (measured,
 * 0.169). Everybody else is told the signed id.
 *
 * Invariant: only ids that are signed with this guest's name change. Pure; called by the gateway for what one stock
 * guest is told, after it is redacted.
 */
import {asArray, asRecord, asString} from '../protocol/fields.ts';
import type {Json} from '../protocol/types.ts';
import {parseSignature, signMessage} from '../thread/signature.ts';

/** Where messages are, in answers and notifications. */
const places: readonly string[] = [
	'data',
	'initialTurnsPage',
	'item',
	'items',
	'queuedSubmission',
	'thread',
	'turn',
	'turns',
];
const ids: readonly string[] = ['clientId', 'clientUserMessageId'];

/** The same object where there is nothing of his in it: what all are told can be told to him, too. */
export const withOwnIds = (told: Json, name: string): Json => {
	const list = asArray(told) as readonly Json[] | undefined;
	if (list !== undefined) {
		const next = list.map(each => withOwnIds(each, name));
		return next.some((each, index) => each !== list[index]) ? next : told;
	}
	const fields = asRecord(told);
	if (fields === undefined) return told;
	let changed: {[name: string]: Json} | undefined;
	for (const [member, value] of Object.entries(fields) as Array<[string, Json]>) {
		const next = ids.includes(member)
			? ownId(value, name)
			: places.includes(member)
				? withOwnIds(value, name)
				: value;
		if (next !== value) changed = {...(changed ?? (fields as {[name: string]: Json})), [member]: next};
	}
	return changed ?? told;
};

const ownId = (value: Json, name: string): Json => {
	const id = asString(value);
	const uuid = parseSignature(id)?.uuid;
	return uuid !== undefined && id === signMessage(name, uuid) ? uuid : value;
};
