import {expect, test} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import {markedIndex, moveMark} from '../../source/app/marked.ts';
import {pickerChoices} from '../../source/app/picker.ts';
import {heard, info, newState, panes, press, run, type} from './make.ts';

const threads = [
	info('019a0000-aaaa', {name: 'fix the login test', updatedAt: 3, status: {type: 'notLoaded'}}),
	info('019a0000-bbbb', {name: 'write docs', cwd: '/home/ada/login', updatedAt: 2, status: {type: 'idle'}}),
	info('019a0000-cccc', {
		preview: 'upgrade node',
		updatedAt: 1,
		status: {type: 'active', activeFlags: ['waitingOnApproval']},
	}),
	info('019a0000-dddd', {name: 'login helper', ephemeral: true, status: {type: 'idle'}}),
];
const picking = newState({threadId: undefined, threads});
const choices = (filter: string) =>
	pickerChoices(press(picking, type(filter)), panes).map(({id}) => id.slice(-4));

test('without a filter: who waits, then live, then stored; helpers never', () => {
	expect(choices('')).toEqual(['cccc', 'bbbb', 'aaaa']);
	expect(choices('   ')).toEqual(['cccc', 'bbbb', 'aaaa']);
});

test('a filter ranks by how well title, folder or id fit', () => {
	expect(choices('login')).toEqual(['aaaa', 'bbbb']);
	expect(choices('node')).toEqual(['cccc']);
	expect(choices('bbbb')).toEqual(['bbbb']);
	expect(choices('nothing like this')).toEqual([]);
});

test('Enter opens the marked thread, and says so when nothing fits', () => {
	expect(run(picking, 'submit').commands).toEqual([{type: 'openThread', threadId: '019a0000-cccc'}]);
	expect(run(picking, 'down', 'submit').commands).toEqual([{type: 'openThread', threadId: '019a0000-bbbb'}]);
	expect(run(picking, type('login'), 'down', 'submit').commands).toEqual([
		{type: 'openThread', threadId: '019a0000-bbbb'},
	]);
	const none = run(picking, type('nothing like this'), 'submit');
	expect(none.commands).toEqual([]);
	expect(none.state.ui.notice?.text).toBe('No thread fits.');
});

test('the mark stops at both ends, so that one step back is one step back', () => {
	const below = press(picking, ...Array<'down'>(10).fill('down'), 'up');
	expect(below.ui.picker?.marked).toBe('019a0000-bbbb');
	expect(press(below, 'up', 'up', 'up', 'down').ui.picker?.marked).toBe('019a0000-bbbb');
});

test('the mark stays on its thread when the list is sorted anew, so that Enter opens what was read', () => {
	const marked = press(picking, 'down', 'down');
	const resorted = applyEvents(marked, [
		heard('thread/status/changed', {
			threadId: '019a0000-aaaa',
			status: {type: 'active', activeFlags: ['waitingOnUserInput']},
		}),
	]);
	expect(pickerChoices(resorted, panes).map(({id}) => id.slice(-4))).toEqual(['aaaa', 'cccc', 'bbbb']);
	expect(run(resorted, 'submit').commands).toEqual([{type: 'openThread', threadId: '019a0000-aaaa'}]);
});

test('Esc drops the filter first, then leaves', () => {
	const filtered = press(picking, type('login'));
	const first = run(filtered, 'back');
	expect(first.commands).toEqual([]);
	expect(first.state.ui.picker?.filter).toBe('');
	expect(run(first.state, 'back').commands).toEqual([{type: 'quit', exitCode: 0}]);
});

test('a mark in an empty list is nowhere', () => {
	expect(markedIndex([], undefined)).toBe(-1);
	expect(moveMark([], 'x', 1)).toBeUndefined();
	expect(markedIndex(threads, 'gone')).toBe(0);
});
