/**
 * A real `codex app-server` as a child process: start, wait until it accepts, stop, kill, start again.
 *
 * Invariants: the server leads a process group of its own and the whole group is ended, by its id; it does not
 * outlive this process, however that ends: even after a SIGKILL of ours a watchdog ends the group.
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {rmSync} from 'node:fs';
import {type AddressInfo, connect, createServer} from 'node:net';
import {onProcessEnd} from './process-end.ts';

export type AppServerOptions = {
	/** The program, from `findCodex()`. */
	readonly codex: string;
	/** From `codexEnv()`: it names the home. */
	readonly env: NodeJS.ProcessEnv;
	readonly cwd: string;
	/** A socket, or a free TCP port on 127.0.0.1. */
	readonly listen: {readonly socketPath: string} | 'tcp';
	/** More arguments: `--ws-auth …`. */
	readonly args?: readonly string[];
};

export type AppServer = {
	/** `unix:///PATH` or `ws://127.0.0.1:PORT`. Stays the same over restarts. */
	readonly endpoint: string;
	/** Of the process group. */
	pid(): number;
	/** What it has written to stderr, all runs together. */
	stderr(): string;
	/** Ends the group and resolves when its leader is gone. */
	kill(signal: NodeJS.Signals): Promise<void>;
	/** Starts it again on the same endpoint and home, after `kill`; or ends the old one first. */
	restart(): Promise<void>;
	/** SIGTERM, and SIGKILL after two seconds. Any number of times. */
	stop(): Promise<void>;
};

const startTimeoutMs = 20_000;
const stopTimeoutMs = 2000;
const pollMs = 10;
const stderrLimit = 200_000;

/** `cat` ends when our end of the pipe closes: that is how the watchdog learns that we are gone. */
const watchdogScript = 'cat >/dev/null; kill -s KILL -- "-$1"';

const later = (ms: number): Promise<void> =>
	new Promise(resolve => {
		setTimeout(resolve, ms);
	});

const accepts = (endpoint: string): Promise<boolean> =>
	new Promise(resolve => {
		const socket = endpoint.startsWith('unix://')
			? connect(endpoint.slice('unix://'.length))
			: connect(Number(new URL(endpoint).port), '127.0.0.1');
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});

/** Chosen here and not by the server, so that a restart comes back on the same one. */
const freePort = async (): Promise<number> => {
	const server = createServer();
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const {port} = server.address() as AddressInfo;
	await new Promise<void>(resolve => {
		server.close(() => resolve());
	});
	return port;
};

const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
	try {
		process.kill(-pid, signal);
	} catch {
		// The group is gone already.
	}
};

type Running = {
	readonly pid: number;
	readonly exited: Promise<void>;
	hasExited(): boolean;
	/** Synchronous: for the end of our process. */
	killNow(): void;
};

const launch = (options: AppServerOptions, endpoint: string, onStderr: (text: string) => void): Running => {
	const child = spawn(options.codex, ['app-server', '--listen', endpoint, ...(options.args ?? [])], {
		cwd: options.cwd,
		env: options.env,
		detached: true,
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	const {pid} = child;
	if (pid === undefined) {
		// Reported by `error`, which `exited` below turns into an end; -1 signals nobody.
		child.once('error', error => onStderr(String(error)));
		return {pid: -1, exited: Promise.resolve(), hasExited: () => true, killNow: () => undefined};
	}

	let hasExited = false;
	child.stderr.setEncoding('utf8').on('data', onStderr);
	const watchdog: ChildProcess = spawn('/bin/sh', ['-c', watchdogScript, 'sh', String(pid)], {
		detached: true,
		stdio: ['pipe', 'ignore', 'ignore'],
	});
	watchdog.once('error', () => undefined);
	const exited = new Promise<void>(resolve => {
		child.once('exit', () => {
			hasExited = true;
			// Before the pid can be given to somebody else.
			watchdog.kill('SIGKILL');
			watchdog.stdin?.destroy();
			child.stderr.destroy();
			resolve();
		});
	});
	// Neither may keep a finished program alive.
	child.unref();
	watchdog.unref();
	return {
		pid,
		exited,
		hasExited: () => hasExited,
		killNow: () => {
			if (!hasExited) {
				signalGroup(pid, 'SIGKILL');
			}
		},
	};
};

/** Resolves when the server accepts connections. Rejects with its stderr when it ends or takes too long. */
export const startAppServer = async (options: AppServerOptions): Promise<AppServer> => {
	const socketPath = options.listen === 'tcp' ? undefined : options.listen.socketPath;
	const endpoint = socketPath === undefined ? `ws://127.0.0.1:${await freePort()}` : `unix://${socketPath}`;
	let stderr = '';
	let running: Running | undefined;

	const start = async (): Promise<void> => {
		if (socketPath !== undefined) {
			// A server that was killed leaves its socket behind, and would not bind over it.
			rmSync(socketPath, {force: true});
		}

		const started = launch(options, endpoint, text => {
			stderr = (stderr + text).slice(-stderrLimit);
		});
		running = started;
		const deadlineMs = performance.now() + startTimeoutMs;
		while (!(await accepts(endpoint))) {
			if (started.hasExited() || performance.now() > deadlineMs) {
				started.killNow();
				throw new Error(`codex app-server did not start on ${endpoint}\n${stderr.trim()}`);
			}

			await later(pollMs);
		}
	};

	const end = async (signal: NodeJS.Signals): Promise<void> => {
		if (running && !running.hasExited()) {
			signalGroup(running.pid, signal);
			await running.exited;
			// The commands that it ran are in the same group; they have had their SIGHUP, this is for the deaf.
			signalGroup(running.pid, 'SIGKILL');
		}
	};

	const stop = async (): Promise<void> => {
		if (running && !running.hasExited()) {
			const {exited, killNow} = running;
			const timer = setTimeout(killNow, stopTimeoutMs);
			await Promise.all([end('SIGTERM'), exited]);
			clearTimeout(timer);
		}
	};

	const forget = onProcessEnd(() => running?.killNow());
	try {
		await start();
	} catch (error) {
		forget();
		throw error;
	}

	return {
		endpoint,
		pid: () => running?.pid ?? -1,
		stderr: () => stderr,
		kill: end,
		restart: async () => {
			await stop();
			await start();
		},
		stop: async () => {
			await stop();
			forget();
		},
	};
};
