import {expect, test} from 'vitest';
import {fromHttpStatus, fromNodeError, printable, TransportError} from '../../source/transport/errors.ts';

const withCode = (code: string): Error => Object.assign(new Error(`says ${code}`), {code});

test.each([
	['ECONNREFUSED', 'no-server'],
	['EACCES', 'permission'],
	['ENOTFOUND', 'unreachable'],
	['EAI_AGAIN', 'unreachable'],
	['EHOSTUNREACH', 'unreachable'],
	['ENETUNREACH', 'unreachable'],
	['ETIMEDOUT', 'timeout'],
	['ECONNRESET', 'closed'],
	['EPIPE', 'closed'],
	['EPROTO', 'tls'],
	['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
	['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
	['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
	['CERT_HAS_EXPIRED', 'tls'],
	['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
	['HPE_INVALID_CONSTANT', 'not-codex'],
	['E_OF_THE_FUTURE', 'not-codex'],
])('%s becomes %s, in a sentence that names the endpoint', (nodeCode, code) => {
	const error = fromNodeError(withCode(nodeCode), 'ws://host:1');
	expect(error).toMatchObject({code});
	expect(error.sentence).toContain('ws://host:1');
	expect(error.sentence).toMatch(/[.?]$/u);
});

test('an error that is one of ours already stays as it is', () => {
	const error = new TransportError('timeout', 'Too late.');
	expect(fromNodeError(error, 'ws://host:1')).toBe(error);
});

test('an error that is no Error still gets a sentence', () => {
	expect(fromNodeError('odd', 'ws://host:1')).toMatchObject({code: 'not-codex'});
	expect(fromNodeError(null, 'ws://host:1')).toMatchObject({code: 'not-codex'});
});

test.each([
	[401, 'unauthorised'],
	[403, 'forbidden'],
	[404, 'not-codex'],
	[200, 'not-codex'],
	[302, 'not-codex'],
	[503, 'unavailable'],
])('HTTP %i becomes %s', (status, code) => {
	const error = fromHttpStatus(status, 'ws://host:1', {hasToken: false});
	expect(error).toMatchObject({code});
	expect(error.sentence).toContain(`HTTP ${status}`);
});

test('a 401 tells a missing token from a wrong one', () => {
	expect(fromHttpStatus(401, 'x', {hasToken: false}).sentence).toContain('wants a token');
	expect(fromHttpStatus(401, 'x', {hasToken: true}).sentence).toContain('did not accept the token');
});

test('text from the other side loses its control characters and its length', () => {
	expect(printable('a\u001B[31mb\r\nc\u202Ed')).toBe('a [31mb c d');
	expect(printable('x'.repeat(1000))).toHaveLength(200);
});
