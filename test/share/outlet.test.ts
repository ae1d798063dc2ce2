/** What one guest gets, at the pace at which it reads, on a channel and a clock of the test's own. */
import {expect, test, vi} from 'vitest';
import {shareCloseCodes} from '../../source/protocol/share.ts';
import type {Json, WireNotification} from '../../source/protocol/types.ts';
import {createOutlet, type OutletOptions} from '../../source/share/outlet.ts';
import {toldOf} from '../../source/share/told.ts';
import {fakeChannel, fakeTime} from './fakes.ts';

type Fields = {readonly [key: string]: Json | undefined};

const delta = (itemId: string, text: string): WireNotification => ({
	method: 'item/agentMessage/delta',
	params: {threadId: 't', turnId: 'T', itemId, delta: text},
});
const completed = (itemId: string, text: string): WireNotification => ({
	method: 'item/completed',
	params: {threadId: 't', turnId: 'T', item: {type: 'agentMessage', id: itemId, text}},
});
const tell = (...told: readonly WireNotification[]) => told.map(toldOf);

const begin = (options: Partial<OutletOptions> = {}) => {
	const time = fakeTime();
	const channel = fakeChannel();
	const onCut = vi.fn<(why: string) => void>();
	const limits = {softBytes: 1000, hardBytes: 100_000, patienceMs: 10_000};
	const outlet = createOutlet(channel, {...limits, environment: time.environment, onCut, ...options});
	const texts = () =>
		channel.sent.map(text => {
			const {method, params} = JSON.parse(text) as {method?: string; params?: Fields};
			return method === undefined ? text : `${method.split('/').at(-1)} ${params?.delta ?? ''}`;
		});
	return {time, channel, onCut, outlet, texts};
};

test('a guest who reads gets everything at once, unmerged and in order', () => {
	const {time, channel, outlet, texts} = begin();
	channel.reads = true;
	for (let count = 0; count < 100; count += 1) outlet.tell(tell(delta('a', `${count}`)));
	outlet.send('{"id":1}');
	expect(texts()).toEqual([...Array.from({length: 100}, (_, count) => `delta ${count}`), '{"id":1}']);
	expect(outlet.heldBytes).toBe(0);
	expect(time.pending()).toBe(0);
});

test('above the soft limit it is held and merged, and goes on when the channel drains', () => {
	const {time, channel, outlet, texts} = begin();
	const long = 'x'.repeat(900);
	outlet.tell(tell(delta('a', long), delta('a', long)));
	expect(channel.sent.length).toBe(2);
	for (let count = 0; count < 200; count += 1) outlet.tell(tell(delta('a', `${count} `), delta('b', '.')));
	expect(channel.sent.length).toBe(2);
	channel.drain();
	expect(texts().length).toBeGreaterThan(2);
	while (channel.bufferedBytes > 0) channel.drain();
	expect(outlet.heldBytes).toBe(0);
	const all = channel.sent.slice(2).map(text => (JSON.parse(text) as {params: Fields}).params);
	for (const [id, text] of [
		['a', Array.from({length: 200}, (_, count) => `${count} `).join('')],
		['b', '.'.repeat(200)],
	]) {
		expect(
			all
				.filter(({itemId}) => itemId === id)
				.map(params => params.delta)
				.join(''),
		).toBe(text);
	}
	expect(time.pending()).toBe(0);
	expect(channel.listeners()).toBe(0);
});

test('what is held is merged: a burst of one stream takes little more than its text', () => {
	const {channel, outlet} = begin({hardBytes: 1_000_000});
	outlet.send('x'.repeat(1000));
	for (let count = 0; count < 16_000; count += 1) outlet.tell(tell(delta('a', 'word ')));
	expect(outlet.heldBytes).toBeLessThan(16_000 * 5 + 2 * 160_000);
	channel.reads = true;
	channel.drain();
	const deltas = channel.sent.slice(1).map(text => (JSON.parse(text) as {params: Fields}).params.delta);
	expect(deltas.join('')).toBe('word '.repeat(16_000));
	expect(deltas.length).toBeLessThan(2000);
});

