/** The text of `send`, and what becomes of a message on a server that does what the real one cannot be made to do. */
import {Readable} from 'node:stream';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {noOptions} from '../../source/commands/line/command-line.ts';
import {messageText} from '../../source/commands/turns/message-text.ts';
import {send} from '../../source/commands/turns/send.ts';
import {
	type FakeServer,
	reply,
	serveThread,
	startFakeServer,
	thread,
	turn,
} from '../app-server/fake-server.ts';
import {createFakeTime} from '../app-server/watcher.ts';
import {testContext} from './make.ts';

describe('the text', () => {
	const stdin = (...chunks: ReadonlyArray<string | Uint8Array>) =>
		Readable.from(chunks.map(chunk => Buffer.from(chunk)));

	test('a word is taken as it is, without what a terminal would obey', async () => {
		expect(await messageText('/quit is a word\n', stdin())).toBe('/quit is a word\n');
		expect(await messageText('\u001B[31mred\u0007', stdin())).toBe('red');
		expect(await messageText('--', stdin('x'))).toBe('--');
	});

	test('standard input is read whole, characters across chunks too; one line break at its end goes', async () => {
		const [left, right] = [Buffer.from('日').subarray(0, 1), Buffer.from('日').subarray(1)];
		expect(await messageText('-', stdin('a\r\n', left, right, '\n\n'))).toBe('a\n日\n');
		expect(await messageText('-', stdin('\uFEFFa'))).toBe('a');
	});

	test.each([
		['', [], 'The text is empty.'],
		[' \n\t', [], 'The text is empty.'],
		['\u001B[0m', [], 'The text is empty.'],
		['-', [], 'Standard input held no text: nothing was sent.'],
		['-', ['\n'], 'Standard input held no text: nothing was sent.'],
		['-', [Uint8Array.of(0x61, 0xff)], 'Standard input is not UTF-8: nothing was sent.'],
	])('%j with %j is refused', async (word, chunks, message) => {
		await expect(messageText(word, stdin(...chunks))).rejects.toMatchObject({exitCode: 2, message});
	});

	test('the limit is the server’s, in characters; what is far beyond it is not read to its end', async () => {
		const most = '😀'.repeat(1_048_576);
		expect(await messageText('-', stdin(most, '\n'))).toBe(most);
		await expect(messageText('-', stdin(most, 'x'))).rejects.toMatchObject({exitCode: 2});
		await expect(messageText(`${most}x`, stdin())).rejects.toMatchObject({
			message: 'The text is longer than 1,048,576 characters, the most that the server takes.',
		});
		let chunks = 0;
		const endless = new Readable({
			read() {
				chunks += 1;
				this.push(Buffer.alloc(65_536, 0x61));
			},
		});
		await expect(messageText('-', endless)).rejects.toMatchObject({
			message: 'Standard input is longer than 1,048,576 characters, the most that the server takes.',
		});
		expect(chunks).toBeLessThan(100);
	});
});

describe('delivery', () => {
	let server: FakeServer;
	beforeEach(async () => {
		server = await startFakeServer();
		serveThread(server, 'aa11');
		server.on('thread/list', reply({data: [thread('aa11')], nextCursor: null}));
		server.on('thread/turns/list', reply({data: [turn('T1')], nextCursor: null}));
		server.on('thread/queue/list', reply({data: [], nextCursor: null}));
	});
	afterEach(() => server.stop());
	const context = (options: Partial<typeof noOptions> = {}, more: Parameters<typeof testContext>[1] = {}) =>
		testContext(server.endpoint, {observe: false, name: 'Ada', options: {...noOptions, ...options}, ...more});

	test('it goes with threadId, input and the signed id, and nothing else', async () => {
		server.on('turn/start', reply({turn: turn('T2', {status: 'inProgress'})}));
		expect(await send(context(), ['aa11', '/model x'])).toBe(0);
		const call = server.calls.find(({method}) => method === 'turn/start');
		expect(call?.params).toEqual({
			threadId: 'aa11',
			input: [{type: 'text', text: '/model x', text_elements: []}],
			clientUserMessageId: expect.stringMatching(/^jumpseat:Ada:[0-9a-f-]{36}$/),
		});
	});

	test('a message that was to start a turn and landed in another one says so', async () => {
		server.on('turn/start', call => {
			const {connection, params} = call;
			const told = (itemId: string, clientId: unknown) =>
				connection.notify('item/started', {
					threadId: 'aa11',
					turnId: 'T2',
					item: {type: 'userMessage', id: itemId, clientId, content: []},
				});
			connection.notify('turn/started', {
				threadId: 'aa11',
				turn: turn('T2', {status: 'inProgress', items: []}),
			});
			told('U1', null);
			told('U2', params.clientUserMessageId);
			call.reply({turn: turn('T2', {status: 'inProgress'})});
		});
		const seat = context();
		expect(await send(seat, ['hello'])).toBe(0);
		expect(seat.err()).toBe('Sent into a turn that somebody had just started.\n');
		expect(seat.out()).toBe('');
	});

	test('a connection that does not come back: it is not known, and nothing is sent again', async () => {
		server.on('turn/start', call => {
			server.door(503);
			call.connection.cut();
		});
		const time = createFakeTime();
		let result: unknown;
		void send(context({}, {environment: time}), ['hello']).catch((error: unknown) => {
			result = error;
		});
		await server.taken('turn/start');
		while (result === undefined) {
			time.advance(1000);
			await new Promise(resolve => setImmediate(resolve));
		}
		expect(result).toMatchObject({
			exitCode: 5,
			message: expect.stringMatching(
				/^It is not known whether the message arrived, and nothing was sent again: .*503/,
			),
		});
		expect(server.methods.filter(method => method === 'turn/start')).toHaveLength(1);
	});

	test('a server that takes it and says nothing: after the timeout it is not known', async () => {
		await expect(send(context({timeoutMs: 500}), ['hello'])).rejects.toMatchObject({
			exitCode: 5,
			message:
				'It is not known whether the message arrived, and nothing was sent again: Gave up after 0.5 s: the server has not answered.',
		});
		expect(server.methods.filter(method => method === 'turn/start')).toHaveLength(1);
	});

	test('a thread without a turn, and one that another process owns, are refused with the reason', async () => {
		const refused = async (message: RegExp) => {
			await expect(send(context(), ['aa11', 'hello'])).rejects.toMatchObject({
				exitCode: 4,
				message: expect.stringMatching(message),
			});
		};
		server.on('thread/resume', call => call.refuse('no rollout found for thread id aa11'));
		await refused(/no turn yet/);
		server.on('thread/resume', call => call.refuse('thread aa11 already has an active writer'));
		await refused(/Another process owns/);
		server.on(
			'thread/list',
			reply({data: [thread('aa11', {status: {type: 'notLoaded'}})], nextCursor: null}),
		);
		await refused(/a guest loads none/);
		expect(server.methods).not.toContain('turn/start');
	});
});
