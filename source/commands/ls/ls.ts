/** `jumpseat ls`: the threads — what waits for a person on top, then live ones, then stored ones. */
import {listThreads} from '../../app-server/threads.ts';
import {describeThread} from '../../thread/info.ts';
import type {Context} from '../context.ts';
import {exitCodes} from '../exit-codes.ts';
import {jsonLine} from '../json-line.ts';
import {reachServer} from '../reach.ts';
import {threadJson} from '../thread-json.ts';
import {inOrder, tableLines} from './table.ts';
import {watchThreads} from './watch.ts';

export const ls = async (context: Context): Promise<number> => {
	const {options, stdout, stderr, environment, home} = context;
	if (options.watch) return watchThreads(context);
	const connection = await reachServer(context, () => 'observe');
	try {
		const threads = inOrder((await listThreads(connection)).map(wire => describeThread(wire)));
		if (options.json) {
			for (const info of threads)
				stdout.write(jsonLine({jumpseat: 1, type: 'jumpseat/thread', ...threadJson(info)}));
			return exitCodes.done;
		}
		if (threads.length === 0) {
			stderr.write(`No threads on ${context.endpoint.display} yet.\n`);
			return exitCodes.done;
		}
		const columns = stdout.isTTY ? stdout.columns : undefined;
		const lines = tableLines(threads, {nowMs: environment.nowMs(), home, columns});
		stdout.write(lines.map(line => `${line}\n`).join(''));
		return exitCodes.done;
	} finally {
		await connection.close();
	}
};
