/** `requests` and `answer` before a server that does what the real one cannot be made to do, at the right moment. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {Context} from '../../source/commands/context.ts';
import {noOptions, type Options} from '../../source/commands/line/command-line.ts';
import {answer} from '../../source/commands/requests/answer.ts';
import {requests} from '../../source/commands/requests/requests.ts';
import {
	type Call,
	type FakeServer,
	refuse,
	reply,
	startFakeServer,
	thread,
	turn,
} from '../app-server/fake-server.ts';
import {realTime} from '../app-server/watcher.ts';
import {command, methods, type Params, question, questions} from '../asks/make.ts';
import {testContext} from './make.ts';

type Asked = {readonly id: number | string; readonly method: string; readonly params: Params};

let server: FakeServer;
beforeEach(async () => {
	server = await startFakeServer();
	server.on('thread/queue/list', reply({data: [], nextCursor: null}));
});
afterEach(() => server.stop());

const uuid = '01a00000-0000-7000-8000-000000000001';
const waiting = {type: 'active', activeFlags: ['waitingOnApproval']};
const running = turn('T', {status: 'inProgress', items: []});

const commandAsk = (id: number | string, over: Params = {}): Asked => ({
	id,
	method: methods.command,
	params: command({threadId: uuid, ...over}),
});
const fileAsk = (id: number): Asked => ({
	id,
	method: methods.fileChange,
	params: {threadId: uuid, turnId: 'T', itemId: 'i', reason: null, grantRoot: null},
});

/** A live thread whose pending requests come right behind the answer to a join. */
const serve = (...pending: readonly Asked[]): void => {
	const row = thread(uuid, {status: pending.length === 0 ? {type: 'idle'} : waiting});
	server.on('thread/read', reply({thread: row}));
	server.on('thread/list', reply({data: [row]}));
	server.on('thread/resume', call =>
		call.connection.burst(
			{id: call.id, result: {thread: row, model: 'm', initialTurnsPage: {data: [running], nextCursor: null}}},
			...pending,
		),
	);
};

const context = (options: Partial<Options> = {}, more: Partial<Context> = {}) =>
	testContext(server.endpoint, {observe: false, options: {...noOptions, ...options}, ...more});

/** What has left as an answer, of any kind. */
const answers = (): readonly unknown[] =>
	server.calls.map(call => call.frame).filter(frame => !('method' in frame));

/** Does this once our answer is there. */
const whenAnswered = (react: (call: Call) => void): void => server.on('undefined', react);

const item = (status: string): Params => ({
	threadId: uuid,
	turnId: 'T',
	item: {type: 'commandExecution', id: 'i', command: 'x', status},
});
const resolve = (call: Call, id: number | string): void =>
	call.connection.notify('serverRequest/resolved', {threadId: uuid, requestId: id});

const failure = async (ran: Promise<number>) => {
	const error = await ran.then(
		code => ({exitCode: code, message: 'no failure'}),
		(caught: unknown) => caught,
	);
	return error as {exitCode: number; message: string; more?: readonly string[]};
};

/** Timers that wait a hundredth of what they are told to. */
const hurried: Context['environment'] = {
	...realTime,
	later: (delayMs, task) => realTime.later(delayMs / 100, task),
};

