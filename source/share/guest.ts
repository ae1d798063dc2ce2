/**
 * One guest's conversation: frames in, frames out. Handshake first, calls within limits, and everything that he says
 * handed to the desk (gateway.ts), which decides.
 *
 * Invariants: no frame makes it throw; each call is answered once, or the connection is gone; before the handshake
 * nothing but the handshake is heard; after the end nothing is sent and nothing is heard.
 */
import type {Environment} from '../app-server/connection.ts';
import {type Decoded, decodeMessage} from '../json-rpc/decode.ts';
import {rpcCodes} from '../json-rpc/errors.ts';
import {asArray, asRecord, asString} from '../protocol/fields.ts';
import {type Gaze, type Person, type SeatRole, shareCloseCodes} from '../protocol/share.ts';
import type {Json, RpcId} from '../protocol/types.ts';
import type {VisitorChannel} from '../transport/door.ts';
import {createAllowance} from './allowance.ts';
import {createOutlet, type Outlet, outletLimits} from './outlet.ts';
import {withOwnIds} from './own-ids.ts';
import {type Told, toldOf} from './told.ts';
import type {Unsent} from './unsent.ts';
import {wellFormed} from './well-formed.ts';

export type Client = Person['client'];

export type Call = {readonly id: RpcId; readonly method: string; readonly params: Json};

/** An answer to a request of the server, as the guest gave it. */
export type GuestAnswer = {readonly ok: true; readonly result: Json} | {readonly ok: false};

export type GuestOptions = {
	/** Unique in the share. */
	readonly id: string;
	readonly name: string;
	/** Asked every time: it can change at any time. */
	readonly role: () => SeatRole;
	readonly channel: VisitorChannel;
	readonly environment: Environment;
	/** Of all guests of the share. */
	readonly unsent?: Unsent;
	readonly desk: Desk;
	/** How the owner's log calls a cut. */
	readonly onCut: (guest: Guest, why: string) => void;
};

/** What a guest's words come to. */
export type Desk = {
	/** The result of `initialize`; undefined: there is no server to speak to, and the guest was sent away. */
	readonly welcome: (guest: Guest, client: Client) => Promise<Json | undefined>;
	/** The guest has his answer to `initialize`, and is in. */
	readonly arrived: (guest: Guest, client: Client) => void;
	readonly call: (guest: Guest, call: Call) => Promise<void>;
	readonly answer: (guest: Guest, id: RpcId, answer: GuestAnswer) => void;
	readonly here: (guest: Guest, now: {readonly at: Gaze; readonly typing: boolean}) => void;
	/** The connection is over, whoever ended it. Told once. */
	readonly gone: (guest: Guest) => void;
};

export type Guest = {
	readonly id: string;
	readonly name: string;
	readonly role: () => SeatRole;
	/** Undefined until the handshake. */
	readonly client: () => Client | undefined;
	/** Threads that this connection has joined. */
	readonly joined: Set<string>;
	readonly isOpen: () => boolean;
	/** False for what the client asked to be spared. */
	readonly wants: (method: string) => boolean;
	readonly outlet: Outlet;
	readonly respond: (id: RpcId, result: Json) => void;
	/** So much more was told on his demand. */
	readonly owes: (bytes: number) => void;
	readonly refuse: (id: RpcId, code: number, message: string) => void;
	/** A request of the server, under the share's id. */
	readonly ask: (id: number, method: string, params: Json) => void;
	readonly tell: (method: string, params: Json) => void;
	/** Says goodbye with this code. */
	readonly end: (code: number, sentence: string) => void;
};

/** As much as a quick person with a quick client needs, many times over. */
const limits = {inFlight: 64, burst: 200, perSecond: 50, malformed: 20} as const;
/** A big frame counts for several. */
const bytesOfOne = 64 * 1024;
/** So much may come above that and is only turned away: a client in a muddle. A flood costs everybody the time to read it. */
const patience = {burst: 1000, perSecond: 50} as const;
/** What he is told because he asked, in bytes: reading, cutting down and writing it out costs everybody the time, too. */
const toldOnDemand = {burst: 64 * 1024 * 1024, perSecond: 16 * 1024 * 1024} as const;
const mostOptOuts = 200;
/** Whoever comes in says who he is. */
const helloWithinMs = 30_000;

const overloaded = {code: rpcCodes.overloaded, message: 'Server overloaded; retry later.'} as const;

const clientOf = (params: Json): Client => {
	const name = asString(asRecord(asRecord(params)?.clientInfo)?.name) ?? '';
	if (name === 'jumpseat') return 'jumpseat';
	return /^codex/iu.test(name) ? 'codex' : 'other';
};

const optOutsOf = (params: Json): ReadonlySet<string> => {
	const listed = asArray(asRecord(asRecord(params)?.capabilities)?.optOutNotificationMethods) ?? [];
	return new Set(listed.slice(0, mostOptOuts).flatMap(each => asString(each) ?? []));
};

