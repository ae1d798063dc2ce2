/** A real server that wants a token, reached over ws and, through a proxy that ends TLS, over wss: by the built program. */
import {once} from 'node:events';
import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import {describe, expect, onTestFinished, test} from 'vitest';
import {type AppServer, startAppServer} from '../../source/demo/app-server.ts';
import {cacheFolder, codexEnv} from '../../source/demo/codex-home.ts';
import {findCodex} from '../../source/demo/find-codex.ts';
import {type Ran, runCli} from '../support/cli.ts';
import {hasOpenssl, makeCertificate} from '../transport/certificate.ts';

const right = 'right-token-0123456789';
const wrong = 'wrong-token-0123456789';

type Guarded = {
	readonly server: AppServer;
	readonly folder: string;
	/** A file of its owner's with this in it; its path. */
	readonly secret: (name: string, text: string) => string;
};

const startGuarded = async (): Promise<Guarded> => {
	const folder = mkdtempSync(path.join(cacheFolder(process.env), 'token-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 20}));
	const secret = (name: string, text: string): string => {
		const file = path.join(folder, name);
		writeFileSync(file, text, {mode: 0o600});
		return file;
	};
	const codex = findCodex(process.env);
	const server = await startAppServer({
		codex,
		env: codexEnv(process.env, codex, folder),
		cwd: folder,
		listen: 'tcp',
		args: ['--ws-auth', 'capability-token', '--ws-token-file', secret('server-token', right)],
	});
	onTestFinished(() => server.stop());
	return {server, folder, secret};
};

/** No secret in anything that was printed; a failure is one line on stderr. */
const expectRan = ({code, stdout, stderr}: Ran, expected: {code: number; says: RegExp}): void => {
	expect({code, stdout}, stderr).toEqual({code: expected.code, stdout: ''});
	expect(stderr).toMatch(expected.says);
	expect(stderr.trimEnd().split('\n')).toHaveLength(1);
	expect(stderr).not.toContain('0123456789');
};

const ls = (endpoint: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
	runCli(['ls', '--connect', endpoint, ...args], {env});

/** Ends TLS and hands the bytes on; `received` are the clear bytes that clients have sent. */
const startTlsProxy = async (target: string, {key, cert}: {key: string; cert: string}) => {
	const port = Number(new URL(target).port);
	const clear: Buffer[] = [];
	const server = tls.createServer({key, cert}, outside => {
		const inside = net.connect({host: '127.0.0.1', port});
		outside.on('data', (chunk: Buffer) => clear.push(chunk));
		outside.pipe(inside).pipe(outside);
		for (const socket of [inside, outside]) socket.on('error', () => {});
	});
	server.on('tlsClientError', () => {});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => void server.close());
	const address = server.address();
	return {
		port: typeof address === 'object' && address !== null ? address.port : 0,
		received: () => Buffer.concat(clear).toString('latin1'),
	};
};

test('over ws: the right token from a file, a wrong one, none, and a file that others can read', async () => {
	const {server, secret} = await startGuarded();
	const {endpoint} = server;
	const good = secret('good', `${right}\n`);
	expectRan(await ls(endpoint, ['--token-file', good]), {code: 0, says: /^No threads/});
	expectRan(await ls(endpoint, ['--token-env', 'SEAT'], {SEAT: right}), {code: 0, says: /^No threads/});
	expectRan(await ls(endpoint, ['--token-file', secret('bad', wrong)]), {
		code: 4,
		says: /did not accept the token.*--token-file/,
	});
	expectRan(await ls(endpoint, []), {code: 4, says: /wants a token.*--token-file/});
	chmodSync(good, 0o644);
	expectRan(await ls(endpoint, ['--token-file', good]), {code: 2, says: /chmod 600/});
	expectRan(await ls(endpoint, ['--token-file', good, '--token-env', 'SEAT']), {
		code: 2,
		says: /exclude each other/,
	});
	expect(readFileSync(good, 'utf8')).toBe(`${right}\n`);
});

describe.skipIf(!hasOpenssl)('over wss (skipped without the openssl command)', () => {
	test('by authority and by pin; a certificate that is not ours hears nothing', async () => {
		const {server, folder, secret} = await startGuarded();
		const ours = makeCertificate(folder, 'ours');
		const other = makeCertificate(folder, 'other');
		const proxy = await startTlsProxy(server.endpoint, ours);
		const token = ['--token-file', secret('good', right)];
		const byName = `wss://localhost:${proxy.port}`;
		const byAddress = `wss://127.0.0.1:${proxy.port}`;

		expectRan(await ls(byName, token), {code: 3, says: /not trusted.*--tls-ca.*--tls-pin/});
		expectRan(await ls(byName, [...token, '--tls-ca', other.file]), {code: 3, says: /not trusted/});
		expectRan(await ls(byAddress, [...token, '--tls-ca', ours.file]), {code: 3, says: /not trusted/});
		const wrongPin = await ls(byAddress, [...token, '--tls-pin', `sha256:${other.fingerprint}`]);
		const found = ours.fingerprint.replaceAll(':', '').toLowerCase();
		expect(wrongPin).toMatchObject({code: 3, stdout: ''});
		expect(wrongPin.stderr).toContain(`its fingerprint is sha256:${found}`);
		expect(proxy.received()).toBe('');

		expectRan(await ls(byName, [...token, '--tls-ca', ours.file]), {code: 0, says: /^No threads/});
		const pinned = await ls(byAddress, [...token, '--tls-pin', `sha256:${ours.fingerprint}`]);
		expectRan(pinned, {code: 0, says: /^No threads/});
		expect(proxy.received()).toContain('Authorization: Bearer');
		expect(proxy.received()).not.toMatch(/^origin:/im);
	});
});
