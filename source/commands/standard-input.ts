/** All of standard input as text, for what does not belong on a command line. Called by `answer` and `send`. */
import type {Readable} from 'node:stream';
import {CommandError, exitCodes} from './exit-codes.ts';

const mostBytes = 1024 * 1024;

/**
 * Reads no further than it must to know that it is too long.
 *
 * @throws what `complain` makes of it
 */
export const readText = async (
	stdin: Readable,
	atMostBytes: number,
	complain: (about: 'length' | 'encoding') => CommandError,
): Promise<string> => {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of stdin) {
		const buffer = Buffer.from(chunk);
		bytes += buffer.length;
		if (bytes > atMostBytes) throw complain('length');
		chunks.push(buffer);
	}
	try {
		return new TextDecoder('utf-8', {fatal: true}).decode(Buffer.concat(chunks));
	} catch {
		throw complain('encoding');
	}
};

/**
 * Without the one line end that `echo` puts behind it.
 *
 * @throws CommandError `usage` when it is a terminal (which would show what is typed), is too long or is not UTF-8
 */
export const readStandardInput = async (stdin: NodeJS.ReadStream, option: string): Promise<string> => {
	if (stdin.isTTY)
		throw new CommandError(
			exitCodes.usage,
			`${option} reads standard input, which is a terminal here: give it a pipe or a file.`,
		);
	const text = await readText(stdin, mostBytes, about => {
		const why = about === 'length' ? 'is longer than 1 MiB' : 'is not UTF-8 text';
		return new CommandError(exitCodes.usage, `${option}: standard input ${why}.`);
	});
	return text.replace(/\r?\n$/, '');
};
