/**
 * Where a thread is reached: at the server, or by another way that leads to the same thread, such as a share of it that
 * runs on this machine. Asked for every connection. Made by the session.
 */
import type {ConnectionOptions} from './connection.ts';

export type Route = Pick<ConnectionOptions, 'endpoint' | 'access'>;

/** Another way to this thread than the server's own; undefined: there is none now. Must not reject. */
export type AskRoute = (threadId: string | undefined) => Promise<Route | undefined>;

export type Routes = {
	readonly to: (threadId: string | undefined) => Promise<Route>;
	/** This one leads to where we are connected. */
	readonly take: (route: Route) => void;
	readonly isTaken: (route: Route) => boolean;
	/** Connected to the server itself: there is nothing to fall back to. */
	readonly isDirect: () => boolean;
};

export const createRoutes = (direct: Route, ask: AskRoute | undefined): Routes => {
	let taken = direct;
	return {
		to: async threadId => (await ask?.(threadId)) ?? direct,
		take(route) {
			taken = route;
		},
		isTaken: ({endpoint}) => endpoint.display === taken.endpoint.display,
		isDirect: () => taken.endpoint.display === direct.endpoint.display,
	};
};
