/**
 * Where a door listens: a unix socket that is private from its first moment, loopback, or any address for a door with
 * TLS. Invariant: without TLS nothing is ever listened on that another machine could reach. Called by door.ts.
 */
import {chmodSync, chownSync, lstatSync, mkdirSync, rmSync, statSync} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import {pathLimitBytes} from './connect-unix.ts';
import {isLoopback} from './connect-ws.ts';
import {nodeCode, printable} from './errors.ts';

export type DoorAddress =
	/** Made with the folder it lies in, if that is missing. `gid`: of those who may come in beside its user. */
	| {readonly kind: 'unix'; readonly path: string; readonly gid?: number | undefined}
	/** Loopback only. Port 0: any that is free. */
	| {readonly kind: 'ws'; readonly host: string; readonly port: number}
	/** `key` and `cert` are PEM. */
	| {
			readonly kind: 'wss';
			readonly host: string;
			readonly port: number;
			readonly key: string;
			readonly cert: string;
	  }
	/** Listens nowhere: all come by `adopt`, with TLS. */
	| {readonly kind: 'handed'; readonly display: string; readonly key: string; readonly cert: string};

/** No door can be opened there. The message is a sentence for the owner. */
export class DoorError extends Error {
	override readonly name = 'DoorError';
}

export type Listened = {
	readonly display: string;
	readonly port: number | undefined;
	/** Takes no more, and resolves when all that came have gone. */
	readonly stop: () => Promise<void>;
};

/** @throws DoorError */
export const listenAt = async (
	address: DoorAddress,
	onSocket: (socket: net.Socket) => void,
): Promise<Listened> => {
	switch (address.kind) {
		case 'handed':
			return {display: address.display, port: undefined, stop: async () => {}};
		case 'unix':
			return listenUnix(address, onSocket);
		case 'ws':
			if (!isLoopback(address.host)) {
				throw new DoorError(
					`${address.host} may be reached from other machines, and ws:// is not encrypted: use wss://, or 127.0.0.1 and ssh.`,
				);
			}
			return listenTcp(address, onSocket);
		case 'wss':
			return listenTcp(address, onSocket);
	}
};

/** Resolves when it listens; `start` is called at once. */
const listening = (server: net.Server, start: () => void): Promise<void> =>
	new Promise((resolve, reject) => {
		server.once('error', reject);
		server.once('listening', () => {
			server.off('error', reject);
			// A connection that could not be accepted is nobody's end.
			server.on('error', () => {});
			resolve();
		});
		start();
	});

const closed = (server: net.Server): Promise<void> =>
	new Promise(resolve => {
		server.close(() => resolve());
	});

const listenTcp = async (
	{kind, host, port}: DoorAddress & {readonly kind: 'ws' | 'wss'},
	onSocket: (socket: net.Socket) => void,
): Promise<Listened> => {
	const shown = host.includes(':') ? `[${host}]` : host;
	const server = net.createServer(onSocket);
	// The name is not looked up: whatever a hosts file says, it is this machine.
	const bound = kind === 'ws' && host === 'localhost' ? '127.0.0.1' : host;
	try {
		await listening(server, () => server.listen({host: bound, port}));
	} catch (error) {
		throw explain(error, `${kind}://${shown}:${port}`);
	}
	const found = server.address();
	const real = typeof found === 'object' && found !== null ? found.port : port;
	return {display: `${kind}://${shown}:${real}`, port: real, stop: () => closed(server)};
};

const listenUnix = async (
	{path: socketPath, gid}: DoorAddress & {readonly kind: 'unix'},
	onSocket: (socket: net.Socket) => void,
): Promise<Listened> => {
	const display = `unix://${socketPath}`;
	if (Buffer.byteLength(socketPath) > pathLimitBytes) {
		const bytes = Buffer.byteLength(socketPath);
		throw new DoorError(`The path of ${display} has ${bytes} bytes; the system allows ${pathLimitBytes}.`);
	}
	const server = net.createServer(onSocket);
	try {
		prepareFolder(path.dirname(socketPath), gid);
		await removeStale(socketPath, display);
		await listening(server, () => {
			// Bound within this call: nothing else of the process is made under the mask.
			const usual = process.umask(0o177);
			try {
				server.listen(socketPath);
			} finally {
				process.umask(usual);
			}
		});
		if (gid !== undefined) {
			// In this order, the group that it had before never gets in.
			chownSync(socketPath, -1, gid);
			chmodSync(socketPath, 0o660);
		}
	} catch (error) {
		server.close();
		throw error instanceof DoorError ? error : explain(error, display);
	}
	return {display, port: undefined, stop: () => closed(server)};
};

/**
 * A missing folder is made for this user, and for the group to walk through. One that is there must be such that nobody
 * else can put another socket in this one's place, and show it to guests with tokens.
 */
const prepareFolder = (folder: string, gid: number | undefined): void => {
	if (mkdirSync(folder, {recursive: true, mode: 0o700}) !== undefined) {
		if (gid === undefined) return;
		chownSync(folder, -1, gid);
		chmodSync(folder, 0o710);
		return;
	}
	const {uid, gid: group, mode} = statSync(folder);
	const isOurs = uid === process.getuid?.() || uid === 0;
	const isSticky = (mode & 0o1000) !== 0;
	if (!isOurs || ((mode & 0o022) !== 0 && !isSticky)) {
		throw new DoorError(`Others may write into ${folder}: choose a folder that is this user's alone.`);
	}
	if (gid !== undefined && (mode & (group === gid ? 0o011 : 0o001)) === 0) {
		throw new DoorError(`The group may not enter ${folder}: choose a folder that does not exist yet.`);
	}
};

/** A socket whose server has ended is taken away; anything else in its place stays. @throws DoorError */
const removeStale = async (socketPath: string, display: string): Promise<void> => {
	const found = lstatSync(socketPath, {throwIfNoEntry: false});
	if (found === undefined) return;
	if (!found.isSocket())
		throw new DoorError(`${display} is there already, and is no socket: choose another path.`);
	const isAnswered = await new Promise<boolean>(resolve => {
		const socket = net.connect(socketPath);
		const tell = (is: boolean): void => {
			socket.destroy();
			resolve(is);
		};
		socket.once('connect', () => tell(true));
		socket.once('error', error => tell(nodeCode(error) !== 'ECONNREFUSED' && nodeCode(error) !== 'ENOENT'));
	});
	if (isAnswered) throw new DoorError(`Somebody listens at ${display} already: choose another path.`);
	rmSync(socketPath, {force: true});
};

const explain = (error: unknown, display: string): DoorError => {
	const code = nodeCode(error);
	const why = error instanceof Error ? printable(error.message) : code;
	switch (code) {
		case 'EADDRINUSE':
			return new DoorError(`Somebody listens at ${display} already: choose another port, or 0 for any.`);
		case 'EACCES':
		case 'EPERM':
			return new DoorError(`This user may not open ${display} (${code}).`);
		case 'EADDRNOTAVAIL':
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return new DoorError(`${display} is no address of this machine (${code}).`);
		default:
			return new DoorError(`${display} cannot be opened: ${why}.`);
	}
};
