/**
 * `jumpseat join`: comes in by a link, and then is a seat as any other, in the role that the share gives.
 *
 * Invariant: the token is shown only to what has the certificate of the link, and stands in no argument, error or log.
 */

import {accessOf, endpointOf, type Link} from '../../share/link.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {joinFailure, notAShare} from './join-words.ts';
import {keyboard, readLink} from './read-link.ts';

/** `word`: the link, `-` for standard input, or nothing: it is asked for. */
export const join = async (context: Context, word: string | undefined): Promise<number> => {
	if (context.given.connect !== undefined)
		throw new CommandError(exitCodes.usage, 'The link says where the share is: leave --connect out.');
	const link = await readLink(context, word);
	const guest = guestContext(context, link);
	if (context.options.bridge) return (await import('./bridge.ts')).bridge(guest);
	const {attach} = await import('../attach.tsx');
	return attach(context.stdin.isTTY ? guest : {...guest, stdin: keyboard() ?? context.stdin}, undefined);
};

/** A single use is used up by coming in; then the share has told a key to come back with. */
export const guestContext = (context: Context, link: Link): Context => {
	const endpoint = endpointOf(link);
	let returnKey: string | undefined;
	return {
		...context,
		endpoint,
		access: {
			codexHome: context.access.codexHome,
			...accessOf(link, () => returnKey ?? link.token),
			explain: error => joinFailure(error, endpoint),
		},
		accept({welcome}) {
			if (welcome === undefined) throw notAShare(endpoint);
			returnKey = welcome.returnKey ?? returnKey;
		},
	};
};
