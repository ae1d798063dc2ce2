import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createPeer, type Inbound, type PeerOptions, RpcError} from '../../source/json-rpc/peer.ts';

/** A peer with all its ends in the test's hands. */
const setUp = (options: Partial<PeerOptions> = {}) => {
	const sent: string[] = [];
	const inbox: Inbound[] = [];
	const timers = new Map<() => void, number>();
	const peer = createPeer(
		{send: text => void sent.push(text)},
		{
			nowMs: () => 1000,
			permit: () => {},
			permitAnswer: () => {},
			onInbound: message => void inbox.push(message),
			startTimer: (delayMs, run) => {
				timers.set(run, delayMs);
				return () => timers.delete(run);
			},
			...options,
		},
	);
	const receive = (message: unknown): void => {
		const text = typeof message === 'string' ? message : JSON.stringify(message);
		peer.receive({text, bytes: Buffer.byteLength(text)});
	};
	return {peer, sent, inbox, timers, receive, kinds: () => inbox.map(message => message.kind)};
};

const errorOf = async (response: Promise<unknown>): Promise<RpcError> => {
	try {
		await response;
	} catch (error) {
		if (error instanceof RpcError) return error;
		throw error;
	}
	throw new Error('it succeeded');
};

describe('requests', () => {
	test('go out without a jsonrpc member, each under an id of its own', () => {
		const {peer, sent} = setUp();
		peer.request('thread/read', {threadId: 't'});
		peer.request('thread/list', {});
		peer.notify('initialized');
		peer.notify('noted', {a: 1});
		expect(sent).toEqual([
			'{"id":1,"method":"thread/read","params":{"threadId":"t"}}',
			'{"id":2,"method":"thread/list","params":{}}',
			'{"method":"initialized"}',
			'{"method":"noted","params":{"a":1}}',
		]);
		expect(peer.pendingCount).toBe(2);
	});

	test('get the result that bears their id, in whatever order the answers come', async () => {
		const {peer, receive} = setUp();
		const first = peer.request('a', {});
		const second = peer.request('b', {});
		receive({id: second.id, result: 'second'});
		receive({id: first.id, result: null});
		expect(await first.response).toBeNull();
		expect(await second.response).toBe('second');
		expect(peer.pendingCount).toBe(0);
	});

	test('that the server refuses reject with an RpcError', async () => {
		const {peer, receive, inbox} = setUp();
		const {id, response} = peer.request('a', {});
		receive({id, error: {code: -32_001, message: 'Server overloaded; retry later.'}});
		expect(await errorOf(response)).toMatchObject({kind: 'overloaded', code: -32_001});
		expect(inbox[0]).toMatchObject({
			kind: 'response',
			id,
			method: 'a',
			outcome: {ok: false, error: {kind: 'overloaded'}},
		});
	});

	test.each([{}, {error: 'odd'}, {error: {message: 'no code'}}])(
		'with an answer like %j end as malformed, not in a hang',
		async rest => {
			const {peer, receive} = setUp();
			const {id, response} = peer.request('a', {});
			receive({id, ...rest});
			expect(await errorOf(response)).toMatchObject({kind: 'malformed'});
			expect(peer.pendingCount).toBe(0);
		},
	);

	test('that run out of time reject, and their late answer is unsolicited', async () => {
		const {peer, receive, timers, kinds} = setUp();
		const {id, response} = peer.request('slow', {}, {timeoutMs: 1500});
		const [[fire, delayMs] = []] = [...timers];
		expect(delayMs).toBe(1500);
		fire?.();
		expect(await errorOf(response)).toMatchObject({
			kind: 'timeout',
			message: expect.stringContaining('slow within 1.5 s'),
		});
		receive({id, result: 1});
		expect(kinds()).toEqual(['unsolicited']);
	});

	test('that are answered leave no timer behind', () => {
		const {peer, receive, timers} = setUp();
		receive({id: peer.request('a', {}, {timeoutMs: 10}).id, result: 1});
		peer.request('b', {}, {timeoutMs: 10});
		peer.closeAll(new Error('gone'));
		expect(timers.size).toBe(0);
	});

	test('that nobody waits for do not count as unhandled rejections', async () => {
		const {peer, receive} = setUp();
		const seen: unknown[] = [];
		const listener = (reason: unknown): void => void seen.push(reason);
		process.on('unhandledRejection', listener);
		receive({id: peer.request('a', {}).id, error: {code: 1, message: 'no'}});
		peer.request('b', {});
		peer.closeAll(new Error('gone'));
		peer.request('c', {});
		await new Promise(resolve => setImmediate(resolve));
		process.off('unhandledRejection', listener);
		expect(seen).toEqual([]);
	});
});

