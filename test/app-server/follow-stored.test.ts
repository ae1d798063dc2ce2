/** Following a stored thread from the server's disk, by a server and a clock that obey the test. */
import {afterEach, describe, expect, test} from 'vitest';
import {type FakeServer, reply, startFakeServer} from './fake-server.ts';
import {createFakeTime, type FakeTime, watchSession} from './watcher.ts';

type Wire = {readonly [key: string]: unknown};

let server: FakeServer;
afterEach(() => server.stop());

const completedTurn = (id: string): Wire => ({id, status: 'completed', completedAt: 5, items: []});
const openTurn = (id: string): Wire => ({id, status: 'interrupted', completedAt: null, items: []});

/** What lies on the disk of the server, as it answers. */
type Disk = {updatedAt: number; status: string; turns: readonly Wire[]};

const begin = async (disk: Disk, time: FakeTime) => {
	server = await startFakeServer();
	server.on('thread/read', call =>
		call.reply({thread: {id: 't', status: {type: disk.status}, updatedAt: disk.updatedAt}}),
	);
	server.on('thread/turns/list', call => {
		const limit = Number(call.params.limit);
		const data = disk.turns.toReversed().slice(0, limit);
		call.reply({
			data,
			nextCursor: data.length < disk.turns.length ? `before ${String(data.at(-1)?.id)}` : null,
		});
	});
	const watcher = watchSession(server.endpoint, time);
	watcher.session.start('t');
	await watcher.moved('waiting notLoaded');
	const count = (method: string): number => server.methods.filter(each => each === method).length;
	/** Lets a second pass and the look that is due then end: the next one waits. */
	const second = async (ms = 1000): Promise<void> => {
		const reads = count('thread/read');
		time.advance(ms);
		await expect.poll(() => count('thread/read')).toBe(reads + 1);
		await expect.poll(() => time.pending).toContain(1000);
	};
	const lists = (): ReadonlyArray<unknown> =>
		server.calls.flatMap(({method, params}) => (method === 'thread/turns/list' ? [params.limit] : []));
	/** The ids and statuses of each list that was told, oldest first. */
	const told = (): readonly string[] =>
		watcher.threadEvents.flatMap(event =>
			event.type === 'turnsRelisted'
				? [
						event.page.data
							.map(({id, status}) => `${id} ${status}`)
							.toReversed()
							.join(', '),
					]
				: [],
		);
	return {watcher, second, lists, told, count};
};

