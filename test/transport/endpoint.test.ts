import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {daemonSocketPath, EndpointError, parseEndpoint} from '../../source/transport/endpoint.ts';

const problemOf = (text: string): string => {
	try {
		parseEndpoint(text);
	} catch (error) {
		if (error instanceof EndpointError) return error.message;
		throw error;
	}
	return `parsed: ${text}`;
};

describe('parseEndpoint', () => {
	test('unix:// alone means the daemon of Codex', () => {
		expect(parseEndpoint('unix://')).toEqual({kind: 'unix', path: undefined, display: 'unix://'});
	});

	test.each(['/run/codex.sock', '/tmp/a b/ü:1%20?#.sock', '/a//b/../c'])(
		'takes the socket path %s as it stands',
		socketPath => {
			expect(parseEndpoint(`unix://${socketPath}`)).toEqual({
				kind: 'unix',
				path: socketPath,
				display: `unix://${socketPath}`,
			});
		},
	);

	test('asks a ws server for /rpc, as the stock client does', () => {
		expect(parseEndpoint('ws://127.0.0.1:4500')).toEqual({
			kind: 'ws',
			url: 'ws://127.0.0.1:4500/rpc',
			host: '127.0.0.1',
			port: 4500,
			secure: false,
			display: 'ws://127.0.0.1:4500',
		});
	});

	test('keeps a path and a query that were written, and shows no query', () => {
		expect(parseEndpoint('WSS://Codex.Example/team/a?key=1')).toEqual({
			kind: 'ws',
			url: 'wss://codex.example:443/team/a?key=1',
			host: 'codex.example',
			port: 443,
			secure: true,
			display: 'wss://codex.example:443/team/a',
		});
	});

	test('gives an IPv6 host without its brackets', () => {
		expect(parseEndpoint('ws://[::1]:4500')).toMatchObject({
			host: '::1',
			url: 'ws://[::1]:4500/rpc',
			display: 'ws://[::1]:4500',
		});
	});

	test.each([
		['ssh://box', {host: 'box'}],
		['ssh://box/', {host: 'box'}],
		['ssh://ann@box.example:2222', {user: 'ann', host: 'box.example', port: 2222}],
		[
			'ssh://ann@[fe80::1%eth0]/run/a b.sock',
			{user: 'ann', host: 'fe80::1%eth0', socketPath: '/run/a b.sock'},
		],
	])('reads %s', (text, parts) => {
		expect(parseEndpoint(text)).toEqual({kind: 'ssh', ...parts, display: text});
	});

	test.each([
		['', 'expected unix://'],
		['codex.sock', 'expected unix://'],
		['/run/codex.sock', 'Did you mean unix:///run/codex.sock?'],
		['http://localhost:4500', 'Did you mean ws://localhost:4500?'],
		['https://h', 'Did you mean wss://h?'],
		['unix:/run/codex.sock', 'expected unix://'],
		['unix://run/codex.sock', 'an absolute path'],
		['unix:///run/a\u0000b', 'a control character'],
		['unix:///run/a\nb', 'a control character'],
		['ws://', 'expected ws://HOST:PORT'],
		['ws://:4500', 'expected ws://HOST:PORT'],
		['ws:///4500', 'expected ws://HOST:PORT'],
		['ws://4500', 'expected ws://HOST:PORT'],
		['ws://localhost:port', 'expected ws://HOST:PORT'],
		['ws://localhost:70000', 'expected ws://HOST:PORT'],
		['ws://localhost:0', '1 to 65535'],
		['ws://local host:1', 'expected ws://HOST:PORT'],
		['ws://a\\b:1', 'expected ws://HOST:PORT'],
		['ws://ann:secret@localhost:4500', '--token-env'],
		['ws://@localhost:4500', '--token-env'],
		['ws://localhost:4500/#a', 'fragment'],
		['ws://-oProxyCommand=x:1', 'may not begin with "-"'],
		['ws://%2Dx:1', 'may not begin with "-"'],
		['ssh://-oProxyCommand=x', 'may not begin with "-"'],
		['ssh://-l@box', 'the user may not begin with "-"'],
		['ssh://', 'expected ssh://'],
		['ssh://a b', 'expected ssh://'],
		['ssh://a;b', 'expected ssh://'],
		['ssh://a$(b)@box', 'expected ssh://'],
		['ssh://box:0', '1 to 65535'],
		['ssh://box:65536', '1 to 65535'],
		['ssh://box:22a', 'expected ssh://'],
	])('refuses %j and says what was expected', (text, problem) => {
		expect(problemOf(text)).toContain(problem);
	});

	test('does not repeat a password in its complaint', () => {
		expect(problemOf('ws://ann:hush@hush@localhost:4500')).not.toContain('hush');
	});

	test('no text makes it throw anything but an EndpointError, and no host or user begins with "-"', () => {
		const scheme = fc.constantFrom('', 'unix://', 'ws://', 'wss://', 'ssh://', 'ssh://-', 'ws://[', 'tcp://');
		fc.assert(
			fc.property(scheme, fc.string({unit: 'binary'}), (start, rest) => {
				try {
					const endpoint = parseEndpoint(start + rest);
					if (endpoint.kind === 'unix') return;
					expect(endpoint.host).toMatch(/^[^-]/u);
					expect(endpoint.port ?? 22).toBeGreaterThan(0);
					if (endpoint.kind === 'ssh') expect(endpoint.user ?? 'me').toMatch(/^[^-]/u);
				} catch (error) {
					expect(error).toBeInstanceOf(EndpointError);
				}
			}),
		);
	});
});

describe('daemonSocketPath', () => {
	test('resolves the symlink that Codex leaves in its home', () => {
		const home = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-endpoint-'));
		try {
			const name = path.join(home, 'app-server-control', 'app-server-control.sock');
			expect(daemonSocketPath(home)).toBe(name);
			const target = path.join(home, 'target.sock');
			writeFileSync(target, '');
			mkdirSync(path.dirname(name));
			symlinkSync(target, name);
			expect(daemonSocketPath(home)).toMatch(/\/target\.sock$/u);
		} finally {
			rmSync(home, {recursive: true});
		}
	});
});
