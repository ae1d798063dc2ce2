import {expect, test} from 'vitest';
import type {ThreadInfo, ThreadStatus} from '../../source/thread/state.ts';
import {sortThreads, type ThreadListEntry, threadRows} from '../../source/view/threads.ts';
import {info, lines, startMs, utc} from './samples.ts';

const entry = (name: string, status: ThreadStatus, over: Partial<ThreadInfo> = {}, current = false) =>
	({info: info({name, status, ...over}), current}) satisfies ThreadListEntry;

const entries = [
	entry('stored new', {kind: 'notLoaded'}, {updatedAtMs: 9000}),
	entry('stored old', {kind: 'notLoaded'}, {updatedAtMs: 10}),
	entry('idle', {kind: 'idle'}, {updatedAtMs: 20}),
	entry('working', {kind: 'active', waitingOn: 'nobody'}, {updatedAtMs: 5}),
	entry('question', {kind: 'active', waitingOn: 'userInput'}, {createdAtMs: 1}),
	entry('approval', {kind: 'active', waitingOn: 'approval'}, {updatedAtMs: 2}),
	entry('title maker', {kind: 'active', waitingOn: 'nobody'}, {ephemeral: true}),
];

test('what waits for a person is on top, then working, live, stored by recency; ephemeral ones are hidden', () => {
	expect(sortThreads(entries).map(each => each.info.name)).toEqual([
		'approval',
		'question',
		'working',
		'idle',
		'stored new',
		'stored old',
	]);
});

test('an ephemeral thread that is open is not hidden from its reader', () => {
	const open = entry('open', {kind: 'idle'}, {ephemeral: true}, true);
	expect(sortThreads([open])).toEqual([open]);
});

test('one row a thread, in the order given', () => {
	const list = [
		entry('fix login', {kind: 'active', waitingOn: 'approval'}, {updatedAtMs: startMs}, true),
		entry('stored', {kind: 'notLoaded'}),
		entry('', {kind: 'other', name: 'dreaming'}, {preview: '\nfirst line\nsecond'}),
	];
	expect(lines(threadRows(list, 60, -1, utc))).toEqual([
		'? fix login  here           waits for approval  22 Nov 12:03',
		'○ stored                                              stored',
		'◇ first line                                        dreaming',
	]);
	expect(lines(threadRows(list, 80, 0, utc))[1]).toBe(
		'○ stored  /home/ada/app                                                   stored',
	);
	expect(threadRows(list, 20, 2, utc)).toHaveLength(3);
	expect(lines(threadRows([], 60, -1, utc))).toEqual(['No threads on this server yet.']);
});
