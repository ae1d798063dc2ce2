/**
 * Who could connect to the socket of the server: whoever can, can answer approvals as its owner. The look at the file
 * system is apart from the judgement, which is pure. Used by `jumpseat doctor`.
 */
import {realpathSync, statSync} from 'node:fs';
import path from 'node:path';
import {type Finding, note, ok, problem} from './finding.ts';

type Place = {readonly path: string; readonly uid: number; readonly mode: number};

export type SocketFacts = {
	/** As it was meant; `socket.path` is where its symlinks lead. */
	readonly name: string;
	readonly socket: Place;
	readonly folder: Place;
	/** Of this process; undefined where users have none. */
	readonly uid: number | undefined;
};

const placeAt = (place: string): Place => {
	const {uid, mode} = statSync(place);
	return {path: place, uid, mode};
};

/** undefined where there is no socket: the attempt to connect says why, and better. */
export const lookAtSocket = (name: string, uid: number | undefined): SocketFacts | undefined => {
	try {
		const real = realpathSync(name);
		if (!statSync(real).isSocket()) return undefined;
		return {name, socket: placeAt(real), folder: placeAt(path.dirname(real)), uid};
	} catch {
		return undefined;
	}
};

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

/** `show`: makes a path short and harmless. */
export const judgeSocket = (
	{name, socket, folder, uid}: SocketFacts,
	show: (place: string) => string,
): readonly Finding[] => {
	const leads = socket.path === name ? '' : ` → ${show(socket.path)}`;
	const where = `${show(name)}${leads}`;
	if (uid === undefined) return [ok('socket', where)];
	const hides = (folder.mode & 0o011) === 0;
	if (!hides && (socket.mode & 0o022) !== 0) {
		return [
			problem(
				'socket',
				`Other users could connect and answer approvals: ${where} is ${octal(socket.mode)} in a folder that is ${octal(folder.mode)}.`,
				`chmod 600 ${show(socket.path)}`,
			),
		];
	}
	const isSticky = (folder.mode & 0o1000) !== 0;
	if ((folder.mode & 0o022) !== 0 && !isSticky) {
		return [
			problem(
				'socket',
				`Other users could put a server of their own in the place of ${where}: its folder is ${octal(folder.mode)}.`,
				`chmod 700 ${show(folder.path)}`,
			),
		];
	}
	if (socket.uid !== uid) {
		return [note('socket', `${where} belongs to another user (uid ${socket.uid}).`)];
	}
	return [ok('socket', `yours alone (${octal(socket.mode)} in ${octal(folder.mode)}): ${where}`)];
};
