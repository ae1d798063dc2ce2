/** `tail --json`, and what both kinds of `tail` do with a bad server, a bad line and a slow reader. */
import {Writable} from 'node:stream';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {noOptions, type Options} from '../../source/commands/line/command-line.ts';
import {frameLine} from '../../source/commands/tail/frame.ts';
import {matcherOf} from '../../source/commands/tail/glob.ts';
import {tail} from '../../source/commands/tail/tail.ts';
import {
	type FakeServer,
	refuse,
	reply,
	serveThread,
	startFakeServer,
	thread,
	turn,
} from '../app-server/fake-server.ts';
import {eventually} from '../app-server/watcher.ts';
import {testContext} from './make.ts';

let server: FakeServer;
beforeEach(async () => {
	server = await startFakeServer();
	server.on('thread/turns/list', reply({data: []}));
});
afterEach(() => server.stop());

const id = '019a0000-aaaa-7000-8000-000000000001';
const event = (method: string, params: object) => ({method, params: {threadId: id, ...params}});
const started = event('turn/started', {turn: {id: 'T9', status: 'inProgress', items: []}});
const ended = event('turn/completed', {turn: {id: 'T9', status: 'completed'}});

const run = (options: Partial<Options>, more: Parameters<typeof testContext>[1] = {}) => {
	const context = testContext(server.endpoint, {options: {...noOptions, json: true, ...options}, ...more});
	const over = tail(context, id).then(
		code => ({code, message: ''}),
		(error: {exitCode: number; message: string}) => ({code: error.exitCode, message: error.message}),
	);
	return {context, over, lines: () => context.out().split('\n').slice(0, -1)};
};
const parsed = (line: string | undefined) => JSON.parse(line ?? 'null') as {[key: string]: unknown};
const turnIds = (line: string | undefined) =>
	(parsed(line).turns as Array<{id: string}>).map(each => each.id);

describe('frames', () => {
	test('a frame about another thread, or about none, is not of this stream', async () => {
		serveThread(server, id, {turns: [turn('T9', {status: 'inProgress'})]});
		const {over, lines} = run({since: 'now', until: 'idle'});
		await eventually(() => lines().length === 1);
		const mine = event('brand/new', {x: 1});
		server.connections[0]?.burst(
			{method: 'account/rateLimits/updated', params: {}},
			{method: 'item/completed', params: {threadId: 'other'}},
			{method: 'warning'},
			{id: 0, method: 'execCommandApproval', params: {conversationId: id}},
			{method: 'thread/started', params: {thread: {id}}},
			mine,
			ended,
		);
		expect(await over).toMatchObject({code: 0});
		expect(lines().slice(1)).toEqual([
			JSON.stringify({id: 0, method: 'execCommandApproval', params: {conversationId: id}}),
			JSON.stringify({method: 'thread/started', params: {thread: {id}}}),
			JSON.stringify(mine),
			JSON.stringify(ended),
		]);
	});

	test('what comes in one burst with the answer to the join follows the first line', async () => {
		server.on('thread/read', call => call.reply({thread: thread(id)}));
		server.on('thread/resume', call => {
			const initialTurnsPage = {data: [turn('T1', {brandNew: true})], nextCursor: null};
			const result = {thread: thread(id, {status: {type: 'active', activeFlags: []}}), initialTurnsPage};
			call.connection.burst(
				{id: call.id, result},
				started,
				{id: 7, method: 'x/ask', params: {threadId: id}},
				ended,
			);
			call.connection.notify('thread/status/changed', {threadId: id, status: {type: 'idle'}});
		});
		const {over, lines, context} = run({until: 'idle'});
		expect(await over).toMatchObject({code: 0});
		expect(context.err()).toBe('');
		expect(parsed(lines()[0])).toMatchObject({
			jumpseat: 1,
			type: 'jumpseat/hydrated',
			threadId: id,
			server: {version: '0.169.0'},
			waitingFor: null,
			hasOlder: false,
			thread: {id, cwd: '/app'},
			turns: [turn('T1', {brandNew: true})],
		});
		expect(
			lines()
				.slice(1, 4)
				.map(line => parsed(line).method),
		).toEqual(['turn/started', 'x/ask', 'turn/completed']);
	});

	test('a line break between tokens becomes a blank; for a terminal what acts on it is escaped; the value stays', () => {
		const frame = '{"a":\r\n"\u007f\u0085\u202e\u{e0041}\u2028é",\n"b":1}';
		expect(frameLine(frame, 'pipe')).toBe('{"a":  "\u007f\u0085\u202e\u{e0041}\u2028é", "b":1}\n');
		const shown = frameLine(frame, 'terminal');
		expect(shown).toBe('{"a":  "\\u007f\\u0085\\u202e\\udb40\\udc41\\u2028é", "b":1}\n');
		expect(JSON.parse(shown)).toEqual(JSON.parse(frame));
	});

	test.each([
		[[], 'anything', true],
		[['item/*'], 'item/agentMessage/delta', true],
		[['item/*'], 'items', false],
		[['item/*', 'turn/?tarted'], 'turn/started', true],
		[['*delta'], 'item/x/delta', true],
		[['a.c'], 'abc', false],
		[['[a]'], '[a]', true],
		[['turn'], 'turn/started', false],
	])('the globs %j and the method %s: %s', (globs, method, fits) => {
		expect(matcherOf(globs)(method)).toBe(fits);
	});
});

