/** The share's one seat at the server: what it hears, in order, and what leaves it. */
import {expect, onTestFinished, test} from 'vitest';
import {createUpstream, isConnected} from '../../source/share/upstream.ts';
import {reply, serveThread, startFakeServer} from '../app-server/fake-server.ts';
import {createFakeTime, realTime} from '../app-server/watcher.ts';

const begin = async () => {
	const server = await startFakeServer();
	serveThread(server, 'T');
	const heard: string[] = [];
	const moves: string[] = [];
	const upstream = createUpstream(
		{
			endpoint: server.endpoint,
			access: {codexHome: '/nowhere'},
			clientVersion: '0.0.0',
			environment: realTime,
			threadId: 'T',
		},
		{
			onNotification: ({method}) => heard.push(method),
			onRequest: ({id}) => heard.push(`request ${id}`),
			onMoved: (_from, to) => moves.push(to.kind),
		},
	);
	onTestFinished(async () => {
		await upstream.leave();
		await server.stop();
	});
	upstream.start();
	await upstream.until(({kind}) => (kind === 'live' ? true : undefined), 5000);
	return {server, upstream, heard, moves, connection: server.connections.at(-1)};
};

const approval = 'item/commandExecution/requestApproval';

test('it joins the thread once, sends no override and promises no person', async () => {
	const {server, upstream, moves} = await begin();
	expect(moves).toEqual(['connecting', 'initializing', 'hydrating', 'live']);
	expect(upstream.server()?.version).toBe('0.169.0');
	const [hello] = server.calls.filter(({method}) => method === 'initialize');
	expect(hello?.params.capabilities).toEqual({experimentalApi: true, requestAttestation: false});
	const [resume] = server.calls.filter(({method}) => method === 'thread/resume');
	expect(Object.keys(resume?.params ?? {}).sort()).toEqual(['excludeTurns', 'initialTurnsPage', 'threadId']);
});

test('a result stands in its place among what the server says', async () => {
	const {server, upstream, heard, connection} = await begin();
	server.on('thread/read', ({id}) =>
		connection?.burst(
			{method: 'one', params: {}},
			{id, result: {}},
			{id: 0, method: approval, params: {threadId: 'T'}},
			{method: 'two', params: {}},
		),
	);
	await upstream.forward('thread/read', {threadId: 'T'}, {onResult: () => heard.push('result')});
	expect(heard).toEqual(['one', 'result', 'request 0', 'two']);
});

test('an answer leaves once, and only to what is open; why it did not leave is said', async () => {
	const {server, upstream, connection} = await begin();
	connection?.burst(
		{id: 0, method: approval, params: {threadId: 'T'}},
		{id: 1, method: 'item/tool/call', params: {}},
	);
	server.on('thread/read', reply({}));
	await upstream.forward('thread/read', {threadId: 'T'});
	expect(upstream.answer(0, {decision: 'accept', extra: true})).toContain('extra');
	expect(upstream.answer(0, {decision: 'accept'})).toBeUndefined();
	expect(upstream.answer(0, {decision: 'decline'})).toContain('not open any more');
	expect(upstream.answer(7, {decision: 'accept'})).toContain('not open any more');
	expect(upstream.answer(1, {success: true})).toContain('not a request for a person');
	await upstream.forward('thread/read', {threadId: 'T'});
	expect(server.calls.filter(({frame}) => frame.method === undefined).map(({frame}) => frame)).toEqual([
		{id: 0, result: {decision: 'accept'}},
	]);
});

test('what no table of ours has does not leave, whoever asks', async () => {
	const {server, upstream} = await begin();
	await expect(upstream.forward('thread/resume', {threadId: 'T', cwd: '/'})).rejects.toThrow('cwd');
	await expect(upstream.forward('command/exec' as 'thread/read', {})).rejects.toThrow();
	expect(server.methods).not.toContain('command/exec');
});

test('a loss is told as a loss, and whoever waits is told when it is over', async () => {
	const {upstream, connection, moves} = await begin();
	connection?.cut();
	await upstream.until(state => (isConnected(state) ? undefined : true), 5000);
	expect(upstream.server()).toBeUndefined();
	await expect(upstream.forward('thread/read', {threadId: 'T'})).rejects.toMatchObject({kind: 'closed'});
	expect(await upstream.until(() => upstream.server()?.version, 5000)).toBe('0.169.0');
	expect(moves).toContain('reconnecting');
});

test('who waits in vain is told after his time', async () => {
	const time = createFakeTime();
	const upstream = createUpstream(
		{
			endpoint: {kind: 'unix', path: '/nowhere/at/all.sock', display: 'unix:///nowhere/at/all.sock'},
			access: {codexHome: '/nowhere'},
			clientVersion: '0.0.0',
			environment: time,
			threadId: 'T',
		},
		{onNotification: () => {}, onRequest: () => {}, onMoved: () => {}},
	);
	const found = upstream.until(() => upstream.server(), 12_000);
	time.advance(12_000);
	expect(await found).toBeUndefined();
	expect(time.pending).toEqual([]);
});
