/**
 * What passes a bridge. The stock TUI behind it is handed all that a share says but requests that are for no person: no
 * share sends those; a hostile one could ask the guest's own Codex for a token of its account, or to run a tool. And
 * what answers is told no more than `initialize` until it has said that it is a share. Pure, total.
 */
import {decodeMessage} from '../../json-rpc/decode.ts';
import {asRecord, asString} from '../../protocol/fields.ts';
import {type ServerRequestMethod, serverRequests} from '../../protocol/methods.ts';

export const mayReachTui = (text: string): boolean => {
	const message = decodeMessage(text);
	switch (message.kind) {
		case 'request':
			return (
				Object.hasOwn(serverRequests, message.method) &&
				serverRequests[message.method as ServerRequestMethod] === 'person'
			);
		case 'malformed':
			return false;
		default:
			return true;
	}
};

/** The one thing that is said to whoever answers. */
export const mayOpen = (text: string): boolean => {
	const message = decodeMessage(text);
	return message.kind === 'request' && message.method === 'initialize';
};

/** What a frame says of who sent it, when it is the answer to `initialize`. A client that is no Jumpseat is told a name only. */
export const greetingOf = (text: string): 'share' | 'notAShare' | undefined => {
	const message = decodeMessage(text);
	if (message.kind !== 'result') return undefined;
	const name = asString(asRecord(message.result)?.userAgent);
	return name?.startsWith('jumpseat-share/') ? 'share' : 'notAShare';
};
