/**
 * A seat that is left open for a day, without sockets: frames of memory-script.ts go in as text, become the state as in
 * `commands/attach.tsx`, are drawn at intervals, and what follows from them is carried out against lists made on demand.
 *
 * Invariant: nothing is kept here that the program would not keep, so that what grows is the program's.
 */
import {applyEvents} from '../../source/app/apply.ts';
import {chromeModel} from '../../source/app/chrome.ts';
import {decide} from '../../source/app/decide.ts';
import {followUps} from '../../source/app/follow-ups.ts';
import type {Intent} from '../../source/app/intents.ts';
import {createPanes} from '../../source/app/panes.ts';
import {type AppState, initialAppState} from '../../source/app/state.ts';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
import {decodeResumeResponse, decodeTurnsPage} from '../../source/protocol/decode.ts';
import type {Json, WireTurnsPage} from '../../source/protocol/types.ts';
import {createComposer} from '../../source/screen/compose.ts';
import {paint} from '../../source/screen/compositor.ts';
import type {Frame} from '../../source/screen/frame.ts';
import type {ThreadEvent} from '../../source/thread/events.ts';
import {createFormat} from '../../source/view/format.ts';
import {framesOfTurn, listedTurn, memoryThread, turnIdOf, type WireFrame} from './memory-script.ts';

export type Day = {
	readonly state: () => AppState;
	/** Plays the next turn; returns how many of its frames were deltas. */
	readonly playTurn: () => number;
	/** Any frame of the server, in the middle of whatever. */
	readonly hear: (frame: WireFrame) => void;
	readonly flush: () => void;
	readonly draw: () => void;
	/** The text of the Thread pane, row by row. */
	readonly rows: () => readonly string[];
	/** To the first turn that there is, with all the pages, and back to the newest. */
	readonly lookBack: () => void;
	readonly toTail: () => void;
};

export type DayOptions = {
	readonly deltasATurn: number;
	/** Frames between two pictures. Default 5000. */
	readonly framesAPicture?: number;
};

/** What comes in one read of a socket. */
const framesABatch = 50;
const pageTurns = 20;
const size = {columns: 140, rows: 50};
const startMs = 1_795_000_000_000;

