import {randomBytes} from 'node:crypto';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {shareProtocol} from '../../source/protocol/share.ts';
import {accessOf, endpointOf, formatLink, type Link, LinkError, parseLink} from '../../source/share/link.ts';

const token = randomBytes(32).toString('base64url');
const proof = randomBytes(32).toString('base64url');
const room = randomBytes(32).toString('base64url');
const fingerprint = Buffer.from(proof, 'base64url').toString('hex');

const sentenceOf = (attempt: () => unknown): string => {
	try {
		attempt();
	} catch (error) {
		if (error instanceof LinkError) return error.message;
		throw error;
	}
	throw new Error('nothing was thrown');
};

const bytes32 = fc.uint8Array({minLength: 32, maxLength: 32}).map(bytes => Buffer.from(bytes));
const base64url = bytes32.map(bytes => bytes.toString('base64url'));
const hex = bytes32.map(bytes => bytes.toString('hex'));
const port = fc.integer({min: 1, max: 65_535});
/** As a URL writes them: there is one way for each address. */
const host = fc
	.oneof(
		fc.domain(),
		fc.ipV4(),
		fc.ipV6().map(address => new URL(`ws://[${address}]`).hostname.slice(1, -1)),
	)
	.map(each => each.toLowerCase());
const loopbackHost = fc.constantFrom('127.0.0.1', '127.9.9.9', '::1');
const name = fc
	.string({
		minLength: 1,
		unit: fc.oneof(
			fc.string({minLength: 1, maxLength: 1, unit: 'grapheme'}),
			fc.constantFrom('#', ' ', '%', '?', '.', ':'),
		),
	})
	.map(text => text.replace(/[/\p{Cc}\p{Cs}]/gu, '-'));
const path = fc.array(name, {minLength: 1, maxLength: 5}).map(parts => `/${parts.join('/')}`);
const link: fc.Arbitrary<Link> = fc.record({
	token: base64url,
	address: fc.oneof(
		fc.record({kind: fc.constant('unix' as const), path}),
		fc.record({kind: fc.constant('ws' as const), host: loopbackHost, port}),
		fc.record({kind: fc.constant('wss' as const), host, port, fingerprint: hex}),
		fc.record({kind: fc.constant('relay' as const), host, port, room: base64url, fingerprint: hex}),
	),
});

describe('a link', () => {
	test('comes back as it was, is one word for a shell between quotes, and survives a paste with space around', () => {
		fc.assert(
			fc.property(link, each => {
				const text = formatLink(each);
				expect(text).toMatch(/^[\x21-\x7E]+$/);
				expect(text).not.toContain("'''");
				expect(parseLink(text)).toEqual(each);
				expect(parseLink(` ${text}\n`)).toEqual(each);
			}),
		);
	});

	test.each([
		[
			{kind: 'unix', path: '/run/my share/ü#1.sock'},
			`jumpseat+unix:///run/my%20share/%C3%BC%231.sock#1.${token}`,
		],
		[{kind: 'ws', host: '::1', port: 4500}, `jumpseat+ws://[::1]:4500#1.${token}`],
		[
			{kind: 'wss', host: '2001:db8::1', port: 443, fingerprint},
			`jumpseat+wss://[2001:db8::1]:443#1.${token}.${proof}`,
		],
		[
			{kind: 'relay', host: 'relay.example', port: 4600, room, fingerprint},
			`jumpseat+relay://relay.example:4600/${room}#1.${token}.${proof}`,
		],
	] as const)('is written so: %#', (address, text) => {
		expect(formatLink({address, token})).toBe(text);
	});

	test('to localhost leads to the address at which a door of that name listens, and no other', () => {
		const link = parseLink(`jumpseat+ws://localhost:7440#1.${token}`);
		expect(link.address).toEqual({kind: 'ws', host: '127.0.0.1', port: 7440});
		expect(endpointOf(link).display).toBe('ws://127.0.0.1:7440');
	});

	test('says where to connect and how to come in', () => {
		const wss = parseLink(`jumpseat+wss://share.example:4500#1.${token}.${proof}`);
		expect(endpointOf(wss)).toEqual({
			kind: 'ws',
			url: 'wss://share.example:4500/rpc',
			host: 'share.example',
			port: 4500,
			secure: true,
			display: 'wss://share.example:4500',
		});
		const access = accessOf(wss);
		expect([access.token(), access.tls, access.tokenOnUnix]).toEqual([token, {pin: fingerprint}, true]);
		expect(accessOf(wss, () => 'other').token()).toBe('other');
		const relay = endpointOf(parseLink(`jumpseat+relay://[::1]:4600/${room}#1.${token}.${proof}`));
		expect(relay).toEqual({kind: 'relay', host: '::1', port: 4600, room, display: 'relay://[::1]:4600'});
		expect(endpointOf(parseLink(`jumpseat+unix:///a%20b#1.${token}`))).toMatchObject({path: '/a b'});
	});
});

