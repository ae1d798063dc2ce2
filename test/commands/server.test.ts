/** The verbs that only ask, against a scripted server. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {
	ambiguous,
	findOneThread,
	findThread,
	noSuchThread,
	reachServer,
} from '../../source/commands/reach.ts';
import type {WireThread} from '../../source/protocol/types.ts';
import {type FakeServer, refuse, reply, startFakeServer, thread} from '../app-server/fake-server.ts';
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
		const connection = await reachServer(context, () => 'observe');
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

	test('nothing found asks for what only the memory holds, and then among older ones', async () => {
		expect((await find('login')).asked).toEqual([
			'thread/list',
			'thread/loaded/list',
			'thread/list',
			'thread/list',
		]);
		expect((await find(undefined)).asked.slice(4)).toEqual(['thread/list', 'thread/loaded/list']);
	});

	/** Pages of a hundred; a search gives those with the word in their name. */
	const serveMany = (count: number): void => {
		const all = Array.from({length: count}, (_, index) =>
			thread(`id-${String(index).padStart(4, '0')}`, {name: `name ${index}`, status: {type: 'notLoaded'}}),
		);
		server.on('thread/list', call => {
			const {searchTerm, cursor} = call.params;
			const fitting = all.filter(
				({name}) => typeof searchTerm !== 'string' || String(name).includes(searchTerm),
			);
			const start = Number(cursor ?? 0);
			const nextCursor = start + 100 < fitting.length ? String(start + 100) : null;
			call.reply({data: fitting.slice(start, start + 100), nextCursor});
		});
	};
	const lists = () => server.calls.filter(({method}) => method === 'thread/list').map(({params}) => params);

	test('a name beyond the newest hundred is searched for', async () => {
		serveMany(250);
		expect((await find('name 240')).resolution).toMatchObject({kind: 'found', thread: {id: 'id-0240'}});
		expect(lists()).toEqual([
			{limit: 100, sortKey: 'recency_at'},
			{limit: 100, sortKey: 'recency_at', searchTerm: 'name 240'},
		]);
	});

	test('the search of the server minds capitals, so what it does not find is looked for page by page', async () => {
		serveMany(250);
		expect((await find('NAME 240')).resolution).toMatchObject({kind: 'found', thread: {id: 'id-0240'}});
	});

	test('a piece of an id is looked for page by page, and not without end', async () => {
		serveMany(250);
		expect((await find('0240')).resolution).toMatchObject({kind: 'found', thread: {id: 'id-0240'}});
		expect(lists().map(({cursor}) => cursor)).toEqual([undefined, undefined, '100', '200']);
		serveMany(10_000);
		expect((await find('9999')).resolution.kind).toBe('none');
		expect(lists()).toHaveLength(4 + 1 + 20);
	});

	test('one thread, or the sentence why not', async () => {
		server.on('thread/list', reply({data: [thread('A', {name: 'login'}), thread('B', {name: 'logout'})]}));
		const one = async (wanted: string) => {
			const context = testContext(server.endpoint);
			const connection = await reachServer(context, () => 'observe');
			try {
				return await findOneThread(context, connection, wanted);
			} finally {
				await connection.close();
			}
		};
		expect((await one('login')).id).toBe('A');
		await expect(one('log')).rejects.toMatchObject({exitCode: 2});
		await expect(one('nobody')).rejects.toMatchObject({exitCode: 3});
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
