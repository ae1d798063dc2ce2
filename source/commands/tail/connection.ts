/** What becomes of the connection, on stderr, while a verb streams: one line when it is lost, one when it is back. */
import type {ConnectionState, WaitReason} from '../../app-server/connection-state.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import type {Context} from '../context.ts';
import type {Seat} from '../seat.ts';

const waitingWords = (reason: WaitReason): string => {
	switch (reason) {
		case 'notLoaded':
		case 'noThread':
			return 'Nobody has this thread open: waiting until somebody does.';
		case 'noTurnYet':
			return 'This thread has no turn yet: waiting for the first.';
		case 'ownedElsewhere':
			return 'Another process owns this thread: what it has stored is all that can be read from here.';
	}
};

/** Returns the end of that. `saysWhyItWaits`: for whom a thread that cannot be joined is no end. */
export const tellConnection = (
	{stderr}: Context,
	seat: Seat,
	{saysWhyItWaits}: {readonly saysWhyItWaits: boolean},
): (() => void) => {
	let isLost = false;
	const tell = (connection: ConnectionState): void => {
		if (connection.kind === 'reconnecting' && !isLost) {
			isLost = true;
			stderr.write(`The connection is lost, trying again: ${sanitiseLine(connection.why)}\n`);
		}
		if (connection.kind !== 'live' && connection.kind !== 'waiting') return;
		if (isLost) stderr.write('The connection is back.\n');
		isLost = false;
		if (connection.kind === 'waiting' && saysWhyItWaits) stderr.write(`${waitingWords(connection.reason)}\n`);
	};
	return seat.onEvent(event => {
		if (event.type === 'connectionMoved') tell(event.connection);
	});
};
