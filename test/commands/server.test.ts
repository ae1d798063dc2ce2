/** The verbs that only ask, against a scripted server. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {noOptions} from '../../source/commands/command-line.ts';
import {ls} from '../../source/commands/ls.ts';
import {ambiguous, findThread, noSuchThread, reachServer} from '../../source/commands/reach.ts';
import type {WireThread} from '../../source/protocol/types.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {type FakeServer, refuse, reply, startFakeServer, thread} from '../app-server/fake-server.ts';
import {createFakeTime} from '../app-server/watcher.ts';
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
