/** An answer that went to the server, of which the server says nothing. */
import {expect, onTestFinished, test} from 'vitest';
import type {Environment} from '../../source/app-server/connection.ts';
import {confirmedWithinMs} from '../../source/share/answers.ts';
import {reply, serveThread, startFakeServer} from '../app-server/fake-server.ts';
import {createFakeTime, realTime} from '../app-server/watcher.ts';
import {startShare} from '../support/share.ts';
import {valueIn} from '../support/share-guest.ts';

const approval = {threadId: 'T', turnId: 'U', itemId: 'I', command: 'npm test', cwd: '/app', startedAtMs: 1};
const commandApproval = 'item/commandExecution/requestApproval';

const begin = async () => {
	const time = createFakeTime();
	/** The heartbeat of the connection waits as long, and began before. */
	let isAnswering = false;
	const environment: Environment = {
		...realTime,
		later: (delayMs, task) =>
			(isAnswering && delayMs === confirmedWithinMs ? time : realTime).later(delayMs, task),
	};
	const server = await startFakeServer();
	serveThread(server, 'T');
	server.on('thread/list', reply({data: [], nextCursor: null}));
	server.on('thread/turns/list', reply({data: [], nextCursor: null}));
	const share = await startShare({endpoint: server.endpoint.display, threadId: 'T', environment});
	onTestFinished(async () => {
		await share.stop();
		await server.stop();
	});
	await server.taken('thread/resume');
	const [ada, bob] = [await share.sit('ada', 'answer'), await share.sit('bob', 'answer')];
	const upstream = server.connections.at(-1);
	upstream?.burst({id: 0, method: commandApproval, params: approval});
	const {id = -1} = await ada.told(commandApproval);
	await bob.told(commandApproval);
	isAnswering = true;
	ada.respond(id, {decision: 'accept'});
	await server.taken('undefined');
	isAnswering = false;
	return {server, share, time, ada, bob, id, upstream};
};

test('its giver and the owner are told that it hangs, and it stays the answer: no second one goes', async () => {
	const {server, share, time, ada, bob, id, upstream} = await begin();
	expect(time.pending).toEqual([confirmedWithinMs]);
	time.advance(confirmedWithinMs);
	const {params} = await ada.told('warning');
	expect(valueIn(params, 'message')).toContain('The server has not confirmed your answer: npm test.');
	expect(await share.heard('answerUnconfirmed')).toMatchObject({name: 'ada', subject: 'npm test'});
	bob.respond(id, {decision: 'decline'});
	expect(valueIn((await bob.told('warning')).params, 'message')).toContain('ada had answered already');
	expect(server.methods.filter(method => method === 'undefined')).toHaveLength(1);
	// The server was only slow: who answered is still right.
	upstream?.notify('serverRequest/resolved', {threadId: 'T', requestId: 0});
	expect((await bob.told('jumpseat/answered')).params).toMatchObject({by: 'ada'});
});

test('nothing is said of one that is confirmed, and nothing waits for it any more', async () => {
	const {share, time, ada, upstream} = await begin();
	upstream?.notify('serverRequest/resolved', {threadId: 'T', requestId: 0});
	await ada.told('jumpseat/answered');
	expect(time.pending).toEqual([]);
	expect(share.news.map(({type}) => type)).not.toContain('answerUnconfirmed');
});

test('nothing waits for one whose connection to the server is lost, or whose share has ended', async () => {
	const {share, time, ada, upstream} = await begin();
	upstream?.cut();
	await ada.closed;
	expect(time.pending).toEqual([]);
	const other = await begin();
	await other.share.gateway.end('Over.');
	expect(other.time.pending).toEqual([]);
	expect([...share.news, ...other.share.news].map(({type}) => type)).not.toContain('answerUnconfirmed');
});
