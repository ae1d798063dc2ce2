/** What lists cost the server: a read of each thread now and then, however many ask how often. */
import {expect, onTestFinished, test} from 'vitest';
import type {Environment} from '../../source/app-server/connection.ts';
import {createDescriptions, knownForMs} from '../../source/share/descriptions.ts';
import {reply, serveThread, startFakeServer, thread} from '../app-server/fake-server.ts';
import {realTime} from '../app-server/watcher.ts';
import {startShare} from '../support/share.ts';

test('ten lists at once of each of three guests are one read of each thread, until something changes or seconds have gone by', async () => {
	let laterMs = 0;
	const environment: Environment = {...realTime, nowMs: () => 1_000_000 + laterMs};
	const server = await startFakeServer();
	serveThread(server, 'T');
	const children = Array.from({length: 20}, (_, number) => `child-${number}`);
	const family = children.map(id => thread(id, {parentThreadId: 'T'}));
	server.on('thread/list', call =>
		call.reply({data: call.params.parentThreadId === 'T' ? family : [], nextCursor: null}),
	);
	server.on('thread/turns/list', reply({data: [], nextCursor: null}));
	const share = await startShare({endpoint: server.endpoint.display, threadId: 'T', environment});
	onTestFinished(async () => {
		await share.stop();
		await server.stop();
	});
	await server.taken('thread/resume');
	const guests = [await share.sit('ada', 'observe'), await share.sit('bob', 'observe')];
	guests.push(await share.sit('stock', 'observe', {clientName: 'codex-tui'}));
	let name = 'before';
	server.on('thread/read', ({params, reply: answer}) => {
		const id = String(params.threadId);
		answer({thread: thread(id, {name, parentThreadId: id === 'T' ? null : 'T'})});
	});
	const before = server.methods.length;
	const readsSince = () => server.methods.slice(before).filter(method => method === 'thread/read').length;
	const listed = async (): Promise<readonly unknown[]> => {
		const answers = await Promise.all(
			guests.flatMap(guest => Array.from({length: 10}, () => guest.call('thread/list', {limit: 50}))),
		);
		return answers.flatMap(({data}) => data as readonly unknown[]);
	};
	expect(await listed()).toHaveLength(30 * 21);
	expect(readsSince()).toBe(21);
	await listed();
	expect(readsSince()).toBe(21);
	name = 'after';
	server.connections.at(-1)?.notify('thread/name/updated', {threadId: 'child-3', threadName: 'after'});
	await guests[0]?.told('thread/name/updated');
	const renamed = await listed();
	expect(renamed.filter(each => (each as {name: string}).name === 'after')).toHaveLength(30);
	expect(readsSince()).toBe(22);
	laterMs = knownForMs;
	expect(await listed()).toEqual(expect.not.arrayContaining([expect.objectContaining({name: 'before'})]));
	expect(readsSince()).toBe(22 + 21);
});

test('a thread that cannot be read is told of by nobody, and what is known is bounded', async () => {
	const reads: string[] = [];
	const descriptions = createDescriptions({nowMs: () => 1}, async threadId => {
		reads.push(threadId);
		throw new Error('no rollout found');
	});
	expect([await descriptions.of('A'), await descriptions.of('A')]).toEqual([undefined, undefined]);
	expect(reads).toEqual(['A']);
	for (let each = 0; each < 2000; each += 1) await descriptions.of(String(each));
	expect(descriptions.size()).toBe(500);
	descriptions.forget();
	expect(descriptions.size()).toBe(0);
});
