/** `ls`: its table, what notifications do to the list, its picture in a terminal, and the verb against a scripted server. */
import {Writable} from 'node:stream';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {noOptions} from '../../source/commands/line/command-line.ts';
import {afterNotice, changesBetween} from '../../source/commands/ls/changes.ts';
import {createLiveLines} from '../../source/commands/ls/live-lines.ts';
import {ls} from '../../source/commands/ls/ls.ts';
import {tableLines} from '../../source/commands/ls/table.ts';
import {describeThread} from '../../source/thread/info.ts';
import type {ThreadInfo} from '../../source/thread/state.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {textWidth} from '../../source/view/width.ts';
import {type FakeServer, refuse, reply, startFakeServer, thread} from '../app-server/fake-server.ts';
import {createFakeTime, eventually} from '../app-server/watcher.ts';
import {testContext} from './make.ts';

let server: FakeServer;
beforeEach(async () => {
	server = await startFakeServer();
	server.on('thread/loaded/list', reply({data: []}));
	server.on('thread/list', reply({data: []}));
});
afterEach(() => server.stop());

const setLater = (ms: number, task: () => void) => {
	const timer = setTimeout(task, ms);
	return () => clearTimeout(timer);
};

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
			jumpseat: 1,
			type: 'jumpseat/thread',
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

describe('the table in a terminal', () => {
	const waiting = {type: 'active', activeFlags: ['waitingOnApproval']};
	const threads = ['日本語の題'.repeat(30), 'short', `\u001B[31m${'x'.repeat(300)}`].map((name, index) =>
		describeThread({
			id: `019a0000-aaaa-7000-8000-00000000000${index}`,
			name,
			cwd: '/home/me/some/where',
			status: index === 0 ? waiting : {type: 'idle'},
			updatedAt: 1_700_000_000,
		}),
	);

	test.each([20, 40, 59, 60, 80, 109, 110, 200])('no line is wider than %i columns', columns => {
		const lines = tableLines(threads, {nowMs: 1_700_000_100_000, home: '/home/me', columns});
		expect(lines).toHaveLength(3);
		for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
	});

	test('who waits and what it is about are there in 40 columns', () => {
		const [first = '', second = ''] = tableLines(threads, {nowMs: 0, home: undefined, columns: 40});
		expect(first).toMatch(/^waits {2}019a0000-aaaa {2}日本.*…$/);
		expect(second).toBe('idle   019a0000-aaaa  short');
	});

	test('in a pipe nothing is cut', () => {
		const lines = tableLines(threads, {nowMs: 0, home: undefined, columns: undefined});
		expect(lines[0]).toContain('日本語の題'.repeat(30));
	});
});

describe('notifications', () => {
	const known = (id: string, more: object = {}): ThreadInfo =>
		describeThread({id, name: `name of ${id}`, cwd: '/app', status: {type: 'idle'}, ...more});
	const list = [known('A'), known('B')];
	const notice = (method: string, params: object) => ({method, params: params as never, atMs: 5000});

	test.each([
		['thread/status/changed', {status: {type: 'active'}}, {status: {kind: 'active', waitingOn: 'nobody'}}],
		['thread/closed', {}, {status: {kind: 'notLoaded'}}],
		['thread/name/updated', {threadName: 'new'}, {name: 'new'}],
		['thread/name/updated', {}, {name: undefined}],
	])('%s changes that thread and no other', (method, params, expected) => {
		const {threads} = afterNotice(list, notice(method, {threadId: 'B', ...params}));
		expect(threads[1]).toEqual({...list[1], updatedAtMs: 5000, ...expected});
		expect(threads[0]).toBe(list[0]);
	});

	test('a new thread comes on top; a change of an unknown one is news', () => {
		const started = afterNotice(list, notice('thread/started', {thread: {id: 'C', status: {type: 'idle'}}}));
		expect(started.threads.map(({id}) => id)).toEqual(['C', 'A', 'B']);
		const status = {threadId: 'X', status: {type: 'idle'}};
		expect(afterNotice(list, notice('thread/status/changed', status))).toEqual({threads: list, isNews: true});
	});

	test('a thread whose title is not known yet is news', () => {
		const nameless = [known('A', {name: null})];
		const status = {threadId: 'A', status: {type: 'active'}};
		expect(afterNotice(nameless, notice('thread/status/changed', status)).isNews).toBe(true);
	});

	test('what is about something else, or makes no sense, changes nothing', () => {
		for (const [method, params] of [
			['turn/started', {threadId: 'A'}],
			['thread/started', {}],
			['thread/closed', {threadId: 7}],
			['thread/status/changed', {}],
		] as const) {
			expect(afterNotice(list, notice(method, params))).toEqual({threads: list, isNews: false});
		}
	});

	test('changes are what a script would see, not the age', () => {
		const [first = known('A'), second = known('B')] = list;
		expect(changesBetween(undefined, list).map(({change}) => change)).toEqual(['listed', 'listed']);
		expect(changesBetween(list, [{...second, updatedAtMs: 9}, first])).toEqual([]);
		const after = [known('C'), {...first, name: 'new'}];
		expect(changesBetween(list, after).map(({change, info}) => [change, info.id])).toEqual([
			['started', 'C'],
			['changed', 'A'],
		]);
	});
});