describe('requests', () => {
	test('prints nothing when nothing is pending', async () => {
		serve();
		const seat = context();
		expect(await requests(seat, undefined)).toBe(0);
		expect(seat.out()).toBe('');
		expect(seat.err()).toBe('Nothing waits for a person.\n');
	});

	test('prints the oldest first, whatever their ids, and tells what is not for us', async () => {
		serve(
			commandAsk('b', {startedAtMs: 2000, command: 'second'}),
			commandAsk(7, {startedAtMs: 1000, command: 'first'}),
			{id: 1, method: 'item/tool/call', params: {threadId: uuid, turnId: 'T'}},
		);
		const seat = context();
		expect(await requests(seat, uuid)).toBe(0);
		const heads = seat
			.out()
			.split('\n')
			.filter(line => /^\S/.test(line));
		expect(heads.map(line => line.split('  ')[0])).toEqual(['7', 'b', '1']);
		expect(seat.out()).toContain('It is for the program that owns the thread');
		expect(seat.out()).toContain('nobody answers it from here');

		const json = context({json: true});
		await requests(json, uuid);
		const lines = json
			.out()
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line) as {id: unknown; choices: unknown[]});
		expect(lines.map(({id, choices}) => [id, choices.length])).toEqual([
			[7, 3],
			['b', 3],
			[1, 0],
		]);
		expect(answers()).toEqual([]);
	});

	test('makes hostile text visible, whole, and obeys none of it', async () => {
		const evil = `rm -rf \u202E/\u001B[2J${' '.repeat(200)}; echo\u009Bx\ny${'z'.repeat(400)}end`;
		serve(commandAsk(0, {command: evil, reason: evil, cwd: evil}), {
			id: 1,
			method: methods.question,
			params: {threadId: uuid, turnId: 'T', ...questions(question({id: evil, question: evil, header: evil}))},
		});
		for (const json of [false, true]) {
			const seat = context({json});
			expect(await requests(seat, uuid)).toBe(0);
			expect(seat.out()).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
			expect(seat.out()).toContain(`${'z'.repeat(400)}end`);
			if (json)
				expect(JSON.parse(seat.out().split('\n')[0] ?? '')).toMatchObject({command: evil, reason: evil});
			else expect(seat.out()).toContain('‹U+202E›');
		}
	});

	test('says so when the server waits for a person and tells not for what', async () => {
		serve();
		const row = thread(uuid, {status: waiting});
		server.on('thread/read', reply({thread: row}));
		server.on('thread/resume', reply({thread: row, initialTurnsPage: {data: [running], nextCursor: null}}));
		expect(await failure(requests(context({}, {environment: hurried}), uuid))).toMatchObject({
			exitCode: 1,
			message: expect.stringContaining('has not said for what'),
		});
	});

	test('waits for a request that comes late, where the server has said that there is one', async () => {
		const row = thread(uuid, {status: waiting});
		server.on('thread/read', reply({thread: row}));
		server.on('thread/resume', reply({thread: row, initialTurnsPage: {data: [running], nextCursor: null}}));
		server.on('thread/queue/list', call => {
			call.reply({data: [], nextCursor: null});
			call.connection.burst(commandAsk(3));
		});
		const seat = context();
		expect(await requests(seat, uuid)).toBe(0);
		expect(seat.out()).toMatch(/^3 {2}command/);
	});

	test('tells nothing of a thread that nobody has open, and refuses one that another process owns', async () => {
		serve();
		server.on('thread/read', reply({thread: thread(uuid, {status: {type: 'notLoaded'}})}));
		server.on('thread/turns/list', reply({data: []}));
		const seat = context();
		expect(await requests(seat, uuid)).toBe(0);
		expect(seat.out()).toBe('');
		expect(seat.err()).toMatch(/^Nobody has the thread open[^\n]+\n$/);
		expect(server.methods).not.toContain('thread/resume');
		expect(await failure(answer(context(), [uuid, 'only', 'accept']))).toMatchObject({exitCode: 4});

		server.on('thread/read', reply({thread: thread(uuid)}));
		server.on('thread/resume', refuse('thread already has an active writer'));
		expect(await failure(requests(context(), uuid))).toMatchObject({
			exitCode: 4,
			message: expect.stringContaining('Another process owns'),
		});
	});
});

