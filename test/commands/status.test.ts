/** `status`: its line, its words and its templates as pure functions, and the verb against a scripted server. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {exitCodes} from '../../source/commands/exit-codes.ts';
import {noOptions} from '../../source/commands/line/command-line.ts';
import {fillTemplate} from '../../source/commands/status/format.ts';
import {status} from '../../source/commands/status/status.ts';
import {
	inert,
	summarise,
	summaryLine,
	threadLine,
	wordNames,
	wordsOf,
} from '../../source/commands/status/summary.ts';
import {describeThread} from '../../source/thread/info.ts';
import type {ThreadInfo} from '../../source/thread/state.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {type FakeServer, refuse, reply, startFakeServer, thread} from '../app-server/fake-server.ts';
import {testContext} from './make.ts';

const approval = {type: 'active', activeFlags: ['waitingOnApproval']};
const question = {type: 'active', activeFlags: ['waitingOnUserInput']};
const running = {type: 'active'};
const idle = {type: 'idle'};

const info = (id: string, state: object, more: object = {}): ThreadInfo =>
	describeThread({id, cwd: '/home/me/app', name: `name of ${id}`, status: state as {type: string}, ...more});

const many = [
	info('A', idle, {updatedAt: 9}),
	info('B', running, {updatedAt: 8}),
	info('C', approval, {updatedAt: 1}),
	info('D', question, {updatedAt: 2}),
];

describe('the line', () => {
	test('what needs a person is first, the newest of it by name', () => {
		expect(summaryLine(summarise(many))).toBe('2 waiting: name of D +1 · 1 running · 1 idle');
	});

	test('an error is more urgent than work, and less than a person who waits', () => {
		const failed = info('E', {type: 'systemError'});
		expect(summaryLine(summarise([...many, failed]))).toContain(
			'waiting: name of D +1 · 1 error · 1 running',
		);
		expect(summaryLine(summarise([many[1] ?? failed, failed]))).toBe('1 error: name of E · 1 running');
	});

	test('what merely idles has no name, and nothing live is nothing at all', () => {
		expect(summaryLine(summarise([info('A', idle), info('B', idle)]))).toBe('2 idle');
		expect(summaryLine(summarise([]))).toBe('');
	});

	test('one thread says what it waits for', () => {
		expect(threadLine(info('A', approval))).toBe('waiting for approval: name of A');
		expect(threadLine(info('A', question))).toBe('waiting for answer: name of A');
		expect(threadLine(info('A', {type: 'notLoaded'}))).toBe('stored: name of A');
	});
});

describe('words of the server', () => {
	test.each([
		'#(touch /tmp/pwned)',
		'##(touch /tmp/pwned)',
		'#[fg=red]',
		'#{pane_pid}',
		'#H',
		'%F{red}',
		'$(id)',
		'`id`',
		'a\\nb',
		'\u001B[31m#(x)',
		'C#',
	])('%s can neither style nor run anything, whatever stands behind it', name => {
		expect(`${inert(name)}(x)`).not.toMatch(/[#%$](?=[^\d ])|[`\\\u0000-\u001F]/);
	});

	test('what nothing expands stays as it is', () => {
		expect(inert('fix #123 for 5 % of it, it costs 5 $ each')).toBe(
			'fix #123 for 5 % of it, it costs 5 $ each',
		);
	});

	test('a title is one line of bounded width', () => {
		const {title} = wordsOf(summarise([info('A', idle, {name: `${'日'.repeat(80)}\nmore`})]), undefined);
		expect(title).toBe(`${'日'.repeat(24)} …`);
	});
});

describe('templates', () => {
	const words = wordsOf(summarise(many), '/home/me');
	const none = wordsOf(summarise([]), '/home/me');

	test('every word has its value', () => {
		expect(fillTemplate(wordNames.map(name => `{${name}}`).join('|'), words)).toBe(
			'2|0|1|1|4|1|name of D|waiting|answer|?|D|~/app',
		);
		expect(fillTemplate(wordNames.map(name => `{${name}}`).join('|'), none)).toBe('0|0|0|0|0|0||||||');
	});

	test('a group is left out where its word is empty or 0', () => {
		const template = '{waiting?{waiting} wait{more? and {more}}{title?: {title}}}';
		expect(fillTemplate('{waiting?[{waiting}: {title}] }{error?!}{idle}', words)).toBe('[2: name of D] 1');
		expect(fillTemplate('{waiting?[{waiting}: {title}] }{error?!}{idle}', none)).toBe('0');
		expect(fillTemplate(template, words)).toBe('2 wait and 1: name of D');
		expect(fillTemplate(template, none)).toBe('');
	});

	test('styles of a bar and doubled braces pass through', () => {
		expect(fillTemplate('#[fg=red]{waiting}#[default] %F{{red}} {{x}}', words)).toBe(
			'#[fg=red]2#[default] %F{red} {x}',
		);
	});

	test.each(['{', '{title', '{title?x', '{waiting?{title}'])('%s is an error', template => {
		expect(() => fillTemplate(template, words)).toThrow(expect.objectContaining({exitCode: exitCodes.usage}));
	});

	test.each(['{wating}', '{}', '{wating?x}', '{waiting?{titel}}', '{error?{titel}}'])(
		'%s is an error that lists the words',
		template => {
			expect(() => fillTemplate(template, words)).toThrow(
				expect.objectContaining({
					exitCode: exitCodes.usage,
					message: expect.stringContaining('waiting, error'),
				}),
			);
		},
	);
});

describe('the verb', () => {
	let server: FakeServer;
	beforeEach(async () => {
		server = await startFakeServer();
		server.on('thread/list', reply({data: []}));
	});
	afterEach(() => server.stop());

	const live = (threads: ReadonlyArray<ReturnType<typeof thread>>): void => {
		server.on('thread/loaded/list', reply({data: threads.map(({id}) => id)}));
		server.on('thread/read', call => {
			const found = threads.find(({id}) => id === call.params.threadId);
			if (found === undefined) call.refuse('thread not found');
			else call.reply({thread: found});
		});
	};
	const run = async (options: Partial<typeof noOptions> = {}, wanted?: string) => {
		const context = testContext(server.endpoint, {options: {...noOptions, ...options}});
		const code = await status(context, wanted);
		return {code, out: context.out(), err: context.err()};
	};

	test('one line from one connection; helpers and sub-agents do not count; nothing is joined', async () => {
		live([
			thread('A', {name: 'login', status: approval}),
			thread('B', {ephemeral: true}),
			thread('C', {parentThreadId: 'A', status: running}),
			thread('D'),
		]);
		expect(await run()).toEqual({code: 0, out: '1 waiting: login · 1 idle\n', err: ''});
		expect(server.connections).toHaveLength(1);
		expect(new Set(server.methods)).toEqual(
			new Set(['initialize', 'initialized', 'thread/loaded/list', 'thread/read']),
		);
	});

	test('nothing live is an empty line', async () => {
		live([]);
		expect(await run()).toEqual({code: 0, out: '\n', err: ''});
	});

	test('a template is filled, on one line and without blanks at its end', async () => {
		live([thread('A', {name: 'login', status: running})]);
		expect((await run({format: '{symbol} {title}\nin {cwd} {needs} '})).out).toBe('● login in /app\n');
	});

	test('--json is one object with the raw words', async () => {
		live([thread('A', {name: 'evil #(x)', status: running})]);
		expect(JSON.parse((await run({json: true})).out)).toMatchObject({
			jumpseat: 1,
			type: 'jumpseat/status',
			waiting: 0,
			running: 1,
			live: 1,
			thread: {id: 'A', title: 'evil #(x)', status: 'active'},
		});
	});

	test('of one thread that was named', async () => {
		live([]);
		server.on('thread/list', reply({data: [thread('A', {name: 'login'}), thread('B', {name: 'docs'})]}));
		expect((await run({}, 'docs')).out).toBe('idle: docs\n');
		expect((await run({format: '{live} {id}'}, 'docs')).out).toBe('1 B\n');
		await expect(run({}, 'nobody')).rejects.toMatchObject({exitCode: exitCodes.notThere});
	});

	test('--format and --json exclude each other; a format of the settings stands aside', async () => {
		server.on('thread/loaded/list', reply({data: []}));
		const both = testContext(server.endpoint, {
			options: {...noOptions, json: true, format: '{title}'},
			given: {json: true, format: '{title}'},
		});
		await expect(status(both, undefined)).rejects.toMatchObject({exitCode: 2});
		expect(await status({...both, given: {json: true}}, undefined)).toBe(0);
		expect(both.out()).toMatch(/^\{"jumpseat":1,"type":"jumpseat\/status"/);
	});

	test('a template that is wrong is a usage error, also without a server', async () => {
		const context = testContext(parseEndpoint('unix:///nowhere/at/all.sock'), {
			options: {...noOptions, format: '{x}'},
		});
		await expect(status(context, undefined)).rejects.toMatchObject({exitCode: exitCodes.usage});
	});

	test('a refusal leaves stdout empty and the connection closed', async () => {
		server.on('thread/loaded/list', refuse('no'));
		const context = testContext(server.endpoint);
		await expect(status(context, undefined)).rejects.toThrow('no');
		expect(context.out()).toBe('');
		await server.connections[0]?.closed;
	});
});
