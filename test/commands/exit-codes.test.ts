import {expect, test} from 'vitest';
import {CommandError, exitCodes, explain} from '../../source/commands/exit-codes.ts';
import {RpcError, type RpcErrorKind} from '../../source/json-rpc/errors.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {TransportError, type TransportErrorCode} from '../../source/transport/errors.ts';

const thrown = (work: () => unknown): unknown => {
	try {
		return work();
	} catch (error) {
		return error;
	}
};

test('the codes are those of the design', () => {
	expect(exitCodes).toEqual({
		done: 0,
		failed: 1,
		usage: 2,
		notThere: 3,
		refused: 4,
		lost: 5,
		interrupted: 130,
	});
});

test.each<[TransportErrorCode, number]>([
	['no-server', 3],
	['not-a-socket', 3],
	['not-codex', 3],
	['tls', 3],
	['unreachable', 3],
	['unavailable', 3],
	['path-too-long', 3],
	['timeout', 3],
	['unauthorised', 4],
	['forbidden', 4],
	['permission', 4],
	['unsafe-token', 4],
	['unsupported', 2],
	['closed', 5],
	['oversized', 5],
])('no connection for the reason %s exits with %i and says the sentence', (code, exitCode) => {
	expect(explain(new TransportError(code, 'What happened.'))).toEqual({lines: ['What happened.'], exitCode});
});

test.each<[RpcErrorKind, number, string]>([
	['refused', 1, 'The App Server said no: why'],
	['unsupported', 1, 'The App Server said no: why'],
	['overloaded', 1, 'The App Server said no: why'],
	['malformed', 1, 'why'],
	['closed', 5, 'why'],
	['timeout', 5, 'why'],
])('a call that ended %s exits with %i', (kind, exitCode, line) => {
	expect(explain(new RpcError({kind, message: 'why'}))).toEqual({lines: [line], exitCode});
});

test('the words of a server cannot drive the terminal', () => {
	const {lines} = explain(
		new RpcError({kind: 'refused', message: 'no\u001B]0;title\u0007\u001B[2J\nmore\u202E'}),
	);
	expect(lines.join('')).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E]/);
	expect(lines).toHaveLength(1);
});

test('an endpoint that does not parse is a usage error', () => {
	const {lines, exitCode} = explain(thrown(() => parseEndpoint('http://x')));
	expect(exitCode).toBe(2);
	expect(lines[0]).toContain('http://x');
});

test("a command's own failure has its lines and its code", () => {
	expect(explain(new CommandError(2, 'Which?', ['  a', '  b']))).toEqual({
		lines: ['Which?', '  a', '  b'],
		exitCode: 2,
	});
});

test('what should not have happened says where, whatever was thrown', () => {
	expect(explain(new Error('odd'))).toMatchObject({
		exitCode: 1,
		lines: [expect.stringMatching(/^Jumpseat failed, and should not have: Error: odd\n +at /)],
	});
	expect(explain('odd')).toEqual({exitCode: 1, lines: ['Jumpseat failed, and should not have: odd']});
	expect(explain(undefined).exitCode).toBe(1);
});
