/**
 * What a line of a log (`--log`) says of an event: methods, ids, sizes, times, what happened to the connection. Pure.
 *
 * Invariant: only named members are taken over, and only such as look like an id or a method, so that no text of a
 * message, of output, of an answer or of an error of the server can be in it, whatever the server sends. Called by
 * `log-file.ts`.
 */
import type {Traffic} from '../../app-server/connection.ts';
import type {ConnectionState} from '../../app-server/connection-state.ts';
import type {SessionEvent} from '../../app-server/session-events.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import {jsonLine} from '../json-line.ts';

/** Members of one line; undefined ones are left out. */
type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

export const logLine = (type: string, atMs: number, facts: Facts): string =>
	jsonLine({jumpseat: 1, type: `log/${type}`, atMs, ...facts});

const longestWord = 100;

/** An id, a method or a kind; anything else of that name could be a text. */
const word = (value: unknown): string | number | undefined => {
	if (typeof value === 'number') return value;
	return typeof value === 'string' && value.length <= longestWord && /^[\w$./:-]+$/.test(value)
		? value
		: undefined;
};

const methodWord = (method: string): string | number => word(method) ?? '?';

const member = (value: unknown, name: string): unknown =>
	typeof value === 'object' && value !== null && Object.hasOwn(value, name)
		? (value as Readonly<Record<string, unknown>>)[name]
		: undefined;

const idsOf = (params: unknown): Facts => {
	const item = member(params, 'item');
	return {
		threadId: word(member(params, 'threadId') ?? member(member(params, 'thread'), 'id')),
		turnId: word(
			member(params, 'turnId') ?? member(params, 'expectedTurnId') ?? member(member(params, 'turn'), 'id'),
		),
		itemId: word(member(params, 'itemId') ?? member(item, 'id')),
		itemType: word(member(item, 'type')),
		requestId: word(member(params, 'requestId')),
	};
};

const trafficLine = (traffic: Traffic): string => {
	const {bytes, atMs} = traffic;
	const line = (direction: 'in' | 'out', facts: Facts): string =>
		logLine('frame', atMs, {direction, ...facts, bytes});
	switch (traffic.kind) {
		case 'sent':
			return line('out', {
				kind:
					traffic.method === 'answer' ? 'response' : traffic.id === undefined ? 'notification' : 'request',
				id: word(traffic.id),
				...(traffic.method === 'answer'
					? {}
					: {method: methodWord(traffic.method), ...idsOf(traffic.params)}),
			});
		case 'notification':
			return line('in', {
				kind: 'notification',
				method: methodWord(traffic.method),
				...idsOf(traffic.params),
				emittedAtMs: traffic.emittedAtMs,
			});
		case 'request':
			return line('in', {
				kind: 'request',
				id: word(traffic.id),
				method: methodWord(traffic.method),
				...idsOf(traffic.params),
			});
		case 'response': {
			const {id, method, outcome} = traffic;
			return line('in', {
				kind: 'response',
				id,
				method: methodWord(method),
				error: outcome.ok ? undefined : outcome.error.kind,
				errorCode: outcome.ok ? undefined : outcome.error.code,
			});
		}
		case 'malformed':
			return line('in', {kind: 'malformed', reason: word(traffic.reason) ?? '?'});
		case 'unsolicited':
			return line('in', {kind: 'unsolicited', id: word(traffic.id)});
	}
};

const longestSentence = 300;

/** Of our own making, or a reason for the end of a connection; never the answer to what was sent. */
export const sentence = (text: string): string => sanitiseLine(text).slice(0, longestSentence);

/** `before`: a thread that could not be joined is told in the words of the server, which may quote the thread. */
const stateFacts = (state: ConnectionState, before: ConnectionState['kind']): Facts => {
	switch (state.kind) {
		case 'idle':
		case 'hydrating':
		case 'live':
		case 'closed':
			return {state: state.kind};
		case 'connecting':
		case 'initializing':
			return {state: state.kind, attempt: state.attempt};
		case 'waiting':
			return {state: state.kind, reason: state.reason};
		case 'reconnecting':
			return {state: state.kind, attempt: state.attempt, nextAtMs: state.nextAtMs, why: sentence(state.why)};
		case 'failed':
			return {state: state.kind, why: before === 'hydrating' ? undefined : sentence(state.why)};
	}
};

/**
 * The lines of one session, event by event; undefined where the frames have told it already, or where it is nothing of
 * the wire. `nowMs` for events without a time.
 */
export const createEventLines = (nowMs: () => number): ((event: SessionEvent) => string | undefined) => {
	let before: ConnectionState['kind'] = 'idle';
	return event => {
		switch (event.type) {
			case 'traffic':
				return trafficLine(event.traffic);
			case 'connectionMoved': {
				const {connection, atMs} = event;
				const line = logLine('connection', atMs, stateFacts(connection, before));
				before = connection.kind;
				return line;
			}
			case 'serverIdentified': {
				const {version, platformOs} = event.server;
				return logLine('server', nowMs(), {version: word(version), platform: word(platformOs)});
			}
			case 'threadChosen':
				return logLine('thread', nowMs(), {threadId: word(event.threadId)});
			case 'latencyMeasured':
				return logLine('latency', nowMs(), {roundTripMs: event.roundTripMs});
			// Why, may repeat what was sent.
			case 'messageRefused':
			case 'messageUncertain':
			case 'askFailed':
				return logLine(event.type, event.atMs, {});
			case 'answerRefused':
				return logLine(event.type, event.atMs, {requestId: word(event.requestId)});
			case 'threadEvent':
			case 'threadsListed':
			case 'messageAccepted':
			case 'queueListed':
			case 'queueUnsupported':
			case 'answerSent':
				return undefined;
		}
	};
};
