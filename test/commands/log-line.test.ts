/** Lines of a log: whatever comes over the wire, only ids, methods, sizes and times are taken from it. */
import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {Traffic} from '../../source/app-server/connection.ts';
import {createEventLines} from '../../source/commands/log/log-line.ts';
import {RpcError} from '../../source/json-rpc/errors.ts';
import type {Json} from '../../source/protocol/types.ts';

const secret = 'a secret text';

const lineOf = (traffic: Traffic): Readonly<Record<string, unknown>> =>
	JSON.parse(createEventLines(() => 1)({type: 'traffic', traffic}) ?? '');

const arrival = {bytes: 12, atMs: 34};

test('ids are kept, and texts under the same names are not', () => {
	const ids = {threadId: 't-1', turnId: 'u-2', itemId: 'call_3', requestId: 4};
	const params = {...ids, delta: secret, item: {id: 'call_3', type: 'agentMessage', text: secret}};
	expect(lineOf({kind: 'notification', method: 'item/x', params, ...arrival})).toEqual({
		jumpseat: 1,
		type: 'log/frame',
		direction: 'in',
		kind: 'notification',
		method: 'item/x',
		...ids,
		itemType: 'agentMessage',
		...arrival,
	});
	const texts = {threadId: secret, turn: {id: secret}, item: {id: secret, type: secret}, requestId: secret};
	const made = JSON.stringify(
		lineOf({kind: 'request', id: secret, method: secret, params: texts, ...arrival}),
	);
	expect(made).not.toContain('secret');
});

test('an answer of ours and an error of the server leave their words behind', () => {
	const sent = {kind: 'sent', method: 'answer', id: 7, params: {threadId: 't', answers: secret}} as const;
	expect(lineOf({...sent, ...arrival})).toMatchObject({direction: 'out', kind: 'response', id: 7});
	const error = new RpcError({kind: 'refused', code: -32_600, message: secret, data: secret});
	const refused = {kind: 'response', id: 1, method: 'turn/steer', outcome: {ok: false, error}} as const;
	const line = lineOf({...refused, ...arrival});
	expect(line).toMatchObject({error: 'refused', errorCode: -32_600});
	const malformed = lineOf({kind: 'malformed', reason: 'not JSON', excerpt: secret, ...arrival});
	expect(
		`${JSON.stringify(lineOf({...sent, ...arrival}))}${JSON.stringify([line, malformed])}`,
	).not.toContain('secret');
});

test('no value of a frame is taken whole: only words of a hundred characters without a space', () => {
	fc.assert(
		fc.property(fc.jsonValue(), fc.string({minLength: 1}), (value, method) => {
			const line = lineOf({kind: 'notification', method, params: value as Json, ...arrival});
			for (const each of Object.values(line))
				expect(typeof each === 'number' || /^(?:[\w$./:-]{1,100}|\?)$/.test(String(each))).toBe(true);
		}),
	);
});

test('why a thread could not be joined is in the words of the server, and stays out', () => {
	const lines = createEventLines(() => 1);
	lines({type: 'connectionMoved', connection: {kind: 'hydrating'}, atMs: 1});
	const failed = {type: 'connectionMoved', connection: {kind: 'failed', why: secret}, atMs: 2} as const;
	expect(lines(failed)).not.toContain('secret');
	lines({type: 'connectionMoved', connection: {kind: 'connecting', attempt: 1}, atMs: 3});
	expect(lines({...failed, connection: {kind: 'failed', why: 'no way there'}})).toContain('no way there');
	const refused = {type: 'messageRefused', messageId: 'jumpseat:Ada:1', why: secret, atMs: 4} as const;
	expect(lines(refused)).toBe('{"jumpseat":1,"type":"log/messageRefused","atMs":4}\n');
});
