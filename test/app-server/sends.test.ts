import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {ServerConnection} from '../../source/app-server/connection.ts';
import {createSends, type MessageAim} from '../../source/app-server/sends.ts';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
import {RpcError} from '../../source/json-rpc/errors.ts';
import {type Call, type FakeServer, serveThread, startFakeServer, turn} from './fake-server.ts';
import {createFakeTime, eventually, realTime, type Watcher, watchSession} from './watcher.ts';

let server: FakeServer;
let watcher: Watcher | undefined;
beforeEach(async () => {
	server = await startFakeServer();
	serveThread(server, 'A', {turns: [turn('T1')]});
});
afterEach(async () => {
	await watcher?.session.leave();
	await server.stop();
	watcher = undefined;
});

const join = async (mode: 'observe' | 'drive' = 'drive', environment = realTime): Promise<Watcher> => {
	const watched = watchSession(server.endpoint, environment, mode);
	watcher = watched;
	watched.session.start('A');
	await watched.moved('live');
	return watched;
};
const isAbout =
	(id: string) =>
	(event: SessionEvent): boolean =>
		'messageId' in event && event.messageId === id;
const callsOf = (method: string): readonly Call[] => server.calls.filter(call => call.method === method);
const input = (text: string) => [{type: 'text', text, text_elements: []}];

describe('a message', () => {
	test.each<[MessageAim, string, object, object]>([
		[{kind: 'start'}, 'turn/start', {}, {turn: {id: 'T2'}}],
		[{kind: 'steer', turnId: 'T2'}, 'turn/steer', {expectedTurnId: 'T2'}, {turnId: 'T2'}],
		[{kind: 'queue'}, 'thread/queue/add', {}, {queuedSubmission: {id: 'q'}}],
	])(
		'aimed at %j is one call of %s with nothing but thread, input and ids',
		async (aim, method, more, result) => {
			server.on(method, call => call.reply(result));
			const {session, until} = await join();
			session.sendMessage('m1', aim, 'keep the old API\nplease');
			expect(await until(isAbout('m1'))).toMatchObject({
				type: 'messageAccepted',
				turnId: aim.kind === 'queue' ? undefined : 'T2',
			});
			expect(callsOf(method).map(({params}) => params)).toEqual([
				{threadId: 'A', input: input('keep the old API\nplease'), clientUserMessageId: 'm1', ...more},
			]);
		},
	);

	test('that the server refuses is refused with its sentence', async () => {
		server.on('turn/steer', call => call.refuse('no active turn to steer'));
		const {session, until} = await join();
		session.sendMessage('m1', {kind: 'steer', turnId: 'T9'}, 'hm');
		expect(await until(isAbout('m1'))).toMatchObject({
			type: 'messageRefused',
			why: expect.stringContaining('no active turn to steer'),
		});
	});

	test('that an overloaded server turns away is refused, and never sent again', async () => {
		server.on('turn/start', call => call.refuse('Server overloaded; retry later.', -32_001));
		const {session, until} = await join();
		session.sendMessage('m1', {kind: 'start'}, 'hm');
		expect(await until(isAbout('m1'))).toMatchObject({
			type: 'messageRefused',
			why: expect.stringMatching(/overloaded/i),
		});
		session.listQueue();
		await server.taken('thread/queue/list');
		expect(callsOf('turn/start')).toHaveLength(1);
	});

	test('whose connection breaks before the answer is uncertain, and is not sent again after the reconnect', async () => {
		server.on('turn/start', call => call.connection.cut());
		const {session, until, moved} = await join();
		session.sendMessage('m1', {kind: 'start'}, 'hm');
		expect(await until(isAbout('m1'))).toMatchObject({type: 'messageUncertain'});
		await moved('live', 2);
		expect(callsOf('turn/start')).toHaveLength(1);
	});

	test('that is not answered in time is uncertain', async () => {
		const time = createFakeTime();
		const {session, until} = await join('drive', time);
		session.sendMessage('m1', {kind: 'start'}, 'hm');
		await server.taken('turn/start');
		time.advance(30_000);
		expect(await until(isAbout('m1'))).toMatchObject({type: 'messageUncertain'});
		expect(callsOf('turn/start')).toHaveLength(1);
	});

	test('over a silent connection that is closed at last is not called uncertain again: it was looked up by then', async () => {
		const events: SessionEvent[] = [];
		const dropped: Array<(error: Error) => void> = [];
		const connection = (): ServerConnection =>
			({
				call: () => ({
					response: new Promise((_resolve, reject) => {
						dropped.push(reject);
					}),
				}),
			}) as unknown as ServerConnection;
		let through: ServerConnection | undefined = connection();
		const sends = createSends({
			environment: realTime,
			where: () => ({through, threadId: 'A', isJoined: true, join: 1}),
			onEvent: event => events.push(event),
		});
		sends.sendMessage('m1', {kind: 'start'}, 'hm');
		through = connection();
		sends.sendMessage('m2', {kind: 'start'}, 'hm');
		for (const drop of dropped) drop(new RpcError({kind: 'closed', message: 'We left.'}));
		await eventually(() => events.length > 0);
		expect(events).toMatchObject([{type: 'messageUncertain', messageId: 'm2'}]);
	});

	test('without a connection, or before the thread is joined, is refused and never leaves', async () => {
		const watched = watchSession(server.endpoint, realTime, 'drive');
		watcher = watched;
		watched.session.sendMessage('m1', {kind: 'start'}, 'hm');
		expect(watched.events.find(isAbout('m1'))).toMatchObject({type: 'messageRefused'});
		watched.session.start(undefined);
		await watched.moved('waiting noThread');
		watched.session.sendMessage('m2', {kind: 'start'}, 'hm');
		expect(watched.events.find(isAbout('m2'))).toMatchObject({type: 'messageRefused'});
		expect(callsOf('turn/start')).toEqual([]);
	});

	test('in observe mode is refused at the gate', async () => {
		const {session, events} = await join('observe');
		session.sendMessage('m1', {kind: 'start'}, 'hm');
		expect(events.find(isAbout('m1'))).toMatchObject({
			type: 'messageRefused',
			why: expect.stringContaining('observe mode'),
		});
		expect(callsOf('turn/start')).toEqual([]);
	});
});

