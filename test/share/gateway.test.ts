/** What a share does where the real server cannot be made to do its part: bursts, ends, floods, and times. */
import {expect, onTestFinished, test} from 'vitest';
import type {Environment} from '../../source/app-server/connection.ts';
import {type FakeServer, reply, serveThread, startFakeServer, thread} from '../app-server/fake-server.ts';
import {createFakeTime, realTime} from '../app-server/watcher.ts';
import {resume, startShare, type TestShare} from '../support/share.ts';
import {connectGuest, valueIn} from '../support/share-guest.ts';

const approval = {threadId: 'T', turnId: 'U', itemId: 'I', command: 'npm test', cwd: '/app', startedAtMs: 1};
const commandApproval = 'item/commandExecution/requestApproval';

const begin = async (
	options: {readonly environment?: Environment; readonly isLive?: boolean} = {},
): Promise<{readonly server: FakeServer; readonly share: TestShare}> => {
	const server = await startFakeServer();
	serveThread(server, 'T');
	if (options.isLive === false) {
		server.on('thread/read', call => call.reply({thread: thread('T', {status: {type: 'notLoaded'}})}));
	}
	server.on('thread/list', reply({data: [], nextCursor: null}));
	server.on('thread/turns/list', reply({data: [], nextCursor: null}));
	const share = await startShare({endpoint: server.endpoint.display, threadId: 'T', ...options});
	onTestFinished(async () => {
		await share.stop();
		await server.stop();
	});
	await server.taken(options.isLive === false ? 'thread/turns/list' : 'thread/resume');
	return {server, share};
};

test('what the server says in one burst reaches each guest in its order', async () => {
	const {server, share} = await begin();
	const first = await share.sit('ada', 'observe');
	await server.taken('thread/resume');
	const delta = (text: string) => ({
		method: 'item/agentMessage/delta',
		params: {threadId: 'T', turnId: 'U', itemId: 'M', delta: text},
	});
	server.on('thread/resume', ({id, connection}) => {
		connection.burst(
			delta('before '),
			{id, result: {thread: thread('T'), initialTurnsPage: {data: [], nextCursor: null}}},
			{id: 0, method: commandApproval, params: approval},
			delta('after'),
			{method: 'serverRequest/resolved', params: {threadId: 'T', requestId: 0}},
			{method: 'turn/completed', params: {threadId: 'T', turn: {id: 'U', status: 'completed', items: []}}},
		);
	});
	const late = await share.sit('bob', 'observe');
	await first.told('turn/completed');
	await late.told('turn/completed');
	const order = (frames: ReturnType<typeof late.frames>) =>
		frames.flatMap(({method, params, result}) => {
			if (method === 'item/agentMessage/delta') return [params?.delta];
			if (result?.thread !== undefined) return ['response'];
			return method === undefined || method.startsWith('jumpseat/') ? [] : [method];
		});
	const rest = [commandApproval, 'after', 'serverRequest/resolved', 'turn/completed'];
	expect(order(late.frames())).toEqual(['response', 'before ', ...rest]);
	expect(order(first.frames())).toEqual(['response', 'before ', ...rest]);
});

test('a request that the server had settled before an answer came is credited to nobody', async () => {
	let laterMs = 0;
	const {server, share} = await begin({environment: {...realTime, nowMs: () => Date.now() + laterMs}});
	const ada = await share.sit('ada', 'answer');
	const connection = server.connections.at(-1);
	const emittedAtMs = Date.now();
	connection?.burst(
		{method: 'thread/name/updated', params: {threadId: 'T', threadName: 'x'}, emittedAtMs},
		{id: 0, method: commandApproval, params: approval},
	);
	const {id = -1} = await ada.told(commandApproval);
	laterMs = 10_000;
	ada.respond(id, {decision: 'accept'});
	await server.taken('undefined');
	connection?.burst({
		method: 'serverRequest/resolved',
		params: {threadId: 'T', requestId: 0},
		emittedAtMs: emittedAtMs + 1,
	});
	await ada.told('serverRequest/resolved');
	const methods = ada.frames().map(({method}) => method);
	expect(methods).not.toContain('jumpseat/answered');
	expect(valueIn((await ada.told('warning')).params, 'message')).toContain('had answered before you');
	expect(share.news.map(({type}) => type)).not.toContain('answered');
});

