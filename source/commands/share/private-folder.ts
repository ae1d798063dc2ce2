/**
 * Folders that nobody else can look into or prepare: of this user, 0700, and no symlink. The system's temporary folder is
 * open to all, so what stands there under a name that can be guessed is looked at before it is trusted.
 */
import {lstatSync, mkdirSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {sanitiseLine} from '../../view/sanitise.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';

/** Where this user's running Jumpseats keep what ends with them; not made yet. */
export const ownFolder = ({env}: Pick<Context, 'env'>): string => {
	const xdg = env.XDG_RUNTIME_DIR;
	return xdg !== undefined && path.isAbsolute(xdg)
		? path.join(xdg, 'jumpseat')
		: path.join(os.tmpdir(), `jumpseat-${process.getuid?.() ?? 'user'}`);
};

export type FolderState =
	| {readonly kind: 'private' | 'missing'}
	| {readonly kind: 'unsafe'; readonly why: string};

const codeOf = (error: unknown): string =>
	error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** `uid`: of this process; undefined where there is none (Windows). */
export const folderState = (folder: string, uid: number | undefined = process.getuid?.()): FolderState => {
	try {
		const stats = lstatSync(folder, {throwIfNoEntry: false});
		if (stats === undefined) return {kind: 'missing'};
		if (!stats.isDirectory()) return {kind: 'unsafe', why: 'it is no folder'};
		if (uid !== undefined && stats.uid !== uid) return {kind: 'unsafe', why: 'it belongs to another user'};
		if (uid !== undefined && (stats.mode & 0o077) !== 0)
			return {kind: 'unsafe', why: 'other users may open it'};
		return {kind: 'private'};
	} catch (error) {
		return {kind: 'unsafe', why: codeOf(error)};
	}
};

/**
 * Makes the folder where it is missing; its parent must be there.
 *
 * @throws CommandError `failed` for one that is not this user's alone
 */
export const privateFolder = (folder: string): string => {
	try {
		mkdirSync(folder, {mode: 0o700});
	} catch (error) {
		if (codeOf(error) !== 'EEXIST') throw refused(folder, `it cannot be made (${codeOf(error)})`);
	}
	const state = folderState(folder);
	if (state.kind === 'private') return folder;
	throw refused(folder, state.kind === 'unsafe' ? state.why : 'it vanished');
};

const refused = (folder: string, why: string): CommandError =>
	new CommandError(
		exitCodes.failed,
		`The folder ${sanitiseLine(folder)}, for the sockets of this user, is not used: ${sanitiseLine(why)}. Remove it, or set XDG_RUNTIME_DIR.`,
	);
