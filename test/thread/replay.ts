/** Turns a recorded transcript into the events that the session would have made of it. */
import {
	asRecord,
	asString,
	decodeResumeResponse,
	decodeThread,
	decodeTurnsPage,
} from '../../source/protocol/decode.ts';
import type {Json, RpcId, WireResumeResponse, WireTurnsPage} from '../../source/protocol/types.ts';
import type {ThreadEvent} from '../../source/thread/events.ts';

export type Line = {readonly dir: string; readonly frame: unknown};

export type Recording = {
	readonly events: readonly ThreadEvent[];
	/** The answer to the last listing: the whole history, at the end. */
	readonly history: WireTurnsPage | undefined;
	/** The answer to the first subscription. */
	readonly response: WireResumeResponse | undefined;
};

const noPage: WireTurnsPage = {data: [], nextCursor: null};

const answered = (method: string | undefined, result: unknown, atMs: number): ThreadEvent | undefined => {
	switch (method) {
		case 'thread/resume': {
			const response = decodeResumeResponse(result);
			return response && {type: 'hydrated', response, page: response.initialTurnsPage ?? noPage, atMs};
		}
		case 'thread/read': {
			const thread = decodeThread(asRecord(result)?.thread);
			return thread && {type: 'threadDescribed', thread, atMs};
		}
		case 'thread/turns/list': {
			const page = decodeTurnsPage(result);
			return page && {type: 'turnsRelisted', page, atMs};
		}
		default:
			return undefined;
	}
};

/** Total, as the session is: a frame that makes no sense makes no event. */
export const replay = (lines: readonly Line[]): Recording => {
	const asked = new Map<unknown, string>();
	const events: ThreadEvent[] = [];
	let atMs = 0;
	for (const {dir, frame: raw} of lines) {
		atMs += 1;
		const frame = asRecord(raw);
		const method = asString(frame?.method);
		if (frame === undefined) continue;
		if (dir === 'out') {
			if (method !== undefined && frame.id !== undefined) asked.set(frame.id, method);
		} else if (method === undefined) {
			const event = answered(asked.get(frame.id), frame.result, atMs);
			if (event !== undefined) events.push(event);
		} else if (frame.id === undefined) {
			const emittedAtMs = typeof frame.emittedAtMs === 'number' ? {emittedAtMs: frame.emittedAtMs} : {};
			events.push({
				type: 'notified',
				notification: {method, params: frame.params as Json, ...emittedAtMs},
				atMs,
			});
		} else {
			const request = {id: frame.id as RpcId, method, params: frame.params as Json};
			events.push({type: 'requested', request, atMs});
		}
	}
	const last = events.at(-1);
	const isHistory = last?.type === 'turnsRelisted';
	return {
		events: isHistory ? events.slice(0, -1) : events,
		history: isHistory ? last.page : undefined,
		response: events.find(event => event.type === 'hydrated')?.response,
	};
};
