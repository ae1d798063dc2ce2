import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
import {reduce} from '../../source/thread/reduce.ts';
import {initialThreadState} from '../../source/thread/state.ts';
import {
	type Call,
	type FakeServer,
	refuse,
	reply,
	serveThread,
	silence,
	startFakeServer,
	thread,
	turn,
} from './fake-server.ts';
import {createFakeTime, eventually, opened, type Watcher, watchSession} from './watcher.ts';

let server: FakeServer;
let watchers: Watcher[] = [];

beforeEach(async () => {
	server = await startFakeServer();
});

afterEach(async () => {
	await server.stop();
	const all = watchers;
	watchers = [];
	await Promise.all(all.map(({session}) => session.leave()));
	for (const {illegalMoves} of all) expect(illegalMoves).toEqual([]);
});

const watch = (
	...rest: Parameters<typeof watchSession> extends [unknown, ...infer Rest] ? Rest : never
): Watcher => {
	const watcher = watchSession(server.endpoint, ...rest);
	watchers.push(watcher);
	return watcher;
};

const live = async (id = 'A', time?: Parameters<typeof watchSession>[1]): Promise<Watcher> => {
	const watcher = watch(...(time === undefined ? [] : ([time] as const)));
	watcher.session.start(id);
	await watcher.moved('live');
	return watcher;
};

const stateOf = ({events}: Watcher) =>
	events.reduce(
		(state, event) => (event.type === 'threadEvent' ? reduce(state, event.event) : state),
		initialThreadState,
	);

const delta = (text: string) => ({
	method: 'item/agentMessage/delta',
	params: {threadId: 'A', turnId: 'T2', itemId: 'I', delta: text},
});

