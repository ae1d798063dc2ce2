/** `wait`, `send --wait` and `interrupt` on a server that does what the real one cannot be made to do. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {noOptions} from '../../source/commands/line/command-line.ts';
import {interrupt} from '../../source/commands/turns/interrupt.ts';
import {send} from '../../source/commands/turns/send.ts';
import {finalMessage, turnEnd} from '../../source/commands/turns/turn-end.ts';
import {wait} from '../../source/commands/turns/wait.ts';
import {initialThreadState, type ThreadState} from '../../source/thread/state.ts';
import {turnFromHistory} from '../../source/thread/turns.ts';
import {
	type FakeServer,
	refuse,
	reply,
	serveThread,
	startFakeServer,
	thread,
	turn,
} from '../app-server/fake-server.ts';
import {createFakeTime} from '../app-server/watcher.ts';
import {testContext} from './make.ts';

const id = 'aa11';
let server: FakeServer;
beforeEach(async () => {
	server = await startFakeServer();
	serveThread(server, id);
	server.on('thread/turns/list', reply({data: [turn('T1')], nextCursor: null}));
	server.on('thread/queue/list', reply({data: [], nextCursor: null}));
	be('idle');
});
afterEach(() => server.stop());

const context = (options: Partial<typeof noOptions> = {}, more: Parameters<typeof testContext>[1] = {}) =>
	testContext(server.endpoint, {observe: false, name: 'Ada', options: {...noOptions, ...options}, ...more});

/** What the server says of the thread when it is asked. */
const be = (
	type: string,
	turns: readonly object[] = [turn('T1')],
	activeFlags: readonly string[] = [],
): void => {
	const described = thread(id, {status: {type, ...(type === 'active' ? {activeFlags} : {})}});
	server.on('thread/list', reply({data: [described], nextCursor: null}));
	server.on('thread/resume', reply({thread: described, initialTurnsPage: {data: turns, nextCursor: null}}));
	server.on('thread/read', reply({thread: described}));
};
const running = turn('T2', {status: 'inProgress', items: []});
const said = (text: string) => ({type: 'agentMessage', id: 'M', text});

describe('the end of a turn', () => {
	const state = (...turns: ReadonlyArray<Parameters<typeof turnFromHistory>[0]>): ThreadState => ({
		...initialThreadState,
		olderCursor: null,
		turns: turns.map(turnFromHistory),
	});

	test('is none while it runs, or when it is not known', () => {
		const now = state({id: 'T1', status: 'inProgress', items: []});
		expect(turnEnd(now, 'T1')).toBeUndefined();
		expect(turnEnd(now, 'T2')).toBeUndefined();
	});

	test('has the last words of the agent; of a review without any, what it found', () => {
		const items = [
			{type: 'agentMessage', id: 'a', text: 'first'},
			{type: 'agentMessage', id: 'b', text: 'last'},
			{type: 'agentMessage', id: 'c', text: ''},
		] as const;
		expect(turnEnd(state({id: 'T1', status: 'completed', items}), 'T1')).toEqual({
			turnId: 'T1',
			turnNumber: 1,
			status: 'completed',
			error: undefined,
			message: 'last',
		});
		const review = {type: 'exitedReviewMode', id: 'r', review: 'all is well'} as const;
		expect(finalMessage(turnFromHistory({id: 'T1', status: 'completed', items: [review]}))).toBe(
			'all is well',
		);
	});
});

