/** The hour of an invitation: whoever is in by it is sent away then, and others are not. */
import {expect, onTestFinished, test} from 'vitest';
import type {Environment} from '../../source/app-server/connection.ts';
import {reply, serveThread, startFakeServer} from '../app-server/fake-server.ts';
import {createFakeTime, realTime} from '../app-server/watcher.ts';
import {resume, startShare} from '../support/share.ts';

const lifetimeMs = 3_600_000;
const sentence = 'Your invitation has expired: ask for another.';

/** The gateway's clock goes on by hand; the timers of connections are real, so that they cannot all fall due. */
const begin = async () => {
	const time = createFakeTime();
	let sleptMs = 0;
	const environment: Environment = {
		...realTime,
		nowMs: () => time.nowMs() + sleptMs,
		later: (delayMs, task) => (delayMs === 60_000 ? time : realTime).later(delayMs, task),
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
	const sit = async (name: string, options: {clientName?: string; forMs?: number} = {}) => {
		const {forMs, clientName = 'jumpseat'} = options;
		const {token} = share.invitations.invite({name, role: 'answer', once: false, lifetimeMs: forMs});
		const guest = await share.enter(token, {clientName});
		await resume(guest, 'T');
		return {guest, token};
	};
	/** The clock goes on, and the timers do not. */
	const sleep = (ms: number): void => {
		sleptMs += ms;
	};
	return {share, time, sit, sleep};
};

test('whoever is in by an invitation that expires is sent away at that moment, and comes in no more', async () => {
	const {share, time, sit} = await begin();
	const {guest: ada, token} = await sit('ada', {forMs: lifetimeMs});
	const {guest: stock} = await sit('stock', {forMs: lifetimeMs, clientName: 'codex-tui'});
	const {guest: bob} = await sit('bob');
	time.advance(lifetimeMs - 1);
	await ada.call('thread/read', {threadId: 'T'});
	time.advance(60_000);
	expect(await ada.closed).toEqual({code: 4001, reason: sentence});
	expect(await stock.closed).toEqual({code: 4001, reason: sentence});
	// The stock client tells nobody the reason of a close; an error stands in its transcript.
	expect((await stock.told('error')).params).toMatchObject({willRetry: false, error: {message: sentence}});
	await bob.call('thread/read', {threadId: 'T'});
	await expect(share.enter(token)).rejects.toThrow('401');
	expect(share.news.filter(({type}) => type === 'expired')).toEqual([
		{type: 'expired', name: 'ada'},
		{type: 'expired', name: 'stock'},
	]);
});

test('from its hour on an invitation gives no power, even where the timer is late', async () => {
	const {time, sit, sleep} = await begin();
	const {guest: ada} = await sit('ada', {forMs: 2 * lifetimeMs});
	sleep(2 * lifetimeMs);
	expect((await ada.refusal('turn/interrupt', {threadId: 'T', turnId: 'U'})).code).toBe(-32_601);
	// And soon after it woke the guest is gone.
	time.advance(60_000);
	expect((await ada.closed).code).toBe(4001);
});

test('one timer waits for all that expire, and none is left after the end', async () => {
	const {share, time, sit} = await begin();
	expect(time.pending).toEqual([]);
	await sit('ada', {forMs: lifetimeMs});
	await sit('bob', {forMs: lifetimeMs * 2});
	expect(time.pending).toHaveLength(1);
	share.gateway.remove('ada');
	expect(time.pending).toHaveLength(1);
	share.gateway.remove('bob');
	expect(time.pending).toEqual([]);
	share.invitations.invite({name: 'cy', role: 'observe', once: false, lifetimeMs});
	expect(time.pending).toHaveLength(1);
	await share.gateway.end('Over.');
	expect(time.pending).toEqual([]);
});
