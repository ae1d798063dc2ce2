/** What a guest with a client of his own may try with numbers: too many words, answers, names of methods. */
import {expect, onTestFinished, test} from 'vitest';
import {createRefusals, type ShareNews, withoutFloods} from '../../source/share/news.ts';
import {createSpeaking, speakingLimits} from '../../source/share/speaking.ts';
import {reply, serveThread, startFakeServer} from '../app-server/fake-server.ts';
import {createFakeTime} from '../app-server/watcher.ts';
import {startShare} from '../support/share.ts';

const {burst} = speakingLimits;

test('messages cost money: so many, then one every two seconds, however many connections a guest has', async () => {
	const server = await startFakeServer();
	serveThread(server, 'T');
	server.on('thread/list', reply({data: [], nextCursor: null}));
	server.on('turn/start', reply({turn: {id: 'U', items: [], status: 'inProgress'}}));
	server.on('turn/interrupt', reply({}));
	const share = await startShare({endpoint: server.endpoint.display, threadId: 'T'});
	onTestFinished(async () => {
		await share.stop();
		await server.stop();
	});
	await server.taken('thread/resume');
	const token = share.invite('ada', 'steer');
	const seats = await Promise.all([0, 1, 2].map(() => share.enter(token)));
	const message = {threadId: 'T', input: [{type: 'text', text: 'again'}]};
	const answers = await Promise.allSettled(
		seats.flatMap(seat => Array.from({length: burst}, () => seat.call('turn/start', message))),
	);
	const refused = answers.flatMap(each => (each.status === 'rejected' ? [String(each.reason)] : []));
	expect(new Set(refused)).toEqual(new Set([expect.stringContaining('faster than this share passes on')]));
	const passed = server.methods.filter(method => method === 'turn/start').length;
	expect(passed + refused.length).toBe(3 * burst);
	// A machine that is busy may take seconds for this, and every two let one more pass.
	expect(passed).toBeLessThan(2 * burst);
	expect(await seats[0]?.call('turn/interrupt', {threadId: 'T', turnId: 'U'})).toEqual({});
	const bob = await share.join('bob', 'steer');
	expect((await bob.call('turn/start', message)).turn).toMatchObject({id: 'U'});
});

test('what may be repeated is no message; after a pause there is a word again', () => {
	const time = createFakeTime();
	const {complaint} = createSpeaking(time);
	for (let count = 0; count < burst; count += 1) expect(complaint('ada', 'turn/steer')).toBeUndefined();
	expect(complaint('ada', 'thread/queue/add')).toMatch(/wait a few seconds/);
	expect(complaint('ada', 'thread/read')).toBeUndefined();
	time.advance(2000);
	expect(complaint('ada', 'thread/queue/add')).toBeUndefined();
	expect(complaint('ada', 'thread/queue/add')).toBeDefined();
});

test('the log of the owner is not flooded by calls of a thousand names, nor by answers to nothing', () => {
	const time = createFakeTime();
	const news: ShareNews[] = [];
	const refusals = createRefusals(time.later, each => news.push(each));
	for (let count = 0; count < 1000; count += 1) refusals.note('ada', `nonsense/${count}`);
	refusals.note('bob', 'fs/readFile');
	expect(news).toHaveLength(11);
	expect(news.at(-1)).toEqual({type: 'refused', name: 'bob', method: 'fs/readFile', times: 1});
	time.advance(5000);
	refusals.note('ada', 'fs/readFile');
	expect(news).toHaveLength(12);
	refusals.stop();

	const told = withoutFloods(each => news.push(each), time.nowMs);
	for (let count = 0; count < 100; count += 1) {
		told({type: 'answerDropped', name: 'ada', why: `The answer may not say "${count}".`});
		told({type: 'left', name: 'ada'});
	}
	expect(news.filter(({type}) => type === 'answerDropped')).toHaveLength(5);
	expect(news.filter(({type}) => type === 'left')).toHaveLength(100);
	time.advance(5000);
	told({type: 'answerDropped', name: 'ada', why: 'You were not asked this.'});
	expect(news.filter(({type}) => type === 'answerDropped')).toHaveLength(6);
});