describe('wait', () => {
	test('the end of a turn that was never told is asked for, once the thread works no more', async () => {
		const seat = context({wait: true});
		server.on('turn/start', call => {
			const {connection, params} = call;
			connection.notify('thread/status/changed', {threadId: id, status: {type: 'active', activeFlags: []}});
			connection.notify('turn/started', {threadId: id, turn: running});
			const item = {type: 'userMessage', id: 'U', clientId: params.clientUserMessageId, content: []};
			connection.notify('item/started', {threadId: id, turnId: 'T2', item});
			call.reply({turn: running});
			connection.notify('thread/status/changed', {threadId: id, status: {type: 'idle'}});
		});
		server.on(
			'thread/turns/list',
			reply({data: [turn('T2', {items: [said('Done.')]}), turn('T1')], nextCursor: null}),
		);
		expect(await send(seat, ['hello'])).toBe(0);
		expect(seat.out()).toBe('Done.\n');
	});

	test('a thread that another process owns is not said to be idle', async () => {
		server.on('thread/resume', refuse('thread aa11 already has an active writer'));
		await expect(wait(context(), undefined)).rejects.toMatchObject({
			exitCode: 4,
			message: expect.stringContaining('Another process owns the thread'),
		});
	});

	test('attention: the server says that it waits, and not for what', async () => {
		be('active', [running], ['waitingOnApproval']);
		const seat = context({for: 'attention', json: true});
		expect(await wait(seat, undefined)).toBe(0);
		expect(JSON.parse(seat.out())).toEqual({
			jumpseat: 1,
			type: 'jumpseat/attention',
			threadId: id,
			why: 'waiting',
			requests: [],
			turnId: null,
			error: null,
		});
	});

	test('what only the owner of the thread can answer needs no person', async () => {
		be('active', [running]);
		server.on('thread/backgroundTerminals/list', call => {
			call.reply({data: []});
			call.connection.burst({id: 7, method: 'item/tool/call', params: {threadId: id, turnId: 'T2'}});
		});
		await expect(wait(context({for: 'request', timeoutMs: 300}), undefined)).rejects.toMatchObject({
			exitCode: 1,
			message: 'Gave up after 0.3 s: nobody was asked for anything.',
		});
	});

	test('a connection that does not come back is given up, with its reason', async () => {
		be('active', [running]);
		const time = createFakeTime();
		let result: unknown;
		const joined = server.taken('thread/backgroundTerminals/list');
		void wait(context({}, {environment: time}), undefined).catch((error: unknown) => {
			result = error;
		});
		await joined;
		server.door(503);
		server.connections[0]?.cut();
		while (result === undefined) {
			time.advance(1000);
			await new Promise(resolve => setImmediate(resolve));
		}
		expect(result).toMatchObject({exitCode: 5, message: expect.stringContaining('503')});
	});

	test('a thread that is closed in the middle of a turn ends the wait for it', async () => {
		be('active', [running]);
		const joined = server.taken('thread/backgroundTerminals/list');
		const seat = wait(context({for: 'turn'}), undefined);
		const {connection} = await joined;
		connection.notify('thread/closed', {threadId: id});
		await expect(seat).rejects.toMatchObject({
			exitCode: 5,
			message: 'The server closed the thread while its turn was running.',
		});
	});
});

describe('interrupt', () => {
	const ended = (status: string) => ({threadId: id, turn: turn('T2', {status, items: []})});
	beforeEach(() => be('active', [running, turn('T1')]));

	test('is sent for the turn that was seen, and over when that has ended', async () => {
		server.on('turn/interrupt', call => {
			call.reply({});
			call.connection.notify('turn/completed', ended('interrupted'));
		});
		const seat = context({json: true});
		expect(await interrupt(seat, undefined)).toBe(0);
		expect(JSON.parse(seat.out())).toMatchObject({turnId: 'T2', status: 'interrupted'});
		const sent = server.calls.filter(({method}) => method === 'turn/interrupt');
		expect(sent.map(({params}) => params)).toEqual([{threadId: id, turnId: 'T2'}]);
	});

	test('a turn that ended by itself was not interrupted', async () => {
		server.on('turn/interrupt', call => call.connection.notify('turn/completed', ended('completed')));
		await expect(interrupt(context(), undefined)).rejects.toMatchObject({
			exitCode: 4,
			message: 'Turn 2 ended by itself: it is completed.',
		});
	});

	test.each([
		['inProgress', 5],
		['interrupted', 0],
		['completed', 4],
	])('the connection is lost, and afterwards the turn is %s', async (status, code) => {
		server.on('turn/interrupt', call => {
			be(status === 'inProgress' ? 'active' : 'idle', [turn('T2', {status, items: []}), turn('T1')]);
			call.connection.cut();
		});
		const result = await interrupt(context(), undefined).catch((error: unknown) => error);
		expect(typeof result === 'number' ? {exitCode: result} : result).toMatchObject({exitCode: code});
		expect(server.methods.filter(method => method === 'turn/interrupt')).toHaveLength(1);
	});

	test('a turn that has just begun gets its name first', async () => {
		be('active', [turn('T1')]);
		const joined = server.taken('thread/backgroundTerminals/list');
		server.on('turn/interrupt', call => call.connection.notify('turn/completed', ended('interrupted')));
		const seat = interrupt(context(), undefined);
		(await joined).connection.notify('turn/started', {threadId: id, turn: running});
		expect(await seat).toBe(0);
	});
});
