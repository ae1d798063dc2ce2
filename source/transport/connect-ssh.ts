/**
 * Reaches an App Server on another machine through the person's own `ssh`: over `codex app-server proxy` there, or,
 * where no `codex` is on the PATH, over its socket, forwarded to one of ours. Called by connect.ts.
 *
 * Invariant: when the Duplex is destroyed, or none comes, ssh ends and no file of ours is left.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type {Duplex} from 'node:stream';
import type {SshEndpoint} from './endpoint.ts';
import {TransportError} from './errors.ts';
import {opened} from './opened.ts';
import {holdLine, type Opening, reachLine, sshArguments} from './ssh-command.ts';
import {noForward, noLogin, noProxy, nothingThere, type SshFailure} from './ssh-errors.ts';
import {type SshProcess, startSsh} from './ssh-process.ts';

export type SshOptions = {
	/** How Codex is called on the other side; default `codex`. Read by the shell there. */
	readonly remoteCommand?: string | undefined;
	/** Asked at each connection: whether ssh may ask the person for a password or about a host key. Default: no. */
	readonly mayPrompt?: () => boolean;
};

export type SshLink = {
	readonly duplex: Duplex;
	/** What ssh or the other side says to a handshake that failed; `error` itself when they say nothing. */
	readonly explain: (error: unknown) => Promise<unknown>;
};

/** A person who types a password, perhaps for a jump host as well, has time; sshd itself allows two minutes each. */
const personMs = 300_000;
/** Without a person: several machines may be on the way. */
const loginMs = 30_000;
/** For the end of ssh that an end of its output foretells. */
const endMs = 1000;

export const sshLimitMs = ({mayPrompt}: SshOptions): number => (mayPrompt?.() ? personMs : loginMs);

/** @throws TransportError */
export const connectSsh = async (
	endpoint: SshEndpoint,
	options: SshOptions,
	signal: AbortSignal,
): Promise<SshLink> => {
	const mayPrompt = options.mayPrompt?.() ?? false;
	const remoteCommand = options.remoteCommand || undefined;
	const line = reachLine(endpoint.socketPath, remoteCommand);
	const ssh = startSsh(sshArguments({endpoint, mayPrompt, line}), {mayPrompt});
	const context = {endpoint, mayPrompt, remoteCommand};
	try {
		const opening = await openingOf(ssh, context, signal);
		switch (opening.kind) {
			case 'proxy':
				return {
					duplex: ssh.duplex(),
					explain: async error => {
						const end = await Promise.race([ssh.ended, later(endMs)]);
						return (end && noProxy({...context, end, words: ssh.words()})) ?? error;
					},
				};
			case 'socket':
				ssh.end();
				return await forwarded(opening.path, context, signal);
			case 'nothing':
				throw nothingThere(endpoint, opening.path);
			case 'ready':
				throw new TransportError('not-codex', `${endpoint.display} answers what was not asked.`);
		}
	} catch (error) {
		ssh.end();
		throw error;
	}
};

type SshContext = Pick<SshFailure, 'endpoint' | 'mayPrompt' | 'remoteCommand'>;

const later = (ms: number): Promise<undefined> =>
	new Promise(resolve => {
		setTimeout(() => resolve(undefined), ms).unref();
	});

/** Rejects with why there is none, or with the signal's reason. */
const openingOf = async (ssh: SshProcess, context: SshContext, signal: AbortSignal): Promise<Opening> => {
	let onAbort = (): void => {};
	const aborted = new Promise<never>((_resolve, reject) => {
		onAbort = () => reject(signal.reason);
		signal.addEventListener('abort', onAbort);
		if (signal.aborted) onAbort();
	});
	try {
		const opening = await Promise.race([ssh.opening, aborted]);
		if (opening !== undefined) return opening;
		const end = await Promise.race([ssh.ended, later(endMs), aborted]);
		throw noLogin({
			...context,
			end: end ?? {code: undefined, spawnError: undefined},
			words: ssh.words(),
		});
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
};

const forwarded = async (remotePath: string, context: SshContext, signal: AbortSignal): Promise<SshLink> => {
	const {endpoint, mayPrompt} = context;
	const folder = privateFolder();
	const localPath = path.join(folder.path, 's');
	const ssh = startSsh(
		sshArguments({endpoint, mayPrompt, forward: {localPath, remotePath}, line: holdLine}),
		{
			mayPrompt,
		},
	);
	const explain = async (): Promise<TransportError> => {
		// The refusal by the other side follows the closing of the socket by a moment.
		await Promise.race([ssh.ended, later(100)]);
		return noForward({endpoint, words: ssh.words()}, remotePath);
	};
	try {
		await openingOf(ssh, context, signal);
		const socket = await opened(net.connect(localPath), 'connect', signal).catch(async error => {
			if (signal.aborted) throw error;
			throw await explain();
		});
		socket.once('close', ssh.end);
		void ssh.ended.then(() => socket.destroy());
		return {duplex: socket, explain: async error => (isSilence(error) ? explain() : error)};
	} catch (error) {
		ssh.end();
		throw error;
	} finally {
		// A connection that stands needs no name any more.
		folder.remove();
	}
};

/** The socket was closed without an answer: nobody took the connection there. */
const isSilence = (error: unknown): boolean => error instanceof TransportError && error.code === 'closed';

/** A socket's path has about 104 bytes at most, and ssh needs a few of them. */
const longestFolder = 80;

/** Only this user can look into it. It is gone with this process too, whatever of these ends it. */
const privateFolder = (): {readonly path: string; readonly remove: () => void} => {
	const base = Buffer.byteLength(os.tmpdir()) > longestFolder ? '/tmp' : os.tmpdir();
	const folder = mkdtempSync(path.join(base, 'jumpseat-ssh-'));
	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
	const remove = (): void => {
		process.off('exit', remove);
		for (const signal of signals) process.off(signal, onSignal);
		rmSync(folder, {recursive: true, force: true});
	};
	const onSignal = (signal: NodeJS.Signals): void => {
		remove();
		// Nobody else wanted to hear of it: then it is meant for the process.
		if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
	};
	process.on('exit', remove);
	for (const signal of signals) process.on(signal, onSignal);
	return {path: folder, remove};
};