describe('the gate', () => {
	test('sees the method and parameters of all that leaves, before it leaves', () => {
		const seen: unknown[] = [];
		const {peer, sent} = setUp({permit: message => void seen.push([message, sent.length])});
		peer.request('a', {x: 1});
		peer.notify('b');
		expect(seen).toEqual([
			[{method: 'a', params: {x: 1}}, 0],
			[{method: 'b', params: null}, 1],
		]);
	});

	test('refuses by throwing: nothing is sent, nothing is pending', () => {
		const refusal = new Error('read-only');
		const {peer, sent} = setUp({
			permit: () => {
				throw refusal;
			},
		});
		expect(() => peer.request('turn/start', {})).toThrow(refusal);
		expect(() => peer.notify('turn/start')).toThrow(refusal);
		expect(sent).toEqual([]);
		expect(peer.pendingCount).toBe(0);
	});

	test('is the only way out: nothing that arrives makes a peer say anything, and it has no way to send an error', () => {
		const {peer, sent, receive} = setUp();
		receive({id: 0, method: 'item/commandExecution/requestApproval', params: {}});
		receive({id: 'x', method: 'made/up'});
		receive({method: 'item/started'});
		receive('garbage');
		expect(sent).toEqual([]);
		expect(Object.keys(peer).sort()).toEqual([
			'answer',
			'closeAll',
			'forget',
			'notify',
			'pendingCount',
			'receive',
			'request',
		]);
	});
});

