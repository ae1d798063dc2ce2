/** The pairing, the pace and the counting of addresses of a relay, without sockets. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {defaultLimits} from '../../source/share/relay/limits.ts';
import {networkOf} from '../../source/share/relay/network.ts';
import {createPace} from '../../source/share/relay/pace.ts';
import {createRooms} from '../../source/share/relay/rooms.ts';

describe('rooms', () => {
	const limits = {...defaultLimits, rooms: 3, hostsWaitingInRoom: 2, guestsWaiting: 4, pairsInRoom: 2};
	type Place = {readonly kind: 'waiting' | 'paired'; readonly room: string; readonly as: 'host' | 'join'};
	const step = fc.record({
		do: fc.constantFrom<'host' | 'join' | 'go'>('host', 'join', 'join', 'go'),
		room: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
		pick: fc.nat(1000),
	});

	test('pair a host with a guest of the same room, once, within all limits, and forget what is empty', () => {
		fc.assert(
			fc.property(fc.array(step, {maxLength: 200}), steps => {
				const rooms = createRooms<number>(limits);
				const places = new Map<number, Place>();
				const partners = new Map<number, number>();
				steps.forEach((each, peer) => {
					if (each.do === 'go') {
						const gone = [...places.keys()][each.pick % Math.max(1, places.size)];
						const place = gone === undefined ? undefined : places.get(gone);
						if (gone === undefined || place === undefined) return;
						places.delete(gone);
						if (place.kind === 'waiting') rooms.leave(place.room, gone);
						else {
							places.delete(partners.get(gone) ?? -1);
							rooms.part(place.room);
						}
						return;
					}
					const placed = rooms[each.do](each.room, peer);
					if (placed.kind === 'refused') return;
					if (placed.kind === 'paired') {
						const other = places.get(placed.other);
						expect(other).toEqual({
							kind: 'waiting',
							room: each.room,
							as: each.do === 'host' ? 'join' : 'host',
						});
						if (other !== undefined) places.set(placed.other, {...other, kind: 'paired'});
						partners.set(peer, placed.other).set(placed.other, peer);
					}
					places.set(peer, {kind: placed.kind, room: each.room, as: each.do});
					expect(rooms.counts().guests).toBeLessThanOrEqual(limits.guestsWaiting);
				});
				const all = [...places.values()];
				const waiting = (as: Place['as']) => all.filter(place => place.kind === 'waiting' && place.as === as);
				expect(rooms.counts()).toEqual({
					rooms: new Set(all.map(({room}) => room)).size,
					hosts: waiting('host').length,
					guests: waiting('join').length,
					pairs: all.filter(({kind}) => kind === 'paired').length / 2,
				});
				for (const name of ['a', 'b', 'c', 'd', 'e']) {
					const here = all.filter(({room}) => room === name);
					expect(here.filter(({kind, as}) => kind === 'waiting' && as === 'host').length).toBeLessThanOrEqual(
						2,
					);
					expect(here.filter(({kind}) => kind === 'paired').length).toBeLessThanOrEqual(4);
				}
				const hosted = new Set(
					all.filter(({kind, as}) => kind === 'paired' || as === 'host').map(({room}) => room),
				);
				expect(hosted.size).toBeLessThanOrEqual(limits.rooms);
				for (const [peer, {kind, room}] of places) {
					if (kind === 'waiting') rooms.leave(room, peer);
					else if ((partners.get(peer) ?? -1) > peer) rooms.part(room);
				}
				expect(rooms.counts()).toEqual({rooms: 0, hosts: 0, guests: 0, pairs: 0});
			}),
		);
	});

	test('give a guest the host that came last: an older one may be dead without a word', () => {
		const rooms = createRooms<string>(limits);
		rooms.host('a', 'older');
		rooms.host('a', 'newer');
		expect(rooms.join('a', 'guest')).toEqual({kind: 'paired', other: 'newer'});
	});

	test('leave a guest waiting where as many pairs are as may be, though a host comes', () => {
		const rooms = createRooms<string>({...limits, pairsInRoom: 1});
		rooms.join('a', 'first');
		rooms.join('a', 'second');
		expect(rooms.host('a', 'one')).toEqual({kind: 'paired', other: 'first'});
		expect(rooms.host('a', 'two')).toEqual({kind: 'waiting'});
	});
});

describe('a pace', () => {
	test('never lets more through than a second ahead of its clock, and holds nobody up below it', () => {
		fc.assert(
			fc.property(fc.array(fc.record({bytes: fc.nat(5000), restMs: fc.nat(3000)})), pieces => {
				let nowMs = 0;
				let total = 0;
				const pace = createPace(1000, () => nowMs);
				for (const {bytes, restMs} of pieces) {
					total += bytes;
					nowMs += pace.passed(bytes);
					expect(total).toBeLessThanOrEqual(1000 + nowMs);
					nowMs += restMs;
				}
			}),
		);
		let nowMs = 0;
		const pace = createPace(1000, () => nowMs);
		for (let index = 0; index < 100; index += 1) {
			expect(pace.passed(100)).toBe(0);
			nowMs += 100;
		}
	});

	test('forgives a clock that is set back', () => {
		let nowMs = 10_000;
		const pace = createPace(1000, () => nowMs);
		expect(pace.passed(1000)).toBe(0);
		nowMs = 0;
		expect(pace.passed(500)).toBe(500);
		nowMs = 500;
		expect(pace.passed(0)).toBe(0);
	});
});

test.each([
	['192.0.2.7', '192.0.2.7'],
	['::ffff:192.0.2.7', '192.0.2.7'],
	['::1', '0:0:0:0'],
	['2001:db8::1', '2001:db8:0:0'],
	['2001:db8:0:0:ffff::', '2001:db8:0:0'],
	['2001:0DB8:0000:0000:1:2:3:4', '2001:db8:0:0'],
	['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
	['fe80::1%eth0', 'fe80:0:0:0'],
	['', ''],
])('the address %s counts for %s', (address, network) => {
	expect(networkOf(address)).toBe(network);
});
