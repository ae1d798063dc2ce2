/**
 * `send`, `interrupt` and `wait` where they cannot do what they are asked: the documented exit code, one line on stderr
 * (candidates follow, where there are several), nothing on stdout, and nothing sent that changes anything.
 */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {outgoing} from '../../source/protocol/methods.ts';
import {
	type FakeServer,
	refuse,
	reply,
	serveThread,
	startFakeServer,
	thread,
	turn,
} from '../app-server/fake-server.ts';
import {runCli} from '../support/cli.ts';

const id = '019a0000-aaaa-7000-8000-000000000001';
const running = turn('T1', {status: 'inProgress'});

const serve = async (): Promise<FakeServer> => {
	const server = await startFakeServer();
	onTestFinished(() => server.stop());
	serveThread(server, id);
	server.on('thread/list', reply({data: [thread(id, {name: 'login'})], nextCursor: null}));
	server.on('thread/loaded/list', reply({data: [id]}));
	return server;
};

/** The thread works: turn T1 runs. */
const work = (server: FakeServer): void => {
	const active = thread(id, {name: 'login', status: {type: 'active', activeFlags: []}});
	server.on('thread/list', reply({data: [active], nextCursor: null}));
	server.on('thread/resume', reply({thread: active, initialTurnsPage: {data: [running], nextCursor: null}}));
};

const twice = (server: FakeServer): void =>
	server.on('thread/list', reply({data: [thread(id), thread(`${id.slice(0, -1)}2`)], nextCursor: null}));

const changes = new Set(
	Object.entries(outgoing).flatMap(([method, {repeatable, kind}]) =>
		!repeatable && kind === 'request' && method !== 'initialize' ? [method] : [],
	),
);

type Case = {
	readonly is: string;
	readonly args: readonly string[];
	readonly code: number;
	readonly says: RegExp;
	readonly prepare?: (server: FakeServer) => void;
	/** Beside the first line of stderr. */
	readonly more?: number;
	/** Changes that are asked for and refused there. */
	readonly asks?: readonly string[];
};

const send = ['send', 'login', 'hello'];
const verbs = [send, ['interrupt', 'login'], ['wait', 'login']];

