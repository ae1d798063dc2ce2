/**
 * One initialised connection to a Codex App Server: connect, `initialize`, typed calls behind the gate, and the
 * one ordered inbox. It lives until it closes; coming back is the session's work. Used by the session and by the
 * verbs that only ask.
 */
import {RpcError} from '../json-rpc/errors.ts';
import {createPeer, type Inbound, type RequestHandle} from '../json-rpc/peer.ts';
import {withRetry} from '../json-rpc/retry.ts';
import {decodeInitialize} from '../protocol/decode-server.ts';
import {asRecord} from '../protocol/fields.ts';
import {
	answeringModes,
	type Mode,
	type OutgoingMethod,
	outgoingRules,
	streamedNotifications,
} from '../protocol/methods.ts';
import {decodeWelcome, type Welcome} from '../protocol/share.ts';
import type {Json, RpcId} from '../protocol/types.ts';
import type {FrameChannel} from '../transport/channel.ts';
import {type Access, type CloseReason, connect, defaultMaxFrameBytes} from '../transport/connect.ts';
import type {Endpoint} from '../transport/endpoint.ts';
import {permit, permitAnswer} from './gate.ts';
import {createLag} from './lag.ts';

export type ServerInfo = {
	/** Of the App Server, from its user agent; undefined when it does not say. */
	readonly version: string | undefined;
	readonly codexHome: string | undefined;
	readonly platformOs: string | undefined;
	/** Behind a share: what it said when we came in. */
	readonly welcome?: Welcome | undefined;
};

export type Environment = {
	readonly nowMs: () => number;
	/** In [0, 1). */
	readonly random: () => number;
	/** Runs `task` later; returns its cancellation. */
	readonly later: (delayMs: number, task: () => void) => () => void;
};

export type ConnectionOptions = {
	readonly endpoint: Endpoint;
	/** Asked for every frame: a person may turn to read-only at any time. */
	readonly mode: () => Mode;
	readonly access: Access;
	readonly clientVersion: string;
	readonly environment: Environment;
	/** Whether what comes in carries the frame's text as well (`Arrival.text`). Default: no. */
	readonly keepText?: boolean;
	/** Whether requests are put before a person who may answer them. Default: no. */
	readonly showsRequests?: boolean;
	/** Throws where what answers is not what was meant, before anything else is said to it. Default: any server is. */
	readonly accept?: ((server: ServerInfo) => void) | undefined;
	/** Whether items are wanted while they are made, not only at their end. Default: yes. */
	readonly streams?: boolean;
};

/** What was said, by whom, in wire order: the server's frames and our own. */
export type Traffic =
	| Inbound
	| {
			readonly kind: 'sent';
			readonly method: string;
			readonly id: RpcId | undefined;
			readonly params: Json;
			readonly bytes: number;
			readonly atMs: number;
	  };

/** A frame above the limit is refused unread, so that the peer, which counts the others, never sees it. */
export const refusedFrame = (sentence: string, atMs: number): Traffic => ({
	kind: 'malformed',
	reason: 'oversized',
	excerpt: sentence,
	bytes: 0,
	atMs,
});

export type CallOptions = {
	readonly timeoutMs?: number;
	/**
	 * Told of the result at its place in the wire order, before any later frame. The promise settles after the
	 * frames of the same burst (PROTOCOL), which is too late for whoever needs the order.
	 */
	readonly onResult?: (result: unknown) => void;
};

export type ServerConnection = {
	readonly server: ServerInfo;
	/** Sends a call; the gate may throw. Rejects with `RpcError`. */
	readonly call: (method: OutgoingMethod, params: Json, options?: CallOptions) => RequestHandle;
	/** The result of a call; one that may be sent twice is repeated while the server is overloaded. */
	readonly ask: (method: OutgoingMethod, params: Json, options?: CallOptions) => Promise<unknown>;
	/** Says something that has no answer. The gate may throw; a connection that is gone does as well. */
	readonly notify: (method: OutgoingMethod, params: Json) => void;
	/** Answers a request of the server, once; false when it is not open any more. The gate may throw. */
	readonly answer: (id: RpcId, result: Json) => boolean;
	/** From now on everything goes to `listener`, what came before first. One listener. */
	readonly onTraffic: (listener: (traffic: Traffic) => void) => void;
	readonly onClose: (listener: (reason: CloseReason) => void) => void;
	/** Milliseconds there and back, below JSON-RPC; meanwhile `onBytes` is called for whatever comes. */
	readonly ping: (onBytes?: () => void) => Promise<number>;
	readonly close: () => Promise<void>;
};

const handshakeTimeoutMs = 10_000;
const initializeTimeoutMs = 15_000;
/** Calls at most, and the wait before the second: an overloaded server (-32001) is given about a second. */
const overload = {attempts: 4, baseDelayMs: 200} as const;

