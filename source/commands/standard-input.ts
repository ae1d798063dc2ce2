/** All of standard input as text, for what does not belong on a command line. */
import {CommandError, exitCodes} from './exit-codes.ts';

const mostBytes = 1024 * 1024;

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
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of stdin) {
		const buffer = Buffer.from(chunk);
		bytes += buffer.length;
		if (bytes > mostBytes)
			throw new CommandError(exitCodes.usage, `${option}: standard input is longer than 1 MiB.`);
		chunks.push(buffer);
	}
	try {
		return new TextDecoder('utf-8', {fatal: true}).decode(Buffer.concat(chunks)).replace(/\r?\n$/, '');
	} catch {
		throw new CommandError(exitCodes.usage, `${option}: standard input is not UTF-8 text.`);
	}
};
