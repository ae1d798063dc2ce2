import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {decodeMessage, excerptOf} from '../../source/json-rpc/decode.ts';
import {RpcError, rpcErrorFrom} from '../../source/json-rpc/errors.ts';

describe('decodeMessage', () => {
	test.each([
		['{"method":"a"}', {kind: 'notification', method: 'a', params: null}],
		[
			'{"method":"a","params":{"x":1},"emittedAtMs":5}',
			{kind: 'notification', method: 'a', params: {x: 1}, emittedAtMs: 5},
		],
		['{"method":"a","emittedAtMs":"5"}', {kind: 'notification', method: 'a', params: null}],
		['{"method":"a","emittedAtMs":1e999}', {kind: 'notification', method: 'a', params: null}],
		['{"id":0,"method":"ask","params":[1]}', {kind: 'request', id: 0, method: 'ask', params: [1]}],
		['{"id":"","method":"ask"}', {kind: 'request', id: '', method: 'ask', params: null}],
		['{"jsonrpc":"2.0","id":7,"result":null}', {kind: 'result', id: 7, result: null}],
		['{"id":7,"result":false,"error":null}', {kind: 'result', id: 7, result: false}],
		['{"id":"7","error":"odd"}', {kind: 'error', id: '7', error: 'odd'}],
		['{"id":7,"result":1,"error":{"code":1}}', {kind: 'error', id: 7, error: {code: 1}}],
		['{"id":7}', {kind: 'empty', id: 7}],
	])('reads %s', (text, message) => {
		expect(decodeMessage(text)).toEqual(message);
	});

	test.each([
		'',
		'nonsense',
		'{"method":"a"',
		'null',
		'7',
		'"text"',
		'[{"method":"a"}]',
		'{}',
		'{"result":1}',
		'{"method":7}',
		'{"id":1,"method":null}',
		'{"id":null,"error":{"code":-32700,"message":"Parse error"}}',
		'{"id":1.5,"method":"a"}',
		'{"id":9007199254740993,"method":"a"}',
		'{"id":{"a":1},"result":1}',
		'{"__proto__":{"method":"a"}}',
	])('finds no message in %j and says why', text => {
		expect(decodeMessage(text)).toMatchObject({kind: 'malformed', reason: expect.stringMatching(/./u)});
	});

	test('no text makes it throw', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string({unit: 'binary'}), fc.json()), text => {
				expect(decodeMessage(text).kind).toMatch(/./u);
			}),
		);
		expect(decodeMessage('['.repeat(1_000_000)).kind).toBe('malformed');
		expect(decodeMessage(`{"method":"a","params":${'['.repeat(50_000)}${']'.repeat(50_000)}}`).kind).toMatch(
			/./u,
		);
	});
});

describe('excerptOf', () => {
	test('is at most 200 characters and never ends in half a character', () => {
		fc.assert(
			fc.property(fc.string({unit: 'grapheme', maxLength: 400}), text => {
				const excerpt = excerptOf(text);
				expect(excerpt.length).toBeLessThanOrEqual(200);
				expect(text.startsWith(excerpt)).toBe(true);
				if (text.length <= 200) expect(excerpt).toBe(text);
				expect(excerpt).not.toMatch(/[\uD800-\uDBFF]$/u);
			}),
		);
		expect(excerptOf(`${'x'.repeat(199)}😀`)).toBe('x'.repeat(199));
	});
});

describe('rpcErrorFrom', () => {
	test.each([
		[-32_001, 'Server overloaded; retry later.', 'overloaded'],
		[-32_601, 'thread/items/list is not supported', 'unsupported'],
		[-32_600, 'Invalid request: unknown variant `a/b`, expected one of `x`, `y`', 'unsupported'],
		[-32_600, 'no active turn to steer', 'refused'],
		[-32_603, 'failed', 'refused'],
	])('sorts %i %s as %s', (code, message, kind) => {
		expect(rpcErrorFrom({code, message})).toMatchObject({code, kind});
	});

	test('shortens the list of every known method', () => {
		const known = Array.from({length: 200}, (_, index) => `\`method/${index}\``).join(', ');
		const error = rpcErrorFrom({
			code: -32_600,
			message: `Invalid request: unknown variant \`nope\`, expected one of ${known}`,
		});
		expect(error.message).toBe('Invalid request: unknown variant `nope`');
	});

	test('cuts any other long message', () => {
		const {message} = rpcErrorFrom({code: 1, message: 'x'.repeat(10_000)});
		expect(message).toHaveLength(300);
		expect(message.endsWith('…')).toBe(true);
	});

	test('keeps what the server added', () => {
		expect(rpcErrorFrom({code: 1, message: 'm', data: {why: 'review'}}).data).toEqual({why: 'review'});
	});

	test('makes an error of anything', () => {
		fc.assert(
			fc.property(fc.jsonValue(), value => {
				expect(rpcErrorFrom(value as null)).toBeInstanceOf(RpcError);
			}),
		);
		for (const odd of [null, 'text', [], {}, {code: '1', message: 'm'}, {code: 1}]) {
			expect(rpcErrorFrom(odd)).toMatchObject({kind: 'malformed', code: 0});
		}
	});
});
