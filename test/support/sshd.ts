/**
 * A real `sshd` on loopback and the `ssh` of a person who knows it: own host key, own user key, own configuration,
 * in a throw-away folder. It needs no root and never touches a real `~/.ssh`.
 *
 * Invariants: whoever logs in gets the environment that the test names and nothing of the user's own (`ForceCommand`
 * starts the login shell anew); `stop()` ends the sshd and every process of its logins, and removes the folder.
 */
import {execFile, spawn, spawnSync} from 'node:child_process';
import {
	accessSync,
	chmodSync,
	constants,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {type AddressInfo, createServer} from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {onProcessEnd} from '../../source/demo/process-end.ts';

/** What a login finds on the other side. Can be changed between logins. */
export type Login = {
	readonly shell?: string;
	/** All there is, beside PATH (the system's folders) and HOME (a folder of the throw-away one). */
	readonly env?: Readonly<Record<string, string>>;
	/** A line for /bin/sh before the login shell starts: what an rc file might do. */
	readonly before?: string;
};

export type Sshd = {
	/** For `ssh://HOST`. */
	readonly host: string;
	readonly folder: string;
	/** Holds an `ssh` that knows the host and the key; to stand first on PATH. */
	readonly bin: string;
	readonly port: number;
	/** `HOME` of a login. */
	readonly home: string;
	readonly login: (login: Login) => void;
	/** Lines for the person's ssh configuration; they win over those that are there. */
	readonly configure: (lines: readonly string[]) => void;
	/** Lines for sshd's own configuration; valid from the next connection on. */
	readonly configureServer: (lines: readonly string[]) => Promise<void>;
	/** The `ssh` processes that were started through `bin`, oldest first, gone or not. */
	readonly clients: () => readonly number[];
	/** What sshd wrote to its log. */
	readonly log: () => string;
	readonly stop: () => Promise<void>;
};

export const sshdHost = 'jumpseat-box';

type Programs = {readonly sshd: string; readonly ssh: string; readonly keygen: string};

const programs = (): Programs | string => {
	const folders = [
		...(process.env.PATH ?? '').split(path.delimiter),
		'/usr/sbin',
		'/usr/local/sbin',
		'/sbin',
	];
	const find = (name: string): string | undefined =>
		folders
			.map(folder => path.join(folder, name))
			.find(file => {
				try {
					accessSync(file, constants.X_OK);
					return path.isAbsolute(file);
				} catch {
					return false;
				}
			});
	const sshd = find('sshd');
	const ssh = find('ssh');
	const keygen = find('ssh-keygen');
	if (sshd === undefined) return 'no sshd here: install openssh-server';
	if (ssh === undefined || keygen === undefined) return 'no ssh here: install openssh-client';
	return {sshd, ssh, keygen};
};

const freePort = (): Promise<number> =>
	new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const {port} = server.address() as AddressInfo;
			server.close(() => resolve(port));
		});
	});

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const systemPath = '/usr/local/bin:/usr/bin:/bin';

/** Somebody has logged in once. */
let isTried = false;

/**
 * An sshd that lets us in, or why there can be none here, for the note of a skipped test: no code of ours is in that
 * question.
 */
export const startSshd = async (): Promise<Sshd | string> => {
	const found = programs();
	if (typeof found === 'string') return found;
	let sshd: Sshd;
	try {
		sshd = await start(found);
	} catch (error) {
		return String(error);
	}
	if (isTried) return sshd;
	const {code, stderr} = await new Promise<{code: number | null; stderr: string}>(resolve => {
		const {bin, host} = sshd;
		execFile(path.join(bin, 'ssh'), ['-o', 'BatchMode=yes', host, 'exit 42'], (error, _stdout, words) =>
			resolve({code: typeof error?.code === 'number' ? error.code : null, stderr: words}),
		);
	});
	if (code === 42) {
		isTried = true;
		return sshd;
	}
	await sshd.stop();
	return `sshd lets nobody in: ${stderr.trim()}`;
};