describe('older turns', () => {
	test('--since start reads them all before the first line, the oldest first', async () => {
		serveThread(server, id, {turns: [turn('T5'), turn('T4')], nextCursor: 'c4'});
		server.on('thread/turns/list', call =>
			call.reply(
				call.params.cursor === 'c4'
					? {data: [turn('T3'), turn('T2')], nextCursor: 'c2'}
					: {data: [turn('T1')], nextCursor: null},
			),
		);
		const {over, lines} = run({since: 'start', until: 'idle'});
		expect(await over).toMatchObject({code: 0});
		expect(lines().map(turnIds)).toEqual([['T1', 'T2', 'T3', 'T4', 'T5']]);
		expect(parsed(lines()[0]).hasOlder).toBe(false);
	});

	test('without them the first line says that there are some', async () => {
		serveThread(server, id, {turns: [turn('T5'), turn('T4')], nextCursor: 'c4'});
		const {over, lines} = run({since: 'turn', until: 'idle'});
		expect(await over).toMatchObject({code: 0});
		expect(lines().map(turnIds)).toEqual([['T5']]);
		expect(parsed(lines()[0]).hasOlder).toBe(true);
	});

	test('a page that cannot be read ends it with 1, and nothing on stdout', async () => {
		serveThread(server, id, {turns: [turn('T5')], nextCursor: 'c4'});
		server.on('thread/turns/list', refuse('disk\u001b[31m on fire'));
		const {over, context} = run({since: 'start'});
		expect(await over).toEqual({code: 1, message: 'Older turns could not be read: disk on fire'});
		expect(context.out()).toBe('');
	});

	test('after a gap the pages are read back to the turn that was known last', async () => {
		serveThread(server, id, {turns: [turn('T1', {status: 'inProgress'})]});
		const {over, lines, context} = run({until: 'idle'});
		await eventually(() => lines().length === 1);
		serveThread(server, id, {turns: [turn('T5'), turn('T4')], nextCursor: 'c4'});
		server.on('thread/turns/list', reply({data: [turn('T3'), turn('T2'), turn('T1')], nextCursor: null}));
		server.connections[0]?.cut();
		expect(await over).toMatchObject({code: 0});
		expect(parsed(lines()[1])).toMatchObject({jumpseat: 1, type: 'jumpseat/gap', threadId: id});
		expect(turnIds(lines()[2])).toEqual(['T1', 'T2', 'T3', 'T4', 'T5']);
		expect(context.err()).toMatch(/^The connection is lost, trying again: .*\nThe connection is back\.\n$/);
	});
});

describe('its end', () => {
	test('a time limit alone ends the stream with 0; with --until idle it is a failure', async () => {
		serveThread(server, id, {turns: [turn('T1', {status: 'inProgress'})]});
		expect(await run({timeoutMs: 50}).over).toEqual({code: 0, message: ''});
		expect(await run({timeoutMs: 50, until: 'idle'}).over).toEqual({
			code: 1,
			message: 'Gave up after 0.05 s: a turn still runs.',
		});
	});

	test('a thread that another process owns is not said to be idle, and what is stored comes all the same', async () => {
		server.on('thread/read', reply({thread: thread(id)}));
		server.on('thread/resume', refuse('thread aa11 already has an active writer'));
		server.on('thread/turns/list', reply({data: [turn('T1')], nextCursor: null}));
		const {over, lines} = run({until: 'idle'});
		expect(await over).toEqual({
			code: 4,
			message: expect.stringContaining('whether it works there cannot be known from here'),
		});
		expect(lines().map(line => parsed(line).waitingFor)).toEqual(['ownedElsewhere']);
	});

	test('the end of a turn that was never told is asked for, once the thread works no more', async () => {
		const active = thread(id, {status: {type: 'active', activeFlags: []}});
		server.on('thread/read', reply({thread: active}));
		const running = turn('T1', {status: 'inProgress'});
		server.on('thread/resume', call => {
			call.reply({thread: active, initialTurnsPage: {data: [running], nextCursor: null}});
			call.connection.notify('thread/status/changed', {threadId: id, status: {type: 'idle'}});
		});
		server.on('thread/turns/list', reply({data: [turn('T1')], nextCursor: null}));
		expect(await run({until: 'idle'}).over).toMatchObject({code: 0});
		expect(server.methods).toContain('thread/turns/list');
	});

	test('--events without --json is a mistake, and nothing is asked of the server', () => {
		const context = testContext(server.endpoint, {options: {...noOptions, events: ['*']}});
		expect(() => tail(context, id)).toThrow('say --json as well');
		expect(server.calls).toEqual([]);
	});

	test('a thread that is not there: 3, and nothing on stdout', async () => {
		server.on('thread/read', refuse('thread not found'));
		const {over, context} = run({});
		expect(await over).toMatchObject({code: 3});
		expect(context.out()).toBe('');
	});

	test('a reader that stalls never stops us; far behind, it gets what waits, and 5 says that more is missing', async () => {
		serveThread(server, id, {turns: []});
		let read: (() => void) | undefined;
		let bytes = 0;
		let isStalled = true;
		const stdout = new Writable({
			write(chunk: Buffer, _encoding, done) {
				bytes += chunk.length;
				if (isStalled) read = done;
				else done();
			},
		}) as unknown as NodeJS.WriteStream;
		const {over, context} = run({}, {stdout});
		await eventually(() => read !== undefined);
		const frame = event('x', {text: 'x'.repeat(4 << 20)});
		for (let count = 0; count < 18; count += 1) server.connections[0]?.burst(frame);
		await eventually(() => context.err() !== '');
		expect(context.err()).toBe(
			'Whoever reads this stream is too slow: 64 MB wait for it, and nothing follows them.\n',
		);
		await server.connections[0]?.closed;
		isStalled = false;
		read?.();
		expect(await over).toEqual({code: 5, message: ''});
		// Whole lines only: the first one of ours, and as many frames as it took.
		const size = JSON.stringify(frame).length + 1;
		expect(bytes % size).toBeLessThan(1000);
		expect(bytes).toBeLessThan(18 * size);
	});
});
