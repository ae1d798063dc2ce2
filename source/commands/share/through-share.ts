/**
 * The way to a thread through a share of it that runs on this machine: whoever attaches late gets from it what is in
 * the making, which the server itself does not give. Only where the share is of the same server, and well. Given to
 * `attach`.
 */
import type {AskRoute, Route} from '../../app-server/route.ts';
import {shareProtocol} from '../../protocol/share.ts';
import {connect, defaultMaxFrameBytes} from '../../transport/connect.ts';
import type {Context} from '../context.ts';
import {runningShares} from './registry.ts';
import {serverAddress} from './server-address.ts';

export const throughShares = (context: Context): AskRoute => {
	const {codexHome} = context.access;
	return async threadId => {
		if (threadId === undefined) return undefined;
		const server = serverAddress(context);
		const share = (await runningShares(context)).find(
			each => each.threadId === threadId && each.server === server && each.protocol === shareProtocol,
		);
		const route = share === undefined ? undefined : ownerRoute(share.ownerSocket, codexHome);
		return route !== undefined && (await isWell(route)) ? route : undefined;
	};
};

/** The door of whoever runs the share: it asks for no token, because nobody else can open it. */
export const ownerRoute = (ownerSocket: string, codexHome: string): Route => ({
	endpoint: {kind: 'unix', path: ownerSocket, display: `unix://${ownerSocket}`},
	access: {codexHome},
});

/** Of a process that was stopped, the system still takes connections; a share with nothing else to do is quick. */
const answersWithinMs = 2000;

/** Whether its door opens. Nobody has come in by that: only who says who he is has. */
const isWell = async ({endpoint, access}: Route): Promise<boolean> => {
	try {
		const channel = await connect(endpoint, {
			...access,
			handshakeTimeoutMs: answersWithinMs,
			maxFrameBytes: defaultMaxFrameBytes,
		});
		void channel.close();
		return true;
	} catch {
		return false;
	}
};
