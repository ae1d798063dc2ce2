/**
 * What the panes show: state and size → rows, with what scrolling has to know. The one place where the view's
 * pieces are put together for the attached screen; `decide.ts` asks it for heights and lists, the painter for rows.
 * Pure apart from the caches of the views that it holds.
 */

import {noQueue} from '../composer/aim.ts';
import type {EventEntry} from '../thread/event-log.ts';
import type {ThreadInfo} from '../thread/state.ts';
import {agentRows} from '../view/agents.ts';
import type {ComposerRows} from '../view/composer.ts';
import {createCountHolder, eventRow, filterEvents} from '../view/events.ts';
import {createFollower} from '../view/follow.ts';
import type {Format} from '../view/format.ts';
import {jsonRows} from '../view/json.ts';
import {type Area, type Layout, layOut} from '../view/layout.ts';
import {memoiseLast} from '../view/memo.ts';
import {planRows} from '../view/plan.ts';
import {queueRows} from '../view/queue.ts';
import type {Row} from '../view/row.ts';
import {theme} from '../view/style.ts';
import {threadRows} from '../view/threads.ts';
import {createTranscript, defaultFoldAt, foldable, plainText} from '../view/transcript.ts';
import {turnDiffRows} from '../view/turn-diff.ts';
import {type BlockList, type Scroll, type Viewport, viewport} from '../view/viewport.ts';
import {truncateRow} from '../view/width.ts';
import {type CardView, viewCard} from './card-view.ts';
import {guestsPane} from './guests-pane.ts';
import {createLower} from './lower.ts';
import {markedIndex, markedQueued} from './marked.ts';
import {markedRows} from './marked-rows.ts';
import type {Queue} from './queue-state.ts';
import {verdictsInWords} from './share.ts';
import type {AppState} from './state.ts';
import {createThreadList} from './thread-list.ts';

export type Panes = {
	readonly layout: (state: AppState) => Layout;
	/** The blocks of the Thread pane, as wide as it is (or would be). */
	readonly threadBlocks: (state: AppState) => BlockList;
	readonly threadHeight: (state: AppState) => number;
	/** The card in front as it is on the screen: its title, its rows, and how much of its body they show. */
	readonly cardView: (state: AppState) => CardView | undefined;
	/** The composer's rows and the place of the cursor in them; undefined while it is at rest. */
	readonly composerView: (state: AppState) => ComposerRows | undefined;
	readonly threadView: (state: AppState) => Viewport;
	/** Where the Thread pane stands: as the state says, and at the tail as the last picture left it. */
	readonly threadScroll: (state: AppState) => Scroll;
	/** All rows of the side pane's present tab that scroll as rows: plan, diff, the JSON of an event. */
	readonly sideRows: (state: AppState) => readonly Row[];
	readonly sideHeight: (state: AppState) => number;
	/** Lines of help that fit on the screen. */
	readonly helpHeight: (state: AppState) => number;
	/** Index of the first of `sideRows` on the screen: what the person chose, within what there is. */
	readonly sideOffset: (state: AppState) => number;
	/** What the side pane shows now, at most as many rows as it is high. */
	readonly sideView: (state: AppState) => readonly Row[];
	readonly events: (state: AppState) => readonly EventEntry[];
	readonly threads: (state: AppState) => readonly ThreadInfo[];
	readonly plainText: (state: AppState, key: string) => string | undefined;
	readonly foldable: (state: AppState, key: string) => boolean;
	readonly defaultFold: (state: AppState, key: string) => 'open' | 'closed';
};

const longestComposer = 8;

/** Lists that scroll by what is marked. */
const noOffsets = {agents: 0, threads: 0, queue: 0};

const nothing: Area = {column: 0, row: 0, width: 80, height: 20};

