/**
 * The folder in the system's temporary one that holds the guests' socket of a share with `--group`: others must be able
 * to walk through it, so it is in no private folder. Made by the door (0710), removed with the share, or by whoever finds
 * a share that was killed.
 *
 * Invariant: nothing is removed but such a folder of this user's own, with nothing but such a socket in it.
 */
import {randomBytes} from 'node:crypto';
import {lstatSync, rmdirSync, unlinkSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

const named = /^jumpseat-[0-9a-f]{12}$/;
const modes: readonly number[] = [0o710, 0o700];

/** A name that nobody can guess; nothing is made. */
export const freshGroupFolder = (): string =>
	path.join(os.tmpdir(), `jumpseat-${randomBytes(6).toString('hex')}`);

export const groupSocketIn = (folder: string): string => path.join(folder, 'guest.sock');

/** As the door makes them. `uid`: of this process. */
const isOurs = (folder: string, uid: number | undefined): boolean => {
	if (!path.isAbsolute(folder) || path.normalize(folder) !== folder || !named.test(path.basename(folder)))
		return false;
	const stats = lstatSync(folder, {throwIfNoEntry: false});
	return stats?.isDirectory() === true && stats.uid === uid && modes.includes(stats.mode & 0o7777);
};

/** Never throws: what cannot be removed stays. */
export const removeGroupFolder = (folder: string, uid: number | undefined = process.getuid?.()): void => {
	try {
		if (!isOurs(folder, uid)) return;
		const socketPath = groupSocketIn(folder);
		if (lstatSync(socketPath, {throwIfNoEntry: false})?.isSocket() === true) unlinkSync(socketPath);
		// Not whatever else is in it.
		rmdirSync(folder);
	} catch {
		// Somebody else removes it just now, or something else is in it.
	}
};