export const startDay = ({deltasATurn, framesAPicture = 5000}: DayOptions): Day => {
	const format = createFormat({timeZone: 'UTC'});
	const panes = createPanes(format);
	const composer = createComposer();
	let shown: Frame | undefined;
	let nowMs = startMs;
	let turns = 0;
	let batch: SessionEvent[] = [];
	let sincePicture = 0;
	let state = initialAppState({
		...size,
		observe: false,
		home: '/home/dev',
		nowMs,
		threads: [],
		threadId: memoryThread,
	});

	/** The newest `limit` of the turns before number `before`, and what leads to those before them. */
	const listed = (before: number, limit: number, view: 'full' | 'notLoaded'): WireTurnsPage => {
		const numbers = Array.from({length: Math.min(limit, before - 1)}, (_, at) => before - 1 - at);
		const last = numbers.at(-1) ?? 1;
		const page = decodeTurnsPage({
			data: numbers.map(number =>
				view === 'full'
					? listedTurn(number, deltasATurn)
					: {id: turnIdOf(number), status: 'completed', items: [], itemsView: view},
			),
			nextCursor: last > 1 ? String(last) : null,
		});
		if (page === undefined) throw new Error('a page of the test does not decode');
		return page;
	};

	const tell = (event: Omit<Extract<ThreadEvent, {page: WireTurnsPage}>, 'atMs'> & {type: string}): void => {
		take([{type: 'threadEvent', threadId: memoryThread, event: {...event, atMs: nowMs} as ThreadEvent}]);
	};

	const carryOut = (commands: ReturnType<typeof followUps>): void => {
		for (const command of commands) {
			if (command.type === 'pageOut')
				tell({type: 'turnsPagedOut', page: listed(turns + 1, command.keep, 'notLoaded')});
			if (command.type === 'loadOlder')
				tell({type: 'olderTurnsLoaded', page: listed(Number(command.cursor), pageTurns, 'full')});
			if (command.type === 'relistTurns') tell({type: 'turnsRelisted', page: listed(turns + 1, 2, 'full')});
		}
	};

	function take(events: readonly SessionEvent[]): void {
		if (events.length === 0) return;
		const before = state;
		state = applyEvents({...before, nowMs}, events);
		carryOut(followUps(before, state, events));
	}

	const flush = (): void => {
		const events = batch;
		batch = [];
		take(events);
	};

	const intend = (intent: Intent): void => {
		const decision = decide({...state, nowMs}, intent, panes);
		state = decision.state;
		carryOut(decision.commands);
	};

	const draw = (): void => {
		flush();
		const layout = panes.layout(state);
		const view = panes.threadView(state);
		JSON.stringify(chromeModel(state, panes, view, format));
		const layers = [
			...(layout.thread === undefined ? [] : [{rect: layout.thread, rows: view.rows}]),
			...(layout.side === undefined ? [] : [{rect: layout.side, rows: panes.sideView(state)}]),
		];
		const next = composer.compose({size, chrome: [], panes: layers, cursor: undefined});
		paint(shown, next, {synchronized: true});
		shown = next;
	};

	const hear = (frame: WireFrame): void => {
		// As from a socket: no string of it is shared with anything.
		const text = JSON.stringify(frame);
		const {id, method, params, emittedAtMs} = JSON.parse(text) as {
			readonly id?: number;
			readonly method: string;
			readonly params: Json;
			readonly emittedAtMs?: number;
		};
		const bytes = text.length;
		nowMs += 1;
		if (id === undefined) {
			const notification = {method, params, ...(emittedAtMs === undefined ? {} : {emittedAtMs})};
			batch.push(
				{type: 'traffic', traffic: {kind: 'notification', ...notification, bytes, atMs: nowMs}},
				{type: 'threadEvent', threadId: memoryThread, event: {type: 'notified', notification, atMs: nowMs}},
			);
		} else {
			batch.push(
				{type: 'traffic', traffic: {kind: 'request', id, method, params, bytes, atMs: nowMs}},
				{
					type: 'threadEvent',
					threadId: memoryThread,
					event: {type: 'requested', request: {id, method, params}, atMs: nowMs},
				},
			);
		}
		if (batch.length >= framesABatch * 2) flush();
		sincePicture += 1;
		if (sincePicture >= framesAPicture) {
			sincePicture = 0;
			draw();
		}
	};

	const response = decodeResumeResponse({
		thread: {id: memoryThread, preview: 'A day', cwd: '/home/dev/app', status: {type: 'idle'}},
		initialTurnsPage: {data: [], nextCursor: null},
	});
	if (response === undefined) throw new Error('the response of the test does not decode');
	take([
		{
			type: 'threadEvent',
			threadId: memoryThread,
			event: {type: 'hydrated', response, page: {data: [], nextCursor: null}, atMs: nowMs},
		},
		{type: 'connectionMoved', connection: {kind: 'live'}, atMs: nowMs},
	]);

	return {
		state: () => state,
		hear,
		flush,
		draw,
		rows: () => panes.threadView(state).rows.map(row => row.map(({text}) => text).join('')),
		playTurn() {
			turns += 1;
			let deltas = 0;
			for (const frame of framesOfTurn(turns, deltasATurn)) {
				if (/delta$/i.test(String(frame.method))) deltas += 1;
				hear(frame);
			}
			flush();
			take([{type: 'latencyMeasured', roundTripMs: 1 + (turns % 5)}]);
			intend({type: 'tick', nowMs});
			return deltas;
		},
		lookBack() {
			flush();
			for (let cursor = state.thread.olderCursor; typeof cursor === 'string'; ) {
				carryOut([{type: 'loadOlder', cursor}]);
				intend({type: 'act', action: 'top'});
				draw();
				const next = state.thread.olderCursor;
				if (next === cursor) break;
				cursor = next;
			}
		},
		toTail() {
			intend({type: 'act', action: 'bottom'});
			draw();
		},
	};
};
