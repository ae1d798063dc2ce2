/** A session that asks for each connection where its thread is: two servers, one of them the way around. */
import {afterEach, beforeEach, expect, test} from 'vitest';
import type {AskRoute} from '../../source/app-server/route.ts';
import {type FakeServer, serveThread, startFakeServer} from './fake-server.ts';
import {opened, realTime, type Watcher, watchSession} from './watcher.ts';

let direct: FakeServer;
let around: FakeServer;
let watcher: Watcher | undefined;

beforeEach(async () => {
	[direct, around] = await Promise.all([startFakeServer(), startFakeServer()]);
	for (const server of [direct, around]) serveThread(server, 'A');
});
afterEach(async () => {
	await watcher?.session.leave();
	expect(watcher?.illegalMoves).toEqual([]);
	await Promise.all([direct.stop(), around.stop()]);
});

const watch = (route: AskRoute): Watcher => {
	watcher = watchSession(direct.endpoint, realTime, 'observe', {route});
	return watcher;
};

const aroundRoute = () => ({endpoint: around.endpoint, access: {codexHome: '/nowhere'}});

test('the thread is reached where the route says; when that says goodbye for good, at the server', async () => {
	let isThere = true;
	const {session, moved} = watch(async () => (isThere ? aroundRoute() : undefined));
	session.start('A');
	await moved('live');
	expect(direct.connections).toHaveLength(0);
	isThere = false;
	around.connections[0]?.end(4002, 'The share has ended.');
	await moved('live', 2);
	expect(direct.methods).toContain('thread/resume');
	expect(watcher?.moves).not.toContain('failed');
});

test('a goodbye for good from the server that was meant is the end', async () => {
	const {session, moved} = watch(async () => undefined);
	session.start('A');
	await moved('live');
	direct.connections[0]?.end(4001, 'You were removed.');
	await moved('failed');
});

test('another thread is reached elsewhere: the one connection is given up for the other, both ways', async () => {
	const {session, moved} = watch(async threadId => (threadId === 'A' ? aroundRoute() : undefined));
	session.start('B', {connection: await opened(direct.endpoint)});
	await moved('live');
	session.openThread('A');
	await moved('live', 2);
	await direct.connections[0]?.closed;
	expect(around.calls.find(({method}) => method === 'thread/resume')?.params.threadId).toBe('A');
	session.openThread('C');
	await moved('live', 3);
	await around.connections[0]?.closed;
	expect(direct.connections).toHaveLength(2);
	session.openThread('D');
	await moved('live', 4);
	expect(direct.connections).toHaveLength(2);
});

test('a thread that is chosen while the way to another is being taken is not joined there', async () => {
	let tell = (): void => {};
	const told = new Promise<void>(resolve => {
		tell = resolve;
	});
	const {session, moved} = watch(async threadId => {
		if (threadId !== 'A') return undefined;
		await told;
		return aroundRoute();
	});
	session.start('A');
	session.openThread('B');
	tell();
	await moved('live');
	expect(around.methods).not.toContain('thread/resume');
	expect(direct.calls.find(({method}) => method === 'thread/resume')?.params.threadId).toBe('B');
});
