/**
 * Why a share let go of this connection, by its close code: sent away, over, or to come back at once. Undefined for every
 * other end of a connection. Pure; header, status line and the exit code ask.
 */
import type {ConnectionState} from '../app-server/connection-state.ts';
import {shareCloseCodes} from '../protocol/share.ts';

export type Ending = 'removed' | 'ended' | 'again';

export const endingOf = (connection: ConnectionState): Ending | undefined => {
	const code =
		connection.kind === 'failed' || connection.kind === 'reconnecting' ? connection.closeCode : undefined;
	if (code === shareCloseCodes.resynchronise) return 'again';
	if (connection.kind !== 'failed') return undefined;
	if (code === shareCloseCodes.removed) return 'removed';
	return code === shareCloseCodes.ended ? 'ended' : undefined;
};

/** Over for this seat: what it was told of others is no longer so. */
export const isOver = (connection: ConnectionState): boolean => {
	const ending = endingOf(connection);
	return ending === 'ended' || ending === 'removed';
};