test('responses and requests are never merged or overtaken', () => {
	const {channel, outlet, texts} = begin();
	outlet.send(JSON.stringify({big: 'x'.repeat(1000)}));
	outlet.tell(tell(delta('a', '1')));
	outlet.send('{"id":1,"result":{}}');
	outlet.tell(tell(delta('a', '2')));
	outlet.send('{"id":1,"result":{}}');
	outlet.tell(tell(completed('a', '12')));
	for (let count = 0; count < 1000; count += 1) outlet.tell(tell(delta('b', '-'.repeat(90))));
	channel.reads = true;
	channel.drain();
	expect(texts().slice(1, 6)).toEqual([
		'delta 1',
		'{"id":1,"result":{}}',
		'delta 2',
		'{"id":1,"result":{}}',
		'completed ',
	]);
	expect(texts().slice(6).join('').replaceAll('delta ', '')).toBe('-'.repeat(90_000));
});

test('without word of draining it looks again by itself', () => {
	const {time, channel, outlet} = begin();
	channel.tellsOfDrain = false;
	outlet.send('x'.repeat(1000));
	outlet.send('next');
	expect(channel.sent.length).toBe(1);
	channel.drain();
	time.pass(100);
	expect(channel.sent.length).toBe(2);
	expect(time.pending()).toBe(0);
});

test('too far behind: cut off, told once, and nothing is held or sent any more', () => {
	const {time, channel, onCut, outlet} = begin();
	outlet.send('x'.repeat(1000));
	let most = 0;
	for (let count = 0; count < 300; count += 1) {
		outlet.tell(tell(completed(`m${count}`, 'y'.repeat(1000))));
		most = Math.max(most, outlet.heldBytes);
	}
	expect(onCut).toHaveBeenCalledTimes(1);
	expect(onCut.mock.calls[0]?.[0]).toContain('behind');
	expect(channel.ended).toEqual([shareCloseCodes.tooSlow]);
	expect(most).toBeGreaterThan(90_000);
	expect(most).toBeLessThanOrEqual(100_000);
	expect(outlet.heldBytes).toBe(0);
	channel.drain();
	outlet.send('more');
	time.pass(60_000);
	expect(channel.sent.length).toBe(1);
	expect(onCut).toHaveBeenCalledTimes(1);
	expect(time.pending()).toBe(0);
	expect(channel.listeners()).toBe(0);
});

test('one frame above the limit is cut off, too', () => {
	const {onCut, outlet} = begin();
	outlet.send('x'.repeat(1000));
	outlet.send('x'.repeat(100_001));
	expect(onCut).toHaveBeenCalledTimes(1);
});

test('patience ends with a guest who takes nothing, not with one who is slow', () => {
	const slow = begin();
	slow.outlet.send('x'.repeat(2000));
	for (let count = 0; count < 50; count += 1)
		slow.outlet.tell(tell(completed(`m${count}`, 'y'.repeat(1000))));
	for (let count = 0; count < 20; count += 1) {
		slow.time.pass(9000);
		slow.channel.drain(100);
	}
	expect(slow.onCut).not.toHaveBeenCalled();
	slow.time.pass(9900);
	expect(slow.onCut).not.toHaveBeenCalled();
	slow.time.pass(200);
	expect(slow.onCut).toHaveBeenCalledTimes(1);
	expect(slow.onCut.mock.calls[0]?.[0]).toContain('10 s');
	expect(slow.time.pending()).toBe(0);
});

test('time without anything to send is no stall', () => {
	const {time, channel, onCut, outlet} = begin();
	outlet.send('x'.repeat(999));
	time.pass(100_000);
	outlet.send('x');
	outlet.send('held');
	time.pass(5000);
	channel.reads = true;
	channel.drain();
	expect(onCut).not.toHaveBeenCalled();
	expect(channel.sent.length).toBe(3);
});

test('closing leaves no timer, no listener and no byte, whatever is held', () => {
	const {time, channel, onCut, outlet} = begin();
	outlet.send('x'.repeat(1000));
	outlet.tell(tell(delta('a', '1')));
	expect(time.pending()).toBe(1);
	expect(channel.listeners()).toBe(1);
	outlet.close();
	outlet.close();
	expect(outlet.heldBytes).toBe(0);
	expect(time.pending()).toBe(0);
	expect(channel.listeners()).toBe(0);
	channel.drain();
	outlet.tell(tell(delta('a', '2')));
	expect(channel.sent.length).toBe(1);
	expect(onCut).not.toHaveBeenCalled();
	expect(channel.ended).toEqual([]);
});

test('a channel that is closing already ends the outlet quietly', () => {
	const {channel, onCut, outlet} = begin();
	channel.isClosed = true;
	outlet.tell(tell(delta('a', '1'), delta('b', '2')));
	outlet.send('x');
	expect(onCut).not.toHaveBeenCalled();
	expect(outlet.heldBytes).toBe(0);
});
