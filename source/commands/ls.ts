/** `jumpseat ls`: the threads — what waits for a person on top, then live ones, then stored ones. */
import {listThreads} from '../app-server/threads.ts';
import {describeThread} from '../thread/info.ts';
import {threadTitle} from '../thread/selectors.ts';
import type {ThreadInfo, ThreadStatus} from '../thread/state.ts';
import {createFormat} from '../view/format.ts';
import {sanitiseLine} from '../view/sanitise.ts';
import {sortThreads} from '../view/threads.ts';
import {textWidth} from '../view/width.ts';
import type {Context} from './context.ts';
import {exitCodes} from './exit-codes.ts';
import {reachServer} from './reach.ts';

export const ls = async (context: Context): Promise<number> => {
	const connection = await reachServer(context);
	try {
		const threads = (await listThreads(connection)).map(wire => describeThread(wire));
		const sorted = sortThreads(threads.map(info => ({info, current: false}))).map(entry => entry.info);
		if (context.options.json) {
			for (const info of sorted) context.stdout.write(`${JSON.stringify(asJson(info))}\n`);
			return exitCodes.done;
		}
		if (sorted.length === 0) {
			context.stderr.write(`No threads on ${context.endpoint.display} yet.\n`);
			return exitCodes.done;
		}
		context.stdout.write(table(sorted, context));
		return exitCodes.done;
	} finally {
		await connection.close();
	}
};

/** The shape of `--json`: one object a line, times in ms since the epoch. */
const asJson = (info: ThreadInfo) => ({
	id: info.id,
	name: info.name ?? null,
	title: threadTitle(info),
	status: info.status.kind === 'other' ? info.status.name : info.status.kind,
	waitingOn: info.status.kind === 'active' ? info.status.waitingOn : 'nobody',
	cwd: info.cwd,
	parentThreadId: info.parentThreadId ?? null,
	updatedAtMs: info.updatedAtMs ?? null,
});

const statusWords = (status: ThreadStatus): string => {
	switch (status.kind) {
		case 'active':
			return status.waitingOn === 'nobody' ? 'running' : 'waits for a person';
		case 'idle':
			return 'idle';
		case 'notLoaded':
			return 'stored';
		case 'systemError':
			return 'error';
		case 'unknown':
			return '?';
		case 'other':
			return sanitiseLine(status.name);
	}
};

const columnGap = '  ';

const table = (threads: readonly ThreadInfo[], context: Context): string => {
	const format = createFormat({});
	const nowMs = context.environment.nowMs();
	const rows = threads.map(info => [
		statusWords(info.status),
		info.id,
		info.updatedAtMs === undefined ? '' : format.ago(Math.max(0, nowMs - info.updatedAtMs)),
		sanitiseLine(format.shortPath(info.cwd, context.home)),
		sanitiseLine(threadTitle(info)),
	]);
	const widths = [0, 1, 2, 3].map(column => Math.max(...rows.map(row => textWidth(row[column] ?? ''))));
	return rows
		.map(row =>
			row
				.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - textWidth(cell))))
				.join(columnGap)
				.trimEnd(),
		)
		.map(line => `${line}\n`)
		.join('');
};