describe('a text that is no link', () => {
	const cases: readonly (readonly [string, RegExp])[] = [
		['', /There is no link/],
		['   ', /There is no link/],
		[token, /begins with jumpseat\+/],
		[`https://example.org/${token}`, /begins with jumpseat\+/],
		[`wss://host:1#1.${token}`, /--connect/],
		['unix:///run/x.sock', /--connect/],
		['jumpseat+wss://host:1', /ends before its token/],
		['jumpseat+wss://host:1#', /ends before its token/],
		[`jumpseat+wss://host:1#${token}`, /ends before its token/],
		[`jumpseat+wss://host:1#1`, /token is not whole/],
		[`jumpseat+wss://host:1#1.`, /token is not whole/],
		[`jumpseat+wss://host:1#1.${token.slice(1)}.${proof}`, /token is not whole/],
		[`jumpseat+wss://host:1#1.${token}A.${proof}`, /token is not whole/],
		[`jumpseat+wss://host:1#1.${'+'.repeat(43)}.${proof}`, /token is not whole/],
		// The last character has two bits that mean nothing: there is one way to write each token.
		[`jumpseat+wss://host:1#1.${'A'.repeat(42)}B.${proof}`, /token is not whole/],
		[`jumpseat+wss://host:1#1.${token}.${proof}.x`, /token is not whole/],
		[`jumpseat+wss://host:1#1.${token}`, /fingerprint is not whole/],
		[`jumpseat+wss://host:1#1.${token}.${proof.slice(2)}`, /fingerprint is not whole/],
		[`jumpseat+relay://host:1/${room}#1.${token}`, /fingerprint is not whole/],
		[`jumpseat+relay://host:1#1.${token}.${proof}`, /no room/],
		[`jumpseat+relay://host:1/#1.${token}.${proof}`, /no room/],
		[`jumpseat+relay://host:1/${room}/x#1.${token}.${proof}`, /no room/],
		[`jumpseat+ws://127.0.0.1:1#1.${token}.${proof}`, /has a fingerprint/],
		[`jumpseat+unix:///x#1.${token}.${proof}`, /has a fingerprint/],
		[`jumpseat+ws://192.0.2.1:1#1.${token}`, /without encryption/],
		[`jumpseat+ws://share.example:1#1.${token}`, /without encryption/],
		[`jumpseat+ws://0.0.0.0:1#1.${token}`, /without encryption/],
		[`jumpseat+ws://localhost.example:1#1.${token}`, /without encryption/],
		[`jumpseat+wss://host#1.${token}.${proof}`, /host and a port/],
		[`jumpseat+wss://host:0#1.${token}.${proof}`, /host and a port/],
		[`jumpseat+wss://host:65536#1.${token}.${proof}`, /host and a port/],
		[`jumpseat+wss://user@host:1#1.${token}.${proof}`, /host and a port/],
		[`jumpseat+wss://-oProxy:1#1.${token}.${proof}`, /host and a port/],
		[`jumpseat+wss://host:1/path#1.${token}.${proof}`, /host and a port/],
		[`jumpseat+wss://host:1?${token}#1.${token}.${proof}`, /host and a port/],
		[`jumpseat+wss://:1#1.${token}.${proof}`, /host and a port/],
		[`jumpseat+unix://run/x#1.${token}`, /does not name a socket/],
		[`jumpseat+unix://#1.${token}`, /does not name a socket/],
		[`jumpseat+unix:///#1.${token}`, /does not name a socket/],
		[`jumpseat+unix:///a%00b#1.${token}`, /does not name a socket/],
		[`jumpseat+unix:///a%E0%A4#1.${token}`, /path of the link is not whole/],
		[`jumpseat+ws://127.0.0.1:1#1.${token.slice(0, 20)}\n${token.slice(20)}`, /in one piece/],
		[`jumpseat+unix:///my folder/x#1.${token}`, /in one piece/],
		[`jumpseat+quic://host:1#1.${token}`, /of a kind/],
		[`jumpseat+wss://host:1#2.something-quite-new`, /newer Jumpseat.*version 2.*update this one/],
		[`jumpseat+quic://host:1#99.${token}`, /newer Jumpseat/],
		[`jumpseat+wss://host:1#0.${token}`, /older Jumpseat/],
	];

	test.each(cases)('gets one sentence that says so: %#', (text, words) => {
		const sentence = sentenceOf(() => parseLink(text));
		expect(sentence).toMatch(words);
		expect(sentence).not.toContain('\n');
	});

	test('is never quoted: not the token, wherever it stands', () => {
		for (const [text] of cases) {
			const sentence = sentenceOf(() => parseLink(text));
			for (const secret of [token, proof, room]) {
				for (let at = 0; at + 8 <= secret.length; at += 1)
					expect(sentence).not.toContain(secret.slice(at, at + 8));
			}
		}
	});

	test('whatever it is, gives a link or a LinkError', () => {
		const near = link.chain(each => {
			const text = formatLink(each);
			return fc
				.tuple(fc.nat(text.length), fc.nat(6), fc.string({unit: 'binary', maxLength: 4}))
				.map(([at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut));
		});
		fc.assert(
			fc.property(fc.oneof(fc.string(), near), text => {
				try {
					expect(parseLink(formatLink(parseLink(text)))).toEqual(parseLink(text));
				} catch (error) {
					if (!(error instanceof LinkError)) throw error;
				}
			}),
		);
	});
});

test('what could not be understood is not written', () => {
	const write = (address: Link['address'], own = token) =>
		sentenceOf(() => formatLink({address, token: own}));
	expect(write({kind: 'ws', host: '192.0.2.1', port: 1})).toContain('without encryption');
	expect(write({kind: 'unix', path: 'relative'})).toContain('does not name a socket');
	expect(write({kind: 'unix', path: '/\uD800'})).toContain('no text');
	expect(write({kind: 'wss', host: 'h', port: 1, fingerprint: 'ab'})).toContain('fingerprint');
	expect(write({kind: 'unix', path: '/x'}, 'short')).toContain('token');
	expect(shareProtocol).toBe(1);
});
