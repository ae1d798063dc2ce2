/**
 * What the chrome says: app state → plain words, printable as they are. Pure; Ink renders this model and nothing
 * else, and only when the model differs from the last one.
 */
import {threadTitle} from '../thread/selectors.ts';
import type {Format} from '../view/format.ts';
import type {Layout} from '../view/layout.ts';
import type {Viewport} from '../view/viewport.ts';
import {textWidth} from '../view/width.ts';
import {chromeLine} from './chrome-line.ts';
import {type Companion, companyOf} from './company.ts';
import {fieldText, matchWords} from './decide-field.ts';
import {detailWords, stateWords} from './header-words.ts';
import {markedIndex} from './marked.ts';
import type {Panes} from './panes.ts';
import {pickerChoices} from './picker.ts';
import {mayAnswer, maySpeak} from './seat.ts';
import {isOver} from './share-ending.ts';
import {type AppState, type SideTab, sideTabs} from './state.ts';
import {statusWords, type Words} from './status-words.ts';

export type {Tone, Words} from './status-words.ts';

export type TabLabel = {readonly name: 'thread' | SideTab; readonly label: string; readonly current: boolean};

export type Field = {readonly label: string; readonly value: string; readonly hint: string};

export type ChromeModel = {
	readonly layout: Layout;
	readonly title: string;
	readonly place: string;
	readonly state: readonly Words[];
	readonly details: readonly Words[];
	/** Who else is in the share, as the header says it where it has room (`companyWords`); undefined: no share. */
	readonly company: readonly Companion[] | undefined;
	readonly threadFocused: boolean;
	readonly sideFocused: boolean;
	/** Right end of the Thread pane's upper border: where the view stands. */
	readonly threadPosition: string;
	readonly sidePosition: string;
	readonly tabs: readonly TabLabel[];
	/** Left of the status line. */
	readonly status: Words;
	/** Right of the status line. */
	readonly hints: string;
	readonly field: Field | undefined;
	/** The box of the request in front, and whether it has the keys. */
	readonly card: {readonly held: boolean} | undefined;
	readonly help: {readonly offset: number} | undefined;
	readonly picker:
		| {
				readonly rows: ReadonlyArray<{
					readonly id: string;
					readonly title: string;
					readonly detail: string;
					readonly live: boolean;
					readonly waiting: boolean;
				}>;
				readonly selected: number;
		  }
		| undefined;
};

const labels: Readonly<Record<SideTab, string>> = {
	events: 'Events',
	plan: 'Plan',
	diff: 'Diff',
	agents: 'Agents',
	threads: 'Threads',
	queue: 'Queue',
	guests: 'Guests',
};

export const chromeModel = (
	state: AppState,
	panes: Panes,
	view: Viewport | undefined,
	format: Format,
): ChromeModel => {
	const {ui} = state;
	const layout = panes.layout(state);
	const status = statusWords(state, layout, format);
	return {
		layout,
		title: state.thread.info === undefined ? 'jumpseat' : chromeLine(threadTitle(state.thread.info)),
		place:
			state.thread.info === undefined ? '' : chromeLine(format.shortPath(state.thread.info.cwd, state.home)),
		state: stateWords(state),
		details: detailWords(state, format),
		company: companyOf(state),
		threadFocused: ui.focus === 'thread' && ui.holder === 'panes',
		sideFocused: ui.focus === 'side' && ui.holder === 'panes',
		threadPosition: view === undefined ? '' : threadPosition(state, view),
		sidePosition: sidePosition(state, panes),
		tabs: tabLabels(state, layout),
		status,
		hints: hintsFor(state, layout, status.text),
		field: fieldOf(state),
		card: layout.cardBox === undefined ? undefined : {held: ui.holder === 'card'},
		help: ui.help ? {offset: ui.helpOffset} : undefined,
		picker: ui.picker === undefined ? undefined : pickerModel(state, panes, format),
	};
};

const positionOf = (view: Viewport): string => {
	if (view.atTail) return view.atTop ? '' : 'follows';
	const percent = `${Math.round(view.position * 100)}%`;
	const {blocks} = view.hiddenBelow;
	return blocks === 0 ? percent : `${percent} · ${blocks} below`;
};

/** The count of a search stands beside its field while that is open. */
const threadPosition = (state: AppState, view: Viewport): string =>
	[state.ui.search.kind === 'kept' ? matchWords(state) : '', positionOf(view)].filter(Boolean).join(' · ');