describe('joining', () => {
	test('three requests bring the first page of a thread: read, resume, nothing else', async () => {
		serveThread(server, 'A');
		const watcher = await live();
		expect(server.methods).toEqual(['initialize', 'initialized', 'thread/read', 'thread/resume']);
		expect(watcher.moves).toEqual(['connecting', 'initializing', 'hydrating', 'live']);
		expect(watcher.threadEvents.map(event => event.type)).toEqual(['threadDescribed', 'hydrated']);
	});

	test('resume carries the id and the paging, and no override', async () => {
		serveThread(server, 'A');
		await live();
		const resume = await server.taken('thread/resume');
		expect(resume.params).toEqual({
			threadId: 'A',
			excludeTurns: true,
			initialTurnsPage: {limit: 20, sortDirection: 'desc', itemsView: 'full'},
		});
	});

	test('a thread that was just described on an open connection is resumed without another read', async () => {
		serveThread(server, 'A');
		const connection = await opened(server.endpoint);
		const watcher = watch();
		watcher.session.start('A', {connection, described: {id: 'A', status: {type: 'idle'}}});
		await watcher.moved('live');
		expect(server.methods).toEqual(['initialize', 'initialized', 'thread/resume']);
		expect(watcher.moves).toEqual(['hydrating', 'live']);
	});

	test('the response and what follows it in one burst are told in the order of the wire', async () => {
		serveThread(server, 'A');
		server.on('thread/resume', ({id, connection}) =>
			connection.burst(
				{
					id,
					result: {thread: thread('A', {status: {type: 'active'}}), initialTurnsPage: {data: [turn('T1')]}},
				},
				{method: 'turn/started', params: {threadId: 'A', turn: {id: 'T2', status: 'inProgress', items: []}}},
				{id: 0, method: 'item/commandExecution/requestApproval', params: {threadId: 'A', command: 'ls'}},
				delta('ha'),
				delta('ha'),
			),
		);
		const watcher = await live();
		await watcher.until(event => event.type === 'threadEvent' && event.event.type === 'requested');
		const told = watcher.events.flatMap(event => {
			if (event.type !== 'threadEvent') return [];
			return [event.event.type === 'notified' ? event.event.notification.method : event.event.type];
		});
		expect(told).toEqual([
			'threadDescribed',
			'hydrated',
			'turn/started',
			'requested',
			'item/agentMessage/delta',
			'item/agentMessage/delta',
		]);
		const state = stateOf(watcher);
		expect(state.turns.map(({id}) => id)).toEqual(['T1', 'T2']);
		expect(state.turns[1]?.items[0]?.content).toMatchObject({type: 'agentMessage', text: 'haha'});
		expect(state.requests.map(({id}) => id)).toEqual([0]);
	});

	test('a server request is never answered, not even with an error', async () => {
		serveThread(server, 'A');
		const watcher = await live();
		server.connections[0]?.burst(
			{id: 0, method: 'item/commandExecution/requestApproval', params: {threadId: 'A'}},
			{id: 'x', method: 'something/unheard/of', params: {}},
			{id: 7, method: 'item/tool/call'},
		);
		await watcher.until(
			event => event.type === 'traffic' && event.traffic.kind === 'request' && event.traffic.id === 7,
		);
		await watcher.session.leave();
		expect(server.calls.filter(call => call.method === 'undefined')).toEqual([]);
		expect(server.calls.filter(({frame}) => 'result' in frame || 'error' in frame)).toEqual([]);
	});

	test('a server that refuses initialTurnsPage is asked again without, and pages by turns/list', async () => {
		serveThread(server, 'A');
		server.on('thread/resume', call => {
			if ('initialTurnsPage' in call.params) {
				call.refuse('thread/resume.initialTurnsPage requires experimentalApi capability');
			} else {
				call.reply({thread: thread('A', {turns: []})});
			}
		});
		server.on('thread/turns/list', reply({data: [turn('T2'), turn('T1')], nextCursor: 'older'}));
		const watcher = await live();
		expect(server.methods.slice(2)).toEqual([
			'thread/read',
			'thread/resume',
			'thread/resume',
			'thread/turns/list',
		]);
		const list = await server.taken('thread/turns/list');
		expect(list.params).toEqual({threadId: 'A', limit: 20, sortDirection: 'desc', itemsView: 'full'});
		expect(stateOf(watcher).turns.map(({id}) => id)).toEqual(['T1', 'T2']);
		expect(stateOf(watcher).olderCursor).toBe('older');
	});

	test('a server without turns/list is read whole', async () => {
		serveThread(server, 'A');
		server.on('thread/read', call =>
			call.reply({
				thread: thread('A', call.params.includeTurns === true ? {turns: [turn('T1'), turn('T2')]} : {}),
			}),
		);
		server.on('thread/resume', reply({thread: thread('A')}));
		server.on('thread/turns/list', refuse('Method not found', -32_601));
		const watcher = await live();
		expect(stateOf(watcher).turns.map(({id}) => id)).toEqual(['T1', 'T2']);
		expect(stateOf(watcher).olderCursor).toBeNull();
	});

	test('a server that ignores excludeTurns and sends everything needs no further page', async () => {
		serveThread(server, 'A');
		server.on('thread/resume', reply({thread: thread('A', {turns: [turn('T1'), turn('T2')]})}));
		const watcher = await live();
		expect(server.methods).not.toContain('thread/turns/list');
		expect(stateOf(watcher).turns.map(({id}) => id)).toEqual(['T1', 'T2']);
	});

	test('joining in the middle of a command asks what runs, and tells it', async () => {
		serveThread(server, 'A');
		server.on(
			'thread/resume',
			reply({thread: thread('A', {status: {type: 'active'}}), initialTurnsPage: {data: []}}),
		);
		server.on(
			'thread/backgroundTerminals/list',
			reply({data: [{itemId: 'I', command: 'npm test', cwd: '/app', pid: 7}, {itemId: 3}, 'x']}),
		);
		const watcher = await live();
		await watcher.until(
			event => event.type === 'threadEvent' && event.event.type === 'runningCommandsListed',
		);
		expect(watcher.threadEvents.at(-1)).toMatchObject({
			commands: [{itemId: 'I', command: 'npm test', cwd: '/app'}],
		});
	});

	test('an overloaded server is asked again, after a while', async () => {
		serveThread(server, 'A');
		server.on('thread/read', refuse('Server overloaded; retry later.', -32_001));
		const time = createFakeTime();
		const watcher = watch(time);
		watcher.session.start('A');
		await eventually(() => time.pending.includes(150));
		serveThread(server, 'A');
		time.advance(150);
		await watcher.moved('live');
		expect(server.methods.filter(method => method === 'thread/read')).toHaveLength(2);
	});

	test('a refusal is a failure with its reason, and trying again works', async () => {
		serveThread(server, 'A');
		server.on('thread/resume', refuse('the rollout is broken'));
		const watcher = watch();
		watcher.session.start('A');
		await watcher.moved('failed');
		expect(watcher.events.findLast(event => event.type === 'connectionMoved')).toMatchObject({
			connection: {kind: 'failed', why: 'the rollout is broken'},
		});
		serveThread(server, 'A');
		watcher.session.retryNow();
		await watcher.moved('live');
	});

	test('an answer that is no thread is a failure, not a crash', async () => {
		serveThread(server, 'A');
		server.on('thread/resume', reply(['nonsense']));
		const watcher = watch();
		watcher.session.start('A');
		await watcher.moved('failed');
	});

	test('without a thread it only connects', async () => {
		const watcher = watch();
		watcher.session.start(undefined);
		await watcher.moved('waiting noThread');
		watcher.session.retryNow();
		await server.taken('initialized');
		expect(server.methods).toEqual(['initialize', 'initialized']);
		expect(watcher.threadEvents).toEqual([]);
	});
});

