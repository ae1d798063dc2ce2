/**
 * `--log FILE` around a verb: what crossed the wire and what became of the connection, from the first try to the exit
 * code. What stands in a line is decided in `log-line.ts`. Called by the composition root; without `--log` nobody loads
 * this.
 */
import path from 'node:path';
import process from 'node:process';
import {RpcError} from '../../json-rpc/errors.ts';
import {TransportError} from '../../transport/errors.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import type {Context, Log} from '../context.ts';
import {CommandError} from '../exit-codes.ts';
import {createLogWriter, endsInLine, openLogFile} from './log-file.ts';
import {createEventLines, logLine} from './log-line.ts';

/** A disk that does not answer at all must not keep a finished command. */
const flushWithinMs = 500;

const describeEnd = (error: unknown): Readonly<Record<string, string | number>> => {
	if (error instanceof TransportError) return {error: `transport ${error.code}`, why: error.sentence};
	// The words of a server may quote what was sent.
	if (error instanceof RpcError) return {error: `rpc ${error.kind}`, errorCode: error.code};
	if (error instanceof CommandError) return {error: 'command', exitCode: error.exitCode};
	return {error: error instanceof Error ? error.name : 'unknown'};
};

/** @throws CommandError `usage` where the file cannot be written, and what `run` throws */
export const withLog = async (
	context: Context,
	{file, verb}: {readonly file: string; readonly verb: string},
	run: (context: Context) => Promise<number>,
): Promise<number> => {
	const {environment, stderr, endpoint, observe, version} = context;
	const place = path.resolve(context.cwd, file);
	const descriptor = openLogFile(place);
	const listeners: Array<(sentence: string) => void> = [];
	let stopped: string | undefined;
	const writer = createLogWriter(descriptor, why => {
		stopped = `The log ${sanitiseLine(place)} ends here: ${why}.`;
		for (const listener of listeners) listener(stopped);
	});
	const {platform, arch} = process;
	const line = (type: string, facts: Parameters<typeof logLine>[2]): void =>
		writer.write(logLine(type, environment.nowMs(), facts));
	const lineOf = createEventLines(environment.nowMs);
	const log: Log = {
		tell(event) {
			if (stopped !== undefined) return;
			const text = lineOf(event);
			if (text !== undefined) writer.write(text);
		},
		onStopped(listener) {
			if (stopped === undefined) listeners.push(listener);
			else listener(stopped);
		},
	};
	process.once('exit', writer.flushSync);
	// A limit on the size of files would end the process, not only the log.
	process.on('SIGXFSZ', () => {});
	if (!endsInLine(descriptor)) writer.write('\n');
	line('begin', {
		verb,
		version,
		node: process.versions.node,
		platform: `${platform} ${arch}`,
		endpoint: endpoint.display,
		observe,
	});
	try {
		const exitCode = await run({...context, log});
		line('end', {exitCode});
		return exitCode;
	} catch (error) {
		line('end', describeEnd(error));
		throw error;
	} finally {
		await Promise.race([
			writer.flush(),
			new Promise<void>(resolve => {
				environment.later(flushWithinMs, resolve);
			}),
		]);
		if (stopped !== undefined) stderr.write(`${stopped}\n`);
	}
};
