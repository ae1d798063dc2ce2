import {describe, expect, test} from 'vitest';
import type {EventEntry} from '../../source/thread/event-log.ts';
import {createCountHolder, eventRow, filterEvents} from '../../source/view/events.ts';
import {rowText} from '../../source/view/row.ts';
import {theme} from '../../source/view/style.ts';
import {rowWidth} from '../../source/view/width.ts';
import {startMs, utc} from './samples.ts';

const entry = (over: Partial<EventEntry> = {}): EventEntry => ({
	sequence: 1,
	kind: 'notification',
	atMs: startMs,
	emittedAtMs: undefined,
	name: 'item/started',
	detail: 'commandExecution',
	count: 1,
	bytes: 100,
	payload: {},
	foldKey: undefined,
	...over,
});

const look = {selected: false};
const line = (over: Partial<EventEntry>, columns = 80): string =>
	rowText(eventRow(entry(over), columns, look, utc));

describe('eventRow', () => {
	test('time, method, detail', () => {
		expect(line({})).toBe('12:03:04.112 item/started  commandExecution');
		expect(line({detail: ''})).toBe('12:03:04.112 item/started');
	});

	test('folded deltas are counted; what we sent and its answer have an arrow', () => {
		expect(line({name: 'item/agentMessage/delta', count: 42, detail: '12 chars'})).toBe(
			'12:03:04.112 item/agentMessage/delta ×42  12 chars',
		);
		expect(line({kind: 'sent', name: 'thread/resume', detail: ''})).toBe('12:03:04.112 → thread/resume');
		expect(line({kind: 'response', name: 'thread/resume', detail: '80 ms'})).toBe(
			'12:03:04.112 ← thread/resume  80 ms',
		);
	});

	test('a narrow pane loses milliseconds, hours, then the time', () => {
		expect(line({}, 40)).toBe('12:03:04 item/started  commandExecution');
		expect(line({}, 26)).toBe('03:04 item/started  comma…');
		expect(line({}, 20)).toBe('item/started  comma…');
	});

	test('families, requests and oddities have their colours', () => {
		const sgrOf = (over: Partial<EventEntry>) =>
			eventRow(entry(over), 80, look, utc).find(span => span.text.includes('/'))?.sgr;
		const colours = ['item/x', 'turn/x', 'thread/x', 'new/x'].map(name => sgrOf({name}));
		expect(new Set(colours).size).toBe(4);
		expect(sgrOf({kind: 'request'})).toBe(theme.warn);
		expect(sgrOf({kind: 'oddity'})).toBe(theme.bad);
		expect(sgrOf({name: 'constructor/x'})).toBe(theme.plain);
	});

	test('a selected row is inverted over its whole width', () => {
		const row = eventRow(entry(), 60, {selected: true}, utc);
		expect(rowWidth(row)).toBe(60);
		expect(row.every(span => span.sgr.split(';').includes('7'))).toBe(true);
	});

	test('an entry that did not change hands out the same row', () => {
		const same = entry();
		expect(eventRow(same, 60, look, utc)).toBe(eventRow(same, 60, {selected: false}, utc));
		expect(eventRow(same, 61, look, utc)).not.toBe(eventRow(same, 60, {selected: true}, utc));
	});
});

describe('filterEvents', () => {
	const entries = [
		entry({name: 'item/started', detail: 'commandExecution'}),
		entry({name: 'item/completed', detail: 'agentMessage'}),
		entry({name: 'turn/started', detail: ''}),
		entry({kind: 'oddity', name: 'malformed', detail: ''}),
	];
	const names = (query: string) => filterEvents(entries, query).map(each => each.name);

	test('all words must be there, in any case', () => {
		expect(names('ITEM command')).toEqual(['item/started']);
		expect(names('started')).toEqual(['item/started', 'turn/started']);
		expect(names('nothing')).toEqual([]);
		expect(names('oddity')).toEqual(['malformed']);
	});

	test('a word behind ! must not be there', () => {
		expect(names('started !item')).toEqual(['turn/started']);
		expect(names('!item !turn')).toEqual(['malformed']);
	});

	test('an empty query gives the same list back', () => {
		expect(filterEvents(entries, '  ')).toBe(entries);
		expect(filterEvents(entries, '!')).toBe(entries);
	});
});

describe('the count of the newest entry', () => {
	const counted = (count: number, sequence = 7) => entry({sequence, count, foldKey: 'delta'});

	test('is drawn once a second, and the newest when that has passed', () => {
		const hold = createCountHolder();
		expect(hold(counted(1), startMs).count).toBe(1);
		expect(hold(counted(2), startMs + 400).count).toBe(1);
		expect(hold(counted(9), startMs + 999).count).toBe(1);
		expect(hold(counted(10), startMs + 1000).count).toBe(10);
		expect(hold(counted(11), startMs + 1500).count).toBe(10);
		expect(hold(counted(11), startMs + 2000).count).toBe(11);
	});

	test('never holds back another entry, nor after the clock went back', () => {
		const hold = createCountHolder();
		hold(counted(5), startMs);
		expect(hold(counted(1, 8), startMs + 1).sequence).toBe(8);
		expect(hold(counted(2, 8), startMs - 60_000).count).toBe(2);
	});
});
