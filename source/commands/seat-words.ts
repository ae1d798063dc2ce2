/**
 * What several verbs do in a seat: have patience for so long, insist on a thread that is live here, and say what
 * waits for a person meanwhile. Errors are sentences with their exit code.
 */
import type {AppState} from '../app/state.ts';
import {runningTurn} from '../composer/aim.ts';
import type {RpcId} from '../protocol/types.ts';
import {isForPerson} from '../thread/selectors.ts';
import type {ThreadState} from '../thread/state.ts';
import type {Context} from './context.ts';
import {CommandError, exitCodes} from './exit-codes.ts';
import {answerCommand, requestLine, type Waiting, waitingIn} from './requests/request-words.ts';
import {type Seat, settled} from './seat.ts';

/** `--timeout`, and when it began to run. */
export type Patience = {readonly timeoutMs: number | undefined; readonly sinceMs: number};

export const patienceOf = ({options, environment}: Context): Patience => ({
	timeoutMs: options.timeoutMs,
	sinceMs: environment.nowMs(),
});

/** @throws CommandError `refused` in a read-only seat; before anything is read or asked */
export const refuseReadOnly = (
	{observe}: Pick<Context, 'observe'>,
	done: 'sent' | 'interrupted' | 'answered',
): void => {
	if (observe) throw new CommandError(exitCodes.refused, `Read-only (--observe): nothing was ${done}.`);
};

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

/** Joined by nobody here, and open there: what it does there is heard there only. */
export const isOwnedElsewhere = ({connection}: AppState): boolean =>
	connection.kind === 'waiting' && connection.reason === 'ownedElsewhere';

/** For whoever waits for a thread that is owned elsewhere. */
export const cannotBeKnown = (): CommandError =>
	new CommandError(
		exitCodes.refused,
		'Another process owns the thread: whether it works there cannot be known from here.',
	);

/** No turn runs, as far as can be known: also where nobody has the thread open. While nothing is known: false. */
export const isIdle = (state: AppState): boolean => {
	const {thread, connection} = state;
	if (settled(state) === undefined || isOwnedElsewhere(state)) return false;
	if (connection.kind === 'waiting' && connection.reason === 'notLoaded') return true;
	return runningTurn(thread) === undefined && thread.info?.status.kind !== 'active';
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
			const how = answerCommand(ask, seat.threadWord);
			stderr.write(
				`Waits for a person: ${requestLine(ask, home)}${how === undefined ? '' : `  \`${how}\``}\n`,
			);
		}
	};
	tell();
	return seat.onEvent(tell);
};