describe('an answer to the server', () => {
	const asks = (id: unknown) => ({id, method: 'item/fileChange/requestApproval', params: {}});

	test.each([0, 7, '0', ''])('goes out under the id %j of its request, once', id => {
		const {peer, sent, receive} = setUp();
		receive(asks(id));
		expect(peer.answer(id, {decision: 'decline'})).toBe(true);
		expect(sent.map(text => JSON.parse(text))).toEqual([{id, result: {decision: 'decline'}}]);
		expect(peer.answer(id, {decision: 'accept'})).toBe(false);
		expect(sent).toHaveLength(1);
	});

	test('never goes out for what was not asked: ids are compared by type and value', () => {
		const {peer, sent, receive} = setUp();
		receive(asks(1));
		expect(peer.answer('1', {})).toBe(false);
		expect(peer.answer(2, {})).toBe(false);
		const {id} = peer.request('a', {});
		expect(id).toBe(1);
		expect(sent).toHaveLength(1);
		expect(peer.answer(1, {})).toBe(true);
	});

	test('never goes out once the request is forgotten, until it is asked again', () => {
		const {peer, sent, receive} = setUp();
		receive(asks(0));
		peer.forget(0);
		expect(peer.answer(0, {})).toBe(false);
		expect(sent).toEqual([]);
		receive(asks(0));
		expect(peer.answer(0, {})).toBe(true);
	});

	test('never goes out after the connection has ended', () => {
		const {peer, sent, receive} = setUp();
		receive(asks(0));
		peer.closeAll(new Error('gone'));
		expect(peer.answer(0, {})).toBe(false);
		receive(asks(0));
		expect(peer.answer(0, {})).toBe(false);
		expect(sent).toEqual([]);
	});

	test('that the gate refuses leaves the request open, and the gate is told of what it answers', () => {
		const asked: unknown[] = [];
		let isOpen = false;
		const {peer, sent, receive} = setUp({
			permitAnswer(answer) {
				asked.push(answer);
				if (!isOpen) throw new Error('read-only');
			},
		});
		receive(asks(3));
		expect(() => peer.answer(3, {decision: 'accept'})).toThrow('read-only');
		expect(sent).toEqual([]);
		isOpen = true;
		expect(peer.answer(3, {decision: 'decline'})).toBe(true);
		expect(asked).toEqual([
			{method: 'item/fileChange/requestApproval', result: {decision: 'accept'}},
			{method: 'item/fileChange/requestApproval', result: {decision: 'decline'}},
		]);
	});

	test('that cannot be written leaves the request open', () => {
		let isBroken = true;
		const sent: string[] = [];
		const peer = createPeer(
			{
				send(text) {
					if (isBroken) throw new Error('closing');
					sent.push(text);
				},
			},
			{nowMs: () => 0, permit: () => {}, permitAnswer: () => {}, onInbound: () => {}},
		);
		peer.receive({text: JSON.stringify(asks(0)), bytes: 1});
		expect(() => peer.answer(0, {})).toThrow('closing');
		isBroken = false;
		expect(peer.answer(0, {})).toBe(true);
		expect(sent).toEqual(['{"id":0,"result":{}}']);
	});

	test('whatever happens in whatever order, each time it is asked brings one answer at most', () => {
		const id = fc.constantFrom<string | number>(0, 1, '0', 'x');
		const step = fc.record({does: fc.constantFrom('ask', 'answer', 'forget'), id});
		fc.assert(
			fc.property(fc.array(step, {maxLength: 40}), steps => {
				const {peer, sent, receive} = setUp();
				const open = new Set<string | number>();
				let answered = 0;
				for (const {does, id: which} of steps) {
					if (does === 'ask') {
						receive(asks(which));
						open.add(which);
					} else if (does === 'forget') {
						peer.forget(which);
						open.delete(which);
					} else {
						const isOpen = open.delete(which);
						expect(peer.answer(which, {})).toBe(isOpen);
						if (isOpen) answered += 1;
					}
					expect(sent).toHaveLength(answered);
				}
			}),
		);
	});
});

describe('the inbox', () => {
	test('hears everything of a burst in wire order, before any promise moves', async () => {
		const log: string[] = [];
		const {peer, receive} = setUp({
			onInbound: message =>
				log.push('method' in message ? `${message.kind} ${message.method}` : message.kind),
		});
		const {id, response} = peer.request('thread/resume', {});
		const continued = response.then(() => log.push('continuation'));
		receive({method: 'before'});
		receive({id, result: {}});
		receive({id: 0, method: 'approve', params: {}});
		receive({method: 'after'});
		expect(log).toEqual([
			'notification before',
			'response thread/resume',
			'request approve',
			'notification after',
		]);
		await continued;
		expect(log.at(-1)).toBe('continuation');
	});

	test('gets the time, the size and what the server says of its own time', () => {
		const {receive, inbox} = setUp();
		receive('{"method":"a","params":{},"emittedAtMs":7}');
		expect(inbox).toEqual([
			{kind: 'notification', method: 'a', params: {}, emittedAtMs: 7, bytes: 42, atMs: 1000},
		]);
	});

	test('tells a request with id 0 from a notification, and ours from the server’s under the same id', () => {
		const {peer, receive, inbox} = setUp();
		peer.request('mine', {});
		receive({id: 1, method: 'theirs'});
		receive({id: 0, method: 'theirs'});
		receive({id: '1', result: 1});
		expect(inbox).toMatchObject([
			{kind: 'request', id: 1, method: 'theirs', params: null},
			{kind: 'request', id: 0},
			{kind: 'unsolicited', id: '1'},
		]);
		expect(peer.pendingCount).toBe(1);
	});

	test('counts a second answer and an answer to nothing as unsolicited', () => {
		const {peer, receive, kinds} = setUp();
		const {id} = peer.request('a', {});
		receive({id, result: 1});
		receive({id, result: 2});
		receive({id: 99, error: {code: 1, message: 'm'}});
		receive({id: 0, result: 1});
		expect(kinds()).toEqual(['response', 'unsolicited', 'unsolicited', 'unsolicited']);
	});

	test('shows at most 200 characters of what is malformed', () => {
		const {receive, inbox} = setUp();
		receive('x'.repeat(5000));
		expect(inbox).toEqual([
			{kind: 'malformed', reason: 'not JSON', excerpt: 'x'.repeat(200), bytes: 5000, atMs: 1000},
		]);
	});

	test('may send from within, and its error does not leave a promise hanging', async () => {
		const {peer, receive, sent} = setUp({
			onInbound: message => {
				if (message.kind === 'notification') peer.request('asked from within', {});
				if (message.kind === 'response') throw new Error('a mistake above');
			},
		});
		receive({method: 'go'});
		expect(sent).toHaveLength(1);
		const {id, response} = peer.request('a', {});
		expect(() => receive({id, result: 5})).toThrow('a mistake above');
		expect(await response).toBe(5);
	});
});