describe('waiting', () => {
	const stored = (id: string) => {
		server.on('thread/read', reply({thread: thread(id, {status: {type: 'notLoaded'}})}));
		server.on('thread/turns/list', reply({data: [turn('T2', {status: 'interrupted'}), turn('T1')]}));
	};
	const waiting = async (reason: string): Promise<Watcher> => {
		const watcher = watch();
		watcher.session.start('A');
		await watcher.moved(`waiting ${reason}`);
		return watcher;
	};

	test('a thread that nobody has loaded is shown from disk and never resumed', async () => {
		stored('A');
		const watcher = await waiting('notLoaded');
		expect(server.methods).not.toContain('thread/resume');
		const state = stateOf(watcher);
		expect(state.turns.map(({id}) => id)).toEqual(['T1', 'T2']);
		// Another process may own it: `interrupted` is what its running turn reads as.
		expect(state.turns.at(-1)?.status).toBe('unknown');
	});

	test('a stored thread without a turn waits as well', async () => {
		stored('A');
		server.on('thread/turns/list', refuse('no rollout found for thread id A'));
		const watcher = await waiting('notLoaded');
		expect(watcher.threadEvents.map(event => event.type)).toEqual(['threadDescribed']);
	});

	test.each([
		['thread/started', {thread: thread('A')}],
		['thread/status/changed', {threadId: 'A', status: {type: 'active', activeFlags: []}}],
	])('it joins when %s says that the thread is live', async (method, params) => {
		stored('A');
		const watcher = await waiting('notLoaded');
		serveThread(server, 'A');
		server.connections[0]?.notify(method, params);
		await watcher.moved('live');
		expect(watcher.moves.slice(-3)).toEqual(['waiting notLoaded', 'hydrating', 'live']);
	});

	test('another thread that starts, or one that ends, moves nothing', async () => {
		stored('A');
		const watcher = await waiting('notLoaded');
		server.connections[0]?.burst(
			{method: 'thread/started', params: {thread: thread('B')}},
			{method: 'thread/status/changed', params: {threadId: 'A', status: {type: 'notLoaded'}}},
			{method: 'thread/status/changed', params: {threadId: 'A'}},
			{method: 'thread/closed', params: {threadId: 'A'}},
		);
		await watcher.until(
			event =>
				event.type === 'threadEvent' &&
				event.event.type === 'notified' &&
				event.event.notification.method === 'thread/closed',
		);
		expect(watcher.moves.at(-1)).toBe('waiting notLoaded');
		expect(server.methods).not.toContain('thread/resume');
	});

	test('a thread that is loaded while its pages are still being read is not missed', async () => {
		stored('A');
		server.on('thread/turns/list', call => {
			serveThread(server, 'A');
			call.connection.burst(
				{method: 'thread/started', params: {thread: thread('A')}},
				{id: call.id, result: {data: [turn('T1')]}},
			);
		});
		const watcher = watch();
		watcher.session.start('A');
		await watcher.moved('live');
	});

	test('a thread without a turn waits for its first', async () => {
		serveThread(server, 'A');
		server.on('thread/resume', refuse('no rollout found for thread id A'));
		const watcher = await waiting('noTurnYet');
		serveThread(server, 'A');
		server.connections[0]?.notify('thread/status/changed', {
			threadId: 'A',
			status: {type: 'active', activeFlags: []},
		});
		await watcher.moved('live');
	});

	test('a thread with another writer is shown from disk, and tried again when the person asks', async () => {
		serveThread(server, 'A');
		server.on('thread/resume', refuse('thread A already has an active writer'));
		server.on('thread/turns/list', reply({data: [turn('T1')]}));
		const watcher = await waiting('ownedElsewhere');
		expect(stateOf(watcher).turns.map(({id}) => id)).toEqual(['T1']);
		serveThread(server, 'A');
		watcher.session.retryNow();
		await watcher.moved('live');
	});

	test('a live thread that the server unloads is waited for', async () => {
		serveThread(server, 'A');
		const watcher = await live();
		server.connections[0]?.notify('thread/closed', {threadId: 'A'});
		await watcher.moved('waiting notLoaded');
		server.connections[0]?.notify('thread/started', {thread: thread('A')});
		await watcher.moved('live', 2);
	});

	test('a thread that closes in the burst of its own response does not stay live', async () => {
		serveThread(server, 'A');
		server.on('thread/resume', ({id, connection}) =>
			connection.burst(
				{id, result: {thread: thread('A'), initialTurnsPage: {data: []}}},
				{method: 'thread/closed', params: {threadId: 'A'}},
			),
		);
		const watcher = await waiting('notLoaded');
		expect(watcher.moves.slice(-2)).toEqual(['live', 'waiting notLoaded']);
	});

	test('a reverted thread is subscribed again', async () => {
		serveThread(server, 'A', {turns: [turn('T2'), turn('T1')]});
		const watcher = await live();
		serveThread(server, 'A');
		server.connections[0]?.notify('thread/reverted', {threadId: 'A'});
		await watcher.moved('live', 2);
		expect(stateOf(watcher).turns.map(({id}) => id)).toEqual(['T1']);
	});
});

