/**
 * Guests who join at any moment of a busy turn: whatever the server was saying just then, none of them misses an item,
 * has one twice or has a text that is not whole.
 */
import {expect, onTestFinished, test} from 'vitest';
import type {Step} from '../../source/demo/script.ts';
import {asArray, asRecord, asString} from '../../source/protocol/fields.ts';
import {type Joined, resume, startShare} from '../support/share.ts';
import {valueIn} from '../support/share-guest.ts';
import {beginWith, rule} from './support.ts';

const messages = 40;
const text = (number: number): string =>
	`message ${number} of a long evening, word by word until it is whole.`;
const steps: readonly Step[] = Array.from({length: messages}, (_, number) => ({
	do: 'message',
	text: text(number),
	paceMs: number % 3,
}));

/** What a guest has at the end: completed items by id, and what streamed for those that never said more. */
const heldBy = (guest: Joined, turnId: string): ReadonlyMap<string, string> => {
	const held = new Map<string, string>();
	const put = (raw: unknown): void => {
		const item = asRecord(raw);
		if (item?.type === 'agentMessage') held.set(asString(item.id) ?? '', asString(item.text) ?? '');
	};
	for (const {method, params, result} of guest.frames()) {
		if (result?.thread !== undefined) {
			for (const turn of asArray(valueIn(result, 'initialTurnsPage', 'data')) ?? []) {
				if (valueIn(turn, 'id') === turnId) asArray(valueIn(turn, 'items'))?.forEach(put);
			}
		}
		if (params?.turnId !== turnId) continue;
		if (method === 'item/started') put(params.item);
		if (method === 'item/agentMessage/delta') {
			const id = String(params.itemId);
			// A text that is whole already must not grow, and one must not grow that nobody announced.
			expect(held.has(id)).toBe(true);
			held.set(id, `${held.get(id)}${String(params.delta)}`);
		}
		if (method === 'item/completed') {
			const id = asString(valueIn(params.item, 'id')) ?? '';
			const streamed = held.get(id);
			put(params.item);
			if (streamed !== undefined && streamed !== '') expect(streamed).toBe(held.get(id));
		}
	}
	return held;
};

test('whoever joins in the middle of a busy turn has every item of it once, and whole', async () => {
	const scenario = await beginWith(['Good morning'], [rule('Talk', [...steps])]);
	const share = await startShare({endpoint: scenario.endpoint, threadId: scenario.pilot.threadId()});
	onTestFinished(() => share.stop());
	const guests: Joined[] = [await share.sit('first', 'observe')];
	const turnId = await scenario.pilot.say('Talk');
	let isOver = false;
	const over = scenario.pilot.turnEnded(turnId).then(() => {
		isOver = true;
	});
	while (!isOver && guests.length < 60) {
		const guest = await share.join(`guest-${guests.length}`, 'observe');
		await resume(guest, share.threadId);
		guests.push(guest);
	}
	await over;
	for (const guest of guests) {
		await guest.call('thread/read', {threadId: share.threadId});
		const held = [...heldBy(guest, turnId).values()];
		expect(held).toEqual(Array.from({length: messages}, (_, number) => text(number)));
	}
	expect(guests.length).toBeGreaterThan(10);
});
