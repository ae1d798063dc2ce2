/** One stream to many: merged once, written once, in order, and nobody waits for anybody. */
import {afterEach, expect, test, vi} from 'vitest';
import type {Json, WireNotification} from '../../source/protocol/types.ts';
import {batchGapMs, createFanOut} from '../../source/share/fan-out.ts';
import {createOutlet, type Outlet} from '../../source/share/outlet.ts';
import type {Told} from '../../source/share/told.ts';
import {fakeChannel, fakeTime} from './fakes.ts';

type Fields = {readonly [key: string]: Json | undefined};

const delta = (text: string, threadId = 't'): WireNotification => ({
	method: 'item/agentMessage/delta',
	params: {threadId, turnId: 'T', itemId: 'a', delta: text},
	emittedAtMs: 5,
});
const completed: WireNotification = {
	method: 'item/completed',
	params: {threadId: 't', turnId: 'T', item: {type: 'agentMessage', id: 'a', text: '12'}},
};

const listening = (): Outlet & {readonly heard: string[]; readonly batches: (readonly Told[])[]} => {
	const heard: string[] = [];
	const batches: (readonly Told[])[] = [];
	return {
		heard,
		batches,
		send: text => heard.push(text),
		tell(batch) {
			batches.push(batch);
			heard.push(...batch.map(({frame}) => frame.toString('utf8')));
		},
		close: () => undefined,
		heldBytes: 0,
	};
};

const begin = () => {
	const time = fakeTime();
	return {time, fanOut: createFanOut(time.environment)};
};

afterEach(() => vi.restoreAllMocks());

test('what comes in one moment is merged and written out once, and everybody gets the same frames', () => {
	const {time, fanOut} = begin();
	const guests = Array.from({length: 50}, listening);
	for (const guest of guests) fanOut.add(guest);
	const stringify = vi.spyOn(JSON, 'stringify');
	for (let count = 0; count < 1000; count += 1) fanOut.tell(delta('x'));
	fanOut.tell(completed);
	time.pass(1);
	expect(stringify).toHaveBeenCalledTimes(2);
	const [first] = guests;
	for (const guest of guests) {
		expect(guest.batches.length).toBe(1);
		expect(guest.batches[0]).toBe(first?.batches[0]);
	}
	const [merged, last] = (first?.heard ?? []).map(text => JSON.parse(text) as {params: Fields});
	expect(merged).toEqual(delta('x'.repeat(1000)));
	expect(last).toEqual(completed);
});

test('the first after a silence goes at once, the next not before the gap is over', () => {
	const {time, fanOut} = begin();
	const guest = listening();
	fanOut.add(guest);
	fanOut.tell(delta('1'));
	time.pass(0);
	expect(guest.heard.length).toBe(1);
	fanOut.tell(delta('2'));
	time.pass(batchGapMs - 1);
	fanOut.tell(delta('3'));
	expect(guest.heard.length).toBe(1);
	time.pass(1);
	expect(guest.heard.length).toBe(2);
	expect(time.pending()).toBe(0);
});

test('what goes to one keeps its place behind what went to all', () => {
	const {fanOut} = begin();
	const guest = listening();
	fanOut.add(guest);
	fanOut.tell(delta('1'));
	fanOut.send(guest, '{"id":1}');
	fanOut.tell(delta('2'));
	fanOut.flush();
	expect(guest.heard.map(text => (JSON.parse(text) as {params?: Fields}).params?.delta ?? text)).toEqual([
		'1',
		'{"id":1}',
		'2',
	]);
});

test('who is added hears only what is told from then on, and who is taken out nothing more', () => {
	const {fanOut} = begin();
	const [first, second] = [listening(), listening()];
	const leave = fanOut.add(first);
	fanOut.tell(delta('1'));
	fanOut.add(second);
	fanOut.tell(delta('2'));
	fanOut.flush();
	leave();
	fanOut.tell(delta('3'));
	fanOut.flush();
	expect([first.heard.length, second.heard.length]).toEqual([2, 2]);
	expect(second.heard[0]).toContain('"2"');
	expect(second.heard[1]).toContain('"3"');
});

test('each hears what it wants to', () => {
	const {fanOut} = begin();
	const guest = listening();
	fanOut.add(guest, ({params}) => (params as Fields).threadId === 't');
	fanOut.tell(delta('other', 'u'));
	fanOut.tell(delta('mine'));
	fanOut.flush();
	expect(guest.heard.length).toBe(1);
	expect(guest.heard[0]).toContain('mine');
});

test('a stalled guest changes nothing for the others, and a guest may leave while it is told', () => {
	const {time, fanOut} = begin();
	const limits = {softBytes: 1000, hardBytes: 20_000, patienceMs: 10_000};
	const cut = vi.fn<() => void>();
	const channels = Array.from({length: 3}, fakeChannel);
	const leaves: (() => void)[] = [];
	channels.forEach((channel, index) => {
		channel.reads = index !== 1;
		const onCut = () => {
			cut();
			leaves[index]?.();
		};
		leaves.push(fanOut.add(createOutlet(channel, {...limits, environment: time.environment, onCut})));
	});
	for (let count = 0; count < 100; count += 1) {
		fanOut.tell(delta(`${count}${'y'.repeat(500)}`));
		fanOut.tell(completed);
		fanOut.flush();
	}
	expect(cut).toHaveBeenCalledTimes(1);
	const [first, stalled, last] = channels.map(({sent}) => sent);
	expect(first?.length).toBe(200);
	expect(last).toEqual(first);
	expect(stalled?.length).toBeLessThan(10);
	expect(time.pending()).toBe(0);
});

test('with nobody there nothing is kept, and after the end nothing goes out', () => {
	const {time, fanOut} = begin();
	fanOut.tell(delta('1'));
	expect(time.pending()).toBe(0);
	const guest = listening();
	fanOut.add(guest);
	fanOut.tell(delta('2'));
	fanOut.stop();
	time.pass(1000);
	expect(guest.heard).toEqual([]);
	expect(time.pending()).toBe(0);
});
