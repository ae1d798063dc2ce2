/** The lines that both ends and a relay say, and all that is none. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	hostLine,
	isRelayRoom,
	joinLine,
	maxRelayLineBytes,
	noLine,
	okLine,
	parsePreamble,
	parseRelayAnswer,
	roomOf,
	takeLine,
	waitLine,
} from '../../source/transport/relay-preamble.ts';

const secret = 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU';
const lineOf = (line: string): string => line.slice(0, -1);

describe('a room', () => {
	test('is the hash of its secret, so that whoever may join cannot host', () => {
		// printf %s SECRET | openssl dgst -sha256 -binary | basenc --base64url
		expect(roomOf(secret)).toBe('0SCpsTFYdQyi1XM-7JxzsVlTgQ7oX5qwel4-_aK6yzk');
		expect(isRelayRoom(roomOf(secret))).toBe(true);
		expect(roomOf(secret)).not.toContain(secret);
		const joining = parsePreamble(lineOf(joinLine(roomOf(secret))));
		expect(parsePreamble(lineOf(hostLine(secret)))).toEqual({kind: 'host', room: roomOf(secret)});
		expect(joining).toEqual({kind: 'join', room: roomOf(secret)});
		expect(parsePreamble(lineOf(hostLine(roomOf(secret))))).not.toMatchObject({room: roomOf(secret)});
	});
});

describe('a first line', () => {
	test.each([
		['', 'this is a relay of Jumpseat and speaks nothing else'],
		['GET / HTTP/1.1', 'this is a relay of Jumpseat and speaks nothing else'],
		['jumpseat-relay/1 join x', 'this is a relay of Jumpseat and speaks nothing else'],
		[
			`JUMPSEAT-RELAY/2 join ${secret}`,
			'this relay speaks JUMPSEAT-RELAY/1: one of the two is older than the other',
		],
		['JUMPSEAT-RELAY/1', 'that is neither a host nor somebody who joins'],
		[`JUMPSEAT-RELAY/1 JOIN ${secret}`, 'that is neither a host nor somebody who joins'],
		[`JUMPSEAT-RELAY/1 join  ${secret}`, 'that is neither a host nor somebody who joins'],
		[`JUMPSEAT-RELAY/1 join ${secret}\r`, 'that is neither a host nor somebody who joins'],
		[`JUMPSEAT-RELAY/1 join ${secret} `, 'that is neither a host nor somebody who joins'],
		[`JUMPSEAT-RELAY/1 join ${secret}x`, 'that is neither a host nor somebody who joins'],
		[`JUMPSEAT-RELAY/1 join ${secret.slice(1)}`, 'that is neither a host nor somebody who joins'],
		[`JUMPSEAT-RELAY/1 join ${secret.slice(1)}+`, 'that is neither a host nor somebody who joins'],
		['JUMPSEAT-RELAY/1 host __proto__', 'that is neither a host nor somebody who joins'],
	])('%j is none: %s', (line, why) => {
		expect(parsePreamble(line)).toBe(why);
	});

	test('is what was meant or a sentence, and the sentence never quotes it', () => {
		fc.assert(
			fc.property(fc.string({unit: 'binary'}), text => {
				const parsed = parsePreamble(text);
				expect(typeof parsed).toBe('string');
				if (typeof parsed === 'string' && text.length > 4) expect(parsed).not.toContain(text);
			}),
		);
	});
});

test('answers are told apart, and nothing else is one', () => {
	expect(parseRelayAnswer(lineOf(okLine))).toEqual({kind: 'ok'});
	expect(parseRelayAnswer(lineOf(waitLine))).toEqual({kind: 'wait'});
	expect(parseRelayAnswer(lineOf(noLine('it is full')))).toEqual({kind: 'no', sentence: 'it is full'});
	for (const line of ['', 'ok', 'OK ', 'OKAY', 'NO', 'HTTP/1.1 400 Bad Request']) {
		expect(parseRelayAnswer(line), line).toBeUndefined();
	}
});

describe('a line', () => {
	test('is found however its bytes are cut, with all that is behind it', () => {
		fc.assert(
			fc.property(fc.nat(hostLine(secret).length), fc.uint8Array(), (cut, behind) => {
				const whole = Buffer.concat([Buffer.from(hostLine(secret)), behind]);
				const taken = takeLine(whole.subarray(0, cut));
				if (cut < hostLine(secret).length) expect(taken).toBe('more');
				expect(takeLine(whole)).toEqual({line: lineOf(hostLine(secret)), rest: Buffer.from(behind)});
			}),
		);
	});

	test('without an end is given up in time', () => {
		expect(takeLine(Buffer.alloc(maxRelayLineBytes - 1, 'x'))).toBe('more');
		expect(takeLine(Buffer.alloc(maxRelayLineBytes, 'x'))).toBe('too long');
		expect(takeLine(Buffer.from(`${'x'.repeat(maxRelayLineBytes)}\n`))).toBe('too long');
		expect(takeLine(Buffer.from(`${'x'.repeat(maxRelayLineBytes - 1)}\n`))).toMatchObject({
			rest: Buffer.alloc(0),
		});
	});
});
