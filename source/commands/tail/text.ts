/**
 * A thread as text while it happens: the views of the screen, each block once, when it can change no more; what waits
 * for a person, at once. Called by `tail` and, through it, by the demo.
 *
 * Invariants: nothing is written twice, whatever is listed again after a lost connection; all text of the server has
 * been made harmless by the views.
 */

import type {AppState} from '../../app/state.ts';
import type {SessionEvent} from '../../app-server/session-events.ts';
import {revealedLine} from '../../asks/hidden.ts';
import {kindWords} from '../../asks/kind-words.ts';
import {asRecord} from '../../protocol/fields.ts';
import type {RpcId} from '../../protocol/types.ts';
import {restyle} from '../../screen/restyle.ts';
import {currentTurn} from '../../thread/selectors.ts';
import {createFormat} from '../../view/format.ts';
import {turnKey} from '../../view/items/blocks.ts';
import {type Row, rowText} from '../../view/row.ts';
import {theme} from '../../view/style.ts';
import {createTranscript} from '../../view/transcript.ts';
import type {BlockList} from '../../view/viewport.ts';
import {answerCommand, requestLine, type Waiting} from '../requests/request-words.ts';
import {forPerson} from '../seat-words.ts';
import type {Since, TailWriter} from './writer.ts';

export type TextOptions = {
	readonly write: (text: string) => void;
	readonly since: Since;
	/** Asked for every block: a terminal may change its width. */
	readonly columns: () => number;
	readonly colour: boolean;
	readonly home: string | undefined;
	/** How the thread is named in a command that answers; undefined: it need not be. */
	readonly threadWord: string | undefined;
};

/** One line of output. */
const plainLine = (row: Row): string => `${rowText(row).trimEnd()}\n`;

const colourLine = (row: Row): string => {
	let line = '';
	let style = '';
	for (const {text, sgr} of row) {
		line += restyle(style, sgr) + text;
		style = sgr;
	}
	return `${line}${restyle(style, '')}\n`;
};

export const createTextTail = (options: TextOptions): TailWriter => {
	const {write, since, columns, colour, home, threadWord} = options;
	const transcript = createTranscript(createFormat({}));
	/** Keys of the blocks that are written, or that nobody asked for. */
	const done = new Set<string>();
	/** Requests that were told of and are not settled. */
	const asked = new Map<RpcId, Waiting>();

	let hasBegun = false;
	let hasSkipped = false;
	let isFirst = true;
	const print = (row: Row): void => {
		// The empty row above a block parts it from the one before.
		if (isFirst && row.length === 0) return;
		isFirst = false;
		write(colour ? colourLine(row) : plainLine(row));
	};

	/** Calls `visit` for what can no longer change: the blocks before the first item that still runs. */
	const settledBlocks = (
		{thread, nowMs}: AppState,
		visit: (key: string, rows: () => readonly Row[]) => void,
	) => {
		const blocks = transcript.list(thread, {
			columns: columns(),
			folds: new Map(),
			selectedKey: undefined,
			nowSeconds: Math.floor(nowMs / 1000),
		});
		const running = currentTurn(thread);
		const end = running === undefined ? blocks.length : firstOpen(blocks, running);
		for (let index = 0; index < end; index += 1) {
			const key = blocks.keyAt(index);
			// A plan changes until its turn ends; what stands above and in place of turns is for a screen.
			const isOpen = running !== undefined && key === `${turnKey(running.id)}/plan`;
			if (!isOpen && !key.endsWith('/top') && key !== '/empty') visit(key, () => blocks.rowsAt(index));
		}
	};

	const printBlocks = (state: AppState): void =>
		settledBlocks(state, (key, rows) => {
			if (done.has(key)) return;
			done.add(key);
			for (const row of rows()) print(row);
		});

	/** Passes over what was there before the stream began: what came behind it, in the same burst, is not in there yet. */
	const skip = (state: AppState): void => {
		if (since === 'start') return;
		const newest = state.thread.turns.at(-1);
		const wanted = newest === undefined || since === 'now' ? undefined : `${turnKey(newest.id)}/`;
		settledBlocks(state, key => {
			if (wanted === undefined || !key.startsWith(wanted)) done.add(key);
		});
	};

	/** After a revert a page reaches further back than the stream ever did. */
	const skipOlder = (state: AppState): void => {
		const older: string[] = [];
		let isKnown = false;
		settledBlocks(state, key => {
			isKnown ||= done.has(key);
			if (!isKnown) older.push(key);
		});
		if (isKnown) for (const key of older) done.add(key);
	};

	const printAsked = (waiting: Waiting): void => {
		const {ask} = waiting;
		const held = asked.get(ask.id);
		asked.set(ask.id, waiting);
		// Asked again after a reconnect, under its old id; a server that was started anew counts from 0.
		if (held !== undefined && held.ask.method === ask.method && held.ask.itemId === ask.itemId) return;
		const how = answerCommand(ask, threadWord);
		print([
			{text: ' ? ', sgr: theme.warn},
			{text: requestLine(ask, home), sgr: theme.strong},
			{text: how === undefined ? '' : `  → ${how}`, sgr: theme.muted},
		]);
	};

	const printSettled = (id: RpcId, outcome: string): void => {
		const held = asked.get(id);
		if (held === undefined) return;
		asked.delete(id);
		print([
			{text: ' ? ', sgr: theme.muted},
			{text: [revealedLine(String(id)), kindWords(held.ask), outcome].join('  '), sgr: theme.muted},
		]);
	};

	const printRequests = ({thread}: AppState): void => {
		for (const waiting of forPerson(thread)) printAsked(waiting);
	};

	const onResolved = (state: AppState, params: unknown): void => {
		const id = asRecord(params)?.requestId;
		if (typeof id !== 'number' && typeof id !== 'string') return;
		const held = asked.get(id);
		const turn = state.thread.turns.find(each => each.id === held?.ask.turnId);
		const isVoid = turn !== undefined && turn.status !== 'inProgress';
		printSettled(id, isVoid ? 'no longer asked: its turn is over' : 'answered');
	};

	return {
		onJoined(state: AppState) {
			if (hasBegun) skipOlder(state);
			hasBegun = true;
			printBlocks(state);
			printRequests(state);
		},
		onEvent(event: SessionEvent, state: AppState, history: 'whole' | 'partial') {
			if (event.type !== 'threadEvent') return;
			const change = event.event;
			// The first list of turns; a later one holds what has come since.
			const isList = change.type === 'hydrated' || change.type === 'turnsRelisted';
			if (isList && !hasBegun && !hasSkipped) {
				skip(state);
				hasSkipped = state.thread.turns.length > 0;
			}
			const heard = change.type === 'notified' ? change.notification : undefined;
			if (heard?.method === 'serverRequest/resolved') onResolved(state, heard.params);
			// The hot path: an item that grows has not come to its end.
			if (history === 'partial' || (heard !== undefined && /delta$/i.test(heard.method))) return;
			printBlocks(state);
			printRequests(state);
		},
		onReplayed({thread}: AppState) {
			for (const id of [...asked.keys()])
				if (!thread.requests.some(request => request.id === id)) printSettled(id, 'no longer asked');
		},
	};
};

const firstOpen = (
	blocks: BlockList,
	running: {id: string; items: readonly {id: string; phase: string}[]},
): number => {
	const open = running.items.find(({phase}) => phase === 'started' || phase === 'streaming');
	const index = open === undefined ? -1 : blocks.indexOf(`${turnKey(running.id)}/${open.id}`);
	return index === -1 ? blocks.length : index;
};
