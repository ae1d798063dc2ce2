/**
 * The Events pane: one line an event, and its filter. Pure; called for the rows on the screen. The payload of an
 * event is shown by `json.ts`.
 */
import type {EventEntry} from '../thread/event-log.ts';
import type {Format} from './format.ts';
import {inverted} from './restyle.ts';
import type {Row, Sgr, Span} from './row.ts';
import {sanitiseLine} from './sanitise.ts';
import {sgr, theme} from './style.ts';
import {padRow, truncateRow} from './width.ts';

/** Families of notifications by the first word of the method; colours of this pane only. */
const families: Readonly<Record<string, Sgr>> = {
	item: sgr({fg: 'cyan'}),
	turn: sgr({fg: 'magenta'}),
	thread: sgr({fg: 'blue'}),
	serverRequest: theme.warn,
	error: theme.bad,
	warning: theme.warn,
};

const familySgr = (name: string): Sgr => {
	const family = name.split('/', 1)[0] ?? '';
	return Object.hasOwn(families, family) ? (families[family] ?? theme.plain) : theme.plain;
};

const nameSgr = (entry: EventEntry): Sgr => {
	switch (entry.kind) {
		case 'notification':
			return familySgr(entry.name);
		case 'request':
			return theme.warn;
		case 'response':
		case 'sent':
			return theme.muted;
		case 'connection':
			return theme.strong;
		case 'oddity':
			return theme.bad;
	}
};

/** What tells a frame that we sent, or its answer, from what the server said on its own. */
const arrow = (entry: EventEntry): string => {
	if (entry.kind === 'sent') return '→ ';
	return entry.kind === 'response' ? '← ' : '';
};

/** Narrower panes lose the milliseconds, then the hours, then the time. */
const timeOf = (atMs: number, columns: number, format: Format): Span[] => {
	const text = format.clockMs(atMs);
	if (columns >= 44) return [{text: `${text} `, sgr: theme.muted}];
	if (columns >= 32) return [{text: `${text.slice(0, 8)} `, sgr: theme.muted}];
	return columns >= 24 ? [{text: `${text.slice(3, 8)} `, sgr: theme.muted}] : [];
};

type Drawn = {
	readonly columns: number;
	readonly selected: boolean;
	readonly format: Format;
	readonly row: Row;
};

/** The pane is drawn with every frame: an entry that did not change hands out the same row. */
const drawn = new WeakMap<EventEntry, Drawn>();

/** `12:03:04.112 item/started  commandExecution`, at most `columns` wide; exactly so when selected. */
export const eventRow = (
	entry: EventEntry,
	columns: number,
	look: {readonly selected: boolean},
	format: Format,
): Row => {
	const known = drawn.get(entry);
	if (known?.columns === columns && known.selected === look.selected && known.format === format) {
		return known.row;
	}
	const row = drawRow(entry, columns, look, format);
	drawn.set(entry, {columns, selected: look.selected, format, row});
	return row;
};

const drawRow = (
	entry: EventEntry,
	columns: number,
	look: {readonly selected: boolean},
	format: Format,
): Row => {
	const row: Span[] = [
		...timeOf(entry.atMs, columns, format),
		{text: arrow(entry) + sanitiseLine(entry.name), sgr: nameSgr(entry)},
	];
	if (entry.count > 1) row.push({text: ` ×${entry.count}`, sgr: theme.running});
	if (entry.detail !== '') row.push({text: `  ${sanitiseLine(entry.detail)}`, sgr: theme.muted});
	const cut = truncateRow(row, columns);
	return look.selected ? inverted(padRow(cut, columns)) : cut;
};

/** A count that runs is read once a second; each time it is drawn costs more bytes than the word that it counts. */
const countEveryMs = 1000;

/**
 * How the newest entry is drawn: one that only folded in more deltas stays as it was for up to a second. Whoever
 * asks again after that second, or for another entry, is given the newest: the last count is always drawn.
 */
export const createCountHolder = (): ((newest: EventEntry, nowMs: number) => EventEntry) => {
	let held: {readonly entry: EventEntry; readonly sinceMs: number} | undefined;
	return (newest, nowMs) => {
		const age = nowMs - (held?.sinceMs ?? 0);
		if (held?.entry.sequence !== newest.sequence || age < 0 || age >= countEveryMs)
			held = {entry: newest, sinceMs: nowMs};
		return held.entry;
	};
};

/**
 * The entries whose name or detail holds every word of the query, whatever the case; a word behind `!` must not
 * be there. An empty query gives the same list back.
 */
export const filterEvents = (entries: readonly EventEntry[], query: string): readonly EventEntry[] => {
	const words = query
		.toLowerCase()
		.split(/\s+/)
		.filter(word => word !== '' && word !== '!');
	if (words.length === 0) return entries;
	return entries.filter(entry => {
		const text = `${entry.kind} ${entry.name} ${entry.detail}`.toLowerCase();
		return words.every(word => (word.startsWith('!') ? !text.includes(word.slice(1)) : text.includes(word)));
	});
};