describe('the queue', () => {
	test('is read page by page, and told once', async () => {
		server.on('thread/queue/list', call =>
			call.reply(
				call.params.cursor === undefined
					? {data: [{id: 'q1'}], nextCursor: 'more'}
					: {data: [{id: 'q2'}], nextCursor: null},
			),
		);
		const {session, until, events} = await join();
		session.listQueue();
		expect(await until(({type}) => type === 'queueListed')).toMatchObject({
			threadId: 'A',
			entries: [{id: 'q1'}, {id: 'q2'}],
		});
		expect(events.filter(({type}) => type === 'queueListed')).toHaveLength(1);
	});

	test('whose cursor goes round in a circle comes to an end', async () => {
		server.on('thread/queue/list', call =>
			call.reply({
				data: [{id: `after ${String(call.params.cursor)}`}],
				nextCursor: call.params.cursor === 'a' ? 'b' : 'a',
			}),
		);
		const {session, until} = await join();
		session.listQueue();
		await until(({type}) => type === 'queueListed');
		expect(callsOf('thread/queue/list')).toHaveLength(3);
	});

	test('of a server that has none is told as such', async () => {
		server.on('thread/queue/list', call => call.refuse('unknown variant `thread/queue/list`', -32_601));
		const {session, until} = await join();
		session.listQueue();
		await until(({type}) => type === 'queueUnsupported');
	});

	test('is told as it was listed last, in whatever order the answers come', async () => {
		const {session, until, events} = await join();
		session.listQueue();
		session.listQueue();
		const first = await server.taken('thread/queue/list');
		const second = await server.taken('thread/queue/list');
		second.reply({data: [{id: 'new'}], nextCursor: null});
		await until(({type}) => type === 'queueListed');
		first.reply({data: [{id: 'old'}], nextCursor: null});
		session.interrupt('T1');
		(await server.taken('turn/interrupt')).refuse('no active turn to interrupt');
		await until(({type}) => type === 'askFailed');
		expect(events.filter(({type}) => type === 'queueListed')).toMatchObject([{entries: [{id: 'new'}]}]);
	});

	test.each<[string, (watched: Watcher) => void, object]>([
		[
			'thread/queue/update',
			({session}) => session.updateQueued('q', 'x'),
			{queuedSubmissionId: 'q', input: input('x')},
		],
		['thread/queue/delete', ({session}) => session.deleteQueued('q'), {queuedSubmissionId: 'q'}],
		[
			'thread/queue/reorder',
			({session}) => session.reorderQueue(['b', 'a']),
			{queuedSubmissionIds: ['b', 'a']},
		],
		['thread/queue/start', ({session}) => session.startQueue(undefined), {}],
		['thread/queue/start', ({session}) => session.startQueue('q'), {queuedSubmissionId: 'q'}],
	])(
		'is changed by %s, once, and listed afterwards, also when that is refused',
		async (method, change, params) => {
			server.on(method, call => call.refuse('queued submission not found'));
			server.on('thread/queue/list', call => call.reply({data: [], nextCursor: null}));
			const watched = await join();
			change(watched);
			expect(await watched.until(({type}) => type === 'askFailed')).toMatchObject({
				why: expect.stringContaining('queued submission not found'),
			});
			await watched.until(({type}) => type === 'queueListed');
			expect(callsOf(method).map(call => call.params)).toEqual([{threadId: 'A', ...params}]);
		},
	);
});

