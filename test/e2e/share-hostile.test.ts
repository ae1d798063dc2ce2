/** A guest with a client of its own, at a share of a real thread: frames that no client would send. */
import {expect, onTestFinished, test} from 'vitest';
import {startShare} from '../support/share.ts';
import {valueIn} from '../support/share-guest.ts';
import {beginTripwire, beginWith, rule, say} from './support.ts';

test('tricks with names, ids and frames reach the server as nothing, and half a character as none', async () => {
	const scenario = await beginWith(['Good morning'], [rule('Hello', [say('Hello yourself.')])]);
	const tripwire = await beginTripwire(scenario);
	const share = await startShare({endpoint: tripwire.endpoint, threadId: scenario.pilot.threadId()});
	onTestFinished(() => share.stop());
	const {threadId} = share;
	const ada = await share.sit('ada', 'steer', {clientName: 'evil'});
	const before = tripwire.sent().length;

	const call = {threadId};
	for (const method of ['Thread/read', 'thread/read ', 'thread/read\u0000', '__proto__', 'toString'])
		expect((await ada.refusal(method, call)).code).toBe(-32_601);
	const nobody = '019a0000-0000-7000-8000-000000000001';
	for (const id of [nobody, [threadId], {toString: threadId}, threadId.toUpperCase(), ''])
		expect((await ada.refusal('thread/read', {threadId: id})).code).toBe(-32_602);
	const others = JSON.stringify({requestedThreadId: nobody, turnId: nobody});
	for (const params of [
		{cursor: others},
		{limit: -5},
		{itemsView: 'constructor'},
		{cursor: '\ud800'.repeat(9999)},
	])
		expect((await ada.refusal('thread/turns/list', {...call, ...params})).code).toBe(-32_602);
	for (const frame of [
		`[{"id":"a","method":"thread/read","params":{"threadId":"${threadId}"}}]`,
		'{"id":{"a":1},"method":"thread/read"}',
		'{"id":9007199254740993,"method":"thread/read"}',
		`{"id":"b","method":"thread/read","method":"fs/readFile","params":{"path":"/etc/passwd"}}`,
		`{"id":"c","method":"thread/read","params":{"threadId":"${threadId}","__proto__":{"includeTurns":true}}}`,
		'{"id":0,"result":{"decision":"accept"}}',
		'{"id":"0","error":{"code":1,"message":"no"}}',
	])
		ada.send(frame);
	expect((await ada.waitFor(({id}) => id === 'b')).error?.code).toBe(-32_601);
	expect((await ada.waitFor(({id}) => id === 'c')).error?.code).toBe(-32_602);
	expect(tripwire.sent()).toHaveLength(before);

	// The server is silent about a frame that it cannot read.
	expect((await ada.refusal('thread/turns/list', {...call, cursor: '\ud800'})).message).toMatch(
		/invalid cursor/,
	);
	await ada.call('turn/start', {...call, input: [{type: 'text', text: 'Hello \udc00!'}]});
	const message = await ada.waitFor(
		({method, params}) => method === 'item/completed' && valueIn(params, 'item', 'type') === 'userMessage',
	);
	expect(valueIn(message.params, 'item', 'content')).toMatchObject([{text: 'Hello \u{FFFD}!'}]);
	await ada.told('turn/completed');
});
