/**
 * `jumpseat status`: one line for a status bar or a prompt, from one connection, and quickly: bars run it every few
 * seconds. Invariants: stdout is one line or, after a failure, nothing; it joins nothing and changes nothing, and asks
 * a person nothing.
 */
import type {ServerConnection} from '../../app-server/connection.ts';
import {isForPeople} from '../../app-server/resolve.ts';
import {askUnlisted} from '../../app-server/threads.ts';
import {describeThread} from '../../thread/info.ts';
import type {ThreadInfo} from '../../thread/state.ts';
import {unattended} from '../access/access.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {jsonLine} from '../json-line.ts';
import {findOneThread, reachServer} from '../reach.ts';
import {threadJson} from '../thread-json.ts';
import {fillTemplate} from './format.ts';
import {type Summary, summarise, summaryLine, threadLine, wordsOf} from './summary.ts';

/** What is live is in no more than one list of ids; each is read, all at once, so that old threads count as well. */
const liveThreads = async (connection: ServerConnection): Promise<readonly ThreadInfo[]> =>
	(await askUnlisted(connection, [])).filter(isForPeople).map(wire => describeThread(wire));

export const status = async (context: Context, wanted: string | undefined): Promise<number> => {
	const {options, given, home, stdout, endpoint, access, version, environment} = context;
	const {format} = options;
	// One of the settings is a default, and stands aside.
	if (options.json && given.format !== undefined)
		throw new CommandError(exitCodes.usage, '--format makes a line of text: leave out it or --json.');
	// A template that is wrong is wrong without a server, too.
	if (format !== undefined) fillTemplate(format, wordsOf(summarise([]), home));
	const connection = await reachServer(
		{endpoint, access: unattended(access), version, environment},
		() => 'observe',
	);
	try {
		const one =
			wanted === undefined ? undefined : describeThread(await findOneThread(context, connection, wanted));
		const summary = summarise(one === undefined ? await liveThreads(connection) : [one]);
		const text = (): string => {
			if (format !== undefined) return fillTemplate(format, wordsOf(summary, home));
			return one === undefined ? summaryLine(summary) : threadLine(one);
		};
		const line = (): string =>
			`${text()
				.replaceAll(/[\r\n]+/g, ' ')
				.trimEnd()}\n`;
		stdout.write(options.json ? jsonLine(asJson(summary)) : line());
		return exitCodes.done;
	} finally {
		// The process ends now, and the connection with it: waiting for the goodbye would only take time.
		void connection.close();
	}
};

/** The shape of `--json`. */
const asJson = ({counts, first}: Summary) => ({
	jumpseat: 1,
	type: 'jumpseat/status',
	waiting: counts.waiting,
	error: counts.error,
	running: counts.running,
	idle: counts.idle,
	live: counts.waiting + counts.error + counts.running + counts.idle,
	thread: first === undefined ? null : threadJson(first),
});
