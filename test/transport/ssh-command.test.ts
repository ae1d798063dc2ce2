import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {parseEndpoint, type SshEndpoint} from '../../source/transport/endpoint.ts';
import {holdLine, reachLine, readOpening, sshArguments} from '../../source/transport/ssh-command.ts';

const ssh = (text: string): SshEndpoint => {
	const endpoint = parseEndpoint(text);
	if (endpoint.kind !== 'ssh') throw new Error(text);
	return endpoint;
};

let folder: string;

beforeAll(() => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-line-'));
	const bin = path.join(folder, 'bin');
	mkdirSync(bin);
	// Tells what it was called with, a line for each.
	writeFileSync(path.join(bin, 'codex'), '#!/bin/sh\nprintf "<%s>\\n" "$@"\n');
	chmodSync(path.join(bin, 'codex'), 0o755);
});

afterAll(() => rmSync(folder, {recursive: true, force: true}));

const shells = ['sh', 'bash', 'dash', 'zsh', 'ksh', 'fish', 'tcsh', 'rc'].flatMap(name => {
	const file = ['/bin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']
		.map(each => path.join(each, name))
		.find(each => existsSync(each));
	return file === undefined ? [] : [file];
});

/** As sshd runs it. */
const login = (shell: string, line: string, env: NodeJS.ProcessEnv = {}): string => {
	const {stdout} = spawnSync(shell, ['-c', line], {
		env: {PATH: `${path.join(folder, 'bin')}:/usr/bin:/bin`, HOME: folder, ...env},
		encoding: 'utf8',
	});
	return stdout;
};

const awkward = `/run/a b/"it's"/$HOME/\${x}/;!!/*/\\n\\\\'/%s%%/ünï-漢/~/(&|<>)\`id\`#.sock`;

describe('the line that the login shell reads', () => {
	test.each(shells)('%s hands any path on to codex as it is', shell => {
		expect(login(shell, reachLine(awkward, undefined))).toBe(
			`\njumpseat-ssh proxy\n<app-server>\n<proxy>\n<--sock>\n<${awkward}>\n`,
		);
	});

	test.each(shells)('%s has the command of a setting read by sh there', shell => {
		const command = `FLAG='a  b' && export FLAG && ~/bin/codex "$FLAG"`;
		expect(login(shell, reachLine(undefined, command))).toBe(
			'\njumpseat-ssh proxy\n<a  b>\n<app-server>\n<proxy>\n',
		);
	});

	test.each(shells)('%s keeps the connection until its input ends', shell => {
		expect(login(shell, holdLine)).toBe('\njumpseat-ssh ready\n');
	});

	test('names the socket of the daemon where there is no codex, its symlink resolved', async () => {
		const home = path.join(folder, 'home');
		const control = path.join(home, 'app-server-control');
		mkdirSync(control, {recursive: true});
		const socketPath = path.join(control, 'app-server-control.sock');
		const bare = {PATH: '/usr/bin:/bin', CODEX_HOME: home};
		expect(
			readOpening(Buffer.from(login('/bin/sh', reachLine(undefined, undefined), bare)))?.opening,
		).toEqual({
			kind: 'nothing',
			path: socketPath,
		});
		const server = net.createServer();
		await new Promise<void>(resolve => server.listen(socketPath, resolve));
		expect(
			readOpening(Buffer.from(login('/bin/sh', reachLine(undefined, undefined), bare)))?.opening,
		).toEqual({
			kind: 'socket',
			path: socketPath,
		});
		await new Promise(resolve => server.close(resolve));
	});

	test('holds nothing that a shell treats specially in quotes, whatever a person wrote', () => {
		const anything = fc.uint8Array().map(bytes => Buffer.from(bytes).toString('latin1'));
		fc.assert(
			fc.property(anything, anything, (socketPath, command) => {
				const line = reachLine(socketPath, command);
				const isPlain = /^exec sh -c '[^'!\n]*' sh '[\w./\\-]*' '[\w./\\-]*'$/u.test(line);
				return isPlain && !line.includes('\\\\');
			}),
		);
		expect(reachLine('', '').length).toBeLessThan(1000);
	});
});

describe('what the other side says first', () => {
	test('is found behind noise, however it is cut, and what follows is left alone', () => {
		const whole = Buffer.from('Welcome ünï\nno newline\njumpseat-ssh socket /run/a b/ü.sock\nHTTP/1.1 101');
		const length = whole.indexOf('HTTP');
		for (let cut = 0; cut < length; cut += 1) expect(readOpening(whole.subarray(0, cut))).toBeUndefined();
		for (let cut = length; cut <= whole.length; cut += 1) {
			expect(readOpening(whole.subarray(0, cut))).toEqual({
				opening: {kind: 'socket', path: '/run/a b/ü.sock'},
				length,
			});
		}
	});

	test('is not taken from the middle of a line, or from an unknown word', () => {
		for (const text of ['x jumpseat-ssh proxy\n', '\njumpseat-ssh other\n', '\njumpseat-ssh proxyish\n']) {
			expect(readOpening(Buffer.from(text))).toBeUndefined();
		}
	});
});

describe('the arguments of ssh', () => {
	test('name the host behind --, and user and port as options', () => {
		const call = {endpoint: ssh('ssh://ada@host:2222/run/s'), mayPrompt: true, line: 'LINE'};
		expect(sshArguments(call).slice(-7)).toEqual(['-p', '2222', '-l', 'ada', '--', 'host', 'LINE']);
		expect(sshArguments({...call, endpoint: ssh('ssh://[::1]')}).slice(-3)).toEqual(['--', '::1', 'LINE']);
	});

	test('let ssh ask only where it may', () => {
		const call = {endpoint: ssh('ssh://host'), line: 'LINE'};
		expect(sshArguments({...call, mayPrompt: true})).not.toContain('BatchMode=yes');
		expect(sshArguments({...call, mayPrompt: false})).toContain('BatchMode=yes');
	});

	test("take nothing of the person's own forwardings along, unless one of ours is needed", () => {
		const call = {endpoint: ssh('ssh://host'), mayPrompt: false, line: 'LINE'};
		expect(sshArguments(call)).toContain('ClearAllForwardings=yes');
		const forwarding = sshArguments({...call, forward: {localPath: '/t/s', remotePath: '/a:b\\c%d e'}});
		expect(forwarding).not.toContain('ClearAllForwardings=yes');
		expect(forwarding).toContain('ControlPath=none');
		expect(forwarding[forwarding.indexOf('-L') + 1]).toBe('/t/s:/a\\:b\\\\c%%d e');
	});
});
