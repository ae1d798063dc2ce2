/**
 * The share's one connection to the real server: a session in the pinned thread, and its events as the gateway needs
 * them, in wire order. Invariant: what is sent goes through the session, and so through its gate.
 */
import type {CallOptions, Environment, ServerInfo} from '../app-server/connection.ts';
import type {ConnectionState} from '../app-server/connection-state.ts';
import {createSession} from '../app-server/session.ts';
import type {Opened, SessionOptions} from '../app-server/session-contract.ts';
import type {OutgoingMethod} from '../protocol/methods.ts';
import type {Json, RpcId, WireServerRequest} from '../protocol/types.ts';

export type UpstreamOptions = Omit<
	SessionOptions,
	'onEvent' | 'mode' | 'keepText' | 'showsRequests' | 'streams'
>;

export type Told = {
	readonly method: string;
	readonly params: Json;
	/** When the server says it emitted it, and when it came, ms since the epoch. */
	readonly emittedAtMs: number | undefined;
	readonly atMs: number;
};

export type UpstreamListener = {
	readonly onNotification: (told: Told) => void;
	readonly onRequest: (request: WireServerRequest) => void;
	readonly onMoved: (from: ConnectionState, to: ConnectionState) => void;
};

export type Upstream = {
	readonly start: (opened?: Opened) => void;
	readonly state: () => ConnectionState;
	/** Of the connection that is open now. */
	readonly server: () => ServerInfo | undefined;
	/** As `Session.forward`. */
	readonly forward: (method: OutgoingMethod, params: Json, options?: CallOptions) => Promise<unknown>;
	/** Undefined: it went. Otherwise why it did not leave. */
	readonly answer: (id: RpcId, result: Json) => string | undefined;
	/** Resolves with the first thing that `look` finds in a state, this one included; undefined after `withinMs`. */
	readonly until: <Found>(
		look: (state: ConnectionState) => Found | undefined,
		withinMs: number,
	) => Promise<Found | undefined>;
	readonly leave: () => Promise<void>;
};

export const isConnected = (state: ConnectionState): boolean =>
	state.kind === 'hydrating' || state.kind === 'live' || state.kind === 'waiting';

export const createUpstream = (
	options: UpstreamOptions & {readonly threadId: string; readonly environment: Environment},
	listener: UpstreamListener,
): Upstream => {
	const {threadId, ...sessionOptions} = options;
	let state: ConnectionState = {kind: 'idle'};
	let server: ServerInfo | undefined;
	let refusal: string | undefined;
	const watchers = new Set<(state: ConnectionState) => void>();

	const session = createSession({
		...sessionOptions,
		mode: () => 'drive',
		onEvent(event) {
			switch (event.type) {
				case 'serverIdentified':
					({server} = event);
					return;
				case 'connectionMoved': {
					const from = state;
					state = event.connection;
					listener.onMoved(from, state);
					for (const watcher of [...watchers]) watcher(state);
					return;
				}
				case 'traffic': {
					const {traffic} = event;
					if (traffic.kind === 'request')
						listener.onRequest({id: traffic.id, method: traffic.method, params: traffic.params});
					if (traffic.kind !== 'notification') return;
					const {method, params, emittedAtMs, atMs} = traffic;
					listener.onNotification({method, params, emittedAtMs, atMs});
					return;
				}
				case 'answerRefused':
					refusal = event.why;
					return;
				default:
					// What a seat with a screen is told beside this: nobody looks at the share's own seat.
					return;
			}
		},
	});

	return {
		start: opened => session.start(threadId, opened),
		state: () => state,
		server: () => (isConnected(state) ? server : undefined),
		forward: session.forward,
		answer(id, result) {
			refusal = undefined;
			session.answer(id, result);
			return refusal;
		},
		until(look, withinMs) {
			const found = look(state);
			if (found !== undefined) return Promise.resolve(found);
			return new Promise(resolve => {
				const watcher = (now: ConnectionState): void => {
					const seen = look(now);
					if (seen === undefined) return;
					stop();
					resolve(seen);
				};
				const giveUp = options.environment.later(withinMs, () => {
					stop();
					resolve(undefined);
				});
				const stop = (): void => {
					giveUp();
					watchers.delete(watcher);
				};
				watchers.add(watcher);
			});
		},
		leave: session.leave,
	};
};
