/**
 * What several verbs do in a seat: have patience for so long, insist on a thread that is live here, and say what
 * waits for a person meanwhile. Errors are sentences with their exit code.
 */
import type {RpcId} from '../protocol/types.ts';
import {isForPerson} from '../thread/selectors.ts';
import type {ThreadState} from '../thread/state.ts';
import type {Context} from './context.ts';
import {CommandError, exitCodes} from './exit-codes.ts';
import {requestLine, shellChoices, type Waiting, waitingIn} from './request-words.ts';
import {type Seat, settled} from './seat.ts';

/** `--timeout`, and when it began to run. */
export type Patience = {readonly timeoutMs: number | undefined; readonly sinceMs: number};

export const patienceOf = ({options, environment}: Context): Patience => ({
	timeoutMs: options.timeoutMs,
	sinceMs: environment.nowMs(),
});

/**
 * Resolves once the thread is joined.
 *
 * @throws CommandError `refused` where it cannot be: a guest loads no thread and takes none from another process
 */
export const joinedSeat = async (seat: Seat, {timeoutMs, sinceMs}: Patience): Promise<void> => {
	await seat.until('the thread could not be joined', settled, timeoutMs, sinceMs);
	const {connection} = seat.state();
	if (connection.kind !== 'waiting') return;
	const refuse = (sentence: string): CommandError => new CommandError(exitCodes.refused, sentence);
	switch (connection.reason) {
		case 'noTurnYet':
			throw refuse('This thread has no turn yet: its first message is for the terminal that started it.');
		case 'ownedElsewhere':
			throw refuse('Another process owns this thread: it can be read from here, and not written to.');
		case 'notLoaded':
		case 'noThread':
			throw refuse('Nobody has this thread open on this server, and a guest loads none: open it in Codex.');
	}
};

/** What a person may answer, oldest first. */
export const forPerson = (thread: ThreadState): readonly Waiting[] =>
	waitingIn(thread).filter(({request}) => isForPerson(request));

/** Says on stderr, once for each, what waits for a person; returns the end of that. */
export const tellRequests = ({stderr, home}: Context, seat: Seat): (() => void) => {
	const told = new Set<RpcId>();
	const tell = (): void => {
		const {thread} = seat.state();
		if (thread.requests.every(({id}) => told.has(id))) return;
		for (const {ask} of forPerson(thread)) {
			if (told.has(ask.id)) continue;
			told.add(ask.id);
			const words = shellChoices(ask).map(({word}) => word);
			const how = words.length === 0 ? '' : `  \`jumpseat answer ${ask.id} ${words.join('|')}\``;
			stderr.write(`Waits for a person: ${requestLine(ask, home)}${how}\n`);
		}
	};
	tell();
	return seat.onEvent(tell);
};
