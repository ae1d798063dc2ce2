/**
 * Where the link of `join` comes from: a word of the command line, standard input, or the terminal, where it is not
 * shown. It opens a share, so it is kept from the scrollback; the shim keeps it from the list of processes.
 */
import {openSync} from 'node:fs';
import process from 'node:process';
import readline from 'node:readline';
import {Writable} from 'node:stream';
import tty from 'node:tty';
import {type Link, LinkError, parseLink} from '../../share/link.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {readText} from '../standard-input.ts';

/** Longer than any link. */
const mostBytes = 8192;

/** @throws CommandError `usage` for what is no link */
export const readLink = async (context: Context, word: string | undefined): Promise<Link> => {
	const text = word === undefined || word === '-' ? await askedFor(context, word) : word;
	try {
		return parseLink(text);
	} catch (error) {
		if (error instanceof LinkError) throw new CommandError(exitCodes.usage, error.message);
		throw error;
	}
};

const askedFor = ({stdin, stderr}: Context, word: string | undefined): Promise<string> =>
	stdin.isTTY && word === undefined
		? askUnseen(stdin, stderr)
		: readText(
				stdin,
				mostBytes,
				() => new CommandError(exitCodes.usage, 'What standard input holds is no link to a share.'),
			);

const askUnseen = (stdin: NodeJS.ReadStream, stderr: NodeJS.WriteStream): Promise<string> =>
	new Promise((resolve, reject) => {
		const nowhere = new Writable({write: (_chunk, _encoding, done) => done()});
		const asking = readline.createInterface({input: stdin, output: nowhere, terminal: true, historySize: 0});
		// Only now the terminal shows nothing of what is typed.
		stderr.write('The link (it is not shown): ');
		let settle = (): void => reject(new CommandError(exitCodes.interrupted, ''));
		asking.once('line', line => {
			settle = () => resolve(line);
			asking.close();
		});
		// Ctrl+C and Ctrl+D close it, too.
		asking.once('close', () => {
			stderr.write('\n');
			settle();
		});
	});

/**
 * The terminal, where standard input was the link: as in a pager, keys come from there, for whoever reads
 * `process.stdin` from now on. Undefined where there is none.
 */
export const keyboard = (): NodeJS.ReadStream | undefined => {
	try {
		const terminal = new tty.ReadStream(openSync('/dev/tty', 'r'));
		Object.defineProperty(process, 'stdin', {value: terminal, configurable: true});
		return terminal;
	} catch {
		return undefined;
	}
};
