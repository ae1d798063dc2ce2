/** What a guest is told when a share does not let him in: a sentence each, with its exit code. Pure. */
import type {Endpoint} from '../../transport/endpoint.ts';
import {TransportError} from '../../transport/errors.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';

/** All of these are alike at the door, and so they are here. */
export const refusedSentence =
	'The share did not let you in: the link has expired, was used up or withdrawn, or is wrong. Ask for another.';

/** In the words of a guest, where those of a server would mislead. */
export const joinFailure = (error: unknown, {display}: Endpoint): unknown => {
	if (!(error instanceof TransportError)) return error;
	switch (error.code) {
		case 'unauthorised':
		case 'forbidden':
			return new CommandError(exitCodes.refused, refusedSentence);
		case 'no-server':
			return new CommandError(
				exitCodes.notThere,
				`Nobody shares anything at ${display} now: the share has ended, or has not begun.`,
			);
		case 'permission':
			return new CommandError(
				exitCodes.refused,
				`This user may not open ${display}: ask for the share to be given to your group, or for another link.`,
			);
		case 'tls':
			return new CommandError(
				exitCodes.refused,
				`What answers at ${display} is not the share that made the link: it does not have its certificate. Nothing was said to it.`,
			);
		case 'not-codex':
			return new CommandError(
				exitCodes.notThere,
				`What answers at ${display} is no share. Ask for another link.`,
			);
		default:
			return error;
	}
};

export const notAShare = ({display}: Endpoint): CommandError =>
	new CommandError(exitCodes.notThere, `What answers at ${display} is no share. Ask for another link.`);
