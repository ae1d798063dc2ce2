import fc from 'fast-check';
import {expect, test} from 'vitest';
import {describeTraffic} from '../../source/app/describe-traffic.ts';
import type {Traffic} from '../../source/app-server/connection.ts';
import {RpcError} from '../../source/json-rpc/errors.ts';
import type {Json} from '../../source/protocol/types.ts';

const at = {atMs: 5, bytes: 7};
const notification = (method: string, params: Json): Traffic => ({
	kind: 'notification',
	method,
	params,
	...at,
});
const detail = (method: string, params: Json): string => describeTraffic(notification(method, params)).detail;

test.each<[string, Json, string]>([
	[
		'item/started',
		{item: {type: 'commandExecution', status: 'inProgress', command: 'npm test'}},
		'commandExecution · inProgress · npm test',
	],
	['item/completed', {item: {type: 'agentMessage', text: 'hi'}}, 'agentMessage'],
	['item/agentMessage/delta', {itemId: 'I', delta: 'ha'}, 'ha'],
	['turn/completed', {turn: {status: 'failed', error: {message: 'no'}}}, 'failed'],
	[
		'thread/status/changed',
		{status: {type: 'active', activeFlags: ['waitingOnApproval']}},
		'active · waitingOnApproval',
	],
	['thread/name/updated', {threadName: 'x'}, 'x'],
	['serverRequest/resolved', {requestId: 0}, '#0'],
	['error', {error: {message: 'busy'}, willRetry: true}, 'busy'],
	['warning', {message: 'careful'}, 'careful'],
	['brand/new', {}, ''],
	['brand/new', null, ''],
	['brand/new', [1, 2], ''],
])('%s %j says %s', (method, params, words) => {
	expect(detail(method, params)).toBe(words);
});

test('deltas of one item fold into one entry, those of another or of another kind do not', () => {
	const key = (method: string, itemId: string) =>
		describeTraffic(notification(method, {itemId, delta: 'x'})).foldKey;
	expect(key('item/agentMessage/delta', 'I')).toBe(key('item/agentMessage/delta', 'I'));
	expect(key('item/agentMessage/delta', 'I')).not.toBe(key('item/agentMessage/delta', 'J'));
	expect(key('item/commandExecution/outputDelta', 'I')).not.toBe(key('item/agentMessage/delta', 'I'));
	expect(key('item/started', 'I')).toBeUndefined();
});

test('what we sent, the answers, the requests and the oddities have their ids, also id 0', () => {
	const words = (traffic: Traffic) => {
		const {kind, name, detail: said} = describeTraffic(traffic);
		return [kind, name, said];
	};
	expect(words({kind: 'sent', method: 'thread/read', id: 1, params: {}, ...at})).toEqual([
		'sent',
		'thread/read',
		'sent #1',
	]);
	expect(words({kind: 'sent', method: 'initialized', id: undefined, params: null, ...at})).toEqual([
		'sent',
		'initialized',
		'sent',
	]);
	expect(words({kind: 'request', method: 'item/tool/call', id: 0, params: {command: 'ls'}, ...at})).toEqual([
		'request',
		'item/tool/call',
		'#0 ls',
	]);
	expect(words({kind: 'request', method: 'x', id: 'r', params: null, ...at})).toEqual(['request', 'x', '#r']);
	expect(
		words({kind: 'response', method: 'thread/read', id: 1, outcome: {ok: true, result: {}}, ...at}),
	).toEqual(['response', 'thread/read', 'answer to #1']);
	const error = new RpcError({kind: 'refused', code: -32_600, message: 'no'});
	expect(words({kind: 'response', method: 'thread/read', id: 1, outcome: {ok: false, error}, ...at})).toEqual(
		['response', 'thread/read', 'refused: no'],
	);
	expect(words({kind: 'malformed', reason: 'no JSON', excerpt: '{', ...at})).toEqual([
		'oddity',
		'malformed frame',
		'no JSON: {',
	]);
	expect(words({kind: 'unsolicited', id: 9, ...at})).toEqual(['oddity', 'unasked-for response', 'for #9']);
});

test('a detail stays short, however long the delta; the payload keeps all of it', () => {
	const {detail: said, payload} = describeTraffic(
		notification('item/agentMessage/delta', {delta: 'x'.repeat(100_000)}),
	);
	expect(said).toHaveLength(400);
	expect(JSON.stringify(payload).length).toBeGreaterThan(100_000);
});

test('no notification makes it throw', () => {
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string(),
				fc.constantFrom('item/started', 'turn/completed', 'thread/status/changed', 'constructor'),
			),
			fc.jsonValue(),
			(method, params) => {
				const entry = describeTraffic(notification(method, params as Json));
				expect(entry).toMatchObject({name: method, bytes: 7, atMs: 5});
			},
		),
	);
});

test('what lets somebody in is not kept: neither a new link nor the key to come back with', () => {
	const response = (method: string, result: Json) =>
		describeTraffic({
			kind: 'response',
			id: 1,
			method,
			outcome: {ok: true, result},
			bytes: 1,
			atMs: 0,
		} as Parameters<typeof describeTraffic>[0]);
	const invited = response('jumpseat/share/invite', {
		name: 'ada',
		role: 'steer',
		link: 'jumpseat+ws://h#1.SECRET',
	});
	const welcome = response('initialize', {userAgent: 'x', jumpseat: {protocol: 1, returnKey: 'SECRET'}});
	expect(JSON.stringify([invited, welcome])).not.toContain('SECRET');
	expect(invited.payload).toMatchObject({result: {name: 'ada', role: 'steer'}});
	expect(welcome.payload).toMatchObject({result: {userAgent: 'x', jumpseat: {protocol: 1}}});
});