const cases: readonly Case[] = [
	...verbs.flatMap((args): readonly Case[] => [
		{is: 'wrong token', args, code: 4, says: /HTTP 401/, prepare: server => server.door(401)},
		{
			is: 'no such thread',
			args: args.map(word => (word === 'login' ? 'nowhere' : word)),
			code: 3,
			says: /There is no thread "nowhere"/,
		},
		{
			is: 'ambiguous',
			args: args.filter(word => word !== 'login'),
			code: 2,
			says: /Several threads are live/,
			more: 2,
			prepare: twice,
		},
		{
			is: 'a server that will not be joined',
			args,
			code: 5,
			says: /the rollout is broken/,
			prepare: server => server.on('thread/resume', refuse('the rollout is broken')),
		},
	]),
	{is: 'read-only', args: [...send, '--observe'], code: 4, says: /^Read-only/},
	{is: 'read-only', args: ['interrupt', '--observe'], code: 4, says: /^Read-only/},
	{
		is: 'stale turn',
		args: send,
		code: 4,
		says: /^The turn is over\. Nothing was sent: try again|^Turn 1 is over\. Nothing was sent: try again/,
		prepare(server) {
			work(server);
			server.on('turn/steer', refuse('no active turn to steer'));
		},
		asks: ['turn/steer'],
	},
	{
		is: 'another turn',
		args: [...send, '--wait', '--json'],
		code: 4,
		says: /^Turn 1 is over, and another one runs\. Nothing was sent/,
		prepare(server) {
			work(server);
			server.on('turn/steer', refuse('expected active turn id T1 but found T2'));
		},
		asks: ['turn/steer'],
	},
	{
		is: 'a review that began meanwhile',
		args: send,
		code: 4,
		says: /^A review is running; it cannot be steered\. Nothing was sent/,
		prepare(server) {
			work(server);
			server.on('turn/steer', refuse('cannot steer a review turn'));
		},
		asks: ['turn/steer'],
	},
	{
		is: 'stale turn',
		args: ['interrupt', '--json'],
		code: 4,
		says: /^The turn was over already/,
		prepare(server) {
			work(server);
			server.on('turn/interrupt', refuse('no active turn to interrupt'));
		},
		asks: ['turn/interrupt'],
	},
	{is: 'idle', args: ['interrupt'], code: 4, says: /^No turn is running\./},
	{is: 'idle', args: [...send, '--steer'], code: 4, says: /^No turn is running, and --steer was given/},
	{
		is: 'running',
		args: [...send, '--start'],
		code: 4,
		says: /^A turn is running, and --start was given/,
		prepare: work,
	},
	{
		is: 'no queue on this server',
		args: [...send, '--queue'],
		code: 1,
		says: /^This server has no queue/,
		prepare: server =>
			server.on(
				'thread/queue/add',
				refuse('Invalid request: unknown variant `thread/queue/add`, expected one of `a`'),
			),
		asks: ['thread/queue/add'],
	},
	{
		is: 'busy',
		args: send,
		code: 1,
		says: /^The server is busy and did not take it\. Nothing was sent\./,
		prepare: server => server.on('turn/start', refuse('Server overloaded; retry later.', -32_001)),
		asks: ['turn/start'],
	},
	{is: 'two aims', args: [...send, '--queue', '--steer'], code: 2, says: /^Only one of/},
	{is: 'no text', args: ['send', ' \n'], code: 2, says: /^The text is empty/},
	{is: 'nothing on stdin', args: ['send', '-'], code: 2, says: /^Standard input held no text/},
	{
		is: 'timeout',
		args: [...send, '--wait', '--timeout', '1.5'],
		code: 1,
		says: /^Gave up after 1\.5 s: turn 2 still runs\./,
		prepare(server) {
			server.on('turn/start', call => {
				call.connection.notify('thread/status/changed', {
					threadId: id,
					status: {type: 'active', activeFlags: []},
				});
				call.connection.notify('turn/started', {threadId: id, turn: turn('T2', {status: 'inProgress'})});
				const item = {type: 'userMessage', id: 'U', clientId: call.params.clientUserMessageId, content: []};
				call.connection.notify('item/started', {threadId: id, turnId: 'T2', item});
				call.reply({turn: turn('T2', {status: 'inProgress'})});
			});
		},
		asks: ['turn/start'],
	},
	...(
		[
			['idle', /^Gave up after 1\.5 s: a turn still runs\./],
			['turn', /^Gave up after 1\.5 s: turn 1 still runs\./],
			['request', /^Gave up after 1\.5 s: nobody was asked for anything\./],
			['attention', /^Gave up after 1\.5 s: nobody was needed\./],
		] as const
	).map(
		([what, says]): Case => ({
			is: 'timeout',
			args: ['wait', '--for', what, '--timeout', '1.5'],
			code: 1,
			says,
			prepare: work,
		}),
	),
];

for (const {is, args, code, says, prepare, more = 0, asks = []} of cases) {
	test(`${is}: jumpseat ${args.join(' ').trim()}`, async () => {
		const server = await serve();
		prepare?.(server);
		const ran = await runCli([...args, '--connect', server.endpoint.display]);
		expect(ran).toEqual({code, stdout: '', stderr: expect.stringMatching(says)});
		expect(ran.stderr.trimEnd().split('\n')).toHaveLength(1 + more);
		expect(server.methods.filter(method => changes.has(method))).toEqual(asks);
	});
}

test('read-only by the settings as by the option: nothing is even connected', async () => {
	const server = await serve();
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-settings-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	mkdirSync(path.join(folder, 'jumpseat'));
	writeFileSync(path.join(folder, 'jumpseat', 'config.json'), '{"observe": true}');
	for (const args of [send, ['interrupt']]) {
		const options = {env: {XDG_CONFIG_HOME: folder}};
		const ran = await runCli([...args, '--connect', server.endpoint.display], options);
		expect(ran).toEqual({code: 4, stdout: '', stderr: expect.stringMatching(/^Read-only.*\n$/)});
		await runCli([...args, '--observe', '--connect', server.endpoint.display]);
	}
	expect(server.connections).toHaveLength(0);
});

test.each(verbs)('no server: jumpseat %s', async (...args) => {
	const ran = await runCli([...args, '--connect', 'unix:///nowhere/at/all.sock']);
	expect(ran).toEqual({
		code: 3,
		stdout: '',
		stderr: expect.stringMatching(/^No Codex App Server answers.*\n$/),
	});
});