/** Rejects with sshd's words when it does not start. */
const start = async (found: Programs): Promise<Sshd> => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-sshd-'));
	const at = (name: string): string => path.join(folder, name);
	const home = at('home');
	const bin = at('bin');
	for (const each of [home, bin]) mkdirSync(each);
	for (const key of ['host_key', 'user_key']) {
		spawnSync(found.keygen, ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', at(key)]);
	}
	const port = await freePort();
	writeFileSync(at('authorized_keys'), readFileSync(at('user_key.pub')));
	writeFileSync(at('known_hosts'), `[127.0.0.1]:${port} ${readFileSync(at('host_key.pub'), 'utf8')}`);
	const baseServer = [
		`Port ${port}`,
		'ListenAddress 127.0.0.1',
		`HostKey ${at('host_key')}`,
		`PidFile ${at('sshd.pid')}`,
		`AuthorizedKeysFile ${at('authorized_keys')}`,
		'UsePAM no',
		'StrictModes no',
		'PermitRootLogin yes',
		'PasswordAuthentication no',
		'KbdInteractiveAuthentication no',
		'PrintMotd no',
		// The quickest there is.
		'KexAlgorithms curve25519-sha256',
		`ForceCommand ${at('login')}`,
	];
	const baseClient = [
		`Host ${sshdHost}`,
		'HostName 127.0.0.1',
		`Port ${port}`,
		`User ${os.userInfo().username}`,
		`IdentityFile ${at('user_key')}`,
		'IdentitiesOnly yes',
		'IdentityAgent none',
		`UserKnownHostsFile ${at('known_hosts')}`,
		'GlobalKnownHostsFile /dev/null',
		'StrictHostKeyChecking ask',
	];
	const configure: Sshd['configure'] = lines =>
		writeFileSync(at('ssh_config'), `${[baseClient[0], ...lines, ...baseClient.slice(1)].join('\n')}\n`);
	const login: Sshd['login'] = ({shell = '/bin/sh', env = {}, before = ''}) => {
		const variables = Object.entries({PATH: systemPath, HOME: home, ...env});
		const assignments = variables.map(([name, value]) => quoted(`${name}=${value}`)).join(' ');
		writeFileSync(
			at('login'),
			`#!/bin/sh\n${before}\nexec env -i ${assignments} ${quoted(shell)} -c "$SSH_ORIGINAL_COMMAND"\n`,
			{mode: 0o755},
		);
	};
	configure([]);
	login({});
	writeFileSync(at('sshd_config'), `${baseServer.join('\n')}\n`);
	writeFileSync(
		path.join(bin, 'ssh'),
		`#!/bin/sh\necho $$ >>${quoted(at('clients'))}\nexec ${quoted(found.ssh)} -F ${quoted(at('ssh_config'))} "$@"\n`,
	);
	chmodSync(path.join(bin, 'ssh'), 0o755);
	// An sshd of root's wants this empty folder, which a container without systemd lacks.
	if (process.getuid?.() === 0) mkdirSync('/run/sshd', {recursive: true, mode: 0o755});

	const daemon = spawn(found.sshd, ['-D', '-e', '-f', at('sshd_config')], {
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	let log = '';
	let look = (): void => {};
	daemon.stderr.setEncoding('utf8').on('data', (text: string) => {
		log += text;
		look();
	});
	const ended = new Promise<void>(resolve => {
		daemon.once('exit', () => resolve());
		daemon.once('error', () => resolve());
	});
	const listening = (times: number): Promise<void> =>
		new Promise((resolve, reject) => {
			look = () => {
				if (log.split('Server listening on').length > times) resolve();
			};
			void ended.then(() => reject(new Error(`sshd did not start\n${log.trim()}`)));
			look();
		});
	const forget = onProcessEnd(() => {
		daemon.kill('SIGKILL');
		rmSync(folder, {recursive: true, force: true});
	});
	let starts = 1;
	const stop = async (): Promise<void> => {
		daemon.kill('SIGTERM');
		await ended;
		forget();
		rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 20});
	};
	try {
		await listening(starts);
	} catch (error) {
		await stop();
		throw error;
	}
	return {
		host: sshdHost,
		folder,
		bin,
		port,
		home,
		login,
		configure,
		configureServer: async lines => {
			// The first word on a keyword counts.
			writeFileSync(at('sshd_config'), `${[...lines, ...baseServer].join('\n')}\n`);
			starts += 1;
			daemon.kill('SIGHUP');
			await listening(starts);
		},
		clients: () =>
			existsSync(at('clients')) ? readFileSync(at('clients'), 'utf8').trim().split('\n').map(Number) : [],
		log: () => log,
		stop,
	};
};