describe('an answer', () => {
	const ask = (id: number | string) => ({
		id,
		method: 'item/fileChange/requestApproval',
		params: {threadId: 'A'},
	});
	const askedOf = async (watched: Watcher, id: number | string): Promise<void> => {
		server.connections[0]?.burst(ask(id));
		await watched.until(event => event.type === 'threadEvent' && event.event.type === 'requested');
	};
	/** Frames that carry a result: answers of ours. */
	const answers = () => server.calls.map(({frame}) => frame).filter(frame => 'result' in frame);

	test('goes out once, under the id 0 as well', async () => {
		const watched = await join();
		await askedOf(watched, 0);
		watched.session.answer(0, {decision: 'decline'});
		watched.session.answer(0, {decision: 'accept'});
		await eventually(() => answers().length > 0);
		expect(answers()).toEqual([{id: 0, result: {decision: 'decline'}}]);
		expect(watched.events.filter(({type}) => type.startsWith('answer'))).toMatchObject([
			{type: 'answerSent', requestId: 0},
			{type: 'answerRefused', requestId: 0, why: 'It is not open any more.'},
		]);
	});

	test('to what was settled meanwhile never leaves', async () => {
		const watched = await join();
		await askedOf(watched, 5);
		server.connections[0]?.notify('serverRequest/resolved', {threadId: 'A', requestId: 5});
		await watched.until(
			event =>
				event.type === 'traffic' &&
				event.traffic.kind === 'notification' &&
				event.traffic.method === 'serverRequest/resolved',
		);
		watched.session.answer(5, {decision: 'accept'});
		expect(watched.events.at(-1)).toMatchObject({type: 'answerRefused'});
		expect(answers()).toEqual([]);
	});

	test('in observe mode, to the owner, or with a field too many is refused at the gate', async () => {
		const watched = await join('observe');
		await askedOf(watched, 1);
		watched.session.answer(1, {decision: 'accept'});
		expect(watched.events.at(-1)).toMatchObject({
			type: 'answerRefused',
			why: expect.stringContaining('nothing is answered in observe mode'),
		});
		expect(answers()).toEqual([]);
	});
});