describe('answer', () => {
	test('sends one answer, and says so once the server has settled it', async () => {
		serve(commandAsk(0));
		whenAnswered(call => {
			resolve(call, 0);
			call.connection.notify('item/completed', item('completed'));
		});
		const seat = context();
		expect(await answer(seat, ['accept'])).toBe(0);
		expect(seat.out()).toBe('Answered 0: accept (runs it once).\n');
		expect(answers()).toEqual([{id: 0, result: {decision: 'accept'}}]);
		expect(server.methods.at(-1)).toBe('thread/unsubscribe');
	});

	test('waits for the end of the item no longer than it must', async () => {
		serve(commandAsk(0));
		whenAnswered(call => resolve(call, 0));
		expect(await answer(context({json: true}, {environment: hurried}), ['accept'])).toBe(0);
	});

	test('says that somebody else was first when the item tells so, be it a moment later', async () => {
		serve(commandAsk(0));
		whenAnswered(answered => {
			server.on('thread/queue/list', call => {
				call.reply({data: [], nextCursor: null});
				call.connection.notify('item/completed', item('declined'));
			});
			resolve(answered, 0);
		});
		const seat = context();
		expect(await failure(answer(seat, ['accept']))).toMatchObject({
			exitCode: 4,
			message: 'Request 0 was already answered elsewhere: somebody else was first.',
		});
		expect(seat.out()).toBe('');
	});

	test('knows nothing when the server says nothing, or the connection is lost, and sends nothing again', async () => {
		serve(commandAsk(0));
		const silent = context({}, {environment: hurried});
		expect(await failure(answer(silent, ['accept']))).toMatchObject({
			exitCode: 5,
			message: expect.stringMatching(/has not settled request 0 within 10 s\. .*not known/),
		});
		whenAnswered(call => call.connection.cut());
		const cut = context();
		expect(await failure(answer(cut, ['accept']))).toMatchObject({
			exitCode: 5,
			message: expect.stringMatching(/connection was lost .* not known/),
		});
		expect(answers()).toHaveLength(2);
		expect(silent.out() + cut.out()).toBe('');
	});

	test('is no answer any more when the turn was interrupted first, but ends a turn itself as cancel', async () => {
		for (const [word, exitCode, message] of [
			['accept', 4, /needs no answer any more: its turn is over/],
			['decline', 4, /needs no answer any more: its turn is over/],
			['cancel', 0, /no failure/],
		] as const) {
			serve(commandAsk(3));
			whenAnswered(call => {
				call.connection.notify('turn/completed', {threadId: uuid, turn: turn('T', {status: 'interrupted'})});
				resolve(call, 3);
			});
			const seat = context();
			const ran = await failure(answer(seat, ['3', word]));
			expect(ran).toMatchObject({exitCode, message: expect.stringMatching(message)});
			expect(seat.out() === '').toBe(exitCode === 4);
		}
	});

	test('looks again when the connection is lost before it answers', async () => {
		serve(commandAsk(0));
		let joins = 0;
		server.on('thread/queue/list', call => {
			joins += 1;
			if (joins === 1) call.connection.cut();
			else call.reply({data: [], nextCursor: null});
		});
		whenAnswered(call => resolve(call, 0));
		const seat = context({}, {environment: hurried});
		expect(await answer(seat, ['accept'])).toBe(0);
		expect(server.connections).toHaveLength(2);
		expect(answers()).toHaveLength(1);
	});

	test('says after an interrupt that the answer had left', async () => {
		serve(commandAsk(0));
		whenAnswered(() => process.emit('SIGINT', 'SIGINT'));
		const seat = context();
		expect(await failure(answer(seat, ['accept']))).toMatchObject({
			exitCode: 130,
			message: 'The answer to request 0 was sent; whether it counts is not known.',
		});
		expect(seat.out()).toBe('');
	});

	test('accepts nothing that nobody here has seen, unless that is said; declining needs no reader', async () => {
		serve(fileAsk(0));
		const blind = await failure(answer(context(), ['accept']));
		expect(blind).toMatchObject({exitCode: 4, message: expect.stringContaining('--unseen')});
		expect(answers()).toEqual([]);
		whenAnswered(call => resolve(call, 0));
		expect(await answer(context({unseen: true}, {environment: hurried}), ['accept'])).toBe(0);
		expect(await answer(context({}, {environment: hurried}), ['decline'])).toBe(0);
		expect(answers()).toEqual([
			{id: 0, result: {decision: 'accept'}},
			{id: 0, result: {decision: 'decline'}},
		]);
		const seat = context();
		await requests(seat, undefined);
		expect(seat.out()).toContain('accept              writes these changes, only with --unseen');
	});

	test('tells numbers from words, and refuses an id that is both', async () => {
		serve(
			commandAsk(3, {startedAtMs: 1}),
			commandAsk('3', {startedAtMs: 2}),
			commandAsk('x', {startedAtMs: 3}),
		);
		expect(await failure(answer(context(), ['3', 'accept']))).toMatchObject({
			exitCode: 2,
			message: '"3" is the id of several requests:',
			more: [expect.stringMatching(/^ {2}3 /), expect.stringMatching(/^ {2}3 /)],
		});
		whenAnswered(call => resolve(call, 'x'));
		expect(await answer(context({}, {environment: hurried}), ['x', 'decline'])).toBe(0);
		expect(answers()).toEqual([{id: 'x', result: {decision: 'decline'}}]);
	});

	test('gives a second offer of a kind a word of its own', async () => {
		const always = (...words: readonly string[]) => ({
			acceptWithExecpolicyAmendment: {execpolicy_amendment: words},
		});
		serve(commandAsk(0, {availableDecisions: ['accept', always('git'), always('git', 'push')]}));
		whenAnswered(call => resolve(call, 0));
		expect(await answer(context({}, {environment: hurried}), ['always-allow-2'])).toBe(0);
		expect(answers()).toEqual([{id: 0, result: {decision: always('git', 'push')}}]);
	});

	test('leaves to others what is for them, and does not count it', async () => {
		const owners = {id: 9, method: 'item/tool/call', params: {threadId: uuid, turnId: 'T'}};
		serve(owners);
		expect(await failure(answer(context(), ['accept']))).toMatchObject({exitCode: 4});
		expect(await failure(answer(context(), ['9', 'accept']))).toMatchObject({exitCode: 4});
		serve(owners, commandAsk(0));
		whenAnswered(call => resolve(call, 0));
		expect(await answer(context({}, {environment: hurried}), ['accept'])).toBe(0);
		expect(answers()).toEqual([{id: 0, result: {decision: 'accept'}}]);
	});

	test('does not answer what is settled while it looks', async () => {
		serve(commandAsk(0));
		server.on('thread/queue/list', call => {
			resolve(call, 0);
			call.connection.notify('thread/status/changed', {
				threadId: uuid,
				status: {type: 'active', activeFlags: []},
			});
			call.reply({data: [], nextCursor: null});
		});
		expect(await failure(answer(context(), ['0', 'accept']))).toMatchObject({
			exitCode: 4,
			message: expect.stringContaining('Request 0 is not open'),
		});
		expect(answers()).toEqual([]);
	});

	test('connects to nothing when it may not answer, or is told nonsense', async () => {
		serve(commandAsk(0));
		expect(await failure(answer(context({}, {observe: true}), ['accept']))).toMatchObject({exitCode: 4});
		expect(await failure(answer(context(), ['yes']))).toMatchObject({exitCode: 2});
		const terminal = {isTTY: true} as NodeJS.ReadStream;
		const fields = [['key', '-']] as const;
		expect(await failure(answer(context({fields}, {stdin: terminal}), ['send']))).toMatchObject({
			exitCode: 2,
			message: expect.stringContaining('a terminal'),
		});
		expect(server.connections).toEqual([]);
	});

	test('is refused with a wrong token', async () => {
		server.door(401);
		expect(await failure(answer(context(), ['accept']))).toMatchObject({code: 'unauthorised'});
		expect(await failure(requests(context(), undefined))).toMatchObject({code: 'unauthorised'});
	});
});