describe('lines drawn in place', () => {
	const draw = (rows: number) => {
		const written: string[] = [];
		return {written, lines: createLiveLines({write: text => written.push(text), rows: () => rows})};
	};

	test('the same lines are not written again, others in one write over the old ones', () => {
		const {written, lines} = draw(10);
		lines.draw(['a', 'b']);
		lines.draw(['a', 'b']);
		lines.draw(['c']);
		expect(written).toEqual(['\ra\u001B[K\nb\u001B[K\n\u001B[J', '\u001B[2A\rc\u001B[K\n\u001B[J']);
	});

	test('never more than the terminal shows', () => {
		const {written, lines} = draw(4);
		lines.draw(['a', 'b', 'c', 'd', 'e']);
		expect(written.join('').match(/\n/g)).toHaveLength(3);
		expect(written.join('')).toContain('… 3 more');
	});
});

describe('ls --watch', () => {
	const watch = (json: 'json' | 'text') => {
		const context = testContext(server.endpoint, {
			options: {...noOptions, watch: true, json: json === 'json'},
		});
		const end = ls(context).then(
			() => undefined,
			(error: unknown) => error,
		);
		return {context, end};
	};

	test('each change is an object, over a lost connection too; nothing is joined; Ctrl+C is 130', async () => {
		server.on('thread/list', reply({data: [thread('A', {name: 'login'}), thread('B', {name: 'docs'})]}));
		const {context, end} = watch('json');
		const types = () =>
			context
				.out()
				.split('\n')
				.filter(line => line !== '')
				.map(line => JSON.parse(line) as {type: string; thread?: {id: string; status: string}})
				.map(({type, thread: told}) => [type.replace('jumpseat/', ''), told?.id, told?.status]);
		await eventually(() => types().length === 2);
		server.connections[0]?.burst(
			{method: 'thread/status/changed', params: {threadId: 'B', status: {type: 'active'}}},
			{method: 'thread/status/changed', params: {threadId: 'B', status: {type: 'active'}}},
			{method: 'thread/closed', params: {threadId: 'A'}},
		);
		await eventually(() => types().length === 4);
		server.on('thread/list', reply({data: [thread('A', {name: 'login'}), thread('C', {name: 'new'})]}));
		server.connections[0]?.cut();
		await eventually(() => types().length === 8);
		expect(types()).toEqual([
			['listed', 'A', 'idle'],
			['listed', 'B', 'idle'],
			['changed', 'B', 'active'],
			['changed', 'A', 'notLoaded'],
			['lost', undefined, undefined],
			['back', undefined, undefined],
			['changed', 'A', 'idle'],
			['started', 'C', 'idle'],
		]);
		process.emit('SIGINT', 'SIGINT');
		expect(await end).toMatchObject({exitCode: 130, message: ''});
		expect(server.methods.filter(method => method.startsWith('thread/'))).not.toContain('thread/resume');
		expect(context.err()).toBe('');
	});

	test('in a pipe the table comes first, and then a line for each change', async () => {
		server.on('thread/list', reply({data: [thread('A', {name: 'login'})]}));
		const {context, end} = watch('text');
		await eventually(() => context.out().includes('\n'));
		server.connections[0]?.notify('thread/name/updated', {threadId: 'A', threadName: 'evil\u001B[31m'});
		await eventually(() => context.out().split('\n').length === 3);
		const [first, second] = context.out().split('\n');
		expect(first).toMatch(/^idle {2}A .*login$/);
		expect(second).toMatch(/^\d\d:\d\d {2}idle {2}A {2}evil$/);
		process.emit('SIGTERM', 'SIGTERM');
		expect(await end).toMatchObject({exitCode: 143});
	});

	test('a reader that stalls is given up once too much waits for it, and reading goes on until then', async () => {
		server.on('thread/list', reply({data: [thread('A', {name: 'login'})]}));
		const stalled = new Writable({write() {}}) as unknown as NodeJS.WriteStream;
		const context = testContext(server.endpoint, {
			options: {...noOptions, watch: true, json: true},
			stdout: stalled,
		});
		const end = ls(context).catch((error: unknown) => error);
		await eventually(() => stalled.writableLength > 0);
		for (let count = 0; count < 17; count += 1) {
			const threadName = String(count).padEnd(2_000_000, 'x');
			server.connections[0]?.notify('thread/name/updated', {threadId: 'A', threadName});
		}
		expect(await end).toMatchObject({exitCode: 5, message: expect.stringContaining('too slow: 64 MB wait')});
	});

	test('a server that stays away is given up', async () => {
		const time = createFakeTime();
		const context = testContext(server.endpoint, {
			environment: time,
			options: {...noOptions, watch: true},
		});
		let error: unknown;
		void ls(context).catch((thrown: unknown) => {
			error = thrown;
		});
		await server.taken('thread/list');
		server.door(503);
		server.connections[0]?.cut();
		while (error === undefined) {
			time.advance(10_000);
			await new Promise(resolve => setImmediate(resolve));
		}
		expect(error).toMatchObject({exitCode: 5, message: expect.stringContaining('Gave up after 30 s')});
		expect(context.err()).toMatch(/^Lost the server, trying again: .*\n$/);
	});
});
