/** The text of a thread against a scripted server. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {CommandError} from '../../source/commands/exit-codes.ts';
import {streamText} from '../../source/commands/tail.ts';
import {
	type FakeServer,
	refuse,
	reply,
	serveThread,
	startFakeServer,
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
const said = (text: string, itemId = 'I') => ({type: 'agentMessage', id: itemId, text});
const event = (method: string, params: object) => ({method, params: {threadId: id, ...params}});

describe('the demo', () => {
	test('history first, then each item once when it has ended, until the turn that was seen ends', async () => {
		serveThread(server, id);
		const context = testContext(server.endpoint);
		const done = streamText(context, id);
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
		serveThread(server, id);
		server.on('thread/resume', refuse('the rollout is broken'));
		await expect(streamText(testContext(server.endpoint), id)).rejects.toMatchObject({
			exitCode: 5,
			message: 'the rollout is broken',
		});
	});

	test('nobody is there to give up, so it gives up after a few attempts', async () => {
		serveThread(server, id, {turns: [turn('T1')]});
		const time = createFakeTime();
		const context = testContext(server.endpoint, {environment: time});
		const done = streamText(context, id).catch((error: unknown) => error);
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
