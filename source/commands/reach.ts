/**
 * From flags to a server and a thread: opens the connection and finds the thread that is meant, with as few
 * requests as can be — a whole id needs one read, everything else one list; what is not among the newest hundred is
 * looked for further back. Used by every verb.
 */

import {type ConnectionOptions, openConnection, type ServerConnection} from '../app-server/connection.ts';
import {isPieceOfId, isThreadId, type Resolution, resolveThread} from '../app-server/resolve.ts';
import {askMoreThreads, askThreads, askUnlisted, readThread} from '../app-server/threads.ts';
import {RpcError} from '../json-rpc/errors.ts';
import type {Mode} from '../protocol/methods.ts';
import type {WireThread} from '../protocol/types.ts';
import {describeThread} from '../thread/info.ts';
import {threadTitle} from '../thread/selectors.ts';
import {sanitiseLine} from '../view/sanitise.ts';
import type {Context} from './context.ts';
import {CommandError, exitCodes} from './exit-codes.ts';

export type ReachOptions = Pick<ConnectionOptions, 'keepText' | 'showsRequests' | 'streams'>;

/** `mode` is asked for every frame. */
export const reachServer = (
	context: Pick<Context, 'endpoint' | 'access' | 'version' | 'environment' | 'accept'>,
	mode: () => Mode,
	options: ReachOptions = {},
): Promise<ServerConnection> =>
	openConnection({
		endpoint: context.endpoint,
		mode,
		access: context.access,
		clientVersion: context.version,
		environment: context.environment,
		accept: context.accept,
		...options,
	});

/** The caller's directory, where it can be compared with a thread's: the server is on this machine. */
const sharedCwd = ({endpoint, cwd}: Context): string | undefined =>
	endpoint.kind === 'unix' ||
	(endpoint.kind === 'ws' && ['localhost', '127.0.0.1', '::1'].includes(endpoint.host))
		? cwd
		: undefined;

export type Found = {readonly resolution: Resolution; readonly threads: readonly WireThread[]};

/** Finds the thread that `wanted` means (undefined: the only live one). Never loads or joins anything. */
export const findThread = async (
	context: Context,
	connection: ServerConnection,
	wanted: string | undefined,
): Promise<Found> => {
	if (wanted !== undefined && isThreadId(wanted)) {
		try {
			const thread = await readThread(connection, wanted.toLowerCase());
			return {resolution: {kind: 'found', thread}, threads: [thread]};
		} catch (error) {
			if (!(error instanceof RpcError) || error.kind !== 'refused') throw error;
			return {resolution: {kind: 'none'}, threads: []};
		}
	}
	const cwd = sharedCwd(context);
	const listed = await askThreads(connection);
	const resolution = resolveThread(listed, wanted, cwd);
	if (resolution.kind !== 'none') return {resolution, threads: listed};
	// A thread without a turn is in the server's memory and in no list.
	const all = [...(await askUnlisted(connection, listed)), ...listed];
	const inAll = resolveThread(all, wanted, cwd);
	if (inAll.kind !== 'none' || wanted === undefined || wanted.trim() === '')
		return {resolution: inAll, threads: all};
	// The server's search minds capitals, and knows no ids.
	for (const title of isPieceOfId(wanted) ? [undefined] : [wanted, undefined]) {
		const older = await askMoreThreads(connection, title);
		const threads = [...all, ...older.filter(({id}) => !all.some(known => known.id === id))];
		const resolution = resolveThread(threads, wanted, cwd);
		if (resolution.kind !== 'none') return {resolution, threads};
	}
	return {resolution: inAll, threads: all};
};

/**
 * The one thread that `wanted` means.
 *
 * @throws CommandError `usage` when there are several, `notThere` when there is none
 */
export const findOneThread = async (
	context: Context,
	connection: ServerConnection,
	wanted: string | undefined,
): Promise<WireThread> => {
	const {resolution} = await findThread(context, connection, wanted);
	switch (resolution.kind) {
		case 'found':
			return resolution.thread;
		case 'ambiguous':
			throw ambiguous(wanted, resolution.candidates);
		case 'none':
			throw noSuchThread(wanted, context.endpoint.display);
	}
};

/** One line that tells a thread from the others. */
const candidateLine = (thread: WireThread): string => {
	const info = describeThread(thread);
	return `  ${info.id}  ${sanitiseLine(threadTitle(info))}  (${sanitiseLine(info.cwd)})`;
};

const mostCandidates = 20;

export const ambiguous = (wanted: string | undefined, candidates: readonly WireThread[]): CommandError => {
	const lines = candidates.slice(0, mostCandidates).map(candidateLine);
	const cut =
		candidates.length > mostCandidates ? [`  … and ${candidates.length - mostCandidates} more`] : [];
	const what =
		wanted === undefined ? 'Several threads are live' : `"${sanitiseLine(wanted)}" fits several threads`;
	return new CommandError(exitCodes.usage, `${what}. Say which, by its id, a piece of it, or its name:`, [
		...lines,
		...cut,
	]);
};

export const noSuchThread = (wanted: string | undefined, server: string): CommandError =>
	new CommandError(
		exitCodes.notThere,
		wanted === undefined
			? `No thread is live on ${server}. Start \`codex\` and say something, then try again.`
			: `There is no thread "${sanitiseLine(wanted)}" on ${server}. \`jumpseat ls\` shows those that there are.`,
	);
