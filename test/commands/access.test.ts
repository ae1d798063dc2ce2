import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type AccessSources, readAccess} from '../../source/commands/access/access.ts';
import {readTokenFile} from '../../source/commands/access/token-file.ts';
import {CommandError} from '../../source/commands/exit-codes.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {hasOpenssl, makeCertificate} from '../transport/certificate.ts';

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-access-'));
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const file = (name: string, text: string | Buffer, mode = 0o600): string => {
	const place = path.join(folder, name);
	writeFileSync(place, text);
	chmodSync(place, mode);
	return place;
};

const access = (endpoint: string, more: Partial<AccessSources> = {}) =>
	readAccess({
		endpoint: parseEndpoint(endpoint),
		given: {},
		settings: {},
		env: {SEAT: 'hush-hush', EMPTY: ''},
		home: '/home/me',
		...more,
	});

const complaint = (work: () => unknown): string => {
	try {
		work();
	} catch (error) {
		if (!(error instanceof CommandError)) throw error;
		expect(error.exitCode).toBe(2);
		expect(error.message).not.toContain('hush');
		expect(error.message).not.toMatch(/[\u0000-\u001F]/);
		return error.message;
	}
	throw new Error('nothing was thrown');
};

const ws = 'ws://127.0.0.1:4500';
const wss = 'wss://box:4500';
const pin = `sha256:${'ab'.repeat(32)}`;

describe('where the token comes from', () => {
	test('a variable, or a file; an option beats a setting', () => {
		const token = file('token', 'from-file\n');
		expect(access(ws).token).toBeUndefined();
		expect(access(ws, {given: {'token-env': 'SEAT'}}).token?.()).toBe('hush-hush');
		expect(access(wss, {given: {'token-file': token}}).token?.()).toBe('from-file');
		expect(access(ws, {settings: {'token-file': token}}).token?.()).toBe('from-file');
		const settings = {'token-file': token};
		expect(access(ws, {given: {'token-env': 'SEAT'}, settings}).token?.()).toBe('hush-hush');
	});

	test('both at once are refused, as options and as settings', () => {
		const both = {'token-env': 'SEAT', 'token-file': '/f'};
		expect(complaint(() => access(ws, {given: both}))).toMatch(/^--token-env and --token-file exclude/);
		expect(complaint(() => access(ws, {settings: both}))).toContain('in the settings file');
	});

	test.each(['NOPE', 'EMPTY'])('a variable that holds nothing is said when the token is wanted: %s', name => {
		const {token} = access(ws, {given: {'token-env': name}});
		expect(complaint(() => token?.())).toContain(`names ${name}, but that variable is not set`);
	});

	test('a file is read at each connection', () => {
		const place = file('rotated', 'one\n');
		const {token} = access(ws, {given: {'token-file': place}});
		expect(token?.()).toBe('one');
		file('rotated', 'two');
		expect(token?.()).toBe('two');
	});
});

describe('an option that has no meaning for the endpoint', () => {
	test.each([
		['unix:///s', 'token-env', 'ws:// and wss://'],
		['unix://', 'token-file', 'ws:// and wss://'],
		['ssh://box', 'token-env', 'ws:// and wss://'],
		[ws, 'tls-ca', 'wss://'],
		[ws, 'tls-pin', 'wss://'],
		['unix:///s', 'tls-pin', 'wss://'],
		[wss, 'remote-command', 'ssh://'],
	] as const)('%s: --%s is refused; as a setting it stands aside', (endpoint, name, kind) => {
		const value = 'x';
		expect(complaint(() => access(endpoint, {given: {[name]: value}}))).toContain(`--${name} is for ${kind}`);
		expect(() => access(endpoint, {settings: {[name]: value}})).not.toThrow();
	});

	test('a setting names a variable that is not set: no matter to a unix socket', () => {
		expect(access('unix://', {settings: {'token-env': 'NOPE'}})).not.toHaveProperty('token');
	});
});

