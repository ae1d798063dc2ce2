import {expect, test} from 'vitest';
import {
	authorOf,
	contextUsedPercent,
	currentTurn,
	isWaitingForPerson,
	pendingRequests,
	statusWord,
	threadTitle,
	turnNumber,
} from '../../source/thread/selectors.ts';
import {initialThreadState, type ThreadId} from '../../source/thread/state.ts';
import {
	completed,
	empty,
	fold,
	hydrated,
	itemOf,
	message,
	notified,
	running,
	turn,
	turnCompleted,
	user,
} from './make.ts';

const asked = (method: string) =>
	({type: 'requested', request: {id: 0, method, params: {threadId: 't'}}, atMs: 1}) as const;

test('the current turn is the one that runs', () => {
	expect(currentTurn(running)?.id).toBe('T1');
	expect(currentTurn(fold(running, turnCompleted()))).toBeUndefined();
});

test('a person is waited for by a question that is theirs, known or not, or by the status', () => {
	expect(isWaitingForPerson(running)).toBe(false);
	expect(isWaitingForPerson(fold(running, asked('item/fileChange/requestApproval')))).toBe(true);
	expect(isWaitingForPerson(fold(running, asked('item/not/invented/yet')))).toBe(true);
	const forOwner = fold(running, asked('item/tool/call'));
	expect(isWaitingForPerson(forOwner)).toBe(false);
	expect(pendingRequests(forOwner)).toHaveLength(1);
	const status = {type: 'active', activeFlags: ['waitingOnUserInput']};
	expect(isWaitingForPerson(fold(empty, notified('thread/status/changed', {status})))).toBe(true);
});

test('a thread is titled by its name, else by the first line of its preview, else by its short id', () => {
	const id = '019a0000-1111-7000-8000-000000000000' as ThreadId;
	expect(threadTitle({id, name: 'Name', preview: 'x'})).toBe('Name');
	expect(threadTitle({id, name: undefined, preview: '\n  First line \nsecond'})).toBe('First line');
	expect(threadTitle({id, name: ' ', preview: ' '})).toBe('019a0000-1111');
});

test('turns are numbered only when all of them are here', () => {
	expect(turnNumber(empty)).toBeUndefined();
	expect(turnNumber(fold(empty, hydrated([turn('T1', []), turn('T2', [])])))).toBe(2);
	expect(turnNumber(fold(empty, hydrated([turn('T8', []), turn('T9', [])], 'older')))).toBeUndefined();
});

test('the context is used up by the last request, in percent of the window', () => {
	const used = (last: number, modelContextWindow: number | null) =>
		contextUsedPercent(
			fold(
				empty,
				notified('thread/tokenUsage/updated', {
					tokenUsage: {total: {totalTokens: 9999}, last: {totalTokens: last}, modelContextWindow},
				}),
			),
		);
	expect(used(42, 100)).toBe(42);
	expect(used(420, 100)).toBe(100);
	expect(used(42, null)).toBeUndefined();
	expect(contextUsedPercent(empty)).toBeUndefined();
});

test('the status is said in words', () => {
	const word = (status: {readonly type: string; readonly activeFlags?: readonly string[]}) =>
		statusWord(fold(empty, notified('thread/status/changed', {status})));
	expect(statusWord(initialThreadState)).toBe('unknown');
	expect(word({type: 'idle'})).toBe('idle');
	expect(word({type: 'active'})).toBe('working');
	expect(word({type: 'active', activeFlags: ['waitingOnApproval']})).toBe('waiting for approval');
	expect(word({type: 'active', activeFlags: ['waitingOnUserInput']})).toBe('waiting for an answer');
	expect(word({type: 'notLoaded'})).toBe('not loaded');
	expect(word({type: 'systemError'})).toBe('system error');
	expect(word({type: 'daydreaming'})).toBe('daydreaming');
	expect(statusWord(fold(empty, notified('thread/closed')))).toBe('not loaded');
});

test.each([
	['jumpseat:Ada:0b9f', {kind: 'jumpseat', name: 'Ada'}],
	['jumpseat:Ada: the first:0b9f', {kind: 'jumpseat', name: 'Ada: the first'}],
	['jumpseat::0b9f', {kind: 'primary'}],
	['jumpseat:Ada', {kind: 'primary'}],
	['something else', {kind: 'primary'}],
	[null, {kind: 'primary'}],
])('a message with the client id %s is by %o', (clientId, author) => {
	expect(authorOf(itemOf(fold(running, completed(user('u', 'hi', clientId))), 'u'))).toEqual(author);
});

test('whatever is not a user message is by the primary', () => {
	expect(authorOf(itemOf(fold(running, completed(message('m', 'jumpseat:Ada:1'))), 'm'))).toEqual({
		kind: 'primary',
	});
});
