/** Short ways to write events down, for the tests of the reducer. All are about the thread `t` unless they say otherwise. */
import {decodeItem, decodeResumeResponse, decodeTurnsPage} from '../../source/protocol/decode.ts';
import type {Json, WireItem, WireTurnsPage} from '../../source/protocol/types.ts';
import type {ThreadEvent} from '../../source/thread/events.ts';
import {reduce} from '../../source/thread/reduce.ts';
import {type Item, initialThreadState, type ThreadState} from '../../source/thread/state.ts';

type Fields = {readonly [key: string]: Json | undefined};

export const notified = (method: string, params: Fields = {}, atMs = 1000): ThreadEvent => ({
	type: 'notified',
	notification: {method, params: {threadId: 't', ...params}},
	atMs,
});

export const started = (item: Fields, turnId = 'T1'): ThreadEvent => notified('item/started', {turnId, item});
export const completed = (item: Fields, turnId = 'T1'): ThreadEvent =>
	notified('item/completed', {turnId, item});
export const delta = (itemId: string, text: string, turnId = 'T1'): ThreadEvent =>
	notified('item/agentMessage/delta', {turnId, itemId, delta: text});
export const output = (itemId: string, text: string, turnId = 'T1'): ThreadEvent =>
	notified('item/commandExecution/outputDelta', {turnId, itemId, delta: text});
export const turnStarted = (id = 'T1'): ThreadEvent =>
	notified('turn/started', {turn: {id, items: [], status: 'inProgress', startedAt: 5}});
export const turnCompleted = (id = 'T1', status = 'completed', error: Json = null): ThreadEvent =>
	notified('turn/completed', {turn: {id, items: [], status, error, completedAt: 9}});
export const disconnected: ThreadEvent = {type: 'disconnected', atMs: 2000};

export const message = (id: string, text: string): Fields => ({type: 'agentMessage', id, text});
export const user = (id: string, text: string, clientId: string | null = null): Fields => ({
	type: 'userMessage',
	id,
	clientId,
	content: [{type: 'text', text}],
});
export const command = (id: string, line: string, more: Fields = {}): Fields => ({
	type: 'commandExecution',
	id,
	command: line,
	status: 'completed',
	...more,
});

export const turn = (id: string, items: readonly Fields[], more: Fields = {}): Fields => ({
	id,
	items,
	itemsView: 'full',
	status: 'completed',
	...more,
});

/** Turns are given oldest first; the page is newest first, as the server sends it. */
export const page = (turns: readonly Fields[], nextCursor: string | null = null): WireTurnsPage => {
	const decoded = decodeTurnsPage({data: turns.toReversed(), nextCursor});
	if (decoded === undefined) throw new Error('a page of the test does not decode');
	return decoded;
};

export const hydrated = (
	turns: readonly Fields[],
	nextCursor: string | null = null,
	more: {readonly thread?: Fields; readonly response?: Fields} = {},
): ThreadEvent => {
	const response = decodeResumeResponse({
		thread: {id: 't', preview: 'hello', cwd: '/app', status: {type: 'idle'}, ...more.thread},
		initialTurnsPage: {data: []},
		...more.response,
	});
	if (response === undefined) throw new Error('a response of the test does not decode');
	return {type: 'hydrated', response, page: page(turns, nextCursor), atMs: 500};
};

export const relisted = (turns: readonly Fields[], nextCursor: string | null = null): ThreadEvent => ({
	type: 'turnsRelisted',
	page: page(turns, nextCursor),
	atMs: 600,
});

export const older = (turns: readonly Fields[], nextCursor: string | null = null): ThreadEvent => ({
	type: 'olderTurnsLoaded',
	page: page(turns, nextCursor),
	atMs: 700,
});

export const fold = (state: ThreadState, ...events: readonly ThreadEvent[]): ThreadState =>
	events.reduce(reduce, state);

/** Subscribed to a thread without turns. */
export const empty = fold(initialThreadState, hydrated([]));
/** Subscribed, and the turn T1 has begun. */
export const running = fold(empty, turnStarted());

export const turnOf = (state: ThreadState, id = 'T1') => state.turns.find(held => held.id === id);
export const itemsOf = (state: ThreadState, id = 'T1'): readonly Item[] => turnOf(state, id)?.items ?? [];
export const ids = (items: readonly Item[]): readonly string[] => items.map(item => item.id);

export const itemOf = (state: ThreadState, id: string, turnId = 'T1'): Item => {
	const found = itemsOf(state, turnId).find(item => item.id === id);
	if (found === undefined) throw new Error(`no item ${id} in ${turnId}`);
	return found;
};

/** What a person reads of an item: its text, or its output. */
export const textOf = ({content}: Item): string | undefined => {
	if (content.type === 'agentMessage' || content.type === 'plan') return content.text;
	if (content.type === 'commandExecution') return content.aggregatedOutput ?? undefined;
	return undefined;
};

export const wire = (raw: Fields): WireItem => {
	const item = decodeItem(raw);
	if (item === undefined) throw new Error('an item of the test does not decode');
	return item;
};