describe('a token file', () => {
	test.each([
		['abc', 'abc'],
		['abc\n', 'abc'],
		['abc\r\n', 'abc'],
		['abc\n\n', 'abc\n'],
		[' abc ', ' abc '],
	])('%j is the token %j', (text, token) => {
		expect(readTokenFile(file('text', text))).toBe(token);
	});

	test.each([0o600, 0o400])('may be %o', mode => {
		expect(readTokenFile(file(`fine-${mode}`, 'abc', mode))).toBe('abc');
	});

	test.each([0o640, 0o604, 0o620, 0o644, 0o610])('that others may open is refused: %o', mode => {
		const place = file("it's open", 'hush-hush', mode);
		const said = complaint(() => readTokenFile(place));
		expect(said).toContain(mode.toString(8));
		const [, command = ''] = / with: (chmod .*)$/.exec(said) ?? [];
		execFileSync('sh', ['-c', command]);
		expect(readTokenFile(place)).toBe('hush-hush');
	});

	test('of another user is refused, of root is not', () => {
		const place = file('whose', 'hush-hush');
		const {uid} = {uid: process.getuid?.() ?? 0};
		expect(readTokenFile(place, uid)).toBe('hush-hush');
		if (uid === 0) expect(readTokenFile(place, 12_345)).toBe('hush-hush');
		else expect(complaint(() => readTokenFile(place, uid + 1))).toContain('another user');
	});

	test.skipIf(process.getuid?.() !== 0)('of another user is refused (needs root to make one)', () => {
		const place = file('theirs', 'hush-hush');
		execFileSync('chown', ['12345', place]);
		expect(complaint(() => readTokenFile(place))).toContain('another user');
	});

	test('is followed through a symlink, to what is checked', () => {
		symlinkSync(file('target', 'abc'), path.join(folder, 'link'));
		expect(readTokenFile(path.join(folder, 'link'))).toBe('abc');
		file('target', 'hush', 0o644);
		expect(complaint(() => readTokenFile(path.join(folder, 'link')))).toContain('chmod 600');
	});

	test('has a bounded size', () => {
		expect(complaint(() => readTokenFile(file('huge', Buffer.alloc(100_000, 97))))).toContain('8192 bytes');
		expect(readTokenFile(file('just', Buffer.alloc(8192, 97)))).toHaveLength(8192);
	});

	test('must be a regular file: no folder, no pipe that would be waited for, no device', () => {
		mkdirSync(path.join(folder, 'sub'));
		execFileSync('mkfifo', ['-m', '600', path.join(folder, 'pipe')]);
		for (const name of ['sub', 'pipe', '/dev/null']) {
			expect(
				complaint(() => readTokenFile(path.resolve(folder, name))),
				name,
			).toContain('not a regular file');
		}
	});

	test('missing or empty is said, and a name cannot write to the terminal', () => {
		expect(complaint(() => readTokenFile(path.join(folder, 'no')))).toContain('does not exist');
		expect(complaint(() => readTokenFile(path.join(folder, 'no/such')))).toContain('does not exist');
		expect(complaint(() => readTokenFile(file('empty', '\n')))).toContain('is empty');
		expect(complaint(() => readTokenFile('/no\u001B[31m\n'))).toContain('does not exist');
	});
});

describe('certificates', () => {
	test('a pin, in either notation', () => {
		expect(access(wss, {given: {'tls-pin': pin}}).tls).toEqual({pin: 'ab'.repeat(32)});
		expect(access(wss).tls).toEqual({});
		expect(complaint(() => access(wss, {given: {'tls-pin': 'sha256:12'}}))).toContain('64 hex digits');
	});

	test('an option of either kind beats both settings; two at once are refused', () => {
		const settings = {'tls-ca': '/no/such/file'};
		expect(access(wss, {given: {'tls-pin': pin}, settings}).tls).toEqual({pin: 'ab'.repeat(32)});
		const both = {'tls-ca': '/f', 'tls-pin': pin};
		expect(complaint(() => access(wss, {given: both}))).toContain('exclude each other');
	});

	test('a file of authorities that is missing, empty or no PEM', () => {
		const given = (value: string) => () => access(wss, {given: {'tls-ca': value}});
		expect(complaint(given(path.join(folder, 'no')))).toContain('cannot be read: ENOENT');
		expect(complaint(given(file('none.pem', 'hello')))).toContain('holds none');
		const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
		expect(complaint(given(file('broken.pem', broken)))).toContain('a broken one (number 1)');
	});

	test.skipIf(!hasOpenssl)('a bundle with words between (skipped without the openssl command)', () => {
		const {cert} = makeCertificate(folder, 'ca');
		const bundle = file('bundle.pem', `# one\n${cert}# two\n${cert}`, 0o644);
		expect(access(wss, {given: {'tls-ca': bundle}}).tls?.ca?.match(/BEGIN/g)).toHaveLength(2);
		const cut = file('cut.pem', cert + cert.slice(0, 200));
		expect(complaint(() => access(wss, {given: {'tls-ca': cut}}))).toContain('number 2');
	});
});

test('the Codex home and the command over ssh', () => {
	expect(access('unix://').codexHome).toBe('/home/me/.codex');
	expect(access('unix://', {env: {CODEX_HOME: '/c'}}).codexHome).toBe('/c');
	const settings = {'remote-command': 'a'};
	expect(access('ssh://box', {settings}).ssh?.remoteCommand).toBe('a');
	expect(access('ssh://box', {settings, given: {'remote-command': 'b'}}).ssh?.remoteCommand).toBe('b');
});
