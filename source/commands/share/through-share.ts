/**
 * The way to a thread through a share of it that runs on this machine: whoever attaches late gets from it what is in
 * the making, which the server itself does not give. Only where the share is of the same server. Given to `attach`.
 */
import type {AskRoute} from '../../app-server/route.ts';
import type {Context} from '../context.ts';
import {runningShares} from './registry.ts';
import {serverAddress} from './server-address.ts';

/** A share that answers and lets nobody in is left aside. */
const mostFailures = 3;

export const throughShares = (context: Context): AskRoute => {
	const {access} = context;
	return async (threadId, failures) => {
		if (threadId === undefined || failures >= mostFailures) return undefined;
		const server = serverAddress(context);
		const share = (await runningShares(context)).find(
			each => each.threadId === threadId && each.server === server,
		);
		return share === undefined ? undefined : ownerRoute(share.ownerSocket, access.codexHome);
	};
};

/** The door of whoever runs the share: it asks for no token, because nobody else can open it. */
export const ownerRoute = (ownerSocket: string, codexHome: string) => ({
	endpoint: {kind: 'unix', path: ownerSocket, display: `unix://${ownerSocket}`} as const,
	access: {codexHome},
});