export const createGuest = (options: GuestOptions): Guest => {
	const {channel, desk, environment, onCut} = options;
	const allowance = createAllowance({...limits, nowMs: environment.nowMs});
	const tooFast = createAllowance({...patience, nowMs: environment.nowMs});
	const told = createAllowance({...toldOnDemand, nowMs: environment.nowMs});
	let phase: 'new' | 'greeting' | 'ready' | 'over' = 'new';
	let client: Client | undefined;
	let spared: ReadonlySet<string> = new Set();
	let inFlight = 0;
	let malformed = 0;

	const plainOutlet = createOutlet(channel, {
		...outletLimits,
		environment,
		...(options.unsent && {together: {name: options.name, unsent: options.unsent}}),
		onCut(why) {
			// The outlet says the goodbye, and sees to it that the connection ends.
			if (phase === 'over') return;
			phase = 'over';
			stopWaiting();
			onCut(guest, why);
			desk.gone(guest);
		},
	});
	/** A client that is no Jumpseat finds its own messages by its own ids. */
	const own = (told: Told): Told => {
		const params = withOwnIds(told.notification.params, options.name);
		return params === told.notification.params ? told : toldOf({...told.notification, params});
	};
	const outlet: Outlet = {
		...plainOutlet,
		tell: batch => plainOutlet.tell(client === 'jumpseat' ? batch : batch.map(own)),
		get heldBytes() {
			return plainOutlet.heldBytes;
		},
	};
	const send = (frame: object): number => {
		if (phase === 'over') return 0;
		const text = JSON.stringify(frame);
		outlet.send(text);
		return text.length;
	};
	const over = (): void => {
		if (phase === 'over') return;
		phase = 'over';
		stopWaiting();
		outlet.close();
		desk.gone(guest);
	};
	const end = (code: number, sentence: string): void => {
		if (phase === 'over') return;
		over();
		channel.end(code, sentence);
	};

	const guest: Guest = {
		id: options.id,
		name: options.name,
		role: options.role,
		client: () => client,
		joined: new Set(),
		isOpen: () => phase !== 'over',
		wants: method => !spared.has(method),
		outlet,
		respond: (id, result) => told.owe(send({id, result})),
		owes: bytes => told.owe(bytes),
		refuse: (id, code, message) => void send({id, error: {code, message}}),
		ask: (id, method, params) => void send({id, method, params}),
		tell(method, params) {
			if (!spared.has(method)) send({method, params});
		},
		end,
	};

	const stopWaiting = environment.later(helloWithinMs, () => {
		if (phase === 'new') end(shareCloseCodes.tooMuch, 'Nothing was said for half a minute.');
	});

	const greet = async (id: RpcId, params: Json): Promise<void> => {
		phase = 'greeting';
		const kind = clientOf(params);
		spared = optOutsOf(params);
		const result = await desk.welcome(guest, kind);
		if (result === undefined || !guest.isOpen()) return;
		phase = 'ready';
		client = kind;
		guest.respond(id, result);
		desk.arrived(guest, kind);
	};

	const call = async (wanted: Call): Promise<void> => {
		if (inFlight >= limits.inFlight || !told.take(0)) {
			guest.refuse(wanted.id, overloaded.code, overloaded.message);
			return;
		}
		inFlight += 1;
		try {
			await desk.call(guest, wanted);
		} catch {
			guest.refuse(wanted.id, rpcCodes.internal, 'The share could not do that.');
		} finally {
			inFlight -= 1;
		}
	};

	const hearRequest = ({id, method, params}: Call): void => {
		if (method === 'initialize') {
			if (phase === 'new') void greet(id, params);
			else guest.refuse(id, rpcCodes.invalidRequest, 'Already initialized');
		} else if (phase === 'ready') void call({id, method, params});
		else guest.refuse(id, rpcCodes.invalidRequest, 'Not initialized');
	};

	const hear = (message: Decoded): void => {
		switch (message.kind) {
			case 'request':
				hearRequest(message);
				return;
			case 'notification': {
				if (phase !== 'ready' || message.method !== 'jumpseat/here') return;
				const fields = asRecord(message.params);
				desk.here(guest, {at: fields?.at === 'back' ? 'back' : 'live', typing: fields?.typing === true});
				return;
			}
			case 'result':
				if (phase === 'ready') desk.answer(guest, message.id, {ok: true, result: message.result});
				return;
			case 'error':
			case 'empty':
				if (phase === 'ready') desk.answer(guest, message.id, {ok: false});
				return;
			case 'malformed':
				malformed += 1;
				if (malformed > limits.malformed) tooMuch();
		}
	};

	const tooMuch = (): void => {
		const why = 'This guest sent more than a share takes, and was sent away.';
		onCut(guest, why);
		end(shareCloseCodes.tooMuch, why);
	};

	channel.onFrame(({text, bytes}) => {
		if (phase === 'over') return;
		const isAllowed = allowance.take(1 + bytes / bytesOfOne);
		// Not even read: reading it is what costs.
		if (!isAllowed && (bytes > bytesOfOne || !tooFast.take(1))) {
			tooMuch();
			return;
		}
		const message = decodeMessage(wellFormed(text));
		if (isAllowed) hear(message);
		else if (message.kind === 'request') guest.refuse(message.id, overloaded.code, overloaded.message);
		// A word that comes too fast is dropped; an answer that is not heard would be believed to have gone.
		else if (message.kind !== 'notification') tooMuch();
	});
	channel.onClose(over);
	return guest;
};
