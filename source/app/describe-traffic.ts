/** Traffic on the wire → an entry of the event log: a name, a few words, and which deltas fold into one line. Pure. */
import type {Traffic} from '../app-server/connection.ts';
import type {Json} from '../protocol/types.ts';
import type {EventEntry} from '../thread/event-log.ts';

type Entry = Omit<EventEntry, 'sequence' | 'count'>;

const fieldsOf = (value: Json | unknown): Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? {...value} : {};

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const describeTraffic = (traffic: Traffic): Entry => {
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
				foldKey: isDelta ? `${traffic.method} ${String(params.itemId)}` : undefined,
			};
		}
		case 'request':
			return {
				...base,
				kind: 'request',
				name: traffic.method,
				detail: `#${String(traffic.id)} ${textOf(fieldsOf(traffic.params).command) ?? ''}`,
				payload: {id: traffic.id, method: traffic.method, params: traffic.params},
			};
		case 'response': {
			const {outcome} = traffic;
			return {
				...base,
				kind: 'response',
				name: traffic.method,
				detail: outcome.ok ? `answer to #${String(traffic.id)}` : `refused: ${outcome.error.message}`,
				payload: outcome.ok
					? {id: traffic.id, result: outcome.result}
					: {id: traffic.id, error: {code: outcome.error.code, message: outcome.error.message}},
			};
		}
		case 'sent':
			return {
				...base,
				kind: 'sent',
				name: traffic.method,
				detail: traffic.id === undefined ? 'sent' : `sent #${String(traffic.id)}`,
				payload: {id: traffic.id, method: traffic.method, params: traffic.params},
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
				detail: `for #${String(traffic.id)}`,
				payload: {id: traffic.id},
			};
	}
};

/** What tells one event from its neighbours. */
const detailOf = (method: string, params: Readonly<Record<string, unknown>>): string => {
	const item = fieldsOf(params.item);
	const status = fieldsOf(params.status);
	const turn = fieldsOf(params.turn);
	const error = fieldsOf(params.error);
	if (method.startsWith('item/') && textOf(item.type) !== undefined) {
		return [textOf(item.type), textOf(item.status), textOf(item.command)].filter(Boolean).join(' · ');
	}
	if (method.startsWith('turn/') && textOf(turn.status) !== undefined) return String(turn.status);
	if (method === 'thread/status/changed') {
		const flags = status.activeFlags;
		return [textOf(status.type), ...(Array.isArray(flags) ? flags.map(String) : [])]
			.filter(Boolean)
			.join(' · ');
	}
	return (
		textOf(params.delta) ??
		textOf(params.message) ??
		textOf(error.message) ??
		textOf(params.threadName) ??
		textOf(params.summary) ??
		(params.requestId === undefined ? '' : `#${String(params.requestId)}`)
	);
};
