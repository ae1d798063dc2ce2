/**
 * What of a share's frames the stock TUI behind a bridge is handed: all but requests that are for no person. No share
 * sends those; a hostile one could ask the guest's own Codex for a token of its account, or to run a tool. Pure, total.
 */
import {decodeMessage} from '../../json-rpc/decode.ts';
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
