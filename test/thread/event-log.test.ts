import {expect, test} from 'vitest';
import {type EventEntry, emptyEventLog, logEvents} from '../../source/thread/event-log.ts';

const event = (name: string, bytes: number, foldKey?: string): Omit<EventEntry, 'sequence' | 'count'> => ({
	kind: 'notification',
	atMs: 1,
	emittedAtMs: undefined,
	name,
	detail: '',
	bytes,
	payload: {},
	foldKey,
});

test('deltas in a row are one entry that tells the bytes of all, and of which the newest is held', () => {
	const limits = {entries: 10, bytes: 1000};
	const before = logEvents(emptyEventLog, [event('turn/started', 100)], limits);
	const deltas = Array.from({length: 1000}, () => event('delta', 90, 'one message'));
	const after = logEvents(before, deltas, limits);
	expect(after.entries.map(({name, count, bytes}) => [name, count, bytes])).toEqual([
		['turn/started', 1, 100],
		['delta', 1000, 90_000],
	]);
	expect(after.bytes).toBe(190);
	expect(after.dropped).toBe(0);
});

test('what goes takes its bytes along, folded or not', () => {
	const limits = {entries: 2, bytes: 1000};
	const log = [
		event('a', 10, 'x'),
		event('a', 20, 'x'),
		event('b', 30),
		event('c', 40, 'y'),
		event('c', 50, 'y'),
	].reduce((held, each) => logEvents(held, [each], limits), emptyEventLog);
	expect(log.entries.map(({name}) => name)).toEqual(['b', 'c']);
	expect(log.bytes).toBe(80);
	expect(log.dropped).toBe(1);
});

test('one entry larger than the bound stays, until the next one comes', () => {
	const limits = {entries: 10, bytes: 100};
	const huge = logEvents(emptyEventLog, [event('huge', 5000)], limits);
	expect(huge.entries).toHaveLength(1);
	const next = logEvents(huge, [event('small', 5)], limits);
	expect(next.entries.map(({name}) => name)).toEqual(['small']);
	expect(next.bytes).toBe(5);
});
