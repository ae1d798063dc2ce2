import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {backoffMs} from '../../source/app-server/backoff.ts';
import {type ConnectionKind, connectionTransitions} from '../../source/app-server/connection-state.ts';
import {isPermanent, sentenceOf} from '../../source/app-server/failures.ts';
import {pingEveryMs, pongWithinMs, startHeartbeat} from '../../source/app-server/heartbeat.ts';
import {threadChange} from '../../source/app-server/threads.ts';
import {TransportError} from '../../source/transport/errors.ts';
import {createFakeTime} from './watcher.ts';

describe('back-off', () => {
	test('it doubles from a quarter of a second to five seconds', () => {
		expect([1, 2, 3, 4, 5, 6, 7, 1000].map(attempt => backoffMs(attempt, 0.5))).toEqual([
			250, 500, 1000, 2000, 4000, 5000, 5000, 5000,
		]);
	});

	test('chance spreads it by a quarter to both sides and no further', () => {
		fc.assert(
			fc.property(
				fc.integer({min: 1, max: 1e6}),
				fc.double({min: 0, max: 1, maxExcluded: true, noNaN: true}),
				(attempt, random) => {
					const middle = backoffMs(attempt, 0.5);
					const spread = backoffMs(attempt, random);
					expect(spread).toBeGreaterThanOrEqual(Math.floor(middle * 0.75));
					expect(spread).toBeLessThanOrEqual(Math.ceil(middle * 1.25));
				},
			),
		);
	});
});

describe('the table of moves', () => {
	const kinds = Object.keys(connectionTransitions) as ConnectionKind[];

	test('closed is the end, and every other state can get there', () => {
		expect(connectionTransitions.closed).toEqual([]);
		for (const kind of kinds) if (kind !== 'closed') expect(connectionTransitions[kind]).toContain('closed');
	});

	test('every state can be reached from idle, and live again from all but closed', () => {
		const reachable = (from: ConnectionKind): Set<ConnectionKind> => {
			const seen = new Set<ConnectionKind>([from]);
			for (const kind of seen) for (const next of connectionTransitions[kind]) seen.add(next);
			return seen;
		};
		expect([...reachable('idle')].toSorted()).toEqual(kinds.toSorted());
		for (const kind of kinds) if (kind !== 'closed') expect(reachable(kind)).toContain('live');
	});

	test('no state moves to itself, but waiting, whose reason may change', () => {
		const repeated = kinds.filter(kind => connectionTransitions[kind].includes(kind));
		expect(repeated).toEqual(['waiting']);
	});
});

describe('failures', () => {
	test('what a person must mend is permanent, what may pass is not', () => {
		expect(isPermanent(new TransportError('unauthorised', ''))).toBe(true);
		expect(isPermanent(new TransportError('unsafe-token', ''))).toBe(true);
		expect(isPermanent(new TransportError('no-server', ''))).toBe(false);
		expect(isPermanent(new TransportError('timeout', ''))).toBe(false);
		expect(isPermanent(new Error('x'))).toBe(false);
	});

	test('anything thrown has a sentence', () => {
		expect([new TransportError('closed', 'It ended.'), new Error('x'), 'y', 3].map(sentenceOf)).toEqual([
			'It ended.',
			'x',
			'y',
			'3',
		]);
	});
});

describe('heartbeat', () => {
	const begin = () => {
		const time = createFakeTime();
		const pings: Array<{onBytes(): void; pong(ms: number): void; end(): void}> = [];
		const said: string[] = [];
		const stop = startHeartbeat({
			through: {
				ping: (onBytes = () => {}) =>
					new Promise((pong, reject) => {
						pings.push({onBytes, pong, end: () => reject(new Error('closed'))});
					}),
			},
			later: time.later,
			onMeasured: ms => said.push(`${ms} ms`),
			onSilent: sentence => said.push(sentence),
		});
		return {time, pings, said, stop};
	};
	const settled = () => new Promise(resolve => setImmediate(resolve));

	test('it measures at once, and again after a while', async () => {
		const {time, pings, said} = begin();
		pings[0]?.pong(3);
		await settled();
		expect(said).toEqual(['3 ms']);
		time.advance(pingEveryMs - 1);
		expect(pings).toHaveLength(1);
		time.advance(1);
		expect(pings).toHaveLength(2);
	});

	test('silence is told once, and then nothing more is asked', () => {
		const {time, pings, said} = begin();
		time.advance(pongWithinMs);
		time.advance(1_000_000);
		expect(said).toEqual(['The server did not answer a ping for 15 s.']);
		expect(pings).toHaveLength(1);
	});

	test('a pong behind something big is late, and no silence as long as that comes', () => {
		const {time, pings, said} = begin();
		for (let piece = 0; piece < 5; piece += 1) {
			time.advance(pongWithinMs - 1);
			pings[0]?.onBytes();
		}
		time.advance(pongWithinMs);
		expect(said).toEqual([]);
		time.advance(pongWithinMs);
		expect(said).toEqual(['The server did not answer a ping for 15 s.']);
	});

	test.each(['before', 'after'])('stopped %s the pong it says nothing more', async when => {
		const {time, pings, said, stop} = begin();
		if (when === 'before') stop();
		pings[0]?.pong(3);
		await settled();
		stop();
		time.advance(1_000_000);
		expect(said).toEqual(when === 'before' ? [] : ['3 ms']);
		expect(pings).toHaveLength(1);
		expect(time.pending).toEqual([]);
	});

	test('a connection that ends stops it', async () => {
		const {time, pings, said} = begin();
		pings[0]?.end();
		await settled();
		time.advance(1_000_000);
		expect(said).toEqual([]);
		expect(time.pending).toEqual([]);
	});
});

describe('what a notification says of a thread', () => {
	test.each([
		['thread/started', {thread: {id: 'A'}}, {id: 'A', live: true}],
		['thread/closed', {threadId: 'A'}, {id: 'A', live: false}],
		['thread/reverted', {threadId: 'A'}, {id: 'A', live: true}],
		['turn/started', {threadId: 'A', turn: {}}, {id: 'A', live: true}],
		['thread/status/changed', {threadId: 'A', status: {type: 'idle'}}, {id: 'A', live: true}],
		['thread/status/changed', {threadId: 'A', status: {type: 'notLoaded'}}, {id: 'A', live: false}],
		['thread/status/changed', {threadId: 'A', status: 'idle'}, undefined],
		['thread/status/changed', {threadId: 'A'}, undefined],
		['thread/started', {threadId: 'A'}, undefined],
		['thread/closed', {threadId: 7}, undefined],
		['item/started', {threadId: 'A'}, undefined],
	])('%s %j', (method, params, change) => {
		expect(threadChange(method, params)).toEqual(change);
	});

	test('nothing makes it throw', () => {
		fc.assert(
			fc.property(
				fc.constantFrom('thread/started', 'thread/closed', 'thread/status/changed'),
				fc.jsonValue(),
				(method, params) => {
					threadChange(method, params as Parameters<typeof threadChange>[1]);
				},
			),
		);
	});
});
