/** The text of a thread against a scripted server. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {CommandError} from '../../source/commands/exit-codes.ts';
import {noOptions, type Options} from '../../source/commands/line/command-line.ts';
import {streamText, tail} from '../../source/commands/tail/tail.ts';
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
	server.on('thread/turns/list', reply({data: []}));
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

describe('tail as text', () => {
	const open = (options: Partial<Options>, more: Parameters<typeof testContext>[1] = {}) => {
		const context = testContext(server.endpoint, {options: {...noOptions, ...options}, ...more});
		return {context, over: tail(context, id)};
	};
	const running = turn('T2', {status: 'inProgress', items: []});
	const asks = (requestId: number | string, method = 'item/commandExecution/requestApproval') => ({
		id: requestId,
		method,
		params: {
			threadId: id,
			turnId: 'T2',
			itemId: 'C',
			command: 'git push',
			cwd: '/app',
			availableDecisions: ['accept'],
		},
	});
	const resolved = (requestId: number | string) => event('serverRequest/resolved', {requestId});

	test('--since now leaves out what is there, and not what comes to its end later', async () => {
		const begun = turn('T2', {status: 'inProgress', items: [said('before')]});
		serveThread(server, id, {turns: [begun, turn('T1')]});
		const {context, over} = open({since: 'now', until: 'idle'});
		await server.taken('thread/resume');
		server.connections[0]?.burst(
			event('item/completed', {turnId: 'T2', item: said('after', 'J')}),
			event('turn/completed', {turn: {id: 'T2', status: 'completed'}}),
		);
		expect(await over).toBe(0);
		expect(context.out()).toMatch(/after/);
		expect(context.out()).not.toMatch(/before|text of T1/);
	});

	test('--since turn begins with the last one, and without a blank line', async () => {
		serveThread(server, id, {turns: [turn('T2'), turn('T1')]});
		const {context, over} = open({until: 'idle'});
		expect(await over).toBe(0);
		expect(context.out()).toMatch(/^ .*agent[\s\S]*text of T2/);
		expect(context.out()).not.toContain('text of T1');
		expect(context.err()).toBe('');
	});

	test('a message that ended while we joined is read again before its turn is closed', async () => {
		serveThread(server, id, {turns: [running]});
		server.on('thread/turns/list', reply({data: [turn('T2', {items: [said('the whole message')]})]}));
		const {context, over} = open({until: 'idle'});
		await server.taken('thread/resume');
		server.connections[0]?.burst(
			event('item/agentMessage/delta', {turnId: 'T2', itemId: 'I', delta: 'e message'}),
			event('turn/completed', {turn: {id: 'T2', status: 'completed'}}),
		);
		expect(await over).toBe(0);
		expect(context.out().match(/the whole message/g)).toHaveLength(1);
		expect(context.out().indexOf('whole')).toBeLessThan(context.out().indexOf('completed'));
	});

	test('a request is said once, however often it is asked; one settled in a gap is no longer asked', async () => {
		serveThread(server, id, {turns: [running]});
		const {context, over} = open({until: 'idle'});
		await server.taken('thread/resume');
		server.connections[0]?.burst(asks(0), asks(1));
		await eventually(() => context.out().includes(' ? 1'));
		expect(context.out()).toContain('git push  (/app)  → jumpseat answer');
		server.on('thread/resume', call =>
			call.connection.burst(
				{id: call.id, result: {thread: thread(id), initialTurnsPage: {data: [running], nextCursor: null}}},
				asks(1),
			),
		);
		server.on('thread/queue/list', reply({data: []}));
		server.connections[0]?.cut();
		await eventually(() => context.out().includes('no longer asked'));
		server.connections[1]?.burst(
			resolved(1),
			event('turn/completed', {turn: {id: 'T2', status: 'completed'}}),
		);
		expect(await over).toBe(0);
		const told = context
			.out()
			.split('\n')
			.filter(line => line.startsWith(' ?'))
			.map(line => line.slice(0, 32));
		expect(told).toEqual([
			' ? 0  command  git push  (/app) ',
			' ? 1  command  git push  (/app) ',
			' ? 0  command  no longer asked',
			' ? 1  command  answered',
		]);
	});

	test('an id that a shell would obey stands in no command', async () => {
		serveThread(server, id, {turns: [running]});
		const {context, over} = open({until: 'idle'});
		await server.taken('thread/resume');
		server.connections[0]?.burst(asks('$(reboot)\u001b[2J'));
		await eventually(() => context.out().includes(' ? '));
		expect(context.out()).not.toMatch(/jumpseat answer|\u001b/);
		server.connections[0]?.burst(event('turn/completed', {turn: {id: 'T2', status: 'completed'}}));
		await over;
	});

	test('one that is for the owner of the thread only is not said to wait for a person', async () => {
		serveThread(server, id, {turns: [running]});
		const {context, over} = open({until: 'idle'});
		await server.taken('thread/resume');
		server.connections[0]?.burst(
			asks(3, 'item/tool/call'),
			event('turn/completed', {turn: {id: 'T2', status: 'completed'}}),
		);
		await over;
		expect(context.out()).not.toContain('?');
	});

	test('after a revert the older turns that its page reaches are not taken for new ones', async () => {
		const begun = turn('T3', {status: 'inProgress'});
		serveThread(server, id, {turns: [begun, turn('T2')], nextCursor: 'c2'});
		const text = open({until: 'idle'});
		const json = open({until: 'idle', json: true});
		await eventually(() => [text, json].every(({context}) => context.out().includes('text of T3')));
		serveThread(server, id, {turns: [turn('T2'), turn('T1')], nextCursor: 'c1'});
		for (const connection of server.connections) connection.burst(event('thread/reverted', {}));
		expect(await Promise.all([text.over, json.over])).toEqual([0, 0]);
		expect(text.context.out()).toContain('reverted');
		expect(text.context.out()).not.toMatch(/text of T[12]/);
		const lines = json.context
			.out()
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line));
		expect(lines.map(({turns, method}) => method ?? turns.map((each: {id: string}) => each.id))).toEqual([
			['T3'],
			'thread/reverted',
			['T1', 'T2'],
		]);
		expect(server.methods).not.toContain('thread/turns/list');
	});
});