export const createPanes = (format: Format): Panes => {
	const transcript = createTranscript(format);

	const lower = createLower(format);
	const decidedBy = memoiseLast(verdictsInWords);

	/** On a small screen the composer must not push everything else away. */
	const composerLimit = ({ui}: AppState): number =>
		Math.max(1, Math.min(longestComposer, Math.floor(ui.rows / 4)));

	/** A picture asks for it many times, of one state. */
	let laidOut: {readonly state: AppState; readonly layout: Layout} | undefined;
	const layout = (state: AppState): Layout => {
		if (laidOut?.state !== state) laidOut = {state, layout: layOutAll(state)};
		return laidOut.layout;
	};

	const layOutAll = (state: AppState): Layout => {
		const card = lower.card(state);
		return layOut({
			...state.ui,
			cardRows: card === undefined ? 0 : card.body.length + card.warnings.length + card.choices.length,
			composerRows: lower.composer(state, composerLimit(state))?.rows.length ?? 0,
			holdsCard: state.ui.holder === 'card',
		});
	};

	const cardView = (state: AppState): CardView | undefined => {
		const card = lower.card(state);
		const area = layout(state).card;
		return card === undefined || area === undefined ? undefined : viewCard(card, area, state.ui.cardOffset);
	};

	const threadBlocks = (state: AppState): BlockList => {
		const area = layout(state).thread ?? nothing;
		const {selectedKey, folds} = state.ui;
		return transcript.list(state.thread, {
			columns: area.width,
			folds,
			selectedKey,
			nowSeconds: Math.floor(state.nowMs / 1000),
			...(state.share !== undefined && {decided: decidedBy(state.share.itemVerdicts)}),
		});
	};

	const threadHeight = (state: AppState): number => (layout(state).thread ?? nothing).height;
	const sideArea = (state: AppState): Area => layout(state).side ?? nothing;

	const follower = createFollower();
	const threadScroll = (state: AppState): Scroll => {
		const {thread, side} = layout(state);
		return follower.scroll(state.ui.threadScroll, thread ?? nothing, side === undefined ? 'alone' : 'beside');
	};

	const threadView = (state: AppState): Viewport => {
		const blocks = threadBlocks(state);
		const view = viewport(blocks, threadScroll(state), threadHeight(state));
		follower.shown(state.ui.threadScroll, view.scroll);
		const {search} = state.ui;
		if (search.kind === 'off' || search.query === '') return view;
		return {...view, rows: markedRows(state, search, blocks, view)};
	};

	let filtered: {entries: readonly EventEntry[]; filter: string; result: readonly EventEntry[]} | undefined;
	const events = (state: AppState): readonly EventEntry[] => {
		const {entries} = state.log;
		const filter = state.ui.eventsFilter;
		if (filter === '') return entries;
		if (filtered?.entries !== entries || filtered.filter !== filter) {
			filtered = {entries, filter, result: filterEvents(entries, filter)};
		}
		return filtered.result;
	};

	const threads = createThreadList();

	let json: {entry: EventEntry; columns: number; rows: readonly Row[]} | undefined;
	const detailRows = (state: AppState): readonly Row[] => {
		const entry = state.log.entries.find(each => each.sequence === state.ui.detail);
		const columns = sideArea(state).width;
		if (entry === undefined) return remark('This event is no longer kept.', columns);
		if (json?.entry !== entry || json.columns !== columns)
			json = {entry, columns, rows: jsonRows(entry.payload, columns)};
		return json.rows;
	};

	const sideRows = (state: AppState): readonly Row[] => {
		const {width} = sideArea(state);
		if (state.ui.detail !== undefined && state.ui.tab === 'events') return detailRows(state);
		if (state.ui.tab === 'plan') return planRows(state.thread, width);
		if (state.ui.tab === 'diff') return turnDiffRows(state.thread, width);
		if (state.ui.tab === 'guests') return guestsPane(state, width, format);
		return [];
	};

	const heldCount = createCountHolder();
	const eventsView = (state: AppState, area: Area): readonly Row[] => {
		const entries = events(state);
		if (entries.length === 0) {
			const words = state.ui.eventsFilter === '' ? 'Nothing has happened yet.' : 'No event fits the filter.';
			return remark(words, area.width);
		}
		const cursor = state.ui.eventsCursor;
		const top = firstEvent(entries, cursor, area.height);
		return entries
			.slice(top, top + area.height)
			.map((entry, index) =>
				eventRow(
					top + index === entries.length - 1 ? heldCount(entry, state.nowMs) : entry,
					area.width,
					{selected: cursor.kind === 'at' && entry.sequence === cursor.sequence},
					format,
				),
			);
	};

	/** A list of rows with one selected, kept on the screen. */
	const around = (rows: readonly Row[], selected: number, height: number): readonly Row[] => {
		const top = Math.max(0, Math.min(selected - Math.floor(height / 2), rows.length - height));
		return rows.slice(top, top + height);
	};

	const sideOffset = (state: AppState): number => {
		const {tab, detailOffset, planOffset, diffOffset, guestsOffset} = state.ui;
		const wanted = {
			...noOffsets,
			events: detailOffset,
			plan: planOffset,
			diff: diffOffset,
			guests: guestsOffset,
		}[tab];
		return Math.max(0, Math.min(wanted, sideRows(state).length - sideArea(state).height));
	};

	const queueView = (state: AppState, area: Area): readonly Row[] => {
		const {queue} = state;
		if (queue === 'none' || queue === 'unread' || queue.length === 0)
			return queueRows(emptyQueueWords(queue), area.width, undefined).slice(0, area.height);
		const marked = markedQueued(state);
		const entries = queue.map(({id, author, text, attachments}) => ({
			id,
			author: author.kind === 'jumpseat' ? author.name : 'primary',
			text,
			attachments,
		}));
		const at = marked === undefined ? 0 : queue.indexOf(marked);
		return around(queueRows(entries, area.width, marked?.id), at, area.height);
	};

	const sideView = (state: AppState): readonly Row[] => {
		const area = sideArea(state);
		const {tab, detail, agentsSelected} = state.ui;
		if (tab === 'events' && detail === undefined) return eventsView(state, area);
		if (tab === 'agents')
			return around(agentRows(state.thread, area.width, agentsSelected), agentsSelected, area.height);
		if (tab === 'queue') return queueView(state, area);
		if (tab === 'threads') {
			const entries = threads(state).map(info => ({info, current: info.id === state.threadId}));
			const marked = markedIndex(threads(state), state.ui.threadsMarked);
			return around(threadRows(entries, area.width, marked, format), marked, area.height);
		}
		const offset = sideOffset(state);
		return sideRows(state).slice(offset, offset + area.height);
	};

	return {
		layout,
		threadBlocks,
		threadHeight,
		cardView,
		composerView: state => lower.composer(state, composerLimit(state)),
		threadView,
		threadScroll,
		sideRows,
		sideHeight: state => sideArea(state).height,
		helpHeight: state => overlayHeight(layout(state)),
		sideOffset,
		sideView,
		events,
		threads,
		plainText: (state, key) => plainText(state.thread, key),
		foldable: (state, key) => foldable(state.thread, key),
		defaultFold: (state, key) => defaultFoldAt(state.thread, key),
	};
};

const emptyQueueWords = (queue: Queue): string => {
	if (queue === 'none') return noQueue;
	return queue === 'unread'
		? 'The queue is not read yet.'
		: 'Nothing is queued. Ctrl+T in the composer queues a message.';
};

/** Instead of content that is not there. */
const remark = (text: string, columns: number): readonly Row[] => [
	truncateRow([{text, sgr: theme.muted}], columns),
];

/** Between the header and the status line, inside the borders. */
const overlayHeight = ({rows, headerRows}: Layout): number => Math.max(1, rows - headerRows - 3);

/** Index of the first event on the screen. */
export const firstEvent = (
	entries: readonly EventEntry[],
	cursor: AppState['ui']['eventsCursor'],
	height: number,
): number => {
	const last = Math.max(0, entries.length - height);
	if (cursor.kind === 'tail') return last;
	const top = entries.findIndex(entry => entry.sequence >= cursor.topSequence);
	return top === -1 ? last : Math.min(top, last);
};
