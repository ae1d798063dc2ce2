/** Whose answer goes, and under which id: never an old one, never a second, never of somebody who was not asked. */
import {expect, test} from 'vitest';
import type {WireServerRequest} from '../../source/protocol/types.ts';
import {createRequests, type Given} from '../../source/share/requests.ts';

const approval = (id: number | string, itemId = 'item'): WireServerRequest => ({
	id,
	method: 'item/commandExecution/requestApproval',
	params: {threadId: 'T', turnId: 'U', itemId, command: 'npm test'},
});
const given = (by: string): Given => ({by, guestId: by, answer: {decision: 'accept'}, atMs: 1});

test('a request has an id of the share, and keeps it when the server asks again', () => {
	const requests = createRequests();
	const first = requests.asked(approval(0));
	const replayed = requests.asked(approval(0));
	expect(first.isNew).toBe(true);
	expect(replayed).toEqual({asked: first.asked, isNew: false});
	expect(requests.pending('T')).toEqual([first.asked]);
	expect(requests.pending('other')).toEqual([]);
});

test('ids of the server that are a number and a string are two', () => {
	const requests = createRequests();
	const one = requests.asked(approval(1));
	const other = requests.asked(approval('1', 'other'));
	expect(other.asked.id).not.toBe(one.asked.id);
	expect(requests.resolved('1')?.asked).toBe(other.asked);
	expect(requests.pending('T')).toEqual([one.asked]);
});

test('only who was shown a request may answer it', () => {
	const requests = createRequests();
	const {asked} = requests.asked(approval(0));
	requests.shown(asked.id, 'ada');
	expect(requests.check(asked.id, 'ada')).toEqual({kind: 'open', asked});
	expect(requests.check(asked.id, 'bob')).toEqual({kind: 'neverShown'});
	expect(requests.check(String(asked.id), 'ada')).toEqual({kind: 'neverShown'});
	expect(requests.check(asked.id + 1, 'ada')).toEqual({kind: 'neverShown'});
	requests.left('ada');
	expect(requests.check(asked.id, 'ada')).toEqual({kind: 'neverShown'});
});

test('the first answer is the answer; a later one is told whose was first, also after it is settled', () => {
	const requests = createRequests();
	const {asked} = requests.asked(approval(0));
	for (const guest of ['ada', 'bob']) requests.shown(asked.id, guest);
	requests.gave(asked.id, given('ada'));
	requests.gave(asked.id, given('bob'));
	expect(requests.check(asked.id, 'bob')).toEqual({kind: 'late', by: 'ada'});
	expect(requests.pending('T')).toEqual([]);
	// The server replays until it has heard the answer: that opens nothing.
	expect(requests.asked(approval(0)).isNew).toBe(false);
	expect(requests.check(asked.id, 'bob')).toEqual({kind: 'late', by: 'ada'});
	expect(requests.resolved(0)).toEqual({asked, given: given('ada')});
	expect(requests.resolved(0)).toBeUndefined();
	expect(requests.check(asked.id, 'bob')).toEqual({kind: 'late', by: 'ada'});
});

test('what the server settled without us is late for everybody, by nobody of ours', () => {
	const requests = createRequests();
	const {asked} = requests.asked(approval(0));
	requests.shown(asked.id, 'ada');
	expect(requests.resolved(0)).toEqual({asked, given: undefined});
	expect(requests.check(asked.id, 'ada')).toEqual({kind: 'late', by: undefined});
});

test('after the upstream was lost the same request keeps its id, is open again, and has to be shown again', () => {
	const requests = createRequests();
	const {asked} = requests.asked(approval(0));
	requests.shown(asked.id, 'ada');
	requests.gave(asked.id, given('ada'));
	requests.lost();
	expect(requests.check(asked.id, 'ada')).toEqual({kind: 'neverShown'});
	const again = requests.asked(approval(0));
	expect(again).toEqual({asked, isNew: true});
	expect(requests.check(asked.id, 'ada')).toEqual({kind: 'neverShown'});
	expect(requests.pending('T')).toEqual([asked]);
});

test('a restarted server begins at 0 again: its first request has a new id, and the old one is nobody’s', () => {
	const requests = createRequests();
	const old = requests.asked(approval(0, 'before')).asked;
	requests.shown(old.id, 'ada');
	requests.lost();
	const fresh = requests.asked(approval(0, 'after')).asked;
	requests.shown(fresh.id, 'ada');
	expect(fresh.id).not.toBe(old.id);
	expect(requests.check(old.id, 'ada')).toEqual({kind: 'neverShown'});
	expect(requests.check(fresh.id, 'ada').kind).toBe('open');
});

test('an id that the server gives to something else, without a word between, is a new request', () => {
	const requests = createRequests();
	const old = requests.asked(approval(0, 'before')).asked;
	requests.shown(old.id, 'ada');
	const fresh = requests.asked(approval(0, 'after'));
	expect(fresh.isNew).toBe(true);
	expect(fresh.asked.id).not.toBe(old.id);
	expect(requests.check(old.id, 'ada')).toEqual({kind: 'late', by: undefined});
	expect(requests.pending('T')).toEqual([fresh.asked]);
});

test('an old server names the thread as conversation', () => {
	const requests = createRequests();
	const {asked} = requests.asked({id: 0, method: 'execCommandApproval', params: {conversationId: 'T'}});
	expect(requests.pending('T')).toEqual([asked]);
});

test('what is settled is remembered within bounds', () => {
	const requests = createRequests();
	for (let id = 0; id < 5000; id += 1) {
		requests.shown(requests.asked(approval(id)).asked.id, 'ada');
		requests.resolved(id);
	}
	expect(requests.size()).toBeLessThanOrEqual(200);
});