describe('losing the connection', () => {
	test('it says so, waits, comes back and hydrates without doubles', async () => {
		serveThread(server, 'A', {turns: [turn('T2'), turn('T1')]});
		const time = createFakeTime();
		const watcher = await live('A', time);
		server.connections[0]?.cut();
		await watcher.moved('reconnecting');
		expect(watcher.threadEvents.at(-1)?.type).toBe('disconnected');
		expect(watcher.events.at(-1)).toMatchObject({
			connection: {kind: 'reconnecting', attempt: 1, nextAtMs: time.nowMs() + 250},
		});
		serveThread(server, 'A', {turns: [turn('T3'), turn('T2'), turn('T1')]});
		time.advance(249);
		expect(server.connections).toHaveLength(1);
		time.advance(1);
		await watcher.moved('live', 2);
		expect(watcher.moves.slice(-5)).toEqual([
			'reconnecting',
			'connecting',
			'initializing',
			'hydrating',
			'live',
		]);
		expect(stateOf(watcher).turns.map(({id}) => id)).toEqual(['T1', 'T2', 'T3']);
		expect(stateOf(watcher).stale).toBe(false);
	});

	test('the wait grows while nobody answers, and starts afresh after a connection that held', async () => {
		serveThread(server, 'A');
		const time = createFakeTime();
		const watcher = await live('A', time);
		server.door(503);
		server.connections[0]?.cut();
		for (const [attempt, delayMs] of [250, 500, 1000, 2000, 4000, 5000, 5000].entries()) {
			await watcher.moved('reconnecting', attempt + 1);
			expect(watcher.events.at(-1)).toMatchObject({
				connection: {attempt: attempt + 1, nextAtMs: time.nowMs() + delayMs},
			});
			if (attempt === 6) server.door(101);
			time.advance(delayMs);
		}
		await watcher.moved('live', 2);
		server.connections[1]?.cut();
		await watcher.moved('reconnecting', 8);
		expect(watcher.events.at(-1)).toMatchObject({connection: {attempt: 3}});
		time.advance(1000);
		await watcher.moved('live', 3);
		time.advance(10_000);
		server.connections[2]?.cut();
		await watcher.moved('reconnecting', 9);
		expect(watcher.events.at(-1)).toMatchObject({connection: {attempt: 1}});
	});

	test('a person can try at once instead', async () => {
		serveThread(server, 'A');
		const time = createFakeTime();
		const watcher = await live('A', time);
		server.connections[0]?.cut();
		await watcher.moved('reconnecting');
		watcher.session.retryNow();
		await watcher.moved('live', 2);
		time.advance(10_000);
		expect(server.connections).toHaveLength(2);
	});

	test.each([401, 403, 404])(
		'HTTP %i on the way back is for a person to mend, then it can be tried again',
		async status => {
			serveThread(server, 'A');
			const time = createFakeTime();
			const watcher = await live('A', time);
			server.door(status);
			server.connections[0]?.cut();
			await watcher.moved('reconnecting');
			time.advance(250);
			await watcher.moved('failed');
			time.advance(60_000);
			expect(watcher.moves.at(-1)).toBe('failed');
			server.door(101);
			watcher.session.retryNow();
			await watcher.moved('live', 2);
		},
	);

	test('a loss in the middle of a join is a loss, not a failure', async () => {
		serveThread(server, 'A');
		server.on('thread/resume', ({connection}) => connection.cut());
		const time = createFakeTime();
		const watcher = watch(time);
		watcher.session.start('A');
		await watcher.moved('reconnecting');
		serveThread(server, 'A');
		time.advance(1000);
		await watcher.moved('live');
	});

	test('a connection that ended before it was handed over is opened anew', async () => {
		serveThread(server, 'A');
		const connection = await opened(server.endpoint);
		server.connections[0]?.cut();
		await connection.ping().catch(() => {});
		const time = createFakeTime();
		const watcher = watch(time);
		watcher.session.start('A', {connection});
		await watcher.moved('reconnecting');
		time.advance(1000);
		await watcher.moved('live');
	});

	test('a frame above the limit is told as one that should not be, and costs the connection only', async () => {
		serveThread(server, 'A');
		const time = createFakeTime();
		const watcher = await live('A', time);
		server.connections[0]?.announceHuge();
		await watcher.moved('reconnecting');
		expect(watcher.events).toContainEqual({
			type: 'traffic',
			traffic: expect.objectContaining({
				kind: 'malformed',
				reason: 'oversized',
				excerpt: expect.stringContaining('4294967296 bytes'),
			}),
		});
		time.advance(1000);
		await watcher.moved('live', 2);
	});

	test('a page above the limit is not asked for again and again: the session says why, and a person may try', async () => {
		serveThread(server, 'A');
		server.on('thread/resume', ({connection}) => connection.announceHuge());
		const time = createFakeTime();
		const watcher = watch(time);
		watcher.session.start('A');
		const {connection} = (await watcher.until(
			event => event.type === 'connectionMoved' && event.connection.kind === 'failed',
		)) as Extract<SessionEvent, {type: 'connectionMoved'}>;
		expect(connection).toMatchObject({why: expect.stringContaining('4294967296 bytes')});
		time.advance(60_000);
		expect(watcher.moves.at(-1)).toBe('failed');
		serveThread(server, 'A');
		watcher.session.retryNow();
		await watcher.moved('live');
	});

	test('a server that answers no ping any more is given up', async () => {
		serveThread(server, 'A');
		const time = createFakeTime();
		const watcher = await live('A', time);
		await watcher.until(event => event.type === 'latencyMeasured');
		server.stopPongs();
		time.advance(10_000);
		time.advance(14_999);
		expect(watcher.moves.at(-1)).toBe('live');
		time.advance(1);
		expect(watcher.moves.at(-1)).toBe('reconnecting');
		await server.connections[0]?.closed;
	});

	test('a line that goes dead while the thread is joined is found as soon as one that is live', async () => {
		server.on('thread/read', silence);
		const time = createFakeTime();
		const watcher = watch(time);
		watcher.session.start('A');
		await server.taken('thread/read');
		await watcher.until(event => event.type === 'latencyMeasured');
		server.stopPongs();
		time.advance(10_000 + 15_000);
		expect(watcher.moves.at(-1)).toBe('reconnecting');
	});

	test('a server that never answers a join is given up after minutes, not at once', async () => {
		server.on('thread/read', silence);
		const time = createFakeTime();
		const watcher = watch(time);
		watcher.session.start('A');
		await server.taken('thread/read');
		const measured = () => watcher.events.filter(({type}) => type === 'latencyMeasured').length;
		for (let pings = 1; pings < 30; pings += 1) {
			await eventually(() => measured() === pings);
			time.advance(10_000);
		}
		await eventually(() => measured() === 30);
		time.advance(9999);
		expect(watcher.moves.at(-1)).toBe('hydrating');
		time.advance(1);
		expect(watcher.moves.at(-1)).toBe('reconnecting');
	});
});

