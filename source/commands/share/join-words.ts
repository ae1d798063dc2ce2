/** What a guest is told when a share does not let him in: a sentence each. Pure. */
import type {Endpoint} from '../../transport/endpoint.ts';
import {TransportError} from '../../transport/errors.ts';

/** In the words of a guest, where those of a server would mislead. */
export const joinFailure = (error: TransportError, {display}: Endpoint): TransportError => {
	const say = (sentence: string): TransportError => new TransportError(error.code, sentence, error);
	switch (error.code) {
		case 'unauthorised':
		case 'forbidden':
			// All of these are alike at the door.
			return say(
				'The share did not let you in: the link has expired, was used up or withdrawn, or is wrong. Ask for another.',
			);
		case 'unavailable':
			return say(
				`The share at ${display} has no room for you now: too many are in it, or came just now. Try again later.`,
			);
		case 'no-server':
			return say(`Nobody shares anything at ${display} now: the share has ended, or has not begun.`);
		case 'permission':
			return say(
				`This user may not open ${display}: ask for the share to be given to your group, or for another link.`,
			);
		case 'tls':
			return say(
				`What answers at ${display} is not the share that made the link: it does not have its certificate. Nothing was said to it.`,
			);
		case 'not-codex':
		case 'not-a-socket':
			return notAShare({display});
		default:
			return error;
	}
};

export const notAShare = ({display}: Pick<Endpoint, 'display'>): TransportError =>
	new TransportError('not-codex', `What answers at ${display} is no share. Ask for another link.`);