test('a connection waits for a server that is away, and is sent away with "come back" when it waits too long', async () => {
	const environment = createFakeTime();
	const share = await startShare({
		endpoint: 'unix:///nowhere/at/all.sock',
		threadId: 'T',
		environment,
	});
	onTestFinished(() => share.stop());
	const guest = await connectGuest({url: share.url, token: share.invite('ada', 'observe')});
	guest.send(JSON.stringify({id: 'hello', method: 'initialize', params: {clientInfo: {name: 'jumpseat'}}}));
	guest.send(JSON.stringify({id: 2, method: 'thread/read', params: {threadId: 'T'}}));
	// Refused at once: nothing is heard before the handshake is through.
	expect((await guest.waitFor(({id}) => id === 2)).error?.message).toBe('Not initialized');
	environment.advance(12_000);
	expect((await guest.closed).code).toBe(1012);
	expect(guest.frames().filter(({id}) => id === 'hello')).toEqual([]);
});

test('a thread that nobody has loaded is read and not resumed, and a guest is let in when somebody loads it', async () => {
	const {server, share} = await begin({isLive: false});
	const ada = await share.join('ada', 'steer');
	expect((await ada.refusal('thread/resume', {threadId: 'T'})).message).toBe('thread not loaded: T');
	expect((await ada.call('thread/turns/list', {threadId: 'T'})).data).toEqual([]);
	expect(server.methods).not.toContain('thread/resume');
	serveThread(server, 'T');
	server.connections.at(-1)?.notify('thread/status/changed', {threadId: 'T', status: {type: 'idle'}});
	await ada.told('thread/status/changed');
	await resume(ada, 'T');
	expect(server.methods.filter(method => method === 'thread/resume')).toHaveLength(2);
});

test('a thread that closes is news for everybody, and whoever wants it joins again', async () => {
	const {server, share} = await begin();
	const ada = await share.sit('ada', 'observe');
	const connection = server.connections.at(-1);
	connection?.notify('thread/closed', {threadId: 'T'});
	await ada.told('thread/closed');
	await share.heard('threadClosed');
	connection?.notify('item/agentMessage/delta', {threadId: 'T', turnId: 'U', itemId: 'M', delta: 'unheard'});
	expect((await ada.refusal('thread/resume', {threadId: 'T'})).message).toBe('thread not loaded: T');
	expect(JSON.stringify(ada.frames())).not.toContain('unheard');
});

test('more calls at once than a guest may have are refused as overload, and nobody else is', async () => {
	const {server, share} = await begin();
	const ada = await share.sit('ada', 'observe');
	const bob = await share.sit('bob', 'observe');
	server.on('thread/queue/list', () => {});
	const calls = Array.from({length: 70}, () => ada.refusal('thread/queue/list', {threadId: 'T'}));
	const refused = await Promise.race(calls);
	expect(refused.code).toBe(-32_001);
	expect((await bob.call('thread/read', {threadId: 'T'})).thread).toMatchObject({id: 'T'});
	// And of these so many at a time are the server's to answer.
	expect(server.methods.filter(method => method === 'thread/queue/list')).toHaveLength(12);
	for (const call of calls) call.catch(() => undefined);
});