describe('another thread', () => {
	test('opening one leaves the present one and joins the other on the same connection', async () => {
		serveThread(server, 'A');
		const watcher = await live();
		serveThread(server, 'B');
		watcher.session.openThread('B');
		await watcher.moved('live', 2);
		expect((await server.taken('thread/unsubscribe')).params).toEqual({threadId: 'A'});
		expect(server.connections).toHaveLength(1);
		const chosen = watcher.events.findIndex(event => event.type === 'threadChosen');
		const later = watcher.events
			.slice(chosen)
			.flatMap(event => (event.type === 'threadEvent' ? [event.threadId] : []));
		expect(new Set(later)).toEqual(new Set(['B']));
	});

	test('what an older join brings late is dropped, and its subscription is taken back', async () => {
		serveThread(server, 'A');
		server.on('thread/resume', silence);
		const watcher = watch();
		watcher.session.start('A');
		const late: Call = await server.taken('thread/resume');
		serveThread(server, 'B');
		watcher.session.openThread('B');
		await watcher.moved('live');
		late.reply({thread: thread('A'), initialTurnsPage: {data: [turn('T9')]}});
		expect((await server.taken('thread/unsubscribe')).params).toEqual({threadId: 'A'});
		expect(stateOf(watcher).turns.map(({id}) => id)).toEqual(['T1']);
		expect(watcher.threadEvents.filter(event => event.type === 'hydrated')).toHaveLength(1);
		expect(watcher.moves.filter(move => move === 'live')).toHaveLength(1);
	});

	test('one chosen while the connection is away is joined when it is back', async () => {
		serveThread(server, 'A');
		const time = createFakeTime();
		const watcher = await live('A', time);
		server.connections[0]?.cut();
		await watcher.moved('reconnecting');
		watcher.session.openThread('B');
		serveThread(server, 'B');
		time.advance(1000);
		await watcher.moved('live', 2);
		const resumed = server.calls
			.filter(call => call.method === 'thread/resume')
			.map(call => call.params.threadId);
		expect(resumed).toEqual(['A', 'B']);
		expect(server.methods).not.toContain('thread/unsubscribe');
	});
});

