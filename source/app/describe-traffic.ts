/** Traffic on the wire → an entry of the event log: a name, a few words, and which deltas fold into one line. Pure. */
import type {Traffic} from '../app-server/connection.ts';
import {decisionOf} from '../protocol/decision.ts';
import {asRecord, asString, type JsonRecord} from '../protocol/fields.ts';
import {decodeAnswered, decodePresence} from '../protocol/share.ts';
import type {EventEntry} from '../thread/event-log.ts';

type Entry = Omit<EventEntry, 'sequence' | 'count'>;

const fieldsOf = (value: unknown): JsonRecord => asRecord(value) ?? {};

/** An id or a flag. Anything else has no words: even asking an object for its own may throw. */
const wordOf = (value: unknown): string =>
	typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** Enough for the widest pane; the filter looks through the details of thousands of entries. */
const longestDetail = 400;

export const describeTraffic = (traffic: Traffic): Entry => {
	const entry = describe(traffic);
	return entry.detail.length > longestDetail
		? {...entry, detail: entry.detail.slice(0, longestDetail)}
		: entry;
};

/** What a person typed into an answer may be a secret: it went to the server and stays nowhere else. */
const withoutTyped = (result: unknown): JsonRecord =>
	Object.fromEntries(
		Object.entries(fieldsOf(result)).map(([field, value]) =>
			field === 'answers' || (field === 'content' && value !== null) ? [field, '(not kept)'] : [field, value],
		),
	);

/** Who comes in by a link or comes back by a key does so as that guest: neither is kept beside what shows it. */
const withoutTokens = (method: string, result: unknown): unknown => {
	const fields = asRecord(result);
	if (method === 'jumpseat/share/invite' && fields !== undefined) return {...fields, link: '(not kept)'};
	const welcome = method === 'initialize' ? asRecord(fields?.jumpseat) : undefined;
	return welcome?.returnKey === undefined
		? result
		: {...fields, jumpseat: {...welcome, returnKey: '(not kept)'}};
};

/** Who looks where, and who writes: one line that counts. */
const shareFoldKey = (method: string): string | undefined =>
	method === 'jumpseat/presence' || method === 'jumpseat/here' ? method : undefined;

const shareDetail = (method: string, params: JsonRecord): string | undefined => {
	if (method === 'jumpseat/answered') {
		const answered = decodeAnswered(params);
		return answered && `#${answered.requestId} ${decisionOf(answered.answer)} by ${answered.by}`;
	}
	if (method !== 'jumpseat/presence') return undefined;
	const people = decodePresence(params)?.people ?? [];
	return people.map(({name, role, typing}) => `${name} (${role}${typing ? ', typing' : ''})`).join(' · ');
};

const describe = (traffic: Traffic): Entry => {
	const base = {atMs: traffic.atMs, bytes: traffic.bytes, emittedAtMs: undefined, foldKey: undefined};
	switch (traffic.kind) {
		case 'notification': {
			const params = fieldsOf(traffic.params);
			const isDelta = /delta$/i.test(traffic.method);
			return {
				...base,
				kind: 'notification',
				emittedAtMs: traffic.emittedAtMs,
				name: traffic.method,
				detail: detailOf(traffic.method, params),
				payload: {method: traffic.method, params: traffic.params, emittedAtMs: traffic.emittedAtMs},
				foldKey: isDelta ? `${traffic.method} ${wordOf(params.itemId)}` : shareFoldKey(traffic.method),
			};
		}
		case 'request':
			return {
				...base,
				kind: 'request',
				name: traffic.method,
				detail: `#${traffic.id} ${asString(fieldsOf(traffic.params).command) ?? ''}`.trimEnd(),
				payload: {id: traffic.id, method: traffic.method, params: traffic.params},
			};
		case 'response': {
			const {outcome} = traffic;
			return {
				...base,
				kind: 'response',
				name: traffic.method,
				detail: outcome.ok ? `answer to #${traffic.id}` : `refused: ${outcome.error.message}`,
				payload: outcome.ok
					? {id: traffic.id, result: withoutTokens(traffic.method, outcome.result)}
					: {id: traffic.id, error: {code: outcome.error.code, message: outcome.error.message}},
			};
		}
		case 'sent':
			if (traffic.method === 'answer')
				return {
					...base,
					kind: 'sent',
					name: 'answer',
					detail: `to request #${traffic.id}`,
					payload: {id: traffic.id, result: withoutTyped(traffic.params)},
				};
			return {
				...base,
				kind: 'sent',
				name: traffic.method,
				detail: traffic.id === undefined ? 'sent' : `sent #${traffic.id}`,
				payload: {id: traffic.id, method: traffic.method, params: traffic.params},
				foldKey: shareFoldKey(traffic.method),
			};
		case 'malformed':
			return {
				...base,
				kind: 'oddity',
				name: 'malformed frame',
				detail: `${traffic.reason}: ${traffic.excerpt}`,
				payload: {reason: traffic.reason, excerpt: traffic.excerpt},
			};
		case 'unsolicited':
			return {
				...base,
				kind: 'oddity',
				name: 'unasked-for response',
				detail: `for #${traffic.id}`,
				payload: {id: traffic.id},
			};
	}
};

/** What tells one event from its neighbours. */
const detailOf = (method: string, params: JsonRecord): string => {
	const item = fieldsOf(params.item);
	const status = fieldsOf(params.status);
	const turn = fieldsOf(params.turn);
	const error = fieldsOf(params.error);
	if (method.startsWith('item/') && asString(item.type) !== undefined) {
		return [asString(item.type), asString(item.status), asString(item.command)].filter(Boolean).join(' · ');
	}
	const ofShare = shareDetail(method, params);
	if (ofShare !== undefined) return ofShare;
	if (method.startsWith('turn/') && asString(turn.status) !== undefined) return String(turn.status);
	if (method === 'thread/status/changed') {
		const flags = status.activeFlags;
		return [asString(status.type), ...(Array.isArray(flags) ? flags.map(wordOf) : [])]
			.filter(Boolean)
			.join(' · ');
	}
	return (
		asString(params.delta) ??
		asString(params.message) ??
		asString(error.message) ??
		asString(params.threadName) ??
		asString(params.summary) ??
		(wordOf(params.requestId) === '' ? '' : `#${wordOf(params.requestId)}`)
	);
};
