/** The verbs that only ask, and the text of a thread, against a scripted server. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {noOptions} from '../../source/commands/command-line.ts';
import {CommandError} from '../../source/commands/exit-codes.ts';
import {ls} from '../../source/commands/ls.ts';
import {ambiguous, findThread, noSuchThread, reachServer} from '../../source/commands/reach.ts';
import {streamText} from '../../source/commands/stream-text.ts';
import type {WireThread} from '../../source/protocol/types.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {
	type FakeServer,
	refuse,
	reply,
	serveThread,
	startFakeServer,
	thread,
	turn,
} from '../app-server/fake-server.ts';
import {createFakeTime, eventually} from '../app-server/watcher.ts';
import {testContext} from './make.ts';

let server: FakeServer;
beforeEach(async () => {
	server = await startFakeServer();
	server.on('thread/loaded/list', reply({data: []}));
	server.on('thread/list', reply({data: []}));
});
afterEach(() => server.stop());

const id = '019a0000-aaaa-7000-8000-000000000001';

describe('finding a thread', () => {
	const find = async (wanted: string | undefined, more: Parameters<typeof testContext>[1] = {}) => {
		const context = testContext(server.endpoint, more);
		const connection = await reachServer(context);
		const found = await findThread(context, connection, wanted);
		await connection.close();
		const asked = server.methods.filter(method => !method.startsWith('initialize'));
		return {...found, asked};
	};

	test('a whole id needs one read', async () => {
		server.on('thread/read', call => call.reply({thread: thread(String(call.params.threadId))}));
		const {resolution, asked} = await find(id.toUpperCase());
		expect(resolution).toMatchObject({kind: 'found', thread: {id}});
		expect(asked).toEqual(['thread/read']);
	});

	test('an id that nobody knows is none; another refusal is an error only when it is not a no', async () => {
		server.on('thread/read', refuse('thread not found'));
		expect(await find(id)).toMatchObject({resolution: {kind: 'none'}, threads: []});
	});

	test('a listed thread needs one list', async () => {
		server.on(
			'thread/list',
			reply({data: [thread('A', {name: 'login'}), thread('B', {status: {type: 'notLoaded'}})]}),
		);
		const {resolution, threads, asked} = await find(undefined);
		expect(resolution).toMatchObject({kind: 'found', thread: {id: 'A'}});
		expect(threads.map(({id: each}) => each)).toEqual(['A', 'B']);
		expect(asked).toEqual(['thread/list']);
		expect(server.calls.find(({method}) => method === 'thread/list')?.params).toEqual({
			limit: 100,
			sortKey: 'recency_at',
		});
	});

	test('nothing found asks once more, for what only the memory holds', async () => {
		expect((await find('login')).asked).toEqual(['thread/list', 'thread/loaded/list']);
	});

	test('a thread without a turn is in no list, and found', async () => {
		server.on('thread/loaded/list', reply({data: ['new']}));
		server.on('thread/read', reply({thread: thread('new')}));
		const {resolution, asked} = await find(undefined);
		expect(resolution).toMatchObject({kind: 'found', thread: {id: 'new'}});
		expect(asked).toEqual(['thread/list', 'thread/loaded/list', 'thread/read']);
	});

	test('this directory decides between two live ones', async () => {
		server.on('thread/list', reply({data: [thread('A', {cwd: '/app'}), thread('B', {cwd: '/else'})]}));
		expect((await find(undefined)).resolution).toMatchObject({kind: 'found', thread: {id: 'A'}});
		expect((await find(undefined, {cwd: '/third'})).resolution.kind).toBe('ambiguous');
	});
});

describe('sentences', () => {
	const evil = '\u001B[31mx\u0007\n';
	const threads: WireThread[] = Array.from({length: 23}, (_, index) => ({
		id: `id${index}`,
		name: evil,
		cwd: evil,
	}));

	test('candidates are listed, twenty at most, harmless', () => {
		const {message, more, exitCode} = ambiguous(evil, threads);
		expect(exitCode).toBe(2);
		expect(more).toHaveLength(21);
		expect(more.at(-1)).toBe('  … and 3 more');
		expect([message, ...more].join('')).not.toMatch(/[\u0000-\u001F]/);
		expect(ambiguous(undefined, threads.slice(0, 2))).toMatchObject({
			message: 'Several threads are live. Say which, by its id, a piece of it, or its name:',
			more: [expect.stringMatching(/^ {2}id0 {2}/), expect.stringMatching(/^ {2}id1 {2}/)],
		});
	});

	test('no such thread says what to do', () => {
		expect(noSuchThread(undefined, 'unix:///s')).toMatchObject({
			exitCode: 3,
			message: expect.stringContaining('Start `codex`'),
		});
		expect(noSuchThread('login', 'unix:///s')).toMatchObject({
			exitCode: 3,
			message: expect.stringContaining('`jumpseat ls`'),
		});
	});
});

describe('ls', () => {
	const time = createFakeTime(1_700_000_000_000);
	const seconds = 1_700_000_000;
	const some = [
		thread('A', {
			name: 'stored one',
			status: {type: 'notLoaded'},
			updatedAt: seconds - 7200,
			cwd: '/home/me/a',
		}),
		thread('B', {name: '日本', status: {type: 'idle'}, updatedAt: seconds - 60}),
		thread('C', {
			name: 'asks\u001B[31m',
			status: {type: 'active', activeFlags: ['waitingOnApproval']},
			updatedAt: seconds - 5,
		}),
		thread('D', {status: {type: 'brandNew'}, ephemeral: true}),
	];

	test('who waits on top, then live, then stored; helpers never; columns aligned', async () => {
		server.on('thread/list', reply({data: some}));
		const context = testContext(server.endpoint, {environment: {...time, later: setLater}});
		expect(await ls(context)).toBe(0);
		const lines = context.out().trimEnd().split('\n');
		expect(lines.map(line => line.split(/ {2,}/))).toEqual([
			['waits for a person', 'C', expect.stringContaining('ago'), '/app', expect.stringMatching(/^asks/)],
			['idle', 'B', expect.stringContaining('ago'), '/app', '日本'],
			['stored', 'A', expect.stringContaining('ago'), '~/a', 'stored one'],
		]);
		expect(context.out()).not.toMatch(/\u001B/);
		expect(
			new Set(lines.map(line => line.indexOf('  C  ') + line.indexOf('  B  ') + line.indexOf('  A  '))).size,
		).toBe(1);
		expect(context.err()).toBe('');
	});

	test('--json is one object a line', async () => {
		server.on('thread/list', reply({data: some}));
		const context = testContext(server.endpoint, {options: {...noOptions, json: true}});
		expect(await ls(context)).toBe(0);
		const objects = context
			.out()
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line) as unknown);
		expect(objects[0]).toEqual({
			id: 'C',
			name: 'asks\u001B[31m',
			title: 'asks\u001B[31m',
			status: 'active',
			waitingOn: 'approval',
			cwd: '/app',
			parentThreadId: null,
			updatedAtMs: (seconds - 5) * 1000,
		});
		expect(objects.map(object => (object as {id: string}).id)).toEqual(['C', 'B', 'A']);
	});

	test('no threads is a word on stderr and nothing on stdout', async () => {
		const context = testContext(server.endpoint);
		expect(await ls(context)).toBe(0);
		expect(context.out()).toBe('');
		expect(context.err()).toMatch(/^No threads on unix:\/\/.* yet\.\n$/);
	});

	test('the connection is closed, also after a refusal', async () => {
		server.on('thread/list', refuse('no'));
		await expect(ls(testContext(server.endpoint))).rejects.toThrow('no');
		await server.connections[0]?.closed;
	});

	test('no server is said by the transport', async () => {
		await expect(ls(testContext(parseEndpoint('unix:///nowhere/at/all.sock')))).rejects.toThrow(
			'No Codex App Server answers',
		);
	});
});

const setLater = (ms: number, task: () => void) => {
	const timer = setTimeout(task, ms);
	return () => clearTimeout(timer);
};

describe('a thread as text', () => {
	const said = (text: string, itemId = 'I') => ({type: 'agentMessage', id: itemId, text});
	const event = (method: string, params: object) => ({method, params: {threadId: 'A', ...params}});

	test('history first, then each item once when it has ended, until the turn that was seen ends', async () => {
		serveThread(server, 'A');
		const context = testContext(server.endpoint);
		const done = streamText(context, 'A');
		await eventually(() => context.out().includes('text of T1'));
		const [connection] = server.connections;
		connection?.burst(
			// Another thread's turn ends: none of our business.
			{method: 'turn/completed', params: {threadId: 'B', turn: {id: 'X', status: 'completed'}}},
			event('turn/started', {turn: {id: 'T2', status: 'inProgress', items: []}}),
			event('item/started', {turnId: 'T2', item: said('')}),
			event('item/agentMessage/delta', {turnId: 'T2', itemId: 'I', delta: 'half a'}),
		);
		await eventually(() => server.calls.length > 0);
		connection?.burst(
			event('item/completed', {turnId: 'T2', item: said('half and whole')}),
			event('turn/completed', {turn: {id: 'T2', status: 'completed'}}),
		);
		expect(await done).toBe(0);
		expect(context.out().match(/text of T1/g)).toHaveLength(1);
		expect(context.out().match(/half and whole/g)).toHaveLength(1);
		expect(context.out()).not.toMatch(/half a\n/);
		expect(server.methods.at(-1)).toBe('thread/unsubscribe');
		expect(context.out()).not.toMatch(/\u001B| \n/);
	});

	test('a connection that fails for good is said with its reason', async () => {
		serveThread(server, 'A');
		server.on('thread/resume', refuse('the rollout is broken'));
		await expect(streamText(testContext(server.endpoint), 'A')).rejects.toMatchObject({
			exitCode: 5,
			message: 'the rollout is broken',
		});
	});

	test('nobody is there to give up, so it gives up after a few attempts', async () => {
		serveThread(server, 'A', {turns: [turn('T1')]});
		const time = createFakeTime();
		const context = testContext(server.endpoint, {environment: time});
		const done = streamText(context, 'A').catch((error: unknown) => error);
		await eventually(() => context.out().includes('text of T1'));
		server.door(503);
		server.connections[0]?.cut();
		let result: unknown;
		void done.then(error => {
			result = error;
		});
		while (result === undefined) {
			time.advance(10_000);
			await new Promise(resolve => setImmediate(resolve));
		}
		expect(result).toBeInstanceOf(CommandError);
		expect(result).toMatchObject({exitCode: 5, message: expect.stringContaining('503')});
	});
});
