/**
 * Asks the server for `jumpseat doctor`: is it there, how far away, which version, what it cannot do. Invariant: only
 * reads that load and join nothing, in the read-only mode of the gate; what goes wrong is a finding, never an error.
 */

import type {ServerConnection} from '../../app-server/connection.ts';
import {isLive} from '../../app-server/resolve.ts';
import {listThreads} from '../../app-server/threads.ts';
import {RpcError} from '../../json-rpc/errors.ts';
import type {OutgoingMethod} from '../../protocol/methods.ts';
import {describeThread} from '../../thread/info.ts';
import {TransportError} from '../../transport/errors.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes, explain} from '../exit-codes.ts';
import {reachServer} from '../reach.ts';
import {type Finding, note, ok, problem} from './finding.ts';

type Examined = {
	readonly findings: readonly Finding[];
	readonly isReached: boolean;
	readonly version: string | undefined;
};

/** What happened is the first sentence, what to do about it is the rest. */
const inTwo = (text: string): readonly [what: string, fix: string | undefined] => {
	const at = text.search(/\. \p{Lu}/u);
	return at === -1 ? [text, undefined] : [text.slice(0, at + 1), text.slice(at + 2)];
};

/** A token that cannot be had is the only failure before the attempt that is not the transport's. */
const isAboutToken = (error: unknown): boolean =>
	error instanceof CommandError ||
	(error instanceof TransportError && (error.code === 'unauthorised' || error.code === 'unsafe-token'));

const failure = (error: unknown): Finding => {
	const {lines, exitCode} = explain(error);
	const [what, fix] = inTwo(sanitiseLine(lines.join(' ')));
	const known = [exitCodes.notThere, exitCodes.refused].some(code => code === exitCode);
	return problem(isAboutToken(error) ? 'token' : 'server', what, fix, known ? exitCode : exitCodes.failed);
};

/** No thread has it: a server that knows the method complains of the thread. */
const nobody = '00000000-0000-0000-0000-000000000000';
const askMs = 10_000;

/** Reads that older servers may be without, and what is missing then. */
const features = {
	'thread/turns/list': 'a thread begins with its last turns, and older ones cannot be read',
	'thread/queue/list': 'there is no queue, and a message cannot wait for the end of a turn',
	'thread/backgroundTerminals/list': 'commands that began before you joined have no name',
} as const satisfies Partial<Record<OutgoingMethod, string>>;

const isKnown = async (through: ServerConnection, method: OutgoingMethod): Promise<boolean> => {
	try {
		await through.ask(method, {threadId: nobody, limit: 1}, {timeoutMs: askMs});
		return true;
	} catch (error) {
		if (!(error instanceof RpcError)) throw error;
		switch (error.kind) {
			case 'refused':
			case 'malformed':
				return true;
			case 'unsupported':
				return false;
			case 'overloaded':
			case 'closed':
			case 'timeout':
				throw error;
		}
	}
};

const probe = async (through: ServerConnection): Promise<readonly Finding[]> => {
	const gaps: Finding[] = [];
	for (const method of Object.keys(features) as ReadonlyArray<keyof typeof features>) {
		if (await isKnown(through, method)) continue;
		const says = `The server is without ${method}: ${features[method]}.`;
		gaps.push(note('features', says, 'Update Codex where the server runs.'));
	}
	return gaps.length > 0 ? gaps : [ok('features', 'older turns, the queue and running commands can be read')];
};

const countThreads = async (through: ServerConnection): Promise<Finding> => {
	const threads = await listThreads(through);
	const live = threads.filter(isLive).map(thread => describeThread(thread));
	const waiting = live.filter(({status}) => status.kind === 'active' && status.waitingOn !== 'nobody').length;
	if (live.length === 0)
		return ok('threads', 'none is live; one is as soon as somebody says something in `codex`');
	const waits =
		waiting === 0
			? 'nobody waits for a person'
			: `${waiting} ${waiting === 1 ? 'waits' : 'wait'} for a person`;
	return ok('threads', `${live.length} live, ${waits}`);
};

export const examineServer = async (context: Context): Promise<Examined> => {
	let connection: ServerConnection;
	try {
		connection = await reachServer(context, () => 'observe');
	} catch (error) {
		return {findings: [failure(error)], isReached: false, version: undefined};
	}
	const {version} = connection.server;
	const {nowMs} = context.environment;
	const findings: Finding[] = [];
	try {
		const askedAtMs = nowMs();
		await connection.ask('thread/loaded/list', {}, {timeoutMs: askMs});
		const ms = Math.max(1, Math.round(nowMs() - askedAtMs));
		const name =
			version === undefined ? 'a Codex App Server of unknown version' : `Codex ${sanitiseLine(version)}`;
		findings.push(ok('server', `${name}, answers in ${ms} ms`));
		if (context.access.token !== undefined) findings.push(ok('token', 'shown, and let in'));
		findings.push(...(await probe(connection)));
		findings.push(await countThreads(connection));
	} catch (error) {
		findings.push(failure(error));
	} finally {
		await connection.close();
	}
	return {findings, isReached: true, version};
};
