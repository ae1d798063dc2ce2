/**
 * The whole state of the attached screen: what the session told (connection, thread, log, threads) and what the
 * person chose (focus, scroll, folds, search). Immutable; changed only by `apply.ts` (events) and `decide.ts`
 * (intents).
 */

import type {ServerInfo} from '../app-server/connection.ts';
import type {ConnectionState} from '../app-server/connection-state.ts';
import {type Composer, emptyComposer} from '../composer/composer.ts';
import {type EventLog, emptyEventLog} from '../thread/event-log.ts';
import {initialThreadState, type ThreadInfo, type ThreadState} from '../thread/state.ts';
import type {PaneName} from '../view/layout.ts';
import type {Place} from '../view/search.ts';
import type {Scroll} from '../view/viewport.ts';
import type {Queue} from './queue-state.ts';
import {type Cards, noCards} from './requests.ts';
import type {Share} from './share.ts';

export const sideTabs = ['events', 'plan', 'diff', 'agents', 'threads', 'queue', 'guests'] as const;
export type SideTab = (typeof sideTabs)[number];

export type Search =
	| {readonly kind: 'off'}
	/** The field is open; matches follow what is typed. */
	| {
			readonly kind: 'editing';
			readonly query: string;
			readonly match: Place | undefined;
			/** Key of the block that is open only to show the match. */
			readonly unfolded: string | undefined;
	  }
	/** `match` is the occurrence that the person stands on. */
	| {readonly kind: 'kept'; readonly query: string; readonly match: Place | undefined};

/** The Events pane: at the newest, or standing on one entry with the window starting at another. */
export type EventsCursor =
	| {readonly kind: 'tail'}
	| {readonly kind: 'at'; readonly sequence: number; readonly topSequence: number};

export type Notice = {readonly text: string; readonly untilMs: number; readonly bad: boolean};

export type Ui = {
	readonly columns: number;
	readonly rows: number;
	readonly focus: PaneName;
	readonly tab: SideTab;
	readonly zoomed: boolean;
	/** Percent of the width for the Thread pane. */
	readonly split: number;
	readonly threadScroll: Scroll;
	/** Key of the marked block. */
	readonly selectedKey: string | undefined;
	readonly folds: ReadonlyMap<string, 'open' | 'closed'>;
	readonly allOpen: boolean;
	/** Keeps loading older pages until turn 1 is there. */
	readonly seekingTop: boolean;
	readonly search: Search;
	readonly eventsCursor: EventsCursor;
	readonly eventsFilter: string;
	readonly editingFilter: boolean;
	/** Sequence of the event shown as JSON. */
	readonly detail: number | undefined;
	readonly detailOffset: number;
	readonly planOffset: number;
	readonly diffOffset: number;
	readonly guestsOffset: number;
	readonly agentsSelected: number;
	/** Id of the marked thread: the list is sorted anew while a person reads it. Undefined marks the first. */
	readonly threadsMarked: string | undefined;
	readonly help: boolean;
	readonly helpOffset: number;
	/** `marked` as `threadsMarked`. */
	readonly picker: {readonly filter: string; readonly marked: string | undefined} | undefined;
	readonly mouse: boolean;
	/** Who has the keys beside the panes: the composer, the card in front, or nobody. */
	readonly holder: 'panes' | 'composer' | 'card';
	/** First row of the card's body on the screen. */
	readonly cardOffset: number;
	/** Id of the marked message in the queue. */
	readonly queueMarked: string | undefined;
	/** A queued message that is being edited in the composer, and its text when that began. */
	readonly editing: {readonly queuedId: string; readonly seen: string} | undefined;
	/** What the next key confirms, once asked: an interrupt of this turn, the removal of this queued message. */
	readonly confirming:
		| {readonly kind: 'interrupt'; readonly turnId: string; readonly name: string}
		| {readonly kind: 'deleteQueued'; readonly queuedId: string}
		| {readonly kind: 'endShare'}
		| undefined;
	/** Of the terminal, by its focus events; true until it says otherwise. */
	readonly focused: boolean;
	readonly notice: Notice | undefined;
	/** When a message was last typed at, ms since the epoch: others see that somebody writes. */
	readonly typedAtMs: number | undefined;
	/** When Ctrl+C was pressed once, ms since the epoch. */
	readonly interruptedAtMs: number | undefined;
};

export type AppState = {
	readonly connection: ConnectionState;
	readonly server: ServerInfo | undefined;
	/** Milliseconds to the server and back. */
	readonly roundTripMs: number | undefined;
	readonly threadId: string | undefined;
	readonly thread: ThreadState;
	readonly log: EventLog;
	readonly composer: Composer;
	readonly queue: Queue;
	readonly cards: Cards;
	/** When the thread was joined last, ms since the epoch; requests are replayed right after. */
	readonly joinedAtMs: number | undefined;
	/** Malformed, oversized or unasked-for frames so far. */
	readonly oddities: number;
	readonly threads: readonly ThreadInfo[];
	/** Threads to go back to, the last opened one last. */
	readonly trail: readonly string[];
	/** The person chose to watch only; what the seat may do in all is `seat.ts`'s to say. */
	readonly observe: boolean;
	/** Undefined: the server is a plain one. */
	readonly share: Share | undefined;
	/** How the person at this seat is called; undefined until that is known. */
	readonly name: string | undefined;
	/** The caller's home directory, for short paths. */
	readonly home: string | undefined;
	readonly nowMs: number;
	readonly ui: Ui;
};

/** Another process writes the thread: here it can only be followed. */
export const isOwnedElsewhere = (connection: ConnectionState): boolean =>
	connection.kind === 'waiting' && connection.reason === 'ownedElsewhere';

export type AppOptions = {
	readonly columns: number;
	readonly rows: number;
	readonly observe: boolean;
	readonly home: string | undefined;
	readonly nowMs: number;
	readonly threads: readonly ThreadInfo[];
	/** Undefined opens the picker. */
	readonly threadId: string | undefined;
};

export const initialAppState = (options: AppOptions): AppState => ({
	connection: {kind: 'idle'},
	server: undefined,
	roundTripMs: undefined,
	threadId: options.threadId,
	thread: initialThreadState,
	log: emptyEventLog,
	composer: emptyComposer,
	queue: 'unread',
	cards: noCards,
	joinedAtMs: undefined,
	oddities: 0,
	threads: options.threads,
	trail: [],
	observe: options.observe,
	share: undefined,
	name: undefined,
	home: options.home,
	nowMs: options.nowMs,
	ui: {
		columns: options.columns,
		rows: options.rows,
		focus: 'thread',
		tab: 'events',
		zoomed: false,
		split: 60,
		threadScroll: {kind: 'tail'},
		selectedKey: undefined,
		folds: new Map(),
		allOpen: false,
		seekingTop: false,
		search: {kind: 'off'},
		eventsCursor: {kind: 'tail'},
		eventsFilter: '',
		editingFilter: false,
		detail: undefined,
		detailOffset: 0,
		planOffset: 0,
		diffOffset: 0,
		guestsOffset: 0,
		agentsSelected: 0,
		threadsMarked: undefined,
		help: false,
		helpOffset: 0,
		picker: options.threadId === undefined ? {filter: '', marked: undefined} : undefined,
		mouse: false,
		holder: 'panes',
		cardOffset: 0,
		queueMarked: undefined,
		editing: undefined,
		confirming: undefined,
		focused: true,
		notice: undefined,
		typedAtMs: undefined,
		interruptedAtMs: undefined,
	},
});
