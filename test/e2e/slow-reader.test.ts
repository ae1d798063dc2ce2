/**
 * The server cuts off a client that does not read, once its queue for it is full (PROTOCOL). A line that stands still
 * through a burst does that to us: it is said, mended, and nothing is missing. A terminal that stands still does not:
 * reading never waits for drawing.
 */
import {expect, onTestFinished, test} from 'vitest';
import {asRecord} from '../../source/protocol/fields.ts';
import {startFaultProxy} from '../support/fault-proxy.ts';
import type {Scenario} from '../support/harness.ts';
import {compare} from '../torture/same-state.ts';
import {openSeat, type TestSeat} from '../torture/seat.ts';
import {beginWith, openLive, rule} from './support.ts';

/** More than the server holds for a client that does not read: measured on 0.169, 50,000 fit and 60,000 do not. */
const deltas = 80_000;
const burst = [
	rule('Burst', [{do: 'message', text: `${'word '.repeat(deltas - 1)}LAST`}]),
	rule('Again', [{do: 'message', text: 'Still here.'}]),
];
const patienceMs = 120_000;

const beginProxy = async ({socketPath}: Scenario) => {
	const proxy = await startFaultProxy({socketPath, schedule: () => []});
	onTestFinished(() => proxy.stop());
	return proxy;
};

const beginSeat = async (endpoint: string, threadId: string): Promise<TestSeat> => {
	const seat = openSeat(endpoint, threadId);
	onTestFinished(() => seat.leave());
	await seat.until('it is live', ({connection}) => connection.kind === 'live');
	return seat;
};

/** Nobody but our seat listens to it: this process plays all the other parts, and would be too slow itself. */
const playBurst = async ({pilot}: Scenario): Promise<void> => {
	const threadId = pilot.threadId();
	await pilot.client.call('thread/unsubscribe', {threadId});
	await pilot.say('Burst');
};

/** The turn has begun and ended: right after it was asked for, the thread is idle still. */
const isOver = async ({pilot}: Scenario): Promise<void> => {
	const status = async () => {
		const {thread} = await pilot.client.call('thread/read', {threadId: pilot.threadId()});
		return asRecord(asRecord(thread)?.status)?.type;
	};
	await expect.poll(status, {timeout: patienceMs, interval: 20}).toBe('active');
	await expect.poll(status, {timeout: patienceMs, interval: 200}).toBe('idle');
};

test(
	'a line that stands still through a burst: the server drops us, which is said and mended',
	async () => {
		const scenario = await beginWith(['Good morning'], burst);
		const proxy = await beginProxy(scenario);
		const seat = await beginSeat(proxy.endpoint, scenario.pilot.threadId());
		await scenario.pilot.play('Again');
		await seat.until('it keeps up', ({thread}) => thread.turns.at(-1)?.status === 'completed');
		proxy.hold();
		await playBurst(scenario);
		await isOver(scenario);
		expect(seat.state().thread.turns).toHaveLength(2);
		proxy.release();
		const whys: string[] = [];
		await seat.until(
			'the loss is seen',
			({connection}) => {
				if (connection.kind === 'reconnecting') whys.push(connection.why);
				return whys.length > 0;
			},
			30_000,
		);
		expect(whys[0]).toMatch(
			/^The server dropped the connection to ws:.*: we had fallen \d+ s behind in reading\.$/,
		);
		await seat.until('it is live again', ({connection}) => connection.kind === 'live', 30_000);
		const fresh = await beginSeat(scenario.endpoint, scenario.pilot.threadId());
		await seat
			.until('it agrees', () => compare(seat.state(), fresh.state()).differences.length === 0)
			.catch(() => {
				expect(compare(seat.state(), fresh.state()).differences).toEqual([]);
			});
		expect(proxy.connections()).toBe(2);
	},
	2 * patienceMs,
);

test(
	'a terminal that does not read through a burst: nothing is lost, for reading never waits for drawing',
	async () => {
		const scenario = await beginWith(['Good morning'], burst);
		const proxy = await beginProxy(scenario);
		const seat = await openLive(scenario, 'Good morning', {endpoint: proxy.endpoint});
		seat.pause();
		const before = seat.bytesReceived();
		await playBurst(scenario);
		await isOver(scenario);
		// One picture at most was under way when it stopped.
		expect(seat.bytesReceived() - before).toBeLessThan(100_000);
		seat.resume();
		await seat.waitFor('LAST', 60_000);
		await seat.waitFor('● live');
		await scenario.pilot.say('Again');
		await seat.waitFor('Still here.', 30_000);
		expect(proxy.connections()).toBe(1);
	},
	2 * patienceMs,
);