/** Only a seat where a person is really shown what needs one says so (PROTOCOL, "JSON-RPC"). */
const capabilitiesOf = ({mode, showsRequests = false, streams = true}: ConnectionOptions): Json => ({
	experimentalApi: true,
	requestAttestation: false,
	...(showsRequests && answeringModes.includes(mode()) ? {requiredHumanApproval: true} : {}),
	...(streams ? {} : {optOutNotificationMethods: streamedNotifications}),
});

/** Rejects with `TransportError` (no connection), `RpcError` (not initialised), or what `accept` throws. */
export const openConnection = async (options: ConnectionOptions): Promise<ServerConnection> => {
	const {endpoint, access} = options;
	const channel = await connect(endpoint, {
		...access,
		handshakeTimeoutMs,
		maxFrameBytes: defaultMaxFrameBytes,
	});
	return converse(channel, options);
};

/** The same over a channel that is open already. Rejects as that; the channel is closed then. */
export const converse = async (
	channel: FrameChannel,
	options: ConnectionOptions,
): Promise<ServerConnection> => {
	const {environment, mode} = options;
	let listener: ((traffic: Traffic) => void) | undefined;
	const early: Traffic[] = [];
	const lag = createLag(options.endpoint.display);
	const resultListeners = new Map<RpcId, (result: unknown) => void>();
	const tell = (traffic: Traffic): void => {
		if (traffic.kind === 'response') {
			const onResult = resultListeners.get(traffic.id);
			resultListeners.delete(traffic.id);
			if (traffic.outcome.ok) onResult?.(traffic.outcome.result);
		}
		if (traffic.kind === 'notification' && traffic.emittedAtMs !== undefined)
			lag.read(traffic.emittedAtMs, traffic.atMs);
		if (traffic.kind === 'notification' && traffic.method === 'serverRequest/resolved') {
			const id = asRecord(traffic.params)?.requestId;
			if (typeof id === 'number' || typeof id === 'string') peer.forget(id);
		}
		if (listener === undefined) early.push(traffic);
		else listener(traffic);
	};

	const closeListeners = new Set<(reason: CloseReason) => void>();
	let closed: CloseReason | undefined;

	let lastSentBytes = 0;
	const peer = createPeer(
		{
			send(text) {
				lastSentBytes = Buffer.byteLength(text);
				channel.send(text);
			},
		},
		{
			nowMs: environment.nowMs,
			permit: message => permit(mode(), message),
			permitAnswer: answer => permitAnswer(mode(), answer),
			onInbound: tell,
			keepText: options.keepText ?? false,
			startTimer: environment.later,
		},
	);
	channel.onClose(told => {
		const reason = lag.explain(told);
		closed = reason;
		peer.closeAll(new Error(reason.sentence));
		for (const each of closeListeners) each(reason);
	});
	channel.onFrame(frame => peer.receive(frame));

	const tellSent = (method: string, id: RpcId | undefined, params: Json): void =>
		tell({kind: 'sent', method, id, params, bytes: lastSentBytes, atMs: environment.nowMs()});

	const call: ServerConnection['call'] = (method, params, {timeoutMs, onResult} = {}) => {
		const handle = peer.request(method, params, timeoutMs === undefined ? {} : {timeoutMs});
		if (onResult !== undefined) resultListeners.set(handle.id, onResult);
		tellSent(method, handle.id, params);
		return handle;
	};

	const sleep = (delayMs: number): Promise<void> =>
		new Promise(resolve => {
			environment.later(delayMs, resolve);
		});
	const ask: ServerConnection['ask'] = (method, params, callOptions) => {
		const {attempts, baseDelayMs} = overload;
		return withRetry(() => call(method, params, callOptions).response, {
			attempts: outgoingRules[method].repeatable ? attempts : 1,
			baseDelayMs,
			random: environment.random,
			sleep,
		});
	};

	const initialize = call(
		'initialize',
		{
			clientInfo: {name: 'jumpseat', title: 'Jumpseat', version: options.clientVersion},
			capabilities: capabilitiesOf(options),
		},
		{timeoutMs: initializeTimeoutMs},
	);
	let server: ServerInfo;
	try {
		const initialized = await initialize.response;
		server = {...decodeInitialize(initialized), welcome: decodeWelcome(initialized)};
		options.accept?.(server);
	} catch (error) {
		// Whoever was closed is told with which code: a share has its own.
		const ended = closed;
		await channel.close();
		if (ended === undefined) throw error;
		throw new RpcError({kind: 'closed', message: ended.sentence, code: ended.code, cause: error});
	}
	const notify: ServerConnection['notify'] = (method, params) => {
		peer.notify(method, params ?? undefined);
		tellSent(method, undefined, params);
	};
	notify('initialized', null);

	return {
		server,
		call,
		ask,
		notify,
		answer(id, result) {
			const isSent = peer.answer(id, result);
			if (isSent) tellSent('answer', id, result);
			return isSent;
		},
		onTraffic(next) {
			listener = next;
			for (const traffic of early.splice(0)) next(traffic);
		},
		onClose(next) {
			if (closed !== undefined) next(closed);
			else closeListeners.add(next);
		},
		ping: onBytes => channel.ping(onBytes),
		close: () => channel.close(),
	};
};
