/**
 * A thread as JSON Lines (docs/json.md): a `jumpseat/hydrated` line with the thread and its turns, then every
 * notification and every request of the server about this thread, exactly as it was delivered. Called by `tail`.
 *
 * Invariants: a frame of the server is written as it came (`frame.ts` tells the two exceptions) and in its place
 * in the wire order; what is lost with a connection is marked by a `jumpseat/gap` line, and the next line of ours
 * lists again what it may have changed.
 */

import type {AppState} from '../../app/state.ts';
import type {Traffic} from '../../app-server/connection.ts';
import type {SessionEvent} from '../../app-server/session-events.ts';
import {asArray, asRecord, asString} from '../../protocol/fields.ts';
import type {Json} from '../../protocol/types.ts';
import {jsonLine} from '../json-line.ts';
import {threadJson} from '../thread-json.ts';
import {frameLine, type Reader} from './frame.ts';
import type {From, TailWriter} from './writer.ts';

export type JsonOptions = {
	readonly write: (text: string) => void;
	readonly threadId: string;
	/** Of the frames of the server, by their method. */
	readonly isWanted: (method: string) => boolean;
	readonly reader: Reader;
};

/** The thread that a frame is about; undefined: it is about none, such as the rate limits of an account. */
const threadOf = (params: Json): string | undefined => {
	const fields = asRecord(params);
	// Old servers say `conversationId` in their requests; `thread/started` brings the whole thread.
	return (
		asString(fields?.threadId) ?? asString(fields?.conversationId) ?? asString(asRecord(fields?.thread)?.id)
	);
};

/** Lists of turns, in whichever answer of the server they stand. */
const listedTurns = (method: string, result: unknown): readonly unknown[] => {
	const fields = asRecord(result);
	switch (method) {
		case 'thread/turns/list':
			return asArray(fields?.data) ?? [];
		case 'thread/resume':
			return (
				asArray(asRecord(fields?.initialTurnsPage)?.data) ?? asArray(asRecord(fields?.thread)?.turns) ?? []
			);
		case 'thread/read':
			return asArray(asRecord(fields?.thread)?.turns) ?? [];
		default:
			return [];
	}
};

export const createJsonTail = ({write, threadId, isWanted, reader}: JsonOptions): TailWriter => {
	/** Turns as the server listed them, by id, until a line of ours tells them. */
	const listed = new Map<string, unknown>();
	/** `closed`: nothing is written, for what comes is told by the next line of ours. */
	let gate: 'closed' | 'open' = 'closed';
	/** Frames behind the answer to a join: they follow the line that tells of it. */
	let behind: string[] | undefined;

	const tell = (type: string, fields: object): void =>
		write(jsonLine({jumpseat: 1, type, threadId, ...fields}));

	const onResult = (method: string, result: unknown): void => {
		if (method === 'thread/resume') behind = [];
		for (const turn of listedTurns(method, result)) {
			const id = asString(asRecord(turn)?.id);
			if (id !== undefined) listed.set(id, turn);
		}
	};

	const onFrame = (traffic: Extract<Traffic, {kind: 'notification' | 'request'}>): void => {
		const {text, method, params} = traffic;
		if (text === undefined || threadOf(params) !== threadId || !isWanted(method)) return;
		if (behind !== undefined) behind.push(frameLine(text, reader));
		else if (gate === 'open') write(frameLine(text, reader));
	};

	/** Raw turns from there on, oldest first, and whether there are older ones. */
	const turnsFrom = ({thread}: AppState, from: From) => {
		const known = thread.turns.filter(({id, partIds = []}) =>
			[id, ...partIds].some(each => listed.has(each)),
		);
		const first = firstOf(known, from);
		const hasOlder = first > 0 || typeof thread.olderCursor === 'string' || known[0] !== thread.turns[0];
		const turns = known
			.slice(first)
			.flatMap(({id, partIds = []}) => [id, ...partIds])
			.flatMap(id => (listed.has(id) ? [listed.get(id)] : []));
		return {turns, hasOlder};
	};

	return {
		onJoined(state, from) {
			const {connection, thread, server} = state;
			tell('jumpseat/hydrated', {
				server: {version: server?.version ?? null},
				waitingFor: connection.kind === 'waiting' ? connection.reason : null,
				thread: thread.info === undefined ? null : threadJson(thread.info),
				...turnsFrom(state, from),
			});
			listed.clear();
			gate = 'open';
			for (const line of behind ?? []) write(line);
			behind = undefined;
		},
		onEvent(event: SessionEvent, state) {
			if (event.type === 'traffic') {
				const {traffic} = event;
				if (traffic.kind === 'response' && traffic.outcome.ok)
					onResult(traffic.method, traffic.outcome.result);
				if (traffic.kind === 'notification' || traffic.kind === 'request') onFrame(traffic);
			}
			if (event.type === 'connectionMoved' && event.connection.kind === 'reconnecting') {
				behind = undefined;
				if (gate === 'open') tell('jumpseat/gap', {atMs: state.nowMs, why: event.connection.why});
				gate = 'closed';
				listed.clear();
			}
		},
		onReplayed() {},
	};
};

const firstOf = (turns: ReadonlyArray<{readonly id: string}>, from: From): number => {
	if (!('since' in from))
		return Math.max(
			0,
			turns.findIndex(({id}) => id === from.newestTurnId),
		);
	switch (from.since) {
		case 'start':
			return 0;
		case 'turn':
			return Math.max(0, turns.length - 1);
		case 'now':
			return turns.length;
	}
};