test('who sends what is no message, or more than anybody types, is sent away, and the log says so once', async () => {
	const {share} = await begin();
	const noise = await share.sit('noise', 'answer');
	for (let each = 0; each < 30; each += 1) noise.send('{"id": ');
	expect((await noise.closed).code).toBe(4004);
	const flood = await share.sit('flood', 'answer');
	for (let each = 0; each < 400; each += 1) flood.respond(7, {decision: 'accept'});
	expect((await flood.closed).code).toBe(4004);
	expect(share.news.filter(({type}) => type === 'cutOff')).toHaveLength(2);
	expect(share.gateway.counts()).toMatchObject({connections: 0, guests: 0});
});

test('calls that a guest may not make are one line in the log and one more for all that follow', async () => {
	let soon: Array<() => void> = [];
	const environment: Environment = {
		...realTime,
		later: (delayMs, task) => {
			if (delayMs !== 5000) return realTime.later(delayMs, task);
			soon.push(task);
			return () => {
				soon = [];
			};
		},
	};
	const {share} = await begin({environment});
	const ada = await share.sit('ada', 'observe');
	for (let each = 0; each < 20; each += 1) await ada.refusal('command/exec', {command: ['id']});
	for (const task of soon.splice(0)) task();
	expect(share.news.filter(({type}) => type === 'refused')).toEqual([
		{type: 'refused', name: 'ada', method: 'command/exec', times: 1},
		{type: 'refused', name: 'ada', method: 'command/exec', times: 19},
	]);
});

test('presence tells everybody of everybody, with the role of now, and not more than four times a second', async () => {
	const {share} = await begin();
	const ada = await share.sit('ada', 'observe');
	const stock = await share.sit('stock', 'observe', {clientName: 'codex-tui'});
	for (let each = 0; each < 100; each += 1) ada.notify('jumpseat/here', {at: 'back', typing: each % 2 === 0});
	await ada.call('thread/read', {threadId: 'T'});
	share.gateway.setRole('ada', 'answer');
	const told = await ada.waitFor(({params}) => valueIn(params, 'you', 'role') === 'answer');
	expect(told.params?.people).toMatchObject([
		{name: 'ada', role: 'answer', client: 'jumpseat', at: 'back', typing: false},
		{name: 'stock', role: 'observe', client: 'codex', at: 'live', typing: false},
	]);
	expect(ada.frames().filter(({method}) => method === 'jumpseat/presence').length).toBeLessThan(10);
	await ada.close();
	const left = await stock.waitFor(({params}) => valueIn(params, 'message') === 'ada left.');
	expect(left.method).toBe('warning');
	expect(stock.frames().map(({method}) => method)).not.toContain('jumpseat/presence');
});

test('a guest who was sent back by a lost server is no news, one who leaves is', async () => {
	const {server, share} = await begin();
	const token = share.invite('ada', 'observe');
	const before = await share.enter(token);
	server.connections.at(-1)?.cut();
	expect((await before.closed).code).toBe(1012);
	const after = await share.enter(token);
	await after.close();
	await share.heard('left');
	expect(share.news.filter(({type}) => type === 'came' || type === 'left')).toEqual([
		{type: 'came', name: 'ada', role: 'observe', client: 'jumpseat', again: false},
		{type: 'came', name: 'ada', role: 'observe', client: 'jumpseat', again: true},
		{type: 'left', name: 'ada'},
	]);
});

test('a link for one use gives its guest a key to come back with, and is good for nobody else', async () => {
	const {server, share} = await begin();
	const token = share.invite('ada', 'observe', {once: true});
	const first = await share.enter(token);
	const key = String(valueIn(first.initialized, 'jumpseat', 'returnKey'));
	await expect(share.enter(token)).rejects.toThrow('401');
	server.connections.at(-1)?.cut();
	await first.closed;
	const again = await share.enter(key);
	expect(valueIn(again.initialized, 'jumpseat', 'you', 'name')).toBe('ada');
});