describe('reading more', () => {
	test('an older page is asked for once, however often the screen is drawn', async () => {
		serveThread(server, 'A', {nextCursor: 'c1'});
		const watcher = await live();
		watcher.session.loadOlder('c1');
		watcher.session.loadOlder('c1');
		const call = await server.taken('thread/turns/list');
		expect(call.params).toEqual({
			threadId: 'A',
			cursor: 'c1',
			limit: 20,
			sortDirection: 'desc',
			itemsView: 'full',
		});
		call.reply({data: [turn('T0')], nextCursor: null});
		await watcher.until(event => event.type === 'threadEvent' && event.event.type === 'olderTurnsLoaded');
		expect(stateOf(watcher).turns.map(({id}) => id)).toEqual(['T0', 'T1']);
		expect(server.methods.filter(method => method === 'thread/turns/list')).toHaveLength(1);
	});

	test('a page that cannot be read is said once, and not asked again with every picture', async () => {
		serveThread(server, 'A', {nextCursor: 'c1'});
		server.on('thread/turns/list', refuse('no such cursor'));
		const time = createFakeTime();
		const watcher = await live('A', time);
		watcher.session.loadOlder('c1');
		await watcher.until(event => event.type === 'askFailed');
		watcher.session.loadOlder('c1');
		watcher.session.loadOlder('c1');
		expect(server.methods.filter(method => method === 'thread/turns/list')).toHaveLength(1);
		await eventually(() => time.pending.includes(5000));
		time.advance(5000);
		watcher.session.loadOlder('c1');
		await eventually(() => server.methods.filter(method => method === 'thread/turns/list').length === 2);
	});

	test('a cursor that leads to itself ends the paging', async () => {
		serveThread(server, 'A', {nextCursor: 'c1'});
		server.on('thread/turns/list', reply({data: [], nextCursor: 'c1'}));
		const watcher = await live();
		watcher.session.loadOlder('c1');
		await watcher.until(event => event.type === 'threadEvent' && event.event.type === 'olderTurnsLoaded');
		expect(stateOf(watcher).olderCursor).toBeNull();
	});

	test('a page that comes after the next join is dropped', async () => {
		serveThread(server, 'A', {nextCursor: 'c1'});
		const watcher = await live();
		watcher.session.loadOlder('c1');
		const late = await server.taken('thread/turns/list');
		serveThread(server, 'B');
		watcher.session.openThread('B');
		await watcher.moved('live', 2);
		late.reply({data: [turn('T0')], nextCursor: null});
		await watcher.until(
			event => event.type === 'traffic' && event.traffic.kind === 'response' && event.traffic.id === late.id,
		);
		expect(watcher.threadEvents.map(event => event.type)).not.toContain('olderTurnsLoaded');
	});

	test('the last turns can be listed again, while joined', async () => {
		serveThread(server, 'A');
		server.on('thread/turns/list', reply({data: [turn('T1')]}));
		const watcher = watch();
		watcher.session.relistTurns();
		watcher.session.start('A');
		await watcher.moved('live');
		watcher.session.relistTurns();
		await watcher.until(event => event.type === 'threadEvent' && event.event.type === 'turnsRelisted');
		expect(server.calls.find(call => call.method === 'thread/turns/list')?.params).toMatchObject({limit: 2});
	});

	test('the threads are the stored ones and those that only the memory of the server holds', async () => {
		serveThread(server, 'A');
		server.on('thread/list', reply({data: [thread('A'), thread('B')]}));
		server.on('thread/loaded/list', reply({data: ['A', 'new', 'gone']}));
		server.on('thread/read', call =>
			call.params.threadId === 'gone'
				? call.refuse('thread not found')
				: call.reply({thread: thread(String(call.params.threadId))}),
		);
		const watcher = await live();
		watcher.session.listThreads();
		const event = await watcher.until(({type}) => type === 'threadsListed');
		expect(event.type === 'threadsListed' && event.threads.map(({id}) => id)).toEqual(['new', 'A', 'B']);
	});
});

