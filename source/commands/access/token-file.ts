/**
 * A bearer token in a file of the person's own. Invariants: what is checked is what is read (one open file, no second
 * look at its path), and nobody else can read it; no error repeats any of it. Asked by access.ts at each connection,
 * because such files are rotated.
 */
import {closeSync, constants, fstatSync, openSync, readSync, type Stats} from 'node:fs';
import process from 'node:process';
import {sanitiseLine} from '../../view/sanitise.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';

/** Larger than any header that a server takes. */
const mostBytes = 8192;

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'it does not exist',
	ENOTDIR: 'it does not exist',
	EACCES: 'this user may not read it',
	EPERM: 'this user may not read it',
	ELOOP: 'it is a symlink that leads nowhere',
	// A socket.
	ENXIO: 'it is not a regular file',
};

const problemOf = (error: unknown): string => {
	const code = error instanceof Error && 'code' in error ? String(error.code) : '';
	return reasons[code] ?? (code === '' ? String(error) : code);
};

/** What is wrong with it, and how to mend that; undefined for a file that only its owner can read. */
const complaint = (file: string, stats: Stats, uid: number | undefined): string | undefined => {
	if (!stats.isFile()) return 'it is not a regular file.';
	if (uid !== undefined && stats.uid !== uid && stats.uid !== 0)
		return 'it belongs to another user, who could change it. Make a copy of your own.';
	if (uid !== undefined && (stats.mode & 0o077) !== 0) {
		const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
		return `other users may open it (${mode}). Mend that with: chmod 600 ${shellWord(file)}`;
	}
	return undefined;
};

/** To be pasted into a shell. */
const shellWord = (text: string): string =>
	/^[\w./@%+:,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

const readBounded = (descriptor: number): string => {
	const buffer = Buffer.alloc(mostBytes + 1);
	let length = 0;
	for (;;) {
		const count = readSync(descriptor, buffer, length, buffer.length - length, null);
		length += count;
		if (count === 0 || length === buffer.length) return buffer.toString('utf8', 0, length);
	}
};

/**
 * The content, less one line break at its end. `uid`: of this process; undefined where there is none (Windows).
 *
 * @throws CommandError `usage`
 */
export const readTokenFile = (file: string, uid: number | undefined = process.getuid?.()): string => {
	const refuse = (why: string): CommandError =>
		new CommandError(
			exitCodes.usage,
			`The token file ${sanitiseLine(file)} was not used: ${sanitiseLine(why)}`,
		);
	let descriptor: number;
	try {
		// Without O_NONBLOCK a pipe that nobody writes to would be waited for.
		descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
	} catch (error) {
		throw refuse(`${problemOf(error)}.`);
	}
	try {
		const why = complaint(file, fstatSync(descriptor), uid);
		if (why !== undefined) throw refuse(why);
		const text = readBounded(descriptor);
		if (text.length > mostBytes) throw refuse(`it holds more than ${mostBytes} bytes, and a token does not.`);
		const token = text.replace(/\r?\n$/, '');
		if (token === '') throw refuse('it is empty.');
		return token;
	} catch (error) {
		throw error instanceof CommandError ? error : refuse(`${problemOf(error)}.`);
	} finally {
		closeSync(descriptor);
	}
};