describe('the end of the connection', () => {
	test('rejects all that is pending with its reason, and all that comes later', async () => {
		const {peer, sent, receive, inbox} = setUp();
		const waiting = [peer.request('a', {}), peer.request('b', {})];
		peer.closeAll(new Error('The connection broke off.'));
		peer.closeAll(new Error('again'));
		for (const {response} of [...waiting, peer.request('c', {})]) {
			expect(await errorOf(response)).toMatchObject({kind: 'closed', message: 'The connection broke off.'});
		}
		expect(() => peer.notify('d')).toThrow(RpcError);
		receive({id: 1, result: 1});
		expect(inbox).toEqual([]);
		expect(sent).toHaveLength(2);
		expect(peer.pendingCount).toBe(0);
	});

	test('noticed while sending rejects that request', async () => {
		const peer = createPeer(
			{
				send: () => {
					throw new Error('The connection is closing.');
				},
			},
			{nowMs: () => 0, permit: () => {}, permitAnswer: () => {}, onInbound: () => {}},
		);
		const error = await errorOf(peer.request('a', {}).response);
		expect(error).toMatchObject({kind: 'closed', message: 'The connection is closing.'});
		expect(peer.pendingCount).toBe(0);
	});
});

test('whatever arrives, nothing throws, each frame is told exactly once and in order, and every call settles', async () => {
	const id = fc.oneof(fc.integer({min: -1, max: 12}), fc.string({maxLength: 2}), fc.jsonValue({maxDepth: 1}));
	const message = fc
		.record(
			{
				id,
				method: fc.oneof(fc.constant('a'), fc.jsonValue()),
				params: fc.jsonValue(),
				result: fc.jsonValue(),
				error: fc.jsonValue(),
			},
			{requiredKeys: []},
		)
		.map(value => JSON.stringify(value));
	const frame = fc.oneof(
		message,
		fc.json(),
		fc.string({unit: 'binary'}),
		fc.uint8Array().map(bytes => Buffer.from(bytes).toString('utf8')),
	);
	await fc.assert(
		fc.asyncProperty(fc.array(frame, {maxLength: 30}), async texts => {
			const {peer, inbox} = setUp();
			const calls = Array.from({length: 10}, () => peer.request('call', {}));
			// The index stands in for the size: it shows the order.
			for (const [index, text] of texts.entries()) peer.receive({text, bytes: index});
			expect(inbox.map(inbound => inbound.bytes)).toEqual(texts.map((_, index) => index));
			const answered = inbox.filter(inbound => inbound.kind === 'response').map(inbound => inbound.id);
			expect(new Set(answered).size).toBe(answered.length);
			expect(peer.pendingCount).toBe(10 - answered.length);
			peer.closeAll(new Error('over'));
			await Promise.allSettled(calls.map(call => call.response));
		}),
	);
});