describe('a stored thread', () => {
	test('is looked at every second, and its turns are listed once more and then never while nothing is written', async () => {
		const disk = {updatedAt: 7, status: 'notLoaded', turns: [completedTurn('T1')]};
		const {watcher, second, lists, count} = await begin(disk, createFakeTime());
		for (let look = 0; look < 5; look += 1) await second();
		expect(count('thread/read')).toBe(6);
		expect(lists()).toEqual([20, 3]);
		expect(watcher.moves.at(-1)).toBe('waiting notLoaded');
		expect(server.methods).not.toContain('thread/resume');
	});

	test('that is written belongs to another process: said once, and listed in this look and the next two', async () => {
		const disk = {updatedAt: 7, status: 'notLoaded', turns: [completedTurn('T1')] as readonly Wire[]};
		const {watcher, second, lists, told} = await begin(disk, createFakeTime());
		await second();
		disk.updatedAt = 8;
		disk.turns = [completedTurn('T1'), openTurn('T2')];
		for (let look = 0; look < 5; look += 1) await second();
		expect(watcher.moves.filter(move => move === 'waiting ownedElsewhere')).toHaveLength(1);
		expect(lists()).toEqual([20, 3, 3, 3, 3]);
		expect(told().at(-1)).toBe('T1 completed, T2 unknown');
		expect(watcher.illegalMoves).toEqual([]);
	});

	test('that was written between the join and the first look belongs to another process', async () => {
		const disk = {updatedAt: 7, status: 'notLoaded', turns: [completedTurn('T1')] as readonly Wire[]};
		const {watcher, second} = await begin(disk, createFakeTime());
		disk.updatedAt = 8;
		await second();
		expect(watcher.moves.at(-1)).toBe('waiting ownedElsewhere');
	});

	test('written within the second of the join, which its time does not show, is listed with the first look', async () => {
		const disk = {updatedAt: 7, status: 'notLoaded', turns: [completedTurn('T1')] as readonly Wire[]};
		const {second, told} = await begin(disk, createFakeTime());
		disk.turns = [completedTurn('T1'), completedTurn('T2')];
		await second();
		expect(told().at(-1)).toBe('T1 completed, T2 completed');
	});

	test('that grew by more turns than a look lists is listed by the page, so that no turn between is lost', async () => {
		const disk = {updatedAt: 7, status: 'notLoaded', turns: [completedTurn('T1')] as readonly Wire[]};
		const {second, lists, told} = await begin(disk, createFakeTime());
		await second();
		disk.updatedAt = 9;
		disk.turns = ['T1', 'T2', 'T3', 'T4', 'T5', 'T6'].map(completedTurn);
		await second();
		expect(lists()).toEqual([20, 3, 3, 20]);
		expect(told().at(-1)).toMatch(/^T1 completed, .*T6 completed$/);
	});

	test('whose newest turn was interrupted, with a time, says so; one without a time may still run', async () => {
		const disk = {
			updatedAt: 7,
			status: 'notLoaded',
			turns: [{id: 'T1', status: 'interrupted', completedAt: 4, items: []}] as readonly Wire[],
		};
		const {second, told} = await begin(disk, createFakeTime());
		expect(told()).toEqual(['T1 interrupted']);
		disk.turns = [...disk.turns, openTurn('T2')];
		await second();
		expect(told().at(-1)).toBe('T1 interrupted, T2 unknown');
	});

	test('that a look finds in memory is joined, and looked at no more', async () => {
		const disk = {updatedAt: 7, status: 'notLoaded', turns: [completedTurn('T1')]};
		const time = createFakeTime();
		const {watcher, count} = await begin(disk, time);
		server.on(
			'thread/resume',
			reply({thread: {id: 't', status: {type: 'idle'}}, initialTurnsPage: {data: [], nextCursor: null}}),
		);
		disk.status = 'idle';
		time.advance(1000);
		await watcher.moved('live');
		const reads = count('thread/read');
		time.advance(3000);
		expect(count('thread/read')).toBe(reads);
		expect(server.methods.filter(method => method === 'thread/resume')).toHaveLength(1);
	});

	test('is not asked about again before the server has answered, nor for as long as its answer took', async () => {
		const disk = {updatedAt: 7, status: 'notLoaded', turns: [completedTurn('T1')]};
		const time = createFakeTime();
		const {second, count} = await begin(disk, time);
		await second();
		server.on('thread/read', () => {});
		const reads = count('thread/read');
		time.advance(1000);
		const slow = await expect
			.poll(() => server.calls.filter(({method}) => method === 'thread/read')[reads])
			.toBeDefined()
			.then(() => server.calls.filter(({method}) => method === 'thread/read')[reads]);
		time.advance(4000);
		expect(count('thread/read')).toBe(reads + 1);
		slow?.reply({thread: {id: 't', status: {type: 'notLoaded'}, updatedAt: 7}});
		await expect.poll(() => time.pending).toContain(4000);
	});

	test('stays owned elsewhere over a lost connection, and is looked at at once', async () => {
		const disk = {updatedAt: 7, status: 'notLoaded', turns: [completedTurn('T1')] as readonly Wire[]};
		const time = createFakeTime();
		const {watcher, second} = await begin(disk, time);
		disk.updatedAt = 8;
		await second();
		server.connections.at(-1)?.cut();
		await watcher.moved('reconnecting');
		time.advance(1000);
		await watcher.moved('waiting notLoaded', 2);
		time.advance(0);
		await watcher.moved('waiting ownedElsewhere', 2);
		expect(watcher.illegalMoves).toEqual([]);
	});

	test('is left alone when another thread is opened', async () => {
		const disk = {updatedAt: 7, status: 'notLoaded', turns: [completedTurn('T1')]};
		const time = createFakeTime();
		const {watcher, second} = await begin(disk, time);
		await second();
		watcher.session.openThread('u');
		await watcher.moved('waiting notLoaded', 2);
		const before = server.calls.length;
		time.advance(1000);
		await expect.poll(() => server.calls.length).toBeGreaterThan(before);
		const later = server.calls.slice(before).map(({params}) => params.threadId);
		expect(new Set(later)).toEqual(new Set(['u']));
	});
});