test('an end is told to everybody with its reason, and who comes then is told the same', async () => {
	const {server, share} = await begin();
	const ada = await share.sit('ada', 'observe');
	const connection = server.connections.at(-1);
	await share.gateway.end('Grace ended the share.');
	expect(await ada.closed).toEqual({code: 4002, reason: 'Grace ended the share.'});
	await connection?.closed;
	expect(server.methods.at(-1)).toBe('thread/unsubscribe');
	const late = await connectGuest({url: share.url, token: share.invite('bob', 'observe')});
	expect((await late.closed).code).toBe(4002);
	expect(share.gateway.counts()).toMatchObject({connections: 0, guests: 0});
});

test('an error of the server is told in its words, but for the paths that are in them; the owner is told all', async () => {
	const {server, share} = await begin();
	const ada = await share.sit('ada', 'observe');
	const owner = await share.owner();
	const words = (file: string) => `failed to read ${file}: no rollout found for thread id T`;
	server.on('thread/queue/list', call => call.refuse(words('/home/grace/.codex/sessions/1.jsonl'), -32_600));
	const refused = await ada.refusal('thread/queue/list', {threadId: 'T'});
	expect(refused.code).toBe(-32_600);
	expect(refused.message).toBe(words('…').replace('…:', '…'));
	expect((await owner.refusal('thread/queue/list', {threadId: 'T'})).message).toContain('/home/grace');
});

test('the owner hears of other threads and of changes of the share, a guest of neither', async () => {
	const {server, share} = await begin();
	const ada = await share.sit('ada', 'observe');
	const owner = await share.owner();
	server.connections.at(-1)?.notify('thread/status/changed', {threadId: 'other', status: {type: 'idle'}});
	await owner.waitFor(({params}) => params?.threadId === 'other');
	await owner.call('jumpseat/share/invite', {name: 'bob', role: 'steer', once: true});
	const changed = await owner.waitFor(
		({method, params}) =>
			method === 'jumpseat/share/changed' && JSON.stringify(params?.invitations).includes('bob'),
	);
	expect(changed.params?.invitations).toMatchObject([
		{name: 'ada', role: 'observe', once: false, state: 'open'},
		{name: 'bob', role: 'steer', once: true, state: 'open'},
	]);
	await ada.call('thread/read', {threadId: 'T'});
	const heard = JSON.stringify(ada.frames());
	expect(heard).not.toContain('other');
	expect(heard).not.toContain('bob');
	server.on('thread/list', reply({data: [thread('other')], nextCursor: null}));
	expect((await owner.call('thread/list', {limit: 9})).data).toMatchObject([{id: 'other'}]);
	expect((await owner.refusal('thread/resume', {threadId: 'other'})).code).toBe(-32_602);
	expect((await owner.refusal('turn/start', {threadId: 'other', input: []})).code).toBe(-32_602);
	expect((await owner.refusal('thread/resume', {threadId: 'T', cwd: '/'})).message).toContain('cwd');
});

test('what waits for its turn does not go when its guest is sent away or may not any more', async () => {
	const {server, share} = await begin();
	const input = [{type: 'text', text: 'late', text_elements: []}];
	const ada = await share.sit('ada', 'steer');
	const bob = await share.sit('bob', 'steer');
	server.on('thread/queue/list', () => {});
	for (const guest of [ada, bob]) {
		for (let each = 0; each < 12; each += 1)
			guest.send(JSON.stringify({id: `held ${each}`, method: 'thread/queue/list', params: {threadId: 'T'}}));
		guest.send(JSON.stringify({id: 'late', method: 'turn/start', params: {threadId: 'T', input}}));
		// Refused at once, behind all of these.
		await guest.refusal('command/exec', {});
	}
	share.gateway.remove('ada');
	await ada.closed;
	share.gateway.setRole('bob', 'observe');
	for (const call of server.calls) if (call.method === 'thread/queue/list') call.reply({data: []});
	const late = await bob.waitFor(({id}) => id === 'late');
	expect(late.error?.code).toBe(-32_601);
	await bob.call('thread/read', {threadId: 'T'});
	expect(server.methods).not.toContain('turn/start');
});
