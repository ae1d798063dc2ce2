/**
 * Opens a unix socket, or says precisely why that cannot be: the kernel's word for a stale socket and for a
 * plain file is the same, so the path is looked at after a failure. Called by connect.ts only.
 */
import {realpathSync, statSync} from 'node:fs';
import net from 'node:net';
import type {Duplex} from 'node:stream';
import {fromNodeError, nodeCode, noServer, type SocketAddress, TransportError} from './errors.ts';
import {opened} from './opened.ts';

/** `sun_path` less its closing NUL: 108 bytes on Linux, 104 on macOS and the BSDs. */
export const pathLimitBytes = process.platform === 'linux' ? 107 : 103;

/** @throws TransportError */
export const connectUnix = async (address: SocketAddress, signal: AbortSignal): Promise<Duplex> => {
	const short = shortEnough(address);
	try {
		return await opened(net.connect(short), 'connect', signal);
	} catch (error) {
		throw explain(error, address);
	}
};

/** A path that is too long may be a symlink to one that is not. A longer one would be cut without a word. */
const shortEnough = (address: SocketAddress): string => {
	const {path, display} = address;
	const fits = (candidate: string): boolean => Buffer.byteLength(candidate) <= pathLimitBytes;
	if (fits(path)) return path;
	let resolved: string;
	try {
		resolved = realpathSync(path);
	} catch (error) {
		throw explain(error, address);
	}
	if (fits(resolved)) return resolved;
	throw new TransportError(
		'path-too-long',
		`The socket path of ${display} has ${Buffer.byteLength(resolved)} bytes; the system allows ` +
			`${pathLimitBytes}. Make a symlink with a short path to its folder and connect through that.`,
	);
};

const explain = (error: unknown, address: SocketAddress): TransportError => {
	const {path, display} = address;
	switch (nodeCode(error)) {
		case 'ENOENT':
		case 'ENOTDIR':
			return noServer(address, 'there is no socket', error);
		case 'ECONNREFUSED':
		case 'ENOTSOCK':
		case 'EPROTOTYPE':
			return isSocket(path)
				? noServer(address, 'the socket is there, but the server that made it has ended', error)
				: new TransportError(
						'not-a-socket',
						`${display} is a ${isFolder(path) ? 'folder' : 'file'}, not a socket. Give the socket that a ` +
							'Codex App Server listens on.',
						error,
					);
		case 'EACCES':
		case 'EPERM':
			return new TransportError(
				'permission',
				`This user may not connect to ${display}: the socket belongs to the user who runs Codex.`,
				error,
			);
		case 'EAGAIN':
			return new TransportError('unreachable', `${display} takes no more connections now. Try again.`, error);
		case 'ENAMETOOLONG':
			return new TransportError('path-too-long', `The path of ${display} is too long.`, error);
		default:
			return fromNodeError(error, display);
	}
};

const isSocket = (path: string): boolean => statSync(path, {throwIfNoEntry: false})?.isSocket() ?? true;

const isFolder = (path: string): boolean => statSync(path, {throwIfNoEntry: false})?.isDirectory() ?? false;
