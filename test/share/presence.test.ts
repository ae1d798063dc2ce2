/** Who is here, as the share tells it. */
import {expect, test} from 'vitest';
import type {SeatRole} from '../../source/protocol/share.ts';
import {createPresence} from '../../source/share/presence.ts';

const ada = {id: 'g1', name: 'ada', client: 'jumpseat', isOwner: false} as const;
const own = {id: 'g2', name: 'grace', client: 'jumpseat', isOwner: true} as const;

test('people are listed in the order in which they came, with the role that they have now', () => {
	const presence = createPresence();
	let role: SeatRole = 'observe';
	presence.came(ada);
	presence.came(own);
	expect(presence.people(() => role)).toEqual([
		{id: 'g1', name: 'ada', client: 'jumpseat', role: 'observe', at: 'live', typing: false},
		{id: 'g2', name: 'grace', client: 'jumpseat', role: 'owner', at: 'live', typing: false},
	]);
	role = 'steer';
	expect(presence.people(() => role)[0]?.role).toBe('steer');
});

test('only what changes something counts as news', () => {
	const presence = createPresence();
	presence.came(ada);
	expect(presence.moved('g1', {at: 'live', typing: false})).toBe(false);
	expect(presence.moved('g1', {at: 'back', typing: true})).toBe(true);
	expect(presence.moved('nobody', {at: 'back', typing: true})).toBe(false);
	expect(presence.people(() => 'observe')[0]).toMatchObject({at: 'back', typing: true});
});

test('who left is gone, and a second connection of the same name is another entry', () => {
	const presence = createPresence();
	presence.came(ada);
	presence.came({...ada, id: 'g3'});
	expect(presence.left('g1')?.name).toBe('ada');
	expect(presence.left('g1')).toBeUndefined();
	expect(presence.has('ada')).toBe(true);
	expect(presence.left('g3')?.id).toBe('g3');
	expect(presence.has('ada')).toBe(false);
});