const sidePosition = (state: AppState, panes: Panes): string => {
	const {ui} = state;
	if (ui.tab === 'events' && ui.detail === undefined) {
		const count = panes.events(state).length;
		const lost = state.log.dropped > 0 ? ` · ${state.log.dropped} dropped` : '';
		const filter = ui.eventsFilter === '' ? '' : `/${chromeLine(ui.eventsFilter)} · `;
		return `${filter}${count}${lost}`;
	}
	if (ui.tab === 'agents' || ui.tab === 'threads') return '';
	const rows = panes.sideRows(state).length;
	const height = panes.sideHeight(state);
	return rows <= height
		? ''
		: `${Math.min(100, Math.round(((panes.sideOffset(state) + height) / rows) * 100))}%`;
};

const tabLabels = (state: AppState, layout: Layout): readonly TabLabel[] => {
	const {focus, tab} = state.ui;
	const isQueueShown = tab === 'queue' || (typeof state.queue !== 'string' && state.queue.length > 0);
	const isShown = {queue: isQueueShown, guests: state.share !== undefined};
	const shown = sideTabs.filter(name => (name !== 'queue' && name !== 'guests') || isShown[name]);
	const side = shown.map(name => ({
		name,
		label: labels[name],
		current: tab === name && (layout.shape === 'wide' || focus === 'side'),
	}));
	if (layout.shape === 'wide') return side;
	return [{name: 'thread', label: 'Thread', current: focus === 'thread'}, ...side];
};

/** What the person should know comes before what they could press: the keys are named where there is room for all. */
const hintsFor = (state: AppState, {columns}: Layout, status: string): string => {
	const field = fieldOf(state);
	const shown = field === undefined ? status : '';
	if (columns < 60) {
		const matches = isSearching(state) ? matchWords(state) : '';
		return shown !== '' ? '' : state.ui.help ? 'Esc closes' : matches || '? keys';
	}
	if (textWidth(shown) > columns - 50) return '';
	const hints = keyHints(state, field);
	return shown === '' || textWidth(shown) + textWidth(hints) + hintMargins <= columns ? hints : '';
};

/** Left, right, and between the two. */
const hintMargins = 4;

const isSearching = ({ui}: AppState): boolean => ui.search.kind === 'editing' && ui.picker === undefined;

const keyHints = (state: AppState, field: Field | undefined): string => {
	if (state.ui.help) return '↑↓ scroll · Esc closes';
	if (state.ui.picker !== undefined) return '↑↓ choose · Enter opens · Esc quits';
	if (field !== undefined) {
		const matches = isSearching(state) ? matchWords(state) : '';
		return [matches, '↑↓ match · Enter keeps · Esc drops'].filter(Boolean).join(' · ');
	}
	if (state.ui.confirming !== undefined) return '';
	if (state.ui.holder === 'composer') return 'Enter sends · Alt+Enter new line · ctrl-t queue · Esc panes';
	if (state.ui.holder === 'card') return '↑↓ scroll · Esc the panes';
	if (state.cards.open.length > 0 && mayAnswer(state)) return 'a answer · tab panes · q quits · ? keys';
	return maySpeak(state) && !isOver(state.connection)
		? 'i write · tab panes · / search · q quits · ? keys'
		: 'tab panes · / search · q quits · ? keys';
};

const fieldOf = (state: AppState): Field | undefined => {
	const value = fieldText(state);
	if (value === undefined) return undefined;
	const {ui} = state;
	if (ui.picker !== undefined) return {label: 'thread ▸ ', value, hint: 'type to filter'};
	return ui.editingFilter
		? {label: 'filter ▸ ', value, hint: 'words that must all be there; !word must not'}
		: {label: 'search ▸ ', value, hint: 'in the turns loaded so far'};
};

const pickerModel = (state: AppState, panes: Panes, format: Format): NonNullable<ChromeModel['picker']> => {
	const choices = pickerChoices(state, panes);
	return {
		rows: choices.map(info => ({
			id: info.id,
			title: chromeLine(threadTitle(info)),
			detail: chromeLine(
				[
					format.shortPath(info.cwd, state.home),
					info.updatedAtMs === undefined ? '' : format.ago(Math.max(0, state.nowMs - info.updatedAtMs)),
				]
					.filter(Boolean)
					.join(' · '),
			),
			live: info.status.kind !== 'notLoaded' && info.status.kind !== 'unknown',
			waiting: info.status.kind === 'active' && info.status.waitingOn !== 'nobody',
		})),
		selected: Math.max(0, markedIndex(choices, state.ui.picker?.marked)),
	};
};
