/** The ways out of a thread and of a connection. Neither needs the server's consent, and neither rejects. */
import type {Environment, ServerConnection} from './connection.ts';

const leaveWithinMs = 500;

/** Closing the connection unsubscribes as well. */
export const unsubscribe = async (through: ServerConnection, threadId: string): Promise<void> => {
	try {
		await through.ask('thread/unsubscribe', {threadId}, {timeoutMs: leaveWithinMs});
	} catch {
		// It ends without an answer, too.
	}
};

/** Half a second at most, whatever the server does. `joinedId`: the thread that is left first. */
export const leaveServer = async (
	through: ServerConnection,
	joinedId: string | undefined,
	later: Environment['later'],
): Promise<void> => {
	let cancel = (): void => {};
	const deadline = new Promise<void>(done => {
		cancel = later(leaveWithinMs, done);
	});
	if (joinedId !== undefined) await Promise.race([unsubscribe(through, joinedId), deadline]);
	await Promise.race([through.close(), deadline]);
	cancel();
};
