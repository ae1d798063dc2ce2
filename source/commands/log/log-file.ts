/**
 * The file of a log: how it is opened, and lines into it. Called by `with-log.ts`.
 *
 * Invariants: a file that is there already is only continued when it is a log of ours, and no symlink is followed;
 * nobody waits for the disk; the first write that fails ends the log, is told once, and disturbs nothing else.
 */
import fs from 'node:fs';
import process from 'node:process';
import {sanitiseLine} from '../../view/sanitise.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';

/** For a disk that is slow for a while. */
const mostWaitingBytes = 8 * 1024 * 1024;

/** What the first line of every log of ours begins with. */
const ours = '{"jumpseat":';

const codeOf = (error: unknown): string =>
	error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'its folder does not exist',
	ENOTDIR: 'its folder is none',
	EACCES: 'this user may not write there',
	EPERM: 'this user may not write there',
	EROFS: 'this disk can only be read',
	EISDIR: 'it is a folder',
	ELOOP: 'it is a symlink',
	ENXIO: 'it is not a regular file',
	ENOSPC: 'the disk is full',
	EDQUOT: 'the disk quota is used up',
	EFBIG: 'the file may not grow any more',
	EIO: 'the disk failed',
};

const reasonOf = (error: unknown): string => reasons[codeOf(error)] ?? codeOf(error);

/** Why an existing file is not continued. */
const complaint = (descriptor: number, uid: number | undefined): string | undefined => {
	const stats = fs.fstatSync(descriptor);
	if (!stats.isFile()) return 'it is not a regular file';
	if (uid !== undefined && stats.uid !== uid) return 'it belongs to another user';
	if (uid !== undefined && (stats.mode & 0o077) !== 0)
		return 'other users may open it (chmod 600 mends that)';
	if (stats.size === 0) return undefined;
	const start = Buffer.alloc(ours.length);
	fs.readSync(descriptor, start, 0, start.length, 0);
	return start.toString('latin1') === ours ? undefined : 'it is there already, and is no log of Jumpseat';
};

const {O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDWR} = fs.constants;

/**
 * A new file with mode 0600, or one of ours, to be continued.
 *
 * @throws CommandError `usage`
 */
export const openLogFile = (file: string, uid: number | undefined = process.getuid?.()): number => {
	const refuse = (why: string): CommandError =>
		new CommandError(exitCodes.usage, `The log ${sanitiseLine(file)} cannot be written: ${why}.`);
	const flags = O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
	try {
		return fs.openSync(file, flags | O_CREAT | O_EXCL, 0o600);
	} catch (error) {
		if (codeOf(error) !== 'EEXIST') throw refuse(reasonOf(error));
	}
	let descriptor: number;
	try {
		descriptor = fs.openSync(file, flags);
	} catch (error) {
		throw refuse(reasonOf(error));
	}
	const why = complaint(descriptor, uid);
	if (why === undefined) return descriptor;
	fs.closeSync(descriptor);
	throw refuse(why);
};

/** Lines into a descriptor, in order, one write at a time. */
export const createLogWriter = (
	descriptor: number,
	onStopped: (why: string) => void,
): {
	readonly write: (line: string) => void;
	readonly flush: () => Promise<void>;
	/** What still waits, at once: the process ends. */
	readonly flushSync: () => void;
} => {
	let waiting: Buffer[] = [];
	let waitingBytes = 0;
	let isStopped = false;
	let isWriting = false;
	let onIdle: Array<() => void> = [];

	const stop = (why: string): void => {
		if (isStopped) return;
		isStopped = true;
		waiting = [];
		onStopped(why);
	};
	const next = (): void => {
		if (waiting.length === 0 || isStopped) {
			isWriting = false;
			for (const idle of onIdle.splice(0)) idle();
			return;
		}
		isWriting = true;
		const bytes = Buffer.concat(waiting);
		waiting = [];
		fs.write(descriptor, bytes, 0, bytes.length, null, (error, written) => {
			waitingBytes -= written;
			if (error !== null) stop(reasonOf(error));
			else if (written < bytes.length) waiting.unshift(bytes.subarray(written));
			next();
		});
	};
	return {
		write(line) {
			if (isStopped) return;
			const bytes = Buffer.from(line);
			waiting.push(bytes);
			waitingBytes += bytes.length;
			if (waitingBytes > mostWaitingBytes) stop('the disk is too slow');
			else if (!isWriting) next();
		},
		flush: () =>
			new Promise(resolve => {
				if (!isWriting) resolve();
				else onIdle = [...onIdle, resolve];
			}),
		flushSync() {
			// A write that is under way may be stuck, and would be overtaken.
			if (isWriting || isStopped || waiting.length === 0) return;
			try {
				fs.writeSync(descriptor, Buffer.concat(waiting));
			} catch (error) {
				stop(reasonOf(error));
			}
		},
	};
};

/** One that a full disk has cut does not. */
export const endsInLine = (descriptor: number): boolean => {
	const {size} = fs.fstatSync(descriptor);
	const last = Buffer.alloc(1);
	return size === 0 || (fs.readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] === 0x0a);
};
