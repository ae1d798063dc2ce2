/**
 * The shares that run on this machine as this user: a folder each, with the owner's private socket and a note of what is
 * shared. Written by `share`; read by `share --control` and by whatever attaches to a thread that may be shared.
 *
 * Invariants: nothing is believed that another user could have written; the note appears once the socket answers; what
 * a dead share left is removed by whoever finds it.
 */
import {randomBytes} from 'node:crypto';
import {readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {asArray, asNumber, asRecord, asString} from '../../protocol/fields.ts';
import type {Context} from '../context.ts';
import {groupSocketIn, removeGroupFolder} from './group-folder.ts';
import {folderState, ownFolder, privateFolder} from './private-folder.ts';

/** What stands in a note. */
export type ShareNote = {
	readonly pid: number;
	readonly threadId: string;
	/** The server behind it, see `serverAddress`. */
	readonly server: string;
	readonly startedAtMs: number;
	/** `shareProtocol` of whoever runs it. */
	readonly protocol: number;
	/** See group-folder.ts. */
	readonly groupFolders?: readonly string[];
};

export type RunningShare = ShareNote & {readonly ownerSocket: string};

export type Registration = {
	/** Private to this user; sockets may be put here. */
	readonly folder: string;
	readonly ownerSocket: string;
	/** From now on others find it. */
	readonly announce: (note: ShareNote) => void;
	readonly remove: () => void;
};

type Place = Pick<Context, 'env'>;

/** From the outermost folder of ours to the one that holds a folder for each share. */
const foldersOf = (place: Place): readonly [string, string] => {
	const ours = ownFolder(place);
	return [ours, path.join(ours, 'shares')];
};

const noteName = 'share.json';
const socketName = 'owner.sock';

/** @throws CommandError `failed` where no safe folder can be had */
export const register = (place: Place): Registration => {
	for (const folder of foldersOf(place)) privateFolder(folder);
	// Short: the path of a socket has room for about a hundred bytes.
	const folder = privateFolder(path.join(foldersOf(place)[1], randomBytes(4).toString('hex')));
	return {
		folder,
		ownerSocket: path.join(folder, socketName),
		announce(note) {
			const fresh = path.join(folder, `${noteName}.new`);
			writeFileSync(fresh, `${JSON.stringify(note)}\n`, {mode: 0o600});
			renameSync(fresh, path.join(folder, noteName));
		},
		remove: () => removeFolder(folder),
	};
};

/** Those that run, oldest first; what is left of dead ones is removed. Never rejects. */
export const runningShares = async (place: Place): Promise<readonly RunningShare[]> => {
	const [ours, all] = foldersOf(place);
	// The usual case, which must cost nothing.
	if (folderState(ours).kind !== 'private' || folderState(all).kind !== 'private') return [];
	const found = await Promise.all(namesIn(all).map(name => look(path.join(all, name))));
	return found.flatMap(share => share ?? []).sort((left, right) => left.startedAtMs - right.startedAtMs);
};

const namesIn = (folder: string): readonly string[] => {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
};

const look = async (folder: string): Promise<RunningShare | undefined> => {
	if (folderState(folder).kind !== 'private') return undefined;
	const ownerSocket = path.join(folder, socketName);
	const note = readNote(path.join(folder, noteName));
	if (note === undefined) {
		if (isLongThere(folder)) removeFolder(folder);
		return undefined;
	}
	if (await isAnswered(ownerSocket)) return {...note, ownerSocket};
	for (const each of note.groupFolders ?? [])
		if (!(await isAnswered(groupSocketIn(each)))) removeGroupFolder(each);
	removeFolder(folder);
	return undefined;
};

const mostNoteBytes = 4096;

const readNote = (file: string): ShareNote | undefined => {
	try {
		if (statSync(file).size > mostNoteBytes) return undefined;
		const fields = asRecord(JSON.parse(readFileSync(file, 'utf8')));
		const pid = asNumber(fields?.pid);
		const threadId = asString(fields?.threadId);
		const server = asString(fields?.server);
		const startedAtMs = asNumber(fields?.startedAtMs);
		const protocol = asNumber(fields?.protocol);
		if (pid === undefined || threadId === undefined || server === undefined) return undefined;
		if (startedAtMs === undefined || protocol === undefined) return undefined;
		const groupFolders = (asArray(fields?.groupFolders) ?? []).flatMap(each => asString(each) ?? []);
		const note = {pid, threadId, server, startedAtMs, protocol};
		return groupFolders.length === 0 ? note : {...note, groupFolders};
	} catch {
		return undefined;
	}
};

/** A share that is just starting has no note yet. */
const startsWithinMs = 60_000;

const isLongThere = (folder: string): boolean => {
	const made = statSync(folder, {throwIfNoEntry: false});
	return made !== undefined && Date.now() - made.mtimeMs > startsWithinMs;
};

const answersWithinMs = 500;

/** Only a refusal is an answer of the dead: one that is slow, or has its hands full, lives. */
const isAnswered = (socketPath: string): Promise<boolean> =>
	new Promise(resolve => {
		const socket = net.connect(socketPath);
		const settle = (isThere: boolean): void => {
			clearTimeout(timer);
			socket.destroy();
			resolve(isThere);
		};
		const timer = setTimeout(() => settle(true), answersWithinMs);
		socket.once('connect', () => settle(true));
		socket.once('error', (error: NodeJS.ErrnoException) =>
			settle(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT' && error.code !== 'ENOTSOCK'),
		);
	});

const removeFolder = (folder: string): void => {
	try {
		rmSync(folder, {recursive: true, force: true});
	} catch {
		// Somebody else removes it just now, or may not: it is looked at again next time.
	}
};
