/** What all guests together may have waiting, and who goes when it is too much. */
import {expect, test, vi} from 'vitest';
import {createFanOut} from '../../source/share/fan-out.ts';
import {createOutlet} from '../../source/share/outlet.ts';
import {createUnsent} from '../../source/share/unsent.ts';
import {fakeChannel, fakeTime} from './fakes.ts';

const megabyte = 1024 * 1024;
const big = 'x'.repeat(3 * megabyte);

const begin = (mostBytes?: number) => {
	const time = fakeTime();
	const unsent = createUnsent(mostBytes);
	const sit = (name: string) => {
		const channel = fakeChannel();
		const onCut = vi.fn<(why: string) => void>();
		const limits = {softBytes: 1000, hardBytes: 16 * megabyte, patienceMs: 10_000};
		const together = {name, unsent};
		return {
			channel,
			onCut,
			outlet: createOutlet(channel, {...limits, environment: time.environment, onCut, together}),
		};
	};
	return {time, sit};
};

test('one answer of many megabytes that nobody takes is not kept for ever', () => {
	const {time, sit} = begin();
	const {outlet, onCut} = sit('ada');
	outlet.send(big);
	expect(outlet.heldBytes).toBe(0);
	time.pass(10_100);
	expect(onCut).toHaveBeenCalledWith(expect.stringContaining('took nothing for 10 s'));
	expect(time.pending()).toBe(0);
});

test('one answer of many megabytes that is read slowly is no reason to cut anybody off', () => {
	const {time, sit} = begin();
	const {outlet, channel, onCut} = sit('ada');
	outlet.send(big);
	for (let second = 0; second < 40; second += 1) {
		channel.drain(80_000);
		time.pass(1000);
	}
	expect(onCut).not.toHaveBeenCalled();
	expect(channel.bufferedBytes).toBe(0);
	expect(time.pending()).toBe(0);
});

test('with too much for all, he loses a connection whose connections hold most, and nobody else', () => {
	const {sit} = begin(16 * megabyte);
	const bob = sit('bob');
	bob.outlet.send(big);
	bob.outlet.send(big);
	const ada = Array.from({length: 4}, () => sit('ada'));
	for (const {outlet} of ada) outlet.send(big);
	expect(ada.map(({onCut}) => onCut.mock.calls.length).reduce((one, other) => one + other)).toBe(1);
	expect(bob.onCut).not.toHaveBeenCalled();
	// Whoever has caught up, or has gone, counts no more.
	bob.channel.drain();
	bob.channel.drain();
	ada[3]?.outlet.close();
	for (const name of ['cleo', 'dora']) sit(name).outlet.send(big);
	expect(ada.map(({onCut}) => onCut.mock.calls.length).reduce((one, other) => one + other)).toBe(1);
});

test('what all are told is held once, however many have not taken it, and nobody is cut off for it', () => {
	const {time, sit} = begin(16 * megabyte);
	const fanOut = createFanOut(time.environment);
	const guests = Array.from({length: 20}, (_, index) => sit(`guest-${index}`));
	for (const {outlet} of guests) fanOut.add(outlet);
	for (const itemId of ['one', 'two', 'three']) {
		fanOut.tell({
			method: 'item/completed',
			params: {threadId: 'T', turnId: 'U', item: {id: itemId, text: big}},
		});
		fanOut.flush();
	}
	expect(guests.filter(({onCut}) => onCut.mock.calls.length > 0)).toEqual([]);
	// What is one guest's alone counts as before.
	const [first] = guests;
	for (let answers = 0; answers < 3; answers += 1) first?.outlet.send(big);
	expect(guests.filter(({onCut}) => onCut.mock.calls.length > 0)).toEqual([first]);
});
