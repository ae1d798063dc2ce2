/**
 * The attached screen: draws the app state and turns input into intents. It joins the three that share the
 * terminal — Ink's chrome, the panes' rows, the terminal driver — and knows when a new picture is due: at once for
 * a key, at most every `frameMs` for what streams, never when nothing changed.
 */
import {type ChromeModel, chromeModel} from '../app/chrome.ts';
import {activeContexts} from '../app/decide.ts';
import {isEditing} from '../app/decision.ts';
import type {Intent} from '../app/intents.ts';
import type {Panes} from '../app/panes.ts';
import type {AppState} from '../app/state.ts';
import {type Card, wantsKey} from '../asks/card.ts';
import {type Action, keyName, lookup} from '../keys/bindings.ts';
import type {Clock} from '../screen/clock.ts';
import {createComposer, type Pane} from '../screen/compose.ts';
import type {Terminal, Urgency} from '../screen/driver.ts';
import type {InputEvent, KeyEvent} from '../screen/input.ts';
import type {Format} from '../view/format.ts';
import {reuseRows} from '../view/reuse.ts';
import type {Row} from '../view/row.ts';
import {sanitiseLine} from '../view/sanitise.ts';
import {type Viewport, viewport} from '../view/viewport.ts';
import {chromeRows} from './chrome-rows.ts';
import {isWhole, lowerLayers, noLower, type Seen} from './lower-layers.ts';
import {createOverlay, type LoadInk} from './overlay.ts';

export type AttachedScreen = {
	/** The state changed, by so many events. `input`: a person waits for it; `stream`: soon is soon enough. */
	readonly changed: (urgency: Urgency, events?: number) => void;
	/** The Thread pane as drawn last; undefined while another pane or the picker covers it. */
	readonly shownThread: () => Viewport | undefined;
	/** The last lines of the thread, for the normal screen. */
	readonly lastRows: () => readonly Row[];
	readonly dispose: () => void;
};

export type ScreenOptions = {
	readonly terminal: Terminal;
	readonly panes: Panes;
	readonly format: Format;
	readonly state: () => AppState;
	readonly onIntent: (intent: Intent) => void;
	/** Called after each picture, with what it showed of the thread. */
	readonly onDrawn: (view: Viewport | undefined) => void;
	/** A new signed id for a message. */
	readonly newMessageId: () => string;
	/** Called when help, picker or a field is opened first. */
	readonly loadInk: LoadInk;
	/** A picture that was due could not be drawn. */
	readonly onError: (error: unknown) => void;
	/** Last step over every row: drops colours where the person wants none. */
	readonly finish: (row: Row) => Row;
	readonly clock: Clock;
};

type PasteEvent = Extract<InputEvent, {type: 'paste'}>;

/**
 * 30 pictures a second while much streams: more is not seen, and costs the pilot's machine. While it trickles a picture
 * waits until it has a few words to show: 10 a second are read as well, at two thirds of the CPU.
 */
const busyMs = 33;
const trickleMs = 100;
/** From this many events since the last picture on, much streams. A delta is two: the frame, and what it says. */
const manyEvents = 12;
const wheelRows = 3;