describe('leaving', () => {
	test('it unsubscribes, closes and says so', async () => {
		serveThread(server, 'A');
		const watcher = await live();
		await watcher.session.leave();
		expect(server.calls.at(-1)).toMatchObject({method: 'thread/unsubscribe', params: {threadId: 'A'}});
		await server.connections[0]?.closed;
		expect(watcher.moves.at(-1)).toBe('closed');
	});

	test('half a second is enough, whatever the server does, and leaving twice is leaving once', async () => {
		serveThread(server, 'A');
		server.on('thread/unsubscribe', silence);
		const time = createFakeTime();
		const watcher = await live('A', time);
		const first = watcher.session.leave();
		const second = watcher.session.leave();
		await server.taken('thread/unsubscribe');
		time.advance(500);
		await Promise.all([first, second]);
		expect(watcher.moves.filter(move => move === 'closed')).toHaveLength(1);
		await server.connections[0]?.closed;
	});

	test('nothing is tried again after it', async () => {
		serveThread(server, 'A');
		const time = createFakeTime();
		const watcher = await live('A', time);
		server.connections[0]?.cut();
		await watcher.moved('reconnecting');
		await watcher.session.leave();
		time.advance(60_000);
		watcher.session.retryNow();
		watcher.session.openThread('B');
		expect(server.connections).toHaveLength(1);
		expect(watcher.moves.at(-1)).toBe('closed');
	});

	test('a connection that opens after we left is closed again', async () => {
		server.on('initialize', silence);
		const watcher = watch();
		watcher.session.start('A');
		const initialize = await server.taken('initialize');
		await watcher.session.leave();
		initialize.reply({});
		await server.connections[0]?.closed;
		expect(watcher.moves).toEqual(['connecting', 'closed']);
		expect(server.methods).not.toContain('thread/read');
	});
});

test('noise between the frames is told and changes nothing', async () => {
	serveThread(server, 'A');
	const watcher = await live();
	server.connections[0]?.burst(
		[] as object,
		{nonsense: true},
		{id: 99, result: {}},
		{method: 'item/never/heardOf', params: null},
		{method: 'thread/started', params: {thread: 3}},
		{method: 'thread/status/changed', params: [1]},
		delta('still here'),
	);
	await watcher.until(
		event =>
			event.type === 'traffic' &&
			event.traffic.kind === 'notification' &&
			event.traffic.method === 'item/agentMessage/delta',
	);
	const kinds = watcher.events.flatMap(event => (event.type === 'traffic' ? [event.traffic.kind] : []));
	expect(kinds).toContain('malformed');
	expect(kinds).toContain('unsolicited');
	expect(watcher.moves.at(-1)).toBe('live');
});