export const createAttachedScreen = (options: ScreenOptions): AttachedScreen => {
	const {terminal, panes, format, state, onIntent, finish, clock} = options;
	const composer = createComposer();
	const overlay = createOverlay({
		size: terminal.size(),
		load: options.loadInk,
		// The field deletes by UTF-16 units: half an emoji is no text.
		onField: text => onIntent({type: 'editField', text: text.replace(/\p{Surrogate}/gu, '')}),
		onFrame: () => changed('input'),
		onError: options.onError,
	});

	let shown: Viewport | undefined;
	let shownCard: Seen | undefined;
	let base: readonly Row[] = [];
	let fingerprint = '';
	let title = '';
	let lastDrawnMs = 0;
	let cancelTimer: (() => void) | undefined;
	let dueAtMs = 0;
	/** Events since the last picture. */
	let gathered = 0;
	let isDrawing = false;
	let isDisposed = false;

	const draw = (urgency: Urgency): void => {
		if (isDrawing || isDisposed) return;
		cancelTimer?.();
		cancelTimer = undefined;
		gathered = 0;
		isDrawing = true;
		lastDrawnMs = clock.nowMs();
		try {
			paint(urgency);
		} finally {
			isDrawing = false;
		}
		options.onDrawn(shown);
		// Only what a picture holds has been seen.
		const front = state().cards.open[0];
		if (shownCard !== undefined && shownCard.id === front?.ask.id && !front.seen && isWhole(shownCard.view))
			onIntent({type: 'sawCard', ...shownCard});
	};

	const paint = (urgency: Urgency): void => {
		const now = state();
		const layout = panes.layout(now);
		const isCovered = now.ui.help || now.ui.picker !== undefined;
		shown = layout.thread === undefined || isCovered ? undefined : panes.threadView(now);
		const next = chromeModel(now, panes, shown, format);
		const nextFingerprint = JSON.stringify(next);
		if (nextFingerprint !== fingerprint) {
			fingerprint = nextFingerprint;
			base = reuseRows(base, chromeRows(next).map(finish));
			overlay.update(next);
		}
		const layers: Pane[] = [...overlay.layers(next)];
		if (layout.thread !== undefined && shown !== undefined)
			layers.push({rect: layout.thread, rows: shown.rows.map(finish)});
		if (layout.side !== undefined && !isCovered)
			layers.push({rect: layout.side, rows: panes.sideView(now).map(finish)});
		const size = {columns: layout.columns, rows: layout.rows};
		const lower = isCovered ? noLower : lowerLayers(panes, now, layout);
		layers.push(...lower.layers.map(({rect, rows}) => ({rect, rows: rows.map(finish)})));
		terminal.show(composer.compose({size, chrome: base, panes: layers, cursor: lower.cursor}), urgency);
		shownCard = lower.seen;
		const nextTitle = titleOf(now, next);
		if (nextTitle !== title) {
			title = nextTitle;
			terminal.setTitle(title);
		}
	};

	const drawSafely = (): void => {
		try {
			draw('stream');
		} catch (error) {
			options.onError(error);
		}
	};

	const changed = (urgency: Urgency, events = 1): void => {
		if (isDisposed) return;
		if (urgency === 'input') {
			draw('input');
			return;
		}
		gathered += events;
		const wantedAtMs = lastDrawnMs + (gathered < manyEvents ? trickleMs : busyMs);
		if (cancelTimer !== undefined && dueAtMs <= wantedAtMs) return;
		cancelTimer?.();
		dueAtMs = wantedAtMs;
		cancelTimer = clock.setTimeout(drawSafely, Math.max(0, wantedAtMs - clock.nowMs()));
	};

	/** A field takes its keys through Ink, one a tick: an Enter that came in the same burst must not overtake them. */
	const onInput = (event: InputEvent): void => {
		switch (event.type) {
			case 'key':
				overlay.after(() => onKey(event));
				return;
			case 'paste':
				overlay.after(() => onPaste(event));
				return;
			case 'mouse':
				if (event.action === 'wheelUp' || event.action === 'wheelDown') {
					const rows = event.action === 'wheelUp' ? -wheelRows : wheelRows;
					onIntent({type: 'wheel', pane: paneAt(event.column), rows});
				}
				return;
			case 'focus':
				onIntent({type: 'noteFocus', focused: event.focused});
				return;
			case 'reply':
				return;
		}
	};

	const onPaste = ({text}: PasteEvent): void => {
		const now = state();
		if (hasComposer(now)) {
			onIntent({type: 'write', input: {type: 'paste', text}, newId: options.newMessageId});
			return;
		}
		const front = heldCard(now);
		const key = {name: 'paste', text, ctrl: false, alt: false};
		if (front !== undefined && wantsKey(front, key)) {
			onIntent({type: 'pressCard', key});
			return;
		}
		const line = sanitiseLine(text);
		if (isEditing(now) && line !== '') overlay.push(line);
	};

	const onKey = (event: KeyEvent): void => {
		const now = state();
		const action = lookup(activeContexts(now), keyName(event));
		const isChord = event.ctrl && (event.name === 'c' || event.name === 'l' || event.name === 'z');
		if (now.ui.confirming !== undefined && !isEditing(now) && !now.ui.help) {
			onIntent({type: 'act', action: action ?? 'refuse'});
			return;
		}
		if (hasComposer(now) && !isChord && !isOwnKey(action)) {
			onIntent({type: 'write', input: event, newId: options.newMessageId});
			return;
		}
		const front = heldCard(now);
		const isForCard = front !== undefined && !isChord && wantsKey(front, event);
		// A key for something else withdraws the first half of a confirmation: the card hears of it as well.
		if (isForCard || front?.confirm !== undefined) onIntent({type: 'pressCard', key: event});
		if (isForCard) return;
		// In a field letters are text: of the global keys only the chords stay.
		const isText = event.text !== '' && !event.ctrl && !event.alt;
		if (isEditing(now) && (action === undefined || isText)) {
			if (isText || ['backspace', 'delete', 'left', 'right'].includes(event.name)) overlay.push(event.raw);
			return;
		}
		if (action !== undefined) onIntent({type: 'act', action});
	};

	const paneAt = (column: number): 'thread' | 'side' => {
		const {side} = panes.layout(state());
		return side !== undefined && column >= side.column - 2 ? 'side' : 'thread';
	};

	const disposals = [
		terminal.onInput(onInput),
		terminal.onResize(size => {
			overlay.resize(size);
			onIntent({type: 'resize', columns: size.columns, rows: size.rows});
		}),
	];

	return {
		changed,
		shownThread: () => shown,
		lastRows() {
			const now = state();
			const height = Math.max(1, now.ui.rows - 3);
			return viewport(panes.threadBlocks(now), {kind: 'tail'}, height).rows.map(finish);
		},
		dispose() {
			isDisposed = true;
			cancelTimer?.();
			for (const dispose of disposals) dispose();
			overlay.dispose();
		},
	};
};

/** The composer has the keys: letters are text. */
const hasComposer = (state: AppState): boolean =>
	state.ui.holder === 'composer' && !isEditing(state) && !state.ui.help && state.ui.confirming === undefined;

/** The card that has the keys. */
const heldCard = (state: AppState): Card | undefined =>
	state.ui.holder === 'card' && !isEditing(state) && !state.ui.help && state.ui.confirming === undefined
		? state.cards.open[0]
		: undefined;

const isOwnKey = (action: Action | undefined): boolean =>
	action === 'leaveComposer' || action === 'completeOrLeave' || action === 'toggleQueueing';

/** `⚑ title` when a person is needed, `◐ title` while a turn runs. */
const titleOf = (state: AppState, model: ChromeModel): string => {
	const {thread} = state;
	const isRunning = thread.turns.at(-1)?.status === 'inProgress';
	const mark = thread.requests.length > 0 ? '⚑ ' : isRunning ? '◐ ' : '';
	return `${mark}${model.title} · jumpseat`;
};
